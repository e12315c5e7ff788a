package routes

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

var (
	inputTag  = regexp.MustCompile(`<input\b[^>]*>`)
	attribute = regexp.MustCompile(`\b(name|type|value)="([^"]*)"`)
)

// form is the page's form with that action as a browser would send it untouched.
func (a answer) form(t testing.TB, action string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(a.body, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form for %s:\n%s", action, a.body)
	}
	inside, _, _ := strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, tag := range inputTag.FindAllString(inside, -1) {
		has := map[string]string{}
		for _, match := range attribute.FindAllStringSubmatch(tag, -1) {
			has[match[1]] = html.UnescapeString(match[2])
		}
		if kind := has["type"]; (kind == "radio" || kind == "checkbox") && !strings.Contains(tag, " checked") {
			continue
		}
		values.Add(has["name"], has["value"])
	}
	return values
}

// sends sends the form with some of its values changed.
func (b *browser) sends(path string, form url.Values, changes map[string]string) answer {
	b.t.Helper()
	form = maps.Clone(form)
	for name, value := range changes {
		form.Set(name, value)
	}
	var fields []string
	for name, values := range form {
		for _, value := range values {
			fields = append(fields, name, value)
		}
	}
	return b.post(path, fields...)
}

// chosen are the fields of the conflict and the values chosen, then the notes of
// both sides, in the order of the page.
func (a answer) choices() (chosen map[string]string, text string) {
	chosen = map[string]string{}
	radio := regexp.MustCompile(`<input[^>]*type="radio"[^>]*name="([^"]*)" value="([^"]*)"( checked)?`)
	for _, match := range radio.FindAllStringSubmatch(a.body, -1) {
		if match[3] != "" {
			chosen[match[1]] = html.UnescapeString(match[2])
		}
	}
	_, inside, _ := strings.Cut(a.body, `class="conflict"`)
	inside, _, _ = strings.Cut(inside, "</form>")
	return chosen, strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html.UnescapeString(inside), " ")), " ")
}

type changes = map[string]string

// A meeting is two who edit the same: both open the page, the first saves, then
// the second.
type meeting struct {
	name          string
	first, second changes
	status        int     // of the second
	chosen        changes // by the page, of the fields that differ
	notes         []string
	pick          changes // by the second, of what is shown
	stored        changes // in the end
}

// meetings are of a profile, which begins as ann, ann@example.com, Ann Archer.
var meetings = []meeting{
	{name: "different fields", first: changes{"first_name": "Anna"}, second: changes{"last_name": "Baker"}, status: 412,
		chosen: changes{"first_name": "Anna", "last_name": "Baker"},
		notes:  []string{"First name Now stored Anna Changed by boss, just now Your version Ann As it was when you opened the page", "Last name Now stored Archer As it was when you opened the page Your version Baker You changed it"},
		stored: changes{"first_name": "Anna", "last_name": "Baker"}},
	{name: "the same field, mine", first: changes{"last_name": "Carter"}, second: changes{"last_name": "Baker"}, status: 412,
		chosen: changes{"last_name": "Baker"}, stored: changes{"last_name": "Baker"}},
	{name: "the same field, theirs", first: changes{"last_name": "Carter"}, second: changes{"last_name": "Baker", "email": "a@example.org"}, status: 412,
		chosen: changes{"last_name": "Baker", "email": "a@example.org"}, pick: changes{"last_name": "Carter"},
		stored: changes{"last_name": "Carter", "email": "a@example.org"}},
	{name: "emptied", first: changes{"last_name": ""}, second: changes{"first_name": ""}, status: 412,
		chosen: changes{"last_name": "", "first_name": ""}, notes: []string{"Now stored empty Changed by boss, just now Your version Archer"},
		stored: changes{"last_name": "", "first_name": ""}},
	{name: "alike", first: changes{"last_name": "Baker"}, second: changes{"last_name": "Baker"}, status: 303, stored: changes{"last_name": "Baker"}},
	{name: "nothing by the second", first: changes{"last_name": "Baker"}, status: 303, stored: changes{"last_name": "Baker"}},
	{name: "nothing by the first", second: changes{"last_name": "Baker"}, status: 303, stored: changes{"last_name": "Baker"}},
	{name: "alike, and more", first: changes{"last_name": "Baker", "first_name": "Anna"}, second: changes{"last_name": "Baker", "email": "a@example.org"}, status: 412,
		chosen: changes{"first_name": "Anna", "email": "a@example.org"}, stored: changes{"first_name": "Anna", "last_name": "Baker", "email": "a@example.org"}},
}

// TestEditConflict: two admins edit one user. The second sees both versions, field
// by field, and chooses; nothing is overwritten before.
func TestEditConflict(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.user("boss", models.AdminRole)
		path := s.fill("/admin/users/{ann}")
		boss, root := s.browser(t).signIn("boss"), s.browser(t).signIn("root")
		for _, tt := range meetings {
			t.Run(tt.name, func(t *testing.T) {
				boss.post(path, "username", "ann", "email", "ann@example.com", "first_name", "Ann", "last_name", "Archer").want(t, "at first", 303)
				theirs, mine := boss.get(path).form(t, path), root.get(path).form(t, path)
				boss.sends(path, theirs, tt.first).want(t, "the first", 303)
				before := s.dump()
				a := root.sends(path, mine, tt.second).want(t, "the second", tt.status)
				if a.StatusCode == http.StatusPreconditionFailed {
					tt.settle(t, s, root, path, a, before)
				}
				user, err := s.Users.Get(t.Context(), models.System(), s.ids["ann"])
				if err != nil {
					t.Fatal(err)
				}
				want := changes{"username": "ann", "email": "ann@example.com", "first_name": "Ann", "last_name": "Archer"}
				maps.Copy(want, tt.stored)
				got := changes{"username": user.Username, "email": user.Email, "first_name": user.FirstName, "last_name": user.LastName}
				if !maps.Equal(got, want) {
					t.Errorf("in the end there is %v, want %v", got, want)
				}
			})
		}
	})
}

// settle holds what the second is shown, and sends the choice.
func (tt meeting) settle(t *testing.T, s *server, b *browser, path string, a answer, before map[string][]string) {
	t.Helper()
	chosen, text := a.choices()
	if !maps.Equal(chosen, tt.chosen) {
		t.Errorf("chosen are %v, want %v", chosen, tt.chosen)
	}
	for _, note := range tt.notes {
		if !strings.Contains(text, note) {
			t.Errorf("the page does not say %q, but %q", note, text)
		}
	}
	if got := newEvents(before, s.dump()); got != nil {
		t.Errorf("before the choice there are the events %q", got)
	}
	a.shows(t, "the conflict", "Save the chosen values", "Discard my version", `href="`+path+`"`)
	b.follow(b.sends(path, a.form(t, path), tt.pick)).shows(t, "after the choice", "Saved.")
}

// TestConflictNotices: what makes no conflict says so, or nothing.
func TestConflictNotices(t *testing.T) {
	t.Parallel()
	s := one(t)
	path := s.fill("/admin/users/{ann}")
	b := s.browser(t).signIn("root")
	form := b.get(path).form(t, path)
	s.call(t, "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Editor"}`).want(t, "a role", 200)
	b.follow(b.sends(path, form, changes{"first_name": "Ann"})).shows(t, "after a role was given", "Saved.")
	form = b.get(path).form(t, path)
	s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Anna"}`).want(t, "a change", 200)
	b.follow(b.sends(path, form, nil)).shows(t, "with nothing changed", "there was nothing to save", `value="Anna"`)
	form = b.get(path).form(t, path)
	s.exec(t, `UPDATE "Users" SET "LastName" = 'Elsewhere' WHERE "UserId" = ?`, s.ids["ann"])
	_, text := b.sends(path, form, changes{"last_name": "Here"}).want(t, "another program's change", 412).choices()
	if !strings.Contains(text, "Now stored Elsewhere Written by another program") {
		t.Errorf("the page says %q", text)
	}
	form = b.get(path).form(t, path)
	s.call(t, "root", "DELETE /users/{ann}", "").want(t, "the deletion", 204)
	b.sends(path, form, changes{"last_name": "Here"}).want(t, "somebody who is gone", 404)
}

// TestConflictAgain: a third change meanwhile gives the conflict once more; a
// value of one's own that breaks a rule gives the form, with the choice in it.
func TestConflictAgain(t *testing.T) {
	t.Parallel()
	s := one(t)
	path := s.fill("/admin/users/{ann}")
	b := s.browser(t).signIn("root")
	form := b.get(path).form(t, path)
	s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Anna"}`).want(t, "the first change", 200)
	a := b.sends(path, form, changes{"email": "no address", "last_name": "Mine"}).want(t, "the conflict", 412)
	s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Annie","last_name":"Yours"}`).want(t, "the third change", 200)
	a = b.sends(path, a.form(t, path), nil).want(t, "the choice, too late", 412)
	if chosen, _ := a.choices(); !maps.Equal(chosen, changes{"first_name": "Annie", "email": "no address", "last_name": "Mine"}) {
		t.Errorf("the second time %v is chosen", chosen)
	}
	before := s.dump()
	a = b.sends(path, a.form(t, path), nil).want(t, "a choice that breaks a rule", 422)
	a.shows(t, "a choice that breaks a rule", `value="Annie"`, `value="Mine"`, `value="no address"`)
	if blamed(a) != "email" || newEvents(before, s.dump()) != nil {
		t.Errorf("a choice that breaks a rule blames %q, and leaves the events %q", blamed(a), newEvents(before, s.dump()))
	}
	b.sends(path, a.form(t, path), changes{"email": "ann@example.org"}).want(t, "mended", 303)
}

// TestConflictAndPassword: who signed in a while ago is asked for the own password
// once something is about to change, and not for a form that comes too late.
func TestConflictAndPassword(t *testing.T) {
	t.Parallel()
	s := one(t)
	path := s.fill("/admin/users/{ann}")
	b := s.browser(t).signIn("root")
	form := b.get(path).form(t, path)
	s.age(t, models.FreshFor+time.Second)
	s.call(t, "root", "PUT /users/{ann}", `{"email":"ann@example.org"}`).want(t, "the first change", 200)
	a := b.sends(path, form, changes{"first_name": "Ann"}).want(t, "a stale form, by a stale session", 412)
	b.sends(path, a.form(t, path), nil).want(t, "their e-mail address", 303)
	a = b.sends(path, form, changes{"first_name": "Anna", "email": "mine@example.org"}).want(t, "a stale form again", 412)
	a = b.sends(path, a.form(t, path), nil).want(t, "my e-mail address", 422)
	a.shows(t, "my e-mail address", "Your own password", `value="mine@example.org"`, `value="Anna"`)
	b.sends(path, a.form(t, path), changes{"your_password": goodPassword}).want(t, "with the password", 303)
	if user, err := s.Users.Get(t.Context(), models.System(), s.ids["ann"]); err != nil || user.Email != "mine@example.org" {
		t.Errorf("in the end the address is %q, %v", user.Email, err)
	}
}

// TestOwnConflict: an admin changes what users are about to change themselves. They
// learn that it was an admin, and not who.
func TestOwnConflict(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		ann := s.browser(t).signIn("ann")
		form := ann.get("/account").form(t, "/account")
		s.call(t, "root", "PUT /users/{ann}", `{"username":"annie","first_name":"Anna"}`).want(t, "the first change", 200)
		a := ann.sends("/account", form, changes{"first_name": "Annie", "last_name": "Archer"}).want(t, "the second", 412)
		chosen, text := a.choices()
		if !maps.Equal(chosen, changes{"first_name": "Annie", "last_name": "Archer"}) || !strings.Contains(text, "Now stored Anna Changed by an administrator, just now") {
			t.Errorf("chosen are %v, of %q", chosen, text)
		}
		if strings.Contains(a.body, "root") {
			t.Errorf("the page names the admin:\n%s", a.body)
		}
		ann.follow(ann.sends("/account", a.form(t, "/account"), changes{"first_name": "Anna"})).shows(t, "the choice", "Saved.", `value="Anna"`, `value="Archer"`, "annie")
		form = ann.get("/account").form(t, "/account")
		s.call(t, "root", "PUT /users/{ann}", `{"username":"ann"}`).want(t, "what is not theirs to change", 200)
		ann.follow(ann.sends("/account", form, changes{"last_name": "Baker"})).shows(t, "beside it", "Saved.", `value="Baker"`)
	})
}

// TestRoleConflict: the same for a role's name and description; a built-in one
// keeps its name.
func TestRoleConflict(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b := s.browser(t).signIn("root")
		path := s.fill("/admin/roles/{editor}")
		form := b.get(path).form(t, path)
		s.call(t, "root", "PUT /roles/{editor}", `{"role_name":"Author","description":"Writes."}`).want(t, "the first change", 200)
		before := s.dump()
		a := b.sends(path, form, changes{"description": "Edits."}).want(t, "the second", 412)
		chosen, text := a.choices()
		if !maps.Equal(chosen, changes{"role_name": "Author", "description": "Edits."}) || newEvents(before, s.dump()) != nil {
			t.Errorf("chosen are %v, events are %q", chosen, newEvents(before, s.dump()))
		}
		if !strings.Contains(text, "Name Now stored Author Changed by yourself, just now Your version Editor As it was when you opened the page") {
			t.Errorf("the page says %q", text)
		}
		b.follow(b.sends(path, a.form(t, path), nil)).shows(t, "the choice", "Saved.", `value="Author"`, `value="Edits."`)

		path = s.fill("/admin/roles/{role-user}")
		form = b.get(path).form(t, path)
		s.call(t, "root", "PUT /roles/{role-user}", `{"description":"Anybody."}`).want(t, "the first change", 200)
		a = b.sends(path, form, changes{"description": "Everybody."}).want(t, "a built-in role", 412)
		if chosen, _ := a.choices(); !maps.Equal(chosen, changes{"description": "Everybody."}) {
			t.Errorf("of a built-in role %v is chosen", chosen)
		}
		b.sends(path, a.form(t, path), nil).want(t, "the choice", 303)
	})
}
