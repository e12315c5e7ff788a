package routes

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

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
	roles, err := h.Roles.Choices(ctx, actor)
	if err != nil {
		return err
	}
	events, err := h.history(ctx, id)
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
		Page: h.pageOf(c, "%s", user.Username), User: user, Locked: locked[id], Profile: views.ProfileOf(user), Roles: views.RolesOf(user),
		AllRoles: roles, Sessions: sessions, Events: events, Guards: guards, PasswordMin: h.cfg.PasswordMinLength,
	}
	change(&page)
	return h.render(c, status, "users/show", page)
}

// history are the user's last events.
func (h *handlers) history(ctx context.Context, userID int64) (views.Events, error) {
	last, err := h.Audit.List(ctx, actorOf(ctx), services.EventQuery{TargetType: models.UserTarget, TargetID: userID, Limit: historyRows})
	if err != nil {
		return views.Events{}, err
	}
	return h.events(ctx, last.Items)
}

// guards say why the last admin and oneself stay. The services look again, but for
// who deletes the own account.
func (h *handlers) guards(c *fiber.Ctx, user models.User) (views.Guards, error) {
	ctx := c.UserContext()
	last, err := h.Users.IsLastAdmin(ctx, actorOf(ctx), user)
	if err != nil {
		return views.Guards{}, err
	}
	switch {
	case last:
		reason := models.LastAdmin.Sentence()
		return views.Guards{DisableReason: reason, DeleteReason: reason, AdminRoleReason: reason}, nil
	case actorOf(ctx).Is(user.UserID):
		reason := models.OwnAccount.Sentence()
		return views.Guards{DisableReason: reason, DeleteReason: reason, AdminRoleReason: reason}, nil
	}
	return views.Guards{}, nil
}
