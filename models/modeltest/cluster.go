package modeltest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// A Cluster is a PostgreSQL server of a test's own, which may be stopped and started.
type Cluster struct {
	URL string

	t      testing.TB
	bin    string // folder of the server's programs
	folder string
	port   int
}

// NewCluster makes one and starts it. It skips the test, with a line that says so, where
// PostgreSQL is not installed.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		t.Skip("skipped: no PostgreSQL server is installed")
	}
	slices.Sort(found)
	folder, err := os.MkdirTemp("", "rolecall-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	c := &Cluster{t: t, bin: filepath.Dir(found[len(found)-1]), folder: folder, port: freePort(t)}
	c.URL = fmt.Sprintf("postgres://rolecall@127.0.0.1:%d/postgres?sslmode=disable", c.port)
	if os.Getuid() == 0 { // as whom PostgreSQL does not run
		c.run("chown", "postgres", folder)
	}
	c.runAs("initdb", "-D", folder+"/data", "-A", "trust", "-U", "rolecall", "--no-sync")
	t.Cleanup(func() { c.Stop("immediate") })
	c.Start()
	return c
}

// Start starts the server, and returns when it takes connections.
func (c *Cluster) Start() {
	c.t.Helper()
	c.runAs("pg_ctl", "-D", c.folder+"/data", "-w", "-l", c.folder+"/log", "start",
		"-o", fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", c.port, c.folder))
}

// Stop stops the server: "fast" ends its sessions, "immediate" is like a crash. One that
// is stopped stays so.
func (c *Cluster) Stop(mode string) {
	c.t.Helper()
	if _, err := os.Stat(c.folder + "/data/postmaster.pid"); err == nil {
		c.runAs("pg_ctl", "-D", c.folder+"/data", "-w", "-m", mode, "stop")
	}
}

// runAs runs a program of the server's as the user who may.
func (c *Cluster) runAs(program string, arguments ...string) {
	c.t.Helper()
	arguments = append([]string{filepath.Join(c.bin, program)}, arguments...)
	if os.Getuid() == 0 {
		arguments = append([]string{"runuser", "-u", "postgres", "--"}, arguments...)
	}
	c.run(arguments...)
}

func (c *Cluster) run(arguments ...string) {
	c.t.Helper()
	command := exec.Command(arguments[0], arguments[1:]...)
	command.Dir = c.folder
	if err := command.Run(); err != nil { // its output is the server's, too, which goes on
		log, _ := os.ReadFile(c.folder + "/log")
		c.t.Fatalf("%q: %v\n%s", arguments, err, log)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
