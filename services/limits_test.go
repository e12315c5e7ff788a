package services

import (
	"context"
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

func limitsOn(c *Config) { c.LoginLimits = true }

func (f *fixture) limits() *Limits { return &Limits{f.Users.core} }

// from is a stranger at the address, with what the browser calls itself.
func from(address string, device ...string) models.Actor {
	return models.Actor{Address: address, Device: strings.Join(device, ""), RequestID: "request-1"}
}

// guess is a sign-in with a wrong password.
func (f *fixture) guess(actor models.Actor, name string) error {
	ctx := context.Background()
	user, err := f.Users.find(ctx, name)
	if err != nil {
		return err
	}
	a, err := f.Users.admit(ctx, actor, user, name)
	if err != nil {
		return err
	}
	return f.Users.failed(ctx, actor, a, user)
}

// enter is a sign-in with the right password.
func (f *fixture) enter(actor models.Actor, name string) error {
	ctx := context.Background()
	user, err := f.Users.find(ctx, name)
	if err != nil {
		return err
	}
	a, err := f.Users.admit(ctx, actor, user, name)
	if err != nil {
		return err
	}
	return f.settle(actor, a, user)
}

func (f *fixture) settle(actor models.Actor, a attempt, user models.User) error {
	return f.db.Tx(context.Background(), func(tx *gorm.DB) error { return f.Users.settle(tx, actor, a, user) })
}

// guesses are n that are all to be counted.
func (f *fixture) guesses(n int, actor models.Actor, name string) {
	f.t.Helper()
	for i := range n {
		if err := f.guess(actor, name); err != nil {
			f.t.Fatalf("guess %d at %s from %s = %v, want nil", i+1, name, actor.Address, err)
		}
	}
}

// expect compares the kind of what was tried.
func (f *fixture) expect(what string, err error, want models.Kind) {
	f.t.Helper()
	if got := models.KindOf(err); got != want {
		f.t.Errorf("%s = %v, want kind %q", what, err, want)
	}
}

// later lets time pass: all that the limits know gets older.
func (f *fixture) later(d time.Duration) {
	f.t.Helper()
	for table, column := range map[string]string{"RolecallAttempts": "At", "RolecallDevices": "SeenAt", "RolecallHolds": "Until"} {
		f.exec(fmt.Sprintf(`UPDATE "%s" SET "%s" = "%s" - ?`, table, column, column), d.Milliseconds())
	}
}

func TestRateUntil(t *testing.T) {
	const now = models.Time(1_000_000)
	rate := Rate{3, 10 * time.Second}
	for _, tt := range []struct {
		name  string
		times []models.Time
		want  models.Time
	}{
		{"none", nil, 0},
		{"one too few", []models.Time{now, now}, 0},
		{"all at once", []models.Time{now, now, now}, now + 10_000},
		{"the third newest counts", []models.Time{now, now, now - 4_000, now - 5_000}, now + 6_000},
		{"just inside", []models.Time{now, now, now - 9_999}, now + 1},
		{"just outside", []models.Time{now, now, now - 10_000}, 0},
	} {
		if got := rate.until(tt.times, now); got != tt.want {
			t.Errorf("%s: until = %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for until, want := range map[models.Time]int{1: 1, 999: 1, 1000: 1, 1001: 2, 900_000: 900} {
		var known *models.Error
		if err := tooMany("x", 5+until, 5); !errors.As(err, &known) || known.Kind != models.Limited || known.RetryAfter != want {
			t.Errorf("tooMany in %d ms = %+v, want limited for %d s", until, known, want)
		}
	}
}

func TestOriginLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here := from("192.0.2.7")
		f.guesses(4, here, "ann")
		f.expect("the right password after 4", f.enter(here, "ann"), "")
		f.guesses(5, here, "ann")
		f.expect("the 6th guess", f.guess(here, "ann"), models.Limited)
		f.expect("by e-mail", f.guess(here, "Ann@example.com"), models.Limited)
		f.expect("as IPv4 in IPv6", f.guess(from("::ffff:192.0.2.7"), "ann"), models.Limited)
		f.expect("the right password", f.enter(here, "ann"), models.Limited)
		f.expect("another account", f.guess(here, "bob"), "")
		f.expect("another address", f.guess(from("192.0.2.8"), "ann"), "")
		if got := f.count(`SELECT COUNT(*) FROM "RolecallAttempts"`); got != 7 {
			t.Errorf("%d attempts are counted, want 7: no refused one", got)
		}
		f.later(14 * time.Minute)
		f.expect("the right password after 14 minutes", f.enter(here, "ann"), models.Limited)
		f.later(time.Minute)
		f.expect("the right password after 15 minutes", f.enter(here, "ann"), "")

		six := from("2001:db8::1")
		f.guesses(5, six, "ann")
		f.expect("the same /64", f.guess(from("2001:db8::ffff:0:0:1"), "ann"), models.Limited)
		f.expect("another /64", f.guess(from("2001:db8:0:1::1"), "ann"), "")
		f.guesses(5, from("garbage"), "ann")
		f.expect("another that is no address", f.guess(from(""), "ann"), models.Limited)
	}, limitsOn)
}

// The window slides: each failure leaves it on its own.
func TestWindowsSlide(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here, ann := from("192.0.2.7"), f.user("ann")
		for range 5 {
			f.guesses(1, here, "ann")
			f.later(3 * time.Minute)
		}
		f.guesses(1, here, "ann")
		f.expect("a second in 3 minutes", f.guess(here, "ann"), models.Limited)
		f.later(time.Hour)

		// To the millisecond, with what the rows say and when.
		now := models.Now()
		a := newAttempt(here, ann, "ann")
		for _, tt := range []struct {
			name  string
			limit Rate
			set   string
			rows  int
		}{
			{"origin", originLimit, `UPDATE "RolecallAttempts" SET "At" = ?, "Address" = 'x', "Origin" = 'address 192.0.2.7'`, 5},
			{"account", accountLimit, `UPDATE "RolecallAttempts" SET "At" = ?, "Address" = 'x', "Origin" = 'x'`, 100},
			{"address", addressLimit, `UPDATE "RolecallAttempts" SET "At" = ?, "Address" = 'address 192.0.2.7', "Account" = 'x'`, 20},
		} {
			f.exec(`DELETE FROM "RolecallAttempts"`)
			for i := range tt.rows {
				f.exec(`INSERT INTO "RolecallAttempts" ("AttemptId", "At", "Account", "Origin", "Address") VALUES (?, 0, ?, '', '')`,
					fmt.Sprint(i), a.account)
			}
			for _, at := range []struct {
				after time.Duration
				want  int // seconds
			}{{0, int(tt.limit.Window.Seconds())}, {tt.limit.Window - 1001*time.Millisecond, 2}, {tt.limit.Window - time.Millisecond, 1}, {tt.limit.Window, 0}} {
				f.exec(tt.set, int64(now.Add(-at.after)))
				seen, err := a.failures(f.db.Read(t.Context()), now)
				if err != nil {
					t.Fatal(err)
				}
				var known *models.Error
				got := 0
				if errors.As(f.Users.limited(t.Context(), here, ann, a, seen, now), &known) {
					got = known.RetryAfter
				}
				if got != at.want {
					t.Errorf("%s: after %s the answer is %d s, want %d", tt.name, at.after, got, at.want)
				}
			}
			f.exec(tt.set, int64(now))
			f.exec(`DELETE FROM "RolecallAttempts" WHERE "AttemptId" = '0'`)
			seen, err := a.failures(f.db.Read(t.Context()), now)
			if err != nil || f.Users.limited(t.Context(), here, ann, a, seen, now) != nil {
				t.Errorf("%s: one fewer is limited, or %v", tt.name, err)
			}
		}
	}, limitsOn)
}

// Of several limits the one that holds longest counts.
func TestLongestLimitAnswers(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t), limitsOn)
	a := attempt{account: "a", origin: "o", address: "o"}
	const now = models.Time(10_000_000)
	rows := make([]models.Attempt, 100)
	for i := range rows {
		rows[i] = models.Attempt{At: now - 1000, Origin: "o"}
	}
	for _, tt := range []struct {
		name string
		seen failures
		want int
	}{
		{"address", failures{rows[:5], now + 2_000_000}, 2000},
		{"origin", failures{rows[:5], now + 1000}, 899},
		{"account", failures{rows, now + 1000}, 3599},
	} {
		var known *models.Error
		if err := f.Users.limited(t.Context(), from(""), models.User{}, a, tt.seen, now); !errors.As(err, &known) || known.RetryAfter != tt.want {
			t.Errorf("%s: got %+v, want %d s", tt.name, known, tt.want)
		}
	}
}

func TestAddressLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here := from("192.0.2.7", "a browser")
		f.expect("a device gets known", f.enter(here, "ann"), "")
		for i := range 19 {
			f.guesses(1, here, fmt.Sprintf("nobody%d", i/3))
		}
		f.expect("the right password after 19", f.enter(here, "ann"), "")
		f.guesses(1, here, "bob")
		f.expect("the 21st", f.guess(here, "somebody"), models.Limited)
		f.expect("the right password", f.enter(here, "ann"), models.Limited)
		f.expect("another address", f.enter(from("192.0.2.8"), "ann"), "")
		f.later(4 * time.Minute)
		f.expect("after 4 minutes", f.enter(here, "ann"), models.Limited)
		f.later(time.Minute)
		f.expect("after 5 minutes", f.enter(here, "ann"), "")
	}, limitsOn)
}

func TestAccountLimit(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		home, browser := from("192.0.2.7"), from("192.0.2.8", "a browser")
		for _, actor := range []models.Actor{home, browser} {
			f.expect("a device gets known", f.enter(actor, "ann"), "")
		}
		f.expect("a device gets known to another account", f.enter(from("192.0.2.9", "bob's"), "bob"), "")
		for i := range 25 {
			f.guesses(4, from(fmt.Sprintf("198.51.100.%d", i)), "ann")
			f.later(time.Minute)
		}
		elsewhere := from("203.0.113.1")
		f.expect("the 101st guess", f.guess(elsewhere, "ann"), models.Limited)
		f.expect("the right password elsewhere", f.enter(elsewhere, "ann"), models.Limited)
		f.expect("another browser elsewhere", f.enter(from("203.0.113.1", "another"), "ann"), models.Limited)
		f.expect("what another account knows", f.enter(from("192.0.2.9", "bob's"), "ann"), models.Limited)
		f.expect("another account", f.guess(elsewhere, "bob"), "")
		f.expect("the known address", f.enter(home, "ann"), "")
		f.expect("the known address with an unknown browser", f.enter(from("192.0.2.7", "new"), "ann"), "")
		f.expect("the known browser elsewhere", f.enter(from("203.0.113.1", "a browser"), "ann"), "")
		f.guesses(5, from("203.0.113.2", "a browser"), "ann")
		f.expect("the known browser's 6th guess", f.guess(from("203.0.113.3", "a browser"), "ann"), models.Limited)
		f.expect("the known address beside it", f.enter(home, "ann"), "")

		f.exec(`DELETE FROM "RolecallAttempts" WHERE "Origin" LIKE 'device%'`)
		f.later(34 * time.Minute)
		f.expect("an address gets known by a good sign-in alone", f.guess(from("203.0.113.4"), "ann"), models.Limited)
		f.later(time.Minute)
		f.expect("after an hour", f.enter(from("203.0.113.4"), "ann"), "")
	}, limitsOn)
}

// Whom an attacker at the same address holds back signs in with a known browser.
func TestKnownBrowserBesideAnAttacker(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		browser := from("192.0.2.7", "a browser")
		f.expect("the browser gets known", f.enter(browser, "ann"), "")
		f.guesses(5, from("192.0.2.7"), "ann")
		f.expect("no cookie", f.enter(from("192.0.2.7"), "ann"), models.Limited)
		f.expect("an unknown cookie", f.enter(from("192.0.2.7", "another"), "ann"), models.Limited)
		f.expect("the known browser", f.enter(browser, "ann"), "")
		f.expect("the attacker", f.guess(from("192.0.2.7"), "ann"), models.Limited)
		f.later(90*24*time.Hour - time.Minute)
		f.guesses(5, from("192.0.2.7"), "ann")
		f.expect("after less than 90 days", f.enter(browser, "ann"), "")
		f.later(90 * 24 * time.Hour)
		f.guesses(5, from("192.0.2.7"), "ann")
		f.expect("after 90 days", f.enter(browser, "ann"), models.Limited)
	}, limitsOn)
}

func TestDevicesAreRemembered(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.id("ann")
		f.guesses(4, from("192.0.2.9", "guessing"), "ann")
		for _, actor := range []models.Actor{from("192.0.2.7"), from("2001:db8::1", "a browser"), from("garbage"), from("garbage", "second"), from("192.0.2.7")} {
			f.expect("sign in", f.enter(actor, "ann"), "")
		}
		want := []string{"address 192.0.2.7", "address 2001:db8::/64", models.DeviceKey("a browser"), models.DeviceKey("second")}
		if diff := cmp.Diff(want, f.devices(ann)); diff != "" {
			t.Errorf("devices differ (-want +got):\n%s", diff)
		}
		seen := func() int64 {
			return f.count(`SELECT "SeenAt" FROM "RolecallDevices" WHERE "UserId" = ? AND "Device" = 'address 192.0.2.7'`, ann)
		}
		f.later(50 * time.Minute)
		before := seen()
		f.expect("after 50 minutes", f.enter(from("192.0.2.7"), "ann"), "")
		if got := seen(); got != before {
			t.Errorf("SeenAt went from %d to %d, want it to stay within the hour", before, got)
		}
		f.later(10 * time.Minute)
		before = seen()
		f.expect("after an hour", f.enter(from("192.0.2.7", "a browser"), "ann"), "")
		if got := seen(); got < before+time.Hour.Milliseconds() {
			t.Errorf("SeenAt went from %d to %d, want the present time", before, got)
		}
	}, limitsOn)
}

// devices are those known for the user.
func (f *fixture) devices(userID int64) []string {
	f.t.Helper()
	var devices []string
	err := f.db.Read(context.Background()).Model(&models.Device{}).Where(`"UserId" = ?`, userID).Order(`"Device"`).Pluck("Device", &devices).Error
	if err != nil {
		f.t.Fatal(err)
	}
	return devices
}

// A good sign-in forgets the typing errors of its own origin alone.
func TestGoodSignInWipesItsOwnErrors(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		here, there := from("192.0.2.7"), from("192.0.2.8")
		f.guesses(4, here, "ann")
		f.guesses(3, there, "ann")
		f.guesses(2, here, "bob")
		f.expect("sign in", f.enter(here, "ann"), "")
		for _, tt := range []struct {
			name  string
			actor models.Actor
			left  int
		}{{"ann", here, 5}, {"ann", there, 2}, {"bob", here, 3}} {
			f.guesses(tt.left, tt.actor, tt.name)
			f.expect("one more at "+tt.name, f.guess(tt.actor, tt.name), models.Limited)
		}
	}, limitsOn)
}

func TestLimitsSwitchedOff(t *testing.T) {
	db, recorder := modeltest.Recorded(t, canned()...)
	core := newServices(t, db, slog.New(slog.DiscardHandler)).Users.core
	recorder.Sent()
	user, actor := models.User{UserID: 7}, from("192.0.2.7", "x")
	a, err := core.admit(t.Context(), actor, user, "ann")
	if err == nil {
		err = core.failed(t.Context(), actor, a, user)
	}
	if err == nil {
		err = core.settle(nil, actor, a, user)
	}
	if err == nil {
		err = core.admitRegistration(t.Context(), actor)
	}
	sent := recorder.Sent()
	if err != nil || len(sent) != 3 || !strings.HasPrefix(sent[1].SQL, `UPDATE "RolecallSignIns" SET "Bad"`) {
		t.Errorf("got %v, and sent %v; want that the day's number alone is counted", err, sent)
	}
}
