package services

import (
	"bytes"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

// diagnosed is the report on the database behind the URL.
func diagnosed(t *testing.T, url string) Report {
	t.Helper()
	db, err := models.OpenToRead(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("OpenToRead: %v", err)
	}
	defer db.Close()
	report, err := Diagnose(t.Context(), db)
	if err != nil {
		t.Fatalf("Diagnose: %v", err)
	}
	for _, finding := range report.Findings {
		if finding.Title == "" || finding.Severity != Fine && finding.Meaning == "" || strings.Contains(finding.Title, "%!") {
			t.Errorf("a finding says too little: %+v", finding)
		}
	}
	return report
}

// found are the findings of that id.
func (r Report) found(id string) (found []Finding) {
	for _, finding := range r.Findings {
		if finding.ID == id {
			found = append(found, finding)
		}
	}
	return found
}

// brief is a line for each finding that is not well.
func (r Report) brief() (lines []string) {
	for _, finding := range r.Findings {
		if finding.Severity != Fine {
			lines = append(lines, string(finding.Severity)+" "+finding.ID)
		}
	}
	return lines
}

// Each ailment is found, by its name and its number, and nothing else is; where
// the report has SQL that helps, it helps.
func TestDiagnose(t *testing.T) {
	for _, ailment := range ailments {
		t.Run(strings.ReplaceAll(ailment.name, " ", "_"), func(t *testing.T) {
			modeltest.EachURL(t, func(t *testing.T, engine, url string) {
				statements := ailment.statements(engine)
				if len(ailment.on) > 0 && ailment.on[engine] == nil {
					t.Skip("skipped: this engine does not know it")
				}
				modeltest.Open(t, url)
				modeltest.Exec(t, url, statements...)
				wanted := []string{"note administrators"}
				if ailment.want != "" {
					wanted = append(wanted, strings.Split(ailment.want, ", ")...)
				}
				report := diagnosed(t, url)
				slices.Sort(wanted)
				if got := slices.Sorted(slices.Values(report.brief())); !slices.Equal(got, wanted) {
					t.Fatalf("found %q, want %q; unread is %+v", got, wanted, report.Unread)
				}
				if ailment.want == "" {
					return
				}
				id := ailment.want[strings.LastIndexByte(ailment.want, ' ')+1:]
				for i, finding := range report.found(id) {
					if i == 0 && finding.Count != ailment.count {
						t.Errorf("%s counts %d, want %d", id, finding.Count, ailment.count)
					}
					modeltest.Exec(t, url, finding.SQL...) // what only shows rows must run as well
				}
				if after := diagnosed(t, url).found(id); ailment.heals && slices.ContainsFunc(after, func(f Finding) bool { return f.Severity != Fine }) {
					t.Errorf("after its SQL the report still has %+v", after)
				}
			})
		})
	}
}

// A database where nothing was ever made is no fault, and one that was made by
// us has none.
func TestDiagnoseOurOwn(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		want := []string{"note tables", "note migrations"}
		empty := diagnosed(t, url)
		if len(empty.Elsewhere) > 0 { // those of other tests, in other schemas
			want[0] = "warning tables"
		}
		if got := empty.brief(); !slices.Equal(got, want) {
			t.Errorf("an empty database has %q, want %q", got, want)
		}
		modeltest.Open(t, url)
		report := diagnosed(t, url)
		if got, want := report.brief(), []string{"note administrators"}; !slices.Equal(got, want) {
			t.Errorf("a new database has %q, want %q: %+v", got, want, report.Findings)
		}
		newFixture(t, modeltest.Open(t, url)).cast()
		if got := diagnosed(t, url).brief(); len(got) > 0 {
			t.Errorf("a database in use has %q, want nothing", got)
		}
		for _, id := range []string{"tables", "index", "rights", "migrations", "administrators"} {
			if report := diagnosed(t, url); len(report.found(id)) != 1 || report.found(id)[0].Severity != Fine {
				t.Errorf("the report has %+v, want a word that all is well", report.found(id))
			}
		}
	})
}

// Tables that our statements do not lead to are no reason to make others.
func TestDiagnoseHiddenTables(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if engine != "postgres" {
			t.Skip("skipped: this engine has one schema here")
		}
		modeltest.Exec(t, url, `CREATE TABLE users (id INTEGER)`)
		report := diagnosed(t, url)
		tables := report.found("tables")
		if len(tables) != 1 || tables[0].Severity != Warning || !strings.Contains(tables[0].Title, ".users") {
			t.Errorf("the report has %+v, want a warning of the table users", tables)
		}
	})
}

// A part of the catalogue that is not to be had is a finding, and the rest is
// reported.
func TestDiagnoseUnread(t *testing.T) {
	server := tds.Start(t)
	modeltest.Open(t, server.URL())
	server.FailNext(`"sys"."triggers"`, 229, "canary")
	server.FailNext(`SELECT COUNT(*) FROM "Users"`, 1222, "canary")
	report := diagnosed(t, server.URL())
	unread := report.found("unread")
	if len(unread) != 2 || !strings.Contains(unread[0].Title, "the triggers of Users") || !strings.Contains(unread[1].Title, "the number of users") {
		t.Errorf("unread is %+v, want the triggers of Users and the number of users", unread)
	}
	if len(report.found("administrators")) != 1 || report.Count(Fatal) > 0 {
		t.Errorf("the rest is %q", report.brief())
	}
}

// A report quotes names, to find them by, and never a hash.
func TestDiagnoseQuotesNoHash(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		modeltest.Open(t, url)
		modeltest.Exec(t, url, dropIndex[engine]...)
		modeltest.Exec(t, url, `INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('bob', 'canary', 'bob@example.com')`,
			`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('BOB', '$9$canary', 'robert@example.com')`)
		report := diagnosed(t, url)
		for _, finding := range report.Findings {
			if text := cmp.Diff(Finding{}, finding); strings.Contains(text, "canary") {
				t.Errorf("a finding quotes a hash: %+v", finding)
			}
		}
		if got := report.found("duplicate-usernames"); len(got) != 1 || !slices.Equal(got[0].Examples, []string{`"bob" (2 rows)`}) {
			t.Errorf("the report has %+v, want bob as the example", got)
		}
	})
}

// schemas are the queries for every word of the schema.
var schemas = map[string]string{
	"sqlite": `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL`,
	"postgres": `SELECT CONCAT(table_name, column_name, data_type, is_nullable, column_default, character_maximum_length) FROM information_schema.columns WHERE table_schema = current_schema()` +
		` UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()`,
	"sqlserver": `SELECT CONCAT(c."object_id", c."name", c."max_length", c."is_nullable") FROM "sys"."columns" AS c JOIN "sys"."tables" AS t ON t."object_id" = c."object_id"` +
		` UNION ALL SELECT i."name" FROM "sys"."indexes" AS i JOIN "sys"."tables" AS t ON t."object_id" = i."object_id"`,
}

func init() { schemas["tds"] = schemas["sqlserver"] }

// state is every row of every table, and the schema.
func state(t *testing.T, engine, url string) map[string][]string {
	t.Helper()
	f := newFixture(t, modeltest.Open(t, url))
	state := f.dump()
	var schema []string
	if err := f.db.Read(t.Context()).Raw(schemas[engine]).Scan(&schema).Error; err != nil {
		t.Fatal(err)
	}
	slices.Sort(schema)
	state["schema"] = schema
	return state
}

// A report sends SELECTs, and a PRAGMA or a transaction that can't change anything
// around them; afterwards all is as it was.
func TestDiagnoseChangesNothing(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		newFixture(t, modeltest.Open(t, url)).cast()
		modeltest.Exec(t, url, `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (99, 99)`)
		before := state(t, engine, url)
		var log bytes.Buffer
		db, err := models.OpenToRead(t.Context(), url, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Diagnose(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		statements := 0
		for line := range strings.SplitSeq(log.String(), "\n") {
			if !strings.Contains(line, "msg=statement") {
				continue
			}
			if statements++; !strings.Contains(line, `sql="SELECT `) {
				t.Errorf("the report sent %s", line)
			}
		}
		if statements < 20 {
			t.Errorf("the log has %d statements, want those of the report:\n%s", statements, &log)
		}
		if diff := cmp.Diff(before, state(t, engine, url)); diff != "" {
			t.Errorf("the report changed (-before +after):\n%s", diff)
		}
	})
}

// Where there is a transaction that can only read, it does.
func TestReadOnlyRefusesChanges(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if schemas[engine] == schemas["sqlserver"] {
			t.Skip("skipped: SQL Server has no such transaction")
		}
		modeltest.Open(t, url)
		db, err := models.OpenToRead(t.Context(), url, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.ReadOnly(t.Context(), func(tx *gorm.DB) error { return tx.Exec(`DELETE FROM "Roles"`).Error }); err == nil {
			t.Error("a change in ReadOnly = nil, want a refusal")
		}
	})
}

// What SQL Server would be sent: nothing but SELECTs.
func TestDiagnoseSendsSelects(t *testing.T) {
	db, recorder := modeltest.Recorded(t)
	if _, err := Diagnose(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	sent := recorder.Sent()
	if len(sent) < 20 {
		t.Errorf("the report sent %d statements, want one for each question", len(sent))
	}
	for _, statement := range sent {
		if !strings.HasPrefix(statement.SQL, "SELECT ") || strings.Contains(statement.SQL, ";") {
			t.Errorf("the report sent %s", statement)
		}
	}
}

// The file of an SQLite database stays as it is to the byte, whatever its journal,
// and no other appears beside it.
func TestDiagnoseLeavesTheFile(t *testing.T) {
	for _, journal := range []string{"WAL", "DELETE", ""} {
		t.Run("journal_"+journal, func(t *testing.T) {
			folder := t.TempDir()
			url := "sqlite:" + filepath.Join(folder, "owner.db")
			if journal != "" {
				std, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "owner.db"))
				if err != nil {
					t.Fatal(err)
				}
				for _, statement := range []string{"PRAGMA journal_mode = " + journal, `CREATE TABLE "Users" ("UserId" INTEGER PRIMARY KEY, "Username" TEXT)`, `INSERT INTO "Users" VALUES (1, 'ann')`} {
					if _, err := std.Exec(statement); err != nil {
						t.Fatal(err)
					}
				}
				if err := std.Close(); err != nil {
					t.Fatal(err)
				}
			}
			before := files(t, folder)
			if report := diagnosed(t, url); report.Server.Missing != (journal == "") || report.Table("Users").Found != (journal != "") {
				t.Errorf("the report has the server %+v and a table Users: %t", report.Server, report.Table("Users").Found)
			}
			if diff := cmp.Diff(before, files(t, folder)); diff != "" {
				t.Errorf("the folder changed (-before +after):\n%s", diff)
			}
		})
	}
}

// files are the contents by name.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		contents[entry.Name()] = string(text)
	}
	return contents
}
