package routes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// bodies are good ones of the operations that take JSON, with a number that
// keeps their names apart.
var bodies = map[string]string{
	"POST /register":                 `{"username":"new%d","password":"correct horse battery","email":"new%[1]d@example.com","first_name":"N","last_name":"W"}`,
	"POST /users":                    `{"username":"new%d","password":"correct horse battery","email":"new%[1]d@example.com","first_name":"N","last_name":"W","roles":["Editor"],"is_active":true}`,
	"POST /users/me/password":        `{"current_password":"correct horse battery","new_password":"another one %d"}`,
	"PUT /users/{user_id}":           `{"username":"ann%d","email":"ann%[1]d@example.com","first_name":"N","last_name":"W","is_active":true}`,
	"POST /users/{user_id}/password": `{"new_password":"another one %d"}`,
	"POST /roles":                    `{"role_name":"Role %d","description":"D"}`,
	"PUT /roles/{role_id}":           `{"role_name":"Role %d","description":"D"}`,
	"POST /roles/assign":             `{"user_id":{ann},"role_name":"Editor"}`,
	"POST /roles/revoke":             `{"user_id":{ann},"role_name":"Editor"}`,
}

var firstKey = regexp.MustCompile(`^\{"([^"]+)":`)

// takers are the operations that take JSON, with paths to call them by.
func takers(t *testing.T, s *server) map[string]described {
	t.Helper()
	found := map[string]described{}
	for path, operations := range s.document(t).Paths {
		for method, op := range operations {
			key := strings.ToUpper(method) + " " + path
			if op.RequestBody == nil || oauthRoute.MatchString(key) {
				continue
			}
			if bodies[key] == "" {
				t.Fatalf("%s has no good body in the table", key)
			}
			op.in = s.document(t)
			found[key] = op
		}
	}
	return found
}

// callable puts ids of the cast for the parameters.
func callable(key string) string {
	return strings.NewReplacer("{user_id}", "{ann}", "{role_id}", "{editor}").Replace(key)
}

// TestUnreadable: what can't be read is refused alike by each operation that
// takes JSON, and changes nothing.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	s := one(t)
	for key := range takers(t, s) {
		good := fmt.Sprintf(bodies[key]+"%[2]s", 1, "")
		for _, tt := range []struct {
			name, body string
			head       []string
			status     int
		}{
			{"no body", "", []string{"Content-Type: application/json"}, 400},
			{"a blank", " ", []string{"Content-Type: application/json"}, 400},
			{"no JSON", "username=ann", []string{"Content-Type: application/json"}, 400},
			{"half an object", `{"username":`, []string{"Content-Type: application/json"}, 400},
			{"more behind it", good + "x", []string{"Content-Type: application/json"}, 400},
			{"a key twice", firstKey.ReplaceAllString(good, `{"$1":"x","$1":`), []string{"Content-Type: application/json"}, 400},
			{"two objects", good + good, []string{"Content-Type: application/json"}, 400},
			{"deep nesting", strings.Repeat("[", 20000), []string{"Content-Type: application/json"}, 400},
			{"null", "null", []string{"Content-Type: application/json"}, 422},
			{"a list", "[]", []string{"Content-Type: application/json"}, 422},
			{"a text", `"x"`, []string{"Content-Type: application/json"}, 422},
			{"a number", "1e400", []string{"Content-Type: application/json"}, 400},
			{"no content type", good, nil, 415},
			{"text/plain", good, []string{"Content-Type: text/plain"}, 415},
			{"text/json", good, []string{"Content-Type: text/json"}, 415},
			{"application/xml", good, []string{"Content-Type: application/xml"}, 415},
			{"application/merge-patch+json", good, []string{"Content-Type: application/merge-patch+json"}, 415},
			{"a packed body", good, []string{"Content-Type: application/json", "Content-Encoding: gzip"}, 415},
			{"an encoding nobody knows", good, []string{"Content-Type: application/json", "Content-Encoding: x"}, 415},
		} {
			one := scenario{name: key + "/" + tt.name, who: "root", call: callable(key), body: tt.body, head: tt.head, status: tt.status}
			play(t, s, []scenario{one}, func(t *testing.T, tt scenario) answer {
				a := s.send(t, s.request(t, tt.call, tt.body, append(tt.head, "Authorization: Bearer "+s.token("root", "api"))...))
				checkAPI(t, s, key, a)
				return a
			})
		}
		a := s.raw(t, fmt.Sprintf("%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
			s.fill(callable(key)), bodyMax+1)).want(t, key+" with a large body", 413)
		checkAPI(t, s, key, a)
	}
}

// TestStructure: keys and types that the schema does not know are refused by
// name, for each property of each operation.
func TestStructure(t *testing.T) {
	t.Parallel()
	s := one(t)
	for key, op := range takers(t, s) {
		var good map[string]any
		if err := json.Unmarshal([]byte(s.fill(fmt.Sprintf(bodies[key]+"%[2]s", 2, ""))), &good); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		var scenarios []scenario
		add := func(name string, status int, field string, change func(map[string]any)) {
			body := maps.Clone(good)
			change(body)
			text, _ := json.Marshal(body)
			scenarios = append(scenarios, scenario{name: key + "/" + name, who: "root", call: callable(key), body: string(text), status: status, fields: field})
		}
		add("an unknown key", 422, "surprise", func(body map[string]any) { body["surprise"] = 1 })
		add("a path as a key", 422, "__proto__.x", func(body map[string]any) { body["__proto__.x"] = 1 })
		shape := op.in.resolve(op.RequestBody.Content["application/json"].Schema)
		for name, property := range shape.Properties {
			variant := strings.ToUpper(name[:1]) + name[1:]
			fields := []string{variant}
			if slices.Contains(shape.Required, name) {
				add("without "+name, 422, name, func(body map[string]any) { delete(body, name) })
				fields = append(fields, name)
			}
			add("the letter case of "+name, 422, strings.Join(fields, ","), func(body map[string]any) {
				body[variant] = body[name]
				delete(body, name)
			})
			for _, wrong := range []any{nil, 7.5, 7.0, true, "text", []any{7}, map[string]any{"a": 1}} {
				if kind := typeOf(wrong); property.Type != nil && !allows(property.Type, kind) && (kind != "null" || slices.Contains(shape.Required, name)) {
					field := name
					if kind == "array" && allows(property.Type, "array") {
						field = name + "[0]"
					}
					add(fmt.Sprintf("%s is %s", name, kind), 422, field, func(body map[string]any) { body[name] = wrong })
				}
			}
		}
		playAPI(t, s, scenarios)
	}
}

// TestIDs: what is no id of anything is not found, whatever it looks like.
func TestIDs(t *testing.T) {
	t.Parallel()
	s := one(t)
	ids := []string{"0", "-1", "x", "1.5", "0x1", "1e2", "99999", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "%31", "1%20", "null", "..", "%2e%2e", "%00", "%ff"}
	for _, id := range ids {
		var api, pages []scenario
		for _, call := range []string{
			"GET /users/%s", "DELETE /users/%s", "GET /users/%s/sessions", "DELETE /users/%s/sessions", "DELETE /users/me/sessions/%s", "DELETE /roles/%s", "DELETE /roles/%s?force=true",
			`PUT /users/%s {"first_name":"X"}`, `POST /users/%s/password {"new_password":"` + newPassword + `"}`, `PUT /roles/%s {"description":"X"}`,
		} {
			call, body, _ := strings.Cut(call, " {")
			if body != "" {
				body = "{" + body
			}
			api = append(api, scenario{name: fmt.Sprintf(call, id), who: "root", call: fmt.Sprintf(call, id), body: body, status: 404})
		}
		for _, call := range []string{
			"GET /admin/users/%s", "GET /admin/users/%s/delete", "GET /admin/roles/%s",
			"POST /admin/users/%s", "POST /admin/users/%s/roles", "POST /admin/users/%s/disable", "POST /admin/users/%s/enable", "POST /admin/users/%s/delete",
			"POST /admin/roles/%s", "POST /admin/roles/%s/delete",
		} {
			pages = append(pages, scenario{name: fmt.Sprintf(call, id), who: "root", call: fmt.Sprintf(call, id), status: 404})
		}
		if id == ".." || id == "%2e%2e" {
			continue // another path: net/http and fasthttp resolve it
		}
		playAPI(t, s, api)
		playPages(t, s, pages)
	}
}

// TestSpelling: a path is known in one spelling, so that nothing before a route
// sees another path than the route does.
func TestSpelling(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, path := range []string{"/ADMIN", "/Admin/users", "/LOGIN", "/adminusers", "/%61dmin/users", "/admin%2fusers", "/USERS", "/users/ME", "/Users/me", "/users%2fme"} {
		for _, a := range []answer{s.call(t, "root", "GET "+path, ""), s.page(t, "root", "GET "+path, "")} {
			if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s: got %d, want 404", path, a.StatusCode)
			}
		}
	}
}

// TestAllow: a path that takes other methods says which.
func TestAllow(t *testing.T) {
	t.Parallel()
	s := one(t)
	for call, want := range map[string]string{
		"POST /users/me":             "GET, PUT, DELETE", // as is PUT /users/{user_id}
		"GET /users/me/password":     "POST",
		"DELETE /users":              "GET, POST",
		"PATCH /users/{ann}":         "GET, PUT, DELETE",
		"PATCH /roles":               "GET, POST",
		"GET /roles/assign":          "POST, PUT, DELETE", // PUT /roles/{role_id} fits, too
		"GET /token":                 "POST",
		"GET /token/revoke":          "POST",
		"DELETE /token/introspect":   "POST",
		"POST /users/me/sessions":    "GET, DELETE", // as is DELETE /users/{user_id}/sessions
		"GET /users/me/sessions/x":   "DELETE",
		"PUT /users/{ann}/sessions":  "GET, DELETE",
		"DELETE /register":           "GET, POST",
		"POST /healthz":              "GET",
		"PUT /login":                 "GET, POST",
		"GET /logout":                "POST",
		"DELETE /admin/users":        "GET",
		"GET /admin/users/1/disable": "POST",
	} {
		a := s.call(t, "root", call, "", "Accept: application/json")
		if a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d, want 405", call, a.StatusCode)
		}
		allowed := strings.Split(a.Header.Get("Allow"), ", ")
		for method := range strings.SplitSeq(want, ", ") {
			if !slices.Contains(allowed, method) {
				t.Errorf("%s: Allow is %q, want %q in it", call, a.Header.Get("Allow"), want)
			}
		}
		if len(slices.DeleteFunc(allowed, func(m string) bool { return m == "HEAD" })) != len(strings.Split(want, ", ")) {
			t.Errorf("%s: Allow is %q, want %q", call, a.Header.Get("Allow"), want)
		}
	}
}
