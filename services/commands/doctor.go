package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"rolecall/models"
	"rolecall/services"
)

// Doctor is `rolecall doctor`.
type Doctor struct {
	JSON bool `name:"json" help:"Print the report as JSON, for programs."`
}

// Run reports on the database, and changes nothing. It fails when the service
// could not work there.
func (d Doctor) Run(t *Terminal) error {
	report, err := t.diagnose(t)
	if err != nil {
		return err
	}
	if d.JSON {
		encoder := json.NewEncoder(t.Stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(report)
	} else {
		_, err = io.WriteString(t.Stdout, t.layout().report(report))
	}
	if err != nil {
		return err
	}
	if count := report.Count(services.Fatal); count > 0 {
		return fmt.Errorf("the service could not work on this database; fatal findings: %d", count)
	}
	return nil
}

func (t *Terminal) diagnose(ctx context.Context) (services.Report, error) {
	cfg, err := services.LoadConfig(t.Settings, false)
	if err != nil {
		return services.Report{}, err
	}
	db, err := models.OpenToRead(ctx, cfg.DatabaseURL, newLog(t.Stderr, cfg))
	if err != nil {
		return services.Report{}, err
	}
	defer db.Close()
	return services.Diagnose(ctx, db)
}

// report is the whole of it: the tables as they are, the findings, the sum.
func (l layout) report(r services.Report) string {
	var text strings.Builder
	text.WriteString(l.wrap(title(r.Server), "", ""))
	for _, table := range r.Tables {
		if table.Found && !strings.HasPrefix(table.Name, "Rolecall") {
			text.WriteString("\n" + l.table(table))
		}
	}
	spaced := false
	for _, finding := range r.Findings {
		if !spaced || finding.Severity != services.Fine {
			text.WriteString("\n")
		}
		text.WriteString(l.finding(finding))
		spaced = finding.Severity == services.Fine
	}
	text.WriteString("\n" + l.wrap(sum(r), "", ""))
	return text.String()
}

func title(s models.ServerShape) string {
	parts := []string{s.Version}
	if !strings.Contains(s.Version, s.Engine) {
		parts[0] = s.Engine + " " + s.Version
	}
	database := "database " + s.Database
	if s.Missing {
		database += " (there is no such file yet)"
	}
	parts = append(parts, database)
	if s.User != "" {
		parts = append(parts, "as "+s.User)
	}
	if s.Collation != "" {
		parts = append(parts, "collation "+s.Collation)
	}
	return strings.Join(parts, ", ") + "."
}

// table shows a table's columns, a line each, and its indexes and triggers.
func (l layout) table(t models.TableShape) string {
	rows := [][]string{{t.Name, "type", "NULL", "default", "collation"}}
	for _, column := range t.Columns {
		row := []string{"  " + column.Name, column.Type, "no", "", column.Collation}
		if column.Nullable {
			row[2] = "yes"
		}
		if column.Default {
			row[3] = "yes"
		}
		if column.Filled {
			row[3] = "by itself"
		}
		rows = append(rows, row)
	}
	text := aligned(rows)
	for _, index := range t.Indexes {
		kind := "index"
		if index.Unique {
			kind = "unique"
		}
		text += l.wrap(fmt.Sprintf("%s (%s)", index.Name, strings.Join(index.Keys, ", ")), "  "+kind+" ", strings.Repeat(" ", 9))
	}
	for _, trigger := range t.Triggers {
		state := map[bool]string{false: " (disabled)"}[trigger.Enabled]
		text += l.wrap(trigger.Name+state, "  trigger ", strings.Repeat(" ", 9))
	}
	return text
}

// severityWidth is that of the longest word, and a gap.
const severityWidth = 9

// finding puts the severity before the first line. SQL is not broken, so that it
// can be copied.
func (l layout) finding(f services.Finding) string {
	indent := strings.Repeat(" ", severityWidth)
	word := fmt.Sprintf("%-*s", severityWidth, strings.ToUpper(string(f.Severity)))
	text := l.coloured(f.Severity, word) + strings.TrimPrefix(l.wrap(f.Title, indent, indent), indent)
	if len(f.Examples) > 0 {
		text += l.wrap("For example: "+strings.Join(f.Examples, ", ")+".", indent, indent)
	}
	if f.Meaning != "" {
		text += l.wrap(f.Meaning, indent, indent)
	}
	if f.Advice != "" {
		text += l.wrap(f.Advice, indent, indent)
	}
	for _, statement := range f.SQL {
		text += indent + "  " + statement + ";\n"
	}
	return text
}

func sum(r services.Report) string {
	var parts []string
	for _, s := range []struct {
		severity services.Severity
		one      string
		more     string
	}{{services.Fatal, "fatal finding", "fatal findings"}, {services.Warning, "warning", "warnings"}, {services.Note, "note", "notes"}} {
		switch count := r.Count(s.severity); count {
		case 0:
		case 1:
			parts = append(parts, "1 "+s.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", count, s.more))
		}
	}
	verdict := "The service works on this database."
	if r.Count(services.Fatal) > 0 {
		verdict = "The service could not work on this database."
	}
	if len(parts) == 0 {
		return verdict
	}
	return strings.Join(parts, ", ") + ". " + verdict
}
