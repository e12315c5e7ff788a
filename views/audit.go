package views

import (
	"slices"
	"strconv"

	"rolecall/models"
)

// Chips are the parts of the filter.
func (a AuditList) Chips() []Chip {
	var chips []Chip
	add := func(part, label string, value Phrase) {
		chips = append(chips, Chip{label, value, a.Query.Without(part).URL()})
	}
	q := a.Query
	if q.Actor != "" {
		add("actor", "Actor", named(q.Actor))
	}
	if q.Action != "" {
		add("action", "Action", say(actionLabel(q.Action)))
	}
	if q.Target != "" {
		add("target", "Target", named(q.Target))
	}
	if q.User != 0 {
		add("user", "User", a.subject())
	}
	if q.From != "" {
		add("from", "From (UTC)", named(q.From))
	}
	if q.To != "" {
		add("to", "To (UTC)", named(q.To))
	}
	return chips
}

// subject is the user whose events these are, by the name of the last of them
// where the account is gone.
func (a AuditList) subject() Phrase {
	switch {
	case a.UserName != "":
		return named(a.UserName)
	case len(a.Events.List) > 0:
		return Entry{Event: a.Events.List[0]}.Target()
	}
	return say("User %s", strconv.FormatInt(a.Query.User, 10))
}

// Cleared is the address of the whole audit.
func (a AuditList) Cleared() string { return AuditQuery{Limit: a.Query.Limit}.URL() }

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

// Items are the events that are shown.
func (a AuditList) Items() []models.Event { return a.Events.List }

// End is the place of the last of them.
func (a AuditList) End() int64 { return a.First + int64(len(a.Events.List)) - 1 }

// Pages are the links to the pages around; none where all is on one.
func (a AuditList) Pages() []PageLink { return pageLinks(a.Query.At, a.Previous, a.Next, a.Last) }
