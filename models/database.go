// Package models holds the rows, the rules for their values, and the database
// with its history. Each difference between the engines is in one file,
// database_sqlite.go, database_sqlserver.go or database_postgres.go, and each
// engine's catalogue in another: catalogue_sqlite.go and so on.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// A DB is an open database whose engine and columns are known.
type DB struct {
	write, read *gorm.DB // one pool, but for SQLite
	watch       *watch   // of a server; nil for SQLite
	place       place    // of SQLite's file
	inquiry     inquiry  // whether SQLite answers
	engine      engine
	ownerActive column            // Users.IsActive, where the owner has one
	owner       map[string]column // the owner's by our names for them: no two tables share one but the keys

	changes      atomic.Uint64 // see Changes
	retries      atomic.Uint64 // see Counts
	statements   *statementLog
	snapshot     snapshot
	principalSQL string
	principal    *sql.Stmt // nil where it is not kept prepared
}

// An engine is what differs between the databases.
type engine interface {
	// open connects; both pools may be one. A server gets a watch.
	open(config *gorm.Config, log *slog.Logger) (write, read *gorm.DB, w *watch, err error)
	// inPlace reports that the file of an embedded database is the one that was opened.
	inPlace() error
	// inspect asks the server what the statements depend on. It only reads. The
	// owner's columns are known, by our names for them.
	inspect(db *gorm.DB, owner map[string]column) error
	// param is what a text goes to the server as, to be compared with that column
	// or to be kept in it.
	param(column, text string) any
	// measure is how much of the column's width the text takes; false where the
	// column can't hold all of its characters.
	measure(column, text string) (length int64, holds bool)
	// fold makes of a text expression one that is equal, sorts and matches
	// without regard to letter case. It is put on both sides of a comparison.
	fold(expression string) string
	// among is the condition of DB.Among.
	among(column string, texts []string) clause.Expr
	// position is where the text expression holds the text first, from 1, and 0
	// where it does not.
	position(text, expression string) string
	// begins is the condition of DB.Begins.
	begins(column string) string
	// unindexed makes of a column's name an expression that no index is used for,
	// where the engine has to be told.
	unindexed(column string) string
	// sorted makes of a column's name an expression that is sorted by after all rows
	// were collected. nothing may be added to it without changing it.
	sorted(column, nothing string) string
	// apart ends a subquery that is to be asked of each row, where the engine would
	// rather join it.
	apart() string
	// isNull is a condition on a text column that is found by its index.
	isNull(column string) string
	// growing prepares a transaction for statements that are sent again and again
	// while their tables grow: "" where there is nothing to be done.
	growing() string
	// off is how a condition spells false for a column of that type.
	off(kind string) string
	// word translates a word of the schema's vocabulary, such as "id" or "name 64".
	word(word, argument string) string
	// embedded reports whether the database is in this process: planning a
	// statement then costs more than reading a few rows, and nothing stalls.
	embedded() bool
	// system is the engine's name in a trace (OpenTelemetry's db.system.name).
	system() string
	// rowsMost is how many rows of so many columns are inserted at a time.
	rowsMost(columns int) int
	// insertRows inserts rows, whose values come one after another, see Bulk.
	insertRows(tx *gorm.DB, table string, columns []string, values []any) error
	// cacheSQL sets how much of the database the writing connection keeps in
	// memory: more for a transaction that writes very many rows. It is "" where that
	// is the server's affair.
	cacheSQL(much bool) string
	// transaction is how one begins; nil for the server's own way.
	transaction() *sql.TxOptions
	// fault says what the server's error means to us.
	fault(err error) fault
	// refusesChanges reports whether a transaction can be READ ONLY.
	refusesChanges() bool
	reader
}

// A fault is the class of a server's error.
type fault int

const (
	otherFault     fault = iota
	duplicateFault       // a unique index or a primary key
	referenceFault       // a foreign key
	tooLongFault         // a value is longer than its column, which the owner may have made narrow
	conflictFault        // deadlock victim, lock timeout, serialization: the transaction may be tried again
	awayFault            // the server shuts down, is not ready, or has no connection left
	fullFault            // nothing can be written: no space is left, or the file is read-only
	noTableFault         // there is no such table
	existsFault          // there is such a table already
)

// Open connects to the database that the URL names: "sqlite:PATH",
// "sqlserver://…" or "postgres://…". It fails within ctx when the server does
// not answer. Errors hold no password.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	engine, err := engineFor(url)
	if err != nil {
		return nil, err
	}
	return openEngine(ctx, engine, log)
}

func openEngine(ctx context.Context, engine engine, log *slog.Logger) (*DB, error) {
	statements := &statementLog{log, engine.system()}
	write, read, watch, err := engine.open(&gorm.Config{
		Logger:                 statements,
		NamingStrategy:         schema.NamingStrategy{NoLowerCase: true, SingularTable: true},
		NowFunc:                func() time.Time { return time.Now().UTC() },
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
	}, log)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db := &DB{write: write, read: read, watch: watch, place: place{log: log}, engine: engine, statements: statements}
	for _, pool := range []*gorm.DB{write, read} {
		if err := pool.SetupJoinTable(&User{}, "Roles", &Membership{}); err != nil {
			return nil, errors.Join(fmt.Errorf("map UserRoles: %w", err), db.Close())
		}
		if err := db.retryReads(pool); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare to read again: %w", err), db.Close())
		}
	}
	if err := db.reach(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", db.unwritable(err)), db.Close())
	}
	return db, nil
}

const reachTries = 20

// reach pings, and tries again where the database was locked: of several programs
// that open a new SQLite file at once, one makes its journal.
func (db *DB) reach(ctx context.Context) error {
	for try := 1; ; try++ {
		err := db.Ping(ctx)
		if try == reachTries || db.faultOf(err) != conflictFault {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(tryPause):
		}
	}
}

func engineFor(url string) (engine, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch strings.ToLower(scheme) {
	case "sqlite":
		return newSQLite(rest)
	case "sqlserver":
		return newSQLServer(url)
	case "postgres", "postgresql":
		return newPostgres(url)
	}
	return nil, errors.New("the database URL begins with none of sqlite:, sqlserver:// and postgres://")
}

// IsSQLite reports whether the URL names an embedded database, and its path.
func IsSQLite(url string) (path string, ok bool) {
	scheme, path, _ := strings.Cut(url, ":")
	return path, strings.EqualFold(scheme, "sqlite")
}

// Read returns a handle for statements that change nothing. On SQLite it is a
// pool of its own, which never waits for a writer.
func (db *DB) Read(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// Ping asks the database for a sign of life, within ctx.
func (db *DB) Ping(ctx context.Context) error {
	for _, pool := range db.pools() {
		std, err := pool.DB()
		if err != nil {
			return err
		}
		if err := std.PingContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close gives the connections back.
func (db *DB) Close() error {
	var errs []error
	if db.watch != nil {
		errs = append(errs, db.watch.close())
	}
	if db.principal != nil {
		errs = append(errs, db.principal.Close())
	}
	for _, pool := range db.pools() {
		std, err := pool.DB()
		if err == nil {
			err = std.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (db *DB) pools() []*gorm.DB {
	if db.read == db.write {
		return []*gorm.DB{db.write}
	}
	return []*gorm.DB{db.read, db.write}
}

// Tx runs fn in a transaction, and runs the whole of it again when the server
// chose it as a deadlock victim, a lock was not to be had, or a row appeared
// that fn had not seen. So fn has no effect but on tx and on variables that it
// sets anew. A key that is still taken after the last try is a Conflict. In the
// end, what DB.Principal keeps of the users whom fn has Touched is dropped.
func (db *DB) Tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return db.tx(ctx, func(ctx context.Context) error { return db.once(ctx, db.write, fn) })
}

// beginLimit is how long a transaction waits for its turn: for a connection, and on
// SQLite for other programs that write to the same file.
const beginLimit = 5 * time.Second

func (db *DB) once(ctx context.Context, pool *gorm.DB, fn func(tx *gorm.DB) error) error {
	if err := db.inPlace(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	since, waiting, begun := time.Now(), time.AfterFunc(beginLimit, cancel), false
	err := pool.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if begun = waiting.Stop(); !begun {
			return context.DeadlineExceeded
		}
		return fn(tx)
	}, db.engine.transaction())
	if err == nil || begun {
		return err
	}
	if waiting.Stop() && time.Since(since) < beginLimit/2 {
		return notBegun{err}
	}
	return busy(err)
}

// busy is what is said of a database that is there, and can't take more.
func busy(cause error) error {
	return &Error{Kind: Busy, Message: "The database is busy. Try again in a moment.", RetryAfter: 1, Err: cause}
}

// notBegun is why there is no transaction: nothing has happened, so one may try again
// on another connection.
type notBegun struct{ error }

func (e notBegun) Unwrap() error { return e.error }

// tx runs a transaction until it is not a victim.
func (db *DB) tx(ctx context.Context, one func(ctx context.Context) error) (err error) {
	defer StartSpan(&ctx, "transaction").End(&err)
	ctx, touched := withChange(ctx)
	defer db.changed(touched)
	fault, err := db.again(ctx, func() error {
		touched.events = nil // of the try before
		return one(ctx)
	}, conflictFault, duplicateFault)
	if err == nil {
		db.statements.audit(ctx, touched.events)
	}
	return translate(err, fault)
}

// changed forgets what the transaction touched, whatever became of it: a commit
// whose answer was lost has taken place.
func (db *DB) changed(c *change) {
	db.snapshot.drop(c)
	if c.directory {
		db.changes.Add(1)
	}
}

// Plans reports whether the database has statistics to plan a statement by. SQLite
// takes the words as they are.
func (db *DB) Plans() bool { return !db.engine.embedded() }

// Changes counts the transactions of this program that may have changed accounts,
// roles or who holds them.
func (db *DB) Changes() uint64 { return db.changes.Load() }

func (db *DB) faultOf(err error) fault {
	if err == nil {
		return otherFault
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return otherFault
	}
	fault := db.engine.fault(err)
	if broken(err) {
		fault = awayFault
	}
	if first := (notBegun{}); fault == awayFault && errors.As(err, &first) {
		return conflictFault
	}
	return fault
}

func translate(err error, fault fault) error {
	switch fault {
	case duplicateFault:
		return &Error{Kind: Conflict, Message: "Another record has this name already.", Err: err}
	case referenceFault:
		return &Error{Kind: Conflict, Message: "Other records of the database refer to this one.", Err: err}
	case tooLongFault:
		return &Error{Kind: Invalid, Message: "A value is too long for its column in this database.", Err: err}
	case conflictFault, awayFault:
		return busy(err)
	case fullFault:
		return &Error{Kind: Busy, Message: "Nothing can be saved now: the database has no space left, or may not be written to. Nothing was changed.", RetryAfter: 5, Err: err}
	}
	return err
}

// Growing is for the beginning of a transaction that fills tables, beside others
// of its kind: its statements are planned for the tables as they are by then.
func (db *DB) Growing(tx *gorm.DB) error {
	statement := db.engine.growing()
	if statement == "" {
		return nil
	}
	if err := tx.Exec(statement).Error; err != nil {
		return fmt.Errorf("plan for tables that grow: %w", err)
	}
	return nil
}

// LockRow makes the transaction the only one that goes on behind the named row
// of RolecallLocks until it ends. The row's counter counts how often.
func LockRow(tx *gorm.DB, name string) error {
	if c, ok := tx.Statement.Context.Value(changeKey{}).(*change); ok && name == DirectoryLock {
		c.directory = true
	}
	update := tx.Model(&Lock{}).Where(`"Name" = ?`, name).
		UpdateColumn("Counter", gorm.Expr(`"Counter" + 1`))
	if update.Error != nil {
		return fmt.Errorf("lock %s: %w", name, update.Error)
	}
	if update.RowsAffected != 1 {
		return fmt.Errorf("lock %s: there is no such row in RolecallLocks", name)
	}
	return nil
}
