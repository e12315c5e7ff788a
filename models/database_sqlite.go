package models

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// sqliteReaders bounds the connections that read. One more writes.
const sqliteReaders = 4

type sqliteEngine struct {
	path    string
	opened  *os.FileInfo // what was there then; nil for one that is not kept open
	reading bool         // nothing may change, see OpenToRead
}

func newSQLite(path string) (engine, error) {
	if path == "" {
		return nil, errors.New("the database URL sqlite: names no file")
	}
	return sqliteEngine{path: path, opened: new(os.FileInfo)}, nil
}

// open keeps a single writer that begins with the lock in hand (a transaction
// that reads before it writes would fail with SQLITE_BUSY_SNAPSHOT otherwise),
// and readers that can't write, which WAL lets go on meanwhile.
func (e sqliteEngine) open(config *gorm.Config, _ *slog.Logger) (write, read *gorm.DB, _ *watch, err error) {
	if e.reading {
		read, err = e.openToRead(config)
		return read, read, nil, err
	}
	for _, path := range []string{e.path, e.path + "-shm"} { // who may read the latter can lock it, and so keep us from writing
		if err := createPrivate(path); err != nil {
			return nil, nil, nil, err
		}
	}
	if *e.opened, err = os.Stat(e.path); err != nil {
		return nil, nil, nil, err
	}
	write, err = openSQLite(e.dsn("_txlock=immediate"), config, 1)
	if err != nil {
		return nil, nil, nil, err
	}
	read, err = openSQLite(e.dsn("_pragma=query_only(1)"), config, sqliteReaders)
	return write, read, nil, err
}

// file is the path as a URL, escaped, so that a ? in it adds no pragma.
func (e sqliteEngine) file() string {
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: e.path}).EscapedPath()}
	if filepath.IsAbs(e.path) {
		file = url.URL{Scheme: "file", Path: e.path}
	}
	return file.String()
}

// dsn never makes the file anew, and has its log belong to whom the file belongs, and
// nobody else read it: hashes stand in there, too. FULL has a commit wait until the log
// is on the disk, so that also a loss of power takes back nothing that was acknowledged.
func (e sqliteEngine) dsn(more string) string {
	path := strings.ReplaceAll(url.QueryEscape(e.path), "+", "%20")
	return e.file() + "?mode=rw&modeof=" + path + "&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + more
}

func openSQLite(dsn string, config *gorm.Config, connections int) (*gorm.DB, error) {
	own := *config
	db, err := gorm.Open(gormlite.Open(dsn), &own)
	if err != nil {
		return nil, err
	}
	std, err := db.DB()
	if err != nil {
		return nil, err
	}
	std.SetMaxOpenConns(connections)
	std.SetMaxIdleConns(connections)
	return db, nil
}

// createPrivate makes the file where it is missing, for its owner's eyes only.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// inPlace: on Unix an open file that was deleted goes on without a name.
func (e sqliteEngine) inPlace() error {
	if e.reading {
		return nil
	}
	info, err := os.Stat(e.path)
	if err == nil && !os.SameFile(info, *e.opened) {
		err = fmt.Errorf("%s is another file than the one that was opened", e.path)
	}
	return err
}

func (sqliteEngine) inspect(*gorm.DB, map[string]column) error { return nil }

func (sqliteEngine) param(_, text string) any { return text }

func (sqliteEngine) measure(_, text string) (length int64, holds bool) { return characters(text) }

func (sqliteEngine) embedded() bool { return true }

func (sqliteEngine) system() string { return "sqlite" }

// fold: NOCASE knows the letters of ASCII.
func (sqliteEngine) fold(expression string) string { return expression + " COLLATE NOCASE" }

// growing: each statement is planned when it is sent.
func (sqliteEngine) growing() string { return "" }

func (e sqliteEngine) among(column string, texts []string) clause.Expr {
	return amongParams(e, column, texts)
}

func (sqliteEngine) position(text, expression string) string {
	return "INSTR(" + expression + ", '" + text + "')"
}

// begins: LIKE knows the letters of ASCII too, and uses an index of NOCASE, though
// only for a column by its bare name.
func (sqliteEngine) begins(column string) string { return column + ` LIKE ? ESCAPE '\'` }

// unindexed: see "The SQLite query optimizer overview", section 5.1.
func (sqliteEngine) unindexed(column string) string { return "+" + column }

func (e sqliteEngine) sorted(column, _ string) string { return e.unindexed(column) }

func (sqliteEngine) apart() string { return "" }

// isNull: of a column that can't be NULL, by its bare name, no row is looked at.
func (sqliteEngine) isNull(column string) string { return column + " IS NULL" }

func (sqliteEngine) off(string) string { return "0" }

func (sqliteEngine) word(word, argument string) string {
	switch word {
	case "id", "bigid":
		return "INTEGER PRIMARY KEY AUTOINCREMENT"
	case "ref", "long":
		return "INTEGER"
	case "name":
		return fmt.Sprintf("VARCHAR(%s) COLLATE NOCASE", argument)
	case "string":
		return fmt.Sprintf("VARCHAR(%s)", argument)
	case "text":
		return "TEXT"
	case "bytes":
		return "BLOB"
	case "fold", "beginning":
		return argument + " COLLATE NOCASE"
	}
	return ""
}

// cacheSQL: the indexes of names are written all over. Pages that the cache does not
// hold go to the log and are read back, again and again; SQLite runs in a memory of
// 256 MiB here, and this is half of it.
func (sqliteEngine) cacheSQL(much bool) string {
	if much {
		return "PRAGMA cache_size = -131072" // in KiB
	}
	return "PRAGMA cache_size = -2000" // SQLite's own choice
}

func (sqliteEngine) transaction() *sql.TxOptions { return nil }

func (sqliteEngine) rowsMost(columns int) int { return InsertMost(columns) }

// insertRows: a row that fails fails the transaction, so what the same statement has
// inserted before it may stay until then. Else SQLite keeps a copy of each page, to
// undo the statement alone, which takes a third of the time.
func (sqliteEngine) insertRows(tx *gorm.DB, table string, columns []string, values []any) error {
	return insertValues(tx, "INSERT OR FAIL INTO", table, columns, values)
}

func (sqliteEngine) fault(err error) fault {
	switch {
	case err == nil:
		return otherFault
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY):
		return duplicateFault
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return referenceFault
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return conflictFault
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.IOERR_WRITE),
		errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_TRUNCATE), errors.Is(err, sqlite3.IOERR_SHMSIZE):
		return fullFault
	case errors.Is(err, sqlite3.INTERRUPT), // the context's end
		errors.Is(err, sqlite3.IOERR), errors.Is(err, sqlite3.CANTOPEN),
		errors.Is(err, sqlite3.NOTADB): // something else was put in its place
		return awayFault
	case strings.Contains(err.Error(), "no such table"):
		return noTableFault
	case strings.Contains(err.Error(), "already exists"):
		return existsFault
	}
	return otherFault
}
