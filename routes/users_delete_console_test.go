package routes

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

// TestDeletePage names the person, what goes with the account and what stays, and
// asks for the own password where the sign-in was a while ago.
func TestDeletePage(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Ann","last_name":"Archer"}`).want(t, "a name", 200)
		s.browser(t).signIn("ann")
		s.grant(t, credentials("ann", goodPassword)).want(t, "a token", 200)
		s.grant(t, credentials("ann", "wrong horse")).want(t, "a wrong password", 401)
		path := s.fill("/admin/users/{ann}/delete")
		b := s.browser(t).signIn("root")
		page := b.get(path).want(t, "the page", 200)
		page.shows(t, "the page", "Delete Ann Archer?", "ann@example.com", "Its roles: User", "Its 2 sessions, at once", "Go-http-client/1.1 from 127.0.0.1",
			"1 failed sign-in that is counted", "2 events about this account", s.fill(`href="/admin/audit?user={ann}"`), ">Delete ann</button>")
		if strings.Contains(page.body, "your_password") {
			t.Error("after a sign-in the page asks for the password")
		}

		s.age(t, models.FreshFor+time.Second)
		b.get(path).want(t, "the page later", 200).shows(t, "the page later", "Your own password", "You signed in a while ago.")
		for name, fields := range map[string][]string{"without the password": nil, "with a wrong one": {"your_password", "wrong horse"}} {
			before := s.dump()
			a := b.post(path, fields...).want(t, name, 422)
			a.shows(t, name, "<title>Error: Delete ann", "Delete Ann Archer?")
			if blamed(a) != "your_password" || newEvents(before, s.dump()) != nil {
				t.Errorf("%s: blamed is %q, events are %q", name, blamed(a), newEvents(before, s.dump()))
			}
		}
		before := s.dump()
		a := b.post(path, "your_password", goodPassword).want(t, "with the password", http.StatusSeeOther)
		b.follow(a).want(t, "afterwards", 200).shows(t, "afterwards", "The account is deleted.")
		if got := newEvents(before, s.dump()); len(got) != 1 || got[0] != "root user.deleted ann" {
			t.Errorf("events are %q, want the deletion", got)
		}
		b.get(path).want(t, "the page of nobody", 404)
	}, limited)
}

// TestGuards: each control that can't be used has the reason beside it, also on the
// page that asks before a deletion, for whoever comes by its address. It asks for
// no password then.
func TestGuards(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("root")
	path := s.fill("/admin/users/{root}")
	guarded := func(what, reason string) {
		t.Helper()
		for _, page := range []string{path, path + "/delete"} {
			a := b.get(page).want(t, what, 200)
			a.shows(t, what, reason, `disabled aria-describedby="delete-reason"`)
			if strings.Contains(a.body, `id="f-your_password-delete"`) {
				t.Errorf("%s: %s asks for a password in vain", what, page)
			}
		}
		b.get(path).shows(t, what, `disabled aria-describedby="disable-reason"`, `disabled aria-describedby="f-roles-Admin-kept"`)
	}
	s.age(t, models.FreshFor+time.Second)
	guarded("the last admin", "This is the last active administrator. Make somebody else one first.")
	b.post(path+"/delete", "your_password", goodPassword).want(t, "the last admin, all the same", 422).
		shows(t, "the last admin, all the same", "The last active administrator can't be deleted.")
	s.user("boss", models.AdminRole)
	guarded("oneself", "This is your own account. Ask another administrator.")
	other := b.get(s.fill("/admin/users/{boss}/delete")).want(t, "another admin", 200)
	if strings.Contains(other.body, "delete-reason") {
		t.Error("of two admins the other can't be deleted")
	}
}
