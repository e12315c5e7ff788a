package routes

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

// consoleUserBulk serves GET /admin/users/bulk: what would be done to the selected
// users. It changes nothing; the whole order is in the address.
func (h *handlers) consoleUserBulk(c *fiber.Ctx) error {
	order := orderFrom(func(name string) []string { return queries(c, name) })
	return h.renderBulk(c, http.StatusOK, order, views.Refusal{})
}

// consoleUserBulkDo serves POST /admin/users/bulk, the preview's form.
func (h *handlers) consoleUserBulkDo(c *fiber.Ctx) error {
	order := orderFrom(func(name string) []string { return fields(c, name) })
	act, err := h.carryOut(c, order)
	if shownAgain(err) {
		return h.renderBulk(c, h.refusedForm(c, err), order, views.Refused(err))
	}
	if err != nil {
		return err
	}
	h.rememberAct(c, act)
	return redirect(c, views.ActReport{Act: act}.Path(order.Next))
}

// carryOut does what the preview's form says: for roles the sign-in has to be fresh.
func (h *handlers) carryOut(c *fiber.Ctx, order views.ActOrder) (models.Act, error) {
	if order.Action.ChangesRoles() {
		if err := h.confirmed(c); err != nil {
			return models.Act{}, err
		}
	}
	seen, err := strconv.ParseInt(field(c, "count"), 10, 64)
	if err != nil {
		seen = -1 // no preview was seen
	}
	return h.Acts.Do(c.UserContext(), actorOf(c.UserContext()), serviceOrder(order), seen)
}

// orderFrom reads an order from the address or from a form: both have the same
// fields.
func orderFrom(values func(name string) []string) views.ActOrder {
	one := func(name string) string {
		if list := values(name); len(list) > 0 {
			return list[0]
		}
		return ""
	}
	order := views.ActOrder{
		Action: models.ActAction(one("do")), All: one("all") != "", Next: listPath(one("next")),
		Query: views.UserQuery{Search: one("search"), Roles: values("role"), Status: one("status")},
	}
	if assign, revoke := one("assign"), one("revoke"); assign != "" {
		order.Action, order.RoleName = models.AssignRole, assign
	} else if revoke != "" {
		order.Action, order.RoleName = models.RevokeRole, revoke
	}
	for _, text := range values("user") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			order.UserIDs = append(order.UserIDs, id)
		}
	}
	return order
}

// listPath is the view of the list that next names, the whole list for anything
// else.
func listPath(next string) string {
	if path := localPath(next); path == usersPath || strings.HasPrefix(path, usersPath+"?") {
		return path
	}
	return usersPath
}

func serviceOrder(order views.ActOrder) services.ActOrder {
	return services.ActOrder{
		Action: order.Action, RoleName: order.RoleName, UserIDs: order.UserIDs,
		All: order.All, Query: services.UserQuery(order.Query),
	}
}

// renderBulk shows the preview, or why there is none.
func (h *handlers) renderBulk(c *fiber.Ctx, status int, order views.ActOrder, refusal views.Refusal) error {
	preview, err := h.Acts.Preview(c.UserContext(), actorOf(c.UserContext()), serviceOrder(order))
	if shownAgain(err) {
		status, refusal = h.refusedForm(c, err), views.Refused(err)
	} else if err != nil {
		return err
	}
	if preview.RoleName != "" {
		order.RoleName = preview.RoleName
	}
	page := views.ActPreview{
		Page: h.page(c, "Change users"), Refusal: refusal, Order: order, Total: preview.Total, Counts: preview.Counts,
	}
	page.Here = order.URL() // also where the form was refused
	for _, row := range preview.Rows {
		page.Rows = append(page.Rows, views.PlannedRow(row))
	}
	return h.render(c, status, "acts/preview", page)
}

// consoleActShow serves GET /admin/acts/:act.
func (h *handlers) consoleActShow(c *fiber.Ctx) error {
	ctx := c.UserContext()
	report, err := h.Acts.Get(ctx, actorOf(ctx), c.Params("act"), c.Query("cursor"))
	backTo := listPath(c.Query("next"))
	if models.KindOf(err) == models.Invalid { // a cursor of another list
		return redirect(c, views.ActReport{Act: models.Act{ActID: c.Params("act")}}.Path(backTo))
	}
	if err != nil {
		return err
	}
	page := views.ActShow{
		Page: h.page(c, "What was done"), Act: viewReport(report), BackTo: backTo,
		Next: report.Rows.Next, Previous: report.Rows.Previous,
	}
	page.Path = usersPath                // the navigation's
	if page.Undo.ActID == report.ActID { // the page itself offers it
		page.Undo = views.ActReport{}
	}
	return h.render(c, http.StatusOK, "acts/show", page)
}

func viewReport(report services.ActReport) views.ActReport {
	return views.ActReport{Act: report.Act, Counts: report.Counts, Rows: report.Rows.Items}
}

// consoleActUndo serves POST /admin/acts/:act/undo. What was undone of one user is
// seen on the user's page, of many on a page of its own.
func (h *handlers) consoleActUndo(c *fiber.Ctx) error {
	ctx := c.UserContext()
	act, err := h.Acts.Undo(ctx, actorOf(ctx), c.Params("act"))
	if err != nil {
		return err
	}
	report, err := h.Acts.Recent(ctx, actorOf(ctx), act.ActID)
	if err != nil {
		return err
	}
	if report.Total == 1 && report.Counts.Done == 1 {
		h.rememberAct(c, act)
		return redirect(c, userPath(report.Rows.Items[0].UserID))
	}
	h.dropCookie(c, undoCookie)
	return redirect(c, viewReport(report).Path(listPath(field(c, "next"))))
}

// rememberAct has the actor's pages tell what was done, with the way back, for as
// long as there is one.
func (h *handlers) rememberAct(c *fiber.Ctx, act models.Act) {
	h.setCookie(c, undoCookie, act.ActID, models.UndoFor)
}

// recentAct is what the actor did a moment ago; the zero report for nothing. What
// can't be undone is told once.
func (h *handlers) recentAct(c *fiber.Ctx) views.ActReport {
	id := c.Cookies(h.cookieName(undoCookie))
	if id == "" {
		return views.ActReport{}
	}
	ctx := c.UserContext()
	report, err := h.Acts.Recent(ctx, actorOf(ctx), id)
	if err != nil || report.Counts.Done == 0 || report.UndoUntil().IsZero() {
		h.dropCookie(c, undoCookie)
	}
	if err != nil || report.Counts.Done == 0 || !report.UndoneAt.IsZero() {
		return views.ActReport{}
	}
	return viewReport(report)
}
