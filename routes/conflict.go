package routes

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"rolecall/views"
)

// opened is what a form was opened with, as far as it says so: a program that
// knows nothing of it changes whatever there is.
func opened(c *fiber.Ctx, names ...string) views.Edit {
	edit := views.Edit{Version: field(c, "version"), Was: views.Values{}}
	for _, name := range names {
		if c.Request().PostArgs().Has("was_" + name) {
			edit.Was[name] = field(c, "was_"+name)
		}
	}
	return edit
}

// A lateForm is one that came after somebody else's change of the same.
type lateForm struct {
	edit       views.Edit
	sent       views.Values
	now        views.Edit // of the form as it would be opened now
	targetType string     // of the audit
	targetID   int64
}

// settle shows what is stored now beside what was sent, field by field, and who
// stored it. Sent once more, the choice is meant for what is shown. Where nothing
// that the sender changed differs any more, there is nothing to choose.
func (h *handlers) settle(c *fiber.Ctx, late lateForm, show func(status int, edit views.Edit) error) error {
	ctx := c.UserContext()
	changes, err := h.Audit.LastChanges(ctx, actorOf(ctx), late.targetType, late.targetID)
	if err != nil {
		return err
	}
	conflict := late.edit.Against(late.sent, late.now.Was, changes, actorOf(ctx))
	if conflict == nil {
		h.flash(c, "nothing-to-save")
		return redirect(c, c.Path())
	}
	conflict.URL = c.Path()
	late.now.Conflict = conflict
	c.Status(http.StatusPreconditionFailed)
	return show(http.StatusPreconditionFailed, late.now)
}
