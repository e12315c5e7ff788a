package services

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// herd are n users of another program's, u0001 and so on.
func (f *fixture) herd(n int) []int64 {
	f.t.Helper()
	for from := 0; from < n; from += 500 {
		var values []string
		for i := from; i < min(n, from+500); i++ {
			values = append(values, fmt.Sprintf("('u%04d', 'x', 'u%04d@example.com')", i+1, i+1))
		}
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ` + strings.Join(values, ", "))
	}
	var ids []int64
	if err := f.db.Read(f.t.Context()).Table("Users").Where(`"PasswordHash" = 'x'`).Order(`"UserId"`).Pluck("UserId", &ids).Error; err != nil || len(ids) != n {
		f.t.Fatalf("there are %d of %d users: %v", len(ids), n, err)
	}
	return ids
}

// TestActsOfManyChunks: at the borders of a chunk nobody is left out or meant
// twice.
func TestActsOfManyChunks(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ids := f.herd(2*actChunk + 1)
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, actChunk - 1, actChunk, actChunk + 1, len(ids)} {
			_, last := f.events(0)
			report := f.do(ActOrder{Action: models.AssignRole, RoleName: "Editor", UserIDs: ids[:n]})
			if report.Counts.Done != int64(n) || report.Total != int64(n) {
				t.Errorf("%d users: %+v of %d", n, report.Counts, report.Total)
			}
			if got := f.count(`SELECT COUNT(*) FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" = 'Editor'`); got != int64(n) {
				t.Errorf("%d users: %d hold the role", n, got)
			}
			if events, _ := f.events(last); len(events) != n {
				t.Errorf("%d users: %d events", n, len(events))
			}
			if report := f.undo(report.Act); report.Counts.Done != int64(n) {
				t.Errorf("undo for %d users: %+v", n, report.Counts)
			}
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallAccounts" WHERE "UserId" = ? AND "Version" = 10`, ids[0]); got != 1 {
			t.Errorf("the first of them has %d accounts in version 10, want 1", got)
		}
	})
}

// TestPagesOfAnAct: every row is on one page, those refused first.
func TestPagesOfAnAct(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ids := append(f.herd(2*pageLimit), f.ids("root", "nobody")...)
		report := f.do(ActOrder{Action: models.Disable, UserIDs: ids})
		if got := outcomesOf(report.Rows.Items[:3]); got != "root refused last_admin, gone, u0001 done" {
			t.Errorf("the page begins with %s", got)
		}
		seen := len(report.Rows.Items)
		for report.Rows.Next != "" {
			next, err := f.Acts.Get(t.Context(), f.as("root"), report.ActID, report.Rows.Next)
			if err != nil {
				t.Fatal(err)
			}
			seen, report = seen+len(next.Rows.Items), next
		}
		if seen != len(ids) {
			t.Errorf("%d rows are on the pages, want %d", seen, len(ids))
		}
	})
}

// TestActsAtOnce: admins who disable each other, or take Admin from each other, at
// once: one active admin stays, on every engine. Each names the next alone, so that
// no two acts are about the same account.
func TestActsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		admins := []string{"root", "amy", "joe"}
		f.create("amy", models.AdminRole)
		f.create("joe", models.AdminRole)
		for round := range 8 {
			order := ActOrder{Action: models.Disable}
			if round%2 == 1 {
				order.Action, order.RoleName = models.RevokeRole, models.AdminRole
			}
			var actors []models.Actor
			for _, name := range admins {
				actors = append(actors, f.as(name))
			}
			errs := race(len(actors), func(i int) error {
				one := order
				one.UserIDs = []int64{actors[(i+1)%len(actors)].User.UserID}
				_, err := f.Acts.Do(t.Context(), actors[i], one, 1)
				return err
			})
			if diff := cmp.Diff(map[models.Kind]int{"": 3}, kinds(errs)); diff != "" {
				t.Errorf("Do (-want +got):\n%s%v", diff, errs)
			}
			left, err := f.Users.activeAdmins(f.db.Read(t.Context()), 0)
			if err != nil || left != 1 {
				t.Errorf("round %d: %d active admins are left, %v; want one", round, left, err)
			}
			for _, name := range admins {
				f.switchTo(name, true)
				f.give(name, models.AdminRole)
			}
		}
	})
}

// TestActStopsHalfWay: the second chunk fails. The report tells of the first alone,
// which stays done; what is not reached is as it was, and an undo takes back what
// was done.
func TestActStopsHalfWay(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	ids := f.herd(3 * actChunk)
	if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
		t.Fatal(err)
	}
	f.exec(fmt.Sprintf(`CREATE TRIGGER "TR_Fails" BEFORE INSERT ON "UserRoles" WHEN NEW."UserId" = %d BEGIN SELECT RAISE(ABORT, 'canary'); END`, ids[actChunk+actChunk/2]))
	order := ActOrder{Action: models.AssignRole, RoleName: "Editor", UserIDs: ids}
	act, err := f.Acts.Do(t.Context(), f.as("root"), order, int64(len(ids)))
	if err != nil {
		t.Fatalf("Do = %v, want an act that came half-way", err)
	}
	report := f.report(act)
	if report.Counts.Done != actChunk || report.Counts.All() != actChunk || report.Total != int64(len(ids)) {
		t.Errorf("the report is %+v of %d, want %d done", report.Counts, report.Total, actChunk)
	}
	for query, want := range map[string]int64{
		`SELECT COUNT(*) FROM "UserRoles" WHERE "RoleId" > 2`:                                 actChunk,
		`SELECT COUNT(*) FROM "RolecallEvents" WHERE "Action" = 'role.assigned'`:              actChunk,
		`SELECT COUNT(*) FROM "RolecallAccounts" AS a WHERE a."Version" = 1 AND "UserId" > 3`: actChunk,
	} {
		if got := f.count(query); got != want {
			t.Errorf("%s = %d, want %d", query, got, want)
		}
	}
	if undone := f.undo(act); undone.Counts.Done != actChunk {
		t.Errorf("the undo is %+v, want %d done", undone.Counts, actChunk)
	}
	order.UserIDs = ids[actChunk:]
	if act, err := f.Acts.Do(t.Context(), f.as("root"), order, int64(len(order.UserIDs))); err == nil || act.ActID != "" {
		t.Errorf("Do = %+v, %v where the first chunk fails, want the error", act, err)
	}
}

// TestStatementsOfAnAct: a chunk costs as many statements for a hundred users as
// for two.
func TestStatementsOfAnAct(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db, s := loggedServices(t, &log)
	f := &fixture{t, db, s}
	f.cast()
	ids := f.herd(actChunk)
	if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
		t.Fatal(err)
	}
	for _, action := range []models.ActAction{models.AssignRole, models.RevokeRole, models.Disable, models.Enable, models.EndSessions} {
		cost := func(users []int64) int {
			for _, id := range users {
				f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES (?, ?, 'api', 1, 1, ?, '', '')`,
					fmt.Sprint(action, id, len(users)), id, int64(models.Now().Add(time.Hour)))
			}
			root := f.as("root")
			log.Reset()
			act, err := s.Acts.Do(t.Context(), root, ActOrder{Action: action, RoleName: "Editor", UserIDs: users}, int64(len(users)))
			if err != nil {
				t.Fatal(err)
			}
			count := strings.Count(log.String(), `"msg":"statement"`)
			if report := f.report(act); report.Counts.Done != int64(len(users)) {
				t.Errorf("%s: %+v of %d users", action, report.Counts, len(users))
			}
			return count
		}
		if few, many := cost(ids[:2]), cost(ids[2:]); few == 0 || many != few {
			t.Errorf("%s: %d statements for 2 users, %d for %d; want as many", action, few, many, len(ids)-2)
		}
	}
}

// TestActsOfTheMost: ten thousand users at a time, and one more is refused.
func TestActsOfTheMost(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	f.herd(actMax)
	order := ActOrder{Action: models.AssignRole, RoleName: "Admin", All: true, Query: UserQuery{Search: "u"}}
	preview, err := f.Acts.Preview(t.Context(), f.as("root"), order)
	if err != nil || preview.Counts.Done != actMax {
		t.Errorf("Preview = %+v, %v; want %d that change", preview.Counts, err, actMax)
	}
	f.create("u-one-more")
	if _, err := f.Acts.Preview(t.Context(), f.as("root"), order); models.KindOf(err) != models.Invalid {
		t.Errorf("Preview of one more = %v, want a refusal", err)
	}
}

// TestPurgeActs: after a day an act is gone with its rows.
func TestPurgeActs(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		old := f.do(ActOrder{Action: models.Disable, UserIDs: f.ids("ann", "bob")})
		f.exec(`UPDATE "RolecallActs" SET "At" = "At" - ?`, actLife.Milliseconds()+1)
		f.exec(`UPDATE "RolecallActRows" SET "At" = "At" - ?`, actLife.Milliseconds()+1)
		young := f.do(ActOrder{Action: models.Enable, UserIDs: f.ids("ann", "bob")})
		if err := f.Acts.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Acts.Get(t.Context(), f.as("root"), old.ActID, ""); models.KindOf(err) != models.NotFound {
			t.Errorf("Get of an old act = %v, want none", err)
		}
		if diff := cmp.Diff(young, f.report(young.Act)); diff != "" {
			t.Errorf("a young act changed (-before +after):\n%s", diff)
		}
		if rows := f.count(`SELECT COUNT(*) FROM "RolecallActRows"`); rows != 2 {
			t.Errorf("%d rows are left, want 2", rows)
		}
	})
}

// TestActsKeepAnAdmin: of the admins selected one stays, where whoever acts is none
// any more.
func TestActsKeepAnAdmin(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("amy", models.AdminRole)
		f.create("joe", models.AdminRole)
		root := f.as("root") // whose request is under way
		f.take("root", models.AdminRole)
		for _, order := range []ActOrder{
			{Action: models.Disable, UserIDs: f.ids("ann", "joe", "amy")},
			{Action: models.RevokeRole, RoleName: models.AdminRole, UserIDs: f.ids("ann", "joe", "amy")},
		} {
			preview, err := f.Acts.Preview(t.Context(), root, order)
			if err != nil {
				t.Fatal(err)
			}
			act, err := f.Acts.Do(t.Context(), root, order, 3)
			if err != nil {
				t.Fatal(err)
			}
			report, err := f.Acts.Get(t.Context(), root, act.ActID, "")
			if err != nil {
				t.Fatal(err)
			}
			want := map[models.ActAction]string{
				models.Disable:    "joe refused last_admin, ann done, amy done",
				models.RevokeRole: "joe refused last_admin, amy done, ann same",
			}[order.Action]
			if got := outcomesOf(report.Rows.Items); got != want || outcomesOf(plannedRows(preview)) != want {
				t.Errorf("%s: got %s after the preview %s, want %s", order.Action, got, outcomesOf(plannedRows(preview)), want)
			}
		}
	})
}

// TestActsTakeEffectAtOnce: what is kept in memory of the users is dropped.
func TestActsTakeEffectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, bob := f.token("ann", goodPassword, models.APISession), f.token("bob", goodPassword, models.APISession)
		seen := func(token string) (models.Actor, models.Kind) {
			actor, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			return actor, models.KindOf(err)
		}
		for _, token := range []string{ann, bob} {
			if actor, kind := seen(token); kind != "" || actor.Admin() {
				t.Fatalf("before: %v, %q", actor.User.RoleNames(), kind)
			}
		}
		given := f.do(ActOrder{Action: models.AssignRole, RoleName: models.AdminRole, UserIDs: f.ids("ann", "bob")}).Act
		if actor, kind := seen(ann); kind != "" || !actor.Admin() {
			t.Errorf("after the role was given: ann has %v, %q; want Admin", actor.User.RoleNames(), kind)
		}
		f.undo(given)
		if actor, kind := seen(ann); kind != "" || actor.Admin() {
			t.Errorf("after the undo: ann has %v, %q; want no Admin", actor.User.RoleNames(), kind)
		}
		disabled := f.do(ActOrder{Action: models.Disable, UserIDs: f.ids("ann")}).Act
		f.do(ActOrder{Action: models.EndSessions, UserIDs: f.ids("bob")})
		f.undo(disabled)
		for name, token := range map[string]string{"ann": ann, "bob": bob} {
			if _, kind := seen(token); kind != models.Unauthenticated {
				t.Errorf("%s's token of a session that ended: kind %q, want it refused", name, kind)
			}
		}
	})
}
