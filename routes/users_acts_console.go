package routes

import (
	"github.com/gofiber/fiber/v2"

	"rolecall/services"
	"rolecall/views"
)

// consoleUserRoles serves POST /admin/users/:user/roles: these and no others.
func (h *handlers) consoleUserRoles(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	names := fields(c, "roles")
	if err = h.confirmed(c); err == nil {
		_, err = h.Acts.ChangeRoles(c.UserContext(), actorOf(c.UserContext()), id, nil, names)
	}
	if shownAgain(err) {
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) {
			page.Roles = views.RolesForm{Refusal: views.Refused(err), Roles: names}
		})
	}
	if err != nil {
		return err
	}
	h.flash(c, "roles-saved")
	return redirect(c, userPath(id))
}

// consoleUserPassword serves POST /admin/users/:user/password.
func (h *handlers) consoleUserPassword(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	if err = h.confirmed(c); err == nil {
		err = h.Users.SetPassword(c.UserContext(), actorOf(c.UserContext()), id, field(c, "new_password"))
	}
	if shownAgain(err) {
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) {
			page.Password = views.NewPasswordForm{Refusal: views.Refused(err)}
		})
	}
	if err != nil {
		return err
	}
	h.flash(c, "password-set")
	return redirect(c, userPath(id))
}

// consoleUserSessionsEnd serves POST /admin/users/:user/sessions/delete.
func (h *handlers) consoleUserSessionsEnd(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	if err := h.Sessions.EndAll(ctx, actorOf(ctx), id); err != nil {
		return err
	}
	h.flash(c, "sessions-ended")
	return redirect(c, userPath(id))
}

// consoleUserUnlock serves POST /admin/users/:user/unlock.
func (h *handlers) consoleUserUnlock(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	if err := h.Limits.Unlock(ctx, actorOf(ctx), id); err != nil {
		return err
	}
	h.flash(c, "unlocked")
	return redirect(c, userPath(id))
}

// consoleUserDisable serves POST /admin/users/:user/disable.
func (h *handlers) consoleUserDisable(c *fiber.Ctx) error {
	return h.switchUser(c, false, "user-disabled")
}

// consoleUserEnable serves POST /admin/users/:user/enable.
func (h *handlers) consoleUserEnable(c *fiber.Ctx) error {
	return h.switchUser(c, true, "user-enabled")
}

func (h *handlers) switchUser(c *fiber.Ctx, active bool, notice string) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	_, err = h.Users.Update(ctx, actorOf(ctx), id, services.UserPatch{IsActive: &active}, "")
	if shownAgain(err) {
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) {
			page.Flash = views.Flash{Kind: "danger", Text: views.Refused(err).Message}
		})
	}
	if err != nil {
		return err
	}
	h.flash(c, notice)
	return redirect(c, userPath(id))
}
