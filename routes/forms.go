package routes

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
)

// mediaType is the Content-Type without parameters, in lower case.
func mediaType(c *fiber.Ctx) string {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func isForm(c *fiber.Ctx) bool { return mediaType(c) == fiber.MIMEApplicationForm }

// field is a field of the form in the body, "" where there is none. The query
// string is never asked, as fiber's FormValue would.
func field(c *fiber.Ctx, name string) string {
	return string(c.Request().PostArgs().Peek(name))
}

// fields are all values of a field, such as those of check boxes.
func fields(c *fiber.Ctx, name string) []string {
	return texts(c.Request().PostArgs().PeekMulti(name))
}

// queries are all values of a parameter of the query string.
func queries(c *fiber.Ctx, name string) []string {
	return texts(c.Request().URI().QueryArgs().PeekMulti(name))
}

func texts(values [][]byte) []string {
	var list []string
	for _, value := range values {
		if len(value) > 0 {
			list = append(list, string(value))
		}
	}
	return list
}

// pathID is the number in the path; what is no number names nothing.
func pathID(c *fiber.Ctx, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, models.Missing(name)
	}
	return id, nil
}

// shownAgain reports whether the form that failed is shown again, with what was
// entered and a sentence. Everything else is a page of its own.
func shownAgain(err error) bool {
	switch models.KindOf(err) {
	case models.Invalid, models.Conflict, models.Stale, models.Limited:
		return true
	case models.Busy: // with a sentence of ours, and not the database's own words
		return errors.As(err, new(*models.Error))
	}
	return false
}

// refusedForm sets the status of a form shown again, by which the page knows, and
// returns it: 422, but 412 where somebody else was quicker, and 429 or 503 where
// it may be sent once more later.
func (h *handlers) refusedForm(c *fiber.Ctx, err error) int {
	p := h.explain(c.UserContext(), err)
	status := http.StatusUnprocessableEntity
	switch models.KindOf(err) {
	case models.Stale:
		status = p.Status
	case models.Limited, models.Busy:
		c.Set(fiber.HeaderRetryAfter, p.header.Get(fiber.HeaderRetryAfter))
		status = p.Status
	}
	c.Status(status)
	return status
}

var errConfirm = &models.Error{
	Kind: models.Invalid, Message: "You signed in a while ago. Enter your own password to go on.",
	Fields: models.FieldErrors{"your_password": "Enter your own password."},
}

// confirmed asks whoever signed in a while ago for the own password, before what
// a stolen session must not do (ASVS 5.0 7.5.1). It comes as a field of the same
// form, and counts as another sign-in.
func (h *handlers) confirmed(c *fiber.Ctx) error {
	ctx := c.UserContext()
	actor := h.named(c)
	if actor.Fresh() {
		return nil
	}
	password := field(c, "your_password")
	if password == "" {
		return errConfirm
	}
	user, session, err := h.Sessions.Confirm(ctx, actor, password)
	if err != nil {
		return err
	}
	actor.User, actor.SessionID, actor.Began, actor.Ends = user, session.SessionID, session.CreatedAt, session.ExpiresAt
	c.SetUserContext(models.WithActor(ctx, actor))
	return h.signIn(c, user, session)
}
