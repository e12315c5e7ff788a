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

// consoleOverview serves GET /admin.
func (h *handlers) consoleOverview(c *fiber.Ctx) error {
	ctx := c.UserContext()
	counts, err := h.Users.Counts(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	waiting, err := h.Users.List(ctx, actorOf(ctx), services.UserQuery{Status: string(models.Pending), Limit: overviewRows})
	if err != nil {
		return err
	}
	events, err := h.Audit.List(ctx, actorOf(ctx), services.EventQuery{Limit: overviewRows})
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "overview/show", views.Overview{
		Page: h.page(c, "Overview"), Users: counts.Users, Active: counts.Active, Disabled: counts.Disabled,
		Pending: counts.Pending, Locked: counts.Locked, Roles: counts.Roles, Waiting: waiting.Items, Events: events.Items,
	})
}

// Rows of the short lists on a page that is about more.
const (
	overviewRows = 10
	historyRows  = 20
	holderRows   = 50
)

// rolesKept is how many roles of a filter stay when the address is mended.
const rolesKept = 20

// consoleUserList serves GET /admin/users. An address that asks for what there
// is not (an order, a cursor) shows the first page.
func (h *handlers) consoleUserList(c *fiber.Ctx) error {
	ctx := c.UserContext()
	query := views.UserQuery{
		Search: c.Query("search"), Roles: queries(c, "role"), Status: c.Query("status"),
		Sort: c.Query("sort"), Limit: c.QueryInt("limit"), Cursor: c.Query("cursor"),
	}
	page, err := h.Users.List(ctx, actorOf(ctx), services.UserQuery(query))
	if models.KindOf(err) == models.Invalid {
		kept := query.Roles[:min(len(query.Roles), rolesKept)]
		return redirect(c, views.UserQuery{Search: clipText(query.Search), Roles: kept}.URL())
	}
	if err != nil {
		return err
	}
	roles, err := h.Roles.List(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	locked, err := h.Limits.Locked(ctx, actorOf(ctx), idsOf(page.Items))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "users/list", views.UserList{
		Page: h.page(c, "Users"), Query: query, Items: page.Items, Locked: locked, Total: page.Total,
		Next: page.Next, Previous: page.Previous, AllRoles: roles,
	})
}

func idsOf(users []models.User) []int64 {
	ids := make([]int64, len(users))
	for i, user := range users {
		ids[i] = user.UserID
	}
	return ids
}

// clipText keeps the beginning of a search that is too long to be meant.
func clipText(text string) string {
	if runes := []rune(text); len(runes) > models.NameMax {
		return string(runes[:models.NameMax])
	}
	return text
}

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

// consoleUserShow serves GET /admin/users/:user.
func (h *handlers) consoleUserShow(c *fiber.Ctx) error {
	return h.renderUser(c, http.StatusOK, func(*views.UserShow) {})
}

// renderUser shows the account as it is, with what change puts in its place: a
// form that was refused.
func (h *handlers) renderUser(c *fiber.Ctx, status int, change func(*views.UserShow)) error {
	ctx := c.UserContext()
	actor := actorOf(ctx)
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	user, err := h.Users.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	roles, err := h.Roles.List(ctx, actor)
	if err != nil {
		return err
	}
	events, err := h.Audit.List(ctx, actor, services.EventQuery{TargetType: models.UserTarget, TargetID: id, Limit: historyRows})
	if err != nil {
		return err
	}
	sessions, err := h.Sessions.List(ctx, actor, id)
	if err != nil {
		return err
	}
	locked, err := h.Limits.Locked(ctx, actor, []int64{id})
	if err != nil {
		return err
	}
	guards, err := h.guards(c, user)
	if err != nil {
		return err
	}
	page := views.UserShow{
		Page: h.page(c, user.Username), User: user, Locked: locked[id], Profile: views.ProfileOf(user), Roles: views.RolesOf(user),
		AllRoles: roles, Sessions: sessions, Events: events.Items, Guards: guards, PasswordMin: h.cfg.PasswordMinLength,
	}
	page.Profile.Version = user.Revision()
	change(&page)
	return h.render(c, status, "users/show", page)
}

// guards say why the last admin and oneself stay. The services refuse the first
// of it whatever the page shows.
func (h *handlers) guards(c *fiber.Ctx, user models.User) (views.Guards, error) {
	ctx := c.UserContext()
	last, err := h.Users.IsLastAdmin(ctx, actorOf(ctx), user)
	if err != nil {
		return views.Guards{}, err
	}
	switch {
	case last:
		reason := "This is the last active administrator. Make somebody else one first."
		return views.Guards{DisableReason: reason, DeleteReason: reason, AdminRoleReason: reason}, nil
	case actorOf(ctx).Is(user.UserID):
		reason := "This is your own account. Ask another administrator."
		return views.Guards{DisableReason: reason, DeleteReason: reason}, nil
	}
	return views.Guards{}, nil
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

// consoleUserRoles serves POST /admin/users/:user/roles: these and no others.
func (h *handlers) consoleUserRoles(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	names := fields(c, "roles")
	if err = h.confirmed(c); err == nil {
		_, err = h.Roles.Replace(c.UserContext(), actorOf(c.UserContext()), id, names)
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

// consoleUserDeleteAsk serves GET /admin/users/:user/delete.
func (h *handlers) consoleUserDeleteAsk(c *fiber.Ctx) error {
	return h.renderUserDelete(c, http.StatusOK, views.Refusal{})
}

func (h *handlers) renderUserDelete(c *fiber.Ctx, status int, refusal views.Refusal) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	user, err := h.Users.Get(ctx, actorOf(ctx), id)
	if err != nil {
		return err
	}
	guards, err := h.guards(c, user)
	if err != nil {
		return err
	}
	sessions, err := h.Sessions.Count(ctx, actorOf(ctx), id)
	if err != nil {
		return err
	}
	return h.render(c, status, "users/delete", views.UserDelete{
		Page: h.page(c, "Delete "+user.Username), Refusal: refusal, User: user,
		Sessions: int(sessions), DeleteReason: guards.DeleteReason,
	})
}

// consoleUserDelete serves POST /admin/users/:user/delete.
func (h *handlers) consoleUserDelete(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	err = h.Users.Delete(ctx, actorOf(ctx), id)
	if shownAgain(err) {
		return h.renderUserDelete(c, h.refusedForm(c, err), views.Refused(err))
	}
	if err != nil {
		return err
	}
	h.flash(c, "user-deleted")
	return redirect(c, "/admin/users")
}
