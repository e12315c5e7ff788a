package routes

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

// age moves the beginning of every session into the past.
func (s *server) age(t testing.TB, by time.Duration) {
	t.Helper()
	s.exec(t, `UPDATE "RolecallSessions" SET "CreatedAt" = "CreatedAt" - ?`, by.Milliseconds())
}

// TestConfirm: who signed in more than ten minutes ago gives the own password
// once more before a password, an e-mail address or another's roles change. What
// was entered is kept, nothing changes until then, and what is less asks nothing.
func TestConfirm(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for _, tt := range []struct {
			name, who, path string
			fields          []string
			event           string // "" for what asks nothing
			kept            string // what the form shows again
		}{
			{"own e-mail", "ann", "/account", []string{"email", "annie@example.org", "first_name", "Ann"}, "ann user.updated ann", `value="annie@example.org"`},
			{"another's e-mail", "root", "/admin/users/{bob}", []string{"username", "bob", "email", "bobby@example.org"}, "root user.updated bob", `value="bobby@example.org"`},
			{"another's password", "root", "/admin/users/{bob}/password", []string{"new_password", newPassword}, "root user.password_changed bob", ""},
			{"another's roles", "root", "/admin/users/{bob}/roles", []string{"roles", "User", "roles", "Editor"}, "root role.assigned bob", `value="Editor" checked`},
			{"a role of many", "root", "/admin/users/bulk", []string{"all", "1", "search", "dora", "assign", "Editor", "count", "1"}, "root role.assigned dora", `name="search" value="dora"`},
			{"a new account", "root", "/admin/users/new", []string{"username", "zoe", "email", "zoe@example.org", "password", goodPassword + "!", "roles", "Admin"}, "root user.created zoe", `value="zoe@example.org"`},
			{"a role that is held", "root", "/admin/roles/{editor}/delete", []string{"force", "true"}, "root role.revoked bob", ""},
			{"own name", "ann", "/account", []string{"email", "annie@example.org", "first_name", "Anna"}, "", ""},
			{"another's name", "root", "/admin/users/{ann}", []string{"username", "ann", "email", "annie@example.org", "first_name", "Annie"}, "", ""},
			{"disable", "root", "/admin/users/{ann}/disable", nil, "", ""},
			{"disable many", "root", "/admin/users/bulk", []string{"all", "1", "search", "bob", "do", "disable", "count", "1"}, "", ""},
		} {
			t.Run(tt.name, func(t *testing.T) {
				b := s.browser(t).signIn(tt.who)
				session := b.session()
				s.age(t, models.FreshFor+time.Second)
				before := s.dump()
				a := b.post(s.fill(tt.path), tt.fields...)
				if tt.event == "" {
					a.want(t, "a change that asks nothing", http.StatusSeeOther)
					return
				}
				refused := func(what string, a answer) {
					t.Helper()
					a.want(t, what, 422).shows(t, what, tt.kept, "Your own password")
					checkPage(t, tt.path, a)
					if got := blamed(a); got != "your_password" || newEvents(before, s.dump()) != nil || b.session() != session {
						t.Errorf("%s: blamed is %q, events are %q, want the password and nothing changed", what, got, newEvents(before, s.dump()))
					}
				}
				refused("without the password", a)
				refused("with a wrong password", b.post(s.fill(tt.path), append([]string{"your_password", "wrong horse"}, tt.fields...)...))
				b.post(s.fill(tt.path), append([]string{"your_password", goodPassword}, tt.fields...)...).want(t, "with the password", http.StatusSeeOther)
				if got := strings.Join(newEvents(before, s.dump()), "; "); !strings.HasPrefix(got, tt.event) {
					t.Errorf("events are %q, want %q", got, tt.event)
				}
				if b.session() == session || b.get("/account").StatusCode != 200 {
					t.Error("want another session in the place of the one before")
				}
				if old := s.send(t, s.request(t, "GET /account", "", "Cookie: rolecall="+session)); old.StatusCode != http.StatusSeeOther {
					t.Errorf("the session before gives %d, want it ended", old.StatusCode)
				}
			})
		}
	})
}

// TestFreshForms: the field is in a form that loses what was typed, and only once
// it is needed.
func TestFreshForms(t *testing.T) {
	t.Parallel()
	s := one(t)
	b := s.browser(t).signIn("root")
	for _, stale := range []bool{false, true} {
		for _, path := range []string{"/admin/users/new", s.fill("/admin/users/{bob}")} {
			if got := strings.Count(b.get(path).want(t, path, 200).body, `name="your_password"`); (got == 1) != stale || got > 1 {
				t.Errorf("%s asks %d times, stale: %t", path, got, stale)
			}
		}
		s.age(t, models.FreshFor+time.Second)
	}
	before := s.dump()
	b.post("/account/password", "current_password", goodPassword, "new_password", newPassword).want(t, "own password, by the present one", http.StatusSeeOther)
	if got := newEvents(before, s.dump()); len(got) != 1 {
		t.Errorf("events are %q, want one", got)
	}
}
