package tests

import (
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/services"
)

var actTasks = []task{
	{name: "give fifty filtered users a role in four clicks", run: giveFifty},
	{name: "disable ticked users, and undo it", run: disableTicked},
	{name: "take a role from all who hold it", run: takeFromAll},
	{name: "be kept from locking oneself out", run: lockOneselfOut},
	{name: "disable a user, and undo it", run: undoDisable},
	{name: "change a user's roles, and undo it", run: undoRoles},
	{name: "see the offer to undo go, and menus close", run: letItPass, scriptOnly: true},
}

// team are n users whose last name is Fifty.
func team(b *browser, s *services.Services, n int) {
	b.t.Helper()
	for i := range n {
		makeUser(b.t, s, fmt.Sprintf("user%d", i), fmt.Sprintf("No%d", i), "Fifty", models.UserRole)
	}
}

func holders(b *browser, s *services.Services, role string) int64 {
	b.t.Helper()
	list, err := s.Users.List(b, models.System(), services.UserQuery{Roles: []string{role}})
	if err != nil {
		b.t.Fatal(err)
	}
	return list.Total
}

// giveFifty counts what it takes once the filter shows whom it is about: at most
// four clicks, and one to confirm.
func giveFifty(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	team(b, s, 50)
	b.signIn("root")
	b.open("/admin/users?search=fifty")
	before := b.clicks
	b.tick("#pick-all")
	b.click("#bulk details:has([name=assign]) summary")
	b.press("#bulk button[name=assign][value=Editor]")
	b.shows("Give the role Editor to 50 users?")
	if chosen := b.clicks - before; chosen > 4 {
		b.t.Errorf("it takes %d clicks to choose, want at most 4", chosen)
	}
	b.press("form[action='/admin/users/bulk'] button[type=submit]")
	b.shows("50 users were given the role Editor")
	b.t.Logf("%d clicks for 50 users, the confirmation among them", b.clicks-before)
	if got := holders(b, s, "Editor"); got != 50 {
		b.t.Errorf("%d users hold the role, want 50", got)
	}
	b.press("form[action$='/undo'] button")
	b.shows("50 users no longer have the role Editor")
	if got := holders(b, s, "Editor"); got != 0 {
		b.t.Errorf("%d users hold the role after the undo, want none", got)
	}
	b.press("main .pages a")
	b.at("/admin/users?search=fifty")
}

func disableTicked(b *browser, s *services.Services) {
	team(b, s, 3)
	b.signIn("root")
	b.open("/admin/users?sort=username")
	for _, name := range []string{"user0", "user2"} {
		b.tick(fmt.Sprintf("tr:has(a[title=%s]) input[name=user]", name))
	}
	b.click("#bulk details:has([name=do]) summary")
	b.press("#bulk button[value=disable]")
	b.shows("Disable 2 accounts?")
	b.press("form[action='/admin/users/bulk'] button[type=submit]")
	b.shows("2 accounts are disabled")
	b.open("/admin/users?status=disabled")
	b.shows("user0@example.com")
	b.shows("2 accounts are disabled") // the notice, for a minute
	b.press("form[action$='/undo'] button")
	b.shows("2 accounts are as before")
	b.shows("Sessions that have ended stay ended.")
	b.open("/admin/users?status=disabled")
	b.shows("Nobody is found")
}

func takeFromAll(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	for _, name := range []string{"ann", "bob"} {
		makeUser(b.t, s, name, name, "Lee", "Editor")
	}
	b.signIn("root")
	b.makeStale()
	b.open("/admin/users?role=Editor")
	b.tick("#pick-all")
	b.click("#bulk details:has([name=revoke]) summary")
	b.press("#bulk button[name=revoke][value=Editor]")
	b.shows("Take the role Editor from 2 users?")
	b.shows("You signed in a while ago.")
	b.submit("/admin/users/bulk", map[string]string{"your_password": "wrong"})
	b.shows("Take the role Editor from 2 users?")
	b.submit("/admin/users/bulk", map[string]string{"your_password": password})
	b.shows("The role Editor was taken from 2 users")
	if got := holders(b, s, "Editor"); got != 0 {
		b.t.Errorf("%d users hold the role, want none", got)
	}
}

func lockOneselfOut(b *browser, s *services.Services) {
	makeUser(b.t, s, "ann", "Ann", "Lee", models.AdminRole)
	b.signIn("root")
	b.open("/admin/users")
	b.tick("#pick-all")
	b.click("#bulk details:has([name=revoke]) summary")
	b.press("#bulk button[name=revoke][value=Admin]")
	b.shows("Take the role Admin from 1 user?")
	b.shows("This is your own account. Ask another administrator.")
	b.press("form[action='/admin/users/bulk'] button[type=submit]")
	b.shows("The role Admin was taken from 1 user")
	if got := holders(b, s, models.AdminRole); got != 1 {
		b.t.Errorf("%d admins are left, want root", got)
	}
}

func undoDisable(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("root")
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.press("form[action$='/disable'] button")
	b.shows("grace is disabled, and all sessions have ended.")
	b.open("/admin/roles")
	b.shows("grace is disabled")
	b.press("form[action$='/undo'] button")
	b.shows("Undone. grace is as before. Sessions that have ended stay ended.")
	b.at(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.reload()
	b.hides("Undone.")
	if user, err := s.Users.Get(b, models.System(), grace.UserID); err != nil || !user.IsActive() {
		b.t.Errorf("grace is %s, %v; want active", user.State(), err)
	}
}

func undoRoles(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("root")
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.tick("input[name=roles][value=Editor]")
	b.tick("input[name=roles][value=User]")
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("grace now has Editor, and no longer User.")
	b.press("form[action$='/undo'] button")
	b.shows("Undone. grace now has User, and no longer Editor.")
	if !b.ticked("input[name=roles][value=User]") || b.ticked("input[name=roles][value=Editor]") {
		b.t.Error("the boxes are not as before")
	}
}

// letItPass: what no longer works is not there to be clicked.
func letItPass(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("root")
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.press("form[action$='/disable'] button")
	b.shows("grace is disabled, and all sessions have ended.")
	b.ageActs(models.UndoFor - 5*time.Second)
	b.open("/admin/users")
	b.shows("grace is disabled, and all sessions have ended.")
	b.hides("grace is disabled, and all sessions have ended.")

	open := func() int64 {
		return ask(b, chromedp.Evaluate[int64]("document.querySelectorAll('details.pick[open]').length"))
	}
	b.click("#bulk details:has([name=assign]) summary")
	b.until("the menu opens", func() bool { return open() == 1 })
	b.click("h1")
	b.until("a click elsewhere closes it", func() bool { return open() == 0 })
	b.click("#bulk details:has([name=revoke]) summary")
	b.keys(kb.Escape)
	b.until("Escape closes it", func() bool { return open() == 0 })
}

// ageActs lets time pass for every act.
func (b *browser) ageActs(by time.Duration) {
	b.t.Helper()
	err := b.db.Tx(b, func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE "RolecallActs" SET "At" = "At" - ?`, by.Milliseconds()).Error
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// bulk previews what the query asks for, and does it.
func (b *browser) bulk(query string) {
	b.t.Helper()
	b.open("/admin/users/bulk?" + query)
	b.press("form[action='/admin/users/bulk'] button[type=submit]")
}

// actStates are the pages about many users, and the notices.
var actStates = []state{
	{name: "acts-menu", path: "/admin/users?role=User&limit=10", act: func(b *browser) {
		b.tick("#pick-3")
		b.tick("#pick-5")
		b.click("#bulk details:has([name=assign]) summary")
	}},
	{name: "acts-preview", path: "/admin/users/bulk?all=1&search=a&role=User&assign=Editor&next=%2Fadmin%2Fusers%3Fsearch%3Da"},
	{name: "acts-preview-disable", path: "/admin/users/bulk?user=1&user=3&user=6&user=7&user=9999&do=disable"},
	{name: "acts-preview-nothing", path: "/admin/users/bulk?user=1&do=enable"},
	{name: "acts-refused", path: "/admin/users/bulk?assign=Editor"},
	{name: "acts-undone", act: func(b *browser) {
		b.bulk("user=1&user=3&user=6&user=7&user=9999&do=disable")
		b.press("form[action$='/undo'] button")
	}},
	{name: "acts-done", act: func(b *browser) { b.bulk("user=1&user=3&user=6&user=7&user=9999&do=disable") }},
	{name: "acts-notice", act: func(b *browser) {
		b.bulk("user=3&user=7&do=enable")
		b.open("/admin/users?limit=10")
	}},
	{name: "user-notice", path: "/admin/users/5", act: func(b *browser) {
		b.tick("input[name=roles][value=Support]")
		b.press("form[action$='/roles'] button[type=submit]")
	}},
	{name: "acts-late", path: "/admin/users/3", act: func(b *browser) {
		b.press("form[action$='/disable'] button")
		b.ageActs(models.UndoFor)
		b.press("form[action$='/undo'] button")
	}},
	{name: "acts-confirm", path: "/admin/users/bulk?all=1&role=Auditor&assign=Editor", act: func(b *browser) {
		b.makeStale()
		b.reload()
	}},
}
