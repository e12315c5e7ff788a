package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

// consoleAudit serves GET /admin/audit. An address with a bad cursor shows the
// first page.
func (h *handlers) consoleAudit(c *fiber.Ctx) error {
	ctx := c.UserContext()
	query := views.AuditQuery{
		Actor: c.Query("actor"), Action: c.Query("action"), Target: c.Query("target"),
		Limit: c.QueryInt("limit"), Cursor: c.Query("cursor"),
	}
	page, err := h.Audit.List(ctx, actorOf(ctx), services.EventQuery{
		Actor: query.Actor, Action: query.Action, Target: query.Target, Limit: query.Limit, Cursor: query.Cursor,
	})
	if models.KindOf(err) == models.Invalid {
		return redirect(c, "/admin/audit")
	}
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "audit/list", views.AuditList{
		Page: h.page(c, "Audit"), Query: query, Events: page.Items, Actions: services.Actions,
		Next: page.Next, Previous: page.Previous,
	})
}
