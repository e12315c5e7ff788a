package routes

import (
	"net/url"
	"strings"
	"testing"
)

// TestPasswordCheck: the hint is the very sentence of the rule that refuses the
// form, in the reader's language. Asking changes no row and leaves no trace.
func TestPasswordCheck(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t)
	for _, tt := range []struct {
		name, password string
		good           bool
	}{
		{"none", "", false}, {"short", "7 chars", false}, {"long", strings.Repeat("pq", 32) + "p", false},
		{"common", "PassWord123", false}, {"the username", "Gertrude", false}, {"the address", "gertrude@example.org", false},
		{"code points, not bytes", "éééééééé", true}, {"good", "such a good password", true},
	} {
		before := s.dump()
		a := b.post("/password/check", "password", tt.password, "username", "gertrude", "email", "gertrude@example.org").want(t, tt.name, 200)
		sentence := parse[map[string]string](t, a)["message"]
		if (sentence == "") != tt.good {
			t.Errorf("%s: the hint is %q, want one: %t", tt.name, sentence, !tt.good)
		}
		if after := s.dump(); len(after["RolecallEvents"]) != len(before["RolecallEvents"]) || b.session() != "" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: asking leaves a trace", tt.name)
		}
		if tt.good {
			continue
		}
		form := b.post("/register", "password", tt.password, "username", "gertrude", "email", "gertrude@example.org").want(t, tt.name, 422)
		form.shows(t, tt.name, sentence)
		if tt.password != "" && strings.Contains(s.log.String(), tt.password) {
			t.Errorf("%s: the password is in the log", tt.name)
		}
	}
}

// TestPasswordCheckIsAForm: in another language, and under the rules that hold for
// every form.
func TestPasswordCheckIsAForm(t *testing.T) {
	t.Parallel()
	s := one(t)
	short := url.Values{"password": {"short"}}.Encode()
	for _, tt := range []struct {
		name, call, body string
		head             []string
		status           int
		has              string
	}{
		{"English", "POST /password/check", short, []string{formType, "Accept-Language: tlh, en"}, 200, `{"message":"Use at least 8 characters."}`},
		{"German", "POST /password/check", short, []string{formType, "Accept-Language: de"}, 200, `{"message":"Verwenden Sie mindestens 8 Zeichen."}`},
		{"from another site", "POST /password/check", short, []string{formType, "Sec-Fetch-Site: cross-site"}, 403, "another site"},
		{"in the address", "POST /password/check?password=such+a+good+one", "", []string{formType}, 200, `{"message":"Enter a password."}`},
		{"JSON", "POST /password/check", `{"password":"short"}`, []string{"Content-Type: application/json"}, 415, ""},
		{"megabytes", "POST /password/check", "password=" + strings.Repeat("x", bodyMax), []string{formType}, 413, ""},
		{"read", "GET /password/check", "", nil, 405, ""},
	} {
		a := s.send(t, s.request(t, tt.call, tt.body, tt.head...))
		if a.StatusCode != tt.status || !strings.Contains(a.body, tt.has) {
			t.Errorf("%s: got %d %s, want %d with %q", tt.name, a.StatusCode, a.body, tt.status, tt.has)
		}
	}
}
