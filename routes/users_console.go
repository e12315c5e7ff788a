package routes

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

func userPath(userID int64) string { return fmt.Sprintf("/admin/users/%d", userID) }

// consoleUserNew serves GET /admin/users/new.
func (h *handlers) consoleUserNew(c *fiber.Ctx) error {
	return h.renderUserNew(c, http.StatusOK, views.BlankUser())
}

func (h *handlers) renderUserNew(c *fiber.Ctx, status int, form views.NewUserForm) error {
	ctx := c.UserContext()
	roles, err := h.Roles.List(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	return h.render(c, status, "users/new", views.UserNew{
		Page: h.page(c, "New user"), Form: form, AllRoles: roles, PasswordMin: h.cfg.PasswordMinLength,
	})
}

// createUser opens the account, which comes with a password and roles: so the
// sign-in has to be fresh.
func (h *handlers) createUser(c *fiber.Ctx, form views.NewUserForm) (models.User, error) {
	if err := h.confirmed(c); err != nil {
		return models.User{}, err
	}
	return h.Users.Create(c.UserContext(), actorOf(c.UserContext()), services.NewUser{
		Username: form.Username, Email: form.Email, FirstName: form.FirstName, LastName: form.LastName,
		Password: field(c, "password"), Roles: form.Roles, IsActive: form.IsActive,
	})
}

// consoleUserCreate serves POST /admin/users/new.
func (h *handlers) consoleUserCreate(c *fiber.Ctx) error {
	form := views.NewUserForm{
		Username: field(c, "username"), Email: field(c, "email"),
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
		Roles: fields(c, "roles"), IsActive: field(c, "is_active") != "",
	}
	user, err := h.createUser(c, form)
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderUserNew(c, h.refusedForm(c, err), form)
	}
	if err != nil {
		return err
	}
	h.flash(c, "user-created")
	return redirect(c, userPath(user.UserID))
}

// updateUser changes the account; for another e-mail address the sign-in has to be
// fresh.
func (h *handlers) updateUser(c *fiber.Ctx, id int64, form views.ProfileForm) error {
	before, err := h.Users.Get(c.UserContext(), actorOf(c.UserContext()), id)
	if err != nil {
		return err
	}
	if before.Email != form.Email {
		if err := h.confirmed(c); err != nil {
			return err
		}
	}
	patch := services.UserPatch{Username: &form.Username, Email: &form.Email, FirstName: &form.FirstName, LastName: &form.LastName}
	_, err = h.Users.Update(c.UserContext(), actorOf(c.UserContext()), id, patch, form.Version)
	return err
}

// consoleUserUpdate serves POST /admin/users/:user.
func (h *handlers) consoleUserUpdate(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	form := views.ProfileForm{
		Username: field(c, "username"), Email: field(c, "email"),
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"), Version: field(c, "version"),
	}
	if err = h.updateUser(c, id, form); err == nil {
		h.flash(c, "saved")
		return redirect(c, userPath(id))
	}
	if !shownAgain(err) {
		return err
	}
	form.Refusal = views.Refused(err)
	return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) {
		if models.KindOf(err) == models.Stale { // sent once more, it is meant for what is shown now
			form.Version = page.Profile.Version
		}
		page.Profile = form
	})
}
