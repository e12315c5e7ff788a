package views

import (
	"net/url"
	"slices"
	"strconv"

	"rolecall/models"
)

// A UserQuery is what the address of the user list says, as it was given.
type UserQuery struct {
	Search       string
	Roles        []string
	Status, Sort string
	Limit        int // 0 for the usual
	Cursor       string
}

// URL is the address of the list for the query.
func (q UserQuery) URL() string { return address("/admin/users", q.values()) }

func (q UserQuery) values() url.Values {
	values := url.Values{}
	set(values, "search", q.Search)
	for _, role := range q.Roles {
		values.Add("role", role)
	}
	set(values, "status", q.Status)
	set(values, "sort", q.Sort)
	if q.Limit > 0 {
		set(values, "limit", strconv.Itoa(q.Limit))
	}
	set(values, "cursor", q.Cursor)
	return values
}

// With is the address with one thing changed: "search", "role" (these roles
// alone), "status", "sort", or "cursor". A cursor belongs to one order of one
// selection, so any other change goes back to the first page.
func (q UserQuery) With(key string, value ...string) string {
	q.Cursor = ""
	one := ""
	if len(value) > 0 {
		one = value[0]
	}
	switch key {
	case "search":
		q.Search = one
	case "role":
		q.Roles = value
	case "status":
		q.Status = one
	case "sort":
		q.Sort = one
	case "cursor":
		q.Cursor = one
	}
	return q.URL()
}

// Filtered reports whether the query leaves anybody out.
func (q UserQuery) Filtered() bool { return q.Search != "" || len(q.Roles) > 0 || q.Status != "" }

// Cleared is the address without any filter, in the same order.
func (q UserQuery) Cleared() string { return UserQuery{Sort: q.Sort, Limit: q.Limit}.URL() }

// ExportURL is the address of all whom it finds as a file, which has one order.
func (q UserQuery) ExportURL() string {
	return address("/admin/users/export", UserQuery{Search: q.Search, Roles: q.Roles, Status: q.Status}.values())
}

// HasRole reports whether the role is one of the filter's.
func (q UserQuery) HasRole(name string) bool { return hasName(q.Roles, name) }

// without is the address with that role taken out of the filter.
func (q UserQuery) without(role string) string {
	rest := slices.DeleteFunc(slices.Clone(q.Roles), func(r string) bool { return models.SameName(r, role) })
	return q.With("role", rest...)
}

// An AuditQuery is what the address of the audit says, as it was given.
type AuditQuery struct {
	Actor, Action, Target string
	User                  int64  // whose events, whatever the name is now; 0 for all
	From, To              string // days, both included
	Limit                 int    // 0 for the usual
	Cursor                string
}

// URL is the address of the audit for the query.
func (q AuditQuery) URL() string { return address("/admin/audit", q.values()) }

// ExportURL is the address of all its events as a file.
func (q AuditQuery) ExportURL() string {
	q.Limit, q.Cursor = 0, ""
	return address("/admin/audit/export", q.values())
}

func (q AuditQuery) values() url.Values {
	values := url.Values{}
	set(values, "actor", q.Actor)
	set(values, "action", q.Action)
	set(values, "target", q.Target)
	if q.User != 0 {
		set(values, "user", strconv.FormatInt(q.User, 10))
	}
	set(values, "from", q.From)
	set(values, "to", q.To)
	if q.Limit > 0 {
		set(values, "limit", strconv.Itoa(q.Limit))
	}
	set(values, "cursor", q.Cursor)
	return values
}

// At is the address of the page that begins at the cursor.
func (q AuditQuery) At(cursor string) string {
	q.Cursor = cursor
	return q.URL()
}

// Without is the query without those parts, which the address names so: from the
// first page on, as a cursor belongs to one selection.
func (q AuditQuery) Without(parts ...string) AuditQuery {
	q.Cursor = ""
	for _, part := range parts {
		switch part {
		case "actor":
			q.Actor = ""
		case "action":
			q.Action = ""
		case "target":
			q.Target = ""
		case "user":
			q.User = 0
		case "from":
			q.From = ""
		case "to":
			q.To = ""
		case "limit":
			q.Limit = 0
		}
	}
	return q
}

// Filtered reports whether the query leaves anything out.
func (q AuditQuery) Filtered() bool {
	return q != AuditQuery{Limit: q.Limit, Cursor: q.Cursor}
}

func set(values url.Values, key, value string) {
	if value != "" {
		values.Set(key, value)
	}
}

func address(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func hasName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return models.SameName(n, name) })
}
