package models_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// person inserts a user with a session that bears the user's name.
func person(t *testing.T, db *models.DB, name string) int64 {
	t.Helper()
	exec(t, db, fmt.Sprintf(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('%s', 'hash', '%s@example.com')`, name, name))
	var id int64
	if err := db.Read(t.Context()).Raw(`SELECT "UserId" FROM "Users" WHERE "Username" = ?`, name).Row().Scan(&id); err != nil {
		t.Fatal(err)
	}
	exec(t, db, fmt.Sprintf(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent")`+
		` VALUES ('%s', %d, 'api', 1, 1, 1, '', '')`, name, id))
	return id
}

func principal(t *testing.T, db *models.DB, userID int64, sessionID string) models.Principal {
	t.Helper()
	p, err := db.Principal(t.Context(), userID, sessionID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rename is a change that the transaction tells of, or does not.
func rename(t *testing.T, db *models.DB, userID int64, name string, told func(tx *gorm.DB)) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		told(tx)
		return tx.Exec(`UPDATE "Users" SET "Username" = ? WHERE "UserId" = ?`, name, userID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPrincipalIsKept(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		db.KeepPrincipals(time.Hour)
		ann, bob := person(t, db, "ann"), person(t, db, "bob")
		for _, sessionID := range []string{"ann", ""} {
			if p := principal(t, db, ann, sessionID); p.Username != "ann" || p.PasswordHash != "" || p.Session.SessionID != sessionID {
				t.Fatalf("Principal of %q = %+v, want ann without a hash", sessionID, p)
			}
		}
		principal(t, db, bob, "bob")
		rename(t, db, ann, "anna", func(*gorm.DB) {})
		if p := principal(t, db, ann, "ann"); p.Username != "ann" {
			t.Errorf("after a change that nobody told of: %q, want what is kept", p.Username)
		}
		rename(t, db, ann, "annie", func(tx *gorm.DB) { models.Touched(tx, ann) })
		for _, sessionID := range []string{"ann", ""} {
			if p := principal(t, db, ann, sessionID); p.Username != "annie" {
				t.Errorf("after a change: %q, want annie", p.Username)
			}
		}
		rename(t, db, bob, "rob", func(tx *gorm.DB) { models.Touched(tx, ann) })
		if p := principal(t, db, bob, "bob"); p.Username != "bob" {
			t.Errorf("after a change of another: %q, want what is kept", p.Username)
		}
		rename(t, db, bob, "robert", models.TouchedAll)
		if p := principal(t, db, bob, "bob"); p.Username != "robert" {
			t.Errorf("after a change of all: %q, want robert", p.Username)
		}
		if p := principal(t, db, bob, "ann"); p.UserID != ann {
			t.Errorf("another's session belongs to %d, want its own user, %d", p.UserID, ann)
		}
		if p := principal(t, db, ann, "no such"); p.UserID != 0 {
			t.Errorf("a session that is not there belongs to %d", p.UserID)
		}
	})
}

// A transaction that fails drops as well: a commit whose answer was lost has
// taken place.
func TestFailedChangeDrops(t *testing.T) {
	db := modeltest.NewDB(t)
	db.KeepPrincipals(time.Hour)
	ann := person(t, db, "ann")
	principal(t, db, ann, "ann")
	exec(t, db, `UPDATE "Users" SET "Username" = 'anna'`)
	_ = db.Tx(t.Context(), func(tx *gorm.DB) error {
		models.Touched(tx, ann)
		return gorm.ErrInvalidData
	})
	if p := principal(t, db, ann, "ann"); p.Username != "anna" {
		t.Errorf("got %q, want anna", p.Username)
	}
}

// After the lag, and always without one, the database is asked.
func TestPrincipalAges(t *testing.T) {
	db := modeltest.NewDB(t)
	ann := person(t, db, "ann")
	for _, lag := range []time.Duration{0, time.Nanosecond} {
		db.KeepPrincipals(lag)
		for _, name := range []string{"anna", "ann"} {
			rename(t, db, ann, name, func(*gorm.DB) {})
			if p := principal(t, db, ann, "ann"); p.Username != name {
				t.Errorf("with a lag of %s: %q, want %q", lag, p.Username, name)
			}
		}
	}
}

// What was read before a change is not kept after it: readers and a writer at
// once end with what was written last.
func TestPrincipalBesideChanges(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		db.KeepPrincipals(time.Hour)
		ann := person(t, db, "ann")
		var all sync.WaitGroup
		stop := make(chan struct{})
		for range 4 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						_, _ = db.Principal(t.Context(), ann, "ann")
					}
				}
			})
		}
		for i := range 50 {
			name := fmt.Sprint("ann", i)
			rename(t, db, ann, name, func(tx *gorm.DB) { models.Touched(tx, ann) })
			if p := principal(t, db, ann, "ann"); p.Username != name {
				t.Errorf("right after the change: %q, want %q", p.Username, name)
			}
		}
		close(stop)
		all.Wait()
	})
}

// However many sessions there are, so many are kept and no more.
func TestSnapshotIsBounded(t *testing.T) {
	db := modeltest.NewDB(t)
	db.KeepPrincipals(time.Hour)
	ann := person(t, db, "ann")
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent")
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
			SELECT 's' || i, ?, 'api', 1, 1, 1, '', '' FROM n`, ann).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1500 {
		principal(t, db, ann, fmt.Sprint("s", i+1))
	}
	if got := db.KeptPrincipals(); got < 1 || got > models.ShardMax {
		t.Errorf("%d sessions of one user are kept, want at most %d", got, models.ShardMax)
	}
	bob := person(t, db, "bob")
	if p := principal(t, db, bob, "bob"); p.Username != "bob" {
		t.Errorf("beside a full snapshot: %q, want bob", p.Username)
	}
}
