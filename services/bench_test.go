package services

import (
	"fmt"
	"log/slog"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// BenchmarkAuthenticate is what each request with a token waits for, on SQLite
// with a thousand users.
func BenchmarkAuthenticate(b *testing.B) {
	db := modeltest.NewDB(b)
	s := newServices(b, db, slog.New(slog.DiscardHandler))
	for i := range 1000 {
		_, err := s.Users.Create(b.Context(), models.System(), with(newUser(fmt.Sprintf("user%d", i)), func(u *NewUser) {
			u.Roles, u.IsActive = []string{models.UserRole, models.AdminRole}, true
		}))
		if err != nil {
			b.Fatal(err)
		}
	}
	user, session, err := s.Sessions.SignIn(b.Context(), models.Actor{}, "user500", goodPassword, models.APISession)
	if err != nil {
		b.Fatal(err)
	}
	token, _, err := s.Tokens.Issue(user, session)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Tokens.Authenticate(b.Context(), models.Actor{}, token, models.APISession); err != nil {
			b.Fatal(err)
		}
	}
}
