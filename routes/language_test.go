package routes

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolecall/views"
)

// TestLanguageOfRequest: what somebody chose goes before what the browser asks for.
func TestLanguageOfRequest(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, tt := range []struct {
		name, accept, cookie, want string
	}{
		{"neither", "", "", "en"},
		{"a browser in German", "de", "", "de"},
		{"in Swiss German", "de-CH,de;q=0.9,en;q=0.8", "", "de"},
		{"that likes English better", "de;q=0.5, en-GB", "", "en"},
		{"in a language that there is not", "tlh", "", "en"},
		{"with German behind it", "tlh, de;q=0.1", "", "de"},
		{"that asks for nonsense", "%%;q=x", "", "en"},
		{"that asks for very much", strings.Repeat("de-", 2000), "", "en"},
		{"English chosen", "de", "en", "en"},
		{"German chosen", "en", "de", "de"},
		{"a cookie that is none of ours", "de", "../de", "de"},
		{"an empty cookie", "", `""`, "en"},
	} {
		head := []string{"Accept: text/html"}
		if tt.accept != "" {
			head = append(head, "Accept-Language: "+tt.accept)
		}
		if tt.cookie != "" {
			head = append(head, "Cookie: "+languageCookie+"="+tt.cookie)
		}
		for call, words := range map[string]map[string]string{
			"GET /login":   {"en": "<h1>Sign in</h1>", "de": "<h1>Anmelden</h1>"},
			"GET /nothing": {"en": "There is nothing at this address.", "de": "Unter dieser Adresse gibt es nichts."},
			"GET /docs":    {"en": "<title>API · rolecall</title>", "de": "<title>API · rolecall</title>"},
		} {
			a := s.page(t, "", call, "", head...)
			if !strings.Contains(a.body, `<html lang="`+tt.want+`">`) || !strings.Contains(a.body, words[tt.want]) {
				t.Errorf("%s, %s: the page is not in %s:\n%.300s", tt.name, call, tt.want, a.body)
			}
		}
	}
}

// TestGermanForm: a form is refused in the reader's language beside the fields, and
// the API in English, whatever its client asks for.
func TestGermanForm(t *testing.T) {
	t.Parallel()
	s := one(t)
	inGerman := "Accept-Language: de"
	playPages(t, s, []scenario{
		{name: "sign in", call: "POST /login", body: credentials("ann", "wrong"), head: []string{inGerman}, status: 422, free: true,
			has: []string{"Der Benutzername oder das Passwort ist falsch, oder das Konto ist nicht aktiv."}},
		{name: "create", who: "root", call: "POST /admin/users/new", body: "username=a&email=x&password=short", head: []string{inGerman}, status: 422, fields: "email,password,username",
			has: []string{"Einige Werte sind nicht zulässig.", "Verwenden Sie 3 bis 64 Zeichen.", "Geben Sie eine E-Mail-Adresse mit einem @ ein, etwa name@example.com.", "Verwenden Sie mindestens 8 Zeichen."},
			not: []string{"Use ", "Enter "}},
		{name: "the last administrator", who: "root", call: "POST /admin/users/{root}/disable", head: []string{inGerman}, status: 422,
			has: []string{"Der letzte aktive Administrator kann nicht deaktiviert werden. Machen Sie zuerst jemand anderen zum Administrator."}},
		{name: "not for users", who: "ann", call: "GET /admin", head: []string{inGerman}, status: 403,
			has: []string{"Sie haben nicht das Recht, die Verwaltung zu sehen."}},
	})
	playAPI(t, s, []scenario{
		{name: "create", who: "root", call: "POST /users", body: `{"username":"a","email":"x","password":"short"}`, head: []string{inGerman}, status: 422,
			fields: "email,password,username", has: []string{"Some values are not acceptable.", "Use 3 to 64 characters."}},
		{name: "not found", who: "root", call: "GET /users/99999", head: []string{inGerman}, status: 404, has: []string{"There is no such user."}},
	})
}

// TestLanguageSwitch: the switch keeps the choice in a cookie and comes back to the
// page, which is one of this site.
func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, tt := range []struct{ name, next, want string }{
		{"back to the page", "/admin/users?search=a%26b&sort=email", "/admin/users?search=a%26b&sort=email"},
		{"from nowhere", "", "/"},
		{"to another site", "https://evil.example/", "/"},
		{"to another site, by two strokes", "//evil.example/", "/"},
		{"to another site, by a backslash", `/\evil.example`, "/"},
		{"to a script", "javascript:alert(1)", "/"},
	} {
		b := s.browser(t)
		a := b.post("/language", "language", "de", "next", tt.next).want(t, tt.name, http.StatusSeeOther)
		if got := a.Header.Get("Location"); got != tt.want {
			t.Errorf("%s: leads to %s, want %s", tt.name, got, tt.want)
		}
		if cookie := a.cookie(languageCookie); cookie == nil || !cookie.HttpOnly || cookie.MaxAge < 86400 || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("%s: the cookie is %v", tt.name, cookie)
		}
		b.get("/login").shows(t, tt.name, "Anmelden")
		b.post("/language", "language", "en").want(t, "back to English", http.StatusSeeOther)
		b.get("/login").shows(t, tt.name, "Sign in")
	}
	a := s.browser(t).post("/language", "language", "tlh", "next", "/login").want(t, "no language of ours", 422)
	if a.Header.Get("Set-Cookie") != "" {
		t.Errorf("a language that there is not is kept: %s", a.Header.Get("Set-Cookie"))
	}
}

var nextField = regexp.MustCompile(`name="next" value="([^"]*)"`)

// TestComeBack: from each page the switch of the language leads to a page, from the
// answer to a form, too, which has no address of its own.
func TestComeBack(t *testing.T) {
	t.Parallel()
	s := one(t)
	languages, err := views.Languages()
	if err != nil {
		t.Fatal(err)
	}
	for route := range forms(s) {
		call := formCall(route)
		if call == "POST /password/check" { // a script's, which shows no page
			continue
		}
		a := s.page(t, "root", call, "", "Sec-Fetch-Site: cross-site") // refused before it does anything
		match := nextField.FindStringSubmatch(a.body)
		if match == nil || strings.Count(a.body, `name="language"`) != len(languages) {
			t.Errorf("%s: no switch on\n%s", call, a.body)
			continue
		}
		next := html.UnescapeString(match[1])
		status := s.page(t, "root", "GET "+next, "").StatusCode
		incomplete := []string{"/setup", "/admin/users/bulk", "/admin/acts/:act", "/admin/users/import/:import"} // addresses without a token, an order, an act, or a file
		if !slices.Contains([]int{200, 303}, status) && !slices.Contains(incomplete, next) {
			t.Errorf("%s: the switch leads to %s, which answers %d", call, next, status)
		}
	}
	a := s.page(t, "root", "GET /admin/users?search=a%26b", "")
	if match := nextField.FindStringSubmatch(a.body); match == nil || html.UnescapeString(match[1]) != "/admin/users?search=a%26b" {
		t.Errorf("the switch of the list leads to %v", match)
	}
}
