package replicas

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	sys "golang.org/x/sys/unix"
)

// What the service holds, and what it may take for that.
const (
	crowded     = 10_000
	perIdle     = 40 << 10 // bytes of memory for a connection that waits
	newcomers   = 500
	descriptors = 64
)

// TestCrowd: ten thousand connections that sit there cost a bounded memory, and keep
// nobody out: who comes later is served, and those who waited longest are gone.
func TestCrowd(t *testing.T) {
	var limit sys.Rlimit
	if err := sys.Getrlimit(sys.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < crowded+newcomers+500 {
		t.Skipf("skipped: %d open files are allowed (%v), which are too few for %d connections", limit.Cur, err, crowded)
	}
	r := lonely(t)
	before := r.memory(t)
	idlers := make([]net.Conn, crowded)
	for i := range idlers {
		idlers[i] = r.dial(t, i)
		if i%2 == 0 { // it has been served, and is kept alive
			ask(t, idlers[i])
		} else {
			write(t, idlers[i], "GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		}
	}
	per := (r.memory(t) - before) / crowded
	t.Logf("%d connections take %d bytes of memory each", crowded, per)
	if per > perIdle {
		t.Errorf("a connection that waits takes %d bytes, want at most %d", per, perIdle)
	}
	for i := range newcomers {
		ask(t, r.dial(t, i))
	}
	for i, idler := range idlers {
		if i < newcomers/2 && !gone(idler) {
			t.Fatalf("connection %d of %d still waits, with %d newcomers", i, crowded, newcomers)
		}
	}
	ask(t, idlers[crowded-2]) // the last one that has been served: it has not waited longest
}

// TestNoDescriptors: connections that have taken the last descriptor of the process
// do not end it, and keep nobody out.
func TestNoDescriptors(t *testing.T) {
	t.Parallel()
	r := lonely(t)
	few := sys.Rlimit{Cur: descriptors, Max: descriptors}
	if err := sys.Prlimit(r.command.Process.Pid, sys.RLIMIT_NOFILE, &few, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 3 * descriptors {
		write(t, r.dial(t, i), "GET")
	}
	for i := range descriptors {
		ask(t, r.dial(t, i))
	}
}

// lonely is a replica on SQLite that nobody else asks.
func lonely(t *testing.T) *replica {
	t.Helper()
	return startFleet(t, "sqlite:"+filepath.Join(t.TempDir(), "rolecall.db"), 1).replicas[0]
}

// memory is what the process has in it, in bytes.
func (r *replica) memory(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("no VmRSS in:\n%s", text)
	return 0
}

// dial connects from one of several addresses: all of 127.0.0.0/8 is loopback.
func (r *replica) dial(t *testing.T, i int) net.Conn {
	t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%8))}}
	conn, err := dialer.DialContext(t.Context(), "tcp", r.address)
	if err != nil {
		t.Fatalf("connection %d: %v", i, err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// ask makes a request, and leaves the connection as it is.
func ask(t *testing.T, conn net.Conn) {
	t.Helper()
	write(t, conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET /healthz = %d, %v", response.StatusCode, err)
	}
}

// gone reports whether the service has closed the connection, and sent nothing else.
func gone(conn net.Conn) bool {
	_, err := conn.Read(make([]byte, 1))
	return err != nil
}
