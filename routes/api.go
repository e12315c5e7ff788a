package routes

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
)

// An api is the JSON face: huma finds the handler's input in the request, checks
// its structure (types, unknown keys, what is required), and describes it all.
// The rules for values are the services'.
type api struct {
	huma.API
	app *fiber.App
	h   *handlers
}

// public registers an operation for anybody.
func public[I, O any](a *api, op operation, handler func(context.Context, *I) (*O, error)) {
	serve(a, op, handler)
}

// signedIn registers an operation for the holder of a token. Whether that one
// may do it, the service decides.
func signedIn[I, O any](a *api, op operation, handler func(context.Context, *I) (*O, error)) {
	op.Middlewares = append(huma.Middlewares{a.authenticate}, op.Middlewares...)
	serve(a, op.byToken().fails(http.StatusUnauthorized), handler)
}

// forAdmins registers an operation that others are refused before their body is
// read. The services check it once more.
func forAdmins[I, O any](a *api, op operation, handler func(context.Context, *I) (*O, error)) {
	op.Middlewares = huma.Middlewares{a.requireAdmin}
	signedIn(a, op.fails(http.StatusForbidden), handler)
}

// serve registers the operation; each error of the handler is explained.
func serve[I, O any](a *api, op operation, handler func(context.Context, *I) (*O, error)) {
	if op.Method == http.MethodPost || op.Method == http.MethodPut {
		op = op.fails(http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	op.Middlewares = append(op.Middlewares, a.mediaType)
	op.MaxBodyBytes = bodyMax
	op.SkipValidateParams = true // their values are for the services to judge; types are not skipped
	huma.Register(a, op.fails(http.StatusBadRequest, http.StatusServiceUnavailable).Operation, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, a.h.explain(ctx, err)
		}
		return output, nil
	})
}

// refuse writes the answer to an error that a middleware found.
func (a *api) refuse(ctx huma.Context, p *problem) {
	for name, values := range p.header {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	// The body is in memory: writing it can't fail.
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p)
}

// mediaType lets JSON alone into an operation that takes a body.
func (a *api) mediaType(ctx huma.Context, next func(huma.Context)) {
	if ctx.Operation().RequestBody != nil && mediaType(humafiber.Unwrap(ctx)) != fiber.MIMEApplicationJSON {
		a.refuse(ctx, a.h.explain(ctx.Context(), fiber.ErrUnsupportedMediaType))
		return
	}
	next(ctx)
}

// requireAdmin lets an admin pass.
func (a *api) requireAdmin(ctx huma.Context, next func(huma.Context)) {
	if err := actorOf(ctx.Context()).RequireAdmin("do this"); err != nil {
		a.refuse(ctx, a.h.explain(ctx.Context(), err))
		return
	}
	next(ctx)
}

// authenticate adds the user that the bearer token stands for.
func (a *api) authenticate(ctx huma.Context, next func(huma.Context)) {
	actor, err := a.h.bearer(humafiber.Unwrap(ctx))
	if err != nil {
		a.refuse(ctx, a.h.explain(ctx.Context(), err))
		return
	}
	next(huma.WithContext(ctx, models.WithActor(ctx.Context(), actor)))
}

// bearer finds the user that the request's token stands for. The challenges are
// those of RFC 6750 §3: without a token, it names no error. In OAuth's shape both
// are an invalid_token, to which RFC 7662 §2.3 refers.
func (h *handlers) bearer(c *fiber.Ctx) (models.Actor, error) {
	ctx := c.UserContext()
	stranger := actorOf(ctx)
	given := c.Request().Header.PeekAll(fiber.HeaderAuthorization)
	if len(given) > 1 {
		p := h.explain(ctx, fiber.ErrBadRequest)
		p.header.Set("WWW-Authenticate", `Bearer error="invalid_request"`)
		return stranger, p
	}
	scheme, token, _ := strings.Cut(string(bytes.Join(given, nil)), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		p := h.explain(ctx, models.Actor{}.RequireUser(""))
		p.code = "invalid_token"
		return stranger, p
	}
	actor, err := h.Tokens.Authenticate(ctx, stranger, strings.TrimSpace(token), models.APISession)
	if models.KindOf(err) == models.Unauthenticated {
		p := h.explain(ctx, err)
		p.code = "invalid_token"
		p.header.Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+p.Detail+`"`)
		return stranger, p
	}
	if err != nil {
		return stranger, err
	}
	c.SetUserContext(models.WithActor(ctx, actor)) // for the log, too
	return actor, nil
}
