package services

import (
	"fmt"
	"slices"
	"strings"

	"rolecall/models"
)

// shapeChecks look at the catalogue alone.
var shapeChecks = []check{
	{"the catalogue", nil, unreadParts},
	{"the tables", nil, absentTables},
	{"the views", nil, foundViews},
	{"the columns", nil, missingColumns},
	{"the width of the hashes", []string{"Users.PasswordHash"}, narrowHash},
	{"the widths", nil, narrowColumns},
	{"the columns that must have a value", nil, requiredColumns},
	{"the types of the texts", nil, codePageColumns},
	{"the collations", nil, caseSensitiveColumns},
	{"the triggers", nil, foundTriggers},
	{"the indexes", nil, missingIndexes},
	{"the waiting", nil, waitingReaders},
	{"the rights", nil, missingRights},
	{"the steps", nil, pendingSteps},
}

var ownersTables = []string{"Users", "Roles", "UserRoles"}

func unreadParts(p *patient) (found []Finding, _ error) {
	for _, part := range p.Unread {
		found = append(found, unread(part.What, part.Why))
	}
	return found, nil
}

// absentTables tells an empty database from one whose tables we would not find.
func absentTables(p *patient) ([]Finding, error) {
	var absent []string
	for _, name := range ownersTables {
		if !p.Table(name).Found {
			absent = append(absent, name)
		}
	}
	switch {
	case len(absent) == 0:
		return []Finding{{ID: "tables", Severity: Fine, Title: "The tables Users, Roles and UserRoles are there."}}, nil
	case len(p.Elsewhere) > 0:
		return []Finding{p.hidden(absent)}, nil
	}
	title := fmt.Sprintf("There is no table %s.", strings.Join(absent, " and no table "))
	if len(absent) == len(ownersTables) {
		title = "There are no tables yet."
	}
	return []Finding{{ID: "tables", Severity: Note, Title: title, Count: int64(len(absent)),
		Meaning: "The service makes what is missing when it first starts, as `rolecall migrate` does.",
		Advice:  "`rolecall migrate --dry-run` prints the SQL."}}, nil
}

// hidden is about tables in another schema or, on PostgreSQL, of another spelling.
func (p *patient) hidden(absent []string) Finding {
	finding := Finding{ID: "tables", Severity: Warning, Count: int64(len(absent)),
		Title:   fmt.Sprintf("There is %s, but no %s where the service looks.", listed(p.Elsewhere[:min(len(p.Elsewhere), exampleMax)]), listed(absent)),
		Meaning: "The service would make empty tables of its own beside those.",
		Advice:  "If they are the ones to use, let this user's default schema be theirs.",
		SQL:     []string{fmt.Sprintf(`ALTER USER "%s" WITH DEFAULT_SCHEMA = "%s"`, p.Server.User, schemaOf(p.Elsewhere[0]))}}
	if p.Server.Engine == "PostgreSQL" {
		finding.Advice = "If they are the ones to use, let search_path lead to their schema, and their names and columns be spelled as the README has them: " +
			"by renaming, or by a view for each."
		finding.SQL = []string{fmt.Sprintf(`ALTER ROLE "%s" SET search_path = "%s"`, p.Server.User, schemaOf(p.Elsewhere[0]))}
	}
	return finding
}

func schemaOf(name string) string {
	schema, _, _ := strings.Cut(name, ".")
	return schema
}

// foundViews: a service on views works, as far as they can be written.
func foundViews(p *patient) (found []Finding, _ error) {
	for _, name := range ownersTables {
		if !p.Table(name).View {
			continue
		}
		found = append(found, Finding{ID: "view", Severity: Note, Count: 1,
			Title:   fmt.Sprintf("%s is a view.", name),
			Meaning: "The service reads and writes it as a table. What must have a value beneath, and which indexes there are, this report does not see.",
			Advice:  "See that it can be written, and that the tables beneath have the indexes."})
	}
	return found, nil
}

func missingColumns(p *patient) (found []Finding, _ error) {
	for _, name := range ownersTables {
		table := p.Table(name)
		if len(table.Missing) == 0 {
			continue
		}
		finding := Finding{ID: "columns", Severity: Fatal, Count: int64(len(table.Missing)),
			Title:   fmt.Sprintf("The database lacks %s.", listed(prefixed(name, table.Missing))),
			Meaning: "The service does not start.",
			Advice:  "Add what is missing, or give the service a view of the name " + name + " that has all of its columns."}
		for _, column := range table.Missing {
			if other, known := table.Column(column); known { // in another letter case
				finding.SQL = append(finding.SQL, fmt.Sprintf(`ALTER TABLE "%s" RENAME COLUMN "%s" TO "%s"`, name, other.Name, column))
			} else if sql := p.db.ColumnSQL(name, column); sql != "" {
				finding.SQL = append(finding.SQL, sql)
			}
		}
		found = append(found, finding)
	}
	return found, nil
}

// resized is the column with room for so many characters.
func resized(c models.ColumnShape, width int64) models.ColumnShape {
	c.Type = fmt.Sprintf("%s(%d)", strings.Replace(c.Kind, "bpchar", "varchar", 1), width)
	return c
}

func narrowHash(p *patient) ([]Finding, error) {
	column, _ := p.Table("Users").Column("PasswordHash")
	if column.Width == 0 || column.Width >= models.HashWidth {
		return nil, nil
	}
	return []Finding{{ID: "hash-width", Severity: Fatal, Count: column.Width,
		Title:   fmt.Sprintf("Users.PasswordHash holds %d characters, and a bcrypt hash has %d.", column.Width, models.HashWidth),
		Meaning: "No password could be kept. The service does not start.",
		Advice:  "Make the column wider.",
		SQL:     p.db.AlterColumn("Users", column, resized(column, 255))}}, nil
}

// textWidths are how many characters the rules allow.
var textWidths = []struct {
	table, column string
	width         int64
}{
	{"Users", "Username", models.UsernameMax}, {"Users", "Email", models.EmailMax},
	{"Users", "FirstName", models.NameMax}, {"Users", "LastName", models.NameMax}, {"Roles", "RoleName", models.RoleNameMax},
}

func narrowColumns(p *patient) ([]Finding, error) {
	finding := Finding{ID: "width", Severity: Note,
		Meaning: "What is longer than its column is refused, with a sentence that says so.",
		Advice:  "Make the columns wider, if that is not wanted."}
	var names []string
	for _, text := range textWidths {
		column, known := p.Table(text.table).Column(text.column)
		if !known || column.Width == 0 || column.Width >= text.width {
			continue
		}
		names = append(names, fmt.Sprintf("%s.%s (%d instead of %d)", text.table, text.column, column.Width, text.width))
		finding.SQL = append(finding.SQL, p.db.AlterColumn(text.table, column, resized(column, text.width))...)
	}
	if len(names) == 0 {
		return nil, nil
	}
	finding.Count, finding.Title = int64(len(names)), fmt.Sprintf("Fewer characters than the rules allow fit into %s.", listed(names))
	return []Finding{finding}, nil
}

// ours are the columns that the service gives a value.
var ours = map[string][]string{
	"Users":     {"Username", "PasswordHash", "Email", "FirstName", "LastName", "IsActive"},
	"Roles":     {"RoleName"},
	"UserRoles": {"UserId", "RoleId"},
}

var newRow = map[string]string{
	"Users":     "Nobody can register, and no admin can make an account.",
	"Roles":     "No role can be made.",
	"UserRoles": "No role can be given to anybody, so nobody can register.",
}

func requiredColumns(p *patient) (found []Finding, _ error) {
	for _, name := range ownersTables {
		for _, column := range p.Table(name).Columns {
			given := slices.ContainsFunc(ours[name], func(own string) bool { return strings.EqualFold(own, column.Name) })
			if given || column.Nullable || column.Default || column.Filled {
				continue
			}
			optional := column
			optional.Nullable = true
			finding := Finding{ID: "required", Severity: Warning, Count: 1,
				Title:   fmt.Sprintf("%s.%s must have a value, has no default, and the service does not know it.", name, column.Name),
				Meaning: newRow[name],
				Advice:  "Let it have a default, or be NULL.",
				SQL:     p.db.AlterColumn(name, column, optional)}
			if column.Name == "UserId" || column.Name == "RoleId" {
				finding.Title = fmt.Sprintf("%s.%s gets no value by itself.", name, column.Name)
				finding.Advice, finding.SQL = "Make it an identity column.", nil
			}
			found = append(found, finding)
		}
	}
	return found, nil
}

// codePageColumns is about SQL Server, whose varchar holds the characters of one
// code page.
func codePageColumns(p *patient) ([]Finding, error) {
	if p.Server.Engine != "SQL Server" {
		return nil, nil
	}
	finding := Finding{ID: "varchar", Severity: Note,
		Meaning: "They hold the characters of one code page. The service compares and writes them as varchar, so that their indexes serve, " +
			"and refuses what they can't hold.",
		Advice: "For names in any alphabet, make them nvarchar."}
	var names []string
	for _, text := range textWidths {
		column, known := p.Table(text.table).Column(text.column)
		if !known || column.Kind != "varchar" && column.Kind != "char" || strings.HasSuffix(column.Collation, "_UTF8") {
			continue
		}
		names = append(names, text.table+"."+text.column)
		wide := column
		wide.Type = "n" + column.Type
		finding.SQL = append(finding.SQL, p.db.AlterColumn(text.table, column, wide)...)
	}
	if len(names) == 0 {
		return nil, nil
	}
	finding.Count, finding.Title = int64(len(names)), fmt.Sprintf("%s: varchar, not nvarchar.", listed(names))
	return []Finding{finding}, nil
}

// caseSensitiveColumns is about SQL Server: only there a column's collation
// decides how we compare.
func caseSensitiveColumns(p *patient) ([]Finding, error) {
	if p.Server.Engine != "SQL Server" {
		return nil, nil
	}
	finding := Finding{ID: "collation", Severity: Warning,
		Meaning: "The service compares all names by LOWER then, which no index serves: each sign-in reads the whole table.",
		Advice:  "Give them a collation that ignores letter case. Indexes on them must be dropped first, and made anew."}
	var names []string
	for _, text := range textWidths {
		column, known := p.Table(text.table).Column(text.column)
		if !known || column.Collation == "" || strings.Contains(column.Collation, "_CI") {
			continue
		}
		names = append(names, fmt.Sprintf("%s.%s (%s)", text.table, text.column, column.Collation))
		folded := column
		folded.Collation = strings.NewReplacer("_CS", "_CI", "_BIN2", "_CI_AS", "_BIN", "_CI_AS").Replace(column.Collation)
		finding.SQL = append(finding.SQL, p.db.AlterColumn(text.table, column, folded)...)
	}
	if len(names) == 0 {
		return nil, nil
	}
	finding.Count, finding.Title = int64(len(names)), fmt.Sprintf("Letter case counts in %s.", listed(names))
	return []Finding{finding}, nil
}
