package tests

import (
	"fmt"

	"rolecall/models"
	"rolecall/services"
)

var userTasks = []task{
	{name: "register, be given a role, and have it", run: haveRole},
	{name: "create a user", run: createUser},
	{name: "let in who waits for approval", run: approveUser, settings: approvalNeeded},
	{name: "find a locked account, see why, and unlock it", run: unlockUser},
	{name: "give the own password before a role changes", run: confirmRole},
	{name: "set a user's password", run: setPassword},
	{name: "end a user's sessions", run: endUserSessions},
}

// haveRole is what the service is for: a person registers and signs in, an admin
// gives that person a role, and the person has it.
func haveRole(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	b.open("/register")
	b.submit("/register", map[string]string{"username": "root", "email": "grace@example.com", "password": "password1", "first_name": "Grace", "last_name": "Hopper"})
	b.shows("on the list of common ones")
	b.submit("/register", map[string]string{"password": password})
	b.shows("This username is taken.")
	b.submit("/register", map[string]string{"username": "grace", "password": password})
	b.shows("Welcome.")
	b.press("form[action='/logout'] button")

	b.signIn("root")
	b.open("/admin/users?search=hopper+gra")
	b.press("th[scope=row] a")
	b.shows("Grace Hopper")
	b.tick("input[name=roles][value=Editor]")
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("grace now has Editor.")
	b.press("form[action='/logout'] button")

	b.signIn("GRACE@example.com")
	b.open("/account")
	b.shows("Editor")
	holders, err := s.Users.List(b, models.System(), services.UserQuery{Roles: []string{"Editor"}})
	if err != nil || holders.Total != 1 || holders.Items[0].Username != "grace" {
		b.t.Errorf("the holders of Editor = %v, %v; want grace", holders.Items, err)
	}
}

func createUser(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	b.signIn("root")
	b.open("/admin/users")
	b.press("a[href='/admin/users/new']")
	b.tick("input[name=roles][value=Editor]")
	b.submit("/admin/users/new", map[string]string{"username": "ann", "email": "ann@example.com", "first_name": "Ann", "password": "password1"})
	b.shows("on the list of common ones")
	if !b.ticked("input[name=roles][value=Editor]") || !b.ticked("input[name=roles][value=User]") {
		b.t.Error("the refused form has lost its ticks")
	}
	b.submit("/admin/users/new", map[string]string{"password": password})
	b.shows("ann@example.com")
	found, err := s.Users.List(b, models.System(), services.UserQuery{Search: "ann", Roles: []string{"Editor"}})
	if err != nil || found.Total != 1 || found.Items[0].FirstName != "Ann" {
		b.t.Errorf("the Editors named ann are %+v, %v; want Ann", found.Items, err)
	}
}

func approvalNeeded(cfg *services.Config) { cfg.Registration = services.RegistrationApproval }

func approveUser(b *browser, _ *services.Services) {
	b.open("/register")
	b.submit("/register", map[string]string{"username": "grace", "email": "grace@example.com", "password": password})
	b.shows("approv")
	b.signIn("root")
	b.open("/admin/users?status=pending")
	b.press("th[scope=row] a")
	b.shows("This account waits for approval.")
	b.press("form[action$='/enable'] button")
	b.hides("This account waits for approval.")
	b.press("form[action='/logout'] button")
	b.signIn("grace")
	b.at("/account")
}

func unlockUser(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	lock(b, s, "grace")
	b.signIn("root")
	b.open("/admin/users?status=locked")
	b.shows("grace@example.com")
	b.press("th[scope=row] a")
	b.shows("5 failed sign-ins from 203.0.113.66 in 15 minutes")
	b.press("form[action$='/unlock'] button")
	b.shows("The account is unlocked.")
	b.press("form[action='/logout'] button")
	b.signIn("grace")
	b.at("/account")
}

func confirmRole(b *browser, s *services.Services) {
	makeRole(b.t, s, "Editor")
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signIn("root")
	b.makeStale()
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.tick("input[name=roles][value=Editor]")
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("You signed in a while ago. Enter your own password to go on.")
	b.fill("#f-your_password-roles", password)
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("grace now has Editor.")
	if user, err := s.Users.Get(b, models.System(), grace.UserID); err != nil || !user.HasRole("Editor") {
		b.t.Errorf("grace has %v, %v; want Editor among them", user.RoleNames(), err)
	}
}

func setPassword(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	action := fmt.Sprintf("/admin/users/%d/password", grace.UserID)
	b.signIn("root")
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.submit(action, map[string]string{"new_password": "grace"})
	b.shows("at least 8")
	b.submit(action, map[string]string{"new_password": "another horse battery"})
	b.shows("password is set")
	b.press("form[action='/logout'] button")
	b.signIn("grace")
	b.shows("The username or the password is wrong")
	b.submit("/login", map[string]string{"password": "another horse battery"})
	b.at("/account")
}

func endUserSessions(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	hers := b.another()
	hers.signIn("grace")
	hers.at("/account")
	b.signIn("root")
	b.open(fmt.Sprintf("/admin/users/%d", grace.UserID))
	b.press("form[action$='/sessions/delete'] button")
	b.shows("Not signed in anywhere.")
	hers.reload()
	hers.at("/login?next=%2Faccount")
	hers.quiet()
}
