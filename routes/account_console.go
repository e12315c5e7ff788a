package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/services"
	"rolecall/views"
)

// consoleAccount serves GET /account.
func (h *handlers) consoleAccount(c *fiber.Ctx) error {
	user := actorOf(c.UserContext()).User
	return h.renderAccount(c, http.StatusOK, views.AccountShow{Profile: views.ProfileOf(user)})
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

// updateAccount changes the own account; for another e-mail address the sign-in
// has to be fresh.
func (h *handlers) updateAccount(c *fiber.Ctx, form views.ProfileForm) error {
	if form.Email != actorOf(c.UserContext()).User.Email {
		if err := h.confirmed(c); err != nil {
			return err
		}
	}
	actor := actorOf(c.UserContext())
	patch := services.UserPatch{Email: &form.Email, FirstName: &form.FirstName, LastName: &form.LastName}
	_, err := h.Users.Update(c.UserContext(), actor, actor.User.UserID, patch, "")
	return err
}

// consoleAccountUpdate serves POST /account.
func (h *handlers) consoleAccountUpdate(c *fiber.Ctx) error {
	ctx := c.UserContext()
	actor := actorOf(ctx)
	form := views.ProfileForm{
		Username: actor.User.Username,
		Email:    field(c, "email"), FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
	}
	err := h.updateAccount(c, form)
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderAccount(c, h.refusedForm(c, err), views.AccountShow{Profile: form})
	}
	if err != nil {
		return err
	}
	h.flash(c, "saved")
	return redirect(c, "/account")
}

// consoleAccountPassword serves POST /account/password.
func (h *handlers) consoleAccountPassword(c *fiber.Ctx) error {
	ctx := c.UserContext()
	actor := actorOf(ctx)
	err := h.Users.ChangePassword(ctx, actor, field(c, "current_password"), field(c, "new_password"))
	if shownAgain(err) {
		return h.renderAccount(c, h.refusedForm(c, err), views.AccountShow{
			Profile: views.ProfileOf(actor.User), Password: views.PasswordForm{Refusal: views.Refused(err)},
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
