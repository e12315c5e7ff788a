package routes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// A deed is what can be done on either face: to an account or a role, with
// values that are the same on both.
type deed struct {
	name   string
	who    string
	do     string // a key of deeds
	to     string // of the cast, for {}
	with   map[string]any
	status int    // of the API
	page   int    // of the page, where it isn't what pageStatus makes of it
	fields string // to blame, on both
	has    string // a sentence of both
	events []string
	free   bool
}

// deeds say how each is asked for. A form has every field of its page: what the
// scenario does not name stays as the database has it.
var deeds = map[string]struct {
	api, page string
	form      func(s *server, d deed) url.Values
}{
	"register":        {"POST /register", "POST /register", plainForm},
	"create user":     {"POST /users", "POST /admin/users/new", newUserForm},
	"update user":     {"PUT /users/{}", "POST /admin/users/{}", profileForm},
	"update own":      {"PUT /users/{}", "POST /account", profileForm},
	"disable":         {"PUT /users/{}", "POST /admin/users/{}/disable", noForm},
	"enable":          {"PUT /users/{}", "POST /admin/users/{}/enable", noForm},
	"delete user":     {"DELETE /users/{}", "POST /admin/users/{}/delete", noForm},
	"set password":    {"POST /users/{}/password", "POST /admin/users/{}/password", plainForm},
	"change password": {"POST /users/me/password", "POST /account/password", plainForm},
	"assign":          {"POST /roles/assign", "POST /admin/users/{}/roles", rolesForm},
	"revoke":          {"POST /roles/revoke", "POST /admin/users/{}/roles", rolesForm},
	"create role":     {"POST /roles", "POST /admin/roles", plainForm},
	"update role":     {"PUT /roles/{}", "POST /admin/roles/{}", plainForm},
	"delete role":     {"DELETE /roles/{}", "POST /admin/roles/{}/delete", plainForm},
}

// plainForm has the values as they are.
func plainForm(_ *server, d deed) url.Values {
	form := url.Values{}
	for name, value := range d.with {
		switch value := value.(type) {
		case string:
			form.Set(name, value)
		case bool:
			if value {
				form.Set(name, "true")
			}
		case []string:
			form[name] = value
		}
	}
	return form
}

func noForm(*server, deed) url.Values { return url.Values{} }

func newUserForm(s *server, d deed) url.Values {
	form := plainForm(s, d)
	if _, given := d.with["is_active"]; !given {
		form.Set("is_active", "true")
	}
	return form
}

func profileForm(s *server, d deed) url.Values {
	user, _ := s.db.User(s.db.Read(s.t.Context()), s.ids[d.to]) // nobody has no values
	form := url.Values{"username": {user.Username}, "email": {user.Email}, "first_name": {user.FirstName}, "last_name": {user.LastName}}
	maps.Copy(form, plainForm(s, d))
	return form
}

// rolesForm is the set of check boxes after the one is ticked or cleared.
func rolesForm(s *server, d deed) url.Values {
	user, _ := s.db.User(s.db.Read(s.t.Context()), s.ids[d.to])
	name, _ := d.with["role_name"].(string)
	names := slices.DeleteFunc(user.RoleNames(), func(held string) bool { return strings.EqualFold(held, name) })
	if d.do == "assign" {
		names = append(names, name)
	}
	return url.Values{"roles": names}
}

// apiScenario asks the API for the deed.
func (s *server) apiScenario(d deed) scenario {
	with := maps.Clone(d.with)
	call := s.to(deeds[d.do].api, d)
	switch d.do {
	case "disable", "enable":
		with = map[string]any{"is_active": d.do == "enable"}
	case "assign", "revoke":
		with["user_id"] = s.ids[d.to]
	case "delete role":
		if with["force"] == true {
			call += "?force=true"
		}
	}
	one := scenario{name: d.name, who: d.who, call: call, status: d.status, fields: d.fields, events: d.events, free: d.free}
	if !strings.HasPrefix(call, "DELETE") {
		text, _ := json.Marshal(with)
		one.body = string(text)
	}
	return d.say(one)
}

// pageScenario asks the console for the same.
func (s *server) pageScenario(d deed) scenario {
	one := scenario{
		name: d.name, who: d.who, call: s.to(deeds[d.do].page, d), body: deeds[d.do].form(s, d).Encode(),
		status: pageStatus(d), fields: d.fields, events: d.events, free: d.free,
	}
	if d.fields == "roles" {
		one.fields = "" // a set of check boxes is no input that could be invalid
	}
	if one.status == http.StatusSeeOther && d.status == http.StatusUnauthorized {
		section, _, _ := strings.Cut(strings.Fields(one.call)[1][1:], "/")
		one.header = []string{"Location: /login?next=%2F" + section}
	}
	if one.status == http.StatusUnprocessableEntity {
		for name, value := range d.with {
			if text, isText := value.(string); isText && !strings.HasSuffix(name, "password") && name != "role_name" {
				one.has = append(one.has, `value="`+text+`"`) // the input is kept
			}
		}
	}
	return d.say(one)
}

func (d deed) say(one scenario) scenario {
	if d.has != "" && one.status >= 400 {
		one.has = append(one.has, d.has)
	}
	return one
}

func (s *server) to(call string, d deed) string {
	if _, found := s.ids[d.to]; !found {
		return strings.ReplaceAll(call, "{}", "99999")
	}
	return strings.ReplaceAll(call, "{}", "{"+d.to+"}")
}

// pageStatus is what a page makes of the API's status: success leads on, a
// stranger is sent to the sign-in, and a form that was refused is shown again.
func pageStatus(d deed) int {
	switch {
	case d.page != 0:
		return d.page
	case d.status < 300, d.status == http.StatusUnauthorized:
		return http.StatusSeeOther
	case d.status == http.StatusConflict:
		return http.StatusUnprocessableEntity
	}
	return d.status
}

var faces = []string{"api", "page"}

// onBothFaces plays the deeds on the API and on the console, on a server each.
// In the end both databases hold the same.
func onBothFaces(t *testing.T, deeds []deed, changes ...func(*services.Config)) {
	for _, engine := range modeltest.Engines() {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			var states [][]string
			for _, face := range faces {
				s := start(t, modeltest.Open(t, engine.URL(t)), changes...)
				t.Run(face, func(t *testing.T) { s.playOn(t, face, deeds) })
				states = append(states, s.state())
			}
			if diff := cmp.Diff(states[0], states[1]); diff != "" {
				t.Errorf("the faces differ (-API +page):\n%s", diff)
			}
		})
	}
}

// state are the accounts and the roles, as an admin sees them.
func (s *server) state() []string {
	s.t.Helper()
	var state []string
	page, err := s.Users.List(s.t.Context(), models.System(), services.UserQuery{Limit: 200})
	if err != nil {
		s.t.Fatalf("list the users: %v", err)
	}
	for _, u := range page.Items {
		state = append(state, fmt.Sprintf("%d %q %q %q %q %s %v", u.UserID, u.Username, u.Email, u.FirstName, u.LastName, u.State(), u.RoleNames()))
	}
	roles, err := s.Roles.List(s.t.Context(), models.System())
	if err != nil {
		s.t.Fatalf("list the roles: %v", err)
	}
	for _, r := range roles {
		state = append(state, fmt.Sprintf("%d %q %q %d", r.RoleID, r.RoleName, r.Description, r.UserCount))
	}
	return state
}

func (s *server) playOn(t *testing.T, face string, deeds []deed) {
	t.Helper()
	for _, d := range deeds {
		if face == "api" {
			playAPI(t, s, []scenario{s.apiScenario(d)})
		} else {
			playPages(t, s, []scenario{s.pageScenario(d)})
		}
		s.learn()
	}
}

// learn has the ids of those who appeared.
func (s *server) learn() {
	page, err := s.Users.List(s.t.Context(), models.System(), services.UserQuery{Limit: 200})
	if err != nil {
		s.t.Fatalf("list the users: %v", err)
	}
	for _, user := range page.Items {
		s.ids[strings.ToLower(user.Username)] = user.UserID
	}
	roles, err := s.Roles.List(s.t.Context(), models.System())
	if err != nil {
		s.t.Fatalf("list the roles: %v", err)
	}
	for _, role := range roles {
		s.ids["role-"+strings.ToLower(role.RoleName)] = role.RoleID
	}
}
