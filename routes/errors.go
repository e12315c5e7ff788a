package routes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/views"
)

// statusOf is the one table from what went wrong to the status of the answer.
var statusOf = map[models.Kind]int{
	models.Invalid:         http.StatusUnprocessableEntity,
	models.Unauthenticated: http.StatusUnauthorized,
	models.Forbidden:       http.StatusForbidden,
	models.NotFound:        http.StatusNotFound,
	models.Conflict:        http.StatusConflict,
	models.Stale:           http.StatusPreconditionFailed,
	models.Limited:         http.StatusTooManyRequests,
	models.Busy:            http.StatusServiceUnavailable,
	models.Internal:        http.StatusInternalServerError,
}

// details are the sentences for what fails before or without a service.
var details = map[int]string{
	http.StatusBadRequest:                  "The request can't be read.",
	http.StatusNotFound:                    "There is nothing at this address.",
	http.StatusMethodNotAllowed:            "This address does not take this method; see the Allow header.",
	http.StatusRequestTimeout:              "The request took too long to arrive.",
	http.StatusRequestEntityTooLarge:       "The request is too large.",
	http.StatusUnsupportedMediaType:        "The body is not of a media type that is read here.",
	http.StatusUnprocessableEntity:         "Some values are not acceptable.",
	http.StatusRequestHeaderFieldsTooLarge: "The header of the request is too large.",
	http.StatusInternalServerError:         "Something went wrong on our side. It has been logged under the request id.",
	http.StatusServiceUnavailable:          "The service can't answer now. Try again in a moment.",
}

// A problem is the body of a refusal: RFC 9457, with detail for a person (and
// for FastAPI's clients), and errors for the fields of a form.
type problem struct {
	Type      string       `json:"type" example:"about:blank" doc:"Always about:blank: the status says it all (RFC 9457 §4.2.1)."`
	Title     string       `json:"title" example:"Unprocessable Entity"`
	Status    int          `json:"status" example:"422"`
	Detail    string       `json:"detail" example:"Some values are not acceptable." doc:"One sentence for a person."`
	RequestID string       `json:"request_id" doc:"What the log calls this request."`
	Errors    []fieldError `json:"errors,omitempty" nullable:"false" doc:"For 422 and some 409: the fields to blame."`

	header http.Header
	code   string // OAuth's word for it, where the status does not tell: see refuseOAuth
}

// A fieldError says in a sentence what is wrong with a field.
type fieldError struct {
	Field   string `json:"field" example:"email"`
	Message string `json:"message" example:"Enter an e-mail address with one @, such as name@example.com."`
}

// The three interfaces by which huma writes a problem.
var (
	_ huma.StatusError       = (*problem)(nil)
	_ huma.HeadersError      = (*problem)(nil)
	_ huma.ContentTypeFilter = (*problem)(nil)
)

func (p *problem) Error() string             { return p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) GetHeaders() http.Header   { return p.header }
func (p *problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, detail, requestID string) *problem {
	if detail == "" {
		detail = details[status]
	}
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: detail, RequestID: requestID, header: http.Header{},
	}
}

// explain turns an error into the answer, and logs what nobody foresaw. No text
// of another layer gets through: only a models.Error speaks to the client.
func (h *handlers) explain(ctx context.Context, err error) *problem {
	requestID := actorOf(ctx).RequestID
	if ready := (*problem)(nil); errors.As(err, &ready) {
		ready.RequestID = requestID
		return ready
	}
	if framework := (*fiber.Error)(nil); errors.As(err, &framework) {
		return h.explainStatus(ctx, framework.Code)
	}
	kind := models.KindOf(err)
	p := newProblem(statusOf[kind], "", requestID)
	known := &models.Error{}
	if errors.As(err, &known) {
		p.Detail, p.Errors = known.Message, listFields(known.Fields)
	}
	switch kind {
	case models.Internal:
		h.log.ErrorContext(ctx, "request failed", "error", models.LogText(err))
	case models.Busy:
		level := slog.LevelWarn
		if models.Unreachable(err) { // which is logged once, and not for each request
			level = slog.LevelDebug
		}
		h.log.Log(ctx, level, "request refused: busy", "error", models.LogText(err))
	case models.Unauthenticated:
		p.header.Set("WWW-Authenticate", "Bearer")
	case models.Forbidden:
		h.log.WarnContext(ctx, "request refused: forbidden", "event", "authz_fail", "why", known.Message, "user_id", actorOf(ctx).User.UserID)
		if actorOf(ctx).SignedIn() { // with another token it might be allowed: RFC 6750 §3.1
			p.header.Set("WWW-Authenticate", `Bearer error="insufficient_scope"`)
		}
	}
	if kind == models.Busy || kind == models.Limited {
		p.header.Set("Retry-After", strconv.Itoa(max(1, known.RetryAfter)))
	}
	return p
}

// explainStatus explains what fiber or fasthttp refused. Their texts quote the
// request, and are dropped.
func (h *handlers) explainStatus(ctx context.Context, status int) *problem {
	if details[status] == "" {
		h.log.WarnContext(ctx, "unforeseen status", "status", status)
		status = http.StatusBadRequest
	}
	return newProblem(status, "", actorOf(ctx).RequestID)
}

func listFields(fields models.FieldErrors) []fieldError {
	list := make([]fieldError, 0, len(fields))
	for field, message := range fields {
		list = append(list, fieldError{field, message})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Field < list[j].Field })
	return list
}

// fail is fiber's error handler: a page for browsers, a problem for programs. It
// also answers what fasthttp refused before any route was found.
func (h *handlers) fail(c *fiber.Ctx, err error) error {
	if actorOf(c.UserContext()).RequestID == "" {
		defer h.logRequest(c, time.Now())
		id := newRequestID()
		c.SetUserContext(models.WithActor(c.UserContext(), models.Actor{RequestID: id, Address: peer(c).String()}))
		c.Set(fiber.HeaderXRequestID, id)
	}
	p := h.explain(c.UserContext(), err)
	for name, values := range p.header {
		c.Set(name, values[0])
	}
	if isOAuth(c) {
		return refuseOAuth(c, p)
	}
	if !isPage(c) {
		return c.Status(p.Status).JSON(p, "application/problem+json")
	}
	c.Response().Header.Del("WWW-Authenticate") // a browser would ask for a password
	return h.render(c, p.Status, "errors/error", views.Error{
		Page: h.barePage(c, p.Title), Status: p.Status, Detail: p.Detail, RequestID: p.RequestID,
	})
}

// isPage reports whether a person in a browser waits for the answer.
func isPage(c *fiber.Ctx) bool {
	path := c.Path()
	for _, console := range []string{"/admin", "/account", "/login", "/logout", "/language", "/setup", "/docs"} {
		if path == console || strings.HasPrefix(path, console+"/") {
			return true
		}
	}
	if path == "/register" {
		return c.Method() == fiber.MethodGet || isForm(c)
	}
	return strings.Contains(c.Get("Accept"), "text/html")
}

// init makes huma's own refusals problems, too: what it finds wrong with a
// request before a handler sees it. Huma has one such hook for the process.
func init() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return structureProblem(status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		p := structureProblem(status, errs)
		if ctx != nil {
			p.RequestID = actorOf(ctx.Context()).RequestID
		}
		return p
	}
}

// structureProblem names the fields that huma found missing, unknown or of the
// wrong type. An id in the path that is no number names nothing.
func structureProblem(status int, errs []error) *problem {
	p := newProblem(status, "", "")
	for _, err := range errs {
		detail, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		where, field, _ := strings.Cut(detail.ErrorDetail().Location, ".")
		if where == "path" {
			return newProblem(http.StatusNotFound, "", "")
		}
		if field != "" || status != http.StatusBadRequest { // a body that is no JSON has no fields
			p.Errors = append(p.Errors, blame(field, detail.ErrorDetail().Message))
		}
	}
	return p
}

// blame puts huma's words into a sentence and the name of a missing field, which
// huma has in the message alone, into its place.
func blame(field, message string) fieldError {
	var missing string
	if n, _ := fmt.Sscanf(message, "expected required property %s to be present", &missing); n == 1 {
		return fieldError{strings.TrimPrefix(field+"."+missing, "."), "This field is required."}
	}
	switch {
	case message == "unexpected property":
		return fieldError{field, "There is no such field here."}
	case strings.HasPrefix(message, "expected number <="):
		return fieldError{field, "The number is too large."}
	case strings.HasPrefix(message, "expected "):
		return fieldError{field, "The value has the wrong type: " + strings.TrimPrefix(message, "expected ") + " is expected."}
	}
	return fieldError{field, "The value is not acceptable."}
}
