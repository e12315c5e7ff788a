package services

import (
	"fmt"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestIssue(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session, err := f.Sessions.SignIn(t.Context(), f.as(""), "root", goodPassword, models.APISession)
		if err != nil {
			t.Fatal(err)
		}
		text, life, err := f.Tokens.Issue(user, session)
		if err != nil || life != 15*time.Minute {
			t.Fatalf("Issue = life %s, %v, want 15m", life, err)
		}
		claims := jwt.MapClaims{}
		token, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return testConfig().Secret, nil })
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]any{
			"iss": "http://rolecall.test", "sub": "1", "user_id": float64(1), "username": "root", "sid": session.SessionID,
		} {
			if claims[name] != want {
				t.Errorf("claim %s = %v, want %v", name, claims[name], want)
			}
		}
		if roles, ok := claims["roles"].([]any); !ok || len(roles) != 2 || roles[0] != "Admin" {
			t.Errorf("claim roles = %v, want Admin and User", claims["roles"])
		}
		if claims["jti"] == "" || claims["exp"].(float64)-claims["iat"].(float64) != 900 || claims["aud"] != nil {
			t.Errorf("claims are %v", claims)
		}
		if token.Header["typ"] != "at+jwt" || token.Header["kid"] == "" || token.Header["alg"] != "HS256" {
			t.Errorf("header is %v", token.Header)
		}
	})
}

func TestAudienceIsAText(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t), func(c *Config) { c.Audience = "tests" })
	f.cast()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(f.token("ann", goodPassword, models.APISession), claims); err != nil {
		t.Fatal(err)
	}
	if claims["aud"] != "tests" {
		t.Errorf("aud = %#v, want a text", claims["aud"])
	}
}

// A secret that only verifies does not sign, and an empty one does nothing.
func TestIssueWithoutKey(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t), func(c *Config) { c.Secret, c.PreviousSecrets = nil, [][]byte{[]byte("previous"), {}} })
	if token, _, err := f.Tokens.Issue(models.User{UserID: 1}, models.Session{SessionID: "x"}); err == nil {
		t.Errorf("Issue without a key = %q, want an error", token)
	}
	if got := len(f.Tokens.keys); got != 1 {
		t.Errorf("%d keys verify, want 1", got)
	}
}

// token signs in and issues.
func (f *fixture) token(name, password string, kind models.SessionKind) string {
	f.t.Helper()
	user, session, err := f.Sessions.SignIn(f.t.Context(), f.as(""), name, password, kind)
	if err == nil {
		var token string
		if token, _, err = f.Tokens.Issue(user, session); err == nil {
			return token
		}
	}
	f.t.Fatalf("token for %s: %v", name, err)
	return ""
}

// What happens to an account or a session shows at the very next request.
func TestItTakesEffectNow(t *testing.T) {
	scenarios := []struct {
		name string
		do   func(t *testing.T, f *fixture, actor models.Actor) error
		ok   bool
	}{
		{"nothing", func(*testing.T, *fixture, models.Actor) error { return nil }, true},
		{"sign-out", func(t *testing.T, f *fixture, a models.Actor) error { return f.Sessions.SignOut(t.Context(), a) }, false},
		{"disabled", func(t *testing.T, f *fixture, a models.Actor) error {
			_, err := f.Users.Update(t.Context(), f.as("root"), a.User.UserID, UserPatch{IsActive: ptr(false)}, "")
			return err
		}, false},
		{"disabled and enabled", func(t *testing.T, f *fixture, a models.Actor) error {
			for _, active := range []bool{false, true} {
				if _, err := f.Users.Update(t.Context(), f.as("root"), a.User.UserID, UserPatch{IsActive: ptr(active)}, ""); err != nil {
					return err
				}
			}
			return nil
		}, false},
		{"deleted", func(t *testing.T, f *fixture, a models.Actor) error {
			return f.Users.Delete(t.Context(), f.as("root"), a.User.UserID)
		}, false},
		{"deleted by another program", func(_ *testing.T, f *fixture, a models.Actor) error {
			f.exec(`DELETE FROM "Users" WHERE "UserId" = ?`, a.User.UserID)
			return nil
		}, false},
		{"password set by an admin", func(t *testing.T, f *fixture, a models.Actor) error {
			return f.Users.SetPassword(t.Context(), f.as("root"), a.User.UserID, nextPassword)
		}, false},
		{"own password changed in this session", func(t *testing.T, f *fixture, a models.Actor) error {
			return f.Users.ChangePassword(t.Context(), a, goodPassword, nextPassword)
		}, true},
		{"own password changed in another session", func(t *testing.T, f *fixture, a models.Actor) error {
			return f.Users.ChangePassword(t.Context(), f.signIn(a.User.Username, goodPassword), goodPassword, nextPassword)
		}, false},
		{"session expired", func(_ *testing.T, f *fixture, a models.Actor) error {
			f.exec(`UPDATE "RolecallSessions" SET "ExpiresAt" = ?`, int64(models.Now())-1)
			return nil
		}, false},
	}
	each(t, func(t *testing.T, f *fixture) {
		for i, tt := range scenarios {
			name := f.create(fmt.Sprintf("user%d", i), models.UserRole).Username
			token := f.token(name, goodPassword, models.APISession)
			actor, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			if err != nil || actor.User.Username != name || actor.SessionID == "" || actor.Address != "192.0.2.7" {
				t.Fatalf("%s: Authenticate at first = %+v, %v", tt.name, actor, err)
			}
			if err := tt.do(t, f, actor); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			_, err = f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			if (err == nil) != tt.ok {
				t.Errorf("%s: Authenticate then = %v, want success %t", tt.name, err, tt.ok)
			}
		}
	})
}

// A role that was taken no longer counts, whatever the token says.
func TestRoleTakenNow(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("boss", models.AdminRole, models.UserRole)
		token := f.token("boss", goodPassword, models.APISession)
		for _, want := range []bool{true, false, true} {
			actor, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			if err != nil || actor.Admin() != want {
				t.Errorf("Admin = %t, %v, want %t", actor.Admin(), err, want)
			}
			change := f.Roles.Assign
			if want {
				change = f.Roles.Revoke
			}
			if _, err := change(t.Context(), f.as("root"), f.id("boss"), models.AdminRole); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A token of one face does not serve at the other.
func TestTokensOfTheOtherFace(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, kind := range []models.SessionKind{models.APISession, models.ConsoleSession} {
			token := f.token("ann", goodPassword, kind)
			for _, at := range []models.SessionKind{models.APISession, models.ConsoleSession} {
				_, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, at)
				if (err == nil) != (kind == at) {
					t.Errorf("a token of %s at %s: %v", kind, at, err)
				}
			}
		}
		// Even with the header of the other face, the session is of its kind.
		g := genuine(f.Services, f.signIn("ann", goodPassword))
		g.header["typ"] = consoleType
		if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.ConsoleSession); err != error(errToken) {
			t.Errorf("an API session at the console: %v, want the one answer", err)
		}
	})
}

// A token of our own, signed with the secret before the rotation.
func TestRotatedSecret(t *testing.T) {
	db := modeltest.NewDB(t)
	f := newFixture(t, db)
	f.cast()
	token := f.token("ann", goodPassword, models.APISession)
	next := func(c *Config) { c.Secret = []byte("a new secret of at least 32 bytes") }
	rotated := newFixture(t, db, next, func(c *Config) { c.PreviousSecrets = [][]byte{testConfig().Secret} })
	if actor, err := rotated.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession); err != nil || actor.SessionID == "" {
		t.Errorf("a token of the previous secret = session %q, %v, want it accepted", actor.SessionID, err)
	}
	if _, err := newFixture(t, db, next).Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession); err != error(errToken) {
		t.Errorf("a token of a forgotten secret = %v, want the one answer", err)
	}
}
