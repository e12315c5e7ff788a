package models

import (
	"context"
	"time"
)

// An Actor is who does something, and from where. The zero Actor is a stranger.
type Actor struct {
	User      User   // as the database has it now, with roles
	SessionID string // "" for a token of another program
	Began     Time   // when the session's sign-in was
	Ends      Time   // when the session ends at the latest
	TokenMade Time   // when the token that came along was issued
	Address   string // of the client, without port
	UserAgent string
	Device    string // what the browser says that we called it; "" for none
	RequestID string
	system    bool
}

// System is the actor of a command that the operator of the machine gives. It
// has every right, and the audit names no user.
func System() Actor { return Actor{system: true, RequestID: "command"} }

type actorKey struct{}

// WithActor says who a request comes from, for its log among others.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf is who a request comes from; the zero Actor where there is none.
func ActorOf(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	return actor
}

// SignedIn reports whether the actor is a user.
func (a Actor) SignedIn() bool { return a.User.UserID != 0 }

// Admin reports whether the actor may do everything: the role Admin, as the
// database has it now.
func (a Actor) Admin() bool { return a.system || a.SignedIn() && a.User.HasRole(AdminRole) }

// FreshFor is how long after a sign-in nobody asks for the password again (ASVS
// 5.0 7.5.1).
const FreshFor = 10 * time.Minute

// Fresh reports whether the actor signed in a short while ago: a password, an
// e-mail address or another's roles are changed in the console only then.
func (a Actor) Fresh() bool { return a.system || Now().Sub(a.Began) <= FreshFor }

// Is reports whether the actor is that user.
func (a Actor) Is(userID int64) bool { return a.SignedIn() && a.User.UserID == userID }

// RequireAdmin returns an error unless the actor is an admin: Unauthenticated
// for a stranger, Forbidden for any other user.
func (a Actor) RequireAdmin(what string) error {
	if a.Admin() {
		return nil
	}
	return a.refuse(what)
}

// RequireSelfOrAdmin is RequireAdmin that also lets the user pass for himself.
func (a Actor) RequireSelfOrAdmin(userID int64, what string) error {
	if a.Is(userID) {
		return nil
	}
	return a.RequireAdmin(what)
}

// RequireUser returns an error unless somebody is signed in.
func (a Actor) RequireUser(what string) error {
	if a.SignedIn() {
		return nil
	}
	return a.refuse(what)
}

func (a Actor) refuse(what string) error {
	if !a.SignedIn() {
		return &Error{Kind: Unauthenticated, Message: "Sign in first."}
	}
	return Forbid(what)
}
