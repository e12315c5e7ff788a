package services

import (
	"fmt"
	"strings"

	"rolecall/models"
)

func foundTriggers(p *patient) (found []Finding, _ error) {
	for _, name := range ownersTables {
		var names, instead []string
		for _, trigger := range p.Table(name).Triggers {
			switch {
			case !trigger.Enabled:
			case trigger.Instead:
				instead = append(instead, trigger.Name)
			default:
				names = append(names, trigger.Name)
			}
		}
		if len(names) > 0 {
			found = append(found, Finding{ID: "triggers", Severity: Note, Count: int64(len(names)),
				Title:   fmt.Sprintf("%s has %s: %s.", name, some(int64(len(names)), "trigger"), listed(names)),
				Meaning: "They run for what the service writes, in its transactions. It uses nothing that a trigger forbids."})
		}
		if len(instead) > 0 {
			found = append(found, Finding{ID: "triggers-instead", Severity: Warning, Count: int64(len(instead)),
				Title:   fmt.Sprintf("%s has %s that runs instead of a write: %s.", name, some(int64(len(instead)), "trigger"), listed(instead)),
				Meaning: "What the service writes is kept only as far as that trigger writes it.",
				Advice:  "See that it writes the row that it was given."})
		}
	}
	return found, nil
}

// reads says which statements an index serves.
var reads = map[string]string{
	"Users(userid)":     "Every request reads a user by UserId.",
	"UserRoles(userid)": "Every request reads the roles of a user.",
	"UserRoles(roleid)": "The list of a role's holders, and their number, are read by RoleId.",
	"Roles(rolename)":   "Roles are found by name whenever one is given or asked for.",
}

func missingIndexes(p *patient) (found []Finding, _ error) {
	for _, wanted := range p.db.WantedIndexes() {
		table := p.Table(wanted.Table)
		if !table.Found || table.View || len(table.Missing) > 0 {
			continue
		}
		index, there := table.Index(wanted.Keys)
		if there && (index.Unique || !wanted.Unique) {
			continue
		}
		finding := Finding{ID: "index", Severity: Warning, Count: 1, SQL: []string{wanted.SQL},
			Title:   fmt.Sprintf("No index of %s begins with %s.", wanted.Table, strings.Join(wanted.Keys, ", ")),
			Meaning: reads[wanted.Table+"("+bare(wanted.Keys[0])+")"] + " Without an index each of these reads the whole table.",
			Advice:  "Make the index."}
		if finding.Meaning[0] == ' ' {
			finding.Meaning = "Sign-ins, the search and the sorting of the list read it. Without an index each of these reads the whole table."
		}
		if wanted.Unique {
			finding.Advice = "Make the index, once no two rows are equal."
		}
		if there {
			finding.ID, finding.Severity = "index-not-unique", Note
			finding.Title = fmt.Sprintf("The index %s of %s is not unique.", index.Name, wanted.Table)
			finding.Meaning = "The service takes no name twice, but another program might."
		}
		found = append(found, finding)
	}
	if len(found) == 0 && p.Table("Users").Found {
		found = []Finding{{ID: "index", Severity: Fine, Title: "The indexes that the service relies on are there."}}
	}
	return found, nil
}

// bare is the column in a key.
func bare(key string) string {
	key, _, _ = strings.Cut(strings.TrimPrefix(key, "lower("), " ")
	return strings.TrimSuffix(key, ")")
}

func waitingReaders(p *patient) ([]Finding, error) {
	if !p.Server.Waits {
		return nil, nil
	}
	return []Finding{{ID: "read-committed-snapshot", Severity: Warning, Count: 1,
		Title:   "READ_COMMITTED_SNAPSHOT is off.",
		Meaning: "Who reads waits for who writes: a change of one account, or a long statement of another program, holds up requests.",
		Advice:  "Switch it on. The statement waits until nobody else uses the database; WITH ROLLBACK IMMEDIATE ends their transactions.",
		SQL:     []string{fmt.Sprintf(`ALTER DATABASE "%s" SET READ_COMMITTED_SNAPSHOT ON`, p.Server.Database)}}}, nil
}

// missingRights: without a SELECT on the owner's tables, or with less than all
// on ours, nothing works; without the others something does.
func missingRights(p *patient) (found []Finding, _ error) {
	for _, table := range p.Tables {
		if len(table.Lacks) == 0 {
			continue
		}
		finding := Finding{ID: "rights", Severity: Warning, Count: int64(len(table.Lacks)),
			Title:   fmt.Sprintf("On %s the login lacks %s.", table.Name, listed(table.Lacks)),
			Meaning: "Whatever writes there fails: new accounts, changes, roles, and passwords, which are hashed anew at a sign-in.",
			Advice:  "Grant what is missing.",
			SQL:     p.grants(table)}
		own := strings.HasPrefix(table.Name, "Rolecall")
		if own || table.Lacks[0] == "SELECT" {
			finding.Severity, finding.Meaning = Fatal, "The service does not work without."
		}
		if p.Server.Engine == "SQLite" {
			finding.Severity, finding.Meaning = Fatal, "The service does not start: the file can't be written by whom the program runs as."
			finding.Advice, finding.SQL = "Give that person the right to write the file and its folder.", nil
		}
		found = append(found, finding)
		if p.Server.Engine == "SQLite" {
			break // one file
		}
	}
	if len(found) == 0 && p.Table("Users").Found {
		found = []Finding{{ID: "rights", Severity: Fine, Title: "The login may read and write all the tables there are."}}
	}
	return found, nil
}

// grants names what is lacking table by table, and a sequence by itself.
func (p *patient) grants(table models.TableShape) (statements []string) {
	var rights []string
	for _, right := range table.Lacks {
		if strings.Contains(right, " ON ") {
			statements = append(statements, fmt.Sprintf(`GRANT %s TO "%s"`, right, p.Server.User))
		} else {
			rights = append(rights, right)
		}
	}
	if len(rights) > 0 {
		statements = append(statements, fmt.Sprintf(`GRANT %s ON "%s" TO "%s"`, strings.Join(rights, ", "), table.Name, p.Server.User))
	}
	return statements
}

func pendingSteps(p *patient) ([]Finding, error) {
	steps := int64(len(p.Pending))
	switch {
	case steps == 0:
		return []Finding{{ID: "migrations", Severity: Fine, Title: "The schema is up to date."}}, nil
	case !p.Server.MayCreate:
		return []Finding{{ID: "migrations", Severity: Fatal, Count: steps,
			Title:   fmt.Sprintf("%s of the schema to make, and the login may not create tables: %s.", some(steps, "step"), listed(p.Pending)),
			Meaning: "The service does not start.",
			Advice:  "Have a DBA run what `rolecall migrate --dry-run` prints and grant the service's login SELECT, INSERT, UPDATE and DELETE on these tables; then set ROLECALL_MIGRATE=check."}}, nil
	}
	return []Finding{{ID: "migrations", Severity: Note, Count: steps,
		Title:   fmt.Sprintf("%s of the schema to make: %s.", some(steps, "step"), listed(p.Pending)),
		Meaning: "The service makes them when it starts. The owner's tables are not altered.",
		Advice:  "`rolecall migrate --dry-run` prints the SQL, for a DBA to run instead."}}, nil
}
