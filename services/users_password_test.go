package services

import (
	"testing"

	"rolecall/models"
)

const nextPassword = "battery staple horse"

// signIn begins a session and returns the actor of it.
func (f *fixture) signIn(name, password string) models.Actor {
	f.t.Helper()
	user, session, err := f.Sessions.SignIn(f.t.Context(), f.as(""), name, password, models.APISession)
	if err != nil {
		f.t.Fatalf("sign in %s: %v", name, err)
	}
	actor := f.as("")
	actor.User, actor.SessionID = user, session.SessionID
	return actor
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.signIn("ann", goodPassword)
		ann := f.signIn("ann", goodPassword)
		change := func(as models.Actor, current, next string) func(*fixture) error {
			return func(f *fixture) error { return f.Users.ChangePassword(t.Context(), as, current, next) }
		}
		f.play(t, []scenario{
			{"a stranger", change(f.as(""), goodPassword, nextPassword), models.Unauthenticated, "", nil},
			{"a wrong present one", change(ann, "wrong", nextPassword), models.Invalid, "current_password", nil},
			{"no present one", change(ann, "", nextPassword), models.Invalid, "current_password", nil},
			{"a short one", change(ann, goodPassword, "short"), models.Invalid, "new_password", nil},
			{"a common one", change(ann, goodPassword, "iloveyou1"), models.Invalid, "new_password", nil},
			{"the e-mail", change(ann, goodPassword, "ann@example.com"), models.Invalid, "new_password", nil},
			{"a good one", change(ann, goodPassword, nextPassword), "", "", []string{"ann user.password_changed user:ann {}"}},
			{"with what the actor knew before the change", change(ann, goodPassword, "yet another one"), models.Invalid, "current_password", nil},
		})
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions" WHERE "SessionId" = ?`, ann.SessionID); got != 1 {
			t.Error("the session that changed the password ended")
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 1 {
			t.Errorf("got %d sessions, want only the one that changed the password", got)
		}
		if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.APISession); err == nil {
			t.Error("the old password still signs in")
		}
		f.signIn("ann", nextPassword)
	})
}

func TestSetPassword(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		set := func(as string, id int64, next string) func(*fixture) error {
			return func(f *fixture) error { return f.Users.SetPassword(t.Context(), f.as(as), id, next) }
		}
		f.signIn("ann", goodPassword)
		ann, long := f.id("ann"), f.create("longenough").UserID
		f.play(t, []scenario{
			{"a stranger", set("", ann, nextPassword), models.Unauthenticated, "", nil},
			{"another user", set("bob", ann, nextPassword), models.Forbidden, "", nil},
			{"self", set("ann", ann, nextPassword), models.Forbidden, "", nil},
			{"no such user", set("root", 9999, nextPassword), models.NotFound, "", nil},
			{"a short one", set("root", ann, "short"), models.Invalid, "new_password", nil},
			{"the user's name", set("root", long, "LongEnough"), models.Invalid, "new_password", nil},
			{"a good one", set("root", ann, nextPassword), "", "", []string{"root user.password_changed user:ann {}"}},
		})
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); got != 0 {
			t.Errorf("got %d sessions, want none", got)
		}
		f.signIn("ann", nextPassword)
	})
}

// Two who know the present password: the second must know the first one's.
func TestChangePasswordAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.as("ann")
		errs := race(8, func(i int) error {
			return f.Users.ChangePassword(t.Context(), ann, goodPassword, nextPassword+string(rune('a'+i)))
		})
		counts := kinds(errs)
		if counts[""] != 1 || counts[models.Invalid] != 7 {
			t.Errorf("got %v, want one success and seven refusals: %v", counts, errs)
		}
	})
}
