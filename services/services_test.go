package services

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

const goodPassword = "correct horse battery"

// testConfig is that of the tests, with changes.
func testConfig(changes ...func(*Config)) Config {
	c := Config{
		PublicURL: "http://rolecall.test", Secret: []byte("0123456789abcdef0123456789abcdef"),
		AccessTokenTTL: 15 * time.Minute, RefreshTokenTTL: 720 * time.Hour, ConsoleIdleTTL: 30 * time.Minute, ConsoleTTL: 12 * time.Hour,
		BcryptCost: 4, PasswordMinLength: 8, Registration: RegistrationOpen, HashingConcurrency: 2,
		RevocationLag: time.Hour, // what is not dropped at once is seen
	}
	for _, change := range changes {
		change(&c)
	}
	return c
}

// A fixture is a database with a cast: root is an admin; ann and bob are users.
type fixture struct {
	t  *testing.T
	db *models.DB
	*Services
}

// each runs the test on each engine with the cast.
func each(t *testing.T, test func(t *testing.T, f *fixture), changes ...func(*Config)) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db, changes...)
		f.cast()
		test(t, f)
	})
}

func newFixture(t *testing.T, db *models.DB, changes ...func(*Config)) *fixture {
	t.Helper()
	return &fixture{t, db, newServices(t, db, slog.New(slog.DiscardHandler), changes...)}
}

func newServices(t testing.TB, db *models.DB, log *slog.Logger, changes ...func(*Config)) *Services {
	t.Helper()
	s, err := New(db, testConfig(changes...), log)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	s.keepNothing()
	return s
}

// keepNothing has the database asked each time, however slow the machine is.
func (s *Services) keepNothing() {
	c := s.Users.core
	c.counts.slow, c.blanks.slow, c.sizes.slow, c.roles.slow, c.strays.slow, s.Figures.states.slow, s.Figures.opened.slow = time.Hour, time.Hour, time.Hour, time.Hour, time.Hour, time.Hour, time.Hour
}

func (f *fixture) cast() {
	f.t.Helper()
	f.create("root", models.AdminRole, models.UserRole)
	f.create("ann", models.UserRole)
	f.create("bob", models.UserRole)
}

// create makes an active user whose password is goodPassword.
func (f *fixture) create(name string, roles ...string) models.User {
	f.t.Helper()
	user, err := f.Users.Create(context.Background(), models.System(), NewUser{
		Username: name, Email: name + "@example.com", Password: goodPassword, Roles: roles, IsActive: true,
	})
	if err != nil {
		f.t.Fatalf("create %s: %v", name, err)
	}
	return user
}

// user reads a user by name.
func (f *fixture) user(name string) models.User {
	f.t.Helper()
	user, err := f.Users.Named(context.Background(), models.System(), name)
	if err == nil {
		user, err = f.db.User(f.db.Read(context.Background()), user.UserID)
	}
	if err != nil {
		f.t.Fatalf("read %s: %v", name, err)
	}
	return user
}

func (f *fixture) id(name string) int64 { return f.user(name).UserID }

// as is the actor of that name; "" is a stranger.
func (f *fixture) as(name string) models.Actor {
	f.t.Helper()
	actor := models.Actor{Address: "192.0.2.7", UserAgent: "test", RequestID: "request-1"}
	if name != "" {
		actor.User = f.user(name)
	}
	return actor
}

// exec changes rows as another program would, after the lag in which it is not
// seen.
func (f *fixture) exec(statement string, args ...any) {
	f.t.Helper()
	err := f.db.Tx(context.Background(), func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		return tx.Exec(statement, args...).Error
	})
	if err != nil {
		f.t.Fatalf("%s: %v", statement, err)
	}
}

// tables are all but RolecallLocks, whose counters tell nothing, and
// RolecallSignIns, which a refused sign-in changes.
var tables = []string{"Users", "Roles", "UserRoles", "RolecallAccounts", "RolecallRoles", "RolecallSessions", "RolecallEvents", "RolecallMigrations",
	"RolecallRefreshTokens", "RolecallAttempts", "RolecallDevices", "RolecallHolds", "RolecallActs", "RolecallActRows", "RolecallImports", "RolecallImportPieces"}

// dump returns every row of every table.
func (f *fixture) dump() map[string][]string { return modeltest.Dump(f.t, f.db, tables) }

// events are those after the id, oldest first, as "actor action type:name changes".
func (f *fixture) events(after int64) (texts []string, last int64) {
	f.t.Helper()
	var events []models.Event
	if err := f.db.Read(context.Background()).Where(`"EventId" > ?`, after).Order(`"EventId"`).Find(&events).Error; err != nil {
		f.t.Fatalf("read the events: %v", err)
	}
	last = after
	for _, e := range events {
		texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s %s %s:%s %s", e.ActorName, e.Action, e.TargetType, e.TargetName, e.Changes)))
		last = e.EventID
		if strings.Contains(fmt.Sprint(e), "$2") {
			f.t.Errorf("event %d holds a hash: %v", e.EventID, e)
		}
	}
	return texts, last
}

// A scenario is one call. Each of a table begins where the one before ended.
type scenario struct {
	name   string
	do     func(f *fixture) error
	want   models.Kind // "" for success
	fields string      // of the error, sorted, with a comma between
	events []string    // that appear
}

// play runs the scenarios. A refused one must leave every row as it was.
func (f *fixture) play(t *testing.T, scenarios []scenario) {
	t.Helper()
	_, last := f.events(0)
	for _, tt := range scenarios {
		before := f.dump()
		err := tt.do(f)
		if got := models.KindOf(err); got != tt.want {
			t.Errorf("%s: got kind %q (%v), want %q", tt.name, got, err, tt.want)
		}
		if got := fieldsOf(err); got != tt.fields {
			t.Errorf("%s: got fields %q, want %q", tt.name, got, tt.fields)
		}
		if err != nil {
			if diff := cmp.Diff(before, f.dump()); diff != "" {
				t.Errorf("%s: refused, but rows changed (-before +after):\n%s", tt.name, diff)
			}
		}
		var events []string
		events, last = f.events(last)
		if diff := cmp.Diff(tt.events, events); diff != "" {
			t.Errorf("%s: events differ (-want +got):\n%s", tt.name, diff)
		}
	}
}

func fieldsOf(err error) string {
	var known *models.Error
	if !errors.As(err, &known) {
		return ""
	}
	var names []string
	for name := range known.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// race runs fn n times at once and returns the errors.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// kinds counts the errors by kind.
func kinds(errs []error) map[models.Kind]int {
	counts := map[models.Kind]int{}
	for _, err := range errs {
		counts[models.KindOf(err)]++
	}
	return counts
}

// count counts rows.
func (f *fixture) count(query string, args ...any) int64 {
	f.t.Helper()
	var n int64
	if err := f.db.Read(context.Background()).Raw(query, args...).Row().Scan(&n); err != nil {
		f.t.Fatalf("%s: %v", query, err)
	}
	return n
}

func ptr[T any](v T) *T { return &v }

func TestNew(t *testing.T) {
	db := modeltest.NewDB(t)
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   bool
	}{
		{"a whole configuration", func(*Config) {}, true},
		{"a command's, without secret and issuer", func(c *Config) { c.Secret, c.PublicURL = nil, "" }, true},
		{"tokens without an issuer", func(c *Config) { c.PublicURL = "" }, false},
		{"tokens of a key without an issuer", func(c *Config) { c.Secret, c.Keys, c.PublicURL = nil, []*Key{{}}, "" }, false},
		{"no hashing at all", func(c *Config) { c.HashingConcurrency = 0 }, false},
	} {
		if _, err := New(db, testConfig(tt.change), slog.New(slog.DiscardHandler)); (err == nil) != tt.want {
			t.Errorf("%s: New = %v, want success %t", tt.name, err, tt.want)
		}
	}
}

func TestReady(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := modeltest.Open(t, url)
		s := newServices(t, db, slog.New(slog.DiscardHandler))
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v, want nil", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Ready(ctx); err == nil {
			t.Error("Ready of an ended context = nil, want an error")
		}
	})
}

// contextUntil ends when the condition holds, or after ten seconds.
func contextUntil(t *testing.T, holds func() bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	go func() {
		for ctx.Err() == nil && !holds() {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	return ctx, cancel
}
