package services

import (
	"testing"

	"rolecall/models"
)

func TestUpdate(t *testing.T) {
	update := func(as, of string, patch UserPatch) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Users.Update(t.Context(), f.as(as), f.id(of), patch, "")
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email", "FirstName") VALUES ('old style!', 'x', 'nowhere', NULL)`)
		legacy := f.count(`SELECT "UserId" FROM "Users" WHERE "Email" = 'nowhere'`)
		f.play(t, []scenario{
			{"a stranger", update("", "ann", UserPatch{FirstName: ptr("X")}), models.Unauthenticated, "", nil},
			{"another plain user", update("bob", "ann", UserPatch{FirstName: ptr("X")}), models.Forbidden, "", nil},
			{"no such user", func(f *fixture) error {
				_, err := f.Users.Update(t.Context(), f.as("root"), 9999, UserPatch{}, "")
				return err
			}, models.NotFound, "", nil},
			{"nothing", update("ann", "ann", UserPatch{}), "", "", nil},
			{"what is there already", update("ann", "ann", UserPatch{Email: ptr("ann@example.com"), Username: ptr("ann"), IsActive: ptr(true)}), "", "", nil},
			{"self", update("ann", "ann", UserPatch{FirstName: ptr("Ann"), Email: ptr("Ann@example.com")}), "", "",
				[]string{`ann user.updated user:ann {"email":{"old":"ann@example.com","new":"Ann@example.com"},"first_name":{"old":"","new":"Ann"}}`}},
			{"self, the username", update("ann", "ann", UserPatch{Username: ptr("anna")}), models.Forbidden, "", nil},
			{"self, the state", update("ann", "ann", UserPatch{IsActive: ptr(false), LastName: ptr("X")}), models.Forbidden, "", nil},
			{"self, another's e-mail", update("ann", "ann", UserPatch{Email: ptr("BOB@example.com")}), models.Conflict, "email", nil},
			{"an admin, another's name", update("root", "ann", UserPatch{Username: ptr("Bob"), LastName: ptr("X")}), models.Conflict, "username", nil},
			{"wrong values", update("ann", "ann", UserPatch{Email: ptr("a"), FirstName: ptr("\x01"), LastName: ptr("Lee")}), models.Invalid, "email,first_name", nil},
			{"an empty e-mail", update("ann", "ann", UserPatch{Email: ptr("")}), models.Invalid, "email", nil},
			{"an admin renames", update("root", "bob", UserPatch{Username: ptr("Bobby")}), "", "",
				[]string{`root user.updated user:bob {"username":{"old":"bob","new":"Bobby"}}`}},
			{"an admin renames himself", update("root", "root", UserPatch{Username: ptr("Root")}), "", "",
				[]string{`root user.updated user:root {"username":{"old":"root","new":"Root"}}`}},
			{"disabled", update("root", "ann", UserPatch{IsActive: ptr(false)}), "", "",
				[]string{`Root user.disabled user:ann {"is_active":{"old":true,"new":false}}`}},
			{"disabled twice", update("root", "ann", UserPatch{IsActive: ptr(false)}), "", "", nil},
			{"enabled, with a name", update("root", "ann", UserPatch{IsActive: ptr(true), FirstName: ptr("Anna")}), "", "",
				[]string{`Root user.updated user:ann {"first_name":{"old":"Ann","new":"Anna"},"is_active":{"old":false,"new":true}}`}},
			{"the last admin disables himself", update("root", "root", UserPatch{IsActive: ptr(false), LastName: ptr("X")}), models.Conflict, "", nil},
			{"values that today's rules refuse stay", func(f *fixture) error {
				_, err := f.Users.Update(t.Context(), f.as("root"), legacy, UserPatch{LastName: ptr("Old"), Email: ptr("nowhere")}, "")
				return err
			}, "", "", []string{`Root user.updated user:old style! {"last_name":{"old":"","new":"Old"}}`}},
			{"a new value must obey them", func(f *fixture) error {
				_, err := f.Users.Update(t.Context(), f.as("root"), legacy, UserPatch{Email: ptr("nowhere2")}, "")
				return err
			}, models.Invalid, "email", nil},
		})
		if user := f.user("ann"); user.FirstName != "Anna" || user.Email != "Ann@example.com" || user.Version != 4 || !user.IsActive() {
			t.Errorf("at last ann is %+v", user)
		}
	})
}

func TestUpdateRevision(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.user("ann")
		patch := UserPatch{FirstName: ptr("Ann")}
		if _, err := f.Users.Update(t.Context(), f.as("root"), ann.UserID, patch, "nonsense"); models.KindOf(err) != models.Stale {
			t.Errorf("Update with a wrong revision = %v, want stale", err)
		}
		changed, err := f.Users.Update(t.Context(), f.as("root"), ann.UserID, patch, ann.Revision())
		if err != nil {
			t.Fatalf("Update with the present revision: %v", err)
		}
		if changed.Revision() == ann.Revision() {
			t.Error("the revision stayed over a change")
		}
		if _, err := f.Users.Update(t.Context(), f.as("root"), ann.UserID, UserPatch{LastName: ptr("L")}, ann.Revision()); models.KindOf(err) != models.Stale {
			t.Errorf("Update with the old revision = %v, want stale", err)
		}
		if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.APISession); err != nil {
			t.Fatal(err)
		}
		if got := f.user("ann").Revision(); got != changed.Revision() {
			t.Error("a sign-in changed the revision")
		}
		f.exec(`UPDATE "Users" SET "LastName" = 'Other' WHERE "UserId" = ?`, ann.UserID)
		if got := f.user("ann").Revision(); got == changed.Revision() {
			t.Error("another program's change left the revision as it was")
		}
	})
}

func TestDisabledLosesSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for range 2 {
			if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.ConsoleSession); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("ann"), UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 0 {
			t.Errorf("got %d sessions of a disabled user, want none", got)
		}
	})
}

// Two admins, each of whom many want to demote, disable or delete at once.
func TestOneAdminStays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		admins := []int64{f.id("root"), f.create("boss", models.AdminRole).UserID}
		root := f.as("root")
		errs := race(16, func(i int) error {
			id := admins[i%2]
			var err error
			switch i / 2 % 4 {
			case 0:
				_, err = f.Roles.Revoke(t.Context(), root, id, models.AdminRole)
			case 1:
				_, err = f.Users.Update(t.Context(), root, id, UserPatch{IsActive: ptr(false)}, "")
			case 2:
				err = f.Users.Delete(t.Context(), root, id)
			case 3:
				_, err = f.Acts.ChangeRoles(t.Context(), root, id, nil, []string{models.UserRole})
			}
			return err
		})
		for _, err := range errs {
			if kind := models.KindOf(err); kind != "" && kind != models.Conflict && kind != models.NotFound {
				t.Errorf("got %v, want success, a conflict or not found", err)
			}
		}
		left, err := f.Users.activeAdmins(f.db.Read(t.Context()), 0)
		if err != nil || left != 1 {
			t.Errorf("got %d active admins (%v), want 1; answers %v", left, err, errs)
		}
	})
}

// The owner's own switch, and an admin who is disabled, count.
func TestLastAdminIsTheLastActiveOne(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("boss", models.AdminRole)
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("boss"), UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Roles.Revoke(t.Context(), f.as("root"), f.id("root"), "admin"); models.KindOf(err) != models.Conflict {
			t.Errorf("Revoke beside a disabled admin = %v, want a conflict", err)
		}
		if _, err := f.Roles.Revoke(t.Context(), f.as("root"), f.id("boss"), "admin"); err != nil {
			t.Errorf("Revoke from a disabled admin = %v, want nil", err)
		}
	})
}
