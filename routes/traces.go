package routes

import (
	"context"

	"github.com/gofiber/fiber/v2"
	attr "go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// trace is the middleware that begins a request's span, by OpenTelemetry's
// conventions for HTTP; services and statements put theirs below it. Of the request
// it tells the method, the route and who is on the other side: a path, a query or a
// header may hold what is nobody else's to know. Probes are not traced.
func (h *handlers) trace(c *fiber.Ctx) error {
	if path := c.Path(); path == "/healthz" || path == "/readyz" {
		return c.Next()
	}
	ctx, options := h.caller(c)
	actor := actorOf(ctx)
	ctx, span := h.traces.tracer.Start(ctx, c.Method(), append(options, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attr.String("http.request.method", c.Method()), attr.String("url.scheme", h.scheme()),
		attr.String("client.address", actor.Address), attr.String("rolecall.request_id", actor.RequestID)))...)
	c.SetUserContext(ctx)
	status := fiber.StatusInternalServerError // of a panic, which begin turns into an answer
	defer func() { h.endSpan(c, span, status) }()
	err := c.Next()
	status = c.Response().StatusCode()
	return err
}

func (h *handlers) scheme() string {
	if h.cfg.Secure() {
		return "https"
	}
	return "http"
}

// endSpan tells what is known when the answer is ready. A refusal is no failure of
// ours.
func (h *handlers) endSpan(c *fiber.Ctx, span trace.Span, status int) {
	if route := h.pattern(c); route != noRoute {
		span.SetName(c.Method() + " " + route)
		span.SetAttributes(attr.String("http.route", route))
	}
	span.SetAttributes(attr.Int("http.response.status_code", status))
	if status >= fiber.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// caller continues the trace that a trusted proxy is in. What anybody else says of one
// is a link: strangers decide neither what is recorded nor under which id.
func (h *handlers) caller(c *fiber.Ctx) (context.Context, []trace.SpanStartOption) {
	ctx := c.UserContext()
	if h.traces.ignoreCaller {
		return ctx, nil
	}
	told := propagation.TraceContext{}.Extract(ctx, requestHeaders{c})
	above := trace.SpanContextFromContext(told)
	switch {
	case !above.IsValid():
		return ctx, nil
	case h.trusts(peer(c)):
		return told, nil
	}
	return ctx, []trace.SpanStartOption{trace.WithLinks(trace.Link{SpanContext: above.WithTraceState(trace.TraceState{})})}
}

// requestHeaders are those of a request, for OpenTelemetry.
type requestHeaders struct{ *fiber.Ctx }

// Get returns the first of that name.
func (r requestHeaders) Get(name string) string { return r.Ctx.Get(name) }

// Set and Keys are for other uses of the interface.
func (r requestHeaders) Set(string, string) {}

// Keys returns none.
func (r requestHeaders) Keys() []string { return nil }
