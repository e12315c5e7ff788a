package tests

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

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

// rootToken signs root in.
func rootToken(t *testing.T, s *services.Services, password string, kind models.SessionKind) string {
	t.Helper()
	user, session, err := s.Sessions.SignIn(t.Context(), models.Actor{Address: "127.0.0.1"}, "root", password, kind)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.Tokens.Issue(user, session)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func makeRole(t *testing.T, s *services.Services, name string) models.Role {
	t.Helper()
	role, err := s.Roles.Create(t.Context(), models.System(), name, roleDescriptions[name])
	if err != nil {
		t.Fatal(err)
	}
	return role
}

var roleDescriptions = map[string]string{
	"Editor":  "Writes and corrects texts.",
	"Auditor": "Reads the books and the reports.",
	"Support": "Answers people who ask for help.",
}

// people are sixty, enough for a second page: with the roles Editor, Auditor and
// Support, some disabled.
func people(t *testing.T, s *services.Services) {
	t.Helper()
	for _, role := range []string{"Editor", "Auditor", "Support"} {
		makeRole(t, s, role)
	}
	first := []string{"Ann", "Ben", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hiro", "Inés"}
	last := []string{"Archer", "Baker", "Castellanos-Villarreal", "Dvořák", "Evans", "Fujimoto", "Grünwald"}
	roles := [][]string{{"User"}, {"User", "Editor"}, {"Auditor", "User"}, {"Support", "User", "Editor"}}
	ascii := strings.NewReplacer("é", "e", "ř", "r", "á", "a", "ü", "ue", "-villarreal", "")
	for i := range 60 {
		f, l := first[i%len(first)], last[i%len(last)]
		user := makeUser(t, s, ascii.Replace(strings.ToLower(f+"."+l)), f, l, roles[i%len(roles)]...)
		if i%9 == 4 {
			off := false
			if _, err := s.Users.Update(t.Context(), models.System(), user.UserID, services.UserPatch{IsActive: &off}, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// changes are some of an admin, and one that a user makes for herself.
func (b *browser) changes(s *services.Services) {
	b.t.Helper()
	root, ines := b.actor(s, "root"), b.actor(s, "ines.baker")
	must := func(_ any, err error) {
		b.t.Helper()
		if err != nil {
			b.t.Fatal(err)
		}
	}
	must(s.Roles.Assign(b, root, 7, "Support"))
	must(s.Users.Update(b, ines, ines.User.UserID, services.UserPatch{LastName: new("Baker-Moreno"), Email: new("ines@example.org")}, ""))
	must(s.Roles.Revoke(b, root, 12, "Auditor"))
	must(s.Users.Update(b, root, 3, services.UserPatch{FirstName: new("Benjamin")}, ""))
	must(s.Roles.Assign(b, root, 3, "Support"))
	must(s.Users.Update(b, root, 6, services.UserPatch{IsActive: new(true)}, ""))
	must(s.Users.Update(b, root, 6, services.UserPatch{IsActive: new(false)}, ""))
}

// actor is somebody who has just signed in.
func (b *browser) actor(s *services.Services, username string) models.Actor {
	b.t.Helper()
	actor := models.Actor{Address: "192.0.2.14", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
	user, session, err := s.Sessions.SignIn(b, actor, username, password, models.ConsoleSession)
	if err != nil {
		b.t.Fatal(err)
	}
	actor.User, actor.SessionID, actor.Began, actor.Ends = user, session.SessionID, session.CreatedAt, session.ExpiresAt
	return actor
}

// age spreads what has happened over the past weeks, in the order in which it
// happened, as if the service had been in use for long.
func (b *browser) age() {
	b.t.Helper()
	now, day := models.Now(), (24 * time.Hour).Milliseconds()
	statements := []struct {
		sql       string
		arguments []any
	}{
		{`UPDATE "RolecallAccounts" SET "CreatedAt" = "CreatedAt" - (62 - "UserId") * (62 - "UserId") * ? / 80`, []any{day}},
		{`UPDATE "RolecallAccounts" SET "LastLoginAt" = ? - ("UserId" * 7919 % 997) * ? / 50 WHERE "UserId" % 5 > 0 AND "UserId" < 60`, []any{now, day}},
		{`UPDATE "RolecallEvents" SET "At" = "At" - ((SELECT MAX("EventId") FROM "RolecallEvents") - "EventId") * ? / 9`, []any{day}},
		{`UPDATE "RolecallEvents" SET "At" = COALESCE((SELECT a."CreatedAt" FROM "RolecallAccounts" AS a
			WHERE a."UserId" = "TargetId" AND "TargetType" = 'user'), (SELECT MIN(a."CreatedAt") FROM "RolecallAccounts" AS a)) WHERE "ActorId" = 0`, nil},
		{`UPDATE "RolecallAccounts" SET "UpdatedAt" = (SELECT MAX(e."At") FROM "RolecallEvents" AS e WHERE e."TargetType" = 'user' AND e."TargetId" = "UserId")`, nil},
		{`WITH RECURSIVE back (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < 29)
			INSERT INTO "RolecallSignIns" ("Day", "Shard", "Good", "Bad") SELECT ? - n, 0, 12 + n * 7919 % 31 - n / 3, n * 104729 % 7 FROM back`, []any{now.Day()}},
	}
	err := b.db.Tx(b, func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		for _, statement := range statements {
			if err := tx.Exec(statement.sql, statement.arguments...).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
