package views

import "rolecall/models"

// A State is how a page shows whether an account may sign in: by word, icon and
// colour together.
type State struct{ Word, Icon, Tone string }

func stateOf(u models.User, locked bool) State {
	switch state := u.State(); {
	case state == models.Pending:
		return State{"Pending", "pending", "amber"}
	case state == models.Disabled:
		return State{"Disabled", "disabled", "gray"}
	case locked:
		return State{"Locked", "locked", "red"}
	}
	return State{"Active", "active", "green"}
}

func hasRole(roles []models.Role, name string) bool {
	return models.User{Roles: roles}.HasRole(name)
}

// roleChecks lists all roles with those of the form checked. Where kept says why
// the role Admin can't be taken, its box stays as it is.
func roleChecks(all []models.Role, chosen []string, kept string) []Check {
	checks := make([]Check, len(all))
	for i, role := range all {
		checks[i] = Check{Name: "roles", Value: role.RoleName, Label: role.RoleName, Hint: role.Description,
			Checked: hasName(chosen, role.RoleName)}
		if kept != "" && models.SameName(role.RoleName, models.AdminRole) {
			checks[i].Kept, checks[i].Checked = kept, true
		}
	}
	return checks
}

// RoleGroup is the check list of the roles for the new account.
func (u UserNew) RoleGroup() CheckGroup {
	return CheckGroup{Legend: "Roles", Error: u.Form.Errors["roles"], Checks: roleChecks(u.AllRoles, u.Form.Roles, "")}
}

// RoleGroup is the check list of the user's roles.
func (u UserShow) RoleGroup() CheckGroup {
	kept := u.Guards.AdminRoleReason
	if !u.User.HasRole(models.AdminRole) {
		kept = "" // it is not held, so it can be given
	}
	return CheckGroup{Error: u.Roles.Errors["roles"], Checks: roleChecks(u.AllRoles, u.Roles.Roles, kept)}
}

// State is the state of the account.
func (u UserShow) State() State { return stateOf(u.User, u.IsLocked()) }

// IsPending reports whether the account waits for approval.
func (u UserShow) IsPending() bool { return u.User.State() == models.Pending }

// IsDisabled reports whether an admin, or the owner's column, disabled it.
func (u UserShow) IsDisabled() bool { return u.User.State() == models.Disabled }

// IsLocked reports whether failed sign-ins hold the account back.
func (u UserShow) IsLocked() bool { return !u.Locked.IsZero() }

// ShowsUsername reports whether the username is more than the heading says.
func (u UserShow) ShowsUsername() bool { return u.User.FullName() != u.User.Username }

// HistoryURL leads to the whole of it.
func (u UserShow) HistoryURL() string { return AuditQuery{User: u.User.UserID}.URL() }

// ShowsSessions reports whether the sessions are known.
func (u UserShow) ShowsSessions() bool { return u.Sessions != nil }

// SessionRows are the user's sessions.
func (u UserShow) SessionRows() []SessionRow { return sessionRows(u.Sessions, u.Actor.SessionID) }

// SessionRows are the actor's own sessions.
func (a AccountShow) SessionRows() []SessionRow { return sessionRows(a.Sessions, a.Actor.SessionID) }

// HasOtherSessions reports whether there is a session but the present one.
func (a AccountShow) HasOtherSessions() bool {
	for _, session := range a.SessionRows() {
		if !session.Current {
			return true
		}
	}
	return false
}

// State is the state of the account that would go.
func (u UserDelete) State() State { return stateOf(u.User, false) }

// sessionsNamed is how many sessions the page names that asks before a deletion.
const sessionsNamed = 5

// SessionRows are the first few sessions that would end.
func (u UserDelete) SessionRows() []SessionRow {
	return sessionRows(u.Sessions[:min(len(u.Sessions), sessionsNamed)], u.Actor.SessionID)
}

// MoreSessions is how many others would end.
func (u UserDelete) MoreSessions() int64 {
	return max(0, u.SessionCount-int64(min(len(u.Sessions), sessionsNamed)))
}

// HistoryURL leads to the events that stay.
func (u UserDelete) HistoryURL() string { return AuditQuery{User: u.User.UserID}.URL() }

// UserRows are the accounts that wait for approval.
func (o Overview) UserRows() []UserRow { return rows(o.Waiting, nil) }

// HolderRows are the first users who hold the role.
func (r RoleShow) HolderRows() []UserRow { return rows(r.Holders, nil) }

// HoldersURL leads to the list of all who hold the role.
func (r RoleShow) HoldersURL() string { return holdersURL(r.Role) }

// HoldersURL leads to the list of all who hold the role.
func (r RoleList) HoldersURL(role models.Role) string { return holdersURL(role) }

func holdersURL(role models.Role) string { return UserQuery{Roles: []string{role.RoleName}}.URL() }
