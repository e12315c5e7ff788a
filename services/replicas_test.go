package services

import (
	"log/slog"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// What one replica changes binds its own next request, and those of another that
// shares the database once the lag has passed: not before it was asked for, and
// without being told.
func TestReplicas(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := modeltest.Open(t, url)
		here := newFixture(t, db)
		here.cast()
		beside := func(lag time.Duration) *Services {
			return newServices(t, modeltest.Open(t, url), slog.New(slog.DiscardHandler), func(c *Config) { c.RevocationLag = lag })
		}
		slow, quick, strict := beside(time.Hour), beside(20*time.Millisecond), beside(0)
		for _, tt := range []struct {
			name string
			do   func(user models.User, session models.Session) error
		}{
			{"disabled", func(user models.User, _ models.Session) error {
				_, err := here.Users.Update(t.Context(), here.as("root"), user.UserID, UserPatch{IsActive: ptr(false)}, "")
				return err
			}},
			{"signed out", func(user models.User, session models.Session) error {
				return here.Sessions.SignOut(t.Context(), models.Actor{User: user, SessionID: session.SessionID})
			}},
			{"password", func(user models.User, _ models.Session) error {
				return here.Users.SetPassword(t.Context(), here.as("root"), user.UserID, nextPassword)
			}},
			{"deleted", func(user models.User, _ models.Session) error {
				return here.Users.Delete(t.Context(), here.as("root"), user.UserID)
			}},
		} {
			here.create("cid", models.UserRole)
			user, session := here.begin("cid")
			token, _, err := here.Tokens.Issue(user, session)
			if err != nil {
				t.Fatal(err)
			}
			good := func(s *Services) bool {
				_, err := s.Tokens.Authenticate(t.Context(), models.Actor{}, token, models.APISession)
				return err == nil
			}
			for _, s := range []*Services{here.Services, slow, quick, strict} {
				if !good(s) {
					t.Fatalf("%s: the token is refused at first", tt.name)
				}
			}
			if err := tt.do(user, session); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if good(here.Services) || good(strict) {
				t.Errorf("%s: the token is still good here, or where nothing is kept", tt.name)
			}
			if !good(slow) {
				t.Errorf("%s: a replica with an hour's lag has asked again", tt.name)
			}
			ctx, cancel := contextUntil(t, func() bool { return !good(quick) })
			<-ctx.Done()
			cancel()
			if good(quick) {
				t.Errorf("%s: after ten seconds the token is still good on another replica", tt.name)
			}
			if tt.name != "deleted" {
				if err := here.Users.Delete(t.Context(), here.as("root"), user.UserID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
