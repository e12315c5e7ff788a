package services

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// TestSwitch: to one user, a refusal is an error, and what changes nothing is no
// act.
func TestSwitch(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		flip := func(as string, id int64, active, changes bool) func(*fixture) error {
			return func(f *fixture) error {
				act, err := f.Acts.Switch(t.Context(), f.as(as), id, active)
				if (act.ActID != "") != changes {
					t.Errorf("the act of %d is %+v, want one: %t", id, act, changes)
				}
				return err
			}
		}
		f.play(t, []scenario{
			{"a stranger", flip("", f.id("bob"), false, false), models.Unauthenticated, "", nil},
			{"a plain user", flip("ann", f.id("bob"), false, false), models.Forbidden, "", nil},
			{"oneself", flip("root", f.id("root"), false, false), models.Conflict, "", nil},
			{"no such user", flip("root", 99_999, false, false), models.NotFound, "", nil},
			{"disabled", flip("root", f.id("bob"), false, true), "", "", []string{`root user.disabled user:bob {"is_active":{"old":true,"new":false}}`}},
			{"disabled twice", flip("root", f.id("bob"), false, false), "", "", nil},
			{"enabled", flip("root", f.id("bob"), true, true), "", "", []string{`root user.enabled user:bob {"is_active":{"old":false,"new":true}}`}},
			{"the other admin", flip("root", f.id("amy"), false, true), "", "", []string{`root user.disabled user:amy {"is_active":{"old":true,"new":false}}`}},
			{"the last admin", flip("amy", f.id("root"), false, false), models.Conflict, "", nil},
		})
	})
}

// TestChangeRoles: without what was shown, these and no others.
func TestChangeRoles(t *testing.T) {
	change := func(as, of string, names ...string) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Acts.ChangeRoles(t.Context(), f.as(as), f.id(of), nil, names)
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		f.play(t, []scenario{
			{"a stranger", change("", "ann", "Editor"), models.Unauthenticated, "", nil},
			{"a plain user", change("ann", "ann", "Admin"), models.Forbidden, "", nil},
			{"no such user", func(f *fixture) error {
				_, err := f.Acts.ChangeRoles(t.Context(), f.as("root"), 99_999, nil, nil)
				return err
			}, models.NotFound, "", nil},
			{"others", change("root", "ann", "editor", "EDITOR"), "", "", []string{
				`root role.assigned user:ann {"role":{"old":null,"new":"Editor"}}`, `root role.revoked user:ann {"role":{"old":"User","new":null}}`}},
			{"the same", change("root", "ann", "Editor"), "", "", nil},
			{"one of them is not there", change("root", "ann", "User", "Nobody"), models.Invalid, "roles", nil},
			{"Admin from the last admin", change("root", "root", "Editor"), models.Conflict, "", nil},
			{"none", change("root", "ann"), "", "", []string{`root role.revoked user:ann {"role":{"old":"Editor","new":null}}`}},
			{"a second admin", change("root", "bob", "User", "Admin"), "", "", []string{`root role.assigned user:bob {"role":{"old":null,"new":"Admin"}}`}},
			{"Admin from oneself", change("root", "root", "Editor"), models.Conflict, "", nil},
			{"Admin from the other", change("root", "bob", "User"), "", "", []string{`root role.revoked user:bob {"role":{"old":"Admin","new":null}}`}},
		})
		if user := f.user("bob"); user.Version != 3 {
			t.Errorf("bob is in version %d, want 3", user.Version)
		}
	})
}

// TestChangeRolesAsShown: two admins looked at the same page; each changes another
// role, and neither overwrites the other.
func TestChangeRolesAsShown(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.troupe()
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Writer", ""); err != nil {
			t.Fatal(err)
		}
		shown := f.user("ann").RoleNames()
		for _, tt := range []struct {
			name string
			want []string
			has  []string
		}{
			{"one takes User and gives Writer", []string{"Editor", "writer"}, []string{"Editor", "Writer"}},
			{"the other takes Editor", []string{"User"}, []string{"Writer"}},
			{"and gives Admin, with User as it was shown", []string{"Admin", "User", "Editor"}, []string{"Admin", "Writer"}},
			{"nothing", []string{"Editor", "User"}, []string{"Admin", "Writer"}},
		} {
			if _, err := f.Acts.ChangeRoles(t.Context(), f.as("root"), f.id("ann"), shown, tt.want); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if got := f.user("ann").RoleNames(); !slices.Equal(got, tt.has) {
				t.Errorf("%s: ann has %v, want %v", tt.name, got, tt.has)
			}
		}
		if _, err := f.Acts.ChangeRoles(t.Context(), f.as("root"), f.id("ann"), []string{}, []string{"User"}); err != nil {
			t.Fatal(err)
		}
		if got, want := f.user("ann").RoleNames(), []string{"Admin", "User", "Writer"}; !slices.Equal(got, want) {
			t.Errorf("where none was shown: ann has %v, want %v", got, want)
		}
	})
}

// TestChangeRolesAtOnce: whatever the order, one of the sets wins: never a mixture,
// never nothing.
func TestChangeRolesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"A1", "A2", "B1", "B2"} {
			if _, err := f.Roles.Create(context.Background(), f.as("root"), name, ""); err != nil {
				t.Fatal(err)
			}
		}
		sets := [][]string{{"A1", "A2"}, {"B1", "B2"}}
		root, ann := f.as("root"), f.id("ann")
		errs := race(12, func(i int) error {
			_, err := f.Acts.ChangeRoles(t.Context(), root, ann, nil, sets[i%2])
			return err
		})
		if diff := cmp.Diff(map[models.Kind]int{"": 12}, kinds(errs)); diff != "" {
			t.Errorf("ChangeRoles (-want +got):\n%s%v", diff, errs)
		}
		got := f.user("ann").RoleNames()
		if !slices.Equal(got, sets[0]) && !slices.Equal(got, sets[1]) {
			t.Errorf("got %v, want one of %v", got, sets)
		}
	})
}
