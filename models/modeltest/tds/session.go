package tds

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// defaultLockWait is how long a statement waits for the write lock. SQL Server
// waits for ever; a test had better learn of it.
const defaultLockWait = 5 * time.Second

// A session is what a client's connection has on the server: its own connection
// to the file, its transaction, its settings.
type session struct {
	server    *Server
	id        int
	user      string // of the database; "dbo" for sa, who may do everything
	db        *sqlite3.Conn
	catalogue *catalogue
	reply     *reply

	tranCount  int
	begun      bool   // SQLite's transaction has begun: the write lock is held
	descriptor uint64 // of the transaction, on the wire

	options
	identityInsert int64 // the table that takes identities, 0 for none
	identity       int64
	hasIdentity    bool
	rowCount       int64
	lastError      int32
	variables      map[string]parameter

	targets  []conversion         // of the running statement
	raised   *sqlError            // by a function that SQLite called
	assigned map[[2]string]string // the last row's values, by table and column
}

// options are the settings that end with the sp_executesql that made them.
type options struct {
	nocount, xactAbort bool
	serializable       bool // or REPEATABLE READ, SNAPSHOT: a transaction locks when it begins to read
	lockWait           time.Duration
}

// A parameter is a variable's type and value.
type parameter struct {
	name  string
	typ   sqlType
	value any // nil, int64, float64, string or []byte
}

func newSession(server *Server, id int) (*session, error) {
	db, err := sqlite3.Open(server.dsn())
	if err != nil {
		return nil, err
	}
	s := &session{server: server, id: id, user: owner, db: db, reply: &reply{}}
	s.reset()
	if err := errors.Join(registerCollations(db), s.registerFunctions()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// reset is sp_reset_connection.
func (s *session) reset() {
	if s.tranCount > 0 {
		s.rollback()
	}
	s.options = options{}
	s.setLockWait(defaultLockWait)
	s.identityInsert, s.hasIdentity, s.rowCount, s.lastError = 0, false, 0, 0
}

func (s *session) close() {
	if s.begun {
		s.execSQL("ROLLBACK")
	}
	s.db.Close()
}

func (s *session) setLockWait(d time.Duration) {
	s.lockWait = d
	s.db.BusyTimeout(d)
}

// request runs a batch or the text of an sp_executesql.
func (s *session) request(ctx context.Context, text string, parameters []parameter) {
	old := s.db.SetInterrupt(ctx)
	defer s.db.SetInterrupt(old)
	s.variables = map[string]parameter{}
	for _, p := range parameters {
		s.variables[strings.ToLower(p.name)] = p
	}
	statements, err := parseBatch(text)
	if err != nil {
		s.fail(err, commandNone)
		return
	}
	for _, statement := range statements {
		if !s.run(statement) {
			return
		}
	}
}

// run runs one statement and reports whether the batch goes on.
func (s *session) run(st statement) bool {
	switch st := st.(type) {
	case block:
		for _, inner := range st.body {
			if !s.run(inner) {
				return false
			}
		}
		return true
	case ifStatement:
		return s.runIf(st)
	}
	command, err := s.dispatch(st)
	if err != nil {
		return s.fail(err, command)
	}
	s.lastError = 0
	return true
}

func (s *session) runIf(st ifStatement) bool {
	rows, err := s.evaluate(func(b *binder) string { return "CASE WHEN " + b.cond(st.cond) + " THEN 1 ELSE 0 END" })
	switch {
	case err != nil:
		return s.fail(err, commandNone)
	case rows == int64(1):
		return s.run(st.then)
	case st.other != nil:
		return s.run(st.other)
	}
	return true
}

// dispatch runs a statement that holds no others.
func (s *session) dispatch(st statement) (command int, err *sqlError) {
	switch st := st.(type) {
	case selectStatement:
		return commandSelect, s.runProgram(func(b *binder) *program { return b.selectStatement(st) })
	case insertStatement:
		return commandInsert, s.runProgram(func(b *binder) *program { return b.insert(st) })
	case updateStatement:
		return commandUpdate, s.runProgram(func(b *binder) *program { return b.update(st) })
	case deleteStatement:
		return commandDelete, s.runProgram(func(b *binder) *program { return b.delete(st) })
	case createTable:
		return commandNone, s.define(func() *sqlError { return s.createTable(st) })
	case createIndex:
		return commandNone, s.define(func() *sqlError { return s.createIndex(st) })
	case createTrigger:
		return commandNone, s.define(func() *sqlError { return s.createTrigger(st) })
	case alterTable:
		return commandNone, s.define(func() *sqlError { return s.alterTable(st) })
	case setTrigger:
		return commandNone, s.define(func() *sqlError { return s.setTrigger(st) })
	case dropObject:
		return commandNone, s.define(func() *sqlError { return s.drop(st) })
	case grant:
		return commandNone, s.define(func() *sqlError { return s.grant(st) })
	case truncateTable:
		return commandNone, s.define(func() *sqlError { return s.truncate(st) })
	case transactionStatement:
		return commandNone, s.transaction(st)
	}
	return commandNone, s.set(st)
}

// define runs DDL, which counts no rows. It is the owner's alone.
func (s *session) define(change func() *sqlError) *sqlError {
	if s.user != owner {
		return errorf(262, "CREATE TABLE permission denied in database '%s'.", databaseName)
	}
	err := s.changeCatalogue(change)
	if err == nil {
		s.reply.done(0, commandNone, 0)
	}
	return err
}

// set runs the statements that change the session alone.
func (s *session) set(st statement) *sqlError {
	switch st := st.(type) {
	case noop:
	case setOption:
		return s.setOption(st)
	case setIdentity:
		return s.setIdentity(st)
	case createLogin, createUser, setSnapshot:
		return s.administer(st)
	case setVariable:
		return s.setVariable(st.name, st.x)
	case declare:
		name := strings.ToLower(st.name)
		if _, ok := s.variables[name]; ok {
			return errorf(134, "The variable name '%s' has already been declared. Variable names must be unique within a query batch or stored procedure.", st.name)
		}
		s.variables[name] = parameter{name: name, typ: st.typ}
		return s.setVariable(st.name, st.x)
	case waitFor:
		return s.wait(st.delay)
	case procedure:
		return errorf(2812, "Could not find stored procedure '%s'.", st.name)
	default:
		return unsupported(fmt.Sprintf("%T", st))
	}
	return nil
}

// wait sleeps, unless an ATTENTION comes.
func (s *session) wait(d time.Duration) *sqlError {
	select {
	case <-time.After(d):
		return nil
	case <-s.db.GetInterrupt().Done():
		return errInterrupted
	}
}

func (s *session) setOption(st setOption) *sqlError {
	switch st.name {
	case "NOCOUNT":
		s.nocount = st.value == "ON"
	case "XACT_ABORT":
		s.xactAbort = st.value == "ON"
	case "ISOLATION":
		s.serializable = st.value != "COMMITTED" && st.value != "UNCOMMITTED"
	case "LOCK_TIMEOUT":
		wait := defaultLockWait
		if !strings.HasPrefix(st.value, "-") {
			parsed, err := time.ParseDuration(st.value + "ms")
			if err != nil {
				return near(st.value)
			}
			wait = min(parsed, defaultLockWait)
		}
		s.setLockWait(wait)
	}
	return nil
}

func (s *session) setIdentity(st setIdentity) *sqlError {
	if err := s.loadCatalogue(); err != nil {
		return err
	}
	t := s.catalogue.table(st.table)
	if t == nil {
		return errorf(1088, `Cannot find the object "%s" because it does not exist or you do not have permissions.`, st.table)
	}
	if _, ok := t.identity(); !ok {
		return errorf(8106, "Table '%s' does not have the identity property. Cannot perform SET operation.", t.Name)
	}
	switch {
	case !st.on && s.identityInsert == t.ID:
		s.identityInsert = 0
	case st.on && s.identityInsert != 0 && s.identityInsert != t.ID:
		return errorf(8107, "IDENTITY_INSERT is already ON for another table. Cannot perform SET operation for table '%s'.", t.Name)
	case st.on:
		s.identityInsert = t.ID
	}
	return nil
}

func (s *session) setVariable(name string, x expr) *sqlError {
	name = strings.ToLower(name)
	v, ok := s.variables[name]
	if !ok {
		return errorf(137, `Must declare the scalar variable "%s".`, name)
	}
	value, err := s.evaluate(func(b *binder) string {
		return b.convert("tds_cast", b.value(x).sql, conversion{to: v.typ})
	})
	v.value = value
	s.variables[name] = v
	return err
}

// fail answers with the error, and does to the transaction what it does on SQL
// Server. It reports whether the batch goes on.
func (s *session) fail(err *sqlError, command int) bool {
	s.reply.error(err)
	s.lastError = err.number
	s.rowCount = 0
	lost := s.begun && s.db.GetAutocommit() // SQLite rolled back by itself
	if s.tranCount > 0 && (lost || err.abortsTransaction() || s.xactAbort) {
		s.rollback()
	}
	s.reply.done(doneError, command, 0)
	return !err.abortsBatch() && !s.xactAbort
}
