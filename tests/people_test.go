package tests

import (
	"fmt"
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/services"
)

func makeUser(t *testing.T, s *services.Services, username, first, last string, roles ...string) models.User {
	t.Helper()
	user, err := s.Users.Create(t.Context(), models.System(), services.NewUser{
		Username: username, Email: username + "@example.com", FirstName: first, LastName: last,
		Password: password, Roles: roles, IsActive: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func makeRole(t *testing.T, s *services.Services, name string) models.Role {
	t.Helper()
	role, err := s.Roles.Create(t.Context(), models.System(), name, "What a person in the role "+name+" does.")
	if err != nil {
		t.Fatal(err)
	}
	return role
}

// people are sixty, enough for a second page: with the roles Editor, Auditor and
// Support, some disabled.
func people(t *testing.T, s *services.Services) {
	t.Helper()
	for _, role := range []string{"Editor", "Auditor", "Support"} {
		makeRole(t, s, role)
	}
	first := []string{"Ann", "Ben", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hiro"}
	last := []string{"Archer", "Baker", "Castellanos-Villarreal", "Dvořák", "Evans", "Fujimoto", "Grünwald"}
	roles := [][]string{{"User"}, {"User", "Editor"}, {"Auditor", "User"}, {"Support", "User", "Editor"}}
	for i := range 60 {
		f, l := first[i%len(first)], last[i%len(last)]
		user := makeUser(t, s, fmt.Sprintf("%s.%s%d", strings.ToLower(f[:2]), strings.ToLower(l[:2]), i), f, l, roles[i%len(roles)]...)
		if i%9 == 4 {
			off := false
			if _, err := s.Users.Update(t.Context(), models.System(), user.UserID, services.UserPatch{IsActive: &off}, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}
