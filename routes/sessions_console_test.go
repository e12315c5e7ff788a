package routes

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/services"
)

// sid is the session of the browser.
func (b *browser) sid() string {
	b.t.Helper()
	actor, err := b.s.Tokens.Authenticate(b.t.Context(), models.Actor{}, b.session(), models.ConsoleSession)
	if err != nil {
		b.t.Fatalf("who is in the browser: %v", err)
	}
	return actor.SessionID
}

// TestOwnSessions: the account page lists them, marks the present one, ends one,
// and ends all others.
func TestOwnSessions(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		here, there, third := s.browser(t).signIn("ann"), s.browser(t).signIn("ann"), s.browser(t).signIn("ann")
		bob := s.browser(t).signIn("bob")
		page := here.get("/account").want(t, "the account", 200)
		page.shows(t, "the account", "this device", "End all others", "/account/sessions/"+there.sid()+"/delete", "127.0.0.1")
		if strings.Contains(page.body, here.sid()) || strings.Contains(page.body, bob.sid()) {
			t.Error("the page offers to end the present session, or another's")
		}
		before := s.dump()
		here.post("/account/sessions/"+bob.sid()+"/delete").want(t, "another's session", 404)
		if bob.get("/account").StatusCode != 200 || newEvents(before, s.dump()) != nil {
			t.Error("another's session has ended")
		}
		a := here.post("/account/sessions/"+there.sid()+"/delete").want(t, "end one", http.StatusSeeOther)
		here.follow(a).shows(t, "afterwards", "The session has ended.")
		if got := there.get("/account").StatusCode; got != http.StatusSeeOther || third.get("/account").StatusCode != 200 {
			t.Errorf("the ended session gets %d, want the sign-in; the third goes on", got)
		}
		here.follow(here.post("/account/sessions/delete")).shows(t, "afterwards", "All your other sessions have ended.")
		if third.get("/account").StatusCode != http.StatusSeeOther || here.get("/account").StatusCode != 200 || bob.get("/account").StatusCode != 200 {
			t.Error("want the other session ended, and nobody else's")
		}
		if page := here.get("/account"); strings.Contains(page.body, "End all others") {
			t.Error("with one session the page offers to end others")
		}
	})
}

// TestSessionsOfOthers: an admin sees and ends them.
func TestSessionsOfOthers(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		ann, root := s.browser(t).signIn("ann"), s.browser(t).signIn("root")
		root.get(s.fill("/admin/users/{ann}")).want(t, "the user", 200).shows(t, "the user", "End all", "Go-http-client")
		root.get(s.fill("/admin/users/{bob}")).want(t, "a user", 200).shows(t, "a user", "Not signed in anywhere.")
		page := root.follow(root.post(s.fill("/admin/users/{ann}/sessions/delete")))
		page.want(t, "afterwards", 200).shows(t, "afterwards", "All sessions of the account have ended.", "Not signed in anywhere.", "ended sessions of")
		if got := ann.get("/account").StatusCode; got != http.StatusSeeOther {
			t.Errorf("the user gets %d, want the sign-in", got)
		}
		root.post("/admin/users/99999/sessions/delete").want(t, "nobody's sessions", 404)
	})
}

// TestSignOutClears: the session ends, and the browser is told to drop what it
// keeps, but not what it is called.
func TestSignOutClears(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("ann")
	cookie := b.session()
	a := b.post("/logout").want(t, "sign out", http.StatusSeeOther)
	if got := a.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data is %q", got)
	}
	if b.session() != "" || a.cookie("rolecall-device") != nil {
		t.Error("the session's cookie is kept, or the browser's own is not")
	}
	if old := s.send(t, s.request(t, "GET /account", "", "Cookie: rolecall="+cookie)); old.StatusCode != http.StatusSeeOther {
		t.Errorf("the cookie of before gives %d, want the sign-in", old.StatusCode)
	}
}

// TestCookieIsRenewed: the cookie's token outlives the idle time by little, and is
// made anew, for the same session, once a quarter of it has passed.
func TestCookieIsRenewed(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("ann")
	cookie := b.session()
	if a := b.get("/account"); a.cookie("rolecall") != nil {
		t.Error("a new cookie is renewed at once")
	}
	claims := part(t, cookie, 1)
	if life := time.Duration(claims["exp"].(float64)-claims["iat"].(float64)) * time.Second; life < s.cfg.ConsoleIdleTTL || life > 2*s.cfg.ConsoleIdleTTL {
		t.Errorf("the cookie's token lives %s, want a little more than the idle time", life)
	}
	actor, err := s.Tokens.Authenticate(t.Context(), models.Actor{}, cookie, models.ConsoleSession)
	if err != nil {
		t.Fatal(err)
	}
	actor.TokenMade = actor.TokenMade.Add(-s.cfg.ConsoleIdleTTL/4 - time.Second)
	token, life, err := s.Tokens.Renew(actor)
	if err != nil || token == "" || token == cookie || life < s.cfg.ConsoleIdleTTL {
		t.Fatalf("Renew = %q for %s, %v, want another token", token, life, err)
	}
	if again, err := s.Tokens.Authenticate(t.Context(), models.Actor{}, token, models.ConsoleSession); err != nil || again.SessionID != actor.SessionID {
		t.Errorf("the new token is of session %q (%v), want the same", again.SessionID, err)
	}
	actor.Ends = models.Now().Add(time.Minute)
	if _, life, err := s.Tokens.Renew(actor); err != nil || life > time.Minute {
		t.Errorf("Renew near the end lives %s (%v), want no longer than the session", life, err)
	}
}

// TestCookieIsRenewedOnTheWay: as above, through the browser: with an idle time of
// four seconds a token is renewed when it is a second old.
func TestCookieIsRenewedOnTheWay(t *testing.T) {
	t.Parallel()
	s := one(t, func(c *services.Config) { c.ConsoleIdleTTL = 4 * time.Second })
	b := s.browser(t).signIn("ann")
	before, sid := b.session(), b.sid()
	for b.session() == before {
		b.get("/account").want(t, "the account", 200)
	}
	if b.sid() != sid {
		t.Error("the renewed cookie is of another session")
	}
}
