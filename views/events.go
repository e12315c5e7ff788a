package views

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rolecall/models"
)

// Events are lines of the audit, newest first, as several pages show them.
type Events struct {
	List    []models.Event
	Present models.Present // of whom and what they name: the rest has no link
}

// Shown is how many there are.
func (e Events) Shown() int64 { return int64(len(e.List)) }

// An Entry is an event as a page shows it.
type Entry struct {
	models.Event
	present models.Present
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
	if !e.present.Users[e.ActorID] {
		return ""
	}
	return userURL(e.ActorID)
}

// TargetURL leads to what was changed, "" where it is gone.
func (e Entry) TargetURL() string {
	switch {
	case e.TargetType == models.UserTarget && e.present.Users[e.TargetID]:
		return userURL(e.TargetID)
	case e.TargetType == models.RoleTarget && e.present.Roles[e.TargetID]:
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

// A ChangeLine is a field's value before and after; empty where there was or is
// none.
type ChangeLine struct {
	Field    string
	Old, New Phrase
}

// fieldOrder is that of the form of an account; other fields come behind.
var fieldOrder = []string{"username", "email", "first_name", "last_name", "is_active", "roles"}

// Lines are the changes, in the order of the form, then of the fields' names.
func (e Entry) Lines() []ChangeLine {
	lines := make([]ChangeLine, 0, len(e.Changes))
	rank := func(field string) int {
		if i := slices.Index(fieldOrder, field); i >= 0 {
			return i
		}
		return len(fieldOrder)
	}
	fields := slices.SortedFunc(maps.Keys(e.Changes), func(a, b string) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
	for _, field := range fields {
		change := e.Changes[field]
		lines = append(lines, ChangeLine{fieldLabel(field), e.value(field, change.Old), e.value(field, change.New)})
	}
	return lines
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

// value is a value as JSON gives it back, for a person: what is nobody's name is
// in words of ours.
func (e Entry) value(field string, value any) Phrase {
	switch v := value.(type) {
	case bool:
		if v {
			return say("yes")
		}
		return say("no")
	case float64:
		if v == math.Trunc(v) {
			return say("%d", int64(v))
		}
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil && field == "locked_until" {
			return say("%s", models.TimeOf(at))
		}
		if field == "reason" || field == "status" || e.Action == "session.token_reused" { // the limits', the account's, and how the token was used
			return say(v)
		}
	}
	if text := valueText(value); text != "" {
		return named(text)
	}
	return Phrase{}
}

func valueText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
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
func (e Events) Days() []Day {
	var days []Day
	for _, event := range e.List {
		if date := event.At.Std().Format(time.DateOnly); len(days) == 0 || days[len(days)-1].Date != date {
			days = append(days, Day{Date: date, At: event.At})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, Entry{event, e.Present})
	}
	return days
}

func userURL(id int64) string { return "/admin/users/" + strconv.FormatInt(id, 10) }
