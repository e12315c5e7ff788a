package models

// An Actor is who does something, and from where. The zero Actor is a stranger.
type Actor struct {
	User      User   // as the database has it now, with roles
	SessionID string // "" for a token of another program
	Address   string // of the client, without port
	UserAgent string
	Device    string // what the browser says that we called it; "" for none
	RequestID string
	system    bool
}

// System is the actor of a command that the operator of the machine gives. It
// has every right, and the audit names no user.
func System() Actor { return Actor{system: true, RequestID: "command"} }

// SignedIn reports whether the actor is a user.
func (a Actor) SignedIn() bool { return a.User.UserID != 0 }

// Admin reports whether the actor may do everything: the role Admin, as the
// database has it now.
func (a Actor) Admin() bool { return a.system || a.SignedIn() && a.User.HasRole(AdminRole) }

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
