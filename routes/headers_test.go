package routes

import (
	"net/http"
	"strings"
	"testing"
)

// checkHeaders: every answer has the headers of security, and only static files
// may be kept, and for a while what is public of OAuth.
func checkHeaders(t testing.TB, a answer, secure bool) {
	t.Helper()
	cache := "no-store"
	if strings.HasPrefix(a.Request.URL.Path, "/static/") && a.StatusCode < 400 {
		cache = "public, max-age=31536000, immutable"
	}
	if strings.HasPrefix(a.Request.URL.Path, "/.well-known/") && a.StatusCode < 400 {
		cache = "public, max-age=300"
	}
	hsts := ""
	if secure {
		hsts = "max-age=31536000; includeSubDomains"
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "same-origin",
		"X-Frame-Options":           "DENY",
		"Cache-Control":             cache,
		"Strict-Transport-Security": hsts,
		"Server":                    "",
	} {
		if got := strings.Join(a.Header.Values(name), " | "); got != want {
			t.Errorf("%s %s (%d): header %s is %q, want %q", a.Request.Method, a.Request.URL.Path, a.StatusCode, name, got, want)
		}
	}
}

// TestHeaders: what send checks of each answer, on each kind of answer.
func TestHeaders(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			s := one(t, withPublicURL(scheme+"://rolecall.test"))
			for _, tt := range []struct {
				call, body string
				head       []string
				want       int
			}{
				{"GET /healthz", "", nil, 200},
				{"GET /login", "", nil, 200},
				{"GET /openapi.json", "", nil, 200},
				{"GET /docs", "", nil, 200},
				{"GET " + staticURL("console.css"), "", nil, 200},
				{"GET " + staticURL("console.css"), "", []string{"Accept-Encoding: gzip"}, 200},
				{"GET /", "", nil, 303},
				{"GET /admin", "", nil, 303},
				{"POST /token", "", nil, 400},
				{"GET /users/me", "", nil, 401},
				{"POST /login", "username=ann", []string{"Content-Type: application/x-www-form-urlencoded", "Origin: https://evil.example"}, 403},
				{"GET /nothing", "", nil, 404},
				{"GET /nothing", "", []string{"Accept: text/html"}, 404},
				{"GET /static/nothing.css", "", nil, 404},
				{"DELETE /login", "", nil, 405},
				{"TRACE /login", "", nil, 405},
				{"OPTIONS /users", "", nil, 405},
				{"BREW /login", "", nil, 400},
				{"POST /login", "username=ann", []string{"Content-Type: text/plain"}, 415},
				{"POST /register", "{}", []string{"Content-Type: application/json"}, 422},
				{"GET /login", "", []string{"Cookie: a=" + strings.Repeat("x", 20<<10)}, 431},
			} {
				a := s.send(t, s.request(t, tt.call, tt.body, tt.head...))
				if a.StatusCode != tt.want {
					t.Errorf("%s: got %d, want %d", tt.call, a.StatusCode, tt.want)
				}
				if a.StatusCode >= 400 && a.Header.Get("X-Request-Id") == "" {
					t.Errorf("%s (%d): no X-Request-Id", tt.call, a.StatusCode)
				}
			}
		})
	}
}

// TestHead: HEAD answers what GET does, without the body.
func TestHead(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, path := range []string{"/login", "/healthz", "/openapi.json", "/.well-known/jwks.json", staticURL("console.css"), "/users/me", "/admin", "/nothing", "/users/{ann}"} {
		get := s.send(t, s.request(t, "GET "+path, ""))
		head := s.send(t, s.request(t, "HEAD "+path, ""))
		if head.StatusCode != get.StatusCode || head.body != "" {
			t.Errorf("HEAD %s: got %d %q, want %d without a body", path, head.StatusCode, head.body, get.StatusCode)
		}
		if got, want := head.Header.Get("Content-Type"), get.Header.Get("Content-Type"); got != want {
			t.Errorf("HEAD %s: Content-Type is %q, want %q", path, got, want)
		}
	}
	if a := s.send(t, s.request(t, "HEAD /token", "")); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("HEAD /token: got %d, want 405", a.StatusCode)
	}
}
