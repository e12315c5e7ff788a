package routes

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rolecall/models"
)

// requestLimit is how long a request may take, the wait for hashing included: as
// long as a full queue takes where two slow processors hash.
const requestLimit = 20 * time.Second

// actorOf is who asks: at least an address and a request id, and the user once a
// token or a cookie has said so.
func actorOf(ctx context.Context) models.Actor { return models.ActorOf(ctx) }

// begin gives the request its id, its deadline and an actor. The deadline hangs on
// the program's life, not on the server's: a request that is under way when the
// drain begins is finished.
func (h *handlers) begin(c *fiber.Ctx) (err error) {
	defer rescue(&err) // the answer to an error may panic too
	ctx, cancel := context.WithTimeout(h.life, requestLimit)
	defer cancel()
	actor := models.Actor{
		Address: h.address(c), UserAgent: c.Get(fiber.HeaderUserAgent), RequestID: h.requestID(c),
	}
	c.SetUserContext(models.WithActor(ctx, actor))
	c.Set(fiber.HeaderXRequestID, actor.RequestID)
	return c.Next()
}

// guard turns a panic into an error, and refuses what fasthttp would unpack without
// a limit.
func (h *handlers) guard(c *fiber.Ctx) (err error) {
	defer rescue(&err)
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return fiber.ErrUnsupportedMediaType
	}
	return c.Next()
}

func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v\n%s", r, debug.Stack()) // explain logs it, once
	}
}

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID takes a trusted proxy's, so that its log and ours can be joined.
func (h *handlers) requestID(c *fiber.Ctx) string {
	if given := c.Get(fiber.HeaderXRequestID); given != "" && h.trusts(peer(c)) && requestIDForm.MatchString(given) {
		return given
	}
	return newRequestID()
}

func newRequestID() string { return rand.Text() }

func peer(c *fiber.Ctx) netip.Addr {
	addr, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	return addr.Unmap()
}

func (h *handlers) trusts(addr netip.Addr) bool {
	for _, prefix := range h.cfg.TrustedProxies {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// address is the client's: the peer, or, behind trusted proxies, the rightmost
// address of X-Forwarded-For that is not one of them. What is left of it, the
// client may have written. Several such headers are one list (RFC 9110 §5.3).
func (h *handlers) address(c *fiber.Ctx) string {
	addr := peer(c)
	if !h.trusts(addr) {
		return addr.String()
	}
	hops := strings.Split(string(bytes.Join(c.Request().Header.PeekAll(fiber.HeaderXForwardedFor), []byte(","))), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = hop.Unmap(); !h.trusts(addr) {
			break
		}
	}
	return addr.String()
}

// contentPolicy lets a page load our own files and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// outermost wraps fiber: it answers HEAD wherever GET is answered, and puts the
// headers of security on every answer, those included that no route gave. A
// method that fiber does not know would be answered past the error handler.
func outermost(app *fiber.App, secure bool, drain *Drain, meter *meter) {
	server := app.Server()
	next, refuse := app.Handler(), meter.refusing(server.ErrorHandler)
	server.HeaderReceived, server.ConnState = withoutLarge, watchGuests
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if ctx.IsHead() {
			ctx.Request.Header.SetMethod(fasthttp.MethodGet)
			ctx.Response.SkipBody = true
		}
		guestOf(ctx).setUnread(true)
		if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			refuse(ctx, errors.New("unknown method"))
		} else if err := wholeBody(ctx); err != nil {
			refuse(ctx, err)
			ctx.SetConnectionClose() // the rest of the body is on its way
		} else {
			guestOf(ctx).setUnread(isUpload(&ctx.Request.Header)) // which may be refused unread
			guestOf(ctx).served()
			next(ctx)
			guestOf(ctx).waits() // for the client to take the answer
		}
		secureHeaders(&ctx.Response.Header, secure)
		drain.answer(ctx)
	}
	server.ErrorHandler = func(ctx *fasthttp.RequestCtx, err error) {
		guestOf(ctx).setUnread(true)
		refuse(ctx, err)
		secureHeaders(&ctx.Response.Header, secure)
	}
}

func secureHeaders(header *fasthttp.ResponseHeader, secure bool) {
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Frame-Options", "DENY")
	if secure {
		header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if len(header.Peek("Cache-Control")) == 0 {
		header.Set("Cache-Control", "no-store")
	}
}

// sameOrigin refuses a form that another site sent with our user's cookie. The
// browser says where a request comes from: Sec-Fetch-Site, or, in older ones,
// Origin (the algorithm of Go's net/http.CrossOriginProtection). Neither header:
// no browser, and no cookie but one's own.
func (h *handlers) sameOrigin(c *fiber.Ctx) error {
	refused := &models.Error{Kind: models.Forbidden, Message: "This form was sent from another site."}
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		h.log.WarnContext(c.UserContext(), "cross-site form refused", "event", "malicious_csrf", "route", c.Route().Path)
		return refused
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return nil
	}
	parsed, err := url.Parse(origin)
	if err == nil && parsed.Host != "" && (parsed.Host == string(c.Request().Host()) || origin == h.cfg.PublicURL) {
		return nil
	}
	h.log.WarnContext(c.UserContext(), "cross-origin form refused", "event", "malicious_csrf", "route", c.Route().Path)
	return refused
}
