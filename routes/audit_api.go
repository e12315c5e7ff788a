package routes

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rolecall/models"
	"rolecall/services"
)

// An eventJSON is a line of the audit as the API shows it.
type eventJSON struct {
	EventID   int64                 `json:"event_id"`
	At        time.Time             `json:"at"`
	Actor     actorOrNull           `json:"actor" doc:"null for a command, and for a stranger who registers."`
	Action    string                `json:"action" example:"role.assigned"`
	Target    targetJSON            `json:"target"`
	Changes   map[string]changeJSON `json:"changes" doc:"By field; never a password or a hash."`
	Address   string                `json:"address"`
	RequestID string                `json:"request_id"`
}

type actorJSON struct {
	UserID   int64  `json:"user_id"`
	Username string `json:"username"`
}

// An actorOrNull is described as what it is: huma lets no reference be null.
type actorOrNull struct{ *actorJSON }

// Schema is part of huma.SchemaProvider.
func (actorOrNull) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[actorJSON](), true, ""), {Type: "null"},
	}}
}

// MarshalJSON shows nobody as null.
func (a actorOrNull) MarshalJSON() ([]byte, error) { return json.Marshal(a.actorJSON) }

type targetJSON struct {
	Type string `json:"type" enum:"user,role"`
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type changeJSON struct {
	Old any `json:"old"`
	New any `json:"new"`
}

func showEvent(e models.Event) eventJSON {
	shown := eventJSON{
		EventID: e.EventID, At: e.At.Std(), Action: e.Action,
		Target: targetJSON{e.TargetType, e.TargetID, e.TargetName}, Changes: map[string]changeJSON{},
		Address: e.Address, RequestID: e.RequestID,
	}
	if e.ActorID != 0 {
		shown.Actor = actorOrNull{&actorJSON{e.ActorID, e.ActorName}}
	}
	for field, change := range e.Changes {
		shown.Changes[field] = changeJSON(change)
	}
	return shown
}

type auditInput struct {
	Actor  string `query:"actor" doc:"A username."`
	Action string `query:"action" doc:"Such as role.assigned."`
	Target string `query:"target" doc:"The name of a user or a role."`
	UserID int64  `query:"user_id" doc:"Events about this account, whatever its name was."`
	From   string `query:"from" doc:"A day in UTC such as 2026-03-04, included." example:"2026-03-04"`
	To     string `query:"to" doc:"A day in UTC, included." example:"2026-03-31"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"1 to 200."`
	Cursor string `query:"cursor" doc:"next or previous of another page."`
}

type eventPageOutput struct {
	Body struct {
		Items    []eventJSON `json:"items" nullable:"false"`
		Total    int64       `json:"total" doc:"Of the whole list, under the same filters."`
		Next     *string     `json:"next" doc:"The cursor of the next page."`
		Previous *string     `json:"previous"`
	}
}

// apiAudit serves GET /audit.
func (h *handlers) apiAudit(ctx context.Context, in *auditInput) (*eventPageOutput, error) {
	query := services.EventQuery{
		Actor: in.Actor, Action: in.Action, Target: in.Target, From: in.From, To: in.To, Limit: explicit(in.Limit), Cursor: in.Cursor,
	}
	if in.UserID != 0 {
		query.TargetType, query.TargetID = models.UserTarget, in.UserID
	}
	page, err := h.Audit.List(ctx, actorOf(ctx), query)
	if err != nil {
		return nil, err
	}
	out := &eventPageOutput{}
	out.Body.Items = make([]eventJSON, len(page.Items))
	for i, event := range page.Items {
		out.Body.Items[i] = showEvent(event)
	}
	out.Body.Total, out.Body.Next, out.Body.Previous = page.Total, showCursor(page.Next), showCursor(page.Previous)
	return out, nil
}
