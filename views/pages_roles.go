package views

import "rolecall/models"

// RoleList is the page roles/list, with the form for a new role.
type RoleList struct {
	Page
	Roles []models.Role // with UserCount
	Form  RoleForm
}

// A RoleForm is what was sent to create or change a role.
type RoleForm struct {
	Refusal
	RoleName, Description string
}

// RoleOf is the form that shows the role's present values.
func RoleOf(r models.Role) RoleForm {
	return RoleForm{RoleName: r.RoleName, Description: r.Description}
}

// RoleShow is the page roles/show.
type RoleShow struct {
	Page
	Role    models.Role // with UserCount
	Form    RoleForm    // RoleOf(Role), or what was sent
	Delete  Refusal
	Holders []models.User // the first few
}
