package views

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rolecall/models"
)

// An Entry is an event as a page shows it.
type Entry struct{ models.Event }

func entries(events []models.Event) []Entry {
	list := make([]Entry, len(events))
	for i, e := range events {
		list[i] = Entry{e}
	}
	return list
}

// Who is the actor's name. Nobody is behind a command or a stranger.
func (e Entry) Who() Phrase {
	switch {
	case e.ActorName != "":
		return named(e.ActorName)
	case e.RequestID == models.System().RequestID:
		return say("Command line")
	case e.ActorID != 0:
		return say("User %s", strconv.FormatInt(e.ActorID, 10))
	}
	return say("Visitor")
}

// WhoURL leads to the actor's account, "" where there is none.
func (e Entry) WhoURL() string {
	if e.ActorID == 0 {
		return ""
	}
	return userURL(e.ActorID)
}

// TargetURL leads to what was changed, "" where it is gone.
func (e Entry) TargetURL() string {
	switch {
	case e.TargetID == 0 || strings.HasSuffix(e.Action, ".deleted"):
		return ""
	case e.TargetType == models.UserTarget:
		return userURL(e.TargetID)
	case e.TargetType == models.RoleTarget:
		return "/admin/roles/" + strconv.FormatInt(e.TargetID, 10)
	}
	return ""
}

// TargetLabel is the name of what was changed.
func (e Entry) Target() Phrase {
	id := strconv.FormatInt(e.TargetID, 10)
	switch {
	case e.TargetName != "" || e.TargetID == 0:
		return named(e.TargetName)
	case e.TargetType == models.UserTarget:
		return say("user %s", id)
	case e.TargetType == models.RoleTarget:
		return say("role %s", id)
	}
	return named(strings.TrimSpace(e.TargetType + " " + id))
}

// HasTarget reports whether the event is about anything.
func (e Entry) HasTarget() bool { return e.TargetName != "" || e.TargetID != 0 }

// Words say what was done, with the place of the target.
func (e Entry) Words() string { return actionWords(e.Action) }

func actionWords(action string) string {
	if known, found := actions[action]; found {
		return known.words
	}
	return strings.NewReplacer(".", " ", "_", " ", "%", "").Replace(action) + " %s"
}

// actionLabel names the action for a choice of the filter.
func actionLabel(action string) string {
	if known, found := actions[action]; found {
		return known.label
	}
	return strings.TrimSuffix(actionWords(action), " %s")
}

// actions are the words that go after the actor's name, with the target's in
// them, and the label of the action alone.
var actions = map[string]struct{ words, label string }{
	"user.registered":       {"registered as %s", "registered"},
	"user.created":          {"created the user %s", "created a user"},
	"user.updated":          {"changed the user %s", "changed a user"},
	"user.enabled":          {"enabled the user %s", "enabled a user"},
	"user.disabled":         {"disabled the user %s", "disabled a user"},
	"user.deleted":          {"deleted the user %s", "deleted a user"},
	"user.password_changed": {"set the password of %s", "set a password"},
	"user.locked":           {"failed too often to sign in as %s", "failed too often to sign in"},
	"user.unlocked":         {"unlocked the user %s", "unlocked a user"},
	"session.ended":         {"ended sessions of %s", "ended sessions"},
	"session.token_reused":  {"sent a used refresh token of %s", "sent a used refresh token"},
	"role.assigned":         {"gave a role to %s", "gave a role"},
	"role.revoked":          {"took a role from %s", "took a role"},
	"role.created":          {"created the role %s", "created a role"},
	"role.updated":          {"changed the role %s", "changed a role"},
	"role.deleted":          {"deleted the role %s", "deleted a role"},
}

// A ChangeLine is a field's value before and after; "" where there was or is none.
type ChangeLine struct {
	Field, Old, New string
	InWords         bool // the values are ours to translate, not somebody's names
}

// Lines are the changes, in the order of the fields' names.
func (e Entry) Lines() []ChangeLine {
	lines := make([]ChangeLine, 0, len(e.Changes))
	for _, field := range slices.Sorted(maps.Keys(e.Changes)) {
		change := e.Changes[field]
		lines = append(lines, ChangeLine{
			Field: fieldLabel(field), Old: valueText(change.Old), New: valueText(change.New), InWords: e.inWords(field, change),
		})
	}
	return lines
}

// inWords: a yes or no, the reason that the limits give, and how a token was
// used again.
func (e Entry) inWords(field string, change models.Change) bool {
	_, was := change.Old.(bool)
	_, is := change.New.(bool)
	return was || is || field == "reason" || e.Action == "session.token_reused"
}

func fieldLabel(field string) string {
	if label, found := fieldLabels[field]; found {
		return label
	}
	return strings.ReplaceAll(field, "_", " ")
}

var fieldLabels = map[string]string{
	"username": "username", "email": "e-mail", "first_name": "first name", "last_name": "last name", "is_active": "active",
	"roles": "roles", "role": "role", "role_name": "name", "description": "description", "user_count": "holders",
	"session": "session", "sessions": "sessions", "failed_sign_ins": "failed sign-ins", "locked_until": "locked until", "reason": "reason",
}

// valueText writes a value as JSON gives it back, for a person.
func valueText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, ", ")
	case []any:
		texts := make([]string, len(v))
		for i, part := range v {
			texts[i] = valueText(part)
		}
		return strings.Join(texts, ", ")
	}
	return fmt.Sprint(value)
}

// A Day is the events of one day in UTC.
type Day struct {
	Date    string      // 2026-03-04
	At      models.Time // of its last event
	Entries []Entry
}

// Days are the events by day, newest first as they come.
func (a AuditList) Days() []Day {
	var days []Day
	for _, e := range a.Events {
		if date := e.At.Std().Format(time.DateOnly); len(days) == 0 || days[len(days)-1].Date != date {
			days = append(days, Day{Date: date, At: e.At})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, Entry{e})
	}
	return days
}

// ActionOptions are the choices of the action filter.
func (a AuditList) ActionOptions() []Option {
	list := []Option{{Label: "Any action"}}
	known := a.Actions
	if a.Query.Action != "" && !slices.Contains(known, a.Query.Action) {
		known = append(slices.Clone(known), a.Query.Action)
	}
	for _, action := range known {
		list = append(list, Option{Value: action, Label: actionLabel(action), Selected: action == a.Query.Action})
	}
	return list
}

// Shown is how many events are on this page.
func (a AuditList) Shown() int64 { return int64(len(a.Events)) }

// NextURL is the address of the older events, "" for none.
func (a AuditList) NextURL() string { return a.page(a.Next) }

// PreviousURL is the address of the newer events, "" for none.
func (a AuditList) PreviousURL() string { return a.page(a.Previous) }

func (a AuditList) page(cursor string) string {
	if cursor == "" {
		return ""
	}
	return a.Query.At(cursor)
}

func userURL(id int64) string { return "/admin/users/" + strconv.FormatInt(id, 10) }
