package routes

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
)

// downloadLimit is how long a download may take, however many rows it has.
const downloadLimit = 15 * time.Minute

// A download is rows of CSV that are made while they are sent: the next ones are
// asked for when those before are gone, so that any number takes the memory of
// one batch.
type download struct {
	next func(ctx context.Context) (rows [][]string, err error) // io.EOF with the last ones

	name   string
	ctx    context.Context
	cancel context.CancelFunc
	conn   net.Conn
	log    *slog.Logger
	buffer bytes.Buffer
	rows   int
	err    error // what comes when the buffer is empty
}

// sendCSV answers with a file of that name. What fails before anything is sent is
// returned; later the connection breaks, so that nobody takes a part for the whole.
func (h *handlers) sendCSV(c *fiber.Ctx, name string, head []string, next func(ctx context.Context) ([][]string, error)) error {
	ctx := models.WithActor(h.life, actorOf(c.UserContext())) // the request's own ends with the handler
	d := &download{name: name, next: next, conn: c.Context().Conn(), log: h.log}
	d.ctx, d.cancel = context.WithTimeout(ctx, downloadLimit)
	d.write([][]string{head})
	d.fill()
	if d.err != nil && d.err != io.EOF {
		d.cancel()
		return d.err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%s.csv"`, name, time.Now().UTC().Format(time.DateOnly)))
	c.Context().SetBodyStream(d, -1)
	return nil
}

// Read is part of io.Reader. The server calls it when it can send more.
func (d *download) Read(p []byte) (int, error) {
	for d.buffer.Len() == 0 && d.err == nil {
		d.fill()
	}
	if d.buffer.Len() > 0 {
		return d.buffer.Read(p)
	}
	log := d.log.With("file", d.name, "rows", d.rows, "user_id", actorOf(d.ctx).User.UserID)
	if d.err == io.EOF {
		log.InfoContext(d.ctx, "downloaded", "event", "sensitive_read")
	} else {
		log.ErrorContext(d.ctx, "download broken off", "error", models.LogText(d.err))
	}
	return 0, d.err
}

// Close is part of io.Closer: the server is done, or has given up.
func (d *download) Close() error {
	d.cancel()
	return nil
}

// fill asks for the next rows. The server's limit for an answer is for each batch:
// a slow client gets a long file, and one that takes nothing does not.
func (d *download) fill() {
	defer func() {
		if r := recover(); r != nil { // of no handler: begin would not see it
			d.err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(d.ctx, requestLimit)
	defer cancel()
	rows, err := d.next(ctx)
	d.write(rows)
	d.err = err
	_ = d.conn.SetWriteDeadline(time.Now().Add(writeLimit)) // a connection that is gone says so itself
	if g, ok := d.conn.(*guest); ok {
		g.served() // as long as rows are made: the answer is not ready to be taken
	}
}

func (d *download) write(rows [][]string) {
	_ = services.WriteCSV(&d.buffer, rows) // a buffer takes everything
	d.rows += len(rows)
}
