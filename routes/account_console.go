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
	return h.render(c, status, "account/show", page)
}

// consoleAccountUpdate serves POST /account.
func (h *handlers) consoleAccountUpdate(c *fiber.Ctx) error {
	ctx := c.UserContext()
	actor := actorOf(ctx)
	form := views.ProfileForm{
		Username: actor.User.Username,
		Email:    field(c, "email"), FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
	}
	patch := services.UserPatch{Email: &form.Email, FirstName: &form.FirstName, LastName: &form.LastName}
	_, err := h.Users.Update(ctx, actor, actor.User.UserID, patch, "")
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderAccount(c, http.StatusUnprocessableEntity, views.AccountShow{Profile: form})
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
		return h.renderAccount(c, http.StatusUnprocessableEntity, views.AccountShow{
			Profile: views.ProfileOf(actor.User), Password: views.PasswordForm{Refusal: views.Refused(err)},
		})
	}
	if err != nil {
		return err
	}
	h.flash(c, "password-changed")
	return redirect(c, "/account")
}
