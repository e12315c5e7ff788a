package services

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

// onTDS is the cast on a server that fails on demand.
func onTDS(t *testing.T) (*fixture, *tds.Server) {
	t.Helper()
	server := tds.Start(t)
	f := newFixture(t, modeltest.Open(t, server.URL()))
	f.cast()
	return f, server
}

// A transaction that SQL Server gave up is run again as a whole: nothing is
// missing, nothing is there twice.
func TestDeadlockVictimRunsAgain(t *testing.T) {
	for _, tt := range []struct {
		name     string
		number   int32
		failures int
		want     models.Kind
	}{
		{"deadlock victim", 1205, 1, ""},
		{"lock timeout", 1222, 2, ""},
		{"always", 1205, 5, models.Busy},
		{"a stranger's error", 8645, 1, models.Internal},
		{"no space", 9002, 1, models.Busy},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "_"), func(t *testing.T) {
			f, server := onTDS(t)
			before := f.dump()
			for range tt.failures {
				server.FailNext(`INSERT INTO "RolecallEvents"`, tt.number, "canary")
			}
			user, err := f.Users.Register(t.Context(), f.as(""), newUser("joe"))
			if models.KindOf(err) != tt.want {
				t.Fatalf("Register = %v, want kind %q", err, tt.want)
			}
			rows := f.dump()
			more := map[string]int{}
			for table := range rows {
				more[table] = len(rows[table]) - len(before[table])
			}
			wanted := 1
			if tt.want != "" {
				wanted = 0
			} else if strings.Join(user.RoleNames(), " ") != "User" {
				t.Errorf("Register = %+v, want the role User", user)
			}
			for _, table := range []string{"Users", "UserRoles", "RolecallAccounts", "RolecallEvents"} {
				if more[table] != wanted {
					t.Errorf("%s has %d more rows, want %d", table, more[table], wanted)
				}
			}
		})
	}
}

// A read that fails for a while is no fault of ours: a victim's is sent again, a
// few times.
func TestReadsThatFail(t *testing.T) {
	f, server := onTDS(t)
	root := f.as("root")
	for failures, want := range []models.Kind{"", "", "", "", "", models.Busy} {
		for range failures {
			server.FailNext(`SELECT count(*)`, 1205, "canary")
		}
		if page, err := f.Users.List(t.Context(), root, UserQuery{}); models.KindOf(err) != want || err == nil && len(page.Items) != 3 {
			t.Errorf("List as a deadlock victim %d times = %+v, %v, want kind %q", failures, page, err, want)
		}
	}
	server.DelayNext(`SELECT count(*)`, 5*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := f.Users.List(ctx, root, UserQuery{}); models.KindOf(err) != models.Busy {
		t.Errorf("List over its deadline = %v, want busy", err)
	}
	if _, err := f.Users.List(t.Context(), root, UserQuery{}); err != nil {
		t.Errorf("List afterwards = %v, want nil", err)
	}
}

// The server restarts. What a dead connection was asked may have been done, so it
// is not asked again: it is busy, once for each connection.
func TestConnectionsAreDropped(t *testing.T) {
	f, server := onTDS(t)
	root := f.as("root")
	for _, tt := range []struct {
		name string
		do   func() error
	}{
		{"List", func() error { _, err := f.Users.List(t.Context(), root, UserQuery{}); return err }},
		{"Create", func() error { _, err := f.Roles.Create(t.Context(), root, "Editor", ""); return err }},
	} {
		server.DropConnections()
		err, tries := tt.do(), 1
		for ; models.KindOf(err) == models.Busy && tries < 40; tries++ {
			err = tt.do()
		}
		if err != nil {
			t.Errorf("%s = %v of kind %q at try %d, want success in the end", tt.name, err, models.KindOf(err), tries)
		}
	}
}

// On a prepared database the start sends SELECTs alone, whatever the owner has.
func TestPrepareOnlyReadsSQLServer(t *testing.T) {
	server := tds.Start(t)
	modeltest.Open(t, server.URL())
	before := len(server.Statements())
	db, err := models.Open(t.Context(), server.URL(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Prepare(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	sent := server.Statements()[before:]
	if len(sent) == 0 {
		t.Error("the server has seen nothing")
	}
	for _, statement := range sent {
		if !strings.HasPrefix(statement.SQL, "SELECT ") && !strings.EqualFold(statement.SQL, "select 1;") {
			t.Errorf("Prepare sent %q", statement.SQL)
		}
	}
}
