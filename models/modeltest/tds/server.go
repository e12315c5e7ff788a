package tds

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// A Server is a SQL Server for one test: one empty database, called rolecall,
// under the server's default collation, for the login sa with the password
// secret, and for those that CREATE LOGIN adds.
type Server struct {
	listener net.Listener
	path     string
	running  sync.WaitGroup

	mu         sync.Mutex // no atomics: .ci/run has the race detector not watch this package
	version    int64
	catalogue  *catalogue // of the version that was read last
	clients    map[net.Conn]bool
	closed     bool
	statements []Statement
	faults     []fault
	delays     []delay
	losses     []string
	logins     map[string]string // names in lower case, and passwords
	locking    bool              // READ_COMMITTED_SNAPSHOT is off: remembered, and no more
}

// A Statement is what a client sent in one request: a batch or the statement of
// an sp_executesql. Transaction manager requests, which is what database/sql's
// Begin, Commit and Rollback become, are "BEGIN TRANSACTION" and so on.
type Statement struct {
	SQL    string
	Params string // the declaration, e.g. "@p1 nvarchar(4000),@p2 bigint"; "" for a batch
}

type fault struct {
	contains string
	at       int // the place among all statements, from 1; 0 where the text decides
	err      *sqlError
}

type delay struct {
	contains string
	duration time.Duration
}

// Start runs a server with a fresh, empty database on a port of the loopback
// interface. It is closed when the test ends.
func Start(t testing.TB) *Server { return StartWith(t, nil) }

// StartWith is Start with the database that Made returned.
func StartWith(t testing.TB, content []byte) *Server {
	t.Helper()
	s, err := start(filepath.Join(t.TempDir(), "tds.db"), content)
	if err != nil {
		t.Fatalf("tds: start: %v", err)
	}
	t.Cleanup(s.close)
	return s
}

// Made returns the database that prepare makes of an empty one, behind the URL of
// a server of its own.
func Made(prepare func(url string) error) ([]byte, error) {
	folder, err := os.MkdirTemp("", "tds-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	s, err := start(filepath.Join(folder, "tds.db"), nil)
	if err != nil {
		return nil, err
	}
	err = prepare(s.URL())
	s.close()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(s.path)
}

func start(path string, content []byte) (*Server, error) {
	s := &Server{path: path, clients: map[net.Conn]bool{}, logins: map[string]string{loginName: loginPassword}}
	if err := s.create(content); err != nil {
		return nil, fmt.Errorf("create the database: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.listener = listener
	s.running.Go(s.accept)
	return s, nil
}

// create makes the file, empty where there is no content.
func (s *Server) create(content []byte) error {
	if err := os.WriteFile(s.path, content, 0o600); err != nil {
		return err
	}
	db, err := sqlite3.Open(s.dsn())
	if err != nil {
		return err
	}
	defer db.Close()
	if content == nil {
		return db.Exec("PRAGMA journal_mode = WAL; " + catalogSchema)
	}
	version, _, err := db.Prepare("PRAGMA user_version")
	if err != nil {
		return err
	}
	defer version.Close()
	if version.Step() {
		s.version = version.ColumnInt64(0) // what is numbered from now on is new
	}
	return version.Err()
}

func (s *Server) dsn() string {
	file := url.URL{Scheme: "file", Path: s.path}
	return file.String() + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)"
}

func (s *Server) accept() {
	for {
		client, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			client.Close()
		}
		s.clients[client] = true
		s.mu.Unlock()
		s.running.Go(func() {
			(&connection{server: s, net: client}).serve()
			s.mu.Lock()
			delete(s.clients, client)
			s.mu.Unlock()
		})
	}
}

func (s *Server) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.listener.Close()
	s.DropConnections()
	s.running.Wait()
}

// nextVersion numbers what must be told apart on this server.
func (s *Server) nextVersion() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	return s.version
}

// knownCatalogue is the one that was read last, nil before there is one.
func (s *Server) knownCatalogue() *catalogue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.catalogue
}

func (s *Server) knowCatalogue(read *catalogue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalogue = read
}

// URL is for go-mssqldb: sqlserver://sa:secret@127.0.0.1:PORT?database=rolecall&encrypt=disable.
func (s *Server) URL() string { return s.URLFor(loginName, loginPassword) }

// URLFor is URL for another login.
func (s *Server) URLFor(login, password string) string {
	return fmt.Sprintf("sqlserver://%s:%s@%s?database=%s&encrypt=disable", login, password, s.listener.Addr(), databaseName)
}

// Statements returns what clients sent, in order. It is a copy.
func (s *Server) Statements() []Statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Statement(nil), s.statements...)
}

// Exec runs T-SQL on a connection of its own, to prepare the database. It is
// neither recorded nor subject to FailNext, and fails the test on an error.
func (s *Server) Exec(t testing.TB, sql string) {
	t.Helper()
	session, err := newSession(s, 0)
	if err != nil {
		t.Fatalf("tds: %v", err)
	}
	defer session.close()
	session.request(context.Background(), sql, nil)
	if err := session.reply.first; err != nil {
		t.Fatalf("tds: %v in %s", err, sql)
	}
}

// FailNext makes the next statement whose text contains that answer an error,
// without running it. Like SQL Server's own, 1205 (deadlock victim) rolls the
// transaction back; 1222 (lock timeout), 2627 (duplicate key) and others leave
// it open, unless XACT_ABORT is on.
func (s *Server) FailNext(contains string, number int32, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fault{contains: contains, err: errorf(number, "%s", message)})
}

// FailAt is FailNext for the nth statement from now on, whatever its text.
func (s *Server) FailAt(n int, number int32, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fault{at: len(s.statements) + n, err: errorf(number, "%s", message)})
}

// LoseNext carries out the next statement whose text contains that, and closes the
// connection instead of answering.
func (s *Server) LoseNext(contains string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losses = append(s.losses, contains)
}

// DelayNext makes the next statement whose text contains that wait before it
// runs. An ATTENTION ends the wait, and the statement does not run.
func (s *Server) DelayNext(contains string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays = append(s.delays, delay{contains, d})
}

// DropConnections closes all client connections; their transactions roll back.
// New ones are accepted.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for client := range s.clients {
		client.Close()
	}
}

// An order is what a test asked for a statement.
type order struct {
	fault *sqlError
	delay time.Duration
	lose  bool // the answer
}

// record keeps a statement, and takes what was asked for it.
func (s *Server) record(text, declarations string) order {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = append(s.statements, Statement{text, declarations})
	var o order
	for i, f := range s.faults {
		if f.at == len(s.statements) || f.at == 0 && strings.Contains(text, f.contains) {
			o.fault = f.err
			s.faults = slices.Delete(s.faults, i, i+1)
			break
		}
	}
	for i, d := range s.delays {
		if strings.Contains(text, d.contains) {
			o.delay = d.duration
			s.delays = slices.Delete(s.delays, i, i+1)
			break
		}
	}
	for i, contains := range s.losses {
		if strings.Contains(text, contains) {
			o.lose = true
			s.losses = slices.Delete(s.losses, i, i+1)
			break
		}
	}
	return o
}

// Keep keeps a copy of the database, and returns what brings it back. No statement
// may be under way then.
func (s *Server) Keep(t testing.TB) (restore func()) {
	t.Helper()
	copied := (&url.URL{Scheme: "file", Path: filepath.Join(t.TempDir(), "kept.db")}).String()
	s.onFile(t, func(db *sqlite3.Conn) error { return db.Backup("main", copied) })
	return func() {
		t.Helper()
		s.onFile(t, func(db *sqlite3.Conn) error { return db.Restore("main", copied) })
	}
}

func (s *Server) onFile(t testing.TB, do func(db *sqlite3.Conn) error) {
	t.Helper()
	db, err := sqlite3.Open(s.dsn())
	if err == nil {
		err = errors.Join(do(db), db.Close())
	}
	if err != nil {
		t.Fatalf("tds: %v", err)
	}
}
