package services

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// undo takes an act of root's back.
func (f *fixture) undo(act models.Act) ActReport {
	f.t.Helper()
	undone, err := f.Acts.Undo(context.Background(), f.as("root"), act.ActID)
	if err != nil {
		f.t.Fatalf("Undo: %v", err)
	}
	report := f.report(undone)
	if report.Undoes != act.ActID || report.Action != act.Action || report.RoleName != act.RoleName || !report.UndoUntil().IsZero() {
		f.t.Errorf("the undo is %+v, want one of %+v that can't be undone", report.Act, act)
	}
	return report
}

// standing is each user's state and roles.
func (f *fixture) standing() map[string]string {
	f.t.Helper()
	list, err := f.Users.List(context.Background(), models.System(), UserQuery{Limit: 200})
	if err != nil {
		f.t.Fatal(err)
	}
	all := map[string]string{}
	for _, user := range list.Items {
		all[user.Username] = string(user.State()) + " " + strings.Join(user.RoleNames(), " ")
	}
	return all
}

// TestUndo takes each act back: everybody is as before, with the inverse events.
func TestUndo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		everybody := ActOrder{All: true}
		for _, tt := range []struct {
			name   string
			do     func() models.Act
			want   string
			events []string
		}{
			{"a disable", func() models.Act { return f.do(with(everybody, func(o *ActOrder) { o.Action = models.Disable })).Act },
				"ann done, bob done, amy done, pete done, olga done", []string{
					`root user.enabled user:ann {"is_active":{"old":false,"new":true}}`, `root user.enabled user:bob {"is_active":{"old":false,"new":true}}`,
					`root user.enabled user:amy {"is_active":{"old":false,"new":true}}`, `root user.disabled user:pete {"status":{"old":"disabled","new":"pending"}}`,
					`root user.enabled user:olga {"is_active":{"old":false,"new":true}}`}},
			{"an enable", func() models.Act { return f.do(with(everybody, func(o *ActOrder) { o.Action = models.Enable })).Act },
				"dora done, pete done", []string{`root user.disabled user:dora {"is_active":{"old":true,"new":false}}`,
					`root user.disabled user:pete {"is_active":{"old":true,"new":false},"status":{"old":"active","new":"pending"}}`}},
			{"a role given", func() models.Act {
				return f.do(with(everybody, func(o *ActOrder) { o.Action, o.RoleName, o.Query.Search = models.AssignRole, "Editor", "a" })).Act
			}, "amy done", []string{`root role.revoked user:amy {"role":{"old":"Editor","new":null}}`}},
			{"a role taken", func() models.Act {
				return f.do(with(everybody, func(o *ActOrder) { o.Action, o.RoleName = models.RevokeRole, "Admin" })).Act
			}, "amy done", []string{`root role.assigned user:amy {"role":{"old":null,"new":"Admin"}}`}},
			{"an approval", func() models.Act { return f.single(f.Acts.Switch(t.Context(), f.as("root"), f.id("pete"), true)) },
				"pete done", []string{`root user.disabled user:pete {"is_active":{"old":true,"new":false},"status":{"old":"active","new":"pending"}}`}},
			{"roles", func() models.Act {
				return f.single(f.Acts.ChangeRoles(t.Context(), f.as("root"), f.id("ann"), []string{"Editor", "User"}, []string{"Admin", "User"}))
			}, "ann done", []string{`root role.assigned user:ann {"role":{"old":null,"new":"Editor"}}`, `root role.revoked user:ann {"role":{"old":"Admin","new":null}}`}},
		} {
			before := f.standing()
			act := tt.do()
			if cmp.Equal(before, f.standing()) {
				t.Errorf("%s changed nothing", tt.name)
			}
			_, last := f.events(0)
			report := f.undo(act)
			if got := outcomesOf(report.Rows.Items); got != tt.want {
				t.Errorf("undo of %s: got %s, want %s", tt.name, got, tt.want)
			}
			if diff := cmp.Diff(before, f.standing()); diff != "" {
				t.Errorf("undo of %s: not as before (-before +after):\n%s", tt.name, diff)
			}
			if events, _ := f.events(last); !cmp.Equal(tt.events, events) {
				t.Errorf("undo of %s: events differ (-want +got):\n%s", tt.name, cmp.Diff(tt.events, events))
			}
		}
	})
}

// single is an act on one user that took place.
func (f *fixture) single(act models.Act, err error) models.Act {
	f.t.Helper()
	if err != nil || act.ActID == "" {
		f.t.Fatalf("the act is %+v, %v, want one that took place", act, err)
	}
	return f.report(act).Act
}

// TestUndoAfterOthers: what somebody else has done since stays, and says so.
func TestUndoAfterOthers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		disabled := f.do(ActOrder{Action: models.Disable, UserIDs: f.ids("ann", "bob", "pete")}).Act
		f.switchTo("bob", true)
		f.switchTo("pete", true)
		if got, want := outcomesOf(f.undo(disabled).Rows.Items), "pete refused changed, ann done, bob same"; got != want {
			t.Errorf("undo of a disable: got %s, want %s", got, want)
		}
		given := f.do(ActOrder{Action: models.AssignRole, RoleName: "Editor", UserIDs: f.ids("bob", "dora", "olga")}).Act
		f.take("bob", "Editor")
		if err := f.Users.Delete(t.Context(), models.System(), f.id("olga")); err != nil {
			t.Fatal(err)
		}
		if got, want := outcomesOf(f.undo(given).Rows.Items), "gone, dora done, bob same"; got != want {
			t.Errorf("undo of a role given: got %s, want %s", got, want)
		}
		f.give("dora", "Editor")
		taken := f.do(ActOrder{Action: models.RevokeRole, RoleName: "Editor", UserIDs: f.ids("ann", "dora")}).Act
		f.give("ann", "Editor")
		f.exec(`DELETE FROM "UserRoles" WHERE "RoleId" NOT IN (SELECT "RoleId" FROM "Roles" WHERE "RoleName" IN ('Admin', 'User'))`)
		f.exec(`DELETE FROM "Roles" WHERE "RoleName" = 'Editor'`)
		if got, want := outcomesOf(f.undo(taken).Rows.Items), "ann refused role_gone, dora refused role_gone"; got != want {
			t.Errorf("undo of a role taken: got %s, want %s", got, want)
		}
	})
}

// TestUndoObeysTheGuards: what is undone could not be done now either.
func TestUndoObeysTheGuards(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		f.switchTo("amy", false)
		enabled := f.single(f.Acts.Switch(t.Context(), f.as("root"), f.id("amy"), true))
		f.take("root", "Admin") // behind the back of root, whose request is under way
		root := f.as("root")
		root.User.Roles = []models.Role{{RoleName: models.AdminRole}}
		undone, err := f.Acts.Undo(t.Context(), root, enabled.ActID)
		if err != nil {
			t.Fatal(err)
		}
		report, err := f.Acts.Get(t.Context(), root, undone.ActID, "")
		if got := outcomesOf(report.Rows.Items); err != nil || got != "amy refused last_admin" || !f.user("amy").IsActive() {
			t.Errorf("undo = %s, %v, want the last admin kept", got, err)
		}
	})
}

func TestUndoRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		ann := f.ids("ann")
		disabled := f.do(ActOrder{Action: models.Disable, UserIDs: ann}).Act
		nothing := f.do(ActOrder{Action: models.Disable, UserIDs: ann}).Act
		f.signIn("bob", goodPassword)
		ended := f.do(ActOrder{Action: models.EndSessions, UserIDs: f.ids("bob")}).Act
		late := f.do(ActOrder{Action: models.AssignRole, RoleName: "Editor", UserIDs: f.ids("bob")}).Act
		f.exec(`UPDATE "RolecallActs" SET "At" = "At" - ? WHERE "ActId" = ?`, models.UndoFor.Milliseconds()+1000, late.ActID)
		undo := func(as, act string) func(*fixture) error {
			return func(f *fixture) error {
				_, err := f.Acts.Undo(t.Context(), f.as(as), act)
				return err
			}
		}
		f.play(t, []scenario{
			{"a stranger", undo("", disabled.ActID), models.Unauthenticated, "", nil},
			{"a plain user", undo("bob", disabled.ActID), models.Forbidden, "", nil},
			{"another admin", undo("amy", disabled.ActID), models.NotFound, "", nil},
			{"no such act", undo("root", "x"), models.NotFound, "", nil},
			{"another spelling", undo("root", strings.ToLower(disabled.ActID)), models.NotFound, "", nil},
			{"no text", undo("root", "\x00\xff"), models.NotFound, "", nil},
			{"sessions", undo("root", ended.ActID), models.Conflict, "", nil},
			{"what changed nothing", undo("root", nothing.ActID), models.Conflict, "", nil},
			{"too late", undo("root", late.ActID), models.Conflict, "", nil},
			{"in time", undo("root", disabled.ActID), "", "", []string{`root user.enabled user:ann {"is_active":{"old":false,"new":true}}`}},
			{"once more", undo("root", disabled.ActID), models.Conflict, "", nil},
		})
		var undone models.Act
		if err := f.db.Read(t.Context()).Where(`"Undoes" = ?`, disabled.ActID).Take(&undone).Error; err != nil {
			t.Fatal(err)
		}
		f.play(t, []scenario{{"an undo", undo("root", undone.ActID), models.Conflict, "", nil}})
		for _, tt := range []struct {
			name, as, act string
			recent, get   models.Kind
		}{
			{"a stranger", "", disabled.ActID, models.Unauthenticated, models.Unauthenticated},
			{"a plain user", "bob", disabled.ActID, models.Forbidden, models.Forbidden},
			{"another admin", "amy", disabled.ActID, models.NotFound, models.NotFound},
			{"an old act", "root", late.ActID, models.NotFound, ""},
			{"a new act", "root", undone.ActID, "", ""},
		} {
			_, recent := f.Acts.Recent(t.Context(), f.as(tt.as), tt.act)
			_, get := f.Acts.Get(t.Context(), f.as(tt.as), tt.act, "")
			if models.KindOf(recent) != tt.recent || models.KindOf(get) != tt.get {
				t.Errorf("%s: Recent = %v, Get = %v; want kinds %q and %q", tt.name, recent, get, tt.recent, tt.get)
			}
		}
	})
}

// TestUndoAtOnce: of several who press Undo at once, one does it.
func TestUndoAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		act := f.do(ActOrder{Action: models.Disable, UserIDs: f.ids("ann", "bob")}).Act
		root := f.as("root")
		errs := race(8, func(int) error {
			_, err := f.Acts.Undo(t.Context(), root, act.ActID)
			return err
		})
		if diff := cmp.Diff(map[models.Kind]int{"": 1, models.Conflict: 7}, kinds(errs)); diff != "" {
			t.Errorf("Undo (-want +got):\n%s%v", diff, errs)
		}
		if ann := f.user("ann"); ann.Version != 3 || !ann.IsActive() {
			t.Errorf("ann is %s in version %d, want active in version 3", ann.State(), ann.Version)
		}
	})
}
