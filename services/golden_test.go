package services

import (
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const goldenFile = "testdata/golden_sqlserver.sql"

// canned are the answers of a server with one user, whose password is "correct
// horse", and some roles.
func canned() []modeltest.Answer {
	userColumns := []string{"UserId", "Username", "PasswordHash", "Email", "FirstName", "LastName",
		"OwnerActive", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt"}
	userRow := []driver.Value{int64(7), "ann", passlibHashes[0].hash, "ann@example.com", "Ann", "Lee", int64(1), "active", int64(1), int64(1), int64(1), int64(1)}
	roleColumns := []string{"RoleId", "RoleName", "Description", "UserCount"}
	seen, expires := int64(models.Now().Add(-2*time.Minute)), int64(models.Now().Add(time.Hour))
	return []modeltest.Answer{
		{Holds: `FROM "Users" AS u`, Columns: userColumns, Rows: [][]driver.Value{userRow}},
		{Holds: `SELECT count(*)`, Columns: []string{""}, Rows: [][]driver.Value{{int64(0)}}},
		{Holds: `SELECT "UserId","Username" FROM "Users"`, Columns: []string{"UserId", "Username"}, Rows: [][]driver.Value{{int64(1), "jean.leroy"}, {int64(2), "lkarlsson"}}},
		{Holds: `SELECT "UserId" FROM "Users"`, Columns: []string{"UserId"}, Rows: [][]driver.Value{{int64(7)}}},
		{Holds: `SELECT "UserId", "Username", "PasswordHash" FROM "Users"`, Columns: []string{"UserId", "Username", "PasswordHash"}, Rows: [][]driver.Value{{int64(8), "kit", passlibHashes[0].hash}}},
		{Holds: `FROM "UserRoles" WHERE "UserRoles"`, Columns: []string{"UserId", "RoleId"}, Rows: [][]driver.Value{{int64(7), int64(2)}}},
		{Holds: `FROM "Roles" WHERE "Roles"`, Columns: []string{"RoleId", "RoleName"}, Rows: [][]driver.Value{{int64(2), "User"}}},
		{Holds: `SELECT "RoleId", "RoleName"`, Columns: []string{"RoleId", "RoleName"}, Rows: [][]driver.Value{{int64(2), "User"}, {int64(3), "Editor"}, {int64(4), "Writer"}}},
		{Holds: `SELECT "RoleId" FROM "Roles"`, Columns: []string{"RoleId"}, Rows: [][]driver.Value{{int64(1)}, {int64(2)}}},
		{Holds: `FROM "Roles" AS r`, Columns: roleColumns, Rows: [][]driver.Value{{int64(2), "User", "", int64(1)}, {int64(3), "Editor", "edits", int64(1)}}},
		{Holds: `WHERE r."RoleId"`, Columns: roleColumns, Rows: [][]driver.Value{{int64(3), "Editor", "edits", int64(1)}}},
		{Holds: `SELECT * FROM "RolecallLocks"`, Columns: []string{"Name", "Counter"}, Rows: [][]driver.Value{{"setup", int64(0)}}},
		{Holds: `SELECT * FROM "RolecallSessions"`, Columns: []string{"SessionId", "UserId", "Kind", "ExpiresAt"}, Rows: [][]driver.Value{{"x", int64(7), "api", expires}}},
		{Holds: `SELECT count(*) FROM "RolecallSessions"`, Columns: []string{""}, Rows: [][]driver.Value{{int64(2)}}},
		{Holds: `SELECT * FROM "RolecallRefreshTokens"`, Columns: []string{"TokenHash", "SessionId", "UserId", "UsedAt", "ExpiresAt"},
			Rows: [][]driver.Value{{refreshHash(refreshText), "x", int64(7), int64(0), expires}}},
		{Holds: `SELECT COALESCE(MAX("UserId"), 0) FROM "Users"`, Columns: []string{""}, Rows: [][]driver.Value{{int64(0)}}},
		{Holds: `SELECT * FROM "RolecallActs" WHERE "ActId"`, Columns: []string{"ActId", "ActorId", "At", "Action"},
			Rows: [][]driver.Value{{actText, int64(1), int64(models.Now()), "roles"}}},
		{Holds: `SELECT * FROM "RolecallActs" WHERE "At"`, Times: 1, Columns: []string{"ActId"}, Rows: [][]driver.Value{{"a"}, {"b"}}},
		{Holds: `SELECT * FROM "RolecallActRows" WHERE "ActId"`, Columns: []string{"ActId", "UserId", "Outcome", "Gave", "Took"},
			Rows: [][]driver.Value{{actText, int64(7), "done", "[]", `[{"id":3,"name":"Editor"}]`}}},
		{Holds: `SELECT "UserId" FROM "RolecallActRows"`, Columns: []string{"UserId"}, Rows: [][]driver.Value{{int64(7)}}},
		{Holds: `SELECT * FROM "RolecallActRows" WHERE "At"`, Times: 1, Columns: []string{"ActId", "UserId"}, Rows: [][]driver.Value{{"a", int64(7)}, {"b", int64(7)}}},
		{Holds: `SELECT * FROM "RolecallImports" WHERE "ActorId"`, Columns: importColumns, Rows: [][]driver.Value{cannedImport(importText, models.Checking)}},
		{Holds: `SELECT * FROM "RolecallImports" WHERE "ImportId"`, Columns: importColumns, Rows: [][]driver.Value{cannedImport(checkedText, models.Checked)}},
		{Holds: `SELECT * FROM "RolecallImports" WHERE "ImportId"`, Times: 1, Columns: importColumns, Rows: [][]driver.Value{cannedImport(importText, models.Checking)}},
		{Holds: `SELECT "ImportId","Phase"`, Columns: []string{"ImportId", "Phase", "SeenAt"}, Rows: [][]driver.Value{{checkedText, "checked", int64(0)}}},
		{Holds: `SELECT "ImportId" FROM "RolecallImports" WHERE "At"`, Times: 1, Columns: []string{"ImportId"}, Rows: [][]driver.Value{{"a"}, {"b"}}},
		{Holds: `SELECT * FROM "RolecallImportPieces"`, Times: 1, Columns: []string{"ImportId", "Place", "Bytes"}, Rows: [][]driver.Value{{importText, int64(0), []byte(smallImport)}}},
		{Holds: `u."UserId" = @p1 AND ((a."Status" IS NULL OR a."Status" = 'active'))`, Columns: []string{""}, Rows: [][]driver.Value{{int64(1)}}},
		{Holds: `SELECT "Outcome", "Reason"`, Columns: []string{"Outcome", "Reason", "Count"}, Rows: [][]driver.Value{{"done", "", int64(1)}}},
		{Holds: `SELECT "UserId", COUNT(*)`, Columns: []string{"UserId", "Count"}, Rows: [][]driver.Value{{int64(7), int64(2)}}},
		{Holds: `SELECT u."UserId" FROM`, Columns: []string{"UserId"}, Rows: [][]driver.Value{{int64(7)}}},
		{Holds: `SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleId" IN`, Columns: []string{"RoleId", "RoleName"}, Rows: [][]driver.Value{{int64(3), "Editor"}}},
		{Holds: `SELECT "TokenHash"`, Times: 1, Columns: []string{"TokenHash"}, Rows: [][]driver.Value{{"a"}, {"b"}}},
		{Holds: `SELECT "SessionId"`, Times: 1, Columns: []string{"SessionId"}, Rows: [][]driver.Value{{"a"}, {"b"}}},
		{Holds: `u."UserId" IN (SELECT "UserId" FROM "Users"`, Columns: userColumns, Rows: [][]driver.Value{userRow}},
		{Holds: `"RolecallSessions" AS s`, Columns: append(userColumns[:len(userColumns):len(userColumns)], "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "RoleId", "RoleName"),
			Rows: [][]driver.Value{append(userRow[:len(userRow):len(userRow)], "console", seen, seen, expires, int64(2), "User")}},
	}
}

var importColumns = []string{"ImportId", "ActorId", "At", "FileName", "Size", "Existing", "Phase", "Worker", "SeenAt", "Position", "Report"}

func cannedImport(id string, phase models.ImportPhase) []driver.Value {
	return []driver.Value{id, int64(1), int64(models.Now()), "users.csv", int64(len(smallImport)), "skip", string(phase), "", int64(0), int64(0), "{}"}
}

// oneAdmin is the answer where an admin is left.
var oneAdmin = modeltest.Answer{Holds: `u."UserId" <> @p1`, Columns: []string{""}, Rows: [][]driver.Value{{int64(1)}}}

// statements are what each method sends to SQL Server, where the owner's columns
// are as the catalogue answers, and of NVARCHAR where it does not.
func statements(t *testing.T, catalogue ...modeltest.Answer) []modeltest.Statement {
	t.Helper()
	var all []modeltest.Statement
	for _, method := range methods {
		sent, err := calledOn(t, catalogue, method.do, onEmpty(method.name))
		if err != nil {
			t.Errorf("%s: %v", method.name, err)
		}
		all = append(all, modeltest.Statement{SQL: "\n-- " + method.name})
		all = append(all, sent...)
	}
	return all
}

// called calls the method on the canned server, with answers of its own, and
// returns what it sent.
func called(t *testing.T, method func(context.Context, subject) error, setup bool, answers ...modeltest.Answer) ([]modeltest.Statement, error) {
	t.Helper()
	return calledOn(t, nil, method, setup, answers...)
}

func calledOn(t *testing.T, catalogue []modeltest.Answer, method func(context.Context, subject) error, setup bool, answers ...modeltest.Answer) ([]modeltest.Statement, error) {
	t.Helper()
	db, recorder := modeltest.Recorded(t, append(canned(), catalogue...)...)
	boss := newUser("first")
	s := newServices(t, db, slog.New(slog.DiscardHandler), func(c *Config) {
		c.FirstAdmin, c.LoginLimits, c.RegisterLimit = &boss, true, Rate{20, time.Hour}
	})
	subject := subject{Services: s, role: models.Role{RoleID: 3, RoleName: "Editor", Description: "edits"}, setup: s.Setup.token(0)}
	subject.user = models.User{UserID: 7, Username: "ann", PasswordHash: passlibHashes[0].hash, OwnerActive: true, Status: models.Active}
	subject.admin = models.Actor{User: models.User{UserID: 1, Username: "root", OwnerActive: true, Status: models.Active, Roles: []models.Role{{RoleID: 1, RoleName: "Admin"}}}}
	if !setup {
		recorder.Answer(oneAdmin)
	}
	recorder.Answer(answers...)
	recorder.Sent()
	err := method(t.Context(), subject)
	return recorder.Sent(), err
}

func TestGoldenStatements(t *testing.T) {
	var text strings.Builder
	text.WriteString("-- What each method of the services sends to SQL Server, with the types of the\n" +
		"-- parameters. Made by go test ./services -run TestGoldenStatements -update.\n")
	for _, statement := range statements(t) {
		text.WriteString(statement.String() + "\n")
	}
	golden(t, goldenFile, text.String())
	goldenVarchar(t)
}

// golden compares with the file, or rewrites it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("what SQL Server is sent differs from %s (-want +got); -update takes it over:\n%s", file, diff)
	}
}

// denied is what SQL Server does not understand, or what fails on a table with a
// trigger, without the right to alter it, or beside another writer.
var denied = regexp.MustCompile("(?i)\\b(LIMIT|RETURNING|ON CONFLICT|FOR UPDATE|OUTPUT|MERGE|ILIKE|IDENTITY_INSERT|TRUE|FALSE|NULLS|ALTER TABLE|CREATE TABLE|DROP|TRUNCATE|GRANT)\\b|`|\\?|\\|\\||::")

func TestStatementsFitSQLServer(t *testing.T) {
	for _, statement := range statements(t) {
		if found := denied.FindString(statement.SQL); found != "" {
			t.Errorf("%q is in %s", found, statement)
		}
		for i, arg := range statement.Args {
			if arg == nil {
				t.Errorf("parameter %d has no type in %s", i+1, statement)
			}
		}
		if strings.Count(statement.SQL, "'")%2 != 0 {
			t.Errorf("a text does not end in %s", statement)
		}
	}
}

// ended reports whether each transaction but a failed one was ended before the next.
func ended(sent []modeltest.Statement) bool {
	open := 0
	for _, statement := range sent {
		switch {
		case isBegin(statement):
			open++
		case statement.SQL == "COMMIT", statement.SQL == "ROLLBACK":
			open = 0
		}
		if open > 1 {
			return false
		}
	}
	return open == 0
}

// Whatever statement of a change fails, the error comes back and nothing of the
// change is kept.
func TestEveryFailureRollsBack(t *testing.T) {
	failed := 0
	for _, method := range methods {
		sent, err := called(t, method.do, onEmpty(method.name))
		if err != nil {
			t.Fatalf("%s: %v", method.name, err)
		}
		for _, statement := range sent {
			if strings.HasPrefix(statement.SQL, "SELECT") && !slices.ContainsFunc(sent, isBegin) || statement.SQL == "ROLLBACK" {
				continue
			}
			failed++
			again, err := called(t, method.do, onEmpty(method.name), modeltest.Answer{Holds: statement.SQL, Err: errors.New("canary")})
			if err == nil {
				t.Errorf("%s: no error where this fails: %s", method.name, statement.SQL)
			}
			last := again[len(again)-1].SQL
			if strings.HasPrefix(method.name, "Imports.") && last == "COMMIT" && ended(again) {
				continue // of several transactions; another one has set things right
			}
			if begun := slices.ContainsFunc(again, isBegin); begun && last != "ROLLBACK" && last != statement.SQL {
				t.Errorf("%s: where this fails, the last thing sent is %s: %s", method.name, last, statement.SQL)
			}
			if known := (*models.Error)(nil); errors.As(err, &known) && strings.Contains(known.Message, "canary") {
				t.Errorf("%s: the answer quotes the database: %s", method.name, known.Message)
			}
		}
	}
	if failed < 100 {
		t.Errorf("got %d failures, want one for each statement of each change", failed)
	}
}

func isBegin(s modeltest.Statement) bool { return s.SQL == "BEGIN" }
