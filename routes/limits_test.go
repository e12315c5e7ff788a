package routes

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"rolecall/services"
)

// limited switches the limits on, and believes what a test says of its address.
func limited(c *services.Config) {
	c.LoginLimits, c.RegisterLimit = true, services.Rate{Count: 3, Window: time.Hour}
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

func from(address string) string { return "X-Forwarded-For: " + address }

// wait is Retry-After, in seconds.
func (a answer) wait(t testing.TB) int {
	t.Helper()
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil {
		t.Errorf("Retry-After is %q, want seconds", a.Header.Get("Retry-After"))
	}
	return seconds
}

// TestSignInLimit: after five failures from one address the right password is 429
// as well, with the time to wait, on both faces; another address signs in; the
// admin sees the account, why, and unlocks it.
func TestSignInLimit(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		grant := func(name, password, address string) answer {
			return s.send(t, s.request(t, "POST /token", credentials(name, password), formType, from(address)))
		}
		for range 20 {
			grant("ann", goodPassword, "192.0.2.66").want(t, "a good sign-in", 200)
		}
		for i := range 5 {
			grant("ann", fmt.Sprint("wrong horse ", i), "192.0.2.66").want(t, "a wrong password", 401)
		}
		before := s.dump()
		a := grant("ann", goodPassword, "192.0.2.66").want(t, "the right password under the limit", 429)
		if answer := parse[map[string]any](t, a); answer["error"] != "temporarily_unavailable" || a.wait(t) > 15*60 || a.wait(t) < 14*60 {
			t.Errorf("429 says %v, wait %d", answer, a.wait(t))
		}
		page := s.page(t, "", "POST /login", credentials("ANN@example.com", goodPassword), from("192.0.2.66")).want(t, "the form", 429)
		page.shows(t, "the form", "Too many sign-ins have failed.", `value="ANN@example.com"`)
		if page.wait(t) < 14*60 || page.cookie("rolecall") != nil || len(s.dump()["RolecallSessions"]) != len(before["RolecallSessions"]) {
			t.Error("the form gave a session, or no time to wait")
		}
		grant("ann", goodPassword, "198.51.100.7").want(t, "from another address", 200)
		if list := s.call(t, "root", "GET /users?status=locked", ""); !strings.Contains(list.body, `"username":"ann"`) || !strings.Contains(list.body, `"total":1`) {
			t.Errorf("locked accounts are %s", list.body)
		}
		s.page(t, "root", "GET /admin/users?status=locked", "").shows(t, "the list", "ann@example.com", "Locked")
		s.page(t, "root", "GET /admin/users/{ann}", "").shows(t, "the user", "Locked", "held back", "/unlock", "failed too often to sign in as", "5 failed sign-ins from 192.0.2.66 in 15 minutes")
		s.call(t, "ann", "POST /users/{ann}/unlock", "").want(t, "a user unlocks himself", 403)
		s.call(t, "root", "POST /users/99999/unlock", "").want(t, "nobody is unlocked", 404)
		before = s.dump()
		s.call(t, "root", "POST /users/{ann}/unlock", "").want(t, "unlock", 204)
		s.call(t, "root", "POST /users/{ann}/unlock", "").want(t, "unlock twice", 204)
		if got := newEvents(before, s.dump()); len(got) != 1 || got[0] != "root user.unlocked ann" {
			t.Errorf("events are %q", got)
		}
		grant("ann", goodPassword, "192.0.2.66").want(t, "after the unlock", 200)
	}, limited)
}

// TestUnlockPage: the same by a form.
func TestUnlockPage(t *testing.T) {
	t.Parallel()
	s := one(t, limited)
	root := s.browser(t).signIn("root")
	for range 6 {
		s.grant(t, credentials("ann", "wrong horse"))
	}
	s.grant(t, credentials("ann", goodPassword)).want(t, "under the limit", 429)
	page := root.follow(root.post(s.fill("/admin/users/{ann}/unlock"))).want(t, "unlock", 200)
	page.shows(t, "afterwards", "The account is unlocked.", "unlocked the user")
	s.grant(t, credentials("ann", goodPassword)).want(t, "after the unlock", 200)
}

// TestUnknownNameLimit: a name that nobody has is held back just as one that
// somebody has, in the same words.
func TestUnknownNameLimit(t *testing.T) {
	t.Parallel()
	s := one(t, limited)
	strip := func(a answer) string {
		return fmt.Sprint(a.StatusCode, a.body, a.Header.Get("WWW-Authenticate"), a.Header.Get("Retry-After") != "")
	}
	for i := range 7 {
		known, unknown := s.grant(t, credentials("ann", "wrong horse")), s.grant(t, credentials("nobody", "wrong horse"))
		if strip(known) != strip(unknown) {
			t.Errorf("try %d: a known name gets %s, an unknown one %s", i, strip(known), strip(unknown))
		}
	}
}

// TestKnownBrowser: with a hundred failures from anywhere, a browser that has
// signed in before still does, from whatever address; a stranger's does not.
func TestKnownBrowser(t *testing.T) {
	t.Parallel()
	s := one(t, limited)
	known := s.browser(t).signIn("ann")
	known.post("/logout").want(t, "sign out", http.StatusSeeOther)
	for i := range 100 {
		a := s.send(t, s.request(t, "POST /token", credentials("ann", "wrong horse"), formType, from(fmt.Sprintf("198.51.100.%d", i/4))))
		a.want(t, "an attacker's try", 401)
	}
	signIn := func(b *browser) int {
		return b.send(s.request(t, "POST /login", credentials("ann", goodPassword), formType, from("203.0.113.9"))).StatusCode
	}
	if got := signIn(s.browser(t)); got != 429 {
		t.Errorf("a browser that nobody knows gets %d, want 429", got)
	}
	if got := signIn(known); got != http.StatusSeeOther {
		t.Errorf("the owner's browser gets %d, want a session", got)
	}
}

// TestCurrentPasswordLimit: a wrong present password is a failed sign-in.
func TestCurrentPasswordLimit(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		change := func(current string) answer {
			return s.call(t, "ann", "POST /users/me/password", fmt.Sprintf(`{"current_password":%q,"new_password":%q}`, current, newPassword), from("192.0.2.7"))
		}
		for range 5 {
			change("wrong horse").want(t, "a wrong present password", 422)
		}
		if a := change(goodPassword).want(t, "the right one under the limit", 429); a.wait(t) < 14*60 || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("429 is %v", a.Header)
		}
		s.send(t, s.request(t, "POST /token", credentials("ann", goodPassword), formType, from("192.0.2.7"))).want(t, "a sign-in from there", 429)
	}, limited)
}

// TestRegisterLimit: so many accounts from one address, by either face, and then
// no more for a while; what was entered is kept.
func TestRegisterLimit(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		register := func(name, address string) answer {
			return s.call(t, "", "POST /register", fmt.Sprintf(`{"username":%q,"email":"%s@example.org","password":%q}`, name, name, goodPassword), from(address))
		}
		register("x", "2001:db8::1").want(t, "a bad name is not counted", 422)
		for i := range 3 {
			register(fmt.Sprint("new", i), fmt.Sprintf("2001:db8::%d", i+1)).want(t, "an account", 201)
		}
		if a := register("new3", "2001:db8::ffff").want(t, "one more from the same /64", 429); a.wait(t) < 59*60 {
			t.Errorf("wait is %d, want about an hour", a.wait(t))
		}
		page := s.page(t, "", "POST /register", "username=new4&email=new4%40example.org&password=nine+lives+of+a+tabby", from("2001:db8::5"))
		page.want(t, "the form", 429).shows(t, "the form", "Too many accounts", `value="new4"`)
		register("new5", "2001:db8:0:1::1").want(t, "from the next /64", 201)
	}, limited)
}
