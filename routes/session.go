package routes

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/static"
	"rolecall/views"
)

// cookieName: the prefix makes browsers refuse the cookie unless it is Secure,
// from this very host, and for all of it.
func (h *handlers) cookieName(name string) string {
	if h.cfg.Secure() {
		return "__Host-" + name
	}
	return name
}

// The cookies: the token of the session, a notice to show once, what this browser
// is called, by which the limits know it again, and what its admin did a moment ago.
const (
	sessionCookie = "rolecall"
	flashCookie   = "rolecall-notice"
	deviceCookie  = "rolecall-device"
	undoCookie    = "rolecall-undo"
)

// deviceLife is as long as browsers keep a cookie at most.
const deviceLife = 400 * 24 * time.Hour

func (h *handlers) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	c.Cookie(&fiber.Cookie{
		Name: h.cookieName(name), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Expires: time.Now().Add(life), HTTPOnly: true, Secure: h.cfg.Secure(), SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// dropCookie sets it anew with the same attributes, expired: browsers ignore any
// other way for a __Host- cookie.
func (h *handlers) dropCookie(c *fiber.Ctx, name string) { h.setCookie(c, name, "", -time.Hour) }

// named is the actor with what the browser is called: it gets a name before its
// first sign-in.
func (h *handlers) named(c *fiber.Ctx) models.Actor {
	actor := actorOf(c.UserContext())
	if actor.Device = c.Cookies(h.cookieName(deviceCookie)); actor.Device == "" {
		actor.Device = rand.Text()
	}
	c.SetUserContext(models.WithActor(c.UserContext(), actor))
	return actor
}

// signIn gives the browser the cookie of the session, and its name once more.
func (h *handlers) signIn(c *fiber.Ctx, user models.User, session models.Session) error {
	token, life, err := h.Tokens.Issue(user, session)
	if err != nil {
		return err
	}
	h.setCookie(c, sessionCookie, token, life)
	h.setCookie(c, deviceCookie, actorOf(c.UserContext()).Device, deviceLife)
	return nil
}

// visitor lets anybody pass, and says who it is when the cookie does.
func (h *handlers) visitor(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		token := c.Cookies(h.cookieName(sessionCookie))
		if token == "" {
			return next(c)
		}
		ctx := c.UserContext()
		actor, err := h.Tokens.Authenticate(ctx, actorOf(ctx), token, models.ConsoleSession)
		if models.KindOf(err) == models.Unauthenticated {
			h.dropCookie(c, sessionCookie)
			return next(c)
		}
		if err != nil {
			return err
		}
		c.SetUserContext(models.WithActor(ctx, actor))
		if err := h.renewCookie(c, actor); err != nil {
			return err
		}
		return next(c)
	}
}

// renewCookie keeps the cookie of whoever is active from running out.
func (h *handlers) renewCookie(c *fiber.Ctx, actor models.Actor) error {
	token, life, err := h.Tokens.Renew(actor)
	if token != "" {
		h.setCookie(c, sessionCookie, token, life)
	}
	return err
}

// user lets whoever is signed in pass, and sends a stranger to the sign-in.
func (h *handlers) user(next fiber.Handler) fiber.Handler {
	return h.visitor(func(c *fiber.Ctx) error {
		if actorOf(c.UserContext()).SignedIn() {
			return next(c)
		}
		next := c.OriginalURL()
		if c.Method() != fiber.MethodGet { // which has no page of its own to come back to
			section, _, _ := strings.Cut(strings.TrimPrefix(c.Path(), "/"), "/")
			next = "/" + section
		}
		return redirect(c, "/login?next="+url.QueryEscape(next))
	})
}

// admin lets an admin pass. The services check it once more.
func (h *handlers) admin(next fiber.Handler) fiber.Handler {
	return h.user(func(c *fiber.Ctx) error {
		if err := actorOf(c.UserContext()).RequireAdmin("see the administration"); err != nil {
			return err
		}
		return next(c)
	})
}

// form lets a form pass that this site sent.
func (h *handlers) form(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h.sameOrigin(c); err != nil {
			return err
		}
		if !isForm(c) && len(c.Body()) > 0 {
			return fiber.ErrUnsupportedMediaType
		}
		return next(c)
	}
}

// notices are the sentences shown once after a redirect, by the word that the
// cookie carries: what a stranger writes into it shows nothing of his own.
var notices = map[string]views.Flash{
	"saved":            {Kind: "success", Text: "Saved."},
	"nothing-to-save":  {Kind: "info", Text: "This was changed after you had opened it. You had changed nothing that differs from it, so there was nothing to save."},
	"user-created":     {Kind: "success", Text: "The account is created."},
	"user-deleted":     {Kind: "success", Text: "The account is deleted."},
	"unchanged":        {Kind: "info", Text: "There was nothing to change."},
	"password-set":     {Kind: "success", Text: "The new password is set, and all sessions of the account have ended."},
	"password-changed": {Kind: "success", Text: "Your password is changed. All your other sessions have ended."},
	"role-created":     {Kind: "success", Text: "The role is created."},
	"role-deleted":     {Kind: "success", Text: "The role is deleted."},
	"welcome":          {Kind: "success", Text: "Welcome. Your account is ready."},
	"session-ended":    {Kind: "success", Text: "The session has ended."},
	"others-ended":     {Kind: "success", Text: "All your other sessions have ended."},
	"sessions-ended":   {Kind: "success", Text: "All sessions of the account have ended."},
	"unlocked":         {Kind: "success", Text: "The account is unlocked. Sign-ins are no longer held back."},
	"signed-out":       {Kind: "info", Text: "You are signed out."},
	"waiting":          {Kind: "info", Text: "Your account waits for an administrator's approval."},
}

// flashLife is how long a notice waits for its page.
const flashLife = time.Minute

func (h *handlers) flash(c *fiber.Ctx, notice string) {
	h.setCookie(c, flashCookie, notice, flashLife)
}

// takeFlash returns the notice, which is then gone.
func (h *handlers) takeFlash(c *fiber.Ctx) string {
	notice := c.Cookies(h.cookieName(flashCookie))
	if notice != "" {
		h.dropCookie(c, flashCookie)
	}
	return notice
}

// page is what every page has.
func (h *handlers) page(c *fiber.Ctx, title string) views.Page {
	page := h.barePage(c, title)
	page.Undo = h.recentAct(c)
	return page
}

// barePage is a page that asks the database for nothing: it may be away.
func (h *handlers) barePage(c *fiber.Ctx, title string) views.Page {
	return views.Page{
		Title: title, Here: here(c), Path: c.Path(), Actor: actorOf(c.UserContext()),
		Flash: notices[h.takeFlash(c)], Assets: static.URL,
		Refused: c.Response().StatusCode() >= http.StatusBadRequest, // see refusedForm
	}
}

// pageOf is the page about somebody or something: the title has a verb for the
// name, which is not translated.
func (h *handlers) pageOf(c *fiber.Ctx, title, subject string) views.Page {
	page := h.page(c, title)
	page.Subject = subject
	return page
}

func redirect(c *fiber.Ctx, path string) error { return c.Redirect(path, fiber.StatusSeeOther) }

// localPath is the path that next names on this site, or "" (RFC 9700 §4.11: no
// open redirect). Browsers read \ as /, so it is refused along with //.
func localPath(next string) string {
	parsed, err := url.Parse(next)
	if err != nil || parsed.Scheme != "" || parsed.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsFunc(next, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return ""
	}
	return next
}
