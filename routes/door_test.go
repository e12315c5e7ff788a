package routes

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models/modeltest"
)

// TestHeardOut: whoever is refused before the request was read gets the answer, and
// no reset, though he sends all of it first.
func TestHeardOut(t *testing.T) {
	t.Parallel()
	s := one(t)
	const size = 8 << 20
	chunks := "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n", size)
	length := fmt.Sprintf("Content-Length: %d\r\n\r\n", size)
	for _, tt := range []struct {
		name, head string
		status     int
	}{
		{"a length", "POST /token HTTP/1.1\r\nHost: x\r\n" + length, 413},
		{"chunks", "POST /token HTTP/1.1\r\nHost: x\r\n" + chunks, 413},
		{"a length for huma", "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + length, 413},
		{"a stranger", "POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + chunks, 413},
		{"a form", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" + length, 413},
		{"an unknown method", "CANARY /token HTTP/1.1\r\nHost: x\r\n" + length, 400},
		{"a file from another site", "POST " + importPath + " HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n" + length, 403},
		{"a file that is none", "POST " + importPath + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n" + chunks, 415},
		{"a stranger's file", "POST " + importPath + " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n" + length, 303},
		{"a header", "GET /login HTTP/1.1\r\nHost: x\r\nX-Large: ", 431},
		{"two lengths", "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" + length, 400},
		{"no HTTP", "\x16\x03\x01\r\n", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn := s.dial(t)
			if _, err := conn.Write(append([]byte(tt.head), bytes.Repeat([]byte("a"), size)...)); err != nil {
				t.Fatalf("nobody reads the rest: %v", err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			defer response.Body.Close()
			if _, err := io.ReadAll(response.Body); err != nil || response.StatusCode != tt.status {
				t.Errorf("got %d, %v; want %d", response.StatusCode, err, tt.status)
			}
		})
	}
}

// TestNotHeardForEver: who goes on sending after the answer is cut off, and so is
// who sends nothing more and does not close.
func TestNotHeardForEver(t *testing.T) {
	t.Parallel()
	s := one(t)
	conn := s.dial(t)
	_, err := io.WriteString(conn, "POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n")
	piece, sent := make([]byte, 1<<20), 0
	for ; err == nil && sent < 16*hearMost; sent += len(piece) {
		_, err = conn.Write(piece)
	}
	if err == nil {
		t.Errorf("%d bytes are read after the answer", sent)
	}
	quiet := s.dial(t)
	if _, err := io.WriteString(quiet, "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(quiet); err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 413 ") {
		t.Errorf("got %.40q, %v, want 413 and the end", text, err)
	}
	time.Sleep(hearPause + hearPause/4) // without a byte
	for err = nil; err == nil; time.Sleep(hearPause / 100) {
		_, err = quiet.Write([]byte("a")) // the first one tells the kernel
	}
}

func (s *server) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// full is a server that takes three connections, which a request to /work keeps until
// finish.
func full(t *testing.T) (s *server, begun, finish chan bool) {
	s = build(t, modeltest.NewDB(t))
	begun, finish = make(chan bool), make(chan bool)
	s.app.Get("/work", func(*fiber.Ctx) error {
		begun <- true
		<-finish
		return nil
	})
	s.app.Get("/large", func(c *fiber.Ctx) error { return c.SendStream(zeros{}, large) })
	s.most = 3
	s.listen()
	s.client.CloseIdleConnections()
	return s, begun, finish
}

// large is an answer that no buffer takes, in bytes.
const large = 1 << 30

// zeros are without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func asks(t *testing.T, conn net.Conn, path string) {
	t.Helper()
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
}

// served is answered, and leaves the connection as it is.
func served(t *testing.T, conn net.Conn) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
}

// TestRoom: in a full house the connection goes that has waited longest, and none
// whose request is being answered.
func TestRoom(t *testing.T) {
	t.Parallel()
	s, begun, finish := full(t)
	busy, first, second := s.dial(t), s.dial(t), s.dial(t)
	asks(t, busy, "/work")
	<-begun
	for _, conn := range []net.Conn{first, second, first} { // so the second has waited longest
		asks(t, conn, "/healthz")
		served(t, conn)
	}
	newcomer := s.dial(t)
	asks(t, newcomer, "/healthz")
	served(t, newcomer)
	if n, err := second.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes instead of the end of what had waited longest", n)
	}
	asks(t, first, "/healthz")
	served(t, first)
	finish <- true
	served(t, busy)
}

// TestRoomOfSlow: who does not take the answer has waited since it was ready.
func TestRoomOfSlow(t *testing.T) {
	t.Parallel()
	s, _, _ := full(t)
	slow := s.dial(t)
	asks(t, slow, "/large")
	if _, err := slow.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for range s.most {
		newcomer := s.dial(t)
		asks(t, newcomer, "/healthz")
		served(t, newcomer)
	}
	if n, _ := io.Copy(io.Discard, slow); n > large/2 {
		t.Error("an answer that nobody takes keeps its place")
	}
}
