package routes

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/static"
	"rolecall/views"
)

// consoleHome serves GET /: everybody's own first page.
func (h *handlers) consoleHome(c *fiber.Ctx) error {
	return redirect(c, views.Page{Actor: actorOf(c.UserContext())}.Home()) // the notice is for the page there
}

// consoleLogin serves GET /login.
func (h *handlers) consoleLogin(c *fiber.Ctx) error {
	if actorOf(c.UserContext()).SignedIn() {
		return redirect(c, "/")
	}
	return h.renderLogin(c, http.StatusOK, views.LoginForm{Next: localPath(c.Query("next"))})
}

func (h *handlers) renderLogin(c *fiber.Ctx, status int, form views.LoginForm) error {
	return h.render(c, status, "auth/login", views.Login{
		Page: h.page(c, "Sign in"), Form: form, CanRegister: h.cfg.Registration != services.RegistrationClosed,
	})
}

// consoleSignIn serves POST /login. A session that the browser has ends when the
// next begins.
func (h *handlers) consoleSignIn(c *fiber.Ctx) error {
	ctx := c.UserContext()
	form := views.LoginForm{Username: field(c, "username"), Next: localPath(field(c, "next"))}
	user, session, err := h.Sessions.SignIn(ctx, h.named(c), form.Username, field(c, "password"), models.ConsoleSession)
	if models.KindOf(err) == models.Unauthenticated || shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderLogin(c, h.refusedForm(c, err), form)
	}
	if err != nil {
		return err
	}
	if err := h.signIn(c, user, session); err != nil {
		return err
	}
	if form.Next == "" {
		form.Next = "/"
	}
	return redirect(c, form.Next)
}

// consoleSignOut serves POST /logout.
func (h *handlers) consoleSignOut(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := h.Sessions.SignOut(ctx, actorOf(ctx)); err != nil {
		return err
	}
	h.dropCookie(c, sessionCookie)
	c.Set("Clear-Site-Data", `"cache", "storage"`) // not "cookies": the limits know the browser by one
	h.flash(c, "signed-out")
	return redirect(c, "/login")
}

// pageOrNext keeps POST /register for the form, and leaves JSON to the API.
func (h *handlers) pageOrNext(page fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if isForm(c) {
			return page(c)
		}
		return c.Next()
	}
}

// consoleRegister serves GET /register.
func (h *handlers) consoleRegister(c *fiber.Ctx) error {
	if c.Cookies(h.cookieName(flashCookie)) == "waiting" {
		return h.render(c, http.StatusOK, "auth/pending", views.Pending{Page: h.page(c, "Wait for approval")})
	}
	return h.renderRegister(c, http.StatusOK, views.RegisterForm{})
}

func (h *handlers) renderRegister(c *fiber.Ctx, status int, form views.RegisterForm) error {
	if h.cfg.Registration == services.RegistrationClosed {
		return h.render(c, http.StatusForbidden, "auth/closed", views.Closed{Page: h.page(c, "Registration is closed")})
	}
	return h.render(c, status, "auth/register", views.Register{
		Page: h.page(c, "Register"), Form: form, PasswordMin: h.cfg.PasswordMinLength,
		ByApproval: h.cfg.Registration == services.RegistrationApproval,
	})
}

// consoleOpenAccount serves POST /register with a form.
func (h *handlers) consoleOpenAccount(c *fiber.Ctx) error {
	ctx := c.UserContext()
	form := views.RegisterForm{
		Username: field(c, "username"), Email: field(c, "email"),
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
	}
	user, err := h.Users.Register(ctx, actorOf(ctx), services.NewUser{
		Username: form.Username, Email: form.Email, FirstName: form.FirstName, LastName: form.LastName,
		Password: field(c, "password"),
	})
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderRegister(c, h.refusedForm(c, err), form)
	}
	if models.KindOf(err) == models.Forbidden {
		return h.renderRegister(c, http.StatusForbidden, form)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, user)
}

// welcome signs the new user in, or tells whoever has to wait.
func (h *handlers) welcome(c *fiber.Ctx, user models.User) error {
	if !user.IsActive() {
		h.flash(c, "waiting")
		return redirect(c, "/register")
	}
	ctx := c.UserContext()
	session, err := h.Sessions.Begin(ctx, h.named(c), user, models.ConsoleSession)
	if err != nil {
		return err
	}
	if err := h.signIn(c, user, session); err != nil {
		return err
	}
	h.flash(c, "welcome")
	return redirect(c, "/")
}

// consoleSetup serves GET /setup.
func (h *handlers) consoleSetup(c *fiber.Ctx) error {
	token := c.Query("token")
	if err := h.Setup.Open(c.UserContext(), token); err != nil {
		return err
	}
	return h.renderSetup(c, http.StatusOK, views.SetupForm{Token: token})
}

func (h *handlers) renderSetup(c *fiber.Ctx, status int, form views.SetupForm) error {
	page := h.page(c, "Create the first admin")
	page.Here = "/setup?token=" + url.QueryEscape(form.Token)
	return h.render(c, status, "auth/setup", views.Setup{Page: page, Form: form, PasswordMin: h.cfg.PasswordMinLength})
}

// consoleCreateAdmin serves POST /setup. The token may come in the form, or stay
// in the address.
func (h *handlers) consoleCreateAdmin(c *fiber.Ctx) error {
	ctx := c.UserContext()
	form := views.SetupForm{Token: field(c, "token"), Username: field(c, "username"), Email: field(c, "email")}
	if form.Token == "" {
		form.Token = c.Query("token")
	}
	user, err := h.Setup.CreateAdmin(ctx, actorOf(ctx), form.Token, services.NewUser{
		Username: form.Username, Email: form.Email, Password: field(c, "password"),
		FirstName: field(c, "first_name"), LastName: field(c, "last_name"),
	})
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderSetup(c, h.refusedForm(c, err), form)
	}
	if err != nil {
		return err
	}
	return h.welcome(c, user)
}

// consoleDocs serves GET /docs.
func (h *handlers) consoleDocs(c *fiber.Ctx) error {
	return h.render(c, http.StatusOK, "docs/index", views.Docs{Page: h.page(c, "API")})
}

// staticFile serves GET /static/…: the name holds the content's hash, so it is
// good for ever.
func (h *handlers) staticFile(c *fiber.Ctx) error {
	file, found := static.Open(c.Params("*"))
	if !found {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, file.ContentType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	body, etag := file.Bytes(), file.ETag
	if packed := file.Gzip(); packed != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body, etag = packed, file.GzipETag
	}
	c.Set(fiber.HeaderETag, etag)
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(http.StatusNotModified)
	}
	return c.Send(body)
}
