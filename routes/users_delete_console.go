package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/views"
)

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
		Page: h.pageOf(c, "Delete %s", user.Username), Refusal: refusal, User: user,
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
