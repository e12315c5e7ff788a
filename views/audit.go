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
	if e.TargetName == "" && e.TargetID != 0 {
		return say(strings.TrimSpace(e.TargetType+" %s"), strconv.FormatInt(e.TargetID, 10))
	}
	return named(e.TargetName)
}

// HasTarget reports whether the event is about anything.
func (e Entry) HasTarget() bool { return e.TargetName != "" || e.TargetID != 0 }

// Words say what was done, with the place of the target.
func (e Entry) Words() string { return actionWords(e.Action) }

func actionWords(action string) string {
	if words, found := actions[action]; found {
		return words
	}
	return strings.NewReplacer(".", " ", "_", " ", "%", "").Replace(action) + " %s"
}

// actionLabel is the words without the target's name.
func actionLabel(action string) string {
	words := strings.TrimSuffix(actionWords(action), " %s")
	for _, last := range []string{" to", " from", " of", " as"} {
		words = strings.TrimSuffix(words, last)
	}
	return words
}

// The words go after the actor's name, and have the target's in them.
var actions = map[string]string{
	"user.registered":       "registered as %s",
	"user.created":          "created the user %s",
	"user.updated":          "changed the user %s",
	"user.enabled":          "enabled the user %s",
	"user.disabled":         "disabled the user %s",
	"user.deleted":          "deleted the user %s",
	"user.password_changed": "set the password of %s",
	"user.locked":           "failed too often to sign in as %s",
	"user.unlocked":         "unlocked the user %s",
	"session.ended":         "ended sessions of %s",
	"session.token_reused":  "sent a used refresh token of %s",
	"role.assigned":         "gave a role to %s",
	"role.revoked":          "took a role from %s",
	"role.created":          "created the role %s",
	"role.updated":          "changed the role %s",
	"role.deleted":          "deleted the role %s",
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
			Field: fieldLabel(field), Old: valueText(change.Old), New: valueText(change.New), InWords: inWords(field, change),
		})
	}
	return lines
}

// inWords: a yes or no, and the reason that the limits give.
func inWords(field string, change models.Change) bool {
	_, was := change.Old.(bool)
	_, is := change.New.(bool)
	return was || is || field == "reason"
}

func fieldLabel(field string) string {
	switch field {
	case "email":
		return "e-mail"
	case "is_active":
		return "active"
	case "role_name":
		return "name"
	case "failed_sign_ins":
		return "failed sign-ins"
	}
	return strings.ReplaceAll(field, "_", " ")
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
