package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

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
