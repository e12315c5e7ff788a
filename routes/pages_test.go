package routes

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPages: what each page shows, and in which fields it asks.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Ann","last_name":"Archer"}`).want(t, "update", 200)
		person := []string{`name="email"`, `name="first_name"`, `name="last_name"`}
		playPages(t, s, []scenario{
			{name: "account", who: "ann", call: "GET /account", status: 200, has: append(person, `action="/account"`, `action="/account/password"`, `name="current_password"`, `name="new_password"`, `value="ann@example.com"`), not: []string{`action="/admin`, `href="/admin`}},
			{name: "overview", who: "root", call: "GET /admin", status: 200, has: []string{`href="/admin/users"`, `href="/admin/roles"`, `href="/admin/audit"`, `action="/logout"`}},
			{name: "list", who: "root", call: "GET /admin/users", status: 200, has: []string{"ann@example.com", "bob@example.com", "dora@example.com", "Archer", `href="/admin/users/{ann}"`, `href="/admin/users/new"`, `name="search"`, `name="role"`, `name="status"`, `name="sort"`}},
			{name: "list, search", who: "root", call: "GET /admin/users?search=arch", status: 200, has: []string{"ann@example.com", `value="arch"`}, not: []string{"bob@example.com"}},
			{name: "list, roles", who: "root", call: "GET /admin/users?role=Admin&role=Editor", status: 200, has: []string{"root@example.com"}, not: []string{"bob@example.com"}},
			{name: "list, status", who: "root", call: "GET /admin/users?status=disabled", status: 200, has: []string{"dora@example.com"}, not: []string{"bob@example.com"}},
			{name: "list, nobody", who: "root", call: "GET /admin/users?search=zzz", status: 200, has: []string{"zzz"}, not: []string{"bob@example.com"}},
			{name: "list, a short page", who: "root", call: "GET /admin/users?sort=username&limit=1", status: 200, has: []string{"ann@example.com", `rel="next"`}, not: []string{"bob@example.com"}},
			{name: "list, a filter that is none", who: "root", call: "GET /admin/users?search=bo&sort=x&status=y&limit=9999&cursor=z", status: 303, header: []string{"Location: /admin/users?search=bo"}},
			{name: "new", who: "root", call: "GET /admin/users/new", status: 200, has: append(person, `name="username"`, `name="password"`, `name="roles" value="Editor"`, `name="is_active"`)},
			{name: "one", who: "root", call: "GET /admin/users/{ann}", status: 200, has: append(person, `name="username"`, `value="ann@example.com"`, `name="version"`, `name="new_password"`, `action="/admin/users/{ann}/roles"`, `action="/admin/users/{ann}/disable"`, `/admin/users/{ann}/delete`)},
			{name: "one, disabled", who: "root", call: "GET /admin/users/{dora}", status: 200, has: []string{`action="/admin/users/{dora}/enable"`}, not: []string{`action="/admin/users/{dora}/disable"`}},
			{name: "one, the last admin", who: "root", call: "GET /admin/users/{root}", status: 200, has: []string{"This is the last active administrator."}},
			{name: "delete asks", who: "root", call: "GET /admin/users/{ann}/delete", status: 200, has: []string{"ann@example.com", `action="/admin/users/{ann}/delete"`}},
			{name: "roles", who: "root", call: "GET /admin/roles", status: 200, has: []string{"Admin", "Editor", `name="role_name"`, `name="description"`, `action="/admin/roles"`}},
			{name: "a role", who: "root", call: "GET /admin/roles/{editor}", status: 200, has: []string{`value="Editor"`, `action="/admin/roles/{editor}/delete"`}},
			{name: "a built-in role", who: "root", call: "GET /admin/roles/{role-admin}", status: 200, has: []string{"root@example.com"}, not: []string{`action="/admin/roles/{role-admin}/delete"`}},
			{name: "audit", who: "root", call: "GET /admin/audit", status: 200, has: []string{"user.created", "Archer"}},
			{name: "audit, filtered", who: "root", call: "GET /admin/audit?actor=root&action=user.updated&target=ann", status: 200, has: []string{"Archer"}},
			{name: "audit, a bad cursor", who: "root", call: "GET /admin/audit?cursor=x", status: 303, header: []string{"Location: /admin/audit"}},
			{name: "docs", call: "GET /docs", status: 200, has: []string{"<script src=\"/static/"}},
		})
	})
}

// TestMendedAddress: an address that asks for what there is not leads to one that
// is good, whatever was wrong with it.
func TestMendedAddress(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("root")
	for _, query := range []string{
		"search=" + strings.Repeat("x", 300), "search=" + strings.Repeat("%C3%A9", 300), strings.Repeat("role=x&", 250), "status=x", "sort=x", "limit=-1", "limit=201", "cursor=x",
		"cursor=%00&sort=%00", "status=%ff", strings.Repeat("role=%0a&", 250) + "sort=x",
	} {
		b.follow(b.get("/admin/users?"+query)).want(t, "/admin/users?"+query, 200)
	}
	for _, query := range []string{"limit=-1", "limit=x", "cursor=x", "limit=201&actor=root", "action=%00"} {
		b.follow(b.get("/admin/audit?"+query)).want(t, "/admin/audit?"+query, 200)
	}
}

// TestListPages: the list tells where one is, leads to its ends, and shows neither
// a page whose rows are gone nor the beginning under another address.
func TestListPages(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("root")
	const address = "/admin/users?limit=3&sort=-username"
	get := func(path, places string) (links map[string]string) {
		t.Helper()
		a := b.get(path).want(t, path, http.StatusOK)
		a.shows(t, path, places)
		links = map[string]string{}
		for _, match := range regexp.MustCompile(`rel="(\w+)" href="([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
			links[match[1]] = html.UnescapeString(match[2])
		}
		return links
	}
	first := get(address, "1–3 of 4")
	last := get(first["last"], "4–4 of 4")
	if next := get(first["next"], "4–4 of 4"); next["first"] != address || next["prev"] != last["prev"] || next["next"]+next["last"] != "" {
		t.Errorf("the second page leads to %v, the last one to %v", next, last)
	}
	if got := b.get(last["prev"]).Header.Get("Location"); got != address {
		t.Errorf("the beginning, come to from behind, is at %q, want %q", got, address)
	}
	s.exec(t, `DELETE FROM "Users" WHERE "Username" = 'ann'`)
	b.follow(b.follow(b.get(first["next"]).want(t, "a page whose rows are gone", http.StatusSeeOther))).shows(t, "what is left", "1–3 of 3")
}

// TestStaleForm: a form that was read before somebody else's change is shown
// again, 412, and the second time it is meant for what is shown.
func TestStaleForm(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b := s.browser(t).signIn("root")
		version := func(a answer) string {
			match := regexp.MustCompile(`name="version" value="([^"]+)"`).FindStringSubmatch(a.body)
			if match == nil {
				t.Fatalf("the page has no version:\n%s", a.body)
			}
			return match[1]
		}
		path := s.fill("/admin/users/{ann}")
		send := func(version string) answer {
			return b.post(path, "version", version, "username", "ann", "email", "ann@example.org", "first_name", "Mine", "last_name", "")
		}
		old := version(b.get(path))
		s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Yours"}`).want(t, "another's change", 200)
		refused := send(old).want(t, "the old version", 412)
		refused.shows(t, "the old version", "This was changed after you had opened it.", `value="Mine" checked`)
		send(version(refused)).want(t, "the version shown", 303)
		if user := parse[userJSON](t, s.call(t, "root", "GET /users/{ann}", "")); user.FirstName != "Mine" {
			t.Errorf("first name is %q, want the form's", user.FirstName)
		}
	})
}

// hostile are values that the rules let through and HTML must not.
const hostile = `<script>alert("x")</script>'"><img src=x onerror=alert(1)>`

// TestEscaped: a hostile name is text on every page that shows it.
func TestEscaped(t *testing.T) {
	t.Parallel()
	s := one(t)
	first, last := hostile[:27], hostile[27:]
	b := s.browser(t).signIn("root")
	path := s.fill("/admin/users/{root}")
	b.post(path, "username", "root", "email", `"<b>"@example.com`, "first_name", first, "last_name", last).want(t, "the names", 303)
	role := b.post("/admin/roles", "role_name", `<i>"'`, "description", hostile).want(t, "the role", 303).Header.Get("Location")
	b.post(path+"/roles", "roles", "Admin", "roles", `<i>"'`).want(t, "give it", 303)
	for _, page := range []string{
		"/account", "/admin", "/admin/users", "/admin/users?search=" + url.QueryEscape(hostile) + "&role=" + url.QueryEscape(hostile), "/admin/users/new", path, path + "/delete", "/admin/roles", role,
		"/admin/audit", "/admin/audit?target=" + url.QueryEscape(hostile) + "&actor=" + url.QueryEscape(hostile), "/nothing/" + url.QueryEscape(hostile), "/login?next=/" + url.QueryEscape(hostile),
	} {
		a := b.follow(b.get(page))
		for _, raw := range []string{"<script>alert", "<img src=x", `<i>"`, `"<b>"`} {
			if strings.Contains(a.body, raw) {
				t.Errorf("%s: %s is not escaped:\n%s", page, raw, a.body)
			}
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: Content-Type is %s", page, a.Header.Get("Content-Type"))
		}
	}
	for _, form := range []string{"/login", "/register", "/admin/users/new", "/admin/roles"} {
		a := b.post(form, "username", hostile, "email", hostile, "first_name", hostile+"\x00", "last_name", hostile, "role_name", hostile+"\x00", "description", hostile, "password", "x", "next", hostile)
		if a.StatusCode != 422 || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img src=x") {
			t.Errorf("%s, refused: %d, or not escaped:\n%s", form, a.StatusCode, a.body)
		}
	}
}

// TestNoInline: no page has a script or a style that its policy forbids, nor a
// file of another's.
func TestNoInline(t *testing.T) {
	t.Parallel()
	s := one(t)
	pages := []string{"/login", "/register", "/docs", "/account", "/admin", "/admin/users", "/admin/users/new", "/admin/users/{ann}", "/admin/users/{ann}/delete", "/admin/roles", "/admin/roles/{editor}", "/admin/audit", "/admin/nothing"}
	inline := regexp.MustCompile(`<script[^>]*>[^<]|<style|\sstyle="|\son[a-z]+="|javascript:`)
	reference := regexp.MustCompile(`(?:src|href|action)="([^"]*)"`)
	for _, page := range pages {
		who := "root"
		if page == "/login" || page == "/register" {
			who = ""
		}
		a := s.page(t, who, "GET "+page, "")
		if match := inline.FindString(a.body); match != "" {
			t.Errorf("%s has %q", page, match)
		}
		for _, match := range reference.FindAllStringSubmatch(a.body, -1) {
			if !strings.HasPrefix(match[1], "/") && !strings.HasPrefix(match[1], "#") || strings.HasPrefix(match[1], "//") {
				t.Errorf("%s refers to %s", page, match[1])
			}
			if strings.HasPrefix(match[1], "/static/") {
				if file := s.send(t, s.request(t, "GET "+match[1], "")); file.StatusCode != 200 {
					t.Errorf("%s refers to %s, which gives %d", page, match[1], file.StatusCode)
				}
			}
		}
	}
}

// TestLinks: each link and form of the pages leads to a route that is there.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := one(t)
	var routes []*regexp.Regexp
	for _, route := range s.app.GetRoutes(true) {
		path := regexp.MustCompile(`:[a-z_]+`).ReplaceAllString(strings.ReplaceAll(route.Path, "*", ".*"), `[^/]+`)
		routes = append(routes, regexp.MustCompile("^"+route.Method+" "+path+"$"))
	}
	form := regexp.MustCompile(`<(form|a)\b[^>]*(?:action|href)="(/[^"#?]*)[^"]*"`)
	for _, page := range []string{"/account", "/admin", "/admin/users", "/admin/users/new", "/admin/users/{ann}", "/admin/users/{dora}", "/admin/users/{ann}/delete", "/admin/roles", "/admin/roles/{editor}", "/admin/audit", "/docs"} {
		for _, match := range form.FindAllStringSubmatch(s.page(t, "root", "GET "+page, "").body, -1) {
			method := "GET"
			if match[1] == "form" && strings.Contains(match[0], `method="post"`) {
				method = "POST"
			}
			wanted := fmt.Sprintf("%s %s", method, match[2])
			if !slices.ContainsFunc(routes, func(r *regexp.Regexp) bool { return r.MatchString(wanted) }) {
				t.Errorf("%s leads to %s, which is no route", page, wanted)
			}
		}
	}
}
