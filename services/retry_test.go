package services

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

// A retrial calls methods on SQL Server again and again, each time on the database
// as it was.
type retrial struct {
	*fixture
	server  *tds.Server
	restore func()
	subject subject
}

func newRetrial(t *testing.T, empty bool) *retrial {
	t.Helper()
	server := tds.Start(t)
	r := &retrial{fixture: newFixture(t, modeltest.Open(t, server.URL())), server: server}
	if !empty {
		r.cast()
		r.subject = r.fixture.subject("a")
		r.history(r.subject.user.UserID)
	}
	r.restore = server.Keep(t)
	return r
}

// history is what a user has left behind: a refresh token that was used long ago,
// four failed sign-ins, and what is purged.
func (r *retrial) history(userID int64) {
	r.t.Helper()
	now := models.Now()
	r.exec(`INSERT INTO "RolecallRefreshTokens" ("TokenHash", "SessionId", "UserId", "CreatedAt", "UsedAt", "ExpiresAt") VALUES (?, 'x', ?, 1, 1, ?)`,
		refreshHash(usedText), userID, int64(now.Add(time.Hour)))
	for i := range 4 {
		r.exec(`INSERT INTO "RolecallAttempts" ("AttemptId", "At", "Account", "Origin", "Address") VALUES (?, ?, ?, 'address 192.0.2.7', 'address 192.0.2.7')`,
			fmt.Sprint("recent ", i), int64(now), models.UserAccount(userID))
	}
	for shard := range signInShards { // else it is left to chance whether one has to be made
		for day := range models.Day(2) {
			r.exec(`INSERT INTO "RolecallSignIns" ("Day", "Shard", "Good", "Bad") VALUES (?, ?, 0, 0)`, int64(now.Day()+day), shard)
		}
	}
	for _, statement := range []string{
		`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('old', 7, 'api', 1, 1, 1, '', '')`,
		`INSERT INTO "RolecallRefreshTokens" ("TokenHash", "SessionId", "UserId", "CreatedAt", "UsedAt", "ExpiresAt") VALUES ('old', 'old', 7, 1, 1, 1)`,
		`INSERT INTO "RolecallAttempts" ("AttemptId", "At", "Account", "Origin", "Address") VALUES ('old', 1, 'x', 'x', 'x')`,
		`INSERT INTO "RolecallDevices" ("UserId", "Device", "SeenAt") VALUES (7, 'old', 1)`,
		`INSERT INTO "RolecallHolds" ("UserId", "Until") VALUES (7, 1)`,
		`INSERT INTO "RolecallActs" ("ActId", "ActorId", "At", "Action", "RoleName", "Total", "Undoes", "UndoneAt") VALUES ('old', 1, 1, 'roles', '', 1, '', 0)`,
	} {
		r.exec(statement)
	}
}

// call calls the method on the database as it was, and returns what it returned
// and wrote, without what is never the same.
func (r *retrial) call(do trial, failAt int, number int32) (result string, rows map[string][]string, err error) {
	r.t.Helper()
	r.restore()
	if err := r.db.Tx(context.Background(), func(tx *gorm.DB) error { models.TouchedAll(tx); return nil }); err != nil {
		r.t.Fatal(err)
	}
	boss := newUser("first")
	s := r.subject
	s.Services = newServices(r.t, r.db, slog.New(slog.DiscardHandler), func(c *Config) {
		c.FirstAdmin, c.LoginLimits, c.RegisterLimit = &boss, true, Rate{20, time.Hour}
	})
	s.setup = s.Setup.token(0)
	if failAt > 0 {
		r.server.FailAt(failAt, number, "canary")
	}
	value, err := do(context.Background(), s)
	rows = r.dump()
	for _, texts := range rows {
		for i, text := range texts {
			texts[i] = everSame(text)
		}
		slices.Sort(texts)
	}
	return everSame(fmt.Sprintf("%+v", value)), rows, err
}

// random is what differs from call to call: times, hashes, ids, tokens and passwords.
var random = regexp.MustCompile(`\b1\d{12}\b|\$2[aby]\$[./\w$]+|\b[0-9a-f]{64}\b|\b[A-Z2-7]{26}\b|RefreshToken:[\w-]{43}|\b\d+h\d+m\d+s|\b[a-z2-7]{4}(-[a-z2-7]{4}){3}\b|\d{4}-\d\d-\d\dT[\d:.]+Z`)

func everSame(text string) string { return random.ReplaceAllString(text, "~") }

// A statement that SQL Server gives up, as a deadlock's victim or after a lock's
// timeout, whichever it is, makes no difference: its whole transaction runs again,
// or the statement does where it reads alone, and what is returned and written is
// what it would have been.
func TestEveryStatementIsRetried(t *testing.T) {
	for _, empty := range []bool{true, false} {
		t.Run(map[bool]string{true: "empty", false: "cast"}[empty], func(t *testing.T) {
			t.Parallel()
			r := newRetrial(t, empty)
			retried := 0
			for name, do := range trials() {
				if onEmpty(name) == empty {
					retried += r.try(name, do)
				}
			}
			if least := map[bool]int{true: 30, false: 300}[empty]; retried < least {
				t.Errorf("%d statements were tried, want at least %d", retried, least)
			}
		})
	}
}

// try has each statement of the method fail once, and returns how many it has.
func (r *retrial) try(name string, do trial) (retried int) {
	r.t.Helper()
	from := len(r.server.Statements())
	want, wanted, wantErr := r.call(do, 0, 0)
	if models.KindOf(wantErr) == models.Internal || models.KindOf(wantErr) == models.Busy {
		r.t.Fatalf("%s: %v", name, wantErr)
	}
	for i, statement := range callOnly(r.server.Statements()[from:]) {
		retried++
		number := []int32{1205, 1222}[i%2]
		got, rows, err := r.call(do, i+1, number)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) || got != want {
			r.t.Errorf("%s: where %d is the answer to %s, it returns %s, %v; else %s, %v", name, number, statement, got, err, want, wantErr)
		}
		if diff := cmp.Diff(wanted, rows); diff != "" {
			r.t.Errorf("%s: where %d is the answer to %s, other rows are there (-undisturbed +retried):\n%s", name, number, statement, diff)
		}
	}
	return retried
}

// callOnly are the statements of a method's own: before it came the transaction
// that forgets, after it the dump.
func callOnly(sent []tds.Statement) []string {
	texts := make([]string, len(sent))
	for i, statement := range sent {
		texts[i] = statement.SQL
	}
	texts = texts[slices.Index(texts, "COMMIT TRANSACTION")+1:]
	return texts[:slices.IndexFunc(texts, func(text string) bool { return strings.HasPrefix(text, `SELECT * FROM "`+tables[0]+`"`) })]
}
