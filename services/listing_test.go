package services

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"rolecall/models"
)

// Rows may come and go between two pages: the place is then approximate, but one
// that a page could have.
func TestPlace(t *testing.T) {
	for _, tt := range []struct {
		name          string
		from          cursor
		n, total      int64
		before, after bool
		first, all    int64
	}{
		{"all there is", cursor{}, 7, 7, false, false, 1, 7},
		{"all there is, as more were counted", cursor{}, 7, 9, false, false, 1, 7},
		{"the first page", cursor{}, 10, 95, false, true, 1, 95},
		{"the first page, as fewer were counted", cursor{}, 10, 3, false, true, 1, 11},
		{"the next", cursor{Place: 10}, 10, 95, true, true, 11, 95},
		{"the last", cursor{Place: 90}, 5, 95, true, false, 91, 95},
		{"the last, after some have gone", cursor{Place: 90}, 5, 85, true, false, 81, 85},
		{"the last, as fewer were counted", cursor{Place: 90}, 5, 0, true, false, 2, 6},
		{"from the end", cursor{Back: true, End: true}, 5, 95, true, false, 91, 95},
		{"the one before", cursor{Place: 91, Back: true}, 10, 95, true, true, 81, 95},
		{"back at the first, after some have come", cursor{Place: 14, Back: true}, 10, 98, false, true, 1, 98},
		{"before the beginning", cursor{Place: 5, Back: true}, 10, 95, true, true, 2, 95},
		{"beyond the end", cursor{Place: 1 << 62}, 10, 95, true, true, 85, 95},
		{"below zero", cursor{Place: -1 << 63, Back: true}, 10, 95, true, true, 85, 95},
		{"a place nobody knows", cursor{}, 10, 95, true, true, 2, 95},
	} {
		first, all := place(tt.from, tt.n, tt.total, tt.before, tt.after)
		if first != tt.first || all != tt.all {
			t.Errorf("%s: from %d on of %d, want from %d on of %d", tt.name, first, all, tt.first, tt.all)
		}
	}
}

// A page whose rows are gone names the last page; a stretch that is gone names none.
func TestPagesThatAreGone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		q := UserQuery{Sort: "roles", Limit: 2}
		first, err := f.Users.List(t.Context(), f.as("root"), q)
		if err != nil || len(first.Items) != 2 {
			t.Fatalf("List = %v, %v", first, err)
		}
		if _, err := f.Roles.Create(t.Context(), models.System(), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		f.exec(`DELETE FROM "Users" WHERE "UserId" > ?`, first.Items[1].UserID)
		q.Cursor = first.Next
		gone, err := f.Users.List(t.Context(), f.as("root"), q)
		if err != nil || len(gone.Items) != 0 || gone.First != 0 || gone.Last == "" || gone.Next+gone.Previous != "" {
			t.Fatalf("a page whose rows are gone = %+v, %v; want one that names the last", gone, err)
		}
		q.Cursor = gone.Last
		last, err := f.Users.List(t.Context(), f.as("root"), q)
		if err != nil || names(last.Items) != "root ann" || last.First != 1 {
			t.Errorf("the last page = %q from %d on, %v", names(last.Items), last.First, err)
		}
		f.exec(`UPDATE "Roles" SET "RoleName" = 'Person' WHERE "RoleName" = 'User'`)
		q.Cursor = first.Next
		if _, err := f.Users.List(t.Context(), f.as("root"), q); fieldsOf(err) != "cursor" {
			t.Errorf("a cursor at a role that is gone = %v, want it refused", err)
		}
	})
}

func TestMemory(t *testing.T) {
	m := newMemory[int]()
	m.slow = 0
	asked := 0
	get := func(key string, changes uint64, err error) int {
		got, gotErr := m.get(t.Context(), key, changes, func(context.Context) (int, error) { asked++; return asked, err })
		if gotErr != err {
			t.Errorf("get = %v, want %v", gotErr, err)
		}
		return got
	}
	for _, tt := range []struct {
		name    string
		key     string
		changes uint64
		want    int
	}{{"first", "a", 0, 1}, {"again", "a", 0, 1}, {"another", "b", 0, 2}, {"after a change", "a", 1, 3}, {"as before the change", "a", 0, 4}} {
		if got := get(tt.key, tt.changes, nil); got != tt.want {
			t.Errorf("%s: get = %d, want %d", tt.name, got, tt.want)
		}
	}
	get("fails", 0, errors.New("away"))
	if got := get("fails", 0, nil); got != 6 {
		t.Errorf("after an error, get = %d, want what was asked again", got)
	}
	m.life, m.use = 0, 0
	get("short", 0, nil)
	time.Sleep(time.Millisecond)
	if get("short", 0, nil) != 8 {
		t.Error("what is too old is used")
	}
	m.life, m.slow = time.Hour, time.Hour
	if get("quick", 0, nil); get("quick", 0, nil) != 10 {
		t.Error("what was quick to ask is kept")
	}
	m.slow = 0
	for i := range 2 * memoryMax {
		get(fmt.Sprint(i), 0, nil)
	}
	if len(m.kept) > memoryMax {
		t.Errorf("%d answers are kept, want at most %d", len(m.kept), memoryMax)
	}
}

// remember makes what the list asks for slow enough to be kept.
func (f *fixture) remember() {
	c := f.Users.core
	c.counts.slow, c.blanks.slow, c.sizes.slow, c.roles.slow, c.strays.slow = 0, 0, 0, 0, 0
}

// What is kept of a list is a moment old, but never older than our own changes.
func TestListRemembers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.remember()
		list := func(sort, want string, total int64) {
			t.Helper()
			page, err := f.Users.List(t.Context(), f.as("root"), UserQuery{Sort: sort, Limit: 3})
			if names(page.Items) != want || page.Total != total || err != nil {
				t.Errorf("by %s: %q of %d, %v; want %q of %d", sort, names(page.Items), page.Total, err, want, total)
			}
		}
		list("created_at", "root ann bob", 3)
		list("roles", "root ann bob", 3)
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('foreign', 'x', 'f@example.com')`) // by another program
		list("created_at", "root ann bob", 3)
		list("username", "ann bob foreign", 4) // which it sees to be too few
		f.create("joe")
		list("created_at", "root ann bob", 5) // no change of ours makes more of its kind
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Able", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id("bob"), "Able"); err != nil {
			t.Fatal(err)
		}
		list("roles", "foreign bob root", 5)
	})
}
