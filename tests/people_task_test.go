package tests

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rolecall/models"
	"rolecall/services"
)

var peopleTasks = []task{
	{name: "settle field by field what two admins changed", run: settleConflict},
	{name: "delete a user who is signed in elsewhere", run: deleteUser},
	{name: "register after three mistakes", run: registerAfterMistakes},
	{name: "learn of a bad password while typing it", run: hearOfPassword, scriptOnly: true},
	{name: "change the own profile and password", run: keepAccount},
	{name: "end one own session, then all others", run: endOwnSessions},
	{name: "settle what an admin changed of the own account", run: settleOwnConflict},
}

func settleConflict(b *browser, s *services.Services) {
	makeUser(b.t, s, "eva", "Eva", "Baker", models.AdminRole)
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	path := fmt.Sprintf("/admin/users/%d", grace.UserID)
	eva := b.another()
	eva.signIn("eva")
	b.signIn("root")
	eva.open(path)
	b.open(path)
	eva.submit(path, map[string]string{"last_name": "Murray", "first_name": "Grace Brewster"})
	eva.shows("Saved.")
	eva.quiet()

	b.submit(path, map[string]string{"last_name": "Murray Hopper", "email": "hopper@navy.example"})
	b.shows("Nothing of yours is saved yet")
	b.shows("Changed by eva")
	if chosen := b.evaluate("form.conflict :checked", "map(e => e.id)"); !slices.Equal(chosen, []string{"c-email-sent", "c-first_name-stored", "c-last_name-sent"}) {
		b.t.Errorf("chosen are %v", chosen)
	}
	b.click("label[for=c-last_name-stored]")
	b.press("form.conflict button[type=submit]")
	b.shows("Saved.")
	user, err := s.Users.Get(b, models.System(), grace.UserID)
	if err != nil || user.Email != "hopper@navy.example" || user.FirstName != "Grace Brewster" || user.LastName != "Murray" {
		b.t.Errorf("in the end there is %s %s, %s (%v)", user.FirstName, user.LastName, user.Email, err)
	}
}

func deleteUser(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	hers := b.another()
	hers.signIn("grace")
	hers.at("/account")
	b.signIn("root")
	b.makeStale()
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.press("a[href$='/delete']")
	for _, text := range []string{"Delete Grace Hopper?", "grace@example.com", "Its roles: User", "Its 1 session, at once", "Chrome on Linux from 127.0.0.1", "1 event about this account"} {
		b.shows(text)
	}
	b.press("form[action$='/delete'] button[type=submit]")
	b.shows("Enter your own password.")
	b.fill("#f-your_password-delete", password)
	b.press("form[action$='/delete'] button[type=submit]")
	b.at("/admin/users")
	b.shows("The account is deleted.")
	b.hides("grace@example.com")
	hers.reload()
	hers.at("/login?next=%2Faccount")
	hers.quiet()
	b.open(fmt.Sprintf("/admin/audit?user=%d", grace.UserID))
	b.shows("deleted the user")
}

func registerAfterMistakes(b *browser, _ *services.Services) {
	b.open("/register")
	b.submit("/register", map[string]string{"username": "gh", "email": "grace", "first_name": "Grace", "password": "short"})
	b.at("/register")
	if title := b.evaluate("title", "map(e => e.text)")[0]; !strings.HasPrefix(title, "Error: ") {
		b.t.Errorf("the title is %q", title)
	}
	for id, sentence := range map[string]string{"username": "Use 3 to 64 characters.", "email": "with one @", "password": "Use at least 8 characters."} {
		if got := b.text("#f-" + id + "-error"); !strings.Contains(got, sentence) {
			b.t.Errorf("beside %s stands %q, want %q", id, got, sentence)
		}
		if got := b.text(fmt.Sprintf("[role=alert] li:has([href='#f-%s'])", id)); !strings.Contains(got, sentence) {
			b.t.Errorf("the list above says %q of %s, want %q", got, id, sentence)
		}
	}
	b.until("the first of them has the focus", func() bool { return b.count("#f-username:focus") == 1 })
	if kept := b.evaluate("form[action='/register'] input", "map(e => e.value)"); !slices.Equal(kept, []string{"gh", "grace", "Grace", "", ""}) {
		b.t.Errorf("kept is %q, want all but the password", kept)
	}
	b.submit("/register", map[string]string{"username": "grace", "email": "grace@example.com", "password": password})
	b.at("/account")
	b.shows("Welcome.")
}

func hearOfPassword(b *browser, _ *services.Services) {
	b.open("/register")
	b.fill("#f-username", "grace.hopper")
	hint := func(want string) {
		b.t.Helper()
		b.until("the hint is "+want, func() bool { return strings.TrimSpace(b.text("#f-password-live")) == want })
	}
	b.do(chromedp.Focus(chromedp.CSS("#f-password")))
	b.keys("pass")
	hint("Characters still needed: 4")
	b.keys("word1")
	hint("This password is on the list of common ones that attackers try first. Choose another.")
	b.keys(strings.Repeat(kb.Backspace, 9) + "Grace.Hopper")
	hint("Choose a password that is not your username or e-mail address.")
	b.keys(" was here")
	hint("This password can be used.")
	b.keys(strings.Repeat(kb.Backspace, 21))
	hint("")

	b.keys(kb.Tab + " ") // the button that shows the password
	b.until("the password is to be read", func() bool { return b.count("#f-password[type=text]") == 1 })
	b.keys(kb.Enter)
	b.until("the password is hidden", func() bool { return b.count("#f-password[type=password]") == 1 })
}

func keepAccount(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("grace")
	b.submit("/account", map[string]string{"email": "no address", "first_name": "Amazing"})
	b.shows("with one @")
	b.submit("/account", map[string]string{"email": "amazing@example.com"})
	b.shows("Saved.")
	b.submit("/account/password", map[string]string{"current_password": "wrong", "new_password": "another horse battery"})
	b.shows("This is not your present password.")
	b.submit("/account/password", map[string]string{"current_password": password, "new_password": "amazing@example.com"})
	b.shows("not your username or e-mail address")
	b.submit("/account/password", map[string]string{"current_password": password, "new_password": "another horse battery"})
	b.shows("Your password is changed.")
	b.press("form[action='/logout'] button")
	b.submit("/login", map[string]string{"username": "amazing@example.com", "password": "another horse battery"})
	b.at("/account")
	if values := b.evaluate("form[action='/account'] [type=text]", "map(e => e.value)"); !slices.Equal(values, []string{"amazing@example.com", "Amazing", "Hopper"}) {
		b.t.Errorf("the profile is %q", values)
	}
}

func endOwnSessions(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	for _, elsewhere := range []struct {
		agent string
		kind  models.SessionKind
	}{{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1", models.ConsoleSession}, {"curl/8.5", models.APISession}, {"backup/1.0", models.APISession}} {
		actor := models.Actor{Address: "198.51.100.7", UserAgent: elsewhere.agent}
		if _, _, err := s.Sessions.SignIn(b, actor, "grace", password, elsewhere.kind); err != nil {
			b.t.Fatal(err)
		}
	}
	b.signIn("grace")
	b.shows("this device")
	if rows := b.texts(".line"); len(rows) != 4 || !strings.Contains(rows[2], "curl/8.5") || !strings.Contains(rows[2], "API from 198.51.100.7") {
		b.t.Errorf("the sessions are %q", rows)
	}
	b.press(".line:nth-child(3) button")
	b.shows("The session has ended.")
	b.hides("curl/8.5")
	b.press("form[action='/account/sessions/delete'] button")
	b.shows("All your other sessions have ended.")
	if rows := b.texts(".line"); len(rows) != 1 || !strings.Contains(rows[0], "this device") {
		b.t.Errorf("left are %q, want this device", rows)
	}
	b.press(".line button")
	b.at("/login")
}

func settleOwnConflict(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("grace")
	last := "Murray"
	if _, err := s.Users.Update(b, models.System(), grace.UserID, services.UserPatch{LastName: &last}, ""); err != nil {
		b.t.Fatal(err)
	}
	b.submit("/account", map[string]string{"last_name": "Brewster"})
	b.shows("Nothing of yours is saved yet")
	b.press("form.conflict a")
	if got := b.evaluate("[name=last_name]", "map(e => e.value)")[0]; got != "Murray" {
		b.t.Errorf("after my version is discarded, there stands %q", got)
	}
	b.submit("/account", map[string]string{"last_name": "Brewster"})
	b.shows("Saved.")
}
