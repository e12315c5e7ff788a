package services

import (
	"testing"

	"rolecall/models"
)

// What ends all sessions of an account ends those as well that begin at the same
// moment on the strength of what was true before: either the session is there and
// goes with the others, or it does not begin.
func TestSessionsBesideWhatEndsThem(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root := f.as("root")
		for _, tt := range []struct {
			name string
			end  func(userID int64) error
		}{
			{"password", func(id int64) error { return f.Users.SetPassword(t.Context(), root, id, nextPassword) }},
			{"disabled", func(id int64) error {
				_, err := f.Users.Update(t.Context(), root, id, UserPatch{IsActive: ptr(false)}, "")
				return err
			}},
			{"deleted", func(id int64) error { return f.Users.Delete(t.Context(), root, id) }},
		} {
			for range 5 {
				user := f.create("cid", models.UserRole)
				errs := race(8, func(i int) error {
					if i == 4 {
						return tt.end(user.UserID)
					}
					_, err := f.Sessions.Begin(t.Context(), f.as(""), user, models.APISession)
					return err
				})
				counts := kinds(errs)
				if errs[4] != nil || counts[""]+counts[models.Unauthenticated] != len(errs) {
					t.Fatalf("%s: got %v, want the end, and sign-ins that succeed or are refused", tt.name, errs)
				}
				if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 0 {
					t.Fatalf("%s: %d sessions have survived", tt.name, got)
				}
				if tt.name != "deleted" {
					if err := f.Users.Delete(t.Context(), root, user.UserID); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}
