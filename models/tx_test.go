package models_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// What the servers really say, and what it is to us.
func TestFaults(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		db := modeltest.Open(t, url)
		exec(t, db, `CREATE TABLE "Parents" ("Id" INTEGER PRIMARY KEY, "Name" VARCHAR(3))`, `CREATE UNIQUE INDEX "UX_Parents" ON "Parents" ("Name")`,
			`CREATE TABLE "Children" ("Id" INTEGER PRIMARY KEY REFERENCES "Parents" ("Id"))`,
			`INSERT INTO "Parents" ("Id", "Name") VALUES (1, 'a')`, `INSERT INTO "Children" ("Id") VALUES (1)`)
		for _, tt := range []struct{ name, statement, want string }{
			{"a primary key", `INSERT INTO "Parents" ("Id", "Name") VALUES (1, 'b')`, "duplicate"},
			{"a unique index", `INSERT INTO "Parents" ("Id", "Name") VALUES (2, 'a')`, "duplicate"},
			{"a reference to nothing", `INSERT INTO "Children" ("Id") VALUES (9)`, "reference"},
			{"a row that is referred to", `DELETE FROM "Parents" WHERE "Id" = 1`, "reference"},
			{"no such table", `SELECT * FROM "Nothing"`, "no table"},
			{"a table that is there", `CREATE TABLE "Parents" ("Id" INTEGER)`, "exists"},
			{"a text that is too long", `INSERT INTO "Parents" ("Id", "Name") VALUES (3, 'abcd')`, "too long"},
			{"no SQL", `SELEC 1`, "other"},
		} {
			if engine == "sqlite" && tt.want == "too long" {
				continue // no column of SQLite is narrow
			}
			err := db.WriteHandle().WithContext(t.Context()).Exec(tt.statement).Error
			if err == nil || db.FaultName(err) != tt.want {
				t.Errorf("%s: %v is %q, want %q", tt.name, err, db.FaultName(err), tt.want)
			}
		}
		if got := db.FaultName(errors.New("x")); got != "other" {
			t.Errorf("a stranger's error is %q, want other", got)
		}
	})
}

func TestTxTranslates(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		tries := 0
		err := db.Tx(t.Context(), func(tx *gorm.DB) error {
			tries++
			return tx.Exec(`INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('setup', 1)`).Error
		})
		known := (*models.Error)(nil)
		if !errors.As(err, &known) || known.Kind != models.Conflict || strings.Contains(known.Message, "setup") {
			t.Errorf("Tx with a key that is taken = %v, want a conflict in our words", err)
		}
		if tries != models.TxTries {
			t.Errorf("got %d tries, want %d: what took the key may be seen the next time", tries, models.TxTries)
		}
		for _, cause := range []error{errors.New("x"), models.Missing("user")} {
			tries = 0
			err := db.Tx(t.Context(), func(*gorm.DB) error { tries++; return cause })
			if err != cause || tries != 1 {
				t.Errorf("Tx = %v after %d tries, want %v after one", err, tries, cause)
			}
		}
	})
}

// The whole closure runs again, and what it had written is gone.
func TestTxRetriesAConflict(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		modeltest.Open(t, url)
		deadlock := errors.New("deadlock")
		db, err := models.OpenFaulty(t.Context(), url, deadlock)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, tt := range []struct {
			name     string
			failures int
			want     models.Kind
			tries    int
			counted  int64
		}{
			{"none", 0, "", 1, 1},
			{"twice", 2, "", 3, 1},
			{"all but the last", models.TxTries - 1, "", models.TxTries, 1},
			{"always", 100, models.Busy, models.TxTries, 0},
		} {
			exec(t, db, `UPDATE "RolecallLocks" SET "Counter" = 0`)
			tries := 0
			err := db.Tx(t.Context(), func(tx *gorm.DB) error {
				tries++
				if err := models.LockRow(tx, models.DirectoryLock); err != nil {
					return err
				}
				if tries <= tt.failures {
					return deadlock
				}
				return nil
			})
			var lock models.Lock
			if err := db.Read(t.Context()).Where(`"Name" = ?`, models.DirectoryLock).Take(&lock).Error; err != nil {
				t.Fatal(err)
			}
			if models.KindOf(err) != tt.want || tries != tt.tries || lock.Counter != tt.counted {
				t.Errorf("%s: Tx = %v after %d tries, counted %d; want kind %q after %d, counted %d", tt.name, err, tries, lock.Counter, tt.want, tt.tries, tt.counted)
			}
			if known := (*models.Error)(nil); errors.As(err, &known) && known.RetryAfter < 1 {
				t.Errorf("%s: no word when to try again: %+v", tt.name, known)
			}
		}
	})
}

func TestTxEndsWithItsContext(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		modeltest.Open(t, url)
		deadlock := errors.New("deadlock")
		db, err := models.OpenFaulty(t.Context(), url, deadlock)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ctx, cancel := context.WithCancel(t.Context())
		tries := 0
		err = db.Tx(ctx, func(*gorm.DB) error { tries++; cancel(); return deadlock })
		if models.KindOf(err) != models.Busy || tries != 1 {
			t.Errorf("Tx of an ended context = %v after %d tries, want busy after one", err, tries)
		}
	})
}

// Two transactions that lock two rows in opposite order.
func TestRealDeadlockIsRetried(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if engine == "sqlite" || engine == "tds" {
			t.Skip("skipped: one transaction at a time writes to SQLite")
		}
		db := modeltest.Open(t, url)
		var met, all sync.WaitGroup
		met.Add(2)
		errs := make([]error, 2)
		for i, names := range [][]string{{models.DirectoryLock, models.SetupLock}, {models.SetupLock, models.DirectoryLock}} {
			all.Go(func() {
				var once sync.Once
				errs[i] = db.Tx(t.Context(), func(tx *gorm.DB) error {
					if err := models.LockRow(tx, names[0]); err != nil {
						return err
					}
					once.Do(func() { met.Done(); met.Wait() })
					err := models.LockRow(tx, names[1])
					return err
				})
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Errorf("Tx = %v, want both to succeed", err)
		}
		if got := rows(t, db, `SELECT "Counter" FROM "RolecallLocks" WHERE "Name" IN ('directory', 'setup')`); got[0] != got[1] || !strings.Contains(got[0], ":2") {
			t.Errorf("the counters are %v, want 2 and 2", got)
		}
	})
}

func TestLockRow(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		for want := int64(1); want <= 2; want++ {
			err := db.Tx(t.Context(), func(tx *gorm.DB) error {
				var got models.Lock
				err := models.LockRow(tx, models.SetupLock)
				if err == nil {
					err = tx.Where(`"Name" = ?`, models.SetupLock).Take(&got).Error
				}
				if got.Counter != want {
					t.Errorf("LockRow counts %d, want %d", got.Counter, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := db.Tx(t.Context(), func(tx *gorm.DB) error { return models.LockRow(tx, "nothing") })
		if models.KindOf(err) != models.Internal {
			t.Errorf("LockRow of no row = %v, want an internal error", err)
		}
	})
}

// Of many at once none is lost.
func TestLockRowAtOnce(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		const n = 20
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				err := db.Tx(t.Context(), func(tx *gorm.DB) error { return models.LockRow(tx, models.SetupLock) })
				if err != nil {
					t.Errorf("Tx: %v", err)
				}
			})
		}
		all.Wait()
		var lock models.Lock
		if err := db.Read(t.Context()).Where(`"Name" = ?`, models.SetupLock).Take(&lock).Error; err != nil || lock.Counter != n {
			t.Errorf("the counter is %d, %v, want %d", lock.Counter, err, n)
		}
	})
}

// A request that ran out of time is the database's fault, not ours.
func TestDeadlineIsBusy(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := db.Read(ctx).Exec(map[string]string{
			"sqlite":   `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n`,
			"postgres": `SELECT pg_sleep(10)`, "sqlserver": `WAITFOR DELAY '00:00:10'`,
		}[db.Read(ctx).Name()]).Error
		if models.KindOf(err) != models.Busy {
			t.Errorf("a statement over its deadline = %v of kind %q, want busy", err, models.KindOf(err))
		}
		ended, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		if err := db.Tx(ended, func(*gorm.DB) error { return nil }); models.KindOf(err) != models.Busy {
			t.Errorf("Tx over its deadline = %v, want busy", err)
		}
	})
}
