package services

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// roleID looks a role up by name.
func (f *fixture) roleID(name string) int64 {
	f.t.Helper()
	return f.count(`SELECT "RoleId" FROM "Roles" WHERE "RoleName" = ?`, name)
}

func TestCreateRole(t *testing.T) {
	create := func(as, name, description string) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Roles.Create(t.Context(), f.as(as), name, description)
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.play(t, []scenario{
			{"a stranger", create("", "Editor", ""), models.Unauthenticated, "", nil},
			{"a plain user", create("ann", "Editor", ""), models.Forbidden, "", nil},
			{"an admin", create("root", "Editor", "edits"), "", "",
				[]string{`root role.created role:Editor {"description":{"old":"","new":"edits"},"role_name":{"old":null,"new":"Editor"}}`}},
			{"without description", create("root", "Écrivain", ""), "", "",
				[]string{`root role.created role:Écrivain {"role_name":{"old":null,"new":"Écrivain"}}`}},
			{"taken", create("root", "Editor", ""), models.Conflict, "role_name", nil},
			{"taken in another case", create("root", "EDITOR", ""), models.Conflict, "role_name", nil},
			{"built in", create("root", "admin", ""), models.Conflict, "role_name", nil},
			{"no name", create("root", "", strings.Repeat("x", 201)), models.Invalid, "description,role_name", nil},
			{"a blank behind", create("root", "Admin ", ""), models.Invalid, "role_name", nil},
			{"a NUL", create("root", "A\x00", "B\x00"), models.Invalid, "description,role_name", nil},
			{"the longest there is", create("root", strings.Repeat("😀", 64), strings.Repeat("😀", 200)), "", "",
				[]string{fmt.Sprintf(`root role.created role:%[1]s {"description":{"old":"","new":%[2]q},"role_name":{"old":null,"new":%[1]q}}`, strings.Repeat("😀", 64), strings.Repeat("😀", 200))}},
		})
	})
}

func TestUpdateRole(t *testing.T) {
	update := func(as, of string, name, description *string) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Roles.Update(t.Context(), f.as(as), f.roleID(of), name, description, "")
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", "edits"); err != nil {
			t.Fatal(err)
		}
		f.exec(`INSERT INTO "Roles" ("RoleName") VALUES (' old style ')`)
		f.play(t, []scenario{
			{"a stranger", update("", "Editor", ptr("X"), nil), models.Unauthenticated, "", nil},
			{"a plain user", update("ann", "Editor", ptr("X"), nil), models.Forbidden, "", nil},
			{"no such role", func(f *fixture) error {
				_, err := f.Roles.Update(t.Context(), f.as("root"), 9999, ptr("X"), nil, "")
				return err
			}, models.NotFound, "", nil},
			{"nothing", update("root", "Editor", nil, nil), "", "", nil},
			{"what is there already", update("root", "Editor", ptr("Editor"), ptr("edits")), "", "", nil},
			{"a description", update("root", "Editor", nil, ptr("writes")), "", "",
				[]string{`root role.updated role:Editor {"description":{"old":"edits","new":"writes"}}`}},
			{"a name in another case", update("root", "Editor", ptr("EDITOR"), nil), "", "",
				[]string{`root role.updated role:Editor {"role_name":{"old":"Editor","new":"EDITOR"}}`}},
			{"a name that is taken", update("root", "EDITOR", ptr("uSER"), nil), models.Conflict, "role_name", nil},
			{"a wrong name", update("root", "EDITOR", ptr("x\x00"), nil), models.Invalid, "role_name", nil},
			{"a built-in one's name", update("root", "Admin", ptr("Boss"), nil), models.Conflict, "", nil},
			{"a built-in one's letter case", update("root", "Admin", ptr("ADMIN"), nil), models.Conflict, "", nil},
			{"a built-in one's description", update("root", "Admin", ptr("Admin"), ptr("all")), "", "",
				[]string{`root role.updated role:Admin {"description":{"old":"","new":"all"}}`}},
			{"a name that today's rules refuse stays", update("root", " old style ", nil, ptr("old")), "", "",
				[]string{`root role.updated role: old style  {"description":{"old":"","new":"old"}}`}},
		})
	})
}

func TestUpdateRoleRevision(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		seen, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", "edits")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id("ann"), "Editor"); err != nil {
			t.Fatal(err)
		}
		update := func(description, revision string) func(*fixture) error {
			return func(f *fixture) error {
				_, err := f.Roles.Update(t.Context(), f.as("root"), seen.RoleID, nil, &description, revision)
				return err
			}
		}
		f.play(t, []scenario{
			{"nonsense", update("writes", "nonsense"), models.Stale, "", nil},
			{"as read, though somebody holds it now", update("writes", seen.Revision()), "", "",
				[]string{`root role.updated role:Editor {"description":{"old":"edits","new":"writes"}}`}},
			{"as read before that change", update("reads", seen.Revision()), models.Stale, "", nil},
			{"to what it is already, but read before", update("writes", seen.Revision()), models.Stale, "", nil},
		})
		f.exec(`UPDATE "Roles" SET "RoleName" = 'Author' WHERE "RoleId" = ?`, seen.RoleID)
		seen.Description = "writes"
		f.play(t, []scenario{{"renamed by another program", update("reads", seen.Revision()), models.Stale, "", nil}})
	})
}

func TestDeleteRole(t *testing.T) {
	remove := func(as, of string, force bool) func(*fixture) error {
		return func(f *fixture) error { return f.Roles.Delete(t.Context(), f.as(as), f.roleID(of), force) }
	}
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"Editor", "Empty"} {
			if _, err := f.Roles.Create(t.Context(), f.as("root"), name, "about "+name); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"ann", "bob"} {
			if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id(name), "Editor"); err != nil {
				t.Fatal(err)
			}
		}
		f.play(t, []scenario{
			{"a stranger", remove("", "Empty", true), models.Unauthenticated, "", nil},
			{"a plain user", remove("ann", "Empty", true), models.Forbidden, "", nil},
			{"no such role", func(f *fixture) error { return f.Roles.Delete(t.Context(), f.as("root"), 9999, true) }, models.NotFound, "", nil},
			{"built in, by force", remove("root", "User", true), models.Conflict, "", nil},
			{"held", remove("root", "Editor", false), models.Conflict, "", nil},
			{"held by nobody", remove("root", "Empty", false), "", "",
				[]string{`root role.deleted role:Empty {"description":{"old":"about Empty","new":null},"role_name":{"old":"Empty","new":null},"user_count":{"old":0,"new":null}}`}},
			{"held, by force", remove("root", "Editor", true), "", "", []string{
				`root role.revoked user:ann {"role":{"old":"Editor","new":null}}`,
				`root role.revoked user:bob {"role":{"old":"Editor","new":null}}`,
				`root role.deleted role:Editor {"description":{"old":"about Editor","new":null},"role_name":{"old":"Editor","new":null},"user_count":{"old":2,"new":null}}`}},
		})
		if user := f.user("ann"); user.HasRole("Editor") || user.Version != 3 {
			t.Errorf("ann has %v in version %d, want User in version 3", user.RoleNames(), user.Version)
		}
	})
}

func TestListRoles(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "editor", "edits"); err != nil {
			t.Fatal(err)
		}
		for as, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
			if _, err := f.Roles.List(t.Context(), f.as(as)); models.KindOf(err) != want {
				t.Errorf("List as %q = %v, want kind %q", as, err, want)
			}
			if _, err := f.Roles.Choices(t.Context(), f.as(as)); models.KindOf(err) != want {
				t.Errorf("Choices as %q = %v, want kind %q", as, err, want)
			}
			if _, err := f.Roles.Get(t.Context(), f.as(as), 1); models.KindOf(err) != want {
				t.Errorf("Get as %q = %v, want kind %q", as, err, want)
			}
		}
		roles, err := f.Roles.List(t.Context(), f.as("root"))
		if err != nil {
			t.Fatal(err)
		}
		want := []models.Role{
			{RoleID: f.roleID("Admin"), RoleName: "Admin", UserCount: 1},
			{RoleID: f.roleID("editor"), RoleName: "editor", Description: "edits"},
			{RoleID: f.roleID("User"), RoleName: "User", UserCount: 3},
		}
		if diff := cmp.Diff(want, roles); diff != "" {
			t.Errorf("List differs (-want +got):\n%s", diff)
		}
		choices, err := f.Roles.Choices(t.Context(), f.as("root"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			want[i].UserCount = 0
		}
		if diff := cmp.Diff(want, choices); diff != "" {
			t.Errorf("Choices differ (-want +got):\n%s", diff)
		}
		got, err := f.Roles.Get(t.Context(), f.as("root"), want[1].RoleID)
		if diff := cmp.Diff(want[1], got); err != nil || diff != "" {
			t.Errorf("Get: %v, differs (-want +got):\n%s", err, diff)
		}
		if _, err := f.Roles.Get(t.Context(), f.as("root"), 9999); models.KindOf(err) != models.NotFound {
			t.Errorf("Get of no role = %v, want not found", err)
		}
	})
}

func TestCreateRoleAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root := f.as("root")
		errs := race(10, func(int) error {
			_, err := f.Roles.Create(t.Context(), root, "Editor", "")
			return err
		})
		if diff := cmp.Diff(map[models.Kind]int{"": 1, models.Conflict: 9}, kinds(errs)); diff != "" {
			t.Errorf("one should win (-want +got):\n%s%v", diff, errors.Join(errs...))
		}
	})
}
