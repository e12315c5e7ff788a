package services

import (
	"testing"

	"rolecall/models"
)

// TestLastChanges: for each field the newest event alone, and for oneself without
// who else it was.
func TestLastChanges(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.id("ann")
		change := func(as string, patch UserPatch) {
			t.Helper()
			if _, err := f.Users.Update(t.Context(), f.as(as), ann, patch, ""); err != nil {
				t.Fatal(err)
			}
		}
		change("ann", UserPatch{FirstName: ptr("A"), LastName: ptr("L")})
		change("root", UserPatch{FirstName: ptr("Ann")})
		change("root", UserPatch{Email: ptr("ann@example.org")})
		for _, tt := range []struct {
			name, as, kind string
			id             int64
			want           models.Kind
			first, last    string // who changed the names
		}{
			{"an admin", "root", models.UserTarget, ann, "", "root", "ann"},
			{"oneself", "ann", models.UserTarget, ann, "", "", "ann"},
			{"another", "bob", models.UserTarget, ann, models.Forbidden, "", ""},
			{"a stranger", "", models.UserTarget, ann, models.Unauthenticated, "", ""},
			{"a role of one's own number", "ann", models.RoleTarget, ann, models.Forbidden, "", ""},
			{"a user that is not there", "root", models.UserTarget, 9999, "", "", ""},
		} {
			got, err := f.Audit.LastChanges(t.Context(), f.as(tt.as), tt.kind, tt.id)
			if models.KindOf(err) != tt.want || got["first_name"].ActorName != tt.first || got["last_name"].ActorName != tt.last {
				t.Errorf("%s: LastChanges = %+v, %v; want %q and %q, kind %q", tt.name, got, err, tt.first, tt.last, tt.want)
			}
		}
		got, err := f.Audit.LastChanges(t.Context(), f.as("ann"), models.UserTarget, ann)
		if first := got["first_name"]; err != nil || first.Changes["first_name"].New != "Ann" || first.Address != "" || first.RequestID != "" {
			t.Errorf("for oneself, who else it was and from where is told: %+v, %v", first, err)
		}
	})
}
