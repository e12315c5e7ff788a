package services

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// batches are everybody whom Batch gives, by name.
func (f *fixture) batches(q UserQuery) (names []string) {
	f.t.Helper()
	for {
		users, next, err := f.Users.Batch(f.t.Context(), f.as("root"), q)
		if err != nil {
			f.t.Fatalf("Batch(%+v) = %v", q, err)
		}
		for _, user := range users {
			names = append(names, user.Username)
		}
		if next == "" {
			return names
		}
		q.Cursor = next
	}
}

// TestBatchIsTheList: a walk meets those whom the list finds under the same
// filters, whatever order and size of page it was asked for.
func TestBatchIsTheList(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.herd(2 * userBatch)
		for _, q := range []UserQuery{
			{}, {Search: "u00"}, {Roles: []string{"user", "Admin"}}, {Roles: []string{"Nobody"}}, {Status: "disabled"},
			{Search: "ann", Roles: []string{"User"}, Status: "active", Sort: "-username", Limit: 1},
		} {
			var want []string
			for list := (UserQuery{Search: q.Search, Roles: q.Roles, Status: q.Status, Limit: pageLimitMax}); ; {
				page, err := f.Users.List(t.Context(), f.as("root"), list)
				if err != nil {
					t.Fatal(err)
				}
				for _, user := range page.Items {
					want = append(want, user.Username)
				}
				if list.Cursor = page.Next; list.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(want, f.batches(q)); diff != "" {
				t.Errorf("%+v: the walk is not the list (-list +walk):\n%s", q, diff)
			}
		}
	})
}

func TestBatchRefuses(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, tt := range []struct {
			name string
			who  string
			q    UserQuery
			want models.Kind
		}{
			{"a stranger", "", UserQuery{}, models.Unauthenticated},
			{"a user", "ann", UserQuery{}, models.Forbidden},
			{"a status that is none", "root", UserQuery{Status: "x"}, models.Invalid},
			{"a cursor of another order", "root", UserQuery{Cursor: cursor{Order: "email"}.String()}, models.Invalid},
		} {
			if _, _, err := f.Users.Batch(t.Context(), f.as(tt.who), tt.q); models.KindOf(err) != tt.want {
				t.Errorf("%s: Batch = %v, want %q", tt.name, err, tt.want)
			}
		}
	})
}

// TestUserRows: the cells of a file, which never has a hash.
func TestUserRows(t *testing.T) {
	user := models.User{UserID: 7, Username: "ann", PasswordHash: "canary", Email: "ann@example.com", FirstName: "Ann", OwnerActive: true, Status: models.Active,
		CreatedAt: models.Time(1_500), Roles: []models.Role{{RoleName: "Admin"}, {RoleName: `a "b"; c`}}}
	want := []string{"7", "ann", "ann@example.com", "Ann", "", "true", `Admin;"a ""b""; c"`, "1970-01-01T00:00:01.5Z", "", ""}
	rows := UserRows([]models.User{user, {UserID: 8, Status: models.Pending}})
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("the row differs (-want +got):\n%s", diff)
	}
	if got := fmt.Sprint(rows); slices.Contains(rows[0], "canary") || rows[1][5] != "false" || rows[1][6] != "" || len(rows[1]) != len(UserColumns) {
		t.Errorf("the rows are %s", got)
	}
}
