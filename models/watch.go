package models

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"
	"time"
)

// A watch tells a server that is away from one that is slow. Drivers know of either
// only that there is no answer yet, and each request would find out for itself, when
// its time is over. So where nothing has been heard for a moment of a server that was
// asked, it is asked for a sign of life on a connection of the watch's own; and when it
// gives none it is away: what waits for it is cut off, and nobody connects, until it
// answers again.
type watch struct {
	log    *slog.Logger
	lines  *exchange // those of the pool
	own    *exchange // that of the sign of life
	server *sql.DB   // asked for it
	asking inquiry
	doubts chan struct{}            // a line broke
	now    atomic.Pointer[presence] // whether it is there
	end    context.CancelFunc
	ended  chan struct{}
}

// A presence of the server ends when it goes away.
type presence struct{ over chan struct{} }

// Times of a watch. From the first silence to the refusal they are less than two
// seconds together, for a program that gets its share of the processor.
const (
	watchEvery  = 50 * time.Millisecond
	silenceMost = 400 * time.Millisecond // then one asks
	signTicks   = 28                     // of watchEvery, for the sign of life
	askLimit    = 3 * time.Second        // for one who has time: there may be several servers to be tried
	awayEvery   = 200 * time.Millisecond
)

// newWatch begins to watch the server that connect makes pools for, by a dial of ours.
func newWatch(log *slog.Logger, connect func(dial) (*sql.DB, error)) (w *watch, pool *sql.DB, err error) {
	w = &watch{log: log, doubts: make(chan struct{}, 1), ended: make(chan struct{})}
	w.now.Store(&presence{make(chan struct{})})
	w.own = newExchange(func() bool { return false }, func() {})
	w.lines = newExchange(w.away, w.doubt)
	if w.server, err = connect(w.own.dial); err != nil {
		return nil, nil, err
	}
	w.server.SetMaxOpenConns(1)
	w.server.SetConnMaxLifetime(serverConnLife)
	w.server.SetConnMaxIdleTime(serverConnIdle)
	if pool, err = connect(w.lines.dial); err != nil {
		return nil, nil, err
	}
	var ctx context.Context
	ctx, w.end = context.WithCancel(context.Background())
	go w.run(ctx)
	return w, pool, nil
}

// close ends the watch.
func (w *watch) close() error {
	w.end()
	w.own.cut() // should it wait for an answer
	<-w.ended
	return w.server.Close()
}

// gone is closed once the server is away.
func (w *watch) gone() <-chan struct{} { return w.now.Load().over }

func (w *watch) away() bool {
	select {
	case <-w.gone():
		return true
	default:
		return false
	}
}

// doubt has the server asked at once.
func (w *watch) doubt() {
	select {
	case w.doubts <- struct{}{}:
	default: // it is asked already
	}
}

// run asks the server whenever there is a doubt, until ctx ends.
func (w *watch) run(ctx context.Context) {
	defer close(w.ended)
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.doubts:
		case <-ticker.C:
			if w.lines.silence() < silenceMost {
				continue
			}
		}
		asked := time.Now()
		if err := w.await(ctx, ticker.C); err != nil && ctx.Err() == nil && !w.lines.heardSince(asked) {
			w.absence(ctx, err)
		}
	}
}

// await waits for a sign of life by the ticks that come meanwhile: where this program
// gets no processor there are fewer of them, and it is not the server that is late.
func (w *watch) await(ctx context.Context, ticks <-chan time.Time) error {
	asked := make(chan error, 1)
	go func() { asked <- w.signOfLife(ctx) }()
	for range signTicks {
		select {
		case err := <-asked:
			return err
		case <-ticks:
		}
	}
	return context.DeadlineExceeded
}

// absence lasts until the server answers, or ctx ends.
func (w *watch) absence(ctx context.Context, reason error) {
	begun := time.Now()
	close(w.now.Load().over)
	w.lines.cut()
	w.log.ErrorContext(ctx, "the database is away; what needs it is refused until it answers", "error", LogText(reason))
	for w.signOfLife(ctx) != nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(awayEvery):
		}
	}
	w.now.Store(&presence{make(chan struct{})})
	w.log.InfoContext(ctx, "the database is back", "away", time.Since(begun).Round(time.Millisecond))
}

// signOfLife asks the server for one. Its own line is cut when that takes too long:
// a driver may wait for the end of what it has given up.
func (w *watch) signOfLife(ctx context.Context) error {
	return w.asking.ask(ctx, func(ctx context.Context) error {
		defer context.AfterFunc(ctx, w.own.cut)()
		err := w.server.PingContext(ctx)
		if err != nil && ctx.Err() == nil { // its line may have been closed long ago
			err = w.server.PingContext(ctx)
		}
		if err == nil {
			w.lines.hear()
		}
		return err
	})
}

// present returns within ctx whether the server is there, and asks it.
func (w *watch) present(ctx context.Context) error {
	if w.away() {
		return ErrAway
	}
	return w.signOfLife(ctx)
}
