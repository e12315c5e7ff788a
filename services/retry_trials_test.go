package services

import (
	"context"
	"strings"

	"rolecall/models"
)

// A trial calls a method and returns what it returned.
type trial func(ctx context.Context, s subject) (any, error)

// usedText is a refresh token that was used long ago.
const usedText = "canary-used-token"

// returning are the methods that write and return something: what they return is
// compared too.
var returning = map[string]trial{
	"Users.Register": func(ctx context.Context, s subject) (any, error) {
		return s.Users.Register(ctx, models.Actor{}, newUser("joe"))
	},
	"Users.Create": func(ctx context.Context, s subject) (any, error) {
		return s.Users.Create(ctx, s.admin, newUser("kim"))
	},
	"Users.Update": func(ctx context.Context, s subject) (any, error) {
		return s.Users.Update(ctx, s.admin, s.user.UserID, UserPatch{Username: ptr("anna"), IsActive: ptr(false)}, "")
	},
	"Users.Import": func(ctx context.Context, s subject) (any, error) {
		file := "username,email,first_name,roles,password_hash\n" + s.user.Username + ",annie@example.com,Annie," + s.role.RoleName + ",\n" +
			"kit,kit@example.com,Kit,User," + passlibHashes[0].hash + "\nno,no,No,Nobody,\n"
		return s.Users.Import(ctx, s.admin, strings.NewReader(file), ImportOptions{Update: true})
	},
	"Roles.Create": func(ctx context.Context, s subject) (any, error) {
		return s.Roles.Create(ctx, s.admin, "Writer", "writes")
	},
	"Roles.Update": func(ctx context.Context, s subject) (any, error) {
		return s.Roles.Update(ctx, s.admin, s.role.RoleID, ptr("Author"), ptr("writes"), "")
	},
	"Roles.Assign": func(ctx context.Context, s subject) (any, error) {
		return s.Roles.Assign(ctx, s.admin, s.user.UserID, s.role.RoleName)
	},
	"Roles.Revoke": func(ctx context.Context, s subject) (any, error) {
		return s.Roles.Revoke(ctx, s.admin, s.user.UserID, models.UserRole)
	},
	"Sessions.SignIn": func(ctx context.Context, s subject) (any, error) {
		user, session, err := s.Sessions.SignIn(ctx, from("192.0.2.7", "a browser"), s.user.Username, "correct horse", models.APISession)
		return []any{user, session}, err
	},
	"Sessions.Begin": func(ctx context.Context, s subject) (any, error) {
		return s.Sessions.Begin(ctx, models.Actor{}, s.user, models.APISession)
	},
	"Sessions.Refresh": func(ctx context.Context, s subject) (any, error) {
		user, session, err := s.Sessions.Refresh(ctx, models.Actor{}, refreshText)
		return []any{user, session}, err
	},
	"Acts.Do": func(ctx context.Context, s subject) (any, error) {
		return s.Acts.Do(ctx, s.admin, ActOrder{Action: models.AssignRole, RoleName: s.role.RoleName, UserIDs: []int64{s.user.UserID, s.admin.User.UserID}}, 2)
	},
	"Acts.ChangeRoles": func(ctx context.Context, s subject) (any, error) {
		return s.Acts.ChangeRoles(ctx, s.admin, s.user.UserID, []string{models.UserRole}, []string{s.role.RoleName})
	},
	"Acts.Undo": func(ctx context.Context, s subject) (any, error) { return s.Acts.Undo(ctx, s.admin, actText) },
	"Setup.CreateAdmin": func(ctx context.Context, s subject) (any, error) {
		return s.Setup.CreateAdmin(ctx, models.Actor{}, s.setup, newUser("boss"))
	},
	"Demo.Fill": func(ctx context.Context, s subject) (any, error) {
		return s.Demo.Fill(ctx, models.System(), DemoOrder{Users: 2, Seed: 1}, func(int) {})
	},
	"Sessions.SignIn, wrong for the fifth time": func(ctx context.Context, s subject) (any, error) {
		_, _, err := s.Sessions.SignIn(ctx, from("192.0.2.7"), s.user.Username, "wrong horse", models.APISession)
		return nil, err
	},
	"Sessions.Refresh, reused": func(ctx context.Context, s subject) (any, error) {
		_, _, err := s.Sessions.Refresh(ctx, models.Actor{}, usedText)
		return nil, err
	},
}

// trials are all methods by their names, with more of what a few of them do.
func trials() map[string]trial {
	all := map[string]trial{}
	for _, method := range methods {
		all[method.name] = func(ctx context.Context, s subject) (any, error) { return nil, method.do(ctx, s) }
	}
	for name, do := range returning {
		all[name] = do
	}
	return all
}
