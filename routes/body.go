package routes

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rolecall/models"
)

// largeMark is a header of our own: it stands for a body that was announced too
// large, and is not waited for.
const largeMark = "X-Rolecall-Large"

// withoutLarge takes such a body off a request whose header has come. The server
// itself streams every body, and so limits none.
func withoutLarge(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
	header.Del(largeMark) // a client's
	if header.ContentLength() > bodyMax && !isUpload(header) {
		header.SetContentLength(0)
		header.SetConnectionClose()    // the body is on its way all the same: see hearOut
		header.Del(fiber.HeaderExpect) // or it would be asked for
		header.Set(largeMark, "1")
	}
	return fasthttp.RequestConfig{} // as the server has it
}

// wholeBody reads the body of a request into memory, as every handler but that of
// an upload expects it. Huma asks for the stream of a server that streams: so it
// gets one, of these bytes.
func wholeBody(ctx *fasthttp.RequestCtx) error {
	header, stream := &ctx.Request.Header, ctx.RequestBodyStream()
	if len(header.Peek(largeMark)) > 0 {
		return fasthttp.ErrBodyTooLarge
	}
	if stream == nil || isUpload(header) {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(stream, bodyMax+1))
	switch {
	case err != nil:
		return err
	case len(body) > bodyMax:
		return fasthttp.ErrBodyTooLarge
	case len(body) < header.ContentLength(): // below 0 where it came in chunks
		return io.ErrUnexpectedEOF
	}
	ctx.Request.SetBodyStream(bytes.NewReader(body), len(body))
	return nil
}

// isUpload reports whether the request is for the one route that takes a file.
func isUpload(header *fasthttp.RequestHeader) bool {
	return header.IsPost() && string(header.RequestURI()) == importPath
}

// Limits of an upload. Who sends nothing for a while is given up sooner, as with
// any other request.
const (
	uploadLimit = 10 * time.Minute
	uploadMore  = 256 << 20 // bytes of an upload that was refused, which are read and dropped
)

// upload lets a form with a file pass that this site sent. The handler reads it,
// and nothing of it is kept before somebody is known to be an admin. The rest is
// read and dropped: a browser shows the answer when it has sent everything.
func (h *handlers) upload(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h.sameOrigin(c); err != nil {
			return err
		}
		if mediaType(c) != fiber.MIMEMultipartForm && c.Context().Request.Header.ContentLength() != 0 {
			return fiber.ErrUnsupportedMediaType
		}
		err := next(c)
		guestOf(c.Context()).waits() // what still comes is nothing that anybody works at
		ctx, cancel := context.WithTimeout(h.life, uploadLimit)
		defer cancel()
		_, _ = io.CopyN(io.Discard, &patient{ctx: ctx, request: c.Context()}, uploadMore)
		return err
	}
}

// parts walks through a form with a file, in the order in which it comes. What
// each leaves of a part is passed over.
func (h *handlers) parts(c *fiber.Ctx, each func(ctx context.Context, part *multipart.Part) error) error {
	ctx, cancel := context.WithTimeout(models.WithActor(h.life, actorOf(c.UserContext())), uploadLimit)
	defer cancel()
	_, parameters, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || parameters["boundary"] == "" {
		return fiber.ErrBadRequest
	}
	from := &patient{ctx: ctx, request: c.Context()}
	form := multipart.NewReader(from, parameters["boundary"])
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return from.blame(io.ErrUnexpectedEOF)
		}
		if err := each(ctx, part); err != nil {
			return from.blame(err)
		}
	}
}

// A patient reader waits for each piece of an upload as long as for a whole request
// of the usual size.
type patient struct {
	ctx     context.Context
	request *fasthttp.RequestCtx
	failed  error // of the connection
}

// Read is part of io.Reader.
func (p *patient) Read(into []byte) (int, error) {
	stream := p.request.RequestBodyStream()
	if stream == nil {
		return 0, io.EOF
	}
	err := p.ctx.Err()
	if err == nil {
		err = p.request.SetReadDeadline(time.Now().Add(readLimit))
	}
	if err != nil {
		p.failed = err
		return 0, err
	}
	n, err := stream.Read(into)
	if err != nil && err != io.EOF {
		p.failed = err
	}
	return n, err
}

// blame tells an upload that broke off from what went wrong here.
func (p *patient) blame(err error) error {
	timeout := net.Error(nil)
	switch {
	case errors.Is(p.failed, context.DeadlineExceeded), errors.As(p.failed, &timeout) && timeout.Timeout():
		return fiber.ErrRequestTimeout
	case p.failed != nil, errors.Is(err, io.ErrUnexpectedEOF):
		return fiber.ErrBadRequest
	}
	return err
}
