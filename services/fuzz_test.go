package services

import (
	"context"
	"log/slog"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// fuzzed is a service on SQLite with a cast and something to list: root is an admin,
// ann has another name, bob is disabled.
func fuzzed(f *testing.F) (*Services, models.Actor) {
	f.Helper()
	s := newServices(f, modeltest.NewDB(f), slog.New(slog.DiscardHandler))
	ctx, cast := context.Background(), map[string]models.User{}
	for _, new := range []NewUser{
		{Username: "root", Roles: []string{models.AdminRole}, IsActive: true},
		{Username: "ann", FirstName: "Ann", LastName: "Ångström", Roles: []string{models.UserRole}, IsActive: true},
		{Username: "bob", LastName: "O'Neil%_[x]"},
	} {
		new.Email, new.Password = new.Username+"@example.com", goodPassword
		user, err := s.Users.Create(ctx, models.System(), new)
		if err != nil {
			f.Fatal(err)
		}
		cast[new.Username] = user
	}
	return s, models.Actor{User: cast["root"], Address: "192.0.2.7", RequestID: "request-1"}
}
