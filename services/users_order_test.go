package services

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// mixture makes fifty users with ties in every key but the id. Some have no row of
// ours, no name, no role, or one that is not there; some are not active.
func (f *fixture) mixture() {
	f.t.Helper()
	for _, role := range []string{"Zoologist", "auditor", "Editor", "Nobody's"} {
		if _, err := f.Roles.Create(f.t.Context(), models.System(), role, ""); err != nil {
			f.t.Fatal(err)
		}
	}
	for i := range 47 {
		last := string(rune('A' + i%3))
		if i%2 == 0 {
			last = strings.ToLower(last)
		}
		name := fmt.Sprintf("user%02d", (i*29)%47)
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email", "LastName") VALUES (?, 'x', ?, ?)`,
			name, fmt.Sprintf("%c%02d@example.com", "aBc"[i%3], i), last)
		for every, role := range map[int]string{5: "Zoologist", 7: "auditor", 6: "Editor", 4: "User"} {
			if i%every == 1 {
				f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT u."UserId", r."RoleId" FROM "Users" AS u, "Roles" AS r`+
					` WHERE u."Username" = ? AND r."RoleName" = ?`, name, role)
			}
		}
	}
	f.exec(`UPDATE "Users" SET "LastName" = NULL WHERE "Username" LIKE 'user1%'`)
	f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT u."UserId", 9999 FROM "Users" AS u WHERE u."Username" LIKE 'user2%'`)
	f.exec(`INSERT INTO "RolecallAccounts" ("UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt")` +
		` SELECT u."UserId", CASE WHEN u."Username" LIKE '%3' THEN 'pending' WHEN u."Username" LIKE '%7' THEN 'disabled' ELSE 'active' END,` +
		` 1, u."UserId" % 5, 0, u."UserId" % 3 FROM "Users" AS u WHERE u."Username" LIKE 'user%' AND u."UserId" % 4 > 0`)
	f.exec(`INSERT INTO "RolecallHolds" ("UserId", "Until") SELECT u."UserId", ? FROM "Users" AS u WHERE u."Username" LIKE '%5'`,
		int64(models.Now().Add(time.Hour)))
	f.exec(`INSERT INTO "RolecallHolds" ("UserId", "Until") SELECT u."UserId", 1 FROM "Users" AS u WHERE u."Username" LIKE '%6'`)
}

func TestWalkUsers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.mixture()
		for _, key := range UserSorts {
			for _, sort := range []string{key, "-" + key} {
				f.walk(t, UserQuery{Sort: sort, Limit: 7}, 50)
			}
		}
		f.walk(t, UserQuery{Sort: "last_name", Limit: 1, Search: "user1"}, 10)
		f.walk(t, UserQuery{Sort: "roles", Limit: 2, Search: "user1", Status: "active"}, 9)
		f.walk(t, UserQuery{Sort: "-status", Limit: 3, Roles: []string{"User", "Editor"}}, 19)
		f.walk(t, UserQuery{Limit: 50}, 50)
	})
}

// walk goes through all pages and back, and compares with one page of all.
func (f *fixture) walk(t *testing.T, q UserQuery, total int) {
	t.Helper()
	root := f.as("root")
	whole := q
	whole.Limit = 200
	all, err := f.Users.List(t.Context(), root, whole)
	if err != nil || len(all.Items) != total || all.First != 1 || all.Next+all.Previous+all.Last != "" {
		t.Fatalf("%s: a single page = %d users from %d on, next %q, previous %q, %v; want %d and no cursors",
			q.Sort, len(all.Items), all.First, all.Next, all.Previous, err, total)
	}
	if !f.ordered(all.Items, q.Sort) {
		t.Errorf("%s: not in order: %v", q.Sort, names(all.Items))
	}
	forth, last := f.forth(t, q, total)
	if diff := cmp.Diff(strings.Fields(names(all.Items)), forth); diff != "" {
		t.Errorf("%s: forth differs from one page (-want +got):\n%s", q.Sort, diff)
	}
	if diff := cmp.Diff(strings.Fields(names(all.Items)), f.back(t, q, last, total)); diff != "" {
		t.Errorf("%s: back differs from one page (-want +got):\n%s", q.Sort, diff)
	}
}

// forth goes through all pages. The last one is what the first one's link leads to.
func (f *fixture) forth(t *testing.T, q UserQuery, total int) (seen []string, last Page[models.User]) {
	t.Helper()
	root, jump := f.as("root"), ""
	for q.Cursor = ""; ; q.Cursor = last.Next {
		page, err := f.Users.List(t.Context(), root, q)
		if err != nil || page.Total != int64(total) || page.First != int64(len(seen)+1) {
			t.Fatalf("%s: List = from %d on of %d, %v; want from %d of %d", q.Sort, page.First, page.Total, err, len(seen)+1, total)
		}
		seen = append(seen, strings.Fields(names(page.Items))...)
		if (page.Previous == "") != (q.Cursor == "") || (page.Last == "") != (page.Next == "") {
			t.Errorf("%s: at %q, previous is %q, next %q, last %q", q.Sort, q.Cursor, page.Previous, page.Next, page.Last)
		}
		jump, last = max(jump, page.Last), page
		if page.Next == "" || len(seen) > 2*total {
			break
		}
	}
	if q.Cursor = jump; jump == "" {
		return seen, last
	}
	jumped, err := f.Users.List(t.Context(), root, q)
	if diff := cmp.Diff(last, jumped); err != nil || diff != "" {
		t.Errorf("%s: the last page differs by its own link, %v (-want +got):\n%s", q.Sort, err, diff)
	}
	return seen, last
}

// back goes back to the first page.
func (f *fixture) back(t *testing.T, q UserQuery, page Page[models.User], total int) (seen []string) {
	t.Helper()
	for {
		seen = append(strings.Fields(names(page.Items)), seen...)
		if page.First != int64(total-len(seen)+1) || page.Total != int64(total) {
			t.Errorf("%s: back at %q: from %d on of %d, want from %d of %d", q.Sort, q.Cursor, page.First, page.Total, total-len(seen)+1, total)
		}
		if (page.Previous == "") != (len(seen) == total) {
			t.Errorf("%s: after %d of %d users on the way back, previous is %q", q.Sort, len(seen), total, page.Previous)
		}
		if q.Cursor = page.Previous; q.Cursor == "" || len(seen) > 2*total {
			return seen
		}
		var err error
		if page, err = f.Users.List(t.Context(), f.as("root"), q); err != nil {
			t.Fatal(err)
		}
	}
}

// ordered compares with Go's idea of the order.
func (f *fixture) ordered(users []models.User, sort string) bool {
	f.t.Helper()
	key, descending := strings.CutPrefix(sort, "-")
	ids := make([]int64, len(users))
	for i, user := range users {
		ids[i] = user.UserID
	}
	locked, err := f.Limits.Locked(f.t.Context(), f.as("root"), ids)
	if err != nil {
		f.t.Fatal(err)
	}
	text := func(u models.User) string {
		switch key {
		case "username":
			return strings.ToLower(u.Username)
		case "email":
			return strings.ToLower(u.Email)
		case "last_name":
			return strings.ToLower(u.LastName)
		case "created_at":
			return fmt.Sprintf("%20d", u.CreatedAt)
		case "last_login_at":
			return fmt.Sprintf("%20d", u.LastLoginAt)
		case "roles":
			return strings.ToLower(append(u.RoleNames(), "")[0])
		case "status":
			if _, held := locked[u.UserID]; held && u.IsActive() {
				return string(models.Locked)
			}
			return string(u.State())
		}
		return fmt.Sprintf("%20d", u.UserID)
	}
	return slices.IsSortedFunc(users, func(a, b models.User) int {
		order := strings.Compare(text(a), text(b))
		if descending {
			order = -order
		}
		if order == 0 { // ties by id, upwards
			order = int(a.UserID - b.UserID)
		}
		return order
	})
}
