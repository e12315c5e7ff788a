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
	Edit
	RoleName, Description string
}

// RoleOf is the form that shows the role's present values.
func RoleOf(r models.Role) RoleForm {
	form := RoleForm{RoleName: r.RoleName, Description: r.Description}
	form.Edit = Edit{Version: r.Revision(), Was: form.Values()}
	return form
}

// Values are the form's, by field.
func (f RoleForm) Values() Values {
	return Values{"role_name": f.RoleName, "description": f.Description}
}

// RoleShow is the page roles/show.
type RoleShow struct {
	Page
	Role    models.Role // with UserCount
	Form    RoleForm    // RoleOf(Role), or what was sent
	Delete  Refusal
	Holders []models.User // the first few
}
