// Package replicas runs several processes of the program on one database, as one
// service, and holds that a client can't tell.
package replicas

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rolecall/models/modeltest"
)

var program string // the built one

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "rolecall-replicas-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "rolecall.exe") // the ending matters on one system, and harms on none
	// As people build it: the flags of a test may hold the race detector, which makes
	// the program several times slower, and is for what runs within a test.
	build := exec.Command("go", "build", "-o", program, "rolecall")
	build.Env = append(os.Environ(), "GOFLAGS=")
	code := 1
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build rolecall: %v\n%s", err, output)
	} else if err := modeltest.Alone(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

const (
	rootName = "root"
	password = "correct horse battery staple"
	lag      = 300 * time.Millisecond // of revocation
)

// A fleet is some replicas on one database.
type fleet struct {
	t        *testing.T
	env      []string
	replicas []*replica
}

// A replica is a process, and the address that it keeps over restarts.
type replica struct {
	fleet   *fleet
	address string
	command *exec.Cmd

	mu    sync.Mutex
	log   []string
	ended chan struct{} // the log has
}

// eachFleet runs the test on each engine, with that many replicas, which were
// started at once on an empty database.
func eachFleet(t *testing.T, n int, test func(t *testing.T, f *fleet), env ...string) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) { test(t, startFleet(t, url, n, env...)) })
}

func startFleet(t *testing.T, databaseURL string, n int, env ...string) *fleet {
	t.Helper()
	f := &fleet{t: t}
	f.env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "ROLECALL_") }),
		"ROLECALL_DATABASE_URL="+databaseURL, "ROLECALL_PUBLIC_URL=http://rolecall.test", "ROLECALL_BCRYPT_COST=4",
		"ROLECALL_JWT_KEY_FILES="+keyFile(t), "ROLECALL_REVOCATION_LAG="+lag.String(), "ROLECALL_REGISTER_LIMIT=off",
		"ROLECALL_ADMIN_USERNAME="+rootName, "ROLECALL_ADMIN_EMAIL=root@example.com", "ROLECALL_ADMIN_PASSWORD="+password)
	f.env = append(f.env, env...)
	for range n {
		r := &replica{fleet: f, address: "127.0.0.1:0"}
		r.spawn()
		f.replicas = append(f.replicas, r)
	}
	for _, r := range f.replicas {
		r.ready()
	}
	return f
}

// keyFile is a key that all replicas sign with.
func keyFile(t *testing.T) string {
	t.Helper()
	text, err := exec.Command(program, "key", "generate").Output()
	if err != nil {
		t.Fatalf("generate a key: %v", err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spawn starts the process, and keeps its log.
func (r *replica) spawn() {
	t := r.fleet.t
	t.Helper()
	command, ended := exec.Command(program), make(chan struct{})
	command.Env = append(r.fleet.env, "ROLECALL_LISTEN="+r.address)
	command.Dir = t.TempDir()
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	r.command, r.log, r.ended = command, nil, ended
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			r.mu.Lock()
			r.log = append(r.log, lines.Text())
			r.mu.Unlock()
		}
	}()
}

func (r *replica) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.log, "\n")
}

var listening = regexp.MustCompile(` url=http://(\S+)`)

// ready waits until the replica has said where it listens, which does not change
// any more: others read it.
func (r *replica) ready() {
	t := r.fleet.t
	t.Helper()
	for {
		if match := listening.FindStringSubmatch(r.text()); match != nil {
			if r.address != match[1] {
				r.address = match[1]
			}
			return
		}
		select {
		case <-r.ended:
			t.Fatalf("a replica ended before it listened:\n%s", r.text())
		case <-t.Context().Done():
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// terminate tells the process to end.
func (r *replica) terminate() {
	r.fleet.t.Helper()
	if err := r.command.Process.Signal(syscall.SIGTERM); err != nil {
		r.fleet.t.Fatal(err)
	}
}

// stop ends the process as an orchestrator does, and wants it to end well.
func (r *replica) stop() {
	t := r.fleet.t
	t.Helper()
	r.terminate()
	<-r.ended
	if err := r.command.Wait(); err != nil {
		t.Errorf("after SIGTERM a replica ended with %v, want status 0:\n%s", err, r.text())
	}
}

// restart ends the process, and starts another at the same address.
func (r *replica) restart() {
	r.fleet.t.Helper()
	r.stop()
	r.spawn()
	r.ready()
}
