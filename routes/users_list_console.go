package routes

import (
	"context"
	"io"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

// rolesKept is how many roles of a filter stay when the address is mended.
const rolesKept = 20

// consoleUserList serves GET /admin/users. An address that asks for what there
// is not (an order, a cursor) shows the first page.
func (h *handlers) consoleUserList(c *fiber.Ctx) error {
	ctx := c.UserContext()
	query := userQuery(c)
	page, err := h.Users.ListSoon(ctx, actorOf(ctx), services.UserQuery(query))
	if models.KindOf(err) == models.Invalid {
		return redirect(c, acceptable(query).URL())
	}
	if err != nil {
		return err
	}
	if path := elsewhere(query, page); path != "" {
		return redirect(c, path)
	}
	roles, err := h.Roles.Choices(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	locked, err := h.Limits.Locked(ctx, actorOf(ctx), idsOf(page.Items))
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "users/list", views.UserList{
		Page: h.page(c, "Users"), Query: query, Items: page.Items, Locked: locked, First: page.First, Total: page.Total, More: page.More,
		Next: page.Next, Previous: page.Previous, Last: page.Last, AllRoles: roles,
	})
}

func userQuery(c *fiber.Ctx) views.UserQuery {
	return views.UserQuery{
		Search: c.Query("search"), Roles: queries(c, "role"), Status: c.Query("status"),
		Sort: c.Query("sort"), Limit: c.QueryInt("limit"), Cursor: c.Query("cursor"),
	}
}

// acceptable is what is left of a query that asks for what there is not.
func acceptable(query views.UserQuery) views.UserQuery {
	return views.UserQuery{Search: clipText(query.Search), Roles: query.Roles[:min(len(query.Roles), rolesKept)]}
}

// consoleUserExport serves GET /admin/users/export: the users whom the list has
// under the same filters, all of them, by their ids.
func (h *handlers) consoleUserExport(c *fiber.Ctx) error {
	query := services.UserQuery(userQuery(c))
	query.Cursor = ""
	err := h.sendCSV(c, "users", services.UserColumns, func(ctx context.Context) ([][]string, error) {
		batch, next, err := h.Users.Batch(ctx, actorOf(ctx), query)
		if err == nil && next == "" {
			err = io.EOF
		}
		query.Cursor = next
		return services.UserRows(batch), err
	})
	if models.KindOf(err) == models.Invalid {
		return redirect(c, acceptable(views.UserQuery(query)).URL())
	}
	return err
}

// elsewhere is the page to show where rows came or went since the cursor was
// made: the last one, when none is left behind it, and the first one, whole, when
// its beginning is reached on the way back. "" is this one.
func elsewhere(query views.UserQuery, page services.Page[models.User]) string {
	switch {
	case query.Cursor == "":
		return ""
	case len(page.Items) == 0:
		return query.With("cursor", page.Last)
	case page.Previous == "":
		return query.With("cursor")
	}
	return ""
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
