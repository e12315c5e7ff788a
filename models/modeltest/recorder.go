package modeltest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"

	"rolecall/models"
)

// A Recorder is a database that keeps what it is sent and answers with canned
// rows. Behind the dialect of SQL Server it shows what that server would get.
type Recorder struct {
	mu      sync.Mutex
	sent    []Statement
	answers []Answer
}

// A Statement is one that was sent. Transactions appear as BEGIN, COMMIT and
// ROLLBACK.
type Statement struct {
	SQL  string
	Args []any
}

// String shows the statement with the types of its parameters: the values of
// hashes, times and ids are never the same.
func (s Statement) String() string {
	if len(s.Args) == 0 {
		return s.SQL
	}
	types := make([]string, len(s.Args))
	for i, arg := range s.Args {
		types[i] = fmt.Sprintf("%T", arg)
	}
	return s.SQL + "\n  -- " + strings.Join(types, ", ")
}

// An Answer is for the statements that hold the text: rows, or an error. A
// statement that no answer is for gets no rows, or one affected row.
type Answer struct {
	Holds   string
	Times   int // how often it is given; 0 for always
	Columns []string
	Rows    [][]driver.Value
	Err     error
}

// Recorded returns a database of the SQL Server dialect that is prepared, and
// its recorder, which has forgotten the preparation. Of several answers the one
// given last counts.
func Recorded(t testing.TB, answers ...Answer) (*models.DB, *Recorder) {
	t.Helper()
	recorder := &Recorder{}
	recorder.Answer(prepared...)
	recorder.Answer(answers...)
	ctx := context.Background()
	db, err := models.OpenSQLServer(ctx, sql.OpenDB(recorder), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("OpenSQLServer: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Prepare(ctx, true); err != nil {
		t.Fatalf("Prepare: %v", err)
	}
	for _, statement := range recorder.Sent() {
		if !strings.HasPrefix(statement.SQL, "SELECT ") {
			t.Errorf("Prepare sent to a prepared database: %s", statement.SQL)
		}
	}
	return db, recorder
}

// prepared makes the database look like one that needs no migration, with the
// collation of most servers.
var prepared = []Answer{
	{Holds: `"RolecallMigrations"`, Columns: []string{"Version", "Name", "AppliedAt"}, Rows: applied(99)},
	{Holds: `FROM "Users" WHERE 1 = 0`, Columns: []string{"UserId", "Username", "PasswordHash", "Email", "FirstName", "LastName"}},
	{Holds: `FROM "Roles" WHERE 1 = 0`, Columns: []string{"RoleId", "RoleName"}},
	{Holds: `FROM "UserRoles" WHERE 1 = 0`, Columns: []string{"UserId", "RoleId"}},
	Texts("nvarchar", "SQL_Latin1_General_CP1_CI_AS", 1252),
}

// Texts is the catalogue's answer where the owner's columns of text are of that
// kind and collation.
func Texts(kind, collation string, codePage int64) Answer {
	a := Answer{Holds: `"INFORMATION_SCHEMA"."COLUMNS"`, Columns: []string{"Name", "Kind", "Collation", "Page"}}
	for _, name := range []string{"Username", "PasswordHash", "Email", "FirstName", "LastName", "RoleName"} {
		a.Rows = append(a.Rows, []driver.Value{name, kind, collation, codePage})
	}
	return a
}

// applied is the record of so many steps, more than the history has.
func applied(steps int64) [][]driver.Value {
	rows := [][]driver.Value{{int64(0), "lock", int64(1)}}
	for version := range steps {
		rows = append(rows, []driver.Value{version + 1, "", int64(1)})
	}
	return rows
}

// Answer adds answers before those there are.
func (r *Recorder) Answer(answers ...Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, answer := range answers {
		r.answers = append([]Answer{answer}, r.answers...)
	}
}

// Sent returns what was sent since it was last asked.
func (r *Recorder) Sent() []Statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}

func (r *Recorder) record(text string, args []driver.NamedValue) (Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	statement := Statement{SQL: text}
	for _, arg := range args {
		statement.Args = append(statement.Args, arg.Value)
	}
	r.sent = append(r.sent, statement)
	for i, answer := range r.answers {
		if !strings.Contains(text, answer.Holds) {
			continue
		}
		if r.answers[i].Times--; r.answers[i].Times == 0 {
			r.answers = slices.Delete(r.answers, i, i+1)
		}
		return answer, answer.Err
	}
	return Answer{}, nil
}

// What database/sql asks of a driver.
var (
	_ driver.Connector      = (*Recorder)(nil)
	_ driver.QueryerContext = recordedConn{}
	_ driver.ExecerContext  = recordedConn{}

	_ driver.NamedValueChecker = recordedConn{}
)

// Connect returns a connection that records here.
func (r *Recorder) Connect(context.Context) (driver.Conn, error) { return recordedConn{r}, nil }

// Driver is part of driver.Connector.
func (r *Recorder) Driver() driver.Driver { return recordedDriver{r} }

type recordedDriver struct{ r *Recorder }

func (d recordedDriver) Open(string) (driver.Conn, error) { return recordedConn(d), nil }

type recordedConn struct{ r *Recorder }

func (recordedConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("recorder: nothing is to be prepared")
}

func (recordedConn) Close() error { return nil }

// CheckNamedValue leaves the driver's own type of text as it is.
func (recordedConn) CheckNamedValue(value *driver.NamedValue) error {
	if _, narrow := value.Value.(mssql.VarChar); narrow {
		return nil
	}
	return driver.ErrSkip
}

func (c recordedConn) Begin() (driver.Tx, error) {
	_, err := c.r.record("BEGIN", nil)
	return recordedTx(c), err
}

func (c recordedConn) QueryContext(_ context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	answer, err := c.r.record(text, args)
	if err != nil {
		return nil, err
	}
	return &recordedRows{columns: answer.Columns, rows: answer.Rows}, nil
}

func (c recordedConn) ExecContext(_ context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	_, err := c.r.record(text, args)
	return driver.RowsAffected(1), err
}

type recordedTx struct{ r *Recorder }

func (tx recordedTx) Commit() error {
	_, err := tx.r.record("COMMIT", nil)
	return err
}

func (tx recordedTx) Rollback() error {
	_, err := tx.r.record("ROLLBACK", nil)
	return err
}

type recordedRows struct {
	columns []string
	rows    [][]driver.Value
}

func (r *recordedRows) Columns() []string { return r.columns }

func (r *recordedRows) Close() error { return nil }

func (r *recordedRows) Next(into []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(into, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
