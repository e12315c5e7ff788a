package routes

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// A browser keeps cookies, and follows a redirect when it is told to.
type browser struct {
	t testing.TB
	s *server
	http.Client
}

func (s *server) browser(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatalf("make a cookie jar: %v", err)
	}
	return &browser{t, s, http.Client{Transport: s.client.Transport, CheckRedirect: s.client.CheckRedirect, Jar: jar}}
}

func (b *browser) send(r *http.Request) answer {
	b.t.Helper()
	as := &server{t: b.t, cfg: b.s.cfg, client: &b.Client}
	return as.send(b.t, r)
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.send(b.s.request(b.t, "GET "+path, "", "Accept: text/html"))
}

// post sends a form: names and values in turn.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(b.s.request(b.t, "POST "+path, form.Encode(), formType, "Sec-Fetch-Site: same-origin", "Accept: text/html"))
}

// follow goes where the answer leads, over redirects, to a page.
func (b *browser) follow(a answer) answer {
	b.t.Helper()
	for range 5 {
		if a.StatusCode != http.StatusSeeOther {
			return a
		}
		a = b.get(a.Header.Get("Location"))
	}
	b.t.Fatalf("redirects without end, at last to %s", a.Header.Get("Location"))
	return a
}

// signIn signs the browser in.
func (b *browser) signIn(name string) *browser {
	b.t.Helper()
	b.post("/login", "username", name, "password", goodPassword).want(b.t, "sign in", http.StatusSeeOther)
	return b
}

// session is the value of the session's cookie, "" for none.
func (b *browser) session() string {
	b.t.Helper()
	at, err := url.Parse(b.s.url)
	if err != nil {
		b.t.Fatalf("parse the URL: %v", err)
	}
	for _, cookie := range b.Jar.Cookies(at) {
		if cookie.Name == "rolecall" {
			return cookie.Value
		}
	}
	return ""
}

// shows fails the test unless the page has each of the texts.
func (a answer) shows(t testing.TB, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.text(), text) {
			t.Errorf("%s: the page has no %q:\n%s", what, text, a.body)
		}
	}
}
