package services

import (
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestAssignAndRevoke(t *testing.T) {
	assign := func(as, to, role string) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Roles.Assign(t.Context(), f.as(as), f.id(to), role)
			return err
		}
	}
	revoke := func(as, of, role string) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Roles.Revoke(t.Context(), f.as(as), f.id(of), role)
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.play(t, []scenario{
			{"a stranger assigns", assign("", "ann", "Admin"), models.Unauthenticated, "", nil},
			{"a plain user assigns himself", assign("ann", "ann", "Admin"), models.Forbidden, "", nil},
			{"no such user", func(f *fixture) error {
				_, err := f.Roles.Assign(t.Context(), f.as("root"), 9999, "Admin")
				return err
			}, models.NotFound, "", nil},
			{"no such role", assign("root", "ann", "Nobody"), models.NotFound, "", nil},
			{"a role of no text", assign("root", "ann", "Admin\x00"), models.NotFound, "", nil},
			{"no role", assign("root", "ann", ""), models.NotFound, "", nil},
			{"assigned", assign("root", "ann", "admin"), "", "", []string{`root role.assigned user:ann {"role":{"old":null,"new":"Admin"}}`}},
			{"assigned twice", assign("root", "ann", "Admin"), "", "", nil},
			{"a stranger revokes", revoke("", "ann", "Admin"), models.Unauthenticated, "", nil},
			{"a plain user revokes", revoke("bob", "ann", "Admin"), models.Forbidden, "", nil},
			{"no such role to revoke", revoke("root", "ann", "Nobody"), models.NotFound, "", nil},
			{"revoked", revoke("root", "root", "Admin"), "", "", []string{`root role.revoked user:root {"role":{"old":"Admin","new":null}}`}},
			{"what the user does not hold", revoke("ann", "root", "Admin"), "", "", nil},
			{"from the last admin", revoke("ann", "ann", "ADMIN"), models.Conflict, "", nil},
			{"User from the last admin", revoke("ann", "ann", "User"), "", "", []string{`ann role.revoked user:ann {"role":{"old":"User","new":null}}`}},
		})
		if user := f.user("ann"); strings.Join(user.RoleNames(), " ") != "Admin" || user.Version != 3 {
			t.Errorf("ann has %v in version %d, want Admin in version 3", user.RoleNames(), user.Version)
		}
	})
}

// An owner's Roles may lack the built-in ones: they appear when first needed.
func TestBuiltInRolesAppearWhenNeeded(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		f.exec(`DELETE FROM "Roles"`)
		f.exec(`INSERT INTO "Roles" ("RoleName") VALUES ('Clerk')`)
		f.play(t, []scenario{
			{"a registration needs User", func(f *fixture) error {
				_, err := f.Users.Register(t.Context(), f.as(""), newUser("joe"))
				return err
			}, "", "", []string{`role.created role:User {"role_name":{"old":null,"new":"User"}}`,
				`user.registered user:joe {"email":{"old":null,"new":"joe@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":true},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["User"]},"username":{"old":null,"new":"joe"}}`}},
			{"an assignment needs Admin", func(f *fixture) error {
				_, err := f.Roles.Assign(t.Context(), models.System(), f.id("joe"), "ADMIN")
				return err
			}, "", "", []string{`role.created role:Admin {"role_name":{"old":null,"new":"Admin"}}`, `role.assigned user:joe {"role":{"old":null,"new":"Admin"}}`}},
		})
	})
}
