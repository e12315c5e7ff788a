package routes

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
)

// requestLog has a line for each request that came to the routes.
func (h *handlers) requestLog(c *fiber.Ctx) error {
	begin := time.Now()
	err := h.answer(c)
	h.logRequest(c, begin)
	return err
}

// answer goes on to the answer, that to an error too: so the status is known.
func (h *handlers) answer(c *fiber.Ctx) error {
	if err := c.Next(); err != nil {
		return h.fail(c, err)
	}
	return nil
}

// logRequest writes the line of a request that has been answered: never its path, its
// query or its body, which may hold what is nobody else's to know.
func (h *handlers) logRequest(c *fiber.Ctx, begin time.Time) {
	ctx, route := c.UserContext(), h.pattern(c)
	level := requestLevel(route)
	if !h.log.Enabled(ctx, level) {
		return
	}
	h.log.LogAttrs(ctx, level, "request", slog.String("method", methodOf(c.Method())), slog.String("route", route),
		slog.Int("status", c.Response().StatusCode()), models.Took(time.Since(begin)),
		slog.Int64("user_id", actorOf(ctx).User.UserID))
}

// requestLevel is debug for what is asked every few seconds, or along with a page.
func requestLevel(route string) slog.Level {
	if route == "/healthz" || route == "/readyz" || strings.HasPrefix(route, "/static/") {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// pattern is the route's, as it stands in the list of routes.
func (h *handlers) pattern(c *fiber.Ctx) string {
	if route := c.Route(); h.known[route] {
		return route.Path
	}
	return noRoute
}

// methodOf is the method, or one word for all that nobody knows.
func methodOf(method string) string {
	if slices.Contains(fiber.DefaultMethods, method) {
		return method
	}
	return otherMethod
}
