package tests

import (
	"rolecall/models"
	"rolecall/services"
)

var roleTasks = []task{
	{name: "create, change and delete a role", run: keepRoles},
}

func keepRoles(b *browser, s *services.Services) {
	b.signIn("root")
	b.open("/admin/roles")
	b.submit("/admin/roles", map[string]string{"role_name": "user"})
	b.shows("There is a role of this name already.")
	b.submit("/admin/roles", map[string]string{"role_name": "Editor", "description": "Writes texts."})
	b.open("/admin/roles")
	b.press("a[href='/admin/roles/3']")
	b.submit("/admin/roles/3", map[string]string{"role_name": "Writer", "description": "Writes and corrects texts."})
	b.open("/admin/roles")
	b.shows("Writes and corrects texts.")
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole, "Writer")

	b.press("a[href='/admin/roles/3']")
	b.shows("grace")
	b.press("form[action='/admin/roles/3/delete'] button")
	b.tick("#f-force")
	b.press("form[action='/admin/roles/3/delete'] button")
	b.at("/admin/roles")
	if user, err := s.Users.Get(b, models.System(), grace.UserID); err != nil || user.HasRole("Writer") {
		b.t.Errorf("grace has %v, %v; want no Writer", user.RoleNames(), err)
	}
}
