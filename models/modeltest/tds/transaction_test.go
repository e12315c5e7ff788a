package tds_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestTransactions(t *testing.T) {
	server, db := open(t)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	exec(t, tx, `INSERT INTO Users (Username) VALUES ('a')`)
	exec(t, tx, `SAVE TRANSACTION sp1`)
	exec(t, tx, `INSERT INTO Users (Username) VALUES ('b')`)
	exec(t, tx, `ROLLBACK TRANSACTION sp1`)
	exec(t, tx, `CREATE TABLE Other (a INT)`)
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 0 {
		t.Errorf("another connection sees %d", n)
	}
	if _, err := db.Exec(`SELECT * FROM Other`); number(err) != 208 {
		t.Errorf("another connection sees the table: %v", err)
	}
	if _, err := tx.Exec(`INSERT INTO Users (Username) VALUES ('a')`); number(err) != 2627 {
		t.Errorf("duplicate in a transaction: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 1 {
		t.Errorf("%d users after commit, want 1", n)
	}
	tx, _ = db.Begin()
	exec(t, tx, `DROP TABLE Other`)
	tx.Rollback()
	exec(t, db, `INSERT INTO Other VALUES (1)`)

	tx, _ = db.Begin()
	exec(t, tx, `SET XACT_ABORT ON`)
	if _, err := tx.Exec(`INSERT INTO Users (Username) VALUES ('a')`); number(err) != 2627 {
		t.Errorf("XACT_ABORT: %v", err)
	}
	if err := tx.Commit(); number(err) != 0 || err == nil {
		t.Errorf("commit of what XACT_ABORT ended: %v", err)
	}
	if statements := server.Statements(); statements[0].SQL != "BEGIN TRANSACTION" {
		t.Errorf("first statement %q", statements[0])
	}
}

// TestWriters has transactions that all read before they write the same row.
func TestWriters(t *testing.T) {
	_, db := open(t)
	exec(t, db, `INSERT INTO Users (Username) VALUES ('a')`)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 10 {
				tx, err := db.Begin()
				if err != nil {
					t.Error(err)
					return
				}
				var n int
				err = errors.Join(
					tx.QueryRow(`SELECT COUNT(*) FROM Users`).Scan(&n),
					tx.QueryRow(`UPDATE Users SET Version = Version + 1 OUTPUT INSERTED.Version`).Scan(&n),
					tx.Commit())
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := get[int](t, db, `SELECT Version FROM Users`); n != 40 {
		t.Errorf("Version = %d, want 40", n)
	}
}

func TestLockTimeout(t *testing.T) {
	_, db := open(t)
	tx, _ := db.Begin()
	get[int](t, tx, `SELECT COUNT(*) FROM Users WITH (UPDLOCK, HOLDLOCK)`)
	other, _ := db.Conn(t.Context())
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `SET LOCK_TIMEOUT 50; INSERT INTO Users (Username) VALUES ('x')`); number(err) != 1222 {
		t.Errorf("waiting for the lock: %v, want 1222", err)
	}
	tx.Rollback()
	if _, err := other.ExecContext(t.Context(), `INSERT INTO Users (Username) VALUES ('x')`); err != nil {
		t.Error(err)
	}
}

func TestFailNext(t *testing.T) {
	server, db := open(t)
	server.FailNext(`UPDATE Users`, 1205, "Transaction was deadlocked. Rerun the transaction.")
	tx, _ := db.Begin()
	exec(t, tx, `INSERT INTO Users (Username) VALUES ('a')`)
	if _, err := tx.Exec(`UPDATE Users SET Version = 1`); number(err) != 1205 {
		t.Errorf("deadlock: %v", err)
	}
	if err := tx.Commit(); err == nil {
		t.Error("a deadlock's victim commits")
	}
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 0 {
		t.Errorf("%d users survive the deadlock", n)
	}
	exec(t, db, `UPDATE Users SET Version = 1`)
}

func TestAttention(t *testing.T) {
	server, db := open(t)
	db.SetMaxOpenConns(1)
	server.DelayNext(`INSERT`, time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := db.ExecContext(ctx, `INSERT INTO Users (Username) VALUES ('a')`)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 0 {
		t.Error("the delayed statement ran")
	}

	slow, cancelSlow := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancelSlow()
	const endless = `WITH n AS (SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8)
 SELECT COUNT(*) FROM n a, n b, n c, n d, n e, n f, n g, n h, n i, n j, n k`
	if _, err := db.ExecContext(slow, endless); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a long query: %v", err)
	}
	get[int](t, db, `SELECT COUNT(*) FROM Users`)
}

func TestFailAt(t *testing.T) {
	server, db := open(t)
	server.FailAt(2, 1222, "Lock request time out period exceeded.")
	exec(t, db, `INSERT INTO Users (Username) VALUES ('a')`)
	if _, err := db.Exec(`INSERT INTO Users (Username) VALUES ('b')`); number(err) != 1222 {
		t.Errorf("the second statement: %v, want 1222", err)
	}
	exec(t, db, `INSERT INTO Users (Username) VALUES ('c')`)
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 2 {
		t.Errorf("%d users, want those of the first and the third statement", n)
	}
}

func TestLoseNext(t *testing.T) {
	server, db := open(t)
	server.LoseNext(`COMMIT`)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	exec(t, tx, `INSERT INTO Users (Username) VALUES ('a')`)
	if err := tx.Commit(); err == nil {
		t.Error("a commit without an answer succeeds")
	}
	if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 1 {
		t.Errorf("%d users, want the one that was committed", n)
	}
}

func TestKeep(t *testing.T) {
	server, db := open(t)
	exec(t, db, `INSERT INTO Users (Username) VALUES ('a')`)
	restore := server.Keep(t)
	for range 2 {
		exec(t, db, `INSERT INTO Users (Username) VALUES ('b')`)
		exec(t, db, `DELETE FROM Users WHERE Username = 'a'`)
		restore()
		if n := get[int](t, db, `SELECT COUNT(*) FROM Users WHERE Username = 'a'`); n != 1 {
			t.Errorf("%d users of the name, want the one that was kept", n)
		}
		if n := get[int](t, db, `SELECT COUNT(*) FROM Users`); n != 1 {
			t.Errorf("%d users, want one", n)
		}
	}
}
