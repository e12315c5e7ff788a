package tests

import (
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/services"
)

var sessionTasks = []task{
	{name: "become the first admin by the link of the log", run: becomeFirstAdmin, noAdmin: true},
	{name: "sign in on the way to a page, at the second try, and out", run: signInOnTheWay},
	{name: "end the sessions elsewhere", run: endSessionsElsewhere},
}

func becomeFirstAdmin(b *browser, s *services.Services) {
	token, err := s.Setup.Token(b)
	if err != nil {
		b.t.Fatal(err)
	}
	b.open("/setup?token=" + token)
	b.submit("/setup", map[string]string{"username": "ada", "email": "ada@example.com", "password": "password"})
	b.shows("on the list of common ones")
	b.submit("/setup", map[string]string{"password": password})
	b.at("/admin")
	b.press("nav a[href='/admin/users']")
	b.shows("ada@example.com")
	b.open("/setup?token=" + token)
	b.shows("This link is not valid, or it has been used.")
}

func signInOnTheWay(b *browser, _ *services.Services) {
	b.open("/admin/users?status=active")
	b.at("/login?next=%2Fadmin%2Fusers%3Fstatus%3Dactive")
	b.submit("/login", map[string]string{"username": "root", "password": "wrong"})
	b.shows("The username or the password is wrong")
	b.submit("/login", map[string]string{"password": password})
	b.at("/admin/users?status=active")
	b.press("form[action='/logout'] button")
	b.at("/login")
	b.open("/admin/users")
	b.at("/login?next=%2Fadmin%2Fusers")
}

func endSessionsElsewhere(b *browser, s *services.Services) {
	signInElsewhere(b, s, "root")
	b.signIn("root")
	b.open("/account")
	b.shows("Safari on iPhone")
	b.press("form[action='/account/sessions/delete'] button")
	b.shows("All your other sessions have ended.")
	b.hides("Safari on iPhone")
}

// makeStale moves every sign-in an hour into the past.
func (b *browser) makeStale() {
	b.t.Helper()
	err := b.db.Tx(b, func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		return tx.Exec(`UPDATE "RolecallSessions" SET "CreatedAt" = "CreatedAt" - ?`, time.Hour.Milliseconds()).Error
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
