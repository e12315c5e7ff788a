package commands

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/services"
)

var report = services.Report{
	Catalogue: models.Catalogue{
		Server: models.ServerShape{Engine: "SQL Server", Version: "Microsoft SQL Server 2019", Database: "accounts", User: "clerk"},
		Tables: []models.TableShape{
			{Name: "Users", Found: true,
				Columns: []models.ColumnShape{
					{Name: "UserId", Type: "int", Filled: true},
					{Name: "Username", Type: "varchar(50)", Nullable: true, Default: true, Collation: "Latin1_General_CI_AS"},
				},
				Indexes:  []models.IndexShape{{Name: "PK", Unique: true, Keys: []string{"userid"}}, {Name: "IX", Keys: []string{"username", "userid"}}},
				Triggers: []models.TriggerShape{{Name: "TR", Enabled: true}, {Name: "TR_Old"}}},
			{Name: "Roles"}, {Name: "RolecallLocks", Found: true},
		},
	},
	Findings: []services.Finding{
		{ID: "a", Severity: services.Fatal, Title: "One word after another makes a line too long.", Meaning: "It is broken.", Advice: "Do this.",
			SQL: []string{`ALTER TABLE "Users" ADD "A Column With A Long Name" NVARCHAR(200) NOT NULL`}},
		{ID: "b", Severity: services.Warning, Title: "Twice.", Examples: []string{`"bob" (2 rows)`}, Meaning: "So it is."},
		{ID: "c", Severity: services.Fine, Title: "Well."},
		{ID: "d", Severity: services.Fine, Title: "Well too."},
	},
}

const reported = `Microsoft SQL Server 2019, database accounts, as
clerk.

Users       type         NULL  default    collation
  UserId    int          no    by itself
  Username  varchar(50)  yes   yes        Latin1_General_CI_AS
  unique PK (userid)
  index IX (username, userid)
  trigger TR
  trigger TR_Old (disabled)

FATAL    One word after another makes a line too
         long.
         It is broken.
         Do this.
           ALTER TABLE "Users" ADD "A Column With A Long Name" NVARCHAR(200) NOT NULL;

WARNING  Twice.
         For example: "bob" (2 rows).
         So it is.

OK       Well.
OK       Well too.

1 fatal finding, 1 warning. The service could
not work on this database.
`

func TestReport(t *testing.T) {
	if diff := cmp.Diff(reported, layout{width: 48}.report(report)); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
	coloured := layout{width: 48, colour: true}.report(report)
	for _, code := range []string{"\x1b[1;31m", "\x1b[1;33m", "\x1b[32m", "\x1b[0m"} {
		if coloured = strings.ReplaceAll(coloured, code, ""); strings.Contains(coloured, code) {
			t.Errorf("%q is left", code)
		}
	}
	if diff := cmp.Diff(reported, coloured); diff != "" {
		t.Errorf("in colour the report says something else (-want +got):\n%s", diff)
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "> \n"},
		{"a b", "> a b\n"},
		{"abcde fgh ij", "> abcde fgh\n. ij\n"},
		{"éééééééé é é", "> éééééééé\n. é é\n"},
		{"averyverylongword b", "> averyverylongword\n. b\n"},
	} {
		if got := (layout{width: 11}).wrap(tt.text, "> ", ". "); got != tt.want {
			t.Errorf("wrap(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// terminal is where a command runs, with the usual settings and that database.
func terminal(t *testing.T, url string) (terminal *Terminal, stdout, stderr *bytes.Buffer) {
	t.Helper()
	var line struct{ services.Settings }
	if _, err := kong.Must(&line).Parse([]string{"--database-url", url}); err != nil {
		t.Fatal(err)
	}
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &Terminal{Context: t.Context(), Settings: line.Settings, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr}, stdout, stderr
}

// The doctor sees a database that is not there, a good one, and one on which
// nothing could work.
func TestDoctor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rolecall.db")
	at, stdout, stderr := terminal(t, "sqlite:"+path)
	if err := (Doctor{}).Run(at); err != nil || !strings.Contains(stdout.String(), "there is no such file yet") {
		t.Errorf("doctor of no file = %v, %s; want a report", err, stdout)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the doctor made the file: %v", err)
	}
	if err := (Migrate{}).Run(at); err != nil {
		t.Fatal(err)
	}
	if err := (Doctor{}).Run(at); err != nil || !strings.Contains(stdout.String(), "\nOK       The schema is up to date.\n") {
		t.Errorf("doctor = %v, %s; want a report", err, stdout)
	}
	database, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	if _, err := database.Exec(`DROP INDEX "IX_Users_LastName"; DROP INDEX "IX_Users_FirstName"; ALTER TABLE "Users" DROP COLUMN "LastName"`); err != nil {
		t.Fatal(err)
	}
	stdout.Reset()
	if err := (Doctor{JSON: true}).Run(at); err == nil || err.Error() != "the service could not work on this database; fatal findings: 1" {
		t.Errorf("doctor of a broken database = %v, want a failure", err)
	}
	var read services.Report
	if err := json.Unmarshal(stdout.Bytes(), &read); err != nil {
		t.Fatalf("doctor --json wrote no JSON: %v in %s", err, stdout)
	}
	if first := read.Findings[0]; read.Server.Engine != "SQLite" || first.ID != "columns" || first.Severity != services.Fatal || len(first.SQL) != 1 {
		t.Errorf("doctor --json = %+v, want the missing column", read)
	}
	if stderr.Len() > 0 {
		t.Errorf("the doctor logged %s", stderr)
	}
}

func TestDoctorOfNoServer(t *testing.T) {
	at, stdout, _ := terminal(t, "postgres://127.0.0.1:1/x?connect_timeout=1")
	if err := (Doctor{}).Run(at); err == nil || stdout.Len() > 0 {
		t.Errorf("doctor without a server = %v, %s; want a failure and no report", err, stdout)
	}
}
