package modeltest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest/tds"
)

// A prepared database is a copy of one file, which the tests of a package make once:
// its many statements took a good part of their time.
var preparedSQLite, preparedTDS = sync.OnceValues(prepareSQLite), sync.OnceValues(prepareTDS)

func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

func preparedSQLiteURL(t testing.TB) string {
	path := filepath.Join(t.TempDir(), "test.db")
	content, err := preparedSQLite()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatalf("copy the prepared database: %v", err)
	}
	return "sqlite:" + path
}

func preparedTDSURL(t testing.TB) string {
	content, err := preparedTDS()
	if err != nil {
		t.Fatalf("prepare a database for all tests: %v", err)
	}
	return tds.StartWith(t, content).URL()
}

func prepareSQLite() ([]byte, error) {
	folder, err := os.MkdirTemp("", "rolecall-test-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "test.db")
	if err := prepare("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func prepareTDS() ([]byte, error) { return tds.Made(prepare) }

func prepare(url string) error {
	db, err := models.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer db.Close()
	return db.Prepare(context.Background(), true)
}
