package routes

import (
	"container/list"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Limits of the connections. Where there are as many as may be, the one that has
// waited longest makes room.
const (
	connections = 10_000
	leaving     = 100                  // that were told to go, and have not gone yet
	reserved    = 200                  // descriptors for the database, and whatever else there is
	waitForRoom = 5 * time.Millisecond // between two tries, while the process has no descriptor left
)

// Listen listens for Serve, by TCP alone. Where the kernel can, a listener of Go speaks
// MPTCP as well, for which Linux has no filter of packets: see hush.
func Listen(address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	return config.Listen(context.Background(), "tcp", address)
}

// Serve runs the server on the listener, until that is closed.
func Serve(app *fiber.App, listener net.Listener) error {
	return app.Listener(newDoor(listener, max(min(connections, descriptors()-reserved), 1)))
}

// A door is a listener for a house that may be full. A client without a request
// costs nothing to send away, so nobody is kept out by those who only sit there:
// neither by their number, nor by having taken the last descriptor of the process,
// upon which the server would end. A limit for each address would not do: behind a
// proxy all have the same.
type door struct {
	net.Listener
	most int

	mu      sync.Mutex
	inside  int
	waiting list.List // guests that nobody serves, the one who has waited longest first
}

func newDoor(listener net.Listener, most int) *door { return &door{Listener: listener, most: most} }

// Accept is part of net.Listener.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err == nil {
			return d.enter(conn), nil
		}
		if !exhausted(err) {
			return nil, err
		}
		d.makeRoom()
		time.Sleep(waitForRoom)
	}
}

// exhausted reports whether there would be a connection, were there a descriptor,
// or memory, for it.
func exhausted(err error) bool {
	for _, lack := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, lack) {
			return true
		}
	}
	return false
}

func (d *door) enter(conn net.Conn) *guest {
	g := &guest{Conn: conn, door: d}
	d.mu.Lock()
	d.inside++
	full := d.inside > d.most
	d.mu.Unlock()
	if full {
		d.makeRoom()
	}
	g.waits()
	return g
}

// makeRoom closes the connection that has waited longest. Where all are served
// there is none, and the server itself refuses the newcomer.
func (d *door) makeRoom() {
	d.mu.Lock()
	first := d.waiting.Front()
	if first != nil {
		d.waiting.Remove(first)
	}
	d.mu.Unlock()
	if first != nil {
		_ = first.Value.(*guest).Conn.Close() // the server finds out, and closes the guest
	}
}

// A guest is a connection, from the door to the end.
type guest struct {
	net.Conn
	door   *door
	place  *list.Element // in waiting; under the door's mutex
	left   bool          // likewise
	unread atomic.Bool   // the answer came before the request was read whole
}

// guestOf is the guest whose request it is: nil without a door, as in app.Test.
func guestOf(ctx *fasthttp.RequestCtx) *guest {
	g, _ := ctx.Conn().(*guest)
	return g
}

// waits puts the guest behind all others who wait: for the client to send
// something, or to be gone.
func (g *guest) waits() {
	if g == nil {
		return
	}
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	g.steps()
	if !g.left {
		g.place = g.door.waiting.PushBack(g)
	}
}

// served: there is a whole request, and it is being answered.
func (g *guest) served() {
	if g == nil {
		return
	}
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	g.steps()
}

// steps out of the row of those who wait, under the door's mutex.
func (g *guest) steps() {
	if g.place != nil {
		g.door.waiting.Remove(g.place)
		g.place = nil
	}
}

// setUnread: the rest of the request is heard out before the connection is closed.
func (g *guest) setUnread(unread bool) {
	if g != nil {
		g.unread.Store(unread)
	}
}

// Close is part of net.Conn.
func (g *guest) Close() error {
	if g.unread.Swap(false) {
		g.waits()
		g.hearOut()
	}
	g.served() // it waits no longer
	g.door.mu.Lock()
	if !g.left {
		g.left = true
		g.door.inside--
	}
	g.door.mu.Unlock()
	return g.Conn.Close()
}

// What is heard out of a request that has its answer.
const (
	hearMost  = 16 << 20
	hearPause = 2 * time.Second // without a byte
)

// hearOut reads what a client goes on sending after its answer, and drops it. The
// kernel would answer it by a reset, which overtakes the answer: the client, or a
// proxy before us, would see a broken connection. It ends when the client has
// closed, which the answer tells it to do, or has sent too much or for too long.
func (g *guest) hearOut() {
	half, ok := g.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	buffer, end := make([]byte, 8<<10), time.Now().Add(readLimit)
	for heard := 0; heard < hearMost && time.Now().Before(end); {
		_ = g.SetReadDeadline(time.Now().Add(hearPause)) // a connection that is gone says so itself
		n, err := g.Read(buffer)
		if err != nil {
			return
		}
		heard += n
	}
}

// watchGuests tells the door who waits.
func watchGuests(conn net.Conn, state fasthttp.ConnState) {
	if g, ok := conn.(*guest); ok && (state == fasthttp.StateActive || state == fasthttp.StateIdle) {
		g.waits()
	}
}
