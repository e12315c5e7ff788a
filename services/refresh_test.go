package services

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// begin signs ann in at the API.
func (f *fixture) begin(name string) (models.User, models.Session) {
	f.t.Helper()
	user, session, err := f.Sessions.SignIn(f.t.Context(), f.as(""), name, goodPassword, models.APISession)
	if err != nil {
		f.t.Fatalf("sign %s in: %v", name, err)
	}
	return user, session
}

func (f *fixture) refresh(token string) (models.Session, error) {
	_, session, err := f.Sessions.Refresh(f.t.Context(), f.as(""), token)
	return session, err
}

// live reports whether an access token of the session is good.
func (f *fixture) live(user models.User, session models.Session) bool {
	f.t.Helper()
	token, _, err := f.Tokens.Issue(user, session)
	if err != nil {
		f.t.Fatalf("Issue: %v", err)
	}
	_, err = f.Tokens.Authenticate(f.t.Context(), f.as(""), token, models.APISession)
	return err == nil
}

// used moves the use of a refresh token into the past.
func (f *fixture) used(token string, ago time.Duration) {
	f.t.Helper()
	f.exec(`UPDATE "RolecallRefreshTokens" SET "UsedAt" = ? WHERE "TokenHash" = ?`, int64(models.Now().Add(-ago)), refreshHash(token))
}

func TestRefreshRotates(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, first := f.begin("ann")
		seen := map[string]bool{first.RefreshToken: true}
		token := first.RefreshToken
		for range 3 {
			actor := f.as("")
			actor.Address, actor.UserAgent = "198.51.100.9", "phone"
			got, next, err := f.Sessions.Refresh(t.Context(), actor, token)
			if err != nil || next.SessionID != first.SessionID || got.UserID != user.UserID || seen[next.RefreshToken] {
				t.Fatalf("Refresh = %+v, %v, want another token of the same session", next, err)
			}
			if len(next.RefreshToken) != 43 || next.ExpiresAt != first.ExpiresAt || next.Address != "198.51.100.9" || next.UserAgent != "phone" {
				t.Errorf("Refresh = %+v, want 256 bits, the session's end, and the client of now", next)
			}
			token = next.RefreshToken
			seen[token] = true
		}
		rows := strings.Join(f.dump()["RolecallRefreshTokens"], " ")
		for token := range seen {
			if strings.Contains(rows, token) || !strings.Contains(rows, refreshHash(token)) {
				t.Error("the table holds a token, or not its hash")
			}
		}
		if !f.live(user, first) {
			t.Error("the access token from before the refresh is refused")
		}
	})
}

// A token within the grace is a lost reply: both pairs live. Later, one of two is
// a thief, and nobody can say which: the session ends, with everything of it.
func TestRefreshReuse(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session := f.begin("ann")
		_, other := f.begin("ann")
		a, err := f.refresh(session.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		f.used(session.RefreshToken, refreshGrace-time.Second)
		b, err := f.refresh(session.RefreshToken)
		if err != nil || a.RefreshToken == b.RefreshToken {
			t.Fatalf("Refresh within the grace = %v, want another pair", err)
		}
		for _, pair := range []models.Session{a, b} {
			if _, err := f.refresh(pair.RefreshToken); err != nil {
				t.Errorf("a pair of the grace: %v, want both good", err)
			}
		}
		_, last := f.events(0)
		f.used(session.RefreshToken, refreshGrace+time.Second)
		for _, token := range []string{session.RefreshToken, session.RefreshToken, a.RefreshToken, b.RefreshToken} {
			if _, err := f.refresh(token); err != error(errRefresh) {
				t.Errorf("Refresh after the reuse = %v, want the one answer", err)
			}
		}
		if f.live(user, session) || !f.live(user, other) {
			t.Error("want the session of the reuse ended, and the other one not")
		}
		want := []string{`session.token_reused user:ann {"session":{"old":"a refresh token was used again after 11s","new":null}}`}
		if got, _ := f.events(last); cmp.Diff(want, got) != "" {
			t.Errorf("events = %q, want %q", got, want)
		}
		if n := f.count(`SELECT COUNT(*) FROM "RolecallRefreshTokens" WHERE "SessionId" = ?`, session.SessionID); n != 0 {
			t.Errorf("%d tokens of the ended session are kept", n)
		}
	})
}

// A refusal changes nothing, and a token that was refused is as good as before.
func TestRefreshRefusals(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session := f.begin("ann")
		access, _, err := f.Tokens.Issue(user, session)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.ConsoleSession)
		if err != nil {
			t.Fatal(err)
		}
		hash := refreshHash(session.RefreshToken)
		end, dead := int64(session.ExpiresAt), int64(models.Now())-1
		for _, tt := range []struct {
			name, token string
			broken      string // makes it so
			mended      string
			args        []any
		}{
			{name: "unknown", token: newRefreshToken()},
			{name: "empty"},
			{name: "its hash", token: hash},
			{name: "an access token", token: access},
			{name: "another case", token: strings.ToUpper(session.RefreshToken)},
			{name: "too long", token: strings.Repeat("x", 1<<20)},
			{name: "no text", token: session.RefreshToken + "\x00"},
			{name: "expired", token: session.RefreshToken, args: []any{dead, end},
				broken: `UPDATE "RolecallRefreshTokens" SET "ExpiresAt" = ?`, mended: `UPDATE "RolecallRefreshTokens" SET "ExpiresAt" = ?`},
			{name: "disabled behind our back", token: session.RefreshToken, args: []any{"disabled", "active"},
				broken: `UPDATE "RolecallAccounts" SET "Status" = ?`, mended: `UPDATE "RolecallAccounts" SET "Status" = ?`},
			{name: "the session is another's", token: session.RefreshToken, args: []any{user.UserID + 100, user.UserID},
				broken: `UPDATE "RolecallSessions" SET "UserId" = ?`, mended: `UPDATE "RolecallSessions" SET "UserId" = ?`},
		} {
			if tt.broken != "" {
				f.exec(tt.broken, tt.args[0])
			}
			before := f.dump()
			if _, err := f.refresh(tt.token); err != error(errRefresh) {
				t.Errorf("%s: Refresh = %v, want the one answer", tt.name, err)
			}
			if diff := cmp.Diff(before, f.dump()); diff != "" {
				t.Errorf("%s: refused, but rows changed (-before +after):\n%s", tt.name, diff)
			}
			if tt.mended != "" {
				f.exec(tt.mended, tt.args[1])
			}
		}
		if _, err := f.refresh(session.RefreshToken); err != nil {
			t.Errorf("Refresh in the end = %v, want the token still good", err)
		}
	})
}

// Fifty at once are fifty lost replies: one family, in which every pair lives.
func TestRefreshFiftyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session := f.begin("ann")
		pairs := make([]models.Session, 50)
		errs := race(50, func(i int) (err error) {
			pairs[i], err = f.refresh(session.RefreshToken)
			return err
		})
		if got := kinds(errs); got[""] != 50 {
			t.Fatalf("got %v (%v), want 50 pairs", got, errs)
		}
		texts := map[string]bool{}
		for _, pair := range pairs {
			if pair.SessionID != session.SessionID || !f.live(user, pair) {
				t.Errorf("a pair of session %q, want the one that was", pair.SessionID)
			}
			texts[pair.RefreshToken] = true
		}
		if n := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); n != 1 || len(texts) != 50 {
			t.Errorf("%d sessions and %d tokens, want 1 and 50", n, len(texts))
		}
		if n := f.count(`SELECT COUNT(*) FROM "RolecallRefreshTokens" WHERE "UsedAt" > 0`); n != 1 {
			t.Errorf("%d tokens are used, want the one", n)
		}
	})
}

// Fifty thieves at once end the session once.
func TestReuseFiftyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session := f.begin("ann")
		if _, err := f.refresh(session.RefreshToken); err != nil {
			t.Fatal(err)
		}
		f.used(session.RefreshToken, time.Minute)
		_, last := f.events(0)
		errs := race(50, func(int) error {
			_, err := f.refresh(session.RefreshToken)
			return err
		})
		if got := kinds(errs); got[models.Unauthenticated] != 50 || f.live(user, session) {
			t.Errorf("got %v (%v), want 50 refusals and the session ended", got, errs)
		}
		if got, _ := f.events(last); len(got) != 1 {
			t.Errorf("events = %q, want one", got)
		}
	})
}

// Whatever ends the session ends each pair that fifty refreshes of the same
// moment got.
func TestRefreshBesideTheEnd(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root := f.as("root")
		for _, tt := range []struct {
			name string
			end  func(user models.User, session models.Session) error
		}{
			{"signed out", func(user models.User, session models.Session) error {
				return f.Sessions.SignOut(t.Context(), models.Actor{User: user, SessionID: session.SessionID})
			}},
			{"revoked", func(_ models.User, session models.Session) error {
				return f.Tokens.Revoke(t.Context(), f.as(""), session.RefreshToken)
			}},
			{"password", func(user models.User, _ models.Session) error {
				return f.Users.SetPassword(t.Context(), root, user.UserID, nextPassword)
			}},
			{"ended by an admin", func(user models.User, _ models.Session) error {
				return f.Sessions.EndAll(t.Context(), root, user.UserID)
			}},
		} {
			f.create("cid", models.UserRole)
			user, session := f.begin("cid")
			pairs := make([]models.Session, 50)
			errs := race(50, func(i int) (err error) {
				if i == 25 {
					return tt.end(user, session)
				}
				pairs[i], err = f.refresh(session.RefreshToken)
				return err
			})
			if counts := kinds(errs); errs[25] != nil || counts[""]+counts[models.Unauthenticated] != 50 {
				t.Fatalf("%s: got %v, want the end, and refreshes that succeed or are refused", tt.name, errs)
			}
			for _, pair := range pairs {
				if pair.SessionID != "" && f.live(user, pair) {
					t.Fatalf("%s: an access token has survived", tt.name)
				}
				if _, err := f.refresh(pair.RefreshToken); err != error(errRefresh) {
					t.Fatalf("%s: a refresh token has survived: %v", tt.name, err)
				}
			}
			if err := f.Users.Delete(t.Context(), root, user.UserID); err != nil {
				t.Fatal(err)
			}
		}
	})
}
