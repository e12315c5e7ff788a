package routes

import (
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

// shownAgain reports whether the form that failed is shown again, with the
// sentences beside its fields. Everything else is a page of its own.
func shownAgain(err error) bool {
	kind := models.KindOf(err)
	return kind == models.Invalid || kind == models.Conflict
}
