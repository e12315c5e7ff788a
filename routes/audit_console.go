package routes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

func auditQuery(c *fiber.Ctx) views.AuditQuery {
	return views.AuditQuery{
		Actor: c.Query("actor"), Action: c.Query("action"), Target: c.Query("target"), User: int64(max(0, c.QueryInt("user"))),
		From: c.Query("from"), To: c.Query("to"), Limit: c.QueryInt("limit"), Cursor: c.Query("cursor"),
	}
}

func eventQuery(q views.AuditQuery) services.EventQuery {
	query := services.EventQuery{
		Actor: q.Actor, Action: q.Action, Target: q.Target, From: q.From, To: q.To, Limit: q.Limit, Cursor: q.Cursor,
	}
	if q.User != 0 {
		query.TargetType, query.TargetID = models.UserTarget, q.User
	}
	return query
}

// consoleAudit serves GET /admin/audit. An address that asks for what there is not
// (a day, a cursor) leads to the one without it.
func (h *handlers) consoleAudit(c *fiber.Ctx) error {
	ctx := c.UserContext()
	query := auditQuery(c)
	page, err := h.Audit.List(ctx, actorOf(ctx), eventQuery(query))
	if models.KindOf(err) == models.Invalid {
		return redirect(c, mended(query, err).URL())
	}
	if err != nil {
		return err
	}
	events, err := h.events(ctx, page.Items)
	if err != nil {
		return err
	}
	name, err := h.nameOf(ctx, query.User)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, "audit/list", views.AuditList{
		Page: h.page(c, "Audit"), Query: query, UserName: name, Events: events, First: page.First, Total: page.Total,
		Actions: services.Actions, Next: page.Next, Previous: page.Previous, Last: page.Last,
	})
}

// mended is the query without what the error blames, on the first page.
func mended(query views.AuditQuery, err error) views.AuditQuery {
	known := &models.Error{}
	errors.As(err, &known)
	return query.Without(slices.Collect(maps.Keys(known.Fields))...)
}

// events are as a page shows them: what is gone has no link.
func (h *handlers) events(ctx context.Context, list []models.Event) (views.Events, error) {
	present, err := h.Audit.Present(ctx, actorOf(ctx), list)
	return views.Events{List: list, Present: present}, err
}

// nameOf is the user's name now, "" for nobody's.
func (h *handlers) nameOf(ctx context.Context, userID int64) (string, error) {
	if userID == 0 {
		return "", nil
	}
	user, err := h.Users.Get(ctx, actorOf(ctx), userID)
	if models.KindOf(err) == models.NotFound {
		err = nil
	}
	return user.Username, err
}

// consoleAuditExport serves GET /admin/audit/export: the events that the list has
// under the same filters, all of them.
func (h *handlers) consoleAuditExport(c *fiber.Ctx) error {
	query := auditQuery(c)
	err := h.sendCSV(c, "audit", auditColumns, h.eventBatches(eventQuery(query)))
	if models.KindOf(err) == models.Invalid {
		return redirect(c, mended(query, err).URL())
	}
	return err
}

// eventBatches are the rows of the events that the query picks, from the newest on.
func (h *handlers) eventBatches(query services.EventQuery) func(ctx context.Context) ([][]string, error) {
	query.Cursor = ""
	return func(ctx context.Context) ([][]string, error) {
		events, next, err := h.Audit.Batch(ctx, actorOf(ctx), query)
		if err == nil && next == "" {
			err = io.EOF
		}
		query.Cursor = next
		return auditRows(events), err
	}
}

var auditColumns = []string{
	"event_id", "at", "actor", "action", "target_type", "target_id", "target", "field", "old", "new", "address", "request_id",
}

// auditRows are a line for each field that changed, and one for an event without
// any.
func auditRows(events []models.Event) [][]string {
	var rows [][]string
	for _, e := range events {
		fields := slices.Sorted(maps.Keys(e.Changes))
		if len(fields) == 0 {
			fields = []string{""}
		}
		for _, field := range fields {
			change := e.Changes[field]
			rows = append(rows, []string{
				strconv.FormatInt(e.EventID, 10), e.At.Std().Format(time.RFC3339Nano), e.ActorName, e.Action,
				e.TargetType, strconv.FormatInt(e.TargetID, 10), e.TargetName,
				field, valueCell(change.Old), valueCell(change.New), e.Address, e.RequestID,
			})
		}
	}
	return rows
}

// valueCell is a text as it is, nothing for nothing, and any other value as the
// API has it.
func valueCell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
