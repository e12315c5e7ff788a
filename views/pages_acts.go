package views

import (
	"net/url"
	"strconv"

	"rolecall/models"
)

// ActPreview is the page acts/preview: what an order would do, before it is done.
type ActPreview struct {
	Page
	Refusal // why it was not done, or can't be
	Order   ActOrder
	Total   int64 // users that are meant; 0 where the order can't be carried out
	Counts  models.ActCounts
	Rows    []PlannedRow // the first few
}

// An ActOrder is what the list, and then the preview, send: what to do, and to
// whom.
type ActOrder struct {
	Action   models.ActAction
	RoleName string // of AssignRole and RevokeRole
	UserIDs  []int64
	All      bool // everybody whom Query finds, instead of UserIDs
	Query    UserQuery
	Next     string // the list where it began
}

// A PlannedRow is what would become of a user.
type PlannedRow struct {
	models.ActRow
	User models.User // zero for one who is not there
}

// ActShow is the page acts/show: what became of each user.
type ActShow struct {
	Page
	Act            ActReport
	BackTo         string // the list where it began
	Next, Previous string // cursors; "" for none
}

// An ActReport is an act with what became of its users: of all of them in figures,
// of some of them in rows. The zero ActReport is none.
type ActReport struct {
	models.Act
	Counts models.ActCounts
	Rows   []models.ActRow
}

// A HiddenField is one that a form sends along.
type HiddenField struct{ Name, Value string }

// Hidden are the fields by which the order is sent once more.
func (o ActOrder) Hidden() []HiddenField {
	var list []HiddenField
	switch {
	case o.Action == models.AssignRole:
		list = append(list, HiddenField{"assign", o.RoleName})
	case o.Action == models.RevokeRole:
		list = append(list, HiddenField{"revoke", o.RoleName})
	default:
		list = append(list, HiddenField{"do", string(o.Action)})
	}
	if o.All {
		return append(append(list, HiddenField{"all", "1"}), o.Query.selection(o.Next)...)
	}
	for _, id := range o.UserIDs {
		list = append(list, HiddenField{"user", strconv.FormatInt(id, 10)})
	}
	return append(list, HiddenField{"next", o.Next})
}

// URL is the address of the preview.
func (o ActOrder) URL() string {
	values := url.Values{}
	for _, field := range o.Hidden() {
		if field.Value != "" {
			values.Add(field.Name, field.Value)
		}
	}
	return address("/admin/users/bulk", values)
}

// selection are the fields that name whom the query finds, and the list to come
// back to.
func (q UserQuery) selection(next string) []HiddenField {
	list := []HiddenField{{"search", q.Search}, {"status", q.Status}, {"next", next}}
	for _, role := range q.Roles {
		list = append(list, HiddenField{"role", role})
	}
	return list
}

// BulkFields are what the bar above the list sends along.
func (l UserList) BulkFields() []HiddenField { return l.Query.selection(l.Query.URL()) }

// A BulkMenu is a menu of the bar above the list: one field, of several values.
type BulkMenu struct {
	Label, Name string
	Choices     []BulkChoice
}

// A BulkChoice is an entry of such a menu.
type BulkChoice struct {
	Label, Value string
	Own          bool // the label is a role's own name
}

// BulkMenus are what can be done to the selected users.
func (l UserList) BulkMenus() []BulkMenu {
	roles := make([]BulkChoice, len(l.AllRoles))
	for i, role := range l.AllRoles {
		roles[i] = BulkChoice{role.RoleName, role.RoleName, true}
	}
	return []BulkMenu{
		{"Give a role", "assign", roles},
		{"Take a role", "revoke", roles},
		{"Account", "do", []BulkChoice{
			{"Disable", string(models.Disable), false}, {"Enable", string(models.Enable), false},
			{"End sessions", string(models.EndSessions), false},
		}},
	}
}

// Fields is the field for the own password, where the order changes roles and the
// sign-in was a while ago.
func (p ActPreview) Fields() []Field {
	if !p.Order.Action.ChangesRoles() {
		return nil
	}
	return p.confirm(p.Refusal, true, "act")
}

// Path is the address of the act's page, with the list to go back to.
func (r ActReport) Path(backTo string) string {
	values := url.Values{}
	set(values, "next", backTo)
	return address("/admin/acts/"+url.PathEscape(r.ActID), values)
}

// NextURL leads to the next page; "" where there is none.
func (a ActShow) NextURL() string { return a.at(a.Next) }

// PreviousURL leads to the page before; "" where there is none.
func (a ActShow) PreviousURL() string { return a.at(a.Previous) }

func (a ActShow) at(cursor string) string {
	if cursor == "" {
		return ""
	}
	return address("/admin/acts/"+url.PathEscape(a.Act.ActID), url.Values{"next": {a.BackTo}, "cursor": {cursor}})
}
