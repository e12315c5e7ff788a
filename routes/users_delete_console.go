package routes

import (
	"context"
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
	page := views.UserDelete{
		Page: h.pageOf(c, "Delete %s", user.Username), Refusal: refusal, User: user, DeleteReason: guards.DeleteReason,
	}
	if err := h.goesAlong(ctx, &page); err != nil {
		return err
	}
	return h.render(c, status, "users/delete", page)
}

// goesAlong tells what a deletion takes along, and what stays.
func (h *handlers) goesAlong(ctx context.Context, page *views.UserDelete) (err error) {
	actor, id := actorOf(ctx), page.User.UserID
	if page.Sessions, err = h.Sessions.List(ctx, actor, id); err != nil {
		return err
	}
	if page.SessionCount, err = h.Sessions.Count(ctx, actor, id); err != nil {
		return err
	}
	traces, err := h.Users.Traces(ctx, actor, id)
	page.Devices, page.Attempts, page.Events = traces.Devices, traces.Attempts, traces.Events
	return err
}

// deleteUser deletes an account for good, with the roles that it holds: so the
// sign-in has to be fresh.
func (h *handlers) deleteUser(c *fiber.Ctx, id int64) error {
	if err := h.confirmed(c); err != nil {
		return err
	}
	return h.Users.Delete(c.UserContext(), actorOf(c.UserContext()), id)
}

// consoleUserDelete serves POST /admin/users/:user/delete.
func (h *handlers) consoleUserDelete(c *fiber.Ctx) error {
	id, err := pathID(c, "user")
	if err != nil {
		return err
	}
	err = h.deleteUser(c, id)
	if shownAgain(err) {
		return h.renderUserDelete(c, h.refusedForm(c, err), views.Refused(err))
	}
	if err != nil {
		return err
	}
	h.flash(c, "user-deleted")
	return redirect(c, "/admin/users")
}
