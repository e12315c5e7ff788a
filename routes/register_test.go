package routes

import (
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/services"
)

var carl = []string{"username", "carl", "email", "carl@example.com", "first_name", "", "last_name", "", "password", goodPassword}

// TestRegisterPage: who registers is signed in at once.
func TestRegisterPage(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b := s.browser(t)
		b.get("/register").want(t, "the form", 200).shows(t, "the form",
			`name="username"`, `name="email"`, `name="first_name"`, `name="last_name"`, `name="password"`)
		page := b.follow(b.post("/register", carl...)).want(t, "after it", 200)
		page.shows(t, "after it", "Welcome. Your account is ready.", "carl@example.com")
		if page.Request.URL.Path != "/account" {
			t.Errorf("the registration leads to %s, want /account", page.Request.URL.Path)
		}
		s.browser(t).signIn("carl")
	})
}

// TestRegistrationByApproval: an account waits, on both faces, until an admin
// lets it in.
func TestRegistrationByApproval(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		b := s.browser(t)
		b.follow(b.post("/register", carl...)).want(t, "after it", 200).shows(t, "after it", "waits for approval")
		if b.session() != "" {
			t.Error("who waits is signed in")
		}
		a := s.call(t, "", "POST /register", `{"username":"dan","password":"correct horse battery","email":"dan@example.com"}`).want(t, "the API", 201)
		if user := parse[userJSON](t, a); user.IsActive {
			t.Error("dan is active without approval")
		}
		s.learn()
		for _, name := range []string{"carl", "dan"} {
			s.grant(t, credentials(name, goodPassword)).want(t, name+" before", 401)
			b.post("/login", "username", name, "password", goodPassword).want(t, name+" before, on the page", 422)
		}
		list := s.call(t, "root", "GET /users?status=pending", "").want(t, "the list", 200)
		if got := parse[pageJSON](t, list).Total; got != 2 {
			t.Errorf("%d accounts wait, want 2", got)
		}
		s.page(t, "root", "GET /admin/users/{carl}", "").want(t, "carl's page", 200).shows(t, "carl's page", "Approve", "/admin/users/"+s.fill("{carl}")+"/enable")
		s.page(t, "root", "GET /admin", "").want(t, "the overview", 200).shows(t, "the overview", "carl", "dan")
		s.page(t, "root", "POST /admin/users/{carl}/enable", "").want(t, "approve carl", 303)
		s.call(t, "root", "PUT /users/{dan}", `{"is_active":true}`).want(t, "approve dan", 200)
		for _, name := range []string{"carl", "dan"} {
			s.grant(t, credentials(name, goodPassword)).want(t, name+" after", 200)
		}
	}, func(c *services.Config) { c.Registration = services.RegistrationApproval })
}

// TestRegistrationClosed: the pages offer nothing.
func TestRegistrationClosed(t *testing.T) {
	t.Parallel()
	s := one(t, func(c *services.Config) { c.Registration = services.RegistrationClosed })
	b := s.browser(t)
	b.get("/register").want(t, "the page", 403).shows(t, "the page", "Registration is closed")
	b.post("/register", carl...).want(t, "the form", 403).shows(t, "the form", "Registration is closed")
	if a := b.get("/login"); strings.Contains(a.body, `href="/register"`) {
		t.Error("the sign-in offers to register")
	}
}

// TestSetup: the link makes the first admin, once.
func TestSetup(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		ctx := t.Context()
		if token, err := s.Setup.Token(ctx); err != nil || token != "" {
			t.Fatalf("with an admin: Token = %q, %v, want none", token, err)
		}
		s.page(t, "", "GET /setup?token=", "").want(t, "an empty token", 403)
		if err := s.Users.Delete(ctx, models.System(), s.ids["root"]); models.KindOf(err) != models.Conflict {
			t.Errorf("delete the last admin: %v, want a conflict", err)
		}
		s.exec(t, `DELETE FROM "UserRoles" WHERE "UserId" = ?`, s.ids["root"])
		token, err := s.Setup.Token(ctx)
		if err != nil || len(token) < 20 {
			t.Fatalf("without an admin: Token = %q, %v", token, err)
		}
		b := s.browser(t)
		for _, wrong := range []string{"", "x", token + "x", token[1:], "%00"} {
			b.get("/setup?token="+wrong).want(t, "a wrong token", 403)
			b.post("/setup", append([]string{"token", wrong}, carl...)...).want(t, "a wrong token's form", 403)
		}
		b.get("/setup?token="+token).want(t, "the form", 200).shows(t, "the form", `name="token" value="`+token+`"`, `name="password"`)
		refused := b.post("/setup", "token", token, "username", "x", "email", "x", "password", "password1").want(t, "a bad form", 422)
		checkPage(t, "POST /setup", refused)
		if got := blamed(refused); got != "email,password,username" || !strings.Contains(refused.body, token) {
			t.Errorf("a bad form blames %q, or loses the token", got)
		}
		page := b.follow(b.post("/setup", append([]string{"token", token}, carl...)...)).want(t, "the first admin", 200)
		if page.Request.URL.Path != "/admin" {
			t.Errorf("the first admin is led to %s, want /admin", page.Request.URL.Path)
		}
		stranger := s.browser(t)
		stranger.get("/setup?token="+token).want(t, "the link again", 403)
		stranger.post("/setup", "token", token, "username", "dan", "email", "dan@example.com", "password", goodPassword).want(t, "the form again", 403)
		s.learn()
		if s.ids["dan"] != 0 {
			t.Error("the link served twice")
		}
	})
}
