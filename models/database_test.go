package models_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestOpenFails(t *testing.T) {
	for _, tt := range []struct{ name, url string }{
		{"nothing", ""},
		{"no scheme", "canary"},
		{"another scheme", "mysql://canary:canary@host/db"},
		{"sqlite without a file", "sqlite:"},
		{"sqlite in a folder that is not there", "sqlite:/nowhere/x.db"},
		{"sqlite on a folder", "sqlite:" + t.TempDir()},
		{"sqlserver that is no URL", "sqlserver://u:canary%zz@host"},
		{"sqlserver on a closed port", "sqlserver://u:canary@127.0.0.1:1?database=canary&dial timeout=1"},
		{"sqlserver with an unknown encrypt", "sqlserver://u:canary@127.0.0.1:1?encrypt=maybe"},
		{"postgres that is no URL", "postgres://u:canary@host:port/db"},
		{"postgres on a closed port", "postgres://u:canary@127.0.0.1:1/db"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		db, err := models.Open(ctx, tt.url, quiet())
		if err == nil {
			t.Errorf("%s: Open = nil, want an error", tt.name)
			_ = db.Close()
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: Open = %v, which holds a part of the URL", tt.name, err)
		}
		cancel()
	}
}

func TestIsSQLite(t *testing.T) {
	for url, want := range map[string]string{
		"sqlite:a.db": "a.db", "SQLITE:/b/c.db": "/b/c.db", "sqlite:c:\\d.db": "c:\\d.db", "postgres://x": "-", "sqlserver://x": "-", "": "-",
	} {
		path, ok := models.IsSQLite(url)
		if ok != (want != "-") || ok && path != want {
			t.Errorf("IsSQLite(%q) = %q, %t, want %q", url, path, ok, want)
		}
	}
}

// The path of the file is a path, whatever signs are in it.
func TestSQLitePaths(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for _, path := range []string{
		filepath.Join(folder, "plain.db"), "relative.db", "./dot.db", filepath.Join(folder, "a?_pragma=query_only(1)&b.db"),
		filepath.Join(folder, "100%25 #1.db"), "with space ä.db", "a:b.db",
	} {
		db := modeltest.Open(t, "sqlite:"+path)
		if err := db.Tx(t.Context(), func(tx *gorm.DB) error { return models.LockRow(tx, models.SetupLock) }); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, path := range []string{path, path + "-wal", path + "-shm"} {
			info, err := os.Stat(path)
			if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, want a file with something in it that only its owner reads", path, err)
			}
		}
	}
}

// Readers never wait for a writer, and can't write.
func TestSQLiteReaders(t *testing.T) {
	db := modeltest.NewDB(t)
	if err := db.Read(t.Context()).Exec(`UPDATE "RolecallLocks" SET "Counter" = 9`).Error; err == nil {
		t.Error("the pool for reading wrote")
	}
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := models.LockRow(tx, models.SetupLock); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var lock models.Lock
		if err := db.Read(ctx).Where(`"Name" = ?`, models.SetupLock).Take(&lock).Error; err != nil || lock.Counter != 0 {
			t.Errorf("a reader beside a writer got %d, %v, want 0", lock.Counter, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBeginsWith(t *testing.T) {
	if got, want := models.BeginsWith(`50%_[a]\`), `50\%\_\[a]\\%`; got != want {
		t.Errorf("BeginsWith = %s, want %s", got, want)
	}
}

// Two programs on one file: a transaction begins when it may write. Begun
// earlier, it would read what the other is about to change, and fail.
func TestSQLiteWritersQueue(t *testing.T) {
	url := modeltest.Engines()[0].URL(t)
	first, second := modeltest.Open(t, url), modeltest.Open(t, url)
	held, done := make(chan struct{}), make(chan error)
	tries := 0
	go func() {
		<-held
		done <- second.Tx(context.Background(), func(tx *gorm.DB) error {
			tries++
			var lock models.Lock
			if err := tx.Where(`"Name" = ?`, models.SetupLock).Take(&lock).Error; err != nil {
				return err
			}
			err := models.LockRow(tx, models.SetupLock)
			return err
		})
	}()
	err := first.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := models.LockRow(tx, models.SetupLock); err != nil {
			return err
		}
		close(held)
		time.Sleep(50 * time.Millisecond) // the second one is at it
		return nil
	})
	if second := <-done; err != nil || second != nil || tries != 1 {
		t.Errorf("Tx = %v, and of the second program %v after %d tries, want both at the first try", err, second, tries)
	}
}
