package routes

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

func rolePath(roleID int64) string { return fmt.Sprintf("/admin/roles/%d", roleID) }

// consoleRoleList serves GET /admin/roles.
func (h *handlers) consoleRoleList(c *fiber.Ctx) error {
	return h.renderRoles(c, http.StatusOK, views.RoleForm{})
}

func (h *handlers) renderRoles(c *fiber.Ctx, status int, form views.RoleForm) error {
	ctx := c.UserContext()
	roles, err := h.Roles.List(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	return h.render(c, status, "roles/list", views.RoleList{Page: h.page(c, "Roles"), Roles: roles, Form: form})
}

// roleForm is what was sent to create or change a role.
func roleForm(c *fiber.Ctx) views.RoleForm {
	return views.RoleForm{
		RoleName: field(c, "role_name"), Description: field(c, "description"), Edit: opened(c, "role_name", "description"),
	}
}

// consoleRoleCreate serves POST /admin/roles.
func (h *handlers) consoleRoleCreate(c *fiber.Ctx) error {
	ctx := c.UserContext()
	form := roleForm(c)
	role, err := h.Roles.Create(ctx, actorOf(ctx), form.RoleName, form.Description)
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderRoles(c, h.refusedForm(c, err), form)
	}
	if err != nil {
		return err
	}
	h.flash(c, "role-created")
	return redirect(c, rolePath(role.RoleID))
}

// consoleRoleShow serves GET /admin/roles/:role.
func (h *handlers) consoleRoleShow(c *fiber.Ctx) error {
	return h.renderRole(c, http.StatusOK, func(*views.RoleShow) {})
}

// renderRole shows the role as it is, with what change puts in its place.
func (h *handlers) renderRole(c *fiber.Ctx, status int, change func(*views.RoleShow)) error {
	ctx := c.UserContext()
	id, err := pathID(c, "role")
	if err != nil {
		return err
	}
	role, err := h.Roles.Get(ctx, actorOf(ctx), id)
	if err != nil {
		return err
	}
	holders, err := h.Users.List(ctx, actorOf(ctx), services.UserQuery{
		Roles: []string{role.RoleName}, Sort: "username", Limit: holderRows,
	})
	if err != nil {
		return err
	}
	page := views.RoleShow{Page: h.pageOf(c, "%s", role.RoleName), Role: role, Form: views.RoleOf(role), Holders: holders.Items}
	change(&page)
	return h.render(c, status, "roles/show", page)
}

// updateRole changes the role. A built-in role's form has no field for the name.
func (h *handlers) updateRole(c *fiber.Ctx, id int64, form views.RoleForm) error {
	ctx := c.UserContext()
	role, err := h.Roles.Get(ctx, actorOf(ctx), id)
	if err != nil {
		return err
	}
	name := &form.RoleName
	if !c.Request().PostArgs().Has("role_name") {
		name = nil
	}
	_, err = h.Roles.Update(ctx, actorOf(ctx), id, name, &form.Description, form.MeantFor(views.RoleOf(role).Edit))
	return err
}

// consoleRoleUpdate serves POST /admin/roles/:role.
func (h *handlers) consoleRoleUpdate(c *fiber.Ctx) error {
	id, err := pathID(c, "role")
	if err != nil {
		return err
	}
	form := roleForm(c)
	err = h.updateRole(c, id, form)
	switch {
	case models.KindOf(err) == models.Stale:
		return h.consoleRoleConflict(c, id, form)
	case shownAgain(err):
		form.Refusal = views.Refused(err)
		return h.renderRole(c, h.refusedForm(c, err), func(page *views.RoleShow) { page.Form = form })
	case err != nil:
		return err
	}
	h.flash(c, "saved")
	return redirect(c, rolePath(id))
}

// consoleRoleConflict shows what is stored now beside what was sent.
func (h *handlers) consoleRoleConflict(c *fiber.Ctx, id int64, form views.RoleForm) error {
	role, err := h.Roles.Get(c.UserContext(), actorOf(c.UserContext()), id)
	if err != nil {
		return err
	}
	sent := form.Values()
	if !c.Request().PostArgs().Has("role_name") {
		sent["role_name"] = role.RoleName
	}
	late := lateForm{form.Edit, sent, views.RoleOf(role).Edit, models.RoleTarget, id}
	return h.settle(c, late, func(status int, edit views.Edit) error {
		return h.renderRole(c, status, func(page *views.RoleShow) { page.Form.Edit = edit })
	})
}

// deleteRole deletes a role; to take it from its holders, the sign-in has to be
// fresh.
func (h *handlers) deleteRole(c *fiber.Ctx, id int64, force bool) error {
	if force {
		if err := h.confirmed(c); err != nil {
			return err
		}
	}
	return h.Roles.Delete(c.UserContext(), actorOf(c.UserContext()), id, force)
}

// consoleRoleDelete serves POST /admin/roles/:role/delete.
func (h *handlers) consoleRoleDelete(c *fiber.Ctx) error {
	id, err := pathID(c, "role")
	if err != nil {
		return err
	}
	err = h.deleteRole(c, id, field(c, "force") != "")
	if shownAgain(err) {
		return h.renderRole(c, h.refusedForm(c, err), func(page *views.RoleShow) { page.Delete = views.Refused(err) })
	}
	if err != nil {
		return err
	}
	h.flash(c, "role-deleted")
	return redirect(c, "/admin/roles")
}
