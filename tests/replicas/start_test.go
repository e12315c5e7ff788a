package replicas

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// Replicas that are started at once on an empty database make its tables, its
// roles and its first admin once, and all serve.
func TestStartAtOnce(t *testing.T) {
	want := census(t, modeltest.NewDB(t))
	want["Users"], want["UserRoles"], want["RolecallAccounts"], want["RolecallEvents"] = 1, 2, 1, 1
	for _, n := range []int{2, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			modeltest.EachURL(t, func(t *testing.T, _, url string) {
				f := startFleet(t, url, n)
				for table, got := range census(t, openMade(t, url)) {
					if got != want[table] {
						t.Errorf("%s has %d rows, want %d", table, got, want[table])
					}
				}
				for _, r := range f.replicas {
					r.send(t, plain, "GET /readyz", "").want(t, "readyz", http.StatusOK)
					r.signIn(t, rootName, password).want(t, "the admin's sign-in", http.StatusOK)
				}
			})
		})
	}
}

// Who does not want to wait for what is under way signals once more.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	r := startFleet(t, modeltest.Engines()[0].URL(t), 1).replicas[0]
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /token HTTP/1.1\r\nHost: rolecall.test\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err) // the request is never whole, and would be waited for
	}
	for waiting := true; waiting; {
		_ = r.command.Process.Signal(syscall.SIGTERM) // it may have gone
		select {
		case <-r.ended:
			waiting = false
		case <-time.After(50 * time.Millisecond):
		}
	}
	err = r.command.Wait()
	if status, ok := r.command.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("the program ended with %v, want by the second signal", err)
	}
}

// openMade opens a database, and wants nothing to be missing in it.
func openMade(t *testing.T, url string) *models.DB {
	t.Helper()
	db, err := models.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Prepare(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return db
}

// census counts the rows of the tables that the start fills.
func census(t *testing.T, db *models.DB) map[string]int64 {
	t.Helper()
	rows := map[string]int64{}
	for _, table := range []string{
		"RolecallMigrations", "RolecallLocks", "Roles", "RolecallRoles", "Users", "UserRoles", "RolecallAccounts", "RolecallEvents",
	} {
		var count int64
		if err := db.Read(context.Background()).Table(table).Count(&count).Error; err != nil {
			t.Fatalf("count %s: %v", table, err)
		}
		rows[table] = count
	}
	return rows
}
