package tests

import (
	"github.com/chromedp/chromedp"

	"rolecall/models"
	"rolecall/services"
)

// A scene is a service in some condition, as one person sees it.
type scene struct {
	name     string
	noAdmin  bool                                   // on an empty database; else there is the admin root
	settings func(*services.Config)                 // changes the settings of the service
	prepare  func(b *browser, s *services.Services) // what was there before, and who signs in
	states   []state
}

// A state is a page as somebody may meet it.
type state struct {
	name string
	path string           // of the page that is opened
	act  func(b *browser) // what is done there, when it is more than to look
}

// scenes are all pages in all states. Each is photographed and judged.
var scenes = []scene{
	{name: "stranger", prepare: withPeople, states: strangerStates},
	{name: "approval", settings: approvalNeeded, states: approvalStates},
	{name: "closed", settings: registrationClosed, states: []state{{name: "register-closed", path: "/register"}}},
	{name: "setup", noAdmin: true, prepare: withSetupLink, states: []state{
		{name: "setup"},
		{name: "setup-refused", act: func(b *browser) {
			b.submit("/setup", map[string]string{"username": "ad", "email": "ada@example.com", "password": "password1"})
		}},
	}},
	{name: "user", prepare: withUser, states: []state{
		{name: "account", path: "/account"},
		{name: "account-conflict", path: "/account", act: overtaken("grace", "/account", map[string]string{"last_name": "Murray"}, map[string]string{"last_name": "Brewster"})},
		{name: "forbidden", path: "/admin/users"},
	}},
	{name: "users", settings: approvalNeeded, prepare: withAdmin, states: userStates},
	{name: "admin", settings: approvalNeeded, prepare: withAdmin, states: adminStates},
	{name: "german", settings: approvalNeeded, prepare: withGerman, states: []state{
		{name: "overview-german", path: "/admin"},
		{name: "users-german", path: "/admin/users?limit=10&role=Editor"},
		{name: "user-german", path: "/admin/users/3"},
		{name: "role-german", path: "/admin/roles/3"},
		{name: "audit-german", path: "/admin/audit?limit=10"},
		{name: "account-german", path: "/account"},
		{name: "user-delete-german", path: "/admin/users/3/delete"},
		{name: "acts-preview-german", path: "/admin/users/bulk?user=1&user=3&user=6&user=9999&do=disable"},
		{name: "acts-done-german", act: func(b *browser) { b.bulk("user=1&user=3&user=6&user=9999&do=disable") }},
	}},
	{name: "acts", prepare: withAdmin, settings: approvalNeeded, states: actStates},
	importScene("import", "", withAdmin),
	importScene("import-german", "-german", withGerman),
	{name: "admin-alone", prepare: withAdminAlone, states: []state{
		{name: "users-alone", path: "/admin/users"},
		{name: "roles-alone", path: "/admin/roles"},
		{name: "audit-alone", path: "/admin/audit"},
		{name: "overview-alone", path: "/admin"},
	}},
}

var strangerStates = []state{
	{name: "login", path: "/login"},
	{name: "login-refused", path: "/login", act: func(b *browser) {
		b.submit("/login", map[string]string{"username": "root", "password": "wrong"})
	}},
	{name: "register", path: "/register"},
	{name: "register-refused", path: "/register", act: func(b *browser) {
		b.submit("/register", map[string]string{"username": "root", "email": "root@example.com", "password": "password1"})
	}},
	{name: "register-hint", path: "/register", act: func(b *browser) {
		b.do(chromedp.Focus(chromedp.CSS("#f-password")))
		b.keys("password1")
		b.shows("on the list of common ones")
	}},
	{name: "setup-over", path: "/setup?token=used"},
	{name: "missing", path: "/nothing"},
	{name: "docs", path: "/docs"},
}

var approvalStates = []state{
	{name: "register-approval", path: "/register"},
	{name: "register-pending", path: "/register", act: func(b *browser) {
		b.submit("/register", map[string]string{"username": "grace", "email": "grace@example.com", "password": password})
	}},
}

// Admins meet most of the pages: two browsers look at them at once.
var userStates = []state{
	{name: "users", path: "/admin/users"},
	{name: "users-filtered", path: "/admin/users?search=a&role=Editor&status=active&sort=-last_name"},
	{name: "users-none", path: "/admin/users?search=nobody"},
	{name: "users-filter-open", path: "/admin/users?limit=10", act: func(b *browser) { b.click("form.filter details summary") }},
	{name: "users-picked", path: "/admin/users?limit=20", act: func(b *browser) {
		b.tick("#list tbody tr:nth-child(2) [name=user]")
		b.do(chromedp.Focus(chromedp.CSS("#list tbody tr:nth-child(4) th a")))
	}},
	{name: "users-keys", path: "/admin/users", act: func(b *browser) { b.click("#keys-show") }},
	{name: "user-new", path: "/admin/users/new"},
	{name: "user-new-refused", path: "/admin/users/new", act: func(b *browser) {
		b.submit("/admin/users/new", map[string]string{"username": "root", "email": "new@example.com", "password": "password1"})
	}},
	{name: "user", path: "/admin/users/3"},
	{name: "user-refused", path: "/admin/users/3", act: func(b *browser) {
		b.submit("/admin/users/3", map[string]string{"username": "root", "email": "no address"})
	}},
	{name: "user-changed", path: "/admin/users/4", act: func(b *browser) {
		b.submit("/admin/users/4", map[string]string{"first_name": "Clara"})
	}},
	{name: "user-conflict", path: "/admin/users/5", act: overtaken("root", "/admin/users/5",
		map[string]string{"first_name": "Demetrius", "last_name": "Dvořáková"}, map[string]string{"last_name": "D.", "email": "a.long.and.winding.address@of-some-company.example.com"})},
	{name: "user-disabled", path: "/admin/users/6"},
	{name: "user-pending", path: "/admin/users/62"},
	{name: "user-locked", path: "/admin/users/61"},
	{name: "user-self", path: "/admin/users/1"},
	{name: "user-delete", path: "/admin/users/3/delete"},
	{name: "user-confirm", path: "/admin/users/3", act: func(b *browser) {
		b.makeStale()
		b.tick("input[name=roles][value=Support]")
		b.press("form[action$='/roles'] button[type=submit]")
	}},
	{name: "user-delete-confirm", act: func(b *browser) {
		b.makeStale()
		b.open("/admin/users/3/delete")
	}},
}

var adminStates = []state{
	{name: "overview", path: "/admin"},
	{name: "overview-numbers", path: "/admin", act: func(b *browser) { b.click("section:has(#sign-ins) details summary") }},
	{name: "roles", path: "/admin/roles"},
	{name: "roles-refused", path: "/admin/roles", act: func(b *browser) {
		b.submit("/admin/roles", map[string]string{"role_name": "editor"})
	}},
	{name: "role", path: "/admin/roles/3"},
	{name: "role-conflict", path: "/admin/roles/4", act: overtaken("root", "/admin/roles/4",
		map[string]string{"description": "Reads the books."}, map[string]string{"role_name": "Reader"})},
	{name: "role-delete-refused", path: "/admin/roles/3", act: func(b *browser) { b.press("form[action$='/delete'] button") }},
	{name: "role-built-in", path: "/admin/roles/1"},
	{name: "audit", path: "/admin/audit?limit=20"},
	{name: "audit-filtered", path: "/admin/audit?action=role.created&actor=nobody&from=2026-03-01&to=2026-03-31"},
	{name: "audit-user", path: "/admin/audit?user=3&from=2026-03-01"},
	{name: "account-admin", path: "/account"},
	{name: "account-refused", path: "/account", act: func(b *browser) {
		b.submit("/account/password", map[string]string{"current_password": "wrong", "new_password": "password1"})
	}},
	{name: "missing-admin", path: "/admin/nothing"},
}

func registrationClosed(cfg *services.Config) { cfg.Registration = services.RegistrationClosed }

func withPeople(b *browser, s *services.Services) { people(b.t, s) }

func withSetupLink(b *browser, s *services.Services) {
	token, err := s.Setup.Token(b)
	if err != nil {
		b.t.Fatal(err)
	}
	b.open("/setup?token=" + token)
}

func withUser(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	signInElsewhere(b, s, "grace")
	b.signIn("grace")
}

func withAdminAlone(b *browser, _ *services.Services) { b.signIn("root") }

func withAdmin(b *browser, s *services.Services) {
	people(b.t, s)
	newcomer := services.NewUser{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Password: password}
	if _, err := s.Users.Register(b, models.Actor{Address: "192.0.2.9"}, newcomer); err != nil {
		b.t.Fatal(err)
	}
	b.changes(s)
	b.age()
	lock(b, s, "femi.dvorak")
	b.signIn("root")
}

func withGerman(b *browser, s *services.Services) {
	withAdmin(b, s)
	b.press("button[name=language][value=de]")
}

// overtaken lets another browser of the same person save first.
func overtaken(username, path string, theirs, mine map[string]string) func(b *browser) {
	return func(b *browser) {
		other := b.another()
		other.signIn(username)
		other.open(path)
		other.submit(path, theirs)
		b.submit(path, mine)
	}
}

// signInElsewhere leaves a session on another device.
func signInElsewhere(b *browser, s *services.Services, username string) {
	b.t.Helper()
	elsewhere := models.Actor{Address: "198.51.100.7", UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1"}
	if _, _, err := s.Sessions.SignIn(b, elsewhere, username, password, models.ConsoleSession); err != nil {
		b.t.Fatal(err)
	}
}

// lock lets somebody else fail to sign in, until the account is held.
func lock(b *browser, s *services.Services, username string) {
	b.t.Helper()
	for range 5 {
		attacker := models.Actor{Address: "203.0.113.66", UserAgent: "curl/8.5"}
		if _, _, err := s.Sessions.SignIn(b, attacker, username, "wrong", models.APISession); err == nil {
			b.t.Fatal("a wrong password signs in")
		}
	}
}
