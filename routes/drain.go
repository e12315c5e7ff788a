package routes

import (
	"context"
	"sync/atomic"
	"time"

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

// Begin begins it.
func (d *Drain) Begin() {
	d.asked.Store(time.Now().UnixNano())
	d.begun.Store(true)
}

// Quiet waits until nothing has been asked for so long, or ctx ends. Probes ask
// for nothing: they go on for as long as there is an answer.
func (d *Drain) Quiet(ctx context.Context, long time.Duration) {
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
