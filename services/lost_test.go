package services

import (
	"testing"

	"rolecall/models"
)

// The server carries a commit out, and its answer is lost. The caller is told that
// it did not work, as nobody knows; it has happened once, and what was kept in
// memory about it is gone.
func TestLostCommit(t *testing.T) {
	f, server := onTDS(t)
	lost := func(what string, do func() error) {
		t.Helper()
		server.LoseNext("COMMIT TRANSACTION")
		if err := do(); models.KindOf(err) != models.Busy {
			t.Errorf("%s = %v of kind %q, want busy", what, err, models.KindOf(err))
		}
	}
	register := func() error { _, err := f.Users.Register(t.Context(), f.as(""), newUser("joe")); return err }
	lost("Register", register)
	f.expect("Register once more", register(), models.Conflict)
	if users, events := f.count(`SELECT COUNT(*) FROM "Users" WHERE "Username" = 'joe'`), f.count(`SELECT COUNT(*) FROM "RolecallEvents" WHERE "TargetName" = 'joe'`); users != 1 || events != 1 {
		t.Errorf("%d users and %d events, want one of each", users, events)
	}

	before := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`)
	signIn := func() error {
		_, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.APISession)
		return err
	}
	lost("SignIn", signIn)
	f.expect("SignIn once more", signIn(), "")
	if more := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`) - before; more != 2 {
		t.Errorf("%d sessions more, want two: nobody has the token of the first", more)
	}

	ann, session := f.begin("ann")
	token, _, err := f.Tokens.Issue(ann, session)
	if err != nil {
		t.Fatal(err)
	}
	authenticate := func() error {
		_, err := f.Tokens.Authenticate(t.Context(), models.Actor{}, token, models.APISession)
		return err
	}
	f.expect("Authenticate", authenticate(), "")
	root := f.as("root")
	lost("Update", func() error {
		_, err := f.Users.Update(t.Context(), root, ann.UserID, UserPatch{IsActive: ptr(false)}, "")
		return err
	})
	f.expect("Authenticate a user who was disabled", authenticate(), models.Unauthenticated)
}
