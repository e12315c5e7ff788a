package routes

import "github.com/gofiber/fiber/v2"

// consolePasswordCheck serves POST /password/check: what is wrong with a new
// password, for the hint beside its field while it is typed. Anybody may ask, as
// the rules are no secret. That the password comes here before the form does is
// no loss: the same server gets it a moment later, over the same connection. No
// session is looked at, no row is written, and no line of the log has more than
// the name of the route. What it costs is bounded by the size of a body.
func (h *handlers) consolePasswordCheck(c *fiber.Ctx) error {
	sentence := h.Users.CheckPassword(field(c, "password"), field(c, "username"), field(c, "email"))
	return c.JSON(fiber.Map{"message": h.speech.languages[h.language(c)].Say(sentence)})
}
