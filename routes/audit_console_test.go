package routes

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// TestAuditPage: filters and their chips, and what becomes of a bad address.
func TestAuditPage(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.call(t, "root", "PUT /users/{ann}", `{"username":"anna"}`).want(t, "rename", 200)
		s.call(t, "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Editor"}`).want(t, "assign", 200)
		s.call(t, "root", "DELETE /users/{bob}", "").want(t, "delete", 204)
		today := time.Now().UTC().Format(time.DateOnly)
		tomorrow := time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
		to := func(address string) []string { return []string{"Location: " + address} }
		playPages(t, s, []scenario{
			{name: "all", who: "root", call: "GET /admin/audit", status: 200, has: []string{"anna", "deleted the user", `name="from"`, `name="to"`, `href="/admin/audit/export"`}, not: []string{`href="/admin/users/{bob}"`, "chip-clear"}},
			{name: "today", who: "root", call: "GET /admin/audit?from=" + today, status: 200, has: []string{"deleted the user", `value="` + today + `"`, `href="/admin/audit/export?from=` + today + `"`, "chip-clear"}},
			{name: "tomorrow", who: "root", call: "GET /admin/audit?from=" + tomorrow, status: 200, has: []string{"Nothing is found"}, not: []string{"/export"}},
			{name: "a user by id, renamed", who: "root", call: "GET /admin/audit?user={ann}", status: 200, has: []string{"created the user", "gave a role to", `<span class="chip-value">anna</span>`, `type="hidden" name="user" value="{ann}"`}, not: []string{"deleted the user"}},
			{name: "a user by id, gone", who: "root", call: "GET /admin/audit?user={bob}", status: 200, has: []string{"deleted the user", `<span class="chip-value">bob</span>`}, not: []string{"gave a role to"}},
			{name: "a user who never was", who: "root", call: "GET /admin/audit?user=99999", status: 200, has: []string{"Nothing is found", "User 99999"}},
			{name: "a user who is no number", who: "root", call: "GET /admin/audit?user=x&actor=root", status: 200, has: []string{"gave a role to"}},
			{name: "an actor and an action", who: "root", call: "GET /admin/audit?actor=ROOT&action=role.assigned", status: 200, has: []string{"gave a role to", "1–1 of 1<"}, not: []string{"deleted the user <"}},
			{name: "a day that is none", who: "root", call: "GET /admin/audit?from=2026-02-30&to=" + today + "&actor=root", status: 303, header: to("/admin/audit?actor=root&to=" + today)},
			{name: "two", who: "root", call: "GET /admin/audit?from=x&to=%00", status: 303, header: to("/admin/audit")},
			{name: "a bad cursor", who: "root", call: "GET /admin/audit?cursor=x&action=role.assigned&user={ann}&limit=5", status: 303, header: to("/admin/audit?action=role.assigned&limit=5&user={ann}")},
			{name: "a bad limit", who: "root", call: "GET /admin/audit?limit=9999&target=ann", status: 303, header: to("/admin/audit?target=ann")},
			{name: "export of a day that is none", who: "root", call: "GET /admin/audit/export?from=x&actor=root", status: 303, header: to("/admin/audit?actor=root")},
			{name: "history of a user", who: "root", call: "GET /admin/users/{ann}", status: 200, has: []string{`href="/admin/audit?user={ann}"`, "created the user", "gave a role to", "127.0.0.1", "<del>ann</del>"}},
		})
	})
}

// table is the file that the export answers with, without its head.
func (s *server) export(t *testing.T, query string) [][]string {
	t.Helper()
	a := s.page(t, "root", "GET /admin/audit/export"+query, "").want(t, "export "+query, 200)
	if got, want := a.Header.Get("Content-Disposition"), time.Now().UTC().Format(`attachment; filename="audit-2006-01-02.csv"`); got != want || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("Content-Disposition is %s, Content-Type %s", got, a.Header.Get("Content-Type"))
	}
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if head := strings.Join(rows[0], ","); head != "event_id,at,actor,action,target_type,target_id,target,field,old,new,address,request_id" {
		t.Errorf("the head is %s", head)
	}
	return rows[1:]
}

// TestAuditExport: a line for each field, under the filters of the page, in which
// no spreadsheet finds a formula.
func TestAuditExport(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		formula := `=HYPERLINK("http://evil.example","x")`
		s.call(t, "root", "POST /roles", fmt.Sprintf(`{"role_name":%q,"description":"-1"}`, formula)).want(t, "a role", 201)
		change := s.call(t, "root", "PUT /users/{ann}", `{"first_name":"@Ann, \"A\"","is_active":false}`).want(t, "update", 200)
		s.call(t, "root", "POST /users/{bob}/password", `{"new_password":"`+newPassword+`"}`).want(t, "password", 204)
		s.call(t, "root", "POST /roles/assign", `{"user_id":{bob},"role_name":"Editor"}`).want(t, "assign", 200)

		rows := s.export(t, "?actor=ROOT")
		var got []string
		for _, row := range rows {
			at, err := time.Parse(time.RFC3339Nano, row[1])
			if ago := time.Since(at); err != nil || ago < 0 || ago > time.Hour {
				t.Errorf("the time is %s: %v", row[1], err)
			}
			got = append(got, strings.Join(row[2:11], "|"))
		}
		want := []string{
			"root|role.assigned|user|{bob}|bob|role||Editor|127.0.0.1",
			"root|user.password_changed|user|{bob}|bob||||127.0.0.1",
			`root|user.updated|user|{ann}|ann|first_name||'@Ann, "A"|127.0.0.1`,
			"root|user.updated|user|{ann}|ann|is_active|true|false|127.0.0.1",
			"root|role.created|role|4|'" + formula + "|description||'-1|127.0.0.1",
			"root|role.created|role|4|'" + formula + "|role_name||'" + formula + "|127.0.0.1",
		}
		for i := range want {
			want[i] = s.fill(want[i])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the rows differ (-want +got):\n%s", diff)
		}
		if rows[2][0] != rows[3][0] || rows[2][0] >= rows[1][0] || rows[2][11] != change.Header.Get("X-Request-Id") {
			t.Errorf("the ids of event and request are %q", rows)
		}
		for query, want := range map[string]int{
			"?action=role.assigned": 1, "?target=BOB&actor=root": 2, "?to=2026-01-01": 0, "?user={ann}&actor=root": 2, "?actor=nobody": 0,
			"?actor=root&cursor=x&limit=1": 6, "?target=" + url.QueryEscape(formula): 2,
		} {
			if got := len(s.export(t, query)); got != want {
				t.Errorf("export %s has %d rows, want %d", query, got, want)
			}
		}
		if roles := s.export(t, "?user={bob}&action=user.created")[4]; roles[7] != "roles" || roles[9] != `["User"]` {
			t.Errorf("the roles of a new user are told as %q", roles)
		}
	})
}

func TestValueCell(t *testing.T) {
	for want, value := range map[string]any{
		"": nil, "x": "x", "true": true, "3": float64(3), "1000000": 1e6, `["a","b"]`: []any{"a", "b"}, `{"a":1}`: map[string]any{"a": 1},
	} {
		if got := valueCell(value); got != want {
			t.Errorf("valueCell(%v) = %q, want %q", value, got, want)
		}
	}
	if rows := auditRows([]models.Event{{EventID: 7, At: 1}}); len(rows) != 1 || len(rows[0]) != len(auditColumns) {
		t.Errorf("an event without changes is %q, want one row", rows)
	}
}
