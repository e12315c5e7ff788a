package services

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// A Severity says how bad a finding is.
type Severity string

// The severities, the worst first.
const (
	Fatal   Severity = "fatal"   // the service could not work
	Warning Severity = "warning" // something fails, or is slow, or will be
	Note    Severity = "note"    // it works, and somebody should know
	Fine    Severity = "ok"
)

var severities = []Severity{Fatal, Warning, Note, Fine}

// A Finding is one thing that was found on a database.
type Finding struct {
	ID       string   `json:"id"` // the same for the same thing, for programs
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`             // what was found
	Meaning  string   `json:"meaning,omitempty"` // what follows from it
	Advice   string   `json:"advice,omitempty"`  // what to do, where something is to be done
	SQL      []string `json:"sql,omitempty"`     // statements that do it, or show all of it
	Count    int64    `json:"count,omitempty"`   // rows, or whatever the title counts
	Examples []string `json:"examples,omitempty"`
}

// exampleMax bounds the examples of a finding.
const exampleMax = 5

// A Report is what Diagnose found, the worst first.
type Report struct {
	models.Catalogue
	Findings []Finding `json:"findings"`
}

// Count counts the findings of a severity.
func (r Report) Count(severity Severity) int {
	count := 0
	for _, finding := range r.Findings {
		if finding.Severity == severity {
			count++
		}
	}
	return count
}

// A patient is the database under examination.
type patient struct {
	models.Catalogue
	ctx context.Context
	db  *models.DB
}

// A check looks for one thing. It needs what it names: a table, or a column of
// one. A check that fails has found that it could not look.
type check struct {
	name  string
	needs []string
	run   func(*patient) ([]Finding, error)
}

var checks = slices.Concat(shapeChecks, rowChecks)

// Diagnose examines a database on which the service may never have run. It sends
// SELECTs only, and its error is a database that does not answer.
func Diagnose(ctx context.Context, db *models.DB) (Report, error) {
	catalogue, err := db.Catalogue(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("read the catalogue: %w", err)
	}
	p := &patient{Catalogue: catalogue, ctx: ctx, db: db}
	report := Report{Catalogue: catalogue, Findings: []Finding{}}
	for _, check := range checks {
		if !p.has(check.needs) {
			continue
		}
		found, err := check.run(p)
		if err != nil {
			found = append(found, unread(check.name, models.LogText(err)))
		}
		report.Findings = append(report.Findings, found...)
	}
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	return report, db.Ping(ctx)
}

// has reports whether all of the tables and columns are there to be read.
func (p *patient) has(needs []string) bool {
	for _, need := range needs {
		name, column, _ := strings.Cut(need, ".")
		table := p.Table(name)
		if !table.Found || slices.Contains(table.Lacks, "SELECT") || slices.Contains(table.Missing, column) {
			return false
		}
	}
	return true
}

func unread(what, why string) Finding {
	return Finding{ID: "unread", Severity: Warning, Title: fmt.Sprintf("Could not read %s: %s", what, strings.TrimSuffix(why, ".")) + ".",
		Meaning: "This report says nothing about it."}
}

// count runs a query for a number.
func (p *patient) count(query string) (count int64, err error) {
	err = p.db.ReadOnly(p.ctx, func(tx *gorm.DB) error { return tx.Raw(query).Row().Scan(&count) })
	return count, err
}

// A group is a name, or whatever was grouped, and how many rows it has.
type group struct {
	Name string `gorm:"column:Name"`
	Rows int64  `gorm:"column:Rows"`
}

// groups runs a query for names with their numbers of rows.
func (p *patient) groups(query string) (groups []group, err error) {
	err = p.db.ReadOnly(p.ctx, func(tx *gorm.DB) error { return tx.Raw(query).Scan(&groups).Error })
	return groups, err
}

// examples shows the first few groups.
func examples(groups []group) []string {
	texts := make([]string, min(len(groups), exampleMax))
	for i := range texts {
		if texts[i] = fmt.Sprintf("%q", groups[i].Name); groups[i].Rows > 1 {
			texts[i] += fmt.Sprintf(" (%d rows)", groups[i].Rows)
		}
	}
	return texts
}

// some is "1 user" or "2 users", with a comma at each thousand.
func some(count int64, noun string) string {
	digits := fmt.Sprint(count)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if count == 1 {
		return digits + " " + noun
	}
	return digits + " " + noun + "s"
}

// listed is "a, b and c".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// prefixed puts the table's name before each column's.
func prefixed(table string, columns []string) []string {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = table + "." + column
	}
	return names
}
