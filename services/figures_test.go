package services

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// read are the figures, which have thirty days.
func (f *fixture) read() models.Figures {
	f.t.Helper()
	figures, err := f.Figures.Read(f.t.Context(), f.as("root"))
	if err != nil || len(figures.Days) != FigureDays {
		f.t.Fatalf("Read = %d days, %v, want %d and nil", len(figures.Days), err, FigureDays)
	}
	return figures
}

func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"carl", "dora", "emil"} {
			f.create(name)
		}
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("carl"))
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'disabled' WHERE "UserId" = ?`, f.id("dora"))
		for name, until := range map[string]time.Duration{"ann": time.Hour, "bob": -time.Hour, "dora": time.Hour} {
			f.exec(`INSERT INTO "RolecallHolds" ("UserId", "Until") VALUES (?, ?)`, f.id(name), int64(models.Now().Add(until)))
		}
		for name, hash := range map[string]string{
			"ann": passlibHashes[0].hash[:4] + "04" + passlibHashes[0].hash[6:], "bob": "$argon2id$v=19$x", "carl": "", "dora": "$2x$05$" + passlibHashes[0].hash[7:],
			"emil": passlibHashes[0].hash[:4] + "06" + passlibHashes[0].hash[6:],
		} {
			f.exec(`UPDATE "Users" SET "PasswordHash" = ? WHERE "UserId" = ?`, hash, f.id(name))
		}
		f.exec(`DELETE FROM "RolecallAccounts" WHERE "UserId" = ?`, f.id("emil")) // as another program's user

		got := f.read()
		got.Days, got.Hashes = nil, nil
		want := models.Figures{Users: 6, Active: 4, Disabled: 1, Pending: 1, Locked: 1, OldHashes: 3}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("figures differ (-want +got):\n%s", diff)
		}
	}, func(c *Config) { c.BcryptCost = 5 })
}

func TestFiguresAreForAdmins(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for name, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
			if got, err := f.Figures.Read(t.Context(), f.as(name)); models.KindOf(err) != want || got.Users != 0 || got.Days != nil {
				t.Errorf("Read of %q = %+v, %v, want nothing and kind %q", name, got, err, want)
			}
		}
	})
}

func TestFiguresOfSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		now := models.Now()
		for id, row := range map[string]struct {
			kind          models.SessionKind
			seen, expires time.Duration
		}{
			"a browser": {models.ConsoleSession, -29 * time.Minute, time.Hour},
			"idle":      {models.ConsoleSession, -31 * time.Minute, time.Hour},
			"expired":   {models.ConsoleSession, 0, -time.Minute},
			"a program": {models.APISession, -40 * time.Hour, time.Hour},
			"another":   {models.APISession, 0, time.Minute},
			"its end":   {models.APISession, 0, -time.Minute},
		} {
			f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES (?, ?, ?, 1, ?, ?, '', '')`,
				id, f.id("ann"), row.kind, int64(now.Add(row.seen)), int64(now.Add(row.expires)))
		}
		if got := f.read(); got.ConsoleSessions != 1 || got.APISessions != 2 {
			t.Errorf("got %d sessions in browsers and %d of programs, want 1 and 2", got.ConsoleSessions, got.APISessions)
		}
	})
}

// A day begins and ends at midnight in UTC.
func TestFiguresByDay(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		today := models.Now().Day()
		first := today - FigureDays + 1
		for name, at := range map[string]models.Time{
			"root": first.Begin() - 1, "ann": first.Begin(), "bob": (first + 1).Begin() - 1, "carl": today.Begin() - 1, "dora": today.Begin(), "emil": 0,
		} {
			if name > "bob" && name != "root" {
				f.create(name)
			}
			f.exec(`UPDATE "RolecallAccounts" SET "CreatedAt" = ? WHERE "UserId" = ?`, int64(at), f.id(name))
		}
		for _, row := range [][4]int64{
			{int64(first) - 1, 0, 100, 100}, {int64(first), 0, 1, 2}, {int64(first), 15, 10, 20}, {int64(today), 3, 5, 0}, {int64(today) + 1, 0, 100, 100},
		} {
			f.exec(`INSERT INTO "RolecallSignIns" ("Day", "Shard", "Good", "Bad") VALUES (?, ?, ?, ?)`, row[0], row[1], row[2], row[3])
		}
		want := make([]models.DayFigures, FigureDays)
		for i := range want {
			want[i].Day = first + models.Day(i)
		}
		want[0].Registered, want[0].Good, want[0].Bad = 2, 11, 22
		want[FigureDays-2].Registered = 1
		want[FigureDays-1].Registered, want[FigureDays-1].Good = 1, 5
		if diff := cmp.Diff(want, f.read().Days); diff != "" {
			t.Errorf("the days differ (-want +got):\n%s", diff)
		}
	})
}

// The hashes are counted once in a while, and the rest each time.
func TestOldHashesAreKept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.read()
		f.exec(`UPDATE "Users" SET "PasswordHash" = 'x'`)
		f.create("carl")
		if got := f.read(); got.OldHashes != 0 || got.Users != 4 {
			t.Errorf("a moment later there are %d old hashes of %d users, want 0 of 4", got.OldHashes, got.Users)
		}
		f.Figures.hashes = newFigures(f.Figures.core).hashes
		if got := f.read(); got.OldHashes != 3 {
			t.Errorf("much later there are %d old hashes, want 3", got.OldHashes)
		}
		want := []models.HashCount{{Name: "bcrypt", Cost: "4", State: models.HashCurrent, Count: 1}, {State: models.HashUnread, Count: 3}}
		if diff := cmp.Diff(want, f.read().Hashes); diff != "" {
			t.Errorf("the hashes differ (-want +got):\n%s", diff)
		}
	})
}

// One asks, and the others get the same answer; an error is not kept, and nobody
// waits for longer than the own request lasts.
func TestMemoryAsksOnce(t *testing.T) {
	m := newMemory[int]()
	m.slow = 0
	if _, err := m.get(t.Context(), "", 0, func(context.Context) (int, error) { return 1, errors.New("away") }); err == nil {
		t.Error("get = nil, want what was asked to have failed")
	}
	if _, err := m.get(t.Context(), "", 0, func(context.Context) (int, error) { panic("canary") }); err == nil {
		t.Error("get of what panics = nil, want an error")
	}
	var asked atomic.Int32
	errs := race(20, func(int) error {
		value, err := m.get(t.Context(), "", 0, func(context.Context) (int, error) {
			time.Sleep(5 * time.Millisecond)
			return int(asked.Add(1)), nil
		})
		if err == nil && value != 1 {
			err = errors.New("another value")
		}
		return err
	})
	if err := errors.Join(errs...); err != nil || asked.Load() != 1 {
		t.Errorf("asked %d times, %v, want once", asked.Load(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer := make(chan int)
	defer close(answer)
	if _, err := m.get(ctx, "slow", 0, func(context.Context) (int, error) { return <-answer, nil }); models.KindOf(err) != models.Busy {
		t.Errorf("get behind somebody who is slow = %v, want busy", err)
	}
}
