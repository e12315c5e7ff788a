package routes

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// A Drain is the end of a server's life. Once it has begun, connections are taken
// as before, but /readyz says that no more should be sent here, and each answer is
// the last on its connection: balancers and clients go elsewhere by themselves,
// and none sends a request into a connection that is just being closed.
type Drain struct {
	begun atomic.Bool
	asked atomic.Int64 // when a request was answered last, in nanoseconds
}

// Times of a drain. All of it may take as long as its context allows.
const (
	drainNotice   = 5 * time.Second        // the longest that connections are taken
	drainQuiet    = 500 * time.Millisecond // without a request they are taken no longer
	drainLastCall = 200 * time.Millisecond // for those that the kernel is just taking
	drainQueue    = 5 * time.Second        // the longest for those that it has taken, and we have not
)

// Stop begins the drain, and returns when nobody is connected any more: when
// nothing has been asked for a while, or that takes too long, no connection is
// taken, and what is under way is finished. It returns ctx's error when that does
// not come to an end.
func (d *Drain) Stop(ctx context.Context, app *fiber.App, listener net.Listener) error {
	d.begin()
	noticed, cancel := context.WithTimeout(ctx, drainNotice)
	defer cancel()
	d.quiet(noticed, drainQuiet)
	if err := hush(listener); err == nil { // else there is nothing to be waited for
		time.Sleep(drainLastCall)
		for end := time.Now().Add(drainQueue); queued(listener) > 0 && time.Now().Before(end) && ctx.Err() == nil; {
			time.Sleep(drainLastCall / 10)
		}
	}
	return app.ShutdownWithContext(ctx)
}

func (d *Drain) begin() {
	d.asked.Store(time.Now().UnixNano())
	d.begun.Store(true)
}

// quiet waits until nothing has been asked for so long, or ctx ends. Probes ask
// for nothing: they go on for as long as there is an answer.
func (d *Drain) quiet(ctx context.Context, long time.Duration) {
	for {
		rest := time.Until(time.Unix(0, d.asked.Load()).Add(long))
		if rest <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
	}
}

// answer makes an answer the last on its connection, once the drain has begun.
func (d *Drain) answer(ctx *fasthttp.RequestCtx) {
	if !d.begun.Load() {
		return
	}
	ctx.SetConnectionClose()
	if path := string(ctx.Path()); path != "/readyz" && path != "/healthz" {
		d.asked.Store(time.Now().UnixNano())
	}
}
