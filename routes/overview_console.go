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
	figures, err := h.Figures.Read(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	var waiting services.Page[models.User]
	if figures.Pending > 0 {
		waiting, err = h.Users.List(ctx, actorOf(ctx), services.UserQuery{Status: string(models.Pending), Limit: overviewRows})
	}
	if err != nil {
		return err
	}
	last, err := h.Audit.List(ctx, actorOf(ctx), services.EventQuery{Limit: overviewRows})
	if err != nil {
		return err
	}
	events, err := h.events(ctx, last.Items)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "overview/show", views.Overview{
		Page: h.page(c, "Overview"), Figures: figures, Waiting: waiting.Items, Events: events,
	})
}

// Rows of the short lists on a page that is about more.
const (
	overviewRows = 10
	historyRows  = 20
	holderRows   = 50
)
