package modeltest

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A Wire is a proxy between a program and its database server, that a test can break.
type Wire struct {
	URL      string // of the database by way of the wire
	server   string
	listener net.Listener
	accepted atomic.Int64
	delay    atomic.Int64 // of each piece, in nanoseconds

	mu      sync.Mutex
	ends    map[net.Conn]bool
	flow    chan struct{} // closed while pieces get through
	refuses bool
	holes   [][]byte
}

// NewWire lays a wire to the server of the database. It is cut when the test ends.
func NewWire(t testing.TB, databaseURL string) *Wire {
	t.Helper()
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{server: parsed.Host, listener: listener, ends: map[net.Conn]bool{}, flow: make(chan struct{})}
	close(w.flow)
	parsed.Host = listener.Addr().String()
	w.URL = parsed.String()
	t.Cleanup(func() {
		_ = listener.Close()
		w.Refuse()
		w.Resume()
	})
	go w.accept()
	return w
}

// Accepted is how often somebody has connected.
func (w *Wire) Accepted() int64 { return w.accepted.Load() }

// Delay holds each piece up for so long.
func (w *Wire) Delay(d time.Duration) { w.delay.Store(int64(d)) }

// Stall lets nothing through, in either direction, until Resume. Who connects is
// accepted, and hears nothing.
func (w *Wire) Stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stall()
}

func (w *Wire) stall() {
	select {
	case <-w.flow:
		w.flow = make(chan struct{})
	default: // it does already
	}
}

// StallAfter is Stall as soon as the program has sent that text, which still arrives.
func (w *Wire) StallAfter(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holes = append(w.holes, []byte(text))
}

// Cut ends all connections; others may be made.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for end := range w.ends {
		_ = end.Close()
	}
	clear(w.ends)
}

// Refuse ends all connections, and each that is made from now on, until Resume.
func (w *Wire) Refuse() {
	w.mu.Lock()
	w.refuses = true
	w.mu.Unlock()
	w.Cut()
}

// Resume mends the wire. What was held up comes through.
func (w *Wire) Resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuses, w.holes = false, nil
	select {
	case <-w.flow:
	default:
		close(w.flow)
	}
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.accepted.Add(1)
		go w.serve(client)
	}
}

func (w *Wire) serve(client net.Conn) {
	server, err := net.Dial("tcp", w.server)
	if err != nil {
		_ = client.Close()
		return
	}
	w.mu.Lock()
	w.ends[client], w.ends[server] = true, true
	refuses := w.refuses
	w.mu.Unlock()
	if refuses {
		w.Cut()
	}
	go w.pump(client, server, true)
	w.pump(server, client, false)
}

// pump carries pieces until an end is closed, and then closes both.
func (w *Wire) pump(from, to net.Conn, asks bool) {
	defer w.forget(from)
	defer w.forget(to)
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		time.Sleep(time.Duration(w.delay.Load()))
		<-w.flowFor(piece[:n], asks)
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}

// flowFor is closed when the piece may pass. One with the text of StallAfter passes as
// the last one.
func (w *Wire) flowFor(piece []byte, asks bool) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	flow := w.flow
	for _, hole := range w.holes {
		if asks && bytes.Contains(piece, hole) {
			w.stall()
		}
	}
	return flow
}

func (w *Wire) forget(end net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.ends, end)
	_ = end.Close()
}
