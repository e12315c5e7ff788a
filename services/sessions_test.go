package services

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("carl")
		f.create("dora")
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'disabled' WHERE "UserId" = ?`, f.id("carl"))
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("dora"))
		for _, tt := range []struct {
			name, as, password string
			ok                 bool
		}{
			{"by username", "ann", goodPassword, true},
			{"in another case", "ANN", goodPassword, true},
			{"by e-mail", "ann@example.com", goodPassword, true},
			{"by e-mail in another case", "Ann@EXAMPLE.com", goodPassword, true},
			{"a wrong password", "ann", "wrong", false},
			{"no password", "ann", "", false},
			{"a password in another case", "ann", strings.ToUpper(goodPassword), false},
			{"an unknown name", "nobody", goodPassword, false},
			{"no name", "", goodPassword, false},
			{"a pattern", "an%", goodPassword, false},
			{"no text", "ann\x00", goodPassword, false},
			{"no UTF-8", "ann\xff", goodPassword, false},
			{"a very long name", strings.Repeat("a", 1<<20), goodPassword, false},
			{"a very long password", "ann", strings.Repeat("a", 1<<20), false},
			{"disabled", "carl", goodPassword, false},
			{"pending", "dora", goodPassword, false},
		} {
			before := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`)
			user, session, err := f.Sessions.SignIn(t.Context(), f.as(""), tt.as, tt.password, models.APISession)
			began := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`) - before
			if tt.ok {
				if err != nil || user.Username != "ann" || session.UserID != user.UserID || began != 1 {
					t.Errorf("%s: SignIn = %q, %v, and %d sessions, want ann and one", tt.name, user.Username, err, began)
				}
				continue
			}
			if err != error(errCredentials) || began != 0 || user.UserID != 0 || session.SessionID != "" {
				t.Errorf("%s: SignIn = %+v, %v, and %d sessions, want the one answer and none", tt.name, user, err, began)
			}
		}
	})
}

// The token's claims come from what SignIn returns.
func TestSignInReturnsTheWholeUser(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session, err := f.Sessions.SignIn(t.Context(), f.as(""), "root", goodPassword, models.ConsoleSession)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(user.RoleNames(), " "); got != "Admin User" {
			t.Errorf("got roles %q, want Admin and User", got)
		}
		if user.LastLoginAt != session.CreatedAt || f.user("root").LastLoginAt != session.CreatedAt {
			t.Errorf("last login is %v, in the database %v, want %v", user.LastLoginAt, f.user("root").LastLoginAt, session.CreatedAt)
		}
		want := models.Session{
			SessionID: session.SessionID, UserID: user.UserID, Kind: models.ConsoleSession, CreatedAt: session.CreatedAt,
			LastSeenAt: session.CreatedAt, ExpiresAt: session.CreatedAt.Add(12 * time.Hour), Address: "192.0.2.7", UserAgent: "test",
		}
		var got models.Session
		if err := f.db.Read(t.Context()).Take(&got).Error; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || len(session.SessionID) < 26 {
			t.Errorf("the session differs (-want +got):\n%s", diff)
		}
	})
}

// An address and a browser's description may hold anything.
func TestSignInWithOddClient(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		actor := models.Actor{Address: strings.Repeat("x", 300), UserAgent: "\x00\xff" + strings.Repeat("😀", 500), RequestID: strings.Repeat("\xff", 100)}
		if _, _, err := f.Sessions.SignIn(t.Context(), actor, "ann", goodPassword, models.APISession); err != nil {
			t.Fatalf("SignIn: %v", err)
		}
		actor.User = f.user("root")
		if _, err := f.Roles.Assign(t.Context(), actor, f.id("ann"), "Admin"); err != nil {
			t.Fatalf("Assign: %v", err)
		}
	})
}

// A user whom another program inserted has no row of ours, and may have one of
// passlib's hashes.
func TestSignInWithPasslibHashes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for i, tt := range passlibHashes {
			name := "legacy" + string(rune('a'+i))
			f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES (?, ?, ?)`, name, tt.hash, name+"@example.com")
			user, _, err := f.Sessions.SignIn(t.Context(), f.as(""), name, tt.password, models.APISession)
			if err != nil || user.Version != 0 {
				t.Errorf("%s: SignIn = version %d, %v, want version 0", tt.name, user.Version, err)
			}
			if got := f.user(name); got.LastLoginAt.IsZero() || !got.UpdatedAt.IsZero() {
				t.Errorf("%s: the sign-in was noted as %v, the change as %v; want only the sign-in", tt.name, got.LastLoginAt, got.UpdatedAt)
			}
		}
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('trap', ?, 'trap@example.com')`, strings.Replace(passlibHashes[0].hash, "$04$", "$31$", 1))
		begin := time.Now()
		if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "trap", "correct horse", models.APISession); err != error(errCredentials) {
			t.Errorf("SignIn with a hash of cost 31 = %v, want the one answer", err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("a hash of cost 31 took %s", took)
		}
	})
}

func TestHashIsRenewedOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		low, err := bcrypt.GenerateFromPassword([]byte(goodPassword), 4)
		if err != nil {
			t.Fatal(err)
		}
		f.exec(`UPDATE "Users" SET "PasswordHash" = ? WHERE "Username" = 'ann'`, string(low))
		before := f.user("ann")
		f.signIn("ann", goodPassword)
		renewed := f.user("ann")
		if cost, err := bcrypt.Cost([]byte(renewed.PasswordHash)); err != nil || cost != 5 {
			t.Errorf("after the first sign-in the cost is %d, %v, want 5", cost, err)
		}
		if renewed.Version != before.Version || renewed.UpdatedAt != before.UpdatedAt {
			t.Error("the renewal counts as a change of the account")
		}
		f.signIn("ann", goodPassword)
		if f.user("ann").PasswordHash != renewed.PasswordHash {
			t.Error("the second sign-in made the hash anew")
		}
		f.exec(`UPDATE "Users" SET "PasswordHash" = ? WHERE "Username" = 'bob'`, passlibHashes[3].hash)
		f.signIn("bob", passlibHashes[3].password)
		if f.user("bob").PasswordHash != passlibHashes[3].hash {
			t.Error("a hash was renewed from the 72 bytes of a longer password")
		}
	}, func(c *Config) { c.BcryptCost = 5 })
}

// Between the look at the password and the session, somebody may change the one
// or disable the account.
func TestSignInAfterAChange(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		seen := map[string]models.User{"ann": f.user("ann"), "bob": f.user("bob"), "root": f.user("root")}
		if err := f.Users.SetPassword(t.Context(), f.as("root"), f.id("ann"), nextPassword); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("bob"), UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		changed := f.user("ann").PasswordHash
		gone := seen["ann"]
		gone.UserID = 9999
		for name, user := range map[string]models.User{"changed": seen["ann"], "disabled": seen["bob"], "deleted": gone} {
			if _, _, err := f.Sessions.begin(t.Context(), f.as(""), attempt{}, user, "renewed", models.APISession); err != error(errCredentials) {
				t.Errorf("%s: begin = %v, want the one answer", name, err)
			}
		}
		if f.user("ann").PasswordHash != changed {
			t.Error("the renewal has overwritten a new password")
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 0 {
			t.Errorf("got %d sessions, want none", got)
		}
		if _, err := f.Sessions.Begin(t.Context(), f.as(""), seen["root"], models.ConsoleSession); err != nil {
			t.Errorf("Begin for an active user = %v, want nil", err)
		}
	})
}

// Where a case-sensitive owner has Bob and bob, the exact one is meant.
func TestSignInOfNamesThatDifferByCase(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.dropUserIndexes()
		hash := f.user("bob").PasswordHash
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('Bob', ?, 'big@example.com')`, hash)
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('big@example.com', ?, 'x@example.com')`, hash)
		for _, tt := range []struct{ as, want string }{
			{"bob", "bob@example.com"}, {"Bob", "big@example.com"}, {"BOB", ""},
			{"big@example.com", "x@example.com"}, {"bob@example.com", "bob@example.com"},
		} {
			user, _, err := f.Sessions.SignIn(t.Context(), f.as(""), tt.as, goodPassword, models.APISession)
			if user.Email != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("SignIn as %q = %q, %v, want %q", tt.as, user.Email, err, tt.want)
			}
		}
	})
}

func (f *fixture) dialect() string { return f.db.Read(f.t.Context()).Name() }

// The time of an answer must not tell whether there is such a name.
func TestRefusalsSendTheSameStatements(t *testing.T) {
	db := modeltest.NewDB(t)
	newFixture(t, db).cast()
	sent := map[string]int{}
	for name, as := range map[string]string{"known": "ann", "unknown": "nobody", "empty": ""} {
		var log bytes.Buffer
		logged, s := loggedServices(t, &log)
		newFixture(t, logged).cast()
		log.Reset()
		if _, _, err := s.Sessions.SignIn(t.Context(), models.Actor{}, as, "wrong", models.APISession); err == nil {
			t.Fatalf("%s: signed in", name)
		}
		sent[name] = strings.Count(log.String(), `"msg":"statement"`)
	}
	if sent["known"] != sent["unknown"] || sent["known"] == 0 {
		t.Errorf("got %v statements, want as many for a known as for an unknown name", sent)
	}
}

// loggedServices are on a database of their own, with every statement in the log.
func loggedServices(t *testing.T, to *bytes.Buffer) (*models.DB, *Services) {
	t.Helper()
	log := slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db, err := models.Open(t.Context(), modeltest.Engines()[0].URL(t), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Prepare(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	return db, newServices(t, db, log)
}

func TestCountSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.signIn("ann", goodPassword)
		f.signIn("ann", goodPassword)
		f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('old', ?, 'api', 1, 1, 1, '', '')`, f.id("ann"))
		for as, want := range map[string]models.Kind{"": models.Unauthenticated, "bob": models.Forbidden, "ann": "", "root": ""} {
			count, err := f.Sessions.Count(t.Context(), f.as(as), f.id("ann"))
			if models.KindOf(err) != want || err == nil && count != 2 {
				t.Errorf("Count as %q = %d, %v, want kind %q, and 2 that live", as, count, err, want)
			}
		}
	})
}

func TestSignOut(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		first, second := f.signIn("ann", goodPassword), f.signIn("ann", goodPassword)
		for _, actor := range []models.Actor{f.as(""), f.as("ann"), first, first} {
			if err := f.Sessions.SignOut(t.Context(), actor); err != nil {
				t.Errorf("SignOut of %q = %v, want nil", actor.SessionID, err)
			}
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions" WHERE "SessionId" = ?`, second.SessionID); got != 1 {
			t.Error("the other session ended too")
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 1 {
			t.Errorf("got %d sessions, want 1", got)
		}
	})
}

func TestPurge(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		alive := f.signIn("ann", goodPassword)
		f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('old', 1, 'api', 1, 1, 1, '', '')`)
		// More than a batch: each pass doubles the rows.
		for i := range 10 {
			f.exec(`INSERT INTO "RolecallSessions" SELECT CONCAT("SessionId", '` + string(rune('a'+i)) + `'), "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent" FROM "RolecallSessions" WHERE "ExpiresAt" = 1`)
		}
		if err := f.Sessions.Purge(t.Context()); err != nil {
			t.Fatalf("Purge: %v", err)
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 1 {
			t.Errorf("got %d sessions, want only the live one %s", got, alive.SessionID)
		}
	})
}

func TestPurgeEveryEndsWithItsContext(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('old', 1, 'api', 1, 1, 1, '', '')`)
	ctx, cancel := contextUntil(t, func() bool { return f.count(`SELECT COUNT(*) FROM "RolecallSessions"`) == 0 })
	defer cancel()
	f.PurgeEvery(ctx, time.Millisecond)
	if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 0 {
		t.Errorf("got %d sessions, want none", got)
	}
}
