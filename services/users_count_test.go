package services

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// tidied looks for strays now, and keeps what it finds.
func (f *fixture) tidied() (tidy bool) {
	f.t.Helper()
	c := f.Users.core
	c.strays = newMemory[bool]()
	c.strays.slow = 0
	for _, kind := range []stray{strayAccount, strayMember, doubleMember} {
		if _, err := c.strays.get(f.t.Context(), kind.name, 0, c.none(kind)); err != nil {
			f.t.Fatal(err)
		}
	}
	return c.tidy(f.t.Context(), strayAccount, strayMember, doubleMember)
}

// counts are the totals that an admin sees.
func (f *fixture) counts() (text string) {
	f.t.Helper()
	root := f.as("root")
	for _, q := range []UserQuery{
		{}, {Status: "active"}, {Status: "disabled"}, {Status: "pending"}, {Status: "locked"}, {Roles: []string{"User"}}, {Roles: []string{"admin"}},
		{Roles: []string{"User", "Admin"}}, {Search: "a"}, {Search: "a", Status: "active", Roles: []string{"User"}},
	} {
		page, err := f.Users.List(f.t.Context(), root, q)
		if err != nil {
			f.t.Fatal(err)
		}
		text += fmt.Sprint(page.Total, " ")
	}
	figures := f.read()
	roles, err := f.Roles.List(f.t.Context(), root)
	if err != nil {
		f.t.Fatal(err)
	}
	text += fmt.Sprint(figures.Users, figures.Active, figures.Disabled, figures.Pending, figures.Locked)
	for _, role := range roles {
		text += fmt.Sprint(" ", role.RoleName, role.UserCount)
	}
	return text
}

// What an index tells is what all rows tell, and with strays it is not asked.
func TestCountsByIndex(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("carl", models.UserRole)
		f.create("dora")
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("carl"))
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'disabled' WHERE "UserId" = ?`, f.id("dora"))
		f.exec(`INSERT INTO "RolecallHolds" ("UserId", "Until") VALUES (?, ?)`, f.id("ann"), int64(models.Now().Add(time.Hour)))
		const want = "5 3 1 1 1 5 1 5 1 1 5 3 1 1 1 Admin1 User5"
		if got := f.counts(); got != want {
			t.Errorf("asked of each user: %s, want %s", got, want)
		}
		if !f.tidied() {
			t.Error("there are strays, want none")
		}
		if got := f.counts(); got != want {
			t.Errorf("by index: %s, want %s", got, want)
		}
		f.exec(`DELETE FROM "Users" WHERE "Username" IN ('carl', 'dora')`) // by another program
		if f.tidied() {
			t.Error("there are no strays, want some of two users who are gone")
		}
		if got, want := f.counts(), "3 3 0 0 1 3 1 3 1 1 3 3 0 0 1 Admin1 User3"; got != want {
			t.Errorf("with strays: %s, want %s", got, want)
		}
	})
}

// A page does not wait for a count that takes long, and says how many there are at
// least; once they are counted, the same page knows.
func TestListSoon(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t))
	f.create("root", models.AdminRole)
	const users = countFloor + 100
	if _, err := f.Demo.Fill(t.Context(), models.System(), DemoOrder{Users: users, Seed: 1}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	counts := f.Users.counts
	counts.slow = 0
	counted := make(chan int64)
	counts.begin(t.Context(), UserQuery{}.filterName(), f.db.Changes(), func(context.Context) (int64, error) { return <-counted, nil })
	soon := func(cursor string, first, total int64, more bool) Page[models.User] {
		t.Helper()
		page, err := f.Users.ListSoon(t.Context(), f.as("root"), UserQuery{Sort: "username", Limit: 200, Cursor: cursor})
		if err != nil || page.First != first || page.Total != total || page.More != more {
			t.Errorf("the page is from %d on of %d, more %t, %v; want %d of %d, more %t", page.First, page.Total, page.More, err, first, total, more)
		}
		return page
	}
	page := soon("", 1, countFloor, true)
	last := page.Last
	for place := int64(201); place < countFloor; place += 200 {
		page = soon(page.Next, place, countFloor, true)
	}
	soon(page.Previous, 601, countFloor, true)
	soon(page.Next, 1001, users+1, false) // the end itself says how many there are
	counted <- users + 1
	soon(last, 1001, users+1, false)
	soon("", 1, users+1, false)
}
