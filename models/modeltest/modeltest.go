// Package modeltest gives the tests of other packages throwaway databases on
// each engine.
package modeltest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest/tds"
)

// An Engine makes empty databases of one kind.
type Engine struct {
	Name string
	// URL returns that of an empty database, which goes when the test ends. It
	// skips the test, with a line that says so, when the server is not at hand.
	URL func(t testing.TB) string
	// prepared returns that of a prepared one; nil where there is no quicker way
	// than to prepare an empty one.
	prepared func(t testing.TB) string
}

// The variables that name the servers. The login must be allowed to create
// schemas (PostgreSQL) or databases (SQL Server).
const (
	postgresVariable  = "ROLECALL_TEST_POSTGRES_URL"
	sqlserverVariable = "ROLECALL_TEST_SQLSERVER_URL"
)

// Engines are those that the database suite runs on. "tds" is the SQL Server
// dialect and driver against the small server of package tds, which is always at
// hand; "sqlserver" is the real one.
func Engines() []Engine {
	return []Engine{
		{"sqlite", sqliteURL, preparedSQLiteURL},
		{"postgres", PostgresURL, nil},
		{"tds", func(t testing.TB) string { return tds.Start(t).URL() }, preparedTDSURL},
		{"sqlserver", sqlserverURL, nil},
	}
}

// Each runs the test on a prepared database of each engine, in which nobody is.
func Each(t *testing.T, test func(t *testing.T, db *models.DB)) {
	each(t, func(t *testing.T, engine Engine) { test(t, engine.open(t)) })
}

// EachURL runs the test with the name of each engine and the URL of an empty
// database of it. It makes the test parallel; so does Each.
func EachURL(t *testing.T, test func(t *testing.T, engine, url string)) {
	each(t, func(t *testing.T, engine Engine) { test(t, engine.Name, engine.URL(t)) })
}

func each(t *testing.T, test func(t *testing.T, engine Engine)) {
	t.Parallel()
	for _, engine := range Engines() {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			test(t, engine)
		})
	}
}

// NewDB returns a prepared SQLite database, in which nobody is.
func NewDB(t testing.TB) *models.DB { return Engines()[0].open(t) }

func (e Engine) open(t testing.TB) *models.DB {
	t.Helper()
	if e.prepared != nil {
		return Open(t, e.prepared(t))
	}
	return Open(t, e.URL(t))
}

// Open opens and prepares the database, and closes it when the test ends.
func Open(t testing.TB, url string) *models.DB {
	t.Helper()
	return OpenLogged(t, url, slog.New(slog.DiscardHandler))
}

// OpenLogged is Open of a database that writes to the log.
func OpenLogged(t testing.TB, url string, log *slog.Logger) *models.DB {
	t.Helper()
	ctx := context.Background()
	db, err := models.Open(ctx, url, log)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	if err := db.Prepare(ctx, true); err != nil {
		t.Fatalf("Prepare: %v", err)
	}
	return db
}

// Exec runs statements on the database behind the URL, through a connection of
// their own: to make an owner's tables, or to change rows behind our back.
func Exec(t testing.TB, databaseURL string, statements ...string) {
	t.Helper()
	db, err := models.Open(context.Background(), databaseURL, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer db.Close()
	for _, statement := range statements {
		err := db.Tx(context.Background(), func(tx *gorm.DB) error { return tx.Exec(statement).Error })
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// PostgresURL is that of a schema of its own, which goes when the test ends. It skips
// the test where there is no server.
func PostgresURL(t testing.TB) string {
	server := os.Getenv(postgresVariable)
	if server == "" {
		t.Skipf("skipped: %s is not set", postgresVariable)
	}
	name := "test_" + strings.ToLower(rand.Text())
	admin(t, "pgx", server, "CREATE SCHEMA "+name)
	t.Cleanup(func() { admin(t, "pgx", server, "DROP SCHEMA "+name+" CASCADE") })
	return withQuery(t, server, "search_path", name)
}

func sqlserverURL(t testing.TB) string {
	server := os.Getenv(sqlserverVariable)
	if server == "" {
		t.Skipf("skipped: %s is not set", sqlserverVariable)
	}
	name := "rolecall_test_" + strings.ToLower(rand.Text())
	admin(t, "sqlserver", server, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, "sqlserver", server, "DROP DATABASE "+name) })
	return withQuery(t, server, "database", name)
}

func admin(t testing.TB, driver, url, statement string) {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatalf("open %s: %v", driver, err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

func withQuery(t testing.TB, text, key, value string) string {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(fmt.Errorf("parse the server's URL: %w", err))
	}
	query := parsed.Query()
	query.Set(key, value)
	parsed.RawQuery = query.Encode()
	return parsed.String()
}
