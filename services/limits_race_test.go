package services

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// Of any number of guesses at once, no more are answered than one after the other.
func TestParallelGuesses(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here := func(int) models.Actor { return from("192.0.2.7") }
		for _, tt := range []struct {
			name   string
			who    func(i int) string
			actor  func(i int) models.Actor
			before int // from elsewhere
			want   int
		}{
			{"at one account", func(int) string { return "ann" }, here, 0, 5},
			{"at an unknown name", func(i int) string { return []string{"nobody", "NOBODY"}[i%2] }, here, 0, 5},
			{"at all accounts", func(i int) string { return fmt.Sprint("nobody", i) }, here, 0, 20},
			{"at one account from everywhere", func(int) string { return "nobody" },
				func(i int) models.Actor { return from(fmt.Sprintf("198.51.100.%d", i)) }, 96, 4},
		} {
			f.exec(`DELETE FROM "RolecallAttempts"`)
			for i := range tt.before {
				f.guesses(1, from(fmt.Sprintf("203.0.113.%d", i)), tt.who(0))
			}
			_, last := f.events(0)
			var attempts []attempt
			var users []models.User
			for i := range 50 { // all are admitted before any fails
				user, err := f.Users.find(t.Context(), tt.who(i))
				if err != nil {
					t.Fatal(err)
				}
				a, err := f.Users.admit(t.Context(), tt.actor(i), user, tt.who(i))
				if err != nil {
					t.Fatal(err)
				}
				attempts, users = append(attempts, a), append(users, user)
			}
			counts := kinds(race(50, func(i int) error { return f.Users.failed(t.Context(), tt.actor(i), attempts[i], users[i]) }))
			if counts[""] != tt.want || counts[models.Limited] != 50-tt.want {
				t.Errorf("%s: got %v, want %d counted and the others limited", tt.name, counts, tt.want)
			}
			if got := f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`); got != int64(tt.before+tt.want) {
				t.Errorf("%s: %d rows, want %d", tt.name, got, tt.before+tt.want)
			}
			events, _ := f.events(last)
			if want := map[string]int{"at one account": 1}[tt.name]; len(events) != want {
				t.Errorf("%s: got events %v, want %d", tt.name, events, want)
			}
		}
	}, limitsOn)
}

// Good sign-ins are never counted, and do not hold each other back.
func TestParallelGoodSignIns(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.guesses(4, from("192.0.2.7", "a browser"), "ann")
		for range 2 {
			counts := kinds(race(50, func(int) error { return f.enter(from("192.0.2.7", "a browser"), "ann") }))
			if counts[""] != 50 {
				t.Errorf("got %v, want all to pass", counts)
			}
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`); got != 0 {
			t.Errorf("%d attempts are left, want none", got)
		}
		if got := f.devices(f.id("ann")); len(got) != 2 {
			t.Errorf("devices = %v, want the address and the browser", got)
		}
	}, limitsOn)
}

// Guesses that went on while the right password was verified count before it.
func TestSettleLooksAgain(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here, ann := from("192.0.2.7"), f.user("ann")
		a, err := f.Users.admit(t.Context(), here, ann, "ann")
		if err != nil {
			t.Fatal(err)
		}
		f.guesses(5, here, "ann")
		before := f.dump()
		f.expect("settle after 5", f.settle(here, a, ann), models.Limited)
		if after := f.dump(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("a refused sign-in has changed rows: from %v to %v", before, after)
		}
	}, limitsOn)
}

// A good sign-in among the guesses wipes those before it, or comes too late.
func TestSettleBesideGuesses(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here, ann := from("192.0.2.7"), f.user("ann")
		root := f.as("root")
		for round := range 6 {
			f.exec(`DELETE FROM "RolecallAttempts"`)
			f.exec(`DELETE FROM "RolecallHolds"`)
			a, err := f.Users.admit(t.Context(), here, ann, "ann")
			if err != nil {
				t.Fatal(err)
			}
			errs := race(32, func(i int) error {
				switch i {
				case 15:
					return f.settle(here, a, ann)
				case 16 * (round % 2): // in every second round
					return f.limits().Unlock(t.Context(), root, ann.UserID)
				}
				return f.Users.failed(t.Context(), here, a, ann)
			})
			counts := kinds(errs)
			rows := int(f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`))
			if counts[""]+counts[models.Limited] != len(errs) || rows > 5 {
				t.Errorf("got %v and %d rows, want success or limited, and 5 rows at most", counts, rows)
			}
			if held := f.count(`SELECT COUNT(*) FROM "RolecallHolds"`); (held == 1) != (rows == 5) {
				t.Errorf("%d holds for %d failures, want one where the limit is reached", held, rows)
			}
			answered := counts[""] - rows // the good sign-in, the unlocking, and what either wiped
			if answered > 2+4+5 {
				t.Errorf("%d guesses more than there are rows were answered", answered)
			}
		}
	}, limitsOn)
}

// Two that lock the same rows take them in one order.
func TestAttemptLocksHaveOneOrder(t *testing.T) {
	db, recorder := modeltest.Recorded(t)
	locked := func(accounts ...string) (names []string) {
		recorder.Sent()
		if err := db.Tx(t.Context(), func(tx *gorm.DB) error { return models.LockAttempts(tx, accounts...) }); err != nil {
			t.Fatal(err)
		}
		for _, statement := range recorder.Sent() {
			if strings.HasPrefix(statement.SQL, "UPDATE") {
				names = append(names, fmt.Sprint(statement.Args[0]))
			}
		}
		return names
	}
	used := map[string]bool{}
	for i := range 200 {
		account := models.UserAccount(int64(i))
		used[models.AttemptLock(account)] = true
		if got, back := locked(account, "address 192.0.2.7"), locked("address 192.0.2.7", account); !slices.Equal(got, back) || !slices.IsSorted(got) {
			t.Errorf("%s: locked %v, and the other way round %v", account, got, back)
		}
		if got := locked(account, account); len(got) != 1 {
			t.Errorf("%s twice: locked %v", account, got)
		}
	}
	if len(used) != 16 {
		t.Errorf("200 accounts lock %d rows, want all 16", len(used))
	}
}

func TestRegistrationLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here := from("2001:db8::1")
		f.guesses(5, here, "ann")
		register := func(actor models.Actor) error { return f.Users.admitRegistration(t.Context(), actor) }
		counts := kinds(race(50, func(i int) error { return register(from(fmt.Sprintf("2001:db8::%x", i))) }))
		if counts[""] != 20 || counts[models.Limited] != 30 {
			t.Errorf("got %v, want 20 and 30 limited", counts)
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`); got != 25 {
			t.Errorf("%d attempts, want 25: none of a refused registration", got)
		}
		var known *models.Error
		if err := register(here); !errors.As(err, &known) || known.RetryAfter < 3000 || known.RetryAfter > 3600 {
			t.Errorf("the 21st = %+v, want limited for an hour", known)
		}
		f.expect("another address", register(from("2001:db8:0:1::1")), "")
		f.expect("a sign-in from there", f.guess(here, "bob"), "")
		f.later(59 * time.Minute)
		f.expect("after 59 minutes", register(here), models.Limited)
		f.later(time.Minute)
		f.expect("after an hour", register(here), "")
	}, limitsOn, func(c *Config) { c.RegisterLimit = Rate{20, time.Hour} })
}

// What SQL Server gave up is counted once; where a statement fails nothing is kept.
func TestLimitsFail(t *testing.T) {
	f, server := onTDS(t)
	f.Users.cfg.LoginLimits = true
	f.guesses(4, from("192.0.2.7"), "ann")
	server.FailNext(`INSERT INTO "RolecallEvents"`, 1205, "canary")
	f.guesses(1, from("192.0.2.7"), "ann")
	if rows, held := f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`), f.count(`SELECT COUNT(*) FROM "RolecallHolds"`); rows != 5 || held != 1 {
		t.Errorf("%d attempts and %d holds, want 5 and 1", rows, held)
	}
	user := models.User{UserID: 7, Username: "ann"}
	limited := func(c *Config) { c.LoginLimits, c.RegisterLimit = true, Rate{20, time.Hour} }
	a := attempt{account: "user 7", origin: "address 192.0.2.7", address: "address 192.0.2.7", devices: []string{"address 192.0.2.7"}}
	for _, tt := range []struct {
		name string
		do   func(c *core) error
		lock []string // before all else
	}{
		{"admit", func(c *core) error { _, err := c.admit(t.Context(), from("192.0.2.7"), user, "ann"); return err }, nil},
		{"failed", func(c *core) error { return c.failed(t.Context(), from("192.0.2.7"), a, user) }, []string{a.address, a.account}}, // 13, 2
		{"settle", func(c *core) error {
			return c.db.Tx(t.Context(), func(tx *gorm.DB) error { return c.settle(tx, from("192.0.2.7"), a, user) })
		}, []string{a.account}},
		{"admitRegistration", func(c *core) error { return c.admitRegistration(t.Context(), from("192.0.2.7")) }, []string{"registration " + a.address}},
		{"Unlock", func(c *core) error { return (&Limits{c}).Unlock(t.Context(), models.System(), 7) }, []string{a.account}},
		{"Locked", func(c *core) error {
			_, err := (&Limits{c}).Locked(t.Context(), models.System(), []int64{7})
			return err
		}, nil},
		{"PurgeAttempts", func(c *core) error { return (&Limits{c}).PurgeAttempts(t.Context()) }, nil},
	} {
		call := func(answers ...modeltest.Answer) ([]modeltest.Statement, error) {
			db, recorder := modeltest.Recorded(t, append(canned(), limitsCanned()...)...)
			c := newServices(t, db, slog.New(slog.DiscardHandler), limited).Users.core
			recorder.Answer(answers...)
			recorder.Sent()
			err := tt.do(c)
			return recorder.Sent(), err
		}
		sent, err := call()
		if err != nil || len(sent) == 0 {
			t.Errorf("%s = %v after %v, want statements and no error", tt.name, err, sent)
		}
		for i, account := range tt.lock {
			if lock := sent[1+i]; sent[0].SQL != "BEGIN" || !slices.Contains(lock.Args, any(models.AttemptLock(account))) {
				t.Errorf("%s: begins with %s and %s, want the lock of %s", tt.name, sent[0], lock, account)
			}
		}
		for _, statement := range sent {
			if found := denied.FindString(statement.SQL); found != "" || slices.Contains(statement.Args, nil) {
				t.Errorf("%s: %q, or a parameter without a type, is in %s", tt.name, found, statement)
			}
			again, err := call(modeltest.Answer{Holds: statement.SQL, Err: errors.New("canary")})
			if err == nil {
				t.Errorf("%s: no error where this fails: %s", tt.name, statement)
			}
			if last := again[len(again)-1].SQL; slices.ContainsFunc(again, isBegin) && last != "ROLLBACK" && last != statement.SQL {
				t.Errorf("%s: where this fails, the last thing sent is %s: %s", tt.name, last, statement)
			}
		}
	}
}
