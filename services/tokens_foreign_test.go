package services

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
)

// Another program's tokens, from before the cut-over.
func TestForeignTokens(t *testing.T) {
	previous := []byte("the other program's secret")
	each(t, func(t *testing.T, f *fixture) {
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('old', ?, 'old@example.com')`, passlibHashes[0].hash)
		old := f.id("old")
		f.create("gone")
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'disabled' WHERE "UserId" = ?`, f.id("gone"))
		f.exec(`UPDATE "RolecallAccounts" SET "UpdatedAt" = ? WHERE "UserId" = ?`, int64(models.Now().Add(-time.Minute)), f.id("ann"))
		hour := time.Now().Add(time.Hour).Unix()
		type c = jwt.MapClaims
		for _, tt := range []struct {
			name   string
			header map[string]any
			claims c
			ok     bool
		}{
			{"the least", nil, c{"user_id": old, "exp": hour}, true},
			{"without typ", map[string]any{"typ": nil}, c{"user_id": old, "exp": hour}, true},
			{"with claims of other types", nil, c{"user_id": old, "exp": hour, "sub": 5, "roles": "Admin", "username": nil, "aud": 7}, true},
			{"without exp", nil, c{"user_id": old}, false},
			{"expired", nil, c{"user_id": old, "exp": time.Now().Unix() - 1}, false},
			{"issued in the future", nil, c{"user_id": old, "exp": hour, "iat": hour}, false},
			{"without user_id", nil, c{"sub": "old", "exp": hour}, false},
			{"user_id as a text", nil, c{"user_id": "1", "exp": hour}, false},
			{"half a user", nil, c{"user_id": 1.5, "exp": hour}, false},
			{"user_id -1", nil, c{"user_id": -1, "exp": hour}, false},
			{"no such user", nil, c{"user_id": 9999, "exp": hour}, false},
			{"an inactive user", nil, c{"user_id": f.id("gone"), "exp": hour}, false},
			{"issued after the last change", nil, c{"user_id": f.id("ann"), "exp": hour, "iat": time.Now().Unix() - 30}, true},
			{"issued before the last change", nil, c{"user_id": f.id("ann"), "exp": hour, "iat": time.Now().Unix() - 90}, false},
			{"a changed user, no issue date", nil, c{"user_id": f.id("ann"), "exp": hour}, false},
			{"with an issuer", nil, c{"user_id": old, "exp": hour, "iss": "x"}, false},
			{"with a session", nil, c{"user_id": old, "exp": hour, "sid": "x"}, false},
			{"typ of ours", map[string]any{"typ": accessType}, c{"user_id": old, "exp": hour}, false},
			{"crit", map[string]any{"crit": []string{"x"}}, c{"user_id": old, "exp": hour}, false},
			{"jku", map[string]any{"jku": "http://evil.test"}, c{"user_id": old, "exp": hour}, false},
		} {
			token := forgery{tt.header, tt.claims, previous, jwt.SigningMethodHS256}.String()
			actor, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			if (err == nil) != tt.ok || actor.SessionID != "" {
				t.Errorf("%s: Authenticate = session %q, %v, want success %t without a session", tt.name, actor.SessionID, err, tt.ok)
			}
		}
		f.testForeignAfterChanges(t, forgery{nil, c{"user_id": old, "exp": hour, "iat": time.Now().Unix()}, previous, jwt.SigningMethodHS256})
	}, func(c *Config) { c.PreviousSecrets = [][]byte{[]byte("a secret in between, of 32 bytes!"), previous} })
}

// A sign-in is no change; what we change of the account voids the token.
func (f *fixture) testForeignAfterChanges(t *testing.T, g forgery) {
	old := f.id("old")
	f.signIn("old", "correct horse")
	if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.APISession); err != nil {
		t.Errorf("after a sign-in: %v, want it accepted", err)
	}
	g.key = testConfig().Secret
	if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.APISession); err == nil {
		t.Error("a token without iss and sid, signed with the present secret, was accepted")
	}
	g.key = f.Tokens.cfg.PreviousSecrets[1]
	if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.ConsoleSession); err == nil {
		t.Error("another program's token was accepted at the console")
	}
	if err := f.Users.SetPassword(t.Context(), f.as("root"), old, nextPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.APISession); err == nil {
		t.Error("after a change of password it was accepted")
	}
}

// The console ends a session after a while without a request, and at its end.
func TestConsoleEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		token := f.token("ann", goodPassword, models.ConsoleSession)
		ago := func(d time.Duration) int64 { return int64(models.Now().Add(-d)) }
		for _, tt := range []struct {
			name          string
			seen, expires int64
			ok, noted     bool
		}{
			{"just now", ago(0), ago(-time.Hour), true, false},
			{"seconds ago", ago(50 * time.Second), ago(-time.Hour), true, false},
			{"minutes ago", ago(29 * time.Minute), ago(-time.Hour), true, true},
			{"too long ago", ago(31 * time.Minute), ago(-time.Hour), false, false},
			{"busy, but over", ago(0), ago(time.Second), false, false},
		} {
			f.exec(`UPDATE "RolecallSessions" SET "LastSeenAt" = ?, "ExpiresAt" = ?`, tt.seen, tt.expires)
			_, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.ConsoleSession)
			if (err == nil) != tt.ok {
				t.Errorf("%s: Authenticate = %v, want success %t", tt.name, err, tt.ok)
			}
			if now := f.count(`SELECT "LastSeenAt" FROM "RolecallSessions"`); (now > tt.seen) != tt.noted {
				t.Errorf("%s: seen at %d, before it was %d, want it noted: %t", tt.name, now, tt.seen, tt.noted)
			}
		}
	})
}

func TestConsoleTokenLivesAsLongAsTheSession(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.ConsoleSession)
		if err != nil {
			t.Fatal(err)
		}
		_, life, err := f.Tokens.Issue(user, session)
		if err != nil || life > 2*time.Second || life < time.Second {
			t.Errorf("Issue = life %s, %v, want about 2s", life, err)
		}
	}, func(c *Config) { c.ConsoleTTL = 2 * time.Second })
}
