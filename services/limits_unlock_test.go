package services

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// limitsCanned are four recent failures, a hold that is on, and for the purge
// rows of each kind, once.
func limitsCanned() []modeltest.Answer {
	now := int64(models.Now())
	var failures [][]driver.Value
	for i := range 4 {
		failures = append(failures, []driver.Value{fmt.Sprint(i), now, "user 7", "address 192.0.2.7", "address 192.0.2.7"})
	}
	columns := []string{"AttemptId", "At", "Account", "Origin", "Address"}
	return []modeltest.Answer{
		{Holds: `"RolecallAttempts" WHERE "Account"`, Columns: columns, Rows: failures},
		{Holds: `"RolecallAttempts" WHERE "At"`, Times: 1, Columns: columns, Rows: failures},
		{Holds: `SELECT * FROM "RolecallHolds" WHERE "UserId"`, Columns: []string{"UserId", "Until"}, Rows: [][]driver.Value{{int64(7), now + 60_000}}},
		{Holds: `"RolecallHolds" WHERE "Until"`, Times: 1, Columns: []string{"UserId", "Until"}, Rows: [][]driver.Value{{int64(7), now}}},
		{Holds: `"RolecallDevices" WHERE "SeenAt"`, Times: 1, Columns: []string{"UserId", "Device", "SeenAt"}, Rows: [][]driver.Value{{int64(7), "x", now}}},
	}
}

// until is until when the user is held, in minutes from now, as the table has it;
// -1 for no hold.
func (f *fixture) until(userID int64) int {
	f.t.Helper()
	var holds []models.Hold
	if err := f.db.Read(context.Background()).Where(`"UserId" = ?`, userID).Find(&holds).Error; err != nil {
		f.t.Fatal(err)
	}
	if len(holds) == 0 {
		return -1
	}
	return int(holds[0].Until.Sub(models.Now().Add(-30 * time.Second)).Minutes()) // rounded
}

// locks are the reasons of the events since then.
func (f *fixture) locks(after int64) (reasons []string, last int64) {
	f.t.Helper()
	var events []models.Event
	err := f.db.Read(context.Background()).Where(`"EventId" > ? AND "Action" = 'user.locked'`, after).Order(`"EventId"`).Find(&events).Error
	if err != nil {
		f.t.Fatal(err)
	}
	last = after
	for _, e := range events {
		last = e.EventID
		reasons = append(reasons, fmt.Sprint(e.TargetName, ": ", e.Changes["reason"].New))
		until, err := time.Parse(time.RFC3339, fmt.Sprint(e.Changes["locked_until"].New))
		if err != nil || until.Before(time.Now()) || e.ActorID != 0 || e.ActorName != "" || e.RequestID != "request-1" || e.Address == "" || len(e.Changes) != 2 {
			f.t.Errorf("event = %+v, want a stranger's with address, request and the end of the lock", e)
		}
	}
	return reasons, last
}

func TestHoldsAndTheirEvents(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, last := f.id("ann"), int64(0)
		steps := []struct {
			name  string
			do    func()
			want  []string
			until int
		}{
			{"4 failures", func() { f.guesses(4, from("192.0.2.7"), "ann") }, nil, -1},
			{"the 5th", func() { f.guesses(1, from("192.0.2.7"), "ann") }, []string{"ann: 5 failed sign-ins from 192.0.2.7 in 15 minutes"}, 15},
			{"refused ones", func() {
				f.expect("a guess", f.guess(from("192.0.2.7"), "ann"), models.Limited)
				f.expect("the right password", f.enter(from("192.0.2.7"), "ann"), models.Limited)
			}, nil, 15},
			{"5 minutes", func() { f.later(5 * time.Minute) }, nil, 10},
			{"from a known browser", func() {
				f.expect("sign in", f.enter(from("192.0.2.8", "a browser"), "ann"), "")
				f.guesses(5, from("192.0.2.8", "a browser"), "ann")
			}, []string{"ann: 5 failed sign-ins from a known browser in 15 minutes"}, 15},
			{"from IPv6", func() { f.guesses(5, from("2001:db8::1"), "ann") }, []string{"ann: 5 failed sign-ins from 2001:db8::/64 in 15 minutes"}, 15},
			{"from what is no address", func() { f.guesses(5, from("garbage"), "ann") }, []string{"ann: 5 failed sign-ins from an unknown address in 15 minutes"}, 15},
			{"unknown names", func() { f.guesses(5, from("192.0.2.9"), "nobody") }, nil, 15},
			{"from anywhere", func() {
				for i := range 20 {
					f.guesses(4, from(fmt.Sprintf("198.51.100.%d", i)), "ann")
				}
			}, []string{"ann: 100 failed sign-ins in an hour"}, 55},
			{"a known address goes on, 20 minutes later", func() {
				f.later(20 * time.Minute)
				f.exec(`UPDATE "RolecallDevices" SET "Device" = 'address 203.0.113.1' WHERE "UserId" = ? AND "Device" LIKE 'address%'`, ann)
				f.guesses(4, from("203.0.113.1"), "ann")
			}, nil, 35},
			{"the 5 from the first go", func() {
				f.guesses(1, from("203.0.113.1"), "ann")
			}, []string{"ann: 5 failed sign-ins from 203.0.113.1 in 15 minutes"}, 40},
			{"a longer hold stays", func() {
				f.later(time.Hour)
				f.exec(`UPDATE "RolecallHolds" SET "Until" = ?`, int64(models.Now().Add(50*time.Minute)))
				f.guesses(5, from("192.0.2.10"), "ann")
			}, []string{"ann: 5 failed sign-ins from 192.0.2.10 in 15 minutes"}, 50},
		}
		for _, tt := range steps {
			tt.do()
			var got []string
			got, last = f.locks(last)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: events differ (-want +got):\n%s", tt.name, diff)
			}
			if until := f.until(ann); until != tt.until {
				t.Errorf("%s: held for %d minutes, want %d", tt.name, until, tt.until)
			}
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallHolds"`); got != 1 {
			t.Errorf("%d holds, want one for ann", got)
		}
	}, limitsOn)
}

// A good sign-in brings the hold to what the failures of others ask for.
func TestGoodSignInShortensTheHold(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.id("ann")
		home := from("192.0.2.7")
		f.expect("an address gets known", f.enter(home, "ann"), "")
		for i := range 24 {
			f.guesses(4, from(fmt.Sprintf("198.51.100.%d", i)), "ann")
		}
		f.guesses(4, home, "ann")
		if got := f.until(ann); got != 60 {
			t.Errorf("held for %d minutes by 100 failures, want 60", got)
		}
		f.expect("the right password", f.enter(home, "ann"), "")
		if got := f.until(ann); got != -1 {
			t.Errorf("held for %d minutes by 96 failures of others, want no hold", got)
		}
		f.guesses(1, from("198.51.100.1"), "ann")
		f.guesses(3, home, "ann")
		if got := f.until(ann); got != 60 {
			t.Errorf("held for %d minutes by 100 failures, want 60", got)
		}
		f.expect("the right password", f.enter(home, "ann"), "")
		if got := f.until(ann); got != 15 {
			t.Errorf("held for %d minutes by 5 from one address, want 15", got)
		}
		f.guesses(2, home, "ann")
		f.expect("a known address with nothing to forget", f.enter(home, "bob"), "")
		if got := f.count(`SELECT COUNT(*) FROM "RolecallAttempts" WHERE "Account" = ?`, models.UserAccount(ann)); got != 99 {
			t.Errorf("%d failures, want 99: bob's sign-in forgets none of ann's", got)
		}
	}, limitsOn)
}

func TestUnlock(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, bob, root := f.id("ann"), f.id("bob"), f.as("root")
		unlock := func(actor models.Actor, id int64) error { return f.limits().Unlock(t.Context(), actor, id) }
		f.expect("get known", f.enter(from("192.0.2.9"), "ann"), "")
		f.guesses(5, from("192.0.2.7"), "ann")
		f.guesses(2, from("192.0.2.8"), "ann")
		f.guesses(5, from("192.0.2.7"), "bob")
		f.guesses(1, from("192.0.2.7"), "root")
		f.exec(`UPDATE "RolecallHolds" SET "Until" = ? WHERE "UserId" = ?`, int64(4102444800000), ann)
		f.play(t, []scenario{
			{name: "a stranger", do: func(*fixture) error { return unlock(from(""), ann) }, want: models.Unauthenticated},
			{name: "a user", do: func(*fixture) error { return unlock(f.as("ann"), ann) }, want: models.Forbidden},
			{name: "nobody", do: func(*fixture) error { return unlock(root, 4711) }, want: models.NotFound},
			{name: "held", do: func(*fixture) error { return unlock(root, ann) }, events: []string{
				`root user.unlocked user:ann {"failed_sign_ins":{"old":7,"new":null},"locked_until":{"old":"2100-01-01T00:00:00Z","new":null}}`}},
			{name: "again", do: func(*fixture) error { return unlock(root, ann) }},
			{name: "not held, by a command", do: func(*fixture) error { return unlock(models.System(), f.id("root")) }, events: []string{
				`user.unlocked user:root {"failed_sign_ins":{"old":1,"new":null}}`}},
		})
		f.expect("ann signs in", f.enter(from("192.0.2.7"), "ann"), "")
		f.expect("bob is held as before", f.enter(from("192.0.2.7"), "bob"), models.Limited)
		if a, b := f.until(ann), f.until(bob); a != -1 || b != 15 {
			t.Errorf("ann and bob are held for %d and %d minutes, want -1 and 15", a, b)
		}
		if got := f.devices(ann); len(got) != 2 {
			t.Errorf("devices = %v, want those known before to stay", got)
		}
		f.later(time.Hour)
		f.play(t, []scenario{{name: "what is past", do: func(*fixture) error { return unlock(root, bob) }}})
	}, limitsOn)
}

func TestLocked(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, bob, root := f.id("ann"), f.id("bob"), f.as("root")
		f.guesses(5, from("192.0.2.7"), "ann")
		f.guesses(5, from("192.0.2.7"), "bob")
		f.guesses(4, from("192.0.2.7"), "root")
		f.exec(`UPDATE "RolecallHolds" SET "Until" = ? WHERE "UserId" = ?`, int64(models.Now().Add(-time.Millisecond)), bob)
		until := models.Time(4102444800000)
		f.exec(`UPDATE "RolecallHolds" SET "Until" = ? WHERE "UserId" = ?`, int64(until), ann)
		all := []int64{ann, bob, root.User.UserID, 4711}
		got, err := f.limits().Locked(t.Context(), root, all)
		if diff := cmp.Diff(map[int64]models.Time{ann: until}, got); err != nil || diff != "" {
			t.Errorf("Locked = %v (-want +got):\n%s", err, diff)
		}
		got, err = f.limits().Locked(t.Context(), root, []int64{bob})
		if err != nil || got == nil || len(got) != 0 {
			t.Errorf("Locked of bob = %v, %v, want an empty map", got, err)
		}
		_, err = f.limits().Locked(t.Context(), f.as("ann"), all)
		f.expect("Locked by a user", err, models.Forbidden)
		_, err = f.limits().Locked(t.Context(), from(""), nil)
		f.expect("Locked by a stranger", err, models.Unauthenticated)
		var held []models.User
		if err := f.db.Users(f.db.Read(t.Context())).Where(models.HeldNow(), models.Now()).Find(&held).Error; err != nil || len(held) != 1 || held[0].UserID != ann {
			t.Errorf("HeldNow finds %v, %v, want ann", held, err)
		}
	}, limitsOn)
	db, recorder := modeltest.Recorded(t)
	limits := &Limits{newServices(t, db, slog.New(slog.DiscardHandler)).Users.core}
	recorder.Sent()
	if got, err := limits.Locked(t.Context(), models.System(), nil); err != nil || got == nil || len(recorder.Sent()) > 0 {
		t.Errorf("Locked of nobody = %v, %v, want an empty map and no statement", got, err)
	}
}

func TestPurgeAttempts(t *testing.T) {
	for _, window := range []time.Duration{0, time.Minute, 24 * time.Hour} {
		test := func(t *testing.T, f *fixture) {
			now := models.Now()
			longest := max(time.Hour, window)
			var attempts []models.Attempt
			var devices []models.Device
			var holds []models.Hold
			for i := range 700 { // more than a batch of each that goes, and some that stay
				stays := models.Time(0)
				if i%7 == 0 {
					stays = 60_000
				}
				at := now - 1 + stays
				attempts = append(attempts, models.Attempt{AttemptID: fmt.Sprint(i), At: at.Add(-longest), Account: "a", Address: "a"})
				devices = append(devices, models.Device{UserID: int64(i / 10), Device: fmt.Sprint("address ", i%10), SeenAt: at.Add(-90 * 24 * time.Hour)})
				holds = append(holds, models.Hold{UserID: int64(i), Until: at})
			}
			err := f.db.Tx(t.Context(), func(tx *gorm.DB) error {
				const few = 100 // SQL Server takes 2,100 parameters
				return errors.Join(tx.CreateInBatches(attempts, few).Error, tx.CreateInBatches(devices, few).Error, tx.CreateInBatches(holds, few).Error)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.limits().PurgeAttempts(t.Context()); err != nil {
				t.Fatal(err)
			}
			for table, column := range map[string]string{"RolecallAttempts": "At", "RolecallDevices": "SeenAt", "RolecallHolds": "Until"} {
				if got := f.count(`SELECT COUNT(*) FROM "` + table + `"`); got != 100 {
					t.Errorf("%s: %d rows are left, want 100", table, got)
				}
				if got := f.count(fmt.Sprintf(`SELECT COUNT(DISTINCT "%s") FROM "%s"`, column, table)); got != 1 {
					t.Errorf("%s: rows of %d ages are left, want those that are young", table, got)
				}
			}
		}
		t.Run(window.String(), func(t *testing.T) {
			modeltest.Each(t, func(t *testing.T, db *models.DB) {
				test(t, newFixture(t, db, func(c *Config) { c.RegisterLimit = Rate{min(1, int(window)), window} }))
			})
		})
	}
}

// Each batch is small, and spares what became younger meanwhile.
func TestPurgeStatements(t *testing.T) {
	db, recorder := modeltest.Recorded(t, limitsCanned()...)
	limits := &Limits{newServices(t, db, slog.New(slog.DiscardHandler)).Users.core}
	recorder.Sent()
	if err := limits.PurgeAttempts(t.Context()); err != nil {
		t.Fatal(err)
	}
	deletes := 0
	for _, statement := range recorder.Sent() {
		if strings.HasPrefix(statement.SQL, "SELECT") && !strings.Contains(statement.SQL, "FETCH NEXT 500 ROWS ONLY") {
			t.Errorf("no batch: %s", statement)
		}
		if strings.HasPrefix(statement.SQL, "DELETE") {
			deletes++
			if !strings.Contains(statement.SQL, `" < @p1`) || !strings.Contains(statement.SQL, " IN (") {
				t.Errorf("not by key and time: %s", statement)
			}
		}
	}
	if deletes != 3 {
		t.Errorf("%d deletions, want one of each table", deletes)
	}
}
