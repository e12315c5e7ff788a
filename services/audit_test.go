package services

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

func TestListEvents(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, name := range []string{"ann", "bob"} {
			if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id(name), "Admin"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Roles.Create(t.Context(), f.as("ann"), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		f.exec(`DELETE FROM "UserRoles" WHERE "UserId" = ?`, f.id("bob"))
		page, err := f.Audit.List(t.Context(), f.as("root"), EventQuery{})
		if err != nil {
			t.Fatal(err)
		}
		first := page.Items[0]
		want := models.Event{
			EventID: first.EventID, At: first.At, ActorID: f.id("ann"), ActorName: "ann", Action: "role.created",
			TargetType: "role", TargetID: f.roleID("Editor"), TargetName: "Editor",
			Changes: models.Changes{"role_name": {New: "Editor"}}, Address: "192.0.2.7", RequestID: "request-1",
		}
		if diff := cmp.Diff(want, first); diff != "" || models.Now().Sub(first.At) > 60e9 {
			t.Errorf("the newest event differs (-want +got):\n%s", diff)
		}
		for _, tt := range []struct {
			name  string
			as    string
			query EventQuery
			want  models.Kind
			found int
		}{
			{"a stranger", "", EventQuery{}, models.Unauthenticated, 0},
			{"a plain user", "bob", EventQuery{}, models.Forbidden, 0},
			{"all", "root", EventQuery{}, "", 6},
			{"an actor in another case", "root", EventQuery{Actor: "ROOT"}, "", 2},
			{"an action", "root", EventQuery{Action: "role.assigned"}, "", 2},
			{"a target", "root", EventQuery{TargetType: "user", TargetID: f.id("bob")}, "", 2},
			{"a target of another type", "root", EventQuery{TargetType: "role", TargetID: 9999}, "", 0},
			{"a target by name, in another case", "root", EventQuery{Target: "BOB"}, "", 2},
			{"no text", "root", EventQuery{Actor: "\x00", Action: "\xff"}, "", 0},
			{"limit 201", "root", EventQuery{Limit: 201}, models.Invalid, 0},
			{"a wrong cursor", "root", EventQuery{Cursor: "x"}, models.Invalid, 0},
			{"a cursor of users", "root", EventQuery{Cursor: cursor{Order: "user_id", ID: 1}.String()}, models.Invalid, 0},
		} {
			page, err := f.Audit.List(t.Context(), f.as(tt.as), tt.query)
			if models.KindOf(err) != tt.want || len(page.Items) != tt.found || int(page.Total) != tt.found {
				t.Errorf("%s: List = %d of %d events, %v, want %d and kind %q", tt.name, len(page.Items), page.Total, err, tt.found, tt.want)
			}
		}
	})
}

func TestWalkEvents(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for i := range 20 {
			if _, err := f.Roles.Create(t.Context(), models.System(), fmt.Sprintf("Role%d", i), ""); err != nil {
				t.Fatal(err)
			}
		}
		var forth, back []int64
		q := EventQuery{Limit: 7}
		for done := false; !done; {
			page, err := f.Audit.List(t.Context(), f.as("root"), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Items {
				forth = append(forth, e.EventID)
			}
			if done = page.Next == ""; done {
				q.Cursor = page.Previous
				back = append(back, forth[len(forth)-len(page.Items):]...)
			} else {
				q.Cursor = page.Next
			}
		}
		for q.Cursor != "" {
			page, err := f.Audit.List(t.Context(), f.as("root"), q)
			if err != nil {
				t.Fatal(err)
			}
			var ids []int64
			for _, e := range page.Items {
				ids = append(ids, e.EventID)
			}
			back = append(ids, back...)
			q.Cursor = page.Previous
		}
		var want []int64
		for id := forth[0]; len(want) < 23; id-- {
			want = append(want, id)
		}
		if diff := cmp.Diff(want, forth); diff != "" {
			t.Errorf("forth, newest first, differs (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, back); diff != "" {
			t.Errorf("back differs (-want +got):\n%s", diff)
		}
	})
}

// A command has every right, and the audit names no user.
func TestSystemActor(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Roles.Create(context.Background(), models.System(), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		page, err := f.Audit.List(t.Context(), models.System(), EventQuery{Limit: 1})
		if err != nil || page.Items[0].ActorID != 0 || page.Items[0].ActorName != "" || page.Items[0].RequestID != "command" {
			t.Errorf("List = %+v, %v, want an event of nobody", page.Items, err)
		}
	})
}

func TestClipRunes(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"short", "abc", "abc"},
		{"just as long", "abcd", "abcd"},
		{"longer", "abcde", "abcd"},
		{"letters of two bytes", "äöüßx", "äöüß"},
		{"letters of two UTF-16 units", "😀😀😀", "😀😀"},
		{"a letter that does not fit", "abc😀", "abc"},
		{"NUL", "a\x00b", "a\uFFFDb"},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		got := clipRunes(tt.text, 4)
		if got != tt.want || !utf8.ValidString(got) || len(utf16.Encode([]rune(got))) > 4 {
			t.Errorf("%s: clipRunes(%q, 4) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
	if got := clipRunes(strings.Repeat("x", 100), 0); got != "" {
		t.Errorf("clipRunes to 0 = %q, want nothing", got)
	}
}
