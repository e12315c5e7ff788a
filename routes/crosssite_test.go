package routes

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forms are the routes that take a form from a browser, in an order in which an
// admin could send them all, and a form that would be good.
func forms(s *server) map[string]string {
	good := map[string]string{
		"POST /login":                      credentials("ann", goodPassword),
		"POST /logout":                     "",
		"POST /language":                   "language=de",
		"POST /register":                   "username=carl&email=carl@example.com&password=" + newPassword,
		"POST /setup":                      "token=x&username=carl&email=carl@example.com&password=" + newPassword,
		"POST /account":                    "email=r@example.com&first_name=&last_name=",
		"POST /account/password":           "current_password=" + goodPassword + "&new_password=" + newPassword,
		"POST /admin/users/new":            "username=dan&email=dan@example.com&is_active=true&roles=Admin&password=" + newPassword,
		"POST /admin/users/:user":          "username=queen&email=ann@example.com&first_name=&last_name=",
		"POST /admin/users/:user/roles":    "roles=Admin",
		"POST /admin/users/:user/password": "new_password=" + newPassword,
		"POST /admin/users/:user/disable":  "",
		"POST /admin/users/:user/enable":   "",
		"POST /admin/users/:user/delete":   "",
		"POST /admin/users/bulk":           "all=1&do=disable&count=4",
		"POST /admin/acts/:act/undo":       "",

		"POST /admin/users/import":                "existing=skip",
		"POST /admin/users/import/:import":        "",
		"POST /admin/users/import/:import/stop":   "",
		"POST /admin/users/import/:import/delete": "",
		"POST /admin/roles":                       "role_name=Author",
		"POST /admin/roles/:role":                 "role_name=Author",
		"POST /admin/roles/:role/delete":          "force=true",
	}
	found := map[string]string{}
	for _, route := range s.app.GetRoutes(true) {
		if route.Method == http.MethodPost && isConsole(route.Path) {
			found[route.Method+" "+route.Path] = good[route.Method+" "+route.Path]
		}
	}
	return found
}

func formCall(route string) string {
	return strings.NewReplacer(":user", "{ann}", ":role", "{editor}").Replace(route)
}

// TestCrossSite: no form of another site's does anything, with an admin's cookie.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	s := one(t)
	cookie := "Cookie: rolecall=" + s.token("root", "console")
	for route, body := range forms(s) {
		for name, head := range map[string][]string{
			"cross-site":                     {"Sec-Fetch-Site: cross-site"},
			"same-site":                      {"Sec-Fetch-Site: same-site"},
			"a word nobody knows":            {"Sec-Fetch-Site: x"},
			"cross-site with our Origin":     {"Sec-Fetch-Site: cross-site", "Origin: " + publicURL},
			"a foreign Origin":               {"Origin: https://evil.example"},
			"a sibling's Origin":             {"Origin: http://evil.rolecall.test"},
			"our name on another port":       {"Origin: http://127.0.0.1:1"},
			"our name as a user of another":  {"Origin: http://rolecall.test@evil.example"},
			"the null Origin":                {"Origin: null"},
			"no Origin that can be read":     {"Origin: http://%zz"},
			"a foreign Origin, a good proxy": {"Origin: https://evil.example", "X-Forwarded-Host: evil.example"},
		} {
			before := s.dump()
			a := s.send(t, s.request(t, formCall(route), body, append(head, cookie, formType)...))
			if a.StatusCode != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s, %s: got %d %v, want 403", route, name, a.StatusCode, a.Header.Values("Set-Cookie"))
			}
			if diff := cmp.Diff(before, s.dump()); diff != "" {
				t.Errorf("%s, %s: rows changed:\n%s", route, name, diff)
			}
		}
		before := s.dump()
		for _, kind := range []string{"text/plain", "application/json", "multipart/form-data; boundary=x", "application/xml"} {
			a := s.send(t, s.request(t, formCall(route), body+" ", cookie, "Content-Type: "+kind, "Sec-Fetch-Site: same-origin"))
			want := http.StatusUnsupportedMediaType
			if route == "POST "+importPath && strings.HasPrefix(kind, "multipart") { // its own, but no good one
				want = http.StatusBadRequest
			}
			if a.StatusCode != want && (route != "POST /register" || kind != "application/json") {
				t.Errorf("%s as %s: got %d, want %d", route, kind, a.StatusCode, want)
			}
		}
		packed := s.send(t, s.request(t, formCall(route), body, cookie, formType, "Content-Encoding: gzip"))
		if packed.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s packed: got %d, want 415", route, packed.StatusCode)
		}
		if diff := cmp.Diff(before, s.dump()); diff != "" {
			t.Errorf("%s of another type: rows changed:\n%s", route, diff)
		}
	}
}

// TestSameSite: what a browser sends of our own pages passes, and what is no
// browser; the public URL counts as well as the address that was asked.
func TestSameSite(t *testing.T) {
	t.Parallel()
	s := one(t)
	for name, head := range map[string][]string{
		"same-origin":        {"Sec-Fetch-Site: same-origin"},
		"typed":              {"Sec-Fetch-Site: none"},
		"an old browser":     {"Origin: " + s.url},
		"behind a proxy":     {"Origin: " + publicURL},
		"no browser":         nil,
		"same-origin, proxy": {"Sec-Fetch-Site: same-origin", "Origin: https://evil.example"}, // the browser knows better than Origin
	} {
		a := s.send(t, s.request(t, "POST /login", credentials("ann", goodPassword), append(head, formType)...))
		if a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: got %d, want 303", name, a.StatusCode)
		}
	}
}

// TestAPIReadsNoCookie: with an admin's cookie alone, one is a stranger to each
// operation of the API.
func TestAPIReadsNoCookie(t *testing.T) {
	t.Parallel()
	s := one(t)
	cookies := "rolecall=" + s.token("root", "console") + "; rolecall=" + s.token("root", "api")
	before := s.dump()
	asked := 0
	for path, operations := range s.document(t).Paths {
		for method, op := range operations {
			if len(op.Security) == 0 {
				continue
			}
			asked++
			key := strings.ToUpper(method) + " " + path
			a := s.send(t, s.request(t, callable(key), bodies[key], "Cookie: "+cookies, "Content-Type: application/json", "Sec-Fetch-Site: same-origin"))
			if a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s: got %d, want 401", key, a.StatusCode)
			}
		}
	}
	if diff := cmp.Diff(before, s.dump()); diff != "" || asked < 15 {
		t.Errorf("%d operations asked; rows changed:\n%s", asked, diff)
	}
}
