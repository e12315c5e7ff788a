package models_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// postgres is the URL of an empty, prepared database with that setting of its
// sessions.
func postgres(t *testing.T, setting, value string) string {
	t.Helper()
	for _, engine := range modeltest.Engines() {
		if engine.Name != "postgres" {
			continue
		}
		text := engine.URL(t)
		modeltest.Open(t, text)
		parsed, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		query := parsed.Query()
		query.Set(setting, value)
		parsed.RawQuery = query.Encode()
		return parsed.String()
	}
	t.Fatal("there is no such engine")
	return ""
}

// Two transactions of which each reads what the other writes: a server that holds
// them serializable gives one of them up at its commit.
func TestRealSerializationFailureIsRetried(t *testing.T) {
	t.Parallel()
	db := modeltest.Open(t, postgres(t, "application_name", "rolecall"))
	var met, all sync.WaitGroup
	met.Add(2)
	var tries atomic.Int32
	errs := make([]error, 2)
	for i, own := range []string{models.DirectoryLock, models.SetupLock} {
		all.Go(func() {
			var once sync.Once
			errs[i] = db.Tx(t.Context(), func(tx *gorm.DB) error {
				tries.Add(1)
				var sum int64
				if err := tx.Exec("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").Error; err != nil {
					return err
				}
				if err := tx.Model(&models.Lock{}).Where(`"Name" IN ('directory', 'setup')`).Select(`SUM("Counter")`).Scan(&sum).Error; err != nil {
					return err
				}
				once.Do(func() { met.Done(); met.Wait() })
				return tx.Model(&models.Lock{}).Where(`"Name" = ?`, own).UpdateColumn("Counter", sum+1).Error
			})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil || tries.Load() < 3 {
		t.Errorf("Tx = %v after %d tries, want both to succeed, one of them again", err, tries.Load())
	}
	got := rows(t, db, `SELECT "Counter" FROM "RolecallLocks" WHERE "Name" IN ('directory', 'setup') ORDER BY "Counter"`)
	if strings.Join(got, " ") != "map[Counter:1] map[Counter:2]" {
		t.Errorf("the counters are %v, want 1 and 2, as of one after the other", got)
	}
}

// holdSetup has a transaction hold the lock of the setup until it is freed, which ends
// with its commit.
func holdSetup(t *testing.T, db *models.DB) (free func()) {
	held, release, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- db.Tx(t.Context(), func(tx *gorm.DB) error {
			err := models.LockRow(tx, models.SetupLock)
			close(held)
			<-release
			return err
		})
	}()
	<-held
	return func() {
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// A lock that another connection holds for too long is waited for again.
func TestRealLockTimeoutIsRetried(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		impatience := map[string]string{"postgres": "SET LOCAL lock_timeout = 50", "tds": "SET LOCK_TIMEOUT 50", "sqlserver": "SET LOCK_TIMEOUT 50"}[engine]
		if impatience == "" {
			t.Skip("skipped: a transaction of SQLite waits before it begins")
		}
		db, other := modeltest.Open(t, url), modeltest.Open(t, url)
		free := holdSetup(t, other)
		tries := 0
		err := db.Tx(t.Context(), func(tx *gorm.DB) error {
			if tries++; tries == 3 {
				free()
			}
			if err := tx.Exec(impatience).Error; err != nil {
				return err
			}
			return models.LockRow(tx, models.SetupLock)
		})
		if err != nil || tries != 3 {
			t.Errorf("Tx = %v after %d tries, want success at the third, when the lock was free", err, tries)
		}
		if got := rows(t, db, `SELECT "Counter" FROM "RolecallLocks" WHERE "Name" = 'setup'`); got[0] != "map[Counter:2]" {
			t.Errorf("the counter is %v, want 2: each once", got)
		}
	})
}

// Another program writes to the same SQLite file for longer than one waits.
func TestRealBusyIsRetried(t *testing.T) {
	t.Parallel()
	url := modeltest.Engines()[0].URL(t)
	other := modeltest.Open(t, url)
	free := holdSetup(t, other)
	failures := 0
	db, err := models.OpenWatched(t.Context(), url, func(err error) {
		if errors.Is(err, sqlite3.BUSY) {
			if failures++; failures == 2 {
				free()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec(t, db, "PRAGMA busy_timeout = 20")
	err = db.Tx(t.Context(), func(tx *gorm.DB) error { return models.LockRow(tx, models.SetupLock) })
	if err != nil || failures != 2 {
		t.Errorf("Tx = %v after %d failures, want success after two, when the file was free", err, failures)
	}
	if got := rows(t, other, `SELECT "Counter" FROM "RolecallLocks" WHERE "Name" = 'setup'`); got[0] != "map[Counter:2]" {
		t.Errorf("the counter is %v, want 2: each once", got)
	}
}

// A commit whose answer is lost has taken place. It is not tried again, nor is what
// came before it: the caller is told that the database can't be asked.
func TestLostCommitRunsOnce(t *testing.T) {
	t.Parallel()
	wire := newProxy(t, postgres(t, "application_name", "rolecall"))
	db := modeltest.Open(t, wire.url)
	const counter = `SELECT "Counter" FROM "RolecallLocks" WHERE "Name" = 'setup'`
	for _, tt := range []struct{ answer, counter string }{
		{"UPDATE", "map[Counter:0]"}, {"commit\x00", "map[Counter:1]"}, // "read committed" begins one
	} {
		wire.lose.Store(&tt.answer)
		tries := 0
		err := db.Tx(t.Context(), func(tx *gorm.DB) error {
			tries++
			return models.LockRow(tx, models.SetupLock)
		})
		if models.KindOf(err) != models.Busy || tries != 1 {
			t.Errorf("where the answer to %q is lost, Tx = %v of kind %q after %d tries, want busy after one", tt.answer, err, models.KindOf(err), tries)
		}
		if got := rows(t, db, counter); got[0] != tt.counter {
			t.Errorf("where the answer to %q is lost, the counter is %v, want %v", tt.answer, got, tt.counter)
		}
	}
}

// A proxy stands between a program and its server.
type proxy struct {
	url    string // of the server by way of the proxy
	server string
	lose   atomic.Pointer[string] // the answer to the next statement of that text, and cut its connection
}

func newProxy(t *testing.T, databaseURL string) *proxy {
	t.Helper()
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := &proxy{server: parsed.Host}
	parsed.Host = listener.Addr().String()
	p.url = parsed.String()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	var losing atomic.Bool
	go func() {
		defer server.Close()
		buffer := make([]byte, 32<<10)
		for {
			n, err := client.Read(buffer)
			if err != nil {
				return
			}
			if text := p.lose.Load(); text != nil && bytes.Contains(buffer[:n], []byte(*text)) {
				p.lose.Store(nil)
				losing.Store(true)
			}
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	_, _ = io.Copy(writerFunc(func(answer []byte) (int, error) {
		if losing.Load() {
			return 0, io.ErrClosedPipe
		}
		return client.Write(answer)
	}), server)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// Many who wait for one lock get it one after the other, however strict the server
// is with others.
func TestLocksQueueOnAStrictServer(t *testing.T) {
	t.Parallel()
	db := modeltest.Open(t, postgres(t, "default_transaction_isolation", "serializable"))
	var all sync.WaitGroup
	var tries atomic.Int32
	for range 20 {
		all.Go(func() {
			err := db.Tx(t.Context(), func(tx *gorm.DB) error {
				tries.Add(1)
				return models.LockRow(tx, models.SetupLock)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if tries.Load() != 20 {
		t.Errorf("20 transactions took %d tries, want one each", tries.Load())
	}
}
