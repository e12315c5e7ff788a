package views

import "rolecall/models"

// UserList is the page users/list.
type UserList struct {
	Page
	Query    UserQuery
	Items    []models.User
	Locked   map[int64]models.Time // by UserID: until when failed sign-ins hold it back
	First    int64                 // the place of the first item among all that match the query
	Total    int64                 // that match the query
	More     bool                  // more match than Total: they are still being counted
	Next     string                // a cursor, as are Previous and Last; "" for none
	Previous string
	Last     string
	AllRoles []models.Role
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
	Profile     ProfileForm // ProfileOf(User), or what was sent
	Roles       RolesForm   // RolesOf(User), or what was sent
	Password    NewPasswordForm
	AllRoles    []models.Role
	Sessions    []models.Session // nil hides them; an empty list says that there are none
	Events      Events           // the user's last
	Guards      Guards
	PasswordMin int // characters; 0 is 8
}

// A ProfileForm is what was sent to change an account. Username is an admin's to
// send; the form of the own account has none.
type ProfileForm struct {
	Refusal
	Edit
	Username, Email, FirstName, LastName string
}

// ProfileOf is the form that shows an admin the user's present values.
func ProfileOf(u models.User) ProfileForm {
	form := ProfileForm{Username: u.Username, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName}
	form.Edit = Edit{Version: u.Revision(), Was: form.Values()}
	return form
}

// OwnProfileOf is the form that shows users their own.
func OwnProfileOf(u models.User) ProfileForm {
	form := ProfileOf(u)
	delete(form.Was, "username")
	return form
}

// Values are the form's, by field.
func (f ProfileForm) Values() Values {
	return Values{"username": f.Username, "email": f.Email, "first_name": f.FirstName, "last_name": f.LastName}
}

// A RolesForm is the set of roles that was sent for a user. Was are the roles that
// the form showed first, so that it changes no others; nil is a program's form,
// which does not say.
type RolesForm struct {
	Refusal
	Roles, Was []string
}

// RolesOf is the form that shows the user's present roles.
func RolesOf(u models.User) RolesForm { return RolesForm{Roles: u.RoleNames(), Was: u.RoleNames()} }

// Hidden are the fields that say what the form showed first.
func (f RolesForm) Hidden() []HiddenField {
	if f.Was == nil {
		return nil
	}
	list := []HiddenField{{"was", ""}} // for a user without roles
	for _, name := range f.Was {
		list = append(list, HiddenField{"was", name})
	}
	return list
}

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
	Sessions     []models.Session // that would end: the newest
	SessionCount int64            // all of them
	Devices      int64            // browsers and addresses known of the user
	Attempts     int64            // failed sign-ins
	Events       int64            // of the audit, about the user: they stay
	DeleteReason string           // why it can't be done; "" if it can
}
