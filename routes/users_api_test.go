package routes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// parse reads an answer's JSON, the type of which the schema has checked.
func parse[T any](t testing.TB, a answer) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(a.body), &value); err != nil {
		t.Fatalf("read the answer: %v: %s", err, a.body)
	}
	return value
}

type pageJSON struct {
	Items          []userJSON
	Total          int
	Next, Previous *string
}

// TestUserAPI: what the API alone has: locations, tags, absent values.
func TestUserAPI(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		playAPI(t, s, []scenario{
			{name: "me, a stranger", call: "GET /users/me", status: 401, header: []string{"WWW-Authenticate: Bearer"}},
			{name: "me", who: "ann", call: "GET /users/me", status: 200, has: []string{`"user_id":{ann},"username":"ann","email":"ann@example.com"`, `"roles":["User"]`}},
			{name: "me, an admin's roles are sorted", who: "root", call: "GET /users/me", status: 200, has: []string{`"roles":["Admin","User"]`}},
			{name: "show", who: "root", call: "GET /users/{ann}", status: 200, has: []string{`"username":"ann"`, `"is_active":true`, `"first_name":""`}, header: []string{"ETag"}},
			{name: "show, disabled", who: "root", call: "GET /users/{dora}", status: 200, has: []string{`"is_active":false`, `"last_login_at":null`}},
			{name: "show oneself as a user", who: "ann", call: "GET /users/{ann}", status: 403},
			{name: "create", who: "root", call: "POST /users", body: `{"username":"carl","password":"correct horse battery","email":"carl@example.com"}`,
				status: 201, has: []string{`"roles":["User"]`, `"is_active":true`}, header: []string{"Location: /users/5", "ETag"}, events: []string{"root user.created carl"}},
			{name: "create, roles and state", who: "root", call: "POST /users", body: `{"username":"dan","password":"correct horse battery","email":"dan@example.com","roles":["editor","Admin","EDITOR"],"is_active":false}`,
				status: 201, has: []string{`"roles":["Admin","Editor"]`, `"is_active":false`}, events: []string{"root user.created dan"}},
			{name: "create, no roles", who: "root", call: "POST /users", body: `{"username":"dot","password":"correct horse battery","email":"dot@example.com","roles":[]}`,
				status: 201, has: []string{`"roles":[]`}, events: []string{"root user.created dot"}},
			{name: "create, null for what is optional", who: "root", call: "POST /users", body: `{"username":"eve","password":"correct horse battery","email":"eve@example.com","first_name":null,"roles":null,"is_active":null}`,
				status: 201, has: []string{`"roles":["User"]`, `"is_active":true`, `"first_name":""`}, events: []string{"root user.created eve"}},
			{name: "register", call: "POST /register", body: `{"username":"fay","password":"correct horse battery","email":"fay@example.com","first_name":"Fay"}`,
				status: 201, has: []string{`"username":"fay"`, `"roles":["User"]`, `"first_name":"Fay"`, `"is_active":true`}, header: []string{"Location: /users/9"}, events: []string{"user.registered fay"}},
			{name: "register, roles are not for strangers", call: "POST /register", body: `{"username":"gil","password":"correct horse battery","email":"gil@example.com","roles":["Admin"],"is_active":true}`, status: 422, fields: "is_active,roles"},
			{name: "update nothing", who: "root", call: "PUT /users/{ann}", body: `{}`, status: 200},
			{name: "update, null is absent", who: "root", call: "PUT /users/{ann}", body: `{"email":null,"is_active":null}`, status: 200, has: []string{`"email":"ann@example.com"`}},
			{name: "update, the rest stays", who: "root", call: "PUT /users/{ann}", body: `{"last_name":"A."}`, status: 200, has: []string{`"email":"ann@example.com"`, `"last_name":"A."`}, header: []string{"ETag"}, events: []string{"root user.updated ann"}},
			{name: "update, name and state", who: "root", call: "PUT /users/{ann}", body: `{"last_name":"B.","is_active":false}`, status: 200, has: []string{`"is_active":false`}, events: []string{"root user.updated ann"}},
			{name: "delete", who: "root", call: "DELETE /users/{ann}", status: 204, events: []string{"root user.deleted ann"}},
			{name: "delete, a body is not asked for", who: "root", call: "DELETE /users/{bob}", body: "x", status: 204, events: []string{"root user.deleted bob"}},
			{name: "show the deleted", who: "root", call: "GET /users/{ann}", status: 404},
		})
	})
}

// TestIfMatch: a change that is meant for another state of the account is refused.
func TestIfMatch(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		old := s.call(t, "root", "GET /users/{ann}", "").Header.Get("ETag")
		if len(old) < 10 || !strings.HasPrefix(old, `"`) || !strings.HasSuffix(old, `"`) {
			t.Errorf("ETag is %s, want a strong one", old)
		}
		change := func(value string) string { return fmt.Sprintf(`{"first_name":%q}`, value) }
		updated := []string{"root user.updated ann"}
		playAPI(t, s, []scenario{
			{name: "the right tag", who: "root", call: "PUT /users/{ann}", body: change("A"), head: []string{"If-Match: " + old}, status: 200, events: updated},
			{name: "the old tag", who: "root", call: "PUT /users/{ann}", body: change("B"), head: []string{"If-Match: " + old}, status: 412},
			{name: "a star", who: "root", call: "PUT /users/{ann}", body: change("C"), head: []string{"If-Match: *"}, status: 200, events: updated},
			{name: "a weak tag", who: "root", call: "PUT /users/{ann}", body: change("D"), head: []string{"If-Match: W/" + old}, status: 412},
			{name: "an empty tag", who: "root", call: "PUT /users/{ann}", body: change("E"), head: []string{`If-Match: ""`}, status: 412},
			{name: "rubbish", who: "root", call: "PUT /users/{ann}", body: change("F"), head: []string{"If-Match: x"}, status: 412},
			{name: "nobody there", who: "root", call: "PUT /users/99999", body: change("G"), head: []string{"If-Match: " + old}, status: 404},
		})
		if now := s.call(t, "root", "GET /users/{ann}", "").Header.Get("ETag"); now == old {
			t.Errorf("ETag is %s as before the changes", now)
		}
		s.call(t, "root", "POST /roles/assign", `{"user_id":{bob},"role_name":"Editor"}`)
		if tag := s.call(t, "root", "GET /users/{bob}", "").Header.Get("ETag"); tag == old {
			t.Errorf("two accounts have the ETag %s", tag)
		}
	})
}

// TestUserList: filters, order and pages; what is no filter is refused by name.
func TestUserList(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Zoë","last_name":"100%"}`).want(t, "update", 200)
		s.call(t, "root", "POST /roles/assign", `{"user_id":{bob},"role_name":"Editor"}`).want(t, "assign", 200)
		for query, want := range map[string]string{
			"":                                    "root ann bob dora",
			"?sort=username":                      "ann bob dora root",
			"?sort=-username":                     "root dora bob ann",
			"?sort=-user_id":                      "dora bob ann root",
			"?sort=email&limit=2":                 "ann bob",
			"?search=AN":                          "ann",
			"?search=zo%C3%AB+100":                "ann",
			"?search=100%25":                      "ann",
			"?search=%25":                         "",
			"?search=_nn":                         "",
			"?search='+OR+1=1--":                  "",
			"?search=%00":                         "",
			"?search=%ff":                         "",
			"?role=editor":                        "bob",
			"?role=Editor&role=admin":             "root bob",
			"?role=Editor,Admin":                  "",
			"?role=Nobody":                        "",
			"?role=%00":                           "",
			"?status=disabled":                    "dora",
			"?status=active&role=User":            "root ann bob",
			"?status=pending":                     "",
			"?status=locked":                      "",
			"?limit=1":                            "root",
			"?limit=200":                          "root ann bob dora",
			"?limit=":                             "root ann bob dora",
			"?unknown=1":                          "root ann bob dora",
			"?search=&role=&status=&sort=":        "root ann bob dora",
			"?sort=created_at":                    "root ann bob dora",
			"?sort=roles":                         "root bob ann dora",
			"?sort=-roles":                        "ann dora bob root",
			"?sort=-status":                       "dora root ann bob",
			"?sort=-last_login_at&limit=1":        "root",
			"?search=" + strings.Repeat("x", 200): "",
		} {
			a := s.call(t, "root", "GET /users"+query, "").want(t, "GET /users"+query, 200)
			checkAPI(t, s, "GET /users", a)
			var names []string
			for _, user := range parse[pageJSON](t, a).Items {
				names = append(names, user.Username)
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("GET /users%s: got %q, want %q", query, got, want)
			}
		}
		var refused []scenario
		for query, field := range map[string]string{
			"limit=0": "limit", "limit=-1": "limit", "limit=201": "limit", "limit=x": "limit", "limit=1.5": "limit", "limit=99999999999999999999": "limit",
			"sort=x": "sort", "sort=--username": "sort", "sort=username;DROP": "sort", "sort=password_hash": "sort", "sort=%00": "sort",
			"status=x": "status", "status=ACTIVE": "status", "cursor=x": "cursor", "cursor=%00": "cursor", "cursor=eyJvIjoieCJ9": "cursor",
			"cursor=" + strings.Repeat("e", 3000): "cursor", "search=" + strings.Repeat("x", 201): "search",
			"role=" + strings.Repeat("x&role=", 201): "role",
		} {
			refused = append(refused, scenario{name: fmt.Sprintf("%.30s", query), who: "root", call: "GET /users?" + query, status: 422, fields: field})
		}
		playAPI(t, s, refused)
	})
}

// TestUserPages: the cursors lead through all the rows and back, in each order.
func TestUserPages(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for _, sort := range []string{"user_id", "-username", "last_name", "-created_at", "last_login_at", "roles", "-roles", "status", "-status"} {
			var names []string
			query := "GET /users?limit=3&sort=" + sort
			first := parse[pageJSON](t, s.call(t, "root", query, ""))
			second := parse[pageJSON](t, s.call(t, "root", query+"&cursor="+*first.Next, ""))
			for _, user := range append(slices.Clone(first.Items), second.Items...) {
				names = append(names, user.Username)
			}
			slices.Sort(names)
			if got := strings.Join(names, " "); got != "ann bob dora root" || first.Total != 4 || second.Total != 4 {
				t.Errorf("sort %s: two pages have %q of %d, want each of 4 once", sort, got, first.Total)
			}
			if first.Previous != nil || second.Next != nil || second.Previous == nil {
				t.Errorf("sort %s: there is a page before the first or after the last", sort)
				continue
			}
			back := parse[pageJSON](t, s.call(t, "root", query+"&cursor="+*second.Previous, ""))
			if len(back.Items) != 3 || back.Items[0].UserID != first.Items[0].UserID {
				t.Errorf("sort %s: back is not the first page", sort)
			}
			if a := s.call(t, "root", "GET /users?sort=email&cursor="+*first.Next, ""); a.StatusCode != 422 {
				t.Errorf("sort %s: its cursor in another order: got %d, want 422", sort, a.StatusCode)
			}
		}
	})
}

// TestTimes: RFC 3339 in UTC, and null for never.
func TestTimes(t *testing.T) {
	t.Parallel()
	s := one(t)
	user := parse[map[string]any](t, s.call(t, "ann", "GET /users/me", ""))
	for _, name := range []string{"created_at", "updated_at", "last_login_at"} {
		text, _ := user[name].(string)
		if at, err := time.Parse(time.RFC3339, text); err != nil || !strings.HasSuffix(text, "Z") || time.Since(at) > time.Hour {
			t.Errorf("%s is %q, want a time in UTC of just now", name, text)
		}
	}
}
