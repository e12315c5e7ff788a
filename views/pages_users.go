package views

import "rolecall/models"

// UserList is the page users/list.
type UserList struct {
	Page
	Query          UserQuery
	Items          []models.User
	Locked         map[int64]models.Time // by UserID: until when failed sign-ins hold it back
	Total          int64                 // that match the query
	Next, Previous string                // cursors; "" for none
	AllRoles       []models.Role
}

// UserNew is the page users/new.
type UserNew struct {
	Page
	Form        NewUserForm // BlankUser(), or what was sent
	AllRoles    []models.Role
	PasswordMin int // characters; 0 is 8
}

// A NewUserForm is what was sent to create an account.
type NewUserForm struct {
	Refusal
	Username, Email, FirstName, LastName string
	Roles                                []string
	IsActive                             bool
}

// BlankUser is the form for a new account as it is shown first.
func BlankUser() NewUserForm {
	return NewUserForm{Roles: []string{models.UserRole}, IsActive: true}
}

// UserShow is the page users/show: one account, and what can be done to it.
type UserShow struct {
	Page
	User        models.User // as the database has it
	Locked      models.Time // until when failed sign-ins hold it back; zero for not at all
	Profile     ProfileForm // ProfileOf(User) with a Version, or what was sent
	Roles       RolesForm   // RolesOf(User), or what was sent
	Password    NewPasswordForm
	AllRoles    []models.Role
	Sessions    []models.Session // nil hides them; an empty list says that there are none
	Events      []models.Event   // the user's last
	Guards      Guards
	PasswordMin int // characters; 0 is 8
}

// A ProfileForm is what was sent to change an account. Username and Version are
// an admin's to send; the own account has neither.
type ProfileForm struct {
	Refusal
	Username, Email, FirstName, LastName string
	Version                              string // the entity tag that the values were read with
}

// ProfileOf is the form that shows the user's present values.
func ProfileOf(u models.User) ProfileForm {
	return ProfileForm{Username: u.Username, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName}
}

// A RolesForm is the set of roles that was sent for a user.
type RolesForm struct {
	Refusal
	Roles []string
}

// RolesOf is the form that shows the user's present roles.
func RolesOf(u models.User) RolesForm { return RolesForm{Roles: u.RoleNames()} }

// A NewPasswordForm sets somebody's password; it keeps nothing.
type NewPasswordForm struct{ Refusal }

// Guards say why a control of a user's page can't be used; "" leaves it usable.
type Guards struct {
	DisableReason   string
	DeleteReason    string
	AdminRoleReason string // why the role Admin can't be taken
}

// UserDelete is the page users/delete, which asks once more.
type UserDelete struct {
	Page
	Refusal
	User         models.User
	Sessions     int    // that would end
	DeleteReason string // why it can't be done; "" if it can
}
