package main

import (
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// sampled is how many users make the tables that are measured.
const sampled = 500

// TestSizes measures on a PostgreSQL of its own what a row of each table takes, with
// its indexes, and holds the arithmetic's figures to be near it: another test's
// transaction would keep rows that were replaced from being cleared away. What of the
// log each act writes is told.
func TestSizes(t *testing.T) {
	db := modeltest.Open(t, modeltest.NewCluster(t).URL)
	c := &client{Services: serviceOn(t, db), t: t}
	for _, act := range acts {
		before := number[float64](t, db, `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')`)
		for c.n = range sampled {
			if act == &refresh || act == &request {
				c.n = sampled - 1 // whose tokens are at hand
			}
			c.do(act)
		}
		t.Logf("%s: %.0f bytes of log", act.what, (number[float64](t, db, `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')`)-before)/sampled)
	}
	for _, tt := range []struct {
		what   string
		want   float64
		tables []string // the rows of the first are counted
	}{
		{"a session", sessionBytes, []string{"RolecallSessions"}},
		{"a refresh token", tokenBytes, []string{"RolecallRefreshTokens"}},
		{"an attempt", attemptBytes, []string{"RolecallAttempts"}},
		{"an event", eventBytes, []string{"RolecallEvents"}},
		{"a user", userBytes, []string{"Users", "UserRoles", "RolecallAccounts", "RolecallDevices"}},
	} {
		total := 0.0
		for _, table := range tt.tables {
			total += number[float64](t, db, `SELECT pg_indexes_size('"`+table+`"') + pg_relation_size('"`+table+`"')`)
		}
		got := total / number[float64](t, db, `SELECT COUNT(*) FROM "`+tt.tables[0]+`"`)
		t.Logf("%s: %.0f bytes", tt.what, got)
		if got < 0.8*tt.want || got > 2*tt.want { // a small table's pages are not full
			t.Errorf("%s takes %.0f bytes, want about %.0f", tt.what, got, tt.want)
		}
	}
}

func number[T any](t *testing.T, db *models.DB, query string) (n T) {
	t.Helper()
	if err := db.Read(t.Context()).Raw(query).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}
