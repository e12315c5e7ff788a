package services

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

// A subject is what the methods are called with.
type subject struct {
	*Services
	admin models.Actor // signed in
	user  models.User  // whose password is "correct horse"
	role  models.Role  // which the user does not hold
	setup string       // the token of the one-time link
}

// refreshText is the refresh token of the session "x" of a subject's user, actText
// the id of an act: root has just taken Admin from the user.
const (
	refreshText = "canary-refresh-token"
	actText     = "canary-act"
)

// someEvents has every filter, and goes on behind a cursor.
var someEvents = EventQuery{
	Actor: "root", Action: "role.assigned", Target: "ann", TargetType: models.UserTarget, TargetID: 7,
	From: "2026-03-01", To: "2026-03-31", Cursor: cursor{Order: "-at", Int: 1, ID: 9}.String(),
}

// A method is called once, with success.
type method struct {
	name string
	do   func(ctx context.Context, s subject) error
}

// methods are those of each service.
var methods = append([]method{
	{"Users.Register", func(ctx context.Context, s subject) error {
		_, err := s.Users.Register(ctx, models.Actor{}, newUser("joe"))
		return err
	}},
	{"Users.Create", func(ctx context.Context, s subject) error {
		_, err := s.Users.Create(ctx, s.admin, newUser("kim"))
		return err
	}},
	{"Users.Get", func(ctx context.Context, s subject) error {
		_, err := s.Users.Get(ctx, s.admin, s.user.UserID)
		return err
	}},
	{"Users.Own", func(ctx context.Context, s subject) error {
		_, err := s.Users.Own(ctx, models.Actor{User: s.user})
		return err
	}},
	{"Users.ListSoon", func(ctx context.Context, s subject) error {
		_, err := s.Users.ListSoon(ctx, s.admin, UserQuery{Search: "ann"})
		return err
	}},
	{"Users.Named", func(ctx context.Context, s subject) error {
		_, err := s.Users.Named(ctx, s.admin, s.user.Username)
		return err
	}},
	{"Users.List", func(ctx context.Context, s subject) error {
		query := UserQuery{Search: "a%b c", Roles: []string{"User", "Admin"}, Status: "active", Sort: "-last_name", Limit: 1}
		_, err := s.Users.List(ctx, s.admin, query)
		if err == nil {
			query.Cursor = cursor{Order: "-last_name", Text: "x", ID: 1}.String()
			_, err = s.Users.List(ctx, s.admin, query)
		}
		for _, query := range []UserQuery{
			{Sort: "created_at", Status: "disabled", Cursor: cursor{Order: "created_at", Stretch: "never", ID: 1, Back: true}.String()},
			{Sort: "-created_at", Status: "locked", Cursor: cursor{Order: "-created_at", Back: true, End: true}.String()},
			{Sort: "email", Limit: 2},
			{Sort: "roles", Limit: 3},
			{Sort: "status", Limit: 3},
		} {
			if err == nil {
				_, err = s.Users.List(ctx, s.admin, query)
			}
		}
		return err
	}},
	{"Users.Batch", func(ctx context.Context, s subject) error {
		query := UserQuery{Search: "a%b c", Roles: []string{"User", "Admin"}, Status: "active"}
		_, _, err := s.Users.Batch(ctx, s.admin, query)
		if err == nil {
			query.Cursor = cursor{Order: "user_id", ID: 1}.String()
			_, _, err = s.Users.Batch(ctx, s.admin, query)
		}
		return err
	}},
	{"Users.Import", func(ctx context.Context, s subject) error {
		file := fmt.Sprintf("username,email,first_name,last_name,roles,is_active,password_hash\n%s,annie@example.com,Annie,Lowe,%s,false,\nkit,kit@example.com,Kit,,User,true,%s\n",
			s.user.Username, s.role.RoleName, passlibHashes[0].hash)
		for _, dry := range []bool{true, false} {
			report, err := s.Users.Import(ctx, s.admin, strings.NewReader(file), ImportOptions{DryRun: dry, Update: true})
			if err != nil {
				return err
			}
			if report.Created != 1 || report.Updated != 1 {
				return fmt.Errorf("the report is %+v", report)
			}
		}
		return nil
	}},
	{"Users.IsLastAdmin", func(ctx context.Context, s subject) error {
		_, err := s.Users.IsLastAdmin(ctx, s.admin, s.admin.User)
		return err
	}},
	{"Users.Update", func(ctx context.Context, s subject) error {
		patch := UserPatch{Username: ptr("anna"), Email: ptr("anna@example.com"), FirstName: ptr("Anna"), LastName: ptr(""), IsActive: ptr(false)}
		_, err := s.Users.Update(ctx, s.admin, s.user.UserID, patch, "")
		return err
	}},
	{"Users.SetPassword", func(ctx context.Context, s subject) error {
		return s.Users.SetPassword(ctx, s.admin, s.user.UserID, nextPassword)
	}},
	{"Users.ChangePassword", func(ctx context.Context, s subject) error {
		actor := models.Actor{User: s.user, SessionID: "x"}
		return s.Users.ChangePassword(ctx, actor, "correct horse", nextPassword)
	}},
	{"Users.CheckPassword", func(_ context.Context, s subject) error {
		s.Users.CheckPassword(nextPassword, s.user.Username, s.user.Email)
		return nil
	}},
	{"Users.Traces", func(ctx context.Context, s subject) error {
		_, err := s.Users.Traces(ctx, s.admin, s.user.UserID)
		return err
	}},
	{"Users.Delete", func(ctx context.Context, s subject) error { return s.Users.Delete(ctx, s.admin, s.user.UserID) }},
	{"Roles.List", func(ctx context.Context, s subject) error {
		_, err := s.Roles.List(ctx, s.admin)
		return err
	}},
	{"Roles.Choices", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Choices(ctx, s.admin)
		return err
	}},
	{"Roles.Get", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Get(ctx, s.admin, s.role.RoleID)
		return err
	}},
	{"Roles.Create", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Create(ctx, s.admin, "Writer", "writes")
		return err
	}},
	{"Roles.Update", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Update(ctx, s.admin, s.role.RoleID, ptr("Author"), ptr("writes"), s.role.Revision())
		return err
	}},
	{"Roles.Delete", func(ctx context.Context, s subject) error {
		return s.Roles.Delete(ctx, s.admin, s.role.RoleID, true)
	}},
	{"Roles.Assign", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Assign(ctx, s.admin, s.user.UserID, s.role.RoleName)
		return err
	}},
	{"Roles.Revoke", func(ctx context.Context, s subject) error {
		_, err := s.Roles.Revoke(ctx, s.admin, s.user.UserID, models.UserRole)
		return err
	}},
	{"Sessions.SignIn", func(ctx context.Context, s subject) error {
		_, _, err := s.Sessions.SignIn(ctx, models.Actor{}, s.user.Username, "correct horse", models.APISession)
		return err
	}},
	{"Sessions.Begin", func(ctx context.Context, s subject) error {
		_, err := s.Sessions.Begin(ctx, models.Actor{}, s.user, models.ConsoleSession)
		return err
	}},
	{"Sessions.Count", func(ctx context.Context, s subject) error {
		_, err := s.Sessions.Count(ctx, s.admin, s.user.UserID)
		return err
	}},
	{"Sessions.List", func(ctx context.Context, s subject) error {
		_, err := s.Sessions.List(ctx, s.admin, s.user.UserID)
		return err
	}},
	{"Sessions.End", func(ctx context.Context, s subject) error {
		return s.Sessions.End(ctx, models.Actor{User: s.user, SessionID: "y"}, "x")
	}},
	{"Sessions.EndOthers", func(ctx context.Context, s subject) error {
		return s.Sessions.EndOthers(ctx, models.Actor{User: s.user, SessionID: "y"})
	}},
	{"Sessions.EndAll", func(ctx context.Context, s subject) error { return s.Sessions.EndAll(ctx, s.admin, s.user.UserID) }},
	{"Sessions.Refresh", func(ctx context.Context, s subject) error {
		_, _, err := s.Sessions.Refresh(ctx, models.Actor{}, refreshText)
		return err
	}},
	{"Sessions.SignOut", func(ctx context.Context, s subject) error {
		return s.Sessions.SignOut(ctx, models.Actor{User: s.user, SessionID: "x"})
	}},
	{"Sessions.Purge", func(ctx context.Context, s subject) error { return s.Sessions.Purge(ctx) }},
	{"Sessions.Confirm", func(ctx context.Context, s subject) error {
		_, _, err := s.Sessions.Confirm(ctx, models.Actor{User: s.user, SessionID: "x"}, "correct horse")
		return err
	}},
	{"Limits.Locked", func(ctx context.Context, s subject) error {
		_, err := s.Limits.Locked(ctx, s.admin, []int64{s.user.UserID})
		return err
	}},
	{"Limits.Unlock", func(ctx context.Context, s subject) error { return s.Limits.Unlock(ctx, s.admin, s.user.UserID) }},
	{"Limits.PurgeAttempts", func(ctx context.Context, s subject) error { return s.Limits.PurgeAttempts(ctx) }},
	{"Tokens.Issue", func(_ context.Context, s subject) error {
		_, _, err := s.Tokens.Issue(s.user, models.Session{SessionID: "x", UserID: s.user.UserID, Kind: models.APISession})
		return err
	}},
	{"Tokens.Renew", func(_ context.Context, s subject) error {
		_, _, err := s.Tokens.Renew(models.Actor{User: s.user, SessionID: "x", Ends: models.Now().Add(time.Hour)})
		return err
	}},
	{"Tokens.Authenticate", func(ctx context.Context, s subject) error {
		session := models.Session{SessionID: "x", UserID: s.user.UserID, Kind: models.ConsoleSession, ExpiresAt: models.Now().Add(time.Hour)}
		token, _, err := s.Tokens.Issue(s.user, session)
		if err == nil {
			_, err = s.Tokens.Authenticate(ctx, models.Actor{}, token, models.ConsoleSession)
		}
		return err
	}},
	{"Tokens.Introspect", func(ctx context.Context, s subject) error {
		_, err := s.Tokens.Introspect(ctx, s.admin, refreshText)
		return err
	}},
	{"Tokens.Revoke", func(ctx context.Context, s subject) error { return s.Tokens.Revoke(ctx, models.Actor{}, refreshText) }},
	{"Tokens.JWKS", func(_ context.Context, s subject) error {
		s.Tokens.JWKS()
		return nil
	}},
	{"Acts.Preview", func(ctx context.Context, s subject) error {
		everybody := ActOrder{Action: models.RevokeRole, RoleName: "Admin", All: true, Query: UserQuery{Search: "a", Status: "active"}}
		_, err := s.Acts.Preview(ctx, s.admin, everybody)
		if err == nil {
			_, err = s.Acts.Preview(ctx, s.admin, ActOrder{Action: models.EndSessions, UserIDs: []int64{s.user.UserID}})
		}
		return err
	}},
	{"Acts.Do", func(ctx context.Context, s subject) error {
		for _, action := range []models.ActAction{models.EndSessions, models.AssignRole, models.RevokeRole, models.Enable, models.Disable} {
			order := ActOrder{Action: action, RoleName: s.role.RoleName, UserIDs: []int64{s.user.UserID}}
			if _, err := s.Acts.Do(ctx, s.admin, order, 1); err != nil {
				return err
			}
		}
		return nil
	}},
	{"Acts.Switch", func(ctx context.Context, s subject) error {
		_, err := s.Acts.Switch(ctx, s.admin, s.user.UserID, false)
		return err
	}},
	{"Acts.ChangeRoles", func(ctx context.Context, s subject) error {
		_, err := s.Acts.ChangeRoles(ctx, s.admin, s.user.UserID, []string{models.UserRole}, []string{s.role.RoleName})
		return err
	}},
	{"Acts.Undo", func(ctx context.Context, s subject) error {
		_, err := s.Acts.Undo(ctx, s.admin, actText)
		return err
	}},
	{"Acts.Get", func(ctx context.Context, s subject) error {
		_, err := s.Acts.Get(ctx, s.admin, actText, cursor{Order: "outcome", ID: 1}.String())
		return err
	}},
	{"Acts.Recent", func(ctx context.Context, s subject) error {
		_, err := s.Acts.Recent(ctx, s.admin, actText)
		return err
	}},
	{"Acts.Purge", func(ctx context.Context, s subject) error { return s.Acts.Purge(ctx) }},
	{"Audit.List", func(ctx context.Context, s subject) error {
		_, err := s.Audit.List(ctx, s.admin, someEvents)
		return err
	}},
	{"Audit.LastChanges", func(ctx context.Context, s subject) error {
		_, err := s.Audit.LastChanges(ctx, s.admin, models.UserTarget, s.user.UserID)
		return err
	}},
	{"Audit.Batch", func(ctx context.Context, s subject) error {
		_, _, err := s.Audit.Batch(ctx, s.admin, someEvents)
		return err
	}},
	{"Audit.Present", func(ctx context.Context, s subject) error {
		_, err := s.Audit.Present(ctx, s.admin, []models.Event{{ActorID: 1, TargetType: models.UserTarget, TargetID: 7}, {TargetType: models.RoleTarget, TargetID: 2}})
		return err
	}},
	{"Figures.HashKinds", func(ctx context.Context, s subject) error {
		_, err := s.Figures.HashKinds(ctx, s.admin)
		return err
	}},
	{"Figures.Read", func(ctx context.Context, s subject) error {
		_, err := s.Figures.Read(ctx, s.admin)
		return err
	}},
	{"Figures.Purge", func(ctx context.Context, s subject) error { return s.Figures.Purge(ctx) }},
	{"Setup.Token", func(ctx context.Context, s subject) error {
		_, err := s.Setup.Token(ctx)
		return err
	}},
	{"Setup.Open", func(ctx context.Context, s subject) error { return s.Setup.Open(ctx, s.setup) }},
	{"Setup.CreateAdmin", func(ctx context.Context, s subject) error {
		_, err := s.Setup.CreateAdmin(ctx, models.Actor{}, s.setup, newUser("boss"))
		return err
	}},
	{"Setup.FirstAdmin", func(ctx context.Context, s subject) error { return s.Setup.FirstAdmin(ctx) }},
	{"Demo.Fill", func(ctx context.Context, s subject) error {
		_, err := s.Demo.Fill(ctx, models.System(), DemoOrder{Users: 2, Seed: 1}, func(int) {})
		return err
	}},
}, importMethods...)

// onEmpty reports whether the method is for a database without an admin.
func onEmpty(method string) bool {
	return strings.HasPrefix(method, "Setup.") || strings.HasPrefix(method, "Demo.")
}

// Whoever adds a method adds it to the table.
func TestMethodsAreAll(t *testing.T) {
	listed := map[string]bool{}
	for _, method := range methods {
		listed[method.name] = true
	}
	kind := reflect.TypeFor[Services]()
	for i := range kind.NumField() {
		topic := kind.Field(i)
		for j := range topic.Type.NumMethod() {
			if name := topic.Name + "." + topic.Type.Method(j).Name; !listed[name] {
				t.Errorf("%s is not in the table of methods", name)
			}
		}
	}
}

// subject makes a user, with a session, and a role.
func (f *fixture) subject(suffix string) subject {
	f.t.Helper()
	user := f.create("ann"+suffix, models.UserRole)
	f.exec(`DELETE FROM "RolecallSessions"`)
	f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('x', ?, 'console', 1, ?, ?, '', '')`,
		user.UserID, int64(models.Now().Add(-2*time.Minute)), int64(models.Now().Add(time.Hour)))
	f.exec(`DELETE FROM "RolecallRefreshTokens"`)
	f.exec(`INSERT INTO "RolecallRefreshTokens" ("TokenHash", "SessionId", "UserId", "CreatedAt", "UsedAt", "ExpiresAt") VALUES (?, 'x', ?, 1, 0, ?)`,
		refreshHash(refreshText), user.UserID, int64(models.Now().Add(time.Hour)))
	f.exec(`UPDATE "Users" SET "PasswordHash" = ? WHERE "UserId" = ?`, passlibHashes[0].hash, user.UserID)
	f.exec(`DELETE FROM "RolecallActs"`)
	f.exec(`DELETE FROM "RolecallActRows"`)
	f.exec(`INSERT INTO "RolecallActs" ("ActId", "ActorId", "At", "Action", "RoleName", "Total", "Undoes", "UndoneAt") VALUES (?, ?, ?, 'roles', '', 1, '', 0)`,
		actText, f.id("root"), int64(models.Now()))
	f.exec(`INSERT INTO "RolecallActRows" ("ActId", "UserId", "At", "Username", "Outcome", "Reason", "Gave", "Took", "Was", "WasOwnerActive") VALUES (?, ?, ?, ?, 'done', '', '[]', '[{"id":1,"name":"Admin"}]', '', 0)`,
		actText, user.UserID, int64(models.Now()), user.Username)
	f.imports(importText, models.Checking)
	f.imports(checkedText, models.Checked)
	role, err := f.Roles.Create(f.t.Context(), models.System(), "Editor"+suffix, "")
	if err != nil {
		f.t.Fatalf("create a role: %v", err)
	}
	return subject{Services: f.Services, admin: f.as("root"), user: f.user(user.Username), role: role}
}
