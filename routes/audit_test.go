package routes

import (
	"strings"
	"testing"
)

// TestRoleAPI: what the API alone has of roles.
func TestRoleAPI(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		playAPI(t, s, []scenario{
			{name: "list, a stranger", call: "GET /roles", status: 401},
			{name: "list, a user", who: "ann", call: "GET /roles", status: 403},
			{name: "list", who: "root", call: "GET /roles", status: 200, has: []string{`"role_name":"Admin","description":"","user_count":1`, `"role_name":"User","description":"","user_count":4`, `"role_name":"Editor","description":"","user_count":0`}},
			{name: "create", who: "root", call: "POST /roles", body: `{"role_name":"Author","description":"Writes."}`, status: 201, has: []string{`"role_name":"Author","description":"Writes.","user_count":0`}, header: []string{"Location: /roles/4"}, events: []string{"root role.created Author"}},
			{name: "assign", who: "root", call: "POST /roles/assign", body: `{"user_id":{ann},"role_name":"AUTHOR"}`, status: 200, has: []string{`"roles":["Author","User"]`, `"user_id":{ann}`}, events: []string{"root role.assigned ann"}},
			{name: "assign, id 0", who: "root", call: "POST /roles/assign", body: `{"user_id":0,"role_name":"Author"}`, status: 404},
			{name: "assign, a negative id", who: "root", call: "POST /roles/assign", body: `{"user_id":-1,"role_name":"Author"}`, status: 404},
			{name: "assign, an overflowing id", who: "root", call: "POST /roles/assign", body: `{"user_id":99999999999999999999,"role_name":"Author"}`, status: 422, fields: "user_id"},
			{name: "assign, an empty name", who: "root", call: "POST /roles/assign", body: `{"user_id":{ann},"role_name":""}`, status: 404},
			{name: "assign, a long name", who: "root", call: "POST /roles/assign", body: `{"user_id":{ann},"role_name":"` + strings.Repeat("x", 60000) + `"}`, status: 404},
			{name: "revoke", who: "root", call: "POST /roles/revoke", body: `{"user_id":{ann},"role_name":"author"}`, status: 200, has: []string{`"roles":["User"]`}, events: []string{"root role.revoked ann"}},
			{name: "revoke, no such role", who: "root", call: "POST /roles/revoke", body: `{"user_id":{ann},"role_name":"Nobody"}`, status: 404},
			{name: "describe", who: "root", call: "PUT /roles/{editor}", body: `{"description":"Edits."}`, status: 200, has: []string{`"role_name":"Editor","description":"Edits."`}, events: []string{"root role.updated Editor"}},
			{name: "describe, an admin alone", who: "ann", call: "PUT /roles/{editor}", body: `{"description":"Edits."}`, status: 403},
			{name: "update nothing", who: "root", call: "PUT /roles/{editor}", body: `{}`, status: 200},
			{name: "force is a word", who: "root", call: "DELETE /roles/{editor}?force=perhaps", status: 422, fields: "force"},
			{name: "force is false", who: "root", call: "DELETE /roles/{role-user}?force=false", status: 409},
			{name: "delete", who: "root", call: "DELETE /roles/{editor}", status: 204, events: []string{"root role.deleted Editor"}},
		})
	})
}

type auditJSON struct {
	Items []struct {
		EventID   int64 `json:"event_id"`
		Actor     *struct{ Username string }
		Action    string
		Target    struct{ Type, Name string }
		Changes   map[string]struct{ Old, New any }
		Address   string
		RequestID string `json:"request_id"`
	}
	Total int
	Next  *string
}

// TestAudit: each change is told with both values, the actor, the address and
// the request; a password never.
func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		change := s.call(t, "root", "PUT /users/{ann}", `{"email":"queen@example.com","is_active":false}`).want(t, "update", 200)
		s.call(t, "", "POST /register", `{"username":"carl","password":"correct horse battery","email":"carl@example.com"}`).want(t, "register", 201)
		s.call(t, "root", "POST /users/{bob}/password", `{"new_password":"`+newPassword+`"}`).want(t, "password", 204)

		a := s.call(t, "root", "GET /audit", "").want(t, "GET /audit", 200)
		checkAPI(t, s, "GET /audit", a)
		events := parse[auditJSON](t, a).Items
		password, registered, updated := events[0], events[1], events[2]
		if updated.Actor == nil || updated.Actor.Username != "root" || updated.Action != "user.updated" || updated.Target.Name != "ann" ||
			updated.Address != "127.0.0.1" || updated.RequestID != change.Header.Get("X-Request-Id") {
			t.Errorf("the update is told as %+v", updated)
		}
		if c := updated.Changes; len(c) != 2 || c["email"].Old != "ann@example.com" || c["email"].New != "queen@example.com" || c["is_active"].Old != true || c["is_active"].New != false {
			t.Errorf("the update's changes are %+v", c)
		}
		if registered.Actor != nil || registered.Action != "user.registered" || registered.Changes["username"].New != "carl" || registered.Changes["password"].New != nil {
			t.Errorf("the registration is told as %+v", registered)
		}
		if password.Action != "user.password_changed" || len(password.Changes) != 0 {
			t.Errorf("the new password is told as %+v", password)
		}
	})
}

// TestAuditList: filters and pages.
func TestAuditList(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for range 3 {
			s.call(t, "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Editor"}`).want(t, "assign", 200)
			s.call(t, "root", "POST /roles/revoke", `{"user_id":{ann},"role_name":"Editor"}`).want(t, "revoke", 200)
		}
		for query, want := range map[string]int{
			"actor=ROOT": 6, "actor=ann": 0, "action=role.assigned": 3, "action=nothing": 0, "target=ANN": 7, "target=Editor": 1,
			"actor=root&action=role.revoked&target=ann": 3, "actor=%00": 0, "action=%ff": 0, "target='": 0, "limit=2&actor=root": 6,
			"from=2026-01-01&actor=root": 6, "to=2026-01-01": 0, "from=2999-01-01": 0, "user_id=" + s.fill("{ann}"): 7, "user_id=99999": 0,
		} {
			a := s.call(t, "root", "GET /audit?"+query, "").want(t, query, 200)
			if got := parse[auditJSON](t, a).Total; got != want {
				t.Errorf("GET /audit?%s: total %d, want %d", query, got, want)
			}
		}
		first := parse[auditJSON](t, s.call(t, "root", "GET /audit?limit=2&actor=root", ""))
		second := parse[auditJSON](t, s.call(t, "root", "GET /audit?limit=2&actor=root&cursor="+*first.Next, ""))
		if len(first.Items) != 2 || len(second.Items) != 2 || first.Items[1].EventID <= second.Items[0].EventID {
			t.Errorf("the second page does not follow the first: %+v %+v", first.Items, second.Items)
		}
		var refused []scenario
		for query, field := range map[string]string{"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "cursor=x": "cursor", "from=x": "from", "from=2026-02-30&to=4.3.2026": "from,to", "user_id=x": "user_id", "cursor=" + *parse[pageJSON](t, s.call(t, "root", "GET /users?limit=1", "")).Next: "cursor"} {
			refused = append(refused, scenario{name: query, who: "root", call: "GET /audit?" + query, status: 422, fields: field})
		}
		playAPI(t, s, refused)
	})
}
