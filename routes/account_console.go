package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

// consoleAccount serves GET /account.
func (h *handlers) consoleAccount(c *fiber.Ctx) error {
	user := actorOf(c.UserContext()).User
	return h.renderAccount(c, http.StatusOK, views.AccountShow{Profile: views.OwnProfileOf(user)})
}

func (h *handlers) renderAccount(c *fiber.Ctx, status int, page views.AccountShow) error {
	page.Page = h.page(c, "My account")
	page.User = page.Actor.User
	page.PasswordMin = h.cfg.PasswordMinLength
	var err error
	if page.Sessions, err = h.Sessions.List(c.UserContext(), page.Actor, page.User.UserID); err != nil {
		return err
	}
	return h.render(c, status, "account/show", page)
}

func (h *handlers) updateAccount(c *fiber.Ctx, form views.ProfileForm) error {
	user, err := h.Users.Own(c.UserContext(), actorOf(c.UserContext()))
	if err != nil {
		return err
	}
	patch := services.UserPatch{Email: &form.Email, FirstName: &form.FirstName, LastName: &form.LastName}
	return h.saveProfile(c, user.UserID, views.OwnProfileOf(user), form, patch)
}

// consoleAccountUpdate serves POST /account.
func (h *handlers) consoleAccountUpdate(c *fiber.Ctx) error {
	form := sentProfile(c)
	delete(form.Was, "username") // an admin's to change
	err := h.updateAccount(c, form)
	switch {
	case models.KindOf(err) == models.Stale:
		return h.consoleAccountConflict(c, form)
	case shownAgain(err):
		form.Refusal = views.Refused(err)
		return h.renderAccount(c, h.refusedForm(c, err), views.AccountShow{Profile: form})
	case err != nil:
		return err
	}
	h.flash(c, "saved")
	return redirect(c, "/account")
}

// consoleAccountConflict shows what is stored now beside what was sent.
func (h *handlers) consoleAccountConflict(c *fiber.Ctx, form views.ProfileForm) error {
	user, err := h.Users.Own(c.UserContext(), actorOf(c.UserContext()))
	if err != nil {
		return err
	}
	late := lateForm{form.Edit, form.Values(), views.OwnProfileOf(user).Edit, models.UserTarget, user.UserID}
	return h.settle(c, late, func(status int, edit views.Edit) error {
		return h.renderAccount(c, status, views.AccountShow{Profile: views.ProfileForm{Edit: edit}})
	})
}

// consoleAccountPassword serves POST /account/password.
func (h *handlers) consoleAccountPassword(c *fiber.Ctx) error {
	ctx := c.UserContext()
	actor := actorOf(ctx)
	err := h.Users.ChangePassword(ctx, actor, field(c, "current_password"), field(c, "new_password"))
	if shownAgain(err) {
		return h.renderAccount(c, h.refusedForm(c, err), views.AccountShow{
			Profile: views.OwnProfileOf(actor.User), Password: views.PasswordForm{Refusal: views.Refused(err)},
		})
	}
	if err != nil {
		return err
	}
	h.flash(c, "password-changed")
	return redirect(c, "/account")
}

// consoleAccountSessionEnd serves POST /account/sessions/:session/delete. Of the
// present session it is a sign-out.
func (h *handlers) consoleAccountSessionEnd(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := h.Sessions.End(ctx, actorOf(ctx), c.Params("session")); err != nil {
		return err
	}
	h.flash(c, "session-ended")
	return redirect(c, "/account")
}

// consoleAccountSessionsEnd serves POST /account/sessions/delete: all but the
// present one.
func (h *handlers) consoleAccountSessionsEnd(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := h.Sessions.EndOthers(ctx, actorOf(ctx)); err != nil {
		return err
	}
	h.flash(c, "others-ended")
	return redirect(c, "/account")
}
