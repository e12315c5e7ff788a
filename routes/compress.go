package routes

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// sendPage answers with the text of a page, packed for whoever takes it so. Its
// length then tells strangers nothing (BREACH): the session is in the cookie alone,
// forms have no token, and no page shows a secret beside words of somebody else's.
func sendPage(c *fiber.Ctx, status int, page []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.Request().Header.HasAcceptEncoding("gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		page = fasthttp.AppendGzipBytes(nil, page)
	}
	return c.Status(status).Send(page)
}
