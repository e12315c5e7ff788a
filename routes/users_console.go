package routes

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

const usersPath = "/admin/users"

func userPath(userID int64) string { return fmt.Sprintf("%s/%d", usersPath, userID) }

// consoleUserNew serves GET /admin/users/new.
func (h *handlers) consoleUserNew(c *fiber.Ctx) error {
	return h.renderUserNew(c, http.StatusOK, views.BlankUser())
}

func (h *handlers) renderUserNew(c *fiber.Ctx, status int, form views.NewUserForm) error {
	ctx := c.UserContext()
	roles, err := h.Roles.Choices(ctx, actorOf(ctx))
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

// sentProfile is what was sent to change an account.
func sentProfile(c *fiber.Ctx) views.ProfileForm {
	return views.ProfileForm{
		Username: field(c, "username"), Email: field(c, "email"),
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
		Edit: opened(c, "username", "email", "first_name", "last_name"),
	}
}

// saveProfile changes the account, which is now like that; for another e-mail
// address the sign-in has to be fresh. A form that comes too late changes
// nothing, so it is refused first.
func (h *handlers) saveProfile(c *fiber.Ctx, userID int64, now views.ProfileForm, form views.ProfileForm, patch services.UserPatch) error {
	revision := form.MeantFor(now.Edit)
	if revision != "" && revision != now.Version {
		return models.Outdated("account")
	}
	if form.Email != now.Email {
		if err := h.confirmed(c); err != nil {
			return err
		}
	}
	_, err := h.Users.Update(c.UserContext(), actorOf(c.UserContext()), userID, patch, revision)
	return err
}

func (h *handlers) updateUser(c *fiber.Ctx, id int64, form views.ProfileForm) error {
	user, err := h.Users.Get(c.UserContext(), actorOf(c.UserContext()), id)
	if err != nil {
		return err
	}
	patch := services.UserPatch{Username: &form.Username, Email: &form.Email, FirstName: &form.FirstName, LastName: &form.LastName}
	return h.saveProfile(c, id, views.ProfileOf(user), form, patch)
}

// consoleUserUpdate serves POST /admin/users/:user.
func (h *handlers) consoleUserUpdate(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	form := sentProfile(c)
	err = h.updateUser(c, id, form)
	switch {
	case models.KindOf(err) == models.Stale:
		return h.consoleUserConflict(c, id, form)
	case shownAgain(err):
		form.Refusal = views.Refused(err)
		return h.renderUser(c, h.refusedForm(c, err), func(page *views.UserShow) { page.Profile = form })
	case err != nil:
		return err
	}
	h.flash(c, "saved")
	return redirect(c, userPath(id))
}

// consoleUserConflict shows what is stored now beside what was sent.
func (h *handlers) consoleUserConflict(c *fiber.Ctx, id int64, form views.ProfileForm) error {
	user, err := h.Users.Get(c.UserContext(), actorOf(c.UserContext()), id)
	if err != nil {
		return err
	}
	late := lateForm{form.Edit, form.Values(), views.ProfileOf(user).Edit, models.UserTarget, id}
	return h.settle(c, late, func(status int, edit views.Edit) error {
		return h.renderUser(c, status, func(page *views.UserShow) { page.Profile.Edit = edit })
	})
}
