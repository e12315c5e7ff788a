package routes

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"rolecall/models/modeltest"
)

// A slowListener is on a machine with much else to do: each connection waits for
// longer than the drain's last call, before it is accepted.
type slowListener struct{ *net.TCPListener }

func (l slowListener) Accept() (net.Conn, error) {
	time.Sleep(2 * drainLastCall)
	return l.TCPListener.Accept()
}

// TestDrainEmptiesTheQueue: whoever is connected when the drain comes to its end is
// answered, accepted or not.
func TestDrainEmptiesTheQueue(t *testing.T) {
	t.Parallel()
	s := build(t, modeltest.NewDB(t))
	plain, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := slowListener{plain.(*net.TCPListener)}
	served := make(chan error, 1)
	go func() { served <- Serve(s.app, listener) }()
	conns := make([]net.Conn, 6)
	for i := range conns {
		conn, err := net.Dial("tcp", plain.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		conns[i] = conn
	}
	if n := queued(listener); n < len(conns)-1 {
		t.Fatalf("%d connections are queued, want all of %d but the one that is waited for", n, len(conns))
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.drain.Stop(t.Context(), s.app, listener) }()
	for i, conn := range conns {
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("connection %d of %d is answered %+v, %v; want 200", i+1, len(conns), answer, err)
		}
	}
	if err := <-stopped; err != nil {
		t.Errorf("the drain ends with %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("the server ends with %v", err)
	}
}
