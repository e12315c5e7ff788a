package models

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A dial connects a driver with its server.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// DialContext is what go-mssqldb wants of a dialer.
func (d dial) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d(ctx, network, address)
}

// An exchange connects lines to a server, knows what is waited for on them, and can
// cut them all.
type exchange struct {
	refuses func() bool // whether nobody is connected now
	broke   func()      // a line did
	heard   atomic.Int64

	mu    sync.Mutex
	lines map[*line]bool
}

// connectLimit is for each address of a server.
const connectLimit = time.Second

// restLeast is how long a line that the server may have closed was not used.
const restLeast = 100 * time.Millisecond

func newExchange(refuses func() bool, broke func()) *exchange {
	return &exchange{refuses: refuses, broke: broke, lines: map[*line]bool{}}
}

// clock is a time that nobody sets, in nanoseconds.
func clock() int64 { return int64(time.Since(started)) }

var started = time.Now().Add(-time.Hour) // so that it is never 0

// dial connects a line. Its ends are those of the connection, but for an end by cut.
func (e *exchange) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := &line{exchange: e, hangUp: cancel}
	l.reading.Store(clock()) // the answer to the first packet
	if !e.add(l) {
		return nil, lineError{ErrAway}
	}
	conn, err := (&net.Dialer{Timeout: connectLimit}).DialContext(ctx, network, address)
	l.reading.Store(0)
	if err != nil {
		e.remove(l)
		return nil, l.fault(err)
	}
	l.Conn = conn
	l.used.Store(clock())
	if !e.connected(l) {
		return nil, errors.Join(lineError{ErrAway}, conn.Close())
	}
	return l, nil
}

func (e *exchange) add(l *line) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuses() {
		return false
	}
	e.lines[l] = true
	return true
}

// connected has the line cut by its connection from now on, unless it has been.
func (e *exchange) connected(l *line) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	l.hangUp = func() { _ = l.Conn.Close() }
	return !l.wasCut.Load()
}

func (e *exchange) remove(l *line) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.lines, l)
}

// cut ends all lines at once, also those that are being connected.
func (e *exchange) cut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for l := range e.lines {
		l.wasCut.Store(true)
		l.hangUp()
	}
	clear(e.lines)
}

// silence is for how long somebody has been waiting while nothing was heard on any
// line.
func (e *exchange) silence() time.Duration {
	now := clock()
	since := now
	e.mu.Lock()
	for l := range e.lines {
		for _, waiting := range []int64{l.reading.Load(), l.writing.Load()} {
			if waiting != 0 {
				since = min(since, waiting)
			}
		}
	}
	e.mu.Unlock()
	return time.Duration(now - max(since, e.heard.Load()))
}

func (e *exchange) hear() { e.heard.Store(clock()) }

func (e *exchange) heardSince(t time.Time) bool { return e.heard.Load() > int64(t.Sub(started)) }

// A line is a connection to the server.
type line struct {
	net.Conn
	exchange *exchange
	hangUp   func()
	wasCut   atomic.Bool

	reading, writing atomic.Int64 // since when somebody waits in there; 0 for nobody
	used             atomic.Int64 // when it was last
	answered         atomic.Bool  // nothing was sent since the server spoke
}

// Read notes that somebody waits, and that the server answers.
func (l *line) Read(b []byte) (int, error) {
	l.reading.Store(clock())
	n, err := l.Conn.Read(b)
	l.reading.Store(0)
	if n > 0 {
		l.exchange.hear()
		l.used.Store(clock())
		l.answered.Store(true)
	}
	return n, l.fault(err)
}

// Write refuses to send anything on a line that the server has closed while it
// rested. Nothing is sent then, which a pool is told by the number, and takes another
// line; where a part was sent, nobody would know what became of it.
func (l *line) Write(b []byte) (int, error) {
	now := clock()
	rests := l.answered.Swap(false) && l.reading.Load() == 0 && now-l.used.Load() > int64(restLeast)
	if rests && closedMeanwhile(l.Conn) {
		return 0, lineError{errRested}
	}
	l.writing.Store(now)
	n, err := l.Conn.Write(b)
	l.writing.Store(0)
	l.used.Store(clock())
	return n, l.fault(err)
}

// Close ends the line, which may have been cut.
func (l *line) Close() error {
	l.exchange.remove(l)
	if err := l.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// fault tells the end by cut from others, and has others looked into. A deadline is
// the driver's, and a line that is closed is its own doing. Drivers hand some errors on
// as they are, and an end of file alone would not tell of what.
func (l *line) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case l.wasCut.Load():
		return lineError{ErrAway}
	case errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) || errors.Is(err, context.Canceled):
		return err
	}
	l.exchange.broke()
	return lineError{err}
}

var errRested = errors.New("the server closed the connection while it rested")

// A lineError is a net.Error, by which drivers know that a connection is of no use.
type lineError struct{ error }

func (e lineError) Unwrap() error { return e.error }
func (lineError) Timeout() bool   { return false }
func (lineError) Temporary() bool { return false }

var _ net.Error = lineError{}
