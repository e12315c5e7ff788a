package routes

import (
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/views"
)

// consoleUserRoles serves POST /admin/users/:user/roles: what differs from the
// roles that the form showed, or, where it does not say, these and no others.
func (h *handlers) consoleUserRoles(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	form := views.RolesForm{Roles: fields(c, "roles")}
	if c.Request().PostArgs().Has("was") {
		form.Was = append([]string{}, fields(c, "was")...)
	}
	var act models.Act
	if err = h.confirmed(c); err == nil {
		act, err = h.Acts.ChangeRoles(c.UserContext(), actorOf(c.UserContext()), id, form.Was, form.Roles)
	}
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) { page.Roles = form })
	}
	if err != nil {
		return err
	}
	return h.actDone(c, act, id)
}

// actDone leads to the user, where a notice tells what was done.
func (h *handlers) actDone(c *fiber.Ctx, act models.Act, userID int64) error {
	if act.ActID == "" {
		h.flash(c, "unchanged")
	} else {
		h.rememberAct(c, act)
	}
	return redirect(c, userPath(userID))
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
func (h *handlers) consoleUserDisable(c *fiber.Ctx) error { return h.switchUser(c, false) }

// consoleUserEnable serves POST /admin/users/:user/enable.
func (h *handlers) consoleUserEnable(c *fiber.Ctx) error { return h.switchUser(c, true) }

func (h *handlers) switchUser(c *fiber.Ctx, active bool) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	act, err := h.Acts.Switch(ctx, actorOf(ctx), id, active)
	if shownAgain(err) {
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) {
			page.Flash = views.Flash{Kind: "danger", Text: views.Refused(err).Message}
		})
	}
	if err != nil {
		return err
	}
	return h.actDone(c, act, id)
}
