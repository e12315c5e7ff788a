package services

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// troupe adds to the cast: amy, a second admin; dora, who is disabled; pete, who
// waits for approval; olga, whom another program made; and the role Editor, which
// ann holds.
func (f *fixture) troupe() {
	f.t.Helper()
	f.create("amy", models.AdminRole)
	f.create("dora", models.UserRole)
	f.switchTo("dora", false)
	f.create("pete", models.UserRole)
	f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("pete"))
	f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('olga', 'x', 'olga@example.com')`)
	if _, err := f.Roles.Create(context.Background(), models.System(), "Editor", ""); err != nil {
		f.t.Fatal(err)
	}
	f.give("ann", "Editor")
}

func (f *fixture) switchTo(name string, active bool) {
	f.t.Helper()
	if _, err := f.Users.Update(context.Background(), models.System(), f.id(name), UserPatch{IsActive: &active}, ""); err != nil {
		f.t.Fatalf("switch %s to %t: %v", name, active, err)
	}
}

func (f *fixture) give(name, role string) {
	f.t.Helper()
	if _, err := f.Roles.Assign(context.Background(), models.System(), f.id(name), role); err != nil {
		f.t.Fatalf("give %s to %s: %v", role, name, err)
	}
}

func (f *fixture) take(name, role string) {
	f.t.Helper()
	if _, err := f.Roles.Revoke(context.Background(), models.System(), f.id(name), role); err != nil {
		f.t.Fatalf("take %s from %s: %v", role, name, err)
	}
}

// ids are those of the names; "nobody" is the id of no user.
func (f *fixture) ids(names ...string) []int64 {
	f.t.Helper()
	list := make([]int64, len(names))
	for i, name := range names {
		if list[i] = 99_999; name != "nobody" {
			list[i] = f.id(name)
		}
	}
	return list
}

// do carries the order out as root.
func (f *fixture) do(order ActOrder) ActReport {
	f.t.Helper()
	preview, err := f.Acts.Preview(context.Background(), f.as("root"), order)
	if err != nil {
		f.t.Fatalf("Preview: %v", err)
	}
	act, err := f.Acts.Do(context.Background(), f.as("root"), order, preview.Total)
	if err != nil {
		f.t.Fatalf("Do: %v", err)
	}
	report := f.report(act)
	if diff := cmp.Diff(preview.Counts, report.Counts); diff != "" {
		f.t.Errorf("%s: what was done is not what the preview said (-preview +done):\n%s", order.Action, diff)
	}
	if got := outcomesOf(plannedRows(preview)); got != outcomesOf(report.Rows.Items) {
		f.t.Errorf("%s: the preview says %s, what was done is %s", order.Action, got, outcomesOf(report.Rows.Items))
	}
	return report
}

func plannedRows(preview ActPreview) (rows []models.ActRow) {
	for _, row := range preview.Rows {
		rows = append(rows, row.ActRow)
	}
	return rows
}

// report reads an act of root's.
func (f *fixture) report(act models.Act) ActReport {
	f.t.Helper()
	report, err := f.Acts.Get(context.Background(), f.as("root"), act.ActID, "")
	if err != nil {
		f.t.Fatalf("Get: %v", err)
	}
	return report
}

// outcomesOf is "root refused own_account, ann done".
func outcomesOf(rows []models.ActRow) string {
	var list []string
	for _, row := range rows {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", row.Username, row.Outcome, row.Reason)))
	}
	return strings.Join(list, ", ")
}

// TestActs does each thing to users of each kind: the preview tells it before, the
// report after, and the audit has the events of the single operations.
func TestActs(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		f.signIn("bob", goodPassword)
		f.signIn("bob", goodPassword)
		f.signIn("root", goodPassword)
		_, last := f.events(0)
		for _, tt := range []struct {
			action models.ActAction
			role   string
			of     string
			want   string
			events []string
		}{
			{models.EndSessions, "", "bob ann root nobody", "root refused own, gone, bob done, ann same", []string{`root session.ended user:bob {"sessions":{"old":2,"new":null}}`}},
			{models.AssignRole, "EDITOR", "ann bob dora pete olga root", "root done, bob done, dora done, pete done, olga done, ann same", []string{
				`root role.assigned user:root {"role":{"old":null,"new":"Editor"}}`, `root role.assigned user:bob {"role":{"old":null,"new":"Editor"}}`,
				`root role.assigned user:dora {"role":{"old":null,"new":"Editor"}}`, `root role.assigned user:pete {"role":{"old":null,"new":"Editor"}}`,
				`root role.assigned user:olga {"role":{"old":null,"new":"Editor"}}`}},
			{models.RevokeRole, "Editor", "ann amy root", "root done, ann done, amy same", []string{
				`root role.revoked user:root {"role":{"old":"Editor","new":null}}`, `root role.revoked user:ann {"role":{"old":"Editor","new":null}}`}},
			{models.RevokeRole, "admin", "root bob", "root refused own, bob same", nil},
			{models.Disable, "", "root bob dora pete olga bob", "root refused own, bob done, pete done, olga done, dora same", []string{
				`root user.disabled user:bob {"is_active":{"old":true,"new":false}}`, `root user.disabled user:pete {"status":{"old":"pending","new":"disabled"}}`,
				`root user.disabled user:olga {"is_active":{"old":true,"new":false}}`}},
			{models.Enable, "", "root dora pete olga nobody", "gone, dora done, pete done, olga done, root same", []string{
				`root user.enabled user:dora {"is_active":{"old":false,"new":true}}`, `root user.enabled user:pete {"is_active":{"old":false,"new":true}}`,
				`root user.enabled user:olga {"is_active":{"old":false,"new":true}}`}},
			{models.Disable, "", "amy", "amy done", []string{`root user.disabled user:amy {"is_active":{"old":true,"new":false}}`}},
			{models.Disable, "", "root bob", "root refused last_admin, bob same", nil},
			{models.RevokeRole, "Admin", "root amy", "root refused last_admin, amy done", []string{`root role.revoked user:amy {"role":{"old":"Admin","new":null}}`}},
		} {
			report := f.do(ActOrder{Action: tt.action, RoleName: tt.role, UserIDs: f.ids(strings.Fields(tt.of)...)})
			if got := outcomesOf(report.Rows.Items); got != tt.want {
				t.Errorf("%s %s: got %s, want %s", tt.action, tt.role, got, tt.want)
			}
			if report.Counts.All() != report.Total {
				t.Errorf("%s %s: %d outcomes for %d users", tt.action, tt.role, report.Counts.All(), report.Total)
			}
			var events []string
			if events, last = f.events(last); !cmp.Equal(tt.events, events) {
				t.Errorf("%s %s: events differ (-want +got):\n%s", tt.action, tt.role, cmp.Diff(tt.events, events))
			}
		}
		if user := f.user("olga"); user.Version != 3 || user.State() != models.Active || strings.Join(user.RoleNames(), " ") != "Editor" {
			t.Errorf("olga is %s in version %d with %v, want active in version 3 with Editor", user.State(), user.Version, user.RoleNames())
		}
		if sessions := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); sessions != 1 {
			t.Errorf("%d sessions are left, want root's", sessions)
		}
	})
}

// TestActsOfAll: the selection is whom the filter finds when it is done.
func TestActsOfAll(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		for _, tt := range []struct {
			query UserQuery
			want  string
		}{
			{UserQuery{Roles: []string{"Editor", "Admin"}}, "root refused own, amy done, ann same"},
			{UserQuery{Status: "pending"}, "pete done"},
			{UserQuery{Search: "DO"}, "dora done"},
			{UserQuery{}, "root refused last_admin, bob done, olga done, ann same, amy same, dora same, pete same"},
		} {
			if tt.query.Roles != nil {
				f.switchTo("ann", false)
			}
			if tt.query.Search == "DO" {
				f.switchTo("dora", true)
			}
			if got := outcomesOf(f.do(ActOrder{Action: models.Disable, All: true, Query: tt.query}).Rows.Items); got != tt.want {
				t.Errorf("%+v: got %s, want %s", tt.query, got, tt.want)
			}
		}
	})
}

func TestActsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.ids("ann")
		tooMany := make([]int64, actMax+1)
		for i := range tooMany {
			tooMany[i] = int64(i + 1)
		}
		for _, tt := range []struct {
			name     string
			as       string
			order    ActOrder
			expected int64
			want     models.Kind
			preview  models.Kind
		}{
			{"a stranger", "", ActOrder{Action: models.Disable, UserIDs: ann}, 1, models.Unauthenticated, models.Unauthenticated},
			{"a plain user", "ann", ActOrder{Action: models.Disable, UserIDs: ann}, 1, models.Forbidden, models.Forbidden},
			{"no action", "root", ActOrder{UserIDs: ann}, 1, models.Invalid, models.Invalid},
			{"an action of no many", "root", ActOrder{Action: models.ChangeRoles, UserIDs: ann}, 1, models.Invalid, models.Invalid},
			{"nobody", "root", ActOrder{Action: models.Disable}, 0, models.Invalid, models.Invalid},
			{"nobody matches", "root", ActOrder{Action: models.Disable, All: true, Query: UserQuery{Search: "zzz"}}, 0, models.Invalid, models.Invalid},
			{"no such state", "root", ActOrder{Action: models.Disable, All: true, Query: UserQuery{Status: "x"}}, 0, models.Invalid, models.Invalid},
			{"too many", "root", ActOrder{Action: models.Disable, UserIDs: tooMany}, actMax + 1, models.Invalid, models.Invalid},
			{"no such role", "root", ActOrder{Action: models.AssignRole, RoleName: "Nobody", UserIDs: ann}, 1, models.Invalid, models.Invalid},
			{"no role", "root", ActOrder{Action: models.RevokeRole, UserIDs: ann}, 1, models.Invalid, models.Invalid},
			{"a role of no text", "root", ActOrder{Action: models.AssignRole, RoleName: "\x00\xff", UserIDs: ann}, 1, models.Invalid, models.Invalid},
			{"another number than was seen", "root", ActOrder{Action: models.Disable, All: true}, 2, models.Stale, ""},
		} {
			f.play(t, []scenario{
				{tt.name + ", preview", func(f *fixture) error {
					_, err := f.Acts.Preview(t.Context(), f.as(tt.as), tt.order)
					return err
				}, tt.preview, "" + fieldOfStatus(tt.order), nil},
				{tt.name, func(f *fixture) error {
					_, err := f.Acts.Do(t.Context(), f.as(tt.as), tt.order, tt.expected)
					return err
				}, tt.want, fieldOfStatus(tt.order), nil},
			})
		}
	})
}

func fieldOfStatus(order ActOrder) string {
	if order.Query.Status == "x" {
		return "status"
	}
	return ""
}

// TestActsMakeABuiltInRole: an owner's Roles may lack one. The preview makes none.
func TestActsMakeABuiltInRole(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.take("ann", "User")
		f.exec(`DELETE FROM "UserRoles" WHERE "RoleId" IN (SELECT "RoleId" FROM "Roles" WHERE "RoleName" = 'User')`)
		f.exec(`DELETE FROM "Roles" WHERE "RoleName" = 'User'`)
		order := ActOrder{Action: models.AssignRole, RoleName: "user", UserIDs: f.ids("ann", "bob")}
		before := f.dump()
		preview, err := f.Acts.Preview(t.Context(), f.as("root"), order)
		if err != nil || preview.Counts.Done != 2 {
			t.Errorf("Preview = %+v, %v, want two", preview.Counts, err)
		}
		if diff := cmp.Diff(before, f.dump()); diff != "" {
			t.Errorf("the preview changed rows (-before +after):\n%s", diff)
		}
		if report := f.do(order); report.RoleName != "User" || !f.user("bob").HasRole("User") {
			t.Errorf("the act is of the role %q, bob has %v; want User", report.RoleName, f.user("bob").RoleNames())
		}
	})
}

// TestOwnersSwitchInActs: the owner's IsActive is written, and restored exactly.
func TestOwnersSwitchInActs(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		kind, off := "BIT", "0"
		if engine == "postgres" {
			kind, off = "BOOLEAN", "FALSE"
		}
		newFixture(t, modeltest.Open(t, url)).exec(`ALTER TABLE "Users" ADD "IsActive" ` + kind)
		f := newFixture(t, modeltest.Open(t, url)) // finds the column
		f.cast()
		f.exec(`UPDATE "Users" SET "IsActive" = ` + off + ` WHERE "Username" = 'bob'`)
		state := func() string {
			ann, bob := f.user("ann"), f.user("bob")
			return fmt.Sprintf("%s %t, %s %t", ann.Status, ann.OwnerActive, bob.Status, bob.OwnerActive)
		}
		for _, tt := range []struct {
			action     models.ActAction
			done, back string
		}{
			{models.Disable, "disabled false, active false", "active true, active false"},
			{models.Enable, "active true, active true", "active true, active false"},
		} {
			report := f.do(ActOrder{Action: tt.action, UserIDs: f.ids("ann", "bob")})
			if got := state(); got != tt.done {
				t.Errorf("%s: ann and bob are %s, want %s", tt.action, got, tt.done)
			}
			f.undo(report.Act)
			if got := state(); got != tt.back {
				t.Errorf("undo of %s: ann and bob are %s, want %s", tt.action, got, tt.back)
			}
		}
	})
}
