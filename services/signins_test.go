package services

import (
	"context"
	"errors"
	"testing"

	"rolecall/models"
)

// counted are the sign-ins of all days.
func (f *fixture) counted() (good, bad int64) {
	f.t.Helper()
	return f.count(`SELECT COALESCE(SUM("Good"), 0) FROM "RolecallSignIns"`), f.count(`SELECT COALESCE(SUM("Bad"), 0) FROM "RolecallSignIns"`)
}

func TestSignInsAreCounted(t *testing.T) {
	for name, on := range map[string]bool{"with limits": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			each(t, countSignIns, func(c *Config) { c.LoginLimits = on })
		})
	}
}

func countSignIns(t *testing.T, f *fixture) {
	ctx := context.Background()
	signIn := func(name, password string, kind models.SessionKind) error {
		_, _, err := f.Sessions.SignIn(ctx, f.as(""), name, password, kind)
		return err
	}
	confirm := func(password string) error {
		_, _, err := f.Sessions.Confirm(ctx, f.as("ann"), password)
		return err
	}
	f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'disabled' WHERE "UserId" = ?`, f.id("bob"))
	_, session, err := f.Sessions.SignIn(ctx, f.as(""), "ann", goodPassword, models.APISession)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name      string
		do        func() error
		want      models.Kind
		good, bad int64 // in all, from then on
	}{
		{"by the API", func() error { return nil }, "", 1, 0},
		{"in a browser", func() error { return signIn("ann", goodPassword, models.ConsoleSession) }, "", 2, 0},
		{"a wrong password", func() error { return signIn("ann", "wrong", models.APISession) }, models.Unauthenticated, 2, 1},
		{"an unknown name", func() error { return signIn("nobody", goodPassword, models.APISession) }, models.Unauthenticated, 2, 2},
		{"a disabled account", func() error { return signIn("bob", goodPassword, models.ConsoleSession) }, models.Unauthenticated, 2, 3},
		{"a refresh", func() error { _, _, err := f.Sessions.Refresh(ctx, f.as(""), session.RefreshToken); return err }, "", 2, 3},
		{"a bad refresh", func() error { _, _, err := f.Sessions.Refresh(ctx, f.as(""), "x"); return err }, models.Unauthenticated, 2, 3},
		{"a confirmation", func() error { return confirm(goodPassword) }, "", 2, 3},
		{"a wrong confirmation", func() error { return confirm("wrong") }, models.Invalid, 2, 4},
		{"a wrong present password", func() error { return f.Users.ChangePassword(ctx, f.as("ann"), "wrong", nextPassword) }, models.Invalid, 2, 5},
		{"after a registration", func() error {
			_, err := f.Sessions.Begin(ctx, f.as(""), f.user("ann"), models.ConsoleSession)
			return err
		}, "", 2, 5},
	} {
		if err := tt.do(); models.KindOf(err) != tt.want {
			t.Errorf("%s: got %v, want kind %q", tt.name, err, tt.want)
		}
		if good, bad := f.counted(); good != tt.good || bad != tt.bad {
			t.Errorf("%s: counted %d good and %d bad, want %d and %d", tt.name, good, bad, tt.good, tt.bad)
		}
	}
}

// What a limit holds back was not tried.
func TestRefusedSignInsAreNotCounted(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for range originLimit.Count + 3 {
			_, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", "wrong", models.APISession)
			if err == nil {
				t.Fatal("SignIn with a wrong password = nil")
			}
		}
		if _, bad := f.counted(); bad != int64(originLimit.Count) {
			t.Errorf("counted %d, want the %d that were answered", bad, originLimit.Count)
		}
	}, limitsOn)
}

// A new day's first rows appear under many sign-ins at once, and none is lost.
func TestSignInsAtOnceAreCounted(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		const n = 40
		errs := race(n, func(i int) error {
			return f.Users.failed(context.Background(), f.as(""), attempt{}, models.User{})
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if good, bad := f.counted(); good != 0 || bad != n {
			t.Errorf("counted %d good and %d bad, want 0 and %d", good, bad, n)
		}
		if rows := f.count(`SELECT COUNT(*) FROM "RolecallSignIns"`); rows < 2 || rows > signInShards {
			t.Errorf("they are in %d rows, want some, and %d at most", rows, signInShards)
		}
	})
}

func TestPurgeSignIns(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		today := int64(models.Now().Day())
		for _, day := range []int64{0, today - signInDays - 1, today - signInDays, today} {
			f.exec(`INSERT INTO "RolecallSignIns" ("Day", "Shard", "Good", "Bad") VALUES (?, 3, 1, 1)`, day)
		}
		if err := f.Figures.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left := f.count(`SELECT COUNT(*) FROM "RolecallSignIns" WHERE "Day" >= ?`, today-signInDays); left != 2 || f.count(`SELECT COUNT(*) FROM "RolecallSignIns"`) != 2 {
			t.Errorf("%d young rows are left, want 2 and no other", left)
		}
	})
}
