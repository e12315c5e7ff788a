package routes

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

// TestSignIn: whom the form lets in, and how it refuses.
func TestSignIn(t *testing.T) {
	const wrong = "The username or the password is wrong, or the account is not active."
	each(t, func(t *testing.T, s *server) {
		playPages(t, s, []scenario{
			{name: "the page", call: "GET /login", status: 200, has: []string{`name="username"`, `name="password"`, `action="/login"`}},
			{name: "a username", call: "POST /login", body: credentials("ann", goodPassword), status: 303, header: []string{"Location: /"}, free: true},
			{name: "an e-mail", call: "POST /login", body: credentials("ANN@example.com", goodPassword), status: 303, free: true},
			{name: "a wrong password", call: "POST /login", body: credentials("ann", "wrong horse"), status: 422, has: []string{wrong, `value="ann"`}},
			{name: "nobody", call: "POST /login", body: credentials("nobody", goodPassword), status: 422, has: []string{wrong, `value="nobody"`}},
			{name: "disabled", call: "POST /login", body: credentials("dora", goodPassword), status: 422, has: []string{wrong}},
			{name: "nothing", call: "POST /login", status: 422, has: []string{wrong}},
			{name: "a hostile name", call: "POST /login", body: credentials(`"><script>alert(1)</script>`, "x"), status: 422, has: []string{wrong}},
			{name: "a NUL", call: "POST /login", body: credentials("\x00", "\x00"), status: 422, has: []string{wrong}},
			{name: "signed in already", who: "ann", call: "GET /login", status: 303, header: []string{"Location: /"}},
			{name: "the query is no form", call: "POST /login?" + credentials("ann", goodPassword), status: 422},
			{name: "home, a stranger", call: "GET /", status: 303, header: []string{"Location: /login"}},
			{name: "home, a user", who: "ann", call: "GET /", status: 303, header: []string{"Location: /account"}},
			{name: "home, an admin", who: "root", call: "GET /", status: 303, header: []string{"Location: /admin"}},
			{name: "a stranger is sent to the sign-in", call: "GET /admin/users?search=a%26b&sort=email", status: 303, header: []string{"Location: /login?next=%2Fadmin%2Fusers%3Fsearch%3Da%2526b%26sort%3Demail"}},
			{name: "from the own account, too", call: "GET /account", status: 303, header: []string{"Location: /login?next=%2Faccount"}},
			{name: "a user is no admin", who: "ann", call: "GET /admin", status: 403},
			{name: "nothing there", who: "root", call: "GET /admin/nothing", status: 404},
			{name: "another account while signed in", who: "ann", call: "POST /login", body: credentials("bob", goodPassword), status: 303, free: true},
			{name: "the session before has ended", who: "ann", call: "GET /", status: 303, header: []string{"Location: /login"}},
		})
	})
}

// cookiesAtSignIn: the session, and what the browser is called.
const cookiesAtSignIn = 2

// TestNext: a sign-in leads on to where one wanted to go, but never off the site.
func TestNext(t *testing.T) {
	t.Parallel()
	s := one(t)
	for next, want := range map[string]string{
		"/admin/users?search=a%20b&sort=email": "/admin/users?search=a%20b&sort=email",
		"/account":                             "/account",
		"/":                                    "/",
		"":                                     "/",
		"account":                              "/",
		"//evil.example":                       "/",
		"///evil.example":                      "/",
		"/\\evil.example":                      "/",
		"\\\\evil.example":                     "/",
		"/\t/evil.example":                     "/",
		"/a\\..\\b":                            "/",
		"https://evil.example":                 "/",
		"https:evil.example":                   "/",
		"HTTP://evil.example/":                 "/",
		"javascript:alert(1)":                  "/",
		"data:text/html,x":                     "/",
		"/account\r\nSet-Cookie: a=b":          "/",
		"/account\nX: y":                       "/",
		"/\x00":                                "/",
		" /account":                            "/",
		"/%zz":                                 "/",
		"@evil.example":                        "/",
		"http://rolecall.test/account":         "/",
		strings.Repeat("/", 50) + "evil":       "/",
	} {
		b := s.browser(t)
		form := b.get("/login?next="+url.QueryEscape(next)).want(t, "the form", 200)
		if kept := strings.Contains(form.text(), `name="next" value="`+next+`"`); kept != (want == next && next != "") {
			t.Errorf("next %q: the form keeps it: %t", next, kept)
		}
		a := b.post("/login", "username", "ann", "password", goodPassword, "next", next)
		if got := a.Header.Get("Location"); a.StatusCode != 303 || got != want || len(a.Header.Values("Set-Cookie")) != cookiesAtSignIn {
			t.Errorf("next %q: got %d to %q with %v, want 303 to %q", next, a.StatusCode, got, a.Header.Values("Set-Cookie"), want)
		}
		refused := b.post("/login", "username", "ann", "password", "wrong", "next", next)
		if kept := strings.Contains(refused.text(), `name="next" value="`+next+`"`); kept != (want == next && next != "") {
			t.Errorf("next %q, refused: the form keeps it: %t", next, kept)
		}
	}
}

// TestNextIsFollowed: the whole way of a stranger who had a link.
func TestNextIsFollowed(t *testing.T) {
	t.Parallel()
	b := one(t).browser(t)
	form := b.follow(b.get("/admin/users?search=bo")).want(t, "the form", 200)
	form.shows(t, "the form", `name="next" value="/admin/users?search=bo"`)
	page := b.follow(b.post("/login", "username", "root", "password", goodPassword, "next", "/admin/users?search=bo"))
	page.want(t, "the list", 200).shows(t, "the list", "bob@example.com")
	if page.Request.URL.Path != "/admin/users" {
		t.Errorf("the sign-in leads to %s", page.Request.URL)
	}
}

// TestCookie: its attributes under http and https.
func TestCookie(t *testing.T) {
	for _, tt := range []struct {
		url, name string
		secure    bool
	}{{"http://rolecall.test", "rolecall", false}, {"https://rolecall.test", "__Host-rolecall", true}} {
		t.Run(tt.url, func(t *testing.T) {
			t.Parallel()
			s := one(t, withPublicURL(tt.url))
			a := s.page(t, "", "POST /login", credentials("ann", goodPassword)).want(t, "sign in", 303)
			cookie := a.cookie(tt.name)
			if cookie == nil || a.Cookies()[0].Name != tt.name || len(a.Cookies()) != cookiesAtSignIn {
				t.Fatalf("cookies are %v, want first one of the name %s, then the browser's own", a.Cookies(), tt.name)
			}
			if device := a.cookie(tt.name + "-device"); device == nil || len(device.Value) < 26 || !device.HttpOnly || device.Secure != tt.secure || device.Path != "/" {
				t.Errorf("the browser's own cookie is %v", device)
			}
			if cookie.Secure != tt.secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
				t.Errorf("the cookie is %s", cookie.Raw)
			}
			if life := time.Duration(cookie.MaxAge) * time.Second; life < 37*time.Minute || life > 38*time.Minute {
				t.Errorf("the cookie lives %s, want ROLECALL_CONSOLE_IDLE_TTL and a quarter", life)
			}
			if header := part(t, cookie.Value, 0); header["alg"] != "HS256" {
				t.Errorf("the cookie holds %v, want a JWT", header)
			}
			account := s.send(t, s.request(t, "GET /account", "", "Cookie: "+tt.name+"="+cookie.Value))
			if account.StatusCode != 200 {
				t.Errorf("the cookie gives %d", account.StatusCode)
			}
			out := s.send(t, s.request(t, "POST /logout", "", "Cookie: "+tt.name+"="+cookie.Value)).cookie(tt.name)
			if out == nil || out.Value != "" || out.Expires.After(time.Now()) || out.Secure != tt.secure || out.Path != "/" || !out.HttpOnly {
				t.Errorf("the sign-out sets the cookie %v, want it to end", out)
			}
		})
	}
}

// TestWrongCookie: what is no session of a browser is a stranger's, and is
// dropped. Under https the name without the prefix is not read.
func TestWrongCookie(t *testing.T) {
	t.Parallel()
	s, secure := one(t), one(t, withPublicURL("https://rolecall.test"))
	bearer, good := s.token("ann", models.APISession), s.token("ann", models.ConsoleSession)
	for name, cookie := range map[string]string{
		"a bearer token": "rolecall=" + bearer, "rubbish": "rolecall=x", "another name": "Rolecall=" + good,
		"the name under https": "__Host-rolecall=" + good, "cut short": "rolecall=" + good[:len(good)-3], "too long": "rolecall=" + strings.Repeat("x", 9000),
	} {
		a := s.send(t, s.request(t, "GET /account", "", "Cookie: "+cookie)).want(t, name, 303)
		if dropped := a.cookie("rolecall"); (dropped != nil) != strings.HasPrefix(cookie, "rolecall=") {
			t.Errorf("%s: the answer's cookie is %v", name, dropped)
		}
	}
	plain := secure.token("ann", models.ConsoleSession)
	secure.send(t, secure.request(t, "GET /account", "", "Cookie: rolecall="+plain)).want(t, "without the prefix", 303)
}

// TestSignOut: the session ends, and not only the cookie; another one goes on.
func TestSignOut(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b, other := s.browser(t).signIn("ann"), s.browser(t).signIn("ann")
		stolen := b.session()
		b.follow(b.post("/logout")).want(t, "sign out", 200).shows(t, "signed out", "You are signed out.", `action="/login"`)
		if b.session() != "" {
			t.Error("the browser still has the cookie")
		}
		a := s.send(t, s.request(t, "GET /account", "", "Cookie: rolecall="+stolen))
		if a.StatusCode != 303 {
			t.Errorf("the old cookie gives %d, want 303 to the sign-in", a.StatusCode)
		}
		other.get("/account").want(t, "the other session", 200)
		b.post("/logout").want(t, "sign out again", 303)
		if a := s.send(t, s.request(t, "GET /logout", "", "Cookie: rolecall="+other.session())); a.StatusCode != 405 {
			t.Errorf("GET /logout: got %d, want 405", a.StatusCode)
		}
		other.get("/account").want(t, "after GET /logout", 200)
	})
}

// TestFlash: a notice is shown once, and no stranger's text is.
func TestFlash(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("root")
	saved := b.post("/account", "email", "root@example.org", "first_name", "R", "last_name", "")
	b.follow(saved).shows(t, "the first time", "Saved.")
	if again := b.get("/account"); strings.Contains(again.text(), "Saved.") {
		t.Error("the notice is shown twice")
	}
	for _, word := range []string{"<script>", "nothing", "%00"} {
		a := s.send(t, s.request(t, "GET /login", "", "Cookie: rolecall-notice="+word)).want(t, word, 200)
		if strings.Contains(a.body, `role="status"`) {
			t.Errorf("a notice %q of a stranger's is shown", word)
		}
	}
}
