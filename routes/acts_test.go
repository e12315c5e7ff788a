package routes

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// TestBulkPreview: the address holds the whole order, and looking at it changes
// nothing.
func TestBulkPreview(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		back := `href="/admin/users?search=a"`
		next := "&next=%2Fadmin%2Fusers%3Fsearch%3Da"
		playPages(t, s, []scenario{
			{name: "picked", who: "root", call: "GET /admin/users/bulk?user={ann}&user={bob}&user={ann}&assign=editor" + next, status: 200,
				has: []string{"Give the role Editor to 2 users?", `name="user" value="{ann}"`, `name="count" value="2"`, "ann@example.com", back}, not: []string{`name="all"`, `name="your_password"`}},
			{name: "all that match", who: "root", call: "GET /admin/users/bulk?all=1&user={root}&role=user&status=active&do=disable" + next, status: 200,
				has: []string{"Disable 2 accounts?", "This is the last active administrator.", `name="all" value="1"`, `name="role" value="user"`, `name="count" value="3"`}, not: []string{"dora@example.com", `name="user"`}},
			{name: "the next of another site", who: "root", call: "GET /admin/users/bulk?user={ann}&do=enable&next=//evil.example", status: 200, has: []string{"There is nothing to change", `href="/admin/users"`}, not: []string{`href="//evil`, `value="//evil`}},
			{name: "the next of another page", who: "root", call: "GET /admin/users/bulk?user={ann}&do=enable&next=/logout", status: 200, has: []string{`href="/admin/users"`}, not: []string{`value="/logout"`}},
			{name: "two actions", who: "root", call: "GET /admin/users/bulk?user={ann}&do=disable&assign=Editor&revoke=User", status: 200, has: []string{"Give the role Editor to 1 user?"}},
			{name: "nobody there", who: "root", call: "GET /admin/users/bulk?user=99999&do=disable", status: 200, has: []string{"There is nothing to change", "Not there any more"}},
			{name: "nobody", who: "root", call: "GET /admin/users/bulk?assign=Editor" + next, status: 422, has: []string{"Nobody is selected.", back}, not: []string{"<table"}},
			{name: "no numbers", who: "root", call: "GET /admin/users/bulk?user=x&user=1e3&user=99999999999999999999&do=disable", status: 422, has: []string{"Nobody is selected."}},
			{name: "nobody matches", who: "root", call: "GET /admin/users/bulk?all=1&search=zzz&do=disable", status: 422, has: []string{"Nobody is selected."}},
			{name: "no action", who: "root", call: "GET /admin/users/bulk?user={ann}" + next, status: 422, has: []string{"Choose what to do", back}},
			{name: "an action nobody knows", who: "root", call: "GET /admin/users/bulk?user={ann}&do=delete", status: 422, has: []string{"Choose what to do"}},
			{name: "the action of a single user", who: "root", call: "GET /admin/users/bulk?user={ann}&do=roles", status: 422, has: []string{"Choose what to do"}},
			{name: "no such role", who: "root", call: "GET /admin/users/bulk?user={ann}&assign=%00%ff", status: 422, has: []string{"There is no role of this name."}},
			{name: "no such state", who: "root", call: "GET /admin/users/bulk?all=1&status=x&do=disable", status: 422},
		})
	})
}

// TestBulk does it: as the preview said, or not at all.
func TestBulk(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		playPages(t, s, []scenario{
			{name: "without a preview", who: "root", call: "POST /admin/users/bulk", body: "user={ann}&do=disable", status: 412, has: []string{"The selection has changed since you looked at it.", "Disable 1 account?"}},
			{name: "another number", who: "root", call: "POST /admin/users/bulk", body: "all=1&do=disable&count=3", status: 412, has: []string{`name="count" value="4"`, "The selection has changed", `name="next" value="/admin/users/bulk?all=1&do=disable&next=%2Fadmin%2Fusers"`}},
			{name: "in the address", who: "root", call: "POST /admin/users/bulk?user={ann}&do=disable&count=1", status: 422, has: []string{"Choose what to do"}},
			{name: "nobody", who: "root", call: "POST /admin/users/bulk", body: "do=disable&count=0", status: 422, has: []string{"Nobody is selected."}},
			{name: "no such role", who: "root", call: "POST /admin/users/bulk", body: "user={ann}&assign=Nobody&count=1", status: 422, has: []string{"There is no role of this name."}},
			{name: "a role", who: "root", call: "POST /admin/users/bulk", body: "user={ann}&user={bob}&assign=Editor&count=2", status: 303, header: []string{"Location"}, events: []string{"root role.assigned ann", "root role.assigned bob"}},
			{name: "all", who: "root", call: "POST /admin/users/bulk", body: "all=1&search=b&do=disable&count=1", status: 303, events: []string{"root user.disabled bob"}},
			{name: "oneself and the other states", who: "root", call: "POST /admin/users/bulk", body: "all=1&do=enable&count=4", status: 303, events: []string{"root user.enabled bob", "root user.enabled dora"}},
			{name: "taken", who: "root", call: "POST /admin/users/bulk", body: "all=1&role=editor&revoke=EDITOR&count=2", status: 303, events: []string{"root role.revoked ann", "root role.revoked bob"}},
		})
	})
}

// TestBulkResult shows what became of each, to whoever did it alone.
func TestBulkResult(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.user("amy", models.AdminRole)
		b := s.browser(t).signIn("root")
		to := b.post("/admin/users/bulk", "user", s.fill("{ann}"), "user", s.fill("{dora}"), "user", s.fill("{root}"), "user", "99999", "do", "disable", "count", "4", "next", "/admin/users?search=a").
			want(t, "disable", http.StatusSeeOther).Header.Get("Location")
		if !strings.HasPrefix(to, "/admin/acts/") || !strings.HasSuffix(to, "?next=%2Fadmin%2Fusers%3Fsearch%3Da") {
			t.Errorf("it leads to %s, want the act, with the list", to)
		}
		page := b.get(to).want(t, "the result", 200)
		checkPage(t, to, page)
		page.shows(t, "the result", "1 account is disabled", "This is your own account.", "Not there any more", "Was so already", `href="/admin/users?search=a"`, ">Undo</button>")
		if got := strings.Count(page.body, "/undo"); got != 1 {
			t.Errorf("the page offers the undo %d times, want once", got)
		}
		b.follow(b.get(strings.Replace(to, "?", "?cursor=x&", 1))).want(t, "a bad cursor", 200).shows(t, "a bad cursor", "1 account is disabled")
		path, _, _ := strings.Cut(to, "?")
		s.browser(t).signIn("amy").get(path).want(t, "another admin", 404).shows(t, "another admin", "to whoever did it")
		b.get("/admin/acts/x").want(t, "no act", 404)
	})
}

// TestUndo: the notice is on every page for a minute, and takes back what was done
// to one user, or to many.
func TestUndo(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b := s.browser(t).signIn("root")
		ann := s.fill("/admin/users/{ann}")
		notice := "ann is disabled, and all sessions have ended."
		b.follow(b.post(ann+"/disable")).shows(t, "the user", notice, ">Undo</button>")
		b.get("/admin/audit").shows(t, "any page", notice)
		b.get("/admin/nothing").want(t, "a page for an error", 404)
		form := undoForm(t, b.get("/admin/roles"))
		b.follow(b.post(form).want(t, "undo", 303)).shows(t, "the user", "Undone. ann is as before.", `action="`+ann+`/disable"`)
		if a := b.get("/admin/roles"); strings.Contains(a.body, "Undone.") {
			t.Errorf("what can't be undone is told twice:\n%s", a.body)
		}
		b.post(form).want(t, "undo twice", 409).shows(t, "undo twice", "This was undone already.")
		b.follow(b.post(ann+"/enable")).shows(t, "no change", "There was nothing to change.")

		page := b.follow(b.post("/admin/users/bulk", "user", s.fill("{ann}"), "user", s.fill("{bob}"), "assign", "Editor", "count", "2"))
		b.get("/admin").shows(t, "any page", "2 users were given the role Editor", "See each result")
		form = undoForm(t, page)
		before := s.dump()
		b.follow(b.post(form, "next", "/admin/users?role=Editor")).shows(t, "the result", "Undone. 2 users no longer have the role Editor", `href="/admin/users?role=Editor"`)
		if diff := cmp.Diff([]string{"root role.revoked ann", "root role.revoked bob"}, newEvents(before, s.dump())); diff != "" {
			t.Errorf("events differ (-want +got):\n%s", diff)
		}

		form = undoForm(t, b.follow(b.post(ann+"/roles", "roles", "Editor")))
		s.exec(t, `UPDATE "RolecallActs" SET "At" = "At" - ?`, models.UndoFor.Milliseconds()+1000)
		b.post(form).want(t, "too late", 409).shows(t, "too late", "It is too late to undo this")
		if a := b.get("/admin/roles"); strings.Contains(a.body, "/undo") {
			t.Errorf("an undo is offered that is too late:\n%s", a.body)
		}
		b.post("/admin/acts/x/undo").want(t, "no act", 404)
	})
}

// undoForm is the address of the page's Undo.
func undoForm(t *testing.T, a answer) string {
	t.Helper()
	_, rest, found := strings.Cut(a.body, `action="/admin/acts/`)
	if !found {
		t.Fatalf("the page offers no undo:\n%s", a.body)
	}
	id, _, _ := strings.Cut(rest, `"`)
	return "/admin/acts/" + id
}

// TestUndoIsForWhoDidIt: neither another admin nor who is none any more sees the
// notice, whatever the cookie says.
func TestUndoIsForWhoDidIt(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.user("amy", models.AdminRole)
		b := s.browser(t).signIn("root")
		form := undoForm(t, b.follow(b.post(s.fill("/admin/users/{ann}/disable"))))
		b.post("/logout").want(t, "sign out", 303)
		for _, name := range []string{"", "bob", "amy"} {
			if name != "" {
				b.signIn(name)
			}
			if a := b.follow(b.get("/account")); strings.Contains(a.body, "ann is disabled") {
				t.Errorf("%q sees what root did:\n%s", name, a.body)
			}
		}
		b.post(form).want(t, "another's undo", 404)
	})
}

// TestRolesAsShown: what the form of roles showed decides what it changes; a form
// that does not say replaces them all.
func TestRolesAsShown(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.role("Writer")
		s.user("amy", models.AdminRole)
		playPages(t, s, []scenario{
			{name: "the page says what it shows", who: "root", call: "GET /admin/users/{ann}", status: 200, has: []string{`name="was" value=""`, `name="was" value="User"`}},
			{name: "one more", who: "root", call: "POST /admin/users/{ann}/roles", body: "was=&was=User&roles=User&roles=Editor", status: 303, events: []string{"root role.assigned ann"}},
			{name: "another, of a page from before", who: "amy", call: "POST /admin/users/{ann}/roles", body: "was=&was=User&roles=User&roles=Writer", status: 303, events: []string{"amy role.assigned ann"}},
			{name: "and one less", who: "amy", call: "POST /admin/users/{ann}/roles", body: "was=&was=User&was=Writer&roles=Writer", status: 303, events: []string{"amy role.revoked ann"}},
			{name: "nothing", who: "amy", call: "POST /admin/users/{ann}/roles", body: "was=", status: 303},
			{name: "one that is not there, and what was shown is kept", who: "amy", call: "POST /admin/users/{ann}/roles", body: "was=&was=User&roles=Nobody", status: 422, has: []string{`name="was" value="User"`, "There is no role of one of these names."}},
			{name: "a program's form", who: "amy", call: "POST /admin/users/{ann}/roles", body: "roles=User", status: 303, events: []string{"amy role.assigned ann", "amy role.revoked ann", "amy role.revoked ann"}},
			{name: "the own Admin is explained", who: "amy", call: "GET /admin/users/{amy}", status: 200, has: []string{"This is your own account. Ask another administrator.", `name="roles" value="Admin"`}},
			{name: "the own Admin", who: "amy", call: "POST /admin/users/{amy}/roles", body: "was=&was=Admin", status: 422, has: []string{"This is your own account. Ask another administrator."}},
			{name: "oneself", who: "amy", call: "POST /admin/users/{amy}/disable", status: 422, has: []string{"This is your own account. Ask another administrator."}},
		})
	})
}
