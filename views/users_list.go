package views

import (
	"strings"

	"rolecall/models"
)

// A UserRow is a row of the list.
type UserRow struct {
	models.User
	State State
}

// Rows are the rows of the list.
func (l UserList) Rows() []UserRow { return rows(l.Items, l.Locked) }

func rows(users []models.User, locked map[int64]models.Time) []UserRow {
	list := make([]UserRow, len(users))
	for i, u := range users {
		list[i] = UserRow{User: u, State: stateOf(u, !locked[u.UserID].IsZero())}
	}
	return list
}

// Name is the full name, or "" where there is none.
func (r UserRow) Name() string { return strings.TrimSpace(r.FirstName + " " + r.LastName) }

// rolesShown is how many roles a row of the list has room for; a narrow screen,
// where a row is a card, shows them all.
const rolesShown = 2

// Folds reports whether the role at that place is folded into a number.
func (l UserList) Folds(place int) bool { return place >= rolesShown }

// Folded is how many roles are folded into a number.
func (r UserRow) Folded() int { return max(0, len(r.Roles)-rolesShown) }

// RoleList is the names of the roles, for the tip of a narrow column.
func (r UserRow) RoleList() string { return strings.Join(r.RoleNames(), ", ") }

// A Column is a head of the table, with the link that sorts by it.
type Column struct {
	Label, Class, URL string
	Sorted            string // "ascending", "descending" or ""
}

// Columns are the heads of the table. The link of the sorted one turns the order.
func (l UserList) Columns() []Column {
	list := []Column{
		{Label: "ID", Class: "c-id", URL: "user_id"},
		{Label: "Username", Class: "c-username", URL: "username"},
		{Label: "Name", Class: "c-name", URL: "last_name"},
		{Label: "E-mail", Class: "c-email", URL: "email"},
		{Label: "Roles", Class: "c-roles", URL: "roles"},
		{Label: "Status", Class: "c-status", URL: "status"},
		{Label: "Created", Class: "c-created", URL: "created_at"},
		{Label: "Last sign-in", Class: "c-seen", URL: "last_login_at"},
	}
	for i := range list {
		key := list[i].URL
		list[i].URL = l.Query.With("sort", key)
		switch l.Query.Sort {
		case key:
			list[i].Sorted, list[i].URL = "ascending", l.Query.With("sort", "-"+key)
		case "-" + key:
			list[i].Sorted = "descending"
		}
	}
	return list
}

// An Option is a choice of a select.
type Option struct {
	Value, Label string
	Selected     bool
}

// Statuses are the choices of the status filter.
func (l UserList) Statuses() []Option {
	return options(l.Query.Status, "", "Any status", "active", "Active", "disabled", "Disabled",
		"pending", "Pending", "locked", "Locked")
}

// Sorts are the choices of the order, for screens too narrow for a table head.
func (l UserList) Sorts() []Option {
	return options(l.Query.Sort, "", "Usual order", "username", "Username, A to Z", "-username", "Username, Z to A",
		"last_name", "Last name, A to Z", "-last_name", "Last name, Z to A", "email", "E-mail, A to Z",
		"-email", "E-mail, Z to A", "-created_at", "Newest first", "created_at", "Oldest first",
		"-last_login_at", "Last sign-in, latest first", "last_login_at", "Last sign-in, earliest first",
		"roles", "First role, A to Z", "-roles", "First role, Z to A", "status", "Status, active first", "-status", "Status, pending first",
		"user_id", "ID, ascending", "-user_id", "ID, descending")
}

func options(chosen string, pairs ...string) []Option {
	list := make([]Option, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Option{Value: pairs[i], Label: pairs[i+1], Selected: pairs[i] == chosen})
	}
	return list
}

// RoleFilter is the check list of all roles. A role of the query that is none
// of them stays in it, for the chip to remove.
func (l UserList) RoleFilter() []Check {
	checks := make([]Check, 0, len(l.AllRoles))
	for _, role := range l.AllRoles {
		checks = append(checks, Check{Name: "role", Value: role.RoleName, Label: role.RoleName, Checked: l.Query.HasRole(role.RoleName)})
	}
	for _, name := range l.Query.Roles {
		if !hasRole(l.AllRoles, name) {
			checks = append(checks, Check{Name: "role", Value: name, Label: name, Checked: true})
		}
	}
	return checks
}

// RoleSummary says in a word or two which roles are chosen.
func (l UserList) RoleSummary() Phrase {
	switch n := len(l.Query.Roles); n {
	case 0:
		return say("Any role")
	case 1:
		return named(l.Query.Roles[0])
	default:
		return counted(int64(n), "role")
	}
}

// A Chip is a part of the filter, with the link that takes it out.
type Chip struct {
	Label string
	Value Phrase
	URL   string
}

// Chips are the parts of the filter.
func (l UserList) Chips() []Chip {
	var chips []Chip
	if l.Query.Search != "" {
		chips = append(chips, Chip{"search", named(l.Query.Search), l.Query.With("search")})
	}
	for _, role := range l.Query.Roles {
		chips = append(chips, Chip{"role", named(role), l.Query.without(role)})
	}
	if l.Query.Status != "" {
		chips = append(chips, Chip{"status", say(l.Query.Status), l.Query.With("status")})
	}
	return chips
}

// Cleared is the address without any filter, in the same order.
func (l UserList) Cleared() string { return l.Query.Cleared() }

// A Shortcut is something that keys do in the list.
type Shortcut struct {
	Keys  []string
	Label string
}

// Keys are the shortcuts of list.js.
func (l UserList) Keys() []Shortcut {
	return []Shortcut{
		{[]string{"/"}, "Go to the search"},
		{[]string{"j", "↓"}, "Go to the next row"},
		{[]string{"k", "↑"}, "Go to the row before"},
		{[]string{"x"}, "Select the row"},
		{[]string{"Enter"}, "Open the user"},
		{[]string{"e"}, "Edit the user"},
		{[]string{"?"}, "Show these keys"},
	}
}

// Shown is how many of the total are on this page.
func (l UserList) Shown() int64 { return int64(len(l.Items)) }

// End is the place of the last item that is shown.
func (l UserList) End() int64 { return l.First + l.Shown() - 1 }

// A PageLink leads to another page of the list; without a URL there is none.
type PageLink struct {
	Label, URL     string
	Relation, Icon string
	Back           bool // the icon stands before the label
	End            bool // the icon is enough where there is little room
}

// Pages are the links to the pages around; none where all is on one.
func (l UserList) Pages() []PageLink {
	at := func(cursor string) string { return l.Query.With("cursor", cursor) }
	return pageLinks(at, l.Previous, l.Next, l.Last)
}

// pageLinks lead to the pages at those cursors, and to the first, which has none.
func pageLinks(at func(cursor string) string, previous, next, last string) []PageLink {
	if previous == "" && next == "" {
		return nil
	}
	links := []PageLink{
		{"First", at(""), "first", "first", true, true},
		{"Previous", at(previous), "prev", "previous", true, false},
		{"Next", at(next), "next", "next", false, false},
		{"Last", at(last), "last", "last", false, true},
	}
	for i, cursor := range []string{previous, previous, next, last} {
		if cursor == "" {
			links[i].URL = ""
		}
	}
	return links
}
