package views

import (
	"testing"

	"rolecall/models"
)

func TestUserQuery(t *testing.T) {
	t.Parallel()
	q := UserQuery{Search: "a b&c", Roles: []string{"Admin", "Editor"}, Status: "active", Sort: "-email", Limit: 20, Cursor: "x"}
	for _, tt := range []struct{ name, got, want string }{
		{"all", q.URL(), "/admin/users?cursor=x&limit=20&role=Admin&role=Editor&search=a+b%26c&sort=-email&status=active"},
		{"nothing", UserQuery{}.URL(), "/admin/users"},
		{"next page", q.With("cursor", "y="), "/admin/users?cursor=y%3D&limit=20&role=Admin&role=Editor&search=a+b%26c&sort=-email&status=active"},
		{"other order", q.With("sort", "email"), "/admin/users?limit=20&role=Admin&role=Editor&search=a+b%26c&sort=email&status=active"},
		{"no search", q.With("search"), "/admin/users?limit=20&role=Admin&role=Editor&sort=-email&status=active"},
		{"no status", q.With("status", ""), "/admin/users?limit=20&role=Admin&role=Editor&search=a+b%26c&sort=-email"},
		{"other roles", q.With("role", "User"), "/admin/users?limit=20&role=User&search=a+b%26c&sort=-email&status=active"},
		{"one role less", q.without("admin"), "/admin/users?limit=20&role=Editor&search=a+b%26c&sort=-email&status=active"},
		{"cleared", q.Cleared(), "/admin/users?limit=20&sort=-email"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	if len(q.Roles) != 2 || q.Cursor != "x" {
		t.Errorf("the query itself changed: %+v", q)
	}
	if q.Cleared() == q.URL() || !q.Filtered() || (UserQuery{Sort: "email"}).Filtered() {
		t.Error("Filtered is wrong")
	}
}

func TestAuditQuery(t *testing.T) {
	t.Parallel()
	q := AuditQuery{Actor: "a", Action: "b", Target: "c d", Limit: 5}
	if got, want := q.At("x"), "/admin/audit?action=b&actor=a&cursor=x&limit=5&target=c+d"; got != want {
		t.Errorf("At = %s, want %s", got, want)
	}
	if got := (AuditQuery{}).URL(); got != "/admin/audit" {
		t.Errorf("URL = %s", got)
	}
	q.User, q.From, q.To, q.Cursor = 7, "2026-03-01", "2026-03-31", "x"
	if got, want := q.ExportURL(), "/admin/audit/export?action=b&actor=a&from=2026-03-01&target=c+d&to=2026-03-31&user=7"; got != want {
		t.Errorf("ExportURL = %s, want %s", got, want)
	}
	if got := q.Without("from", "limit", "cursor", "nothing"); got.From != "" || got.Limit != 0 || got.Cursor != "" || got.To != q.To || !got.Filtered() {
		t.Errorf("Without = %+v", got)
	}
	if (AuditQuery{Limit: 5, Cursor: "x"}).Filtered() {
		t.Error("a page of the whole audit is Filtered")
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	list := UserList{Query: UserQuery{Sort: "-username", Search: "x", Cursor: "c"}}
	for _, column := range list.Columns() {
		switch column.Label {
		case "Username":
			if column.Sorted != "descending" || column.URL != "/admin/users?search=x&sort=username" {
				t.Errorf("the sorted column is %+v", column)
			}
		default:
			if column.URL == "" || column.Sorted != "" {
				t.Errorf("another column is %+v", column)
			}
		}
	}
}

func TestNav(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/admin": "Overview", "/admin/users": "Users", "/admin/users/7/delete": "Users", "/admin/roles/3": "Roles",
		"/admin/audit": "Audit", "/account": "", "/admin/usersX": "",
	} {
		got := ""
		for _, item := range (Page{Path: path, Actor: admin()}).Nav() {
			if item.Current {
				got += item.Label
			}
		}
		if got != want {
			t.Errorf("at %s the current item is %q, want %q", path, got, want)
		}
	}
	if nav := (Page{Actor: models.System()}).Nav(); nav != nil {
		t.Errorf("nobody is signed in, but the navigation is %v", nav)
	}
}
