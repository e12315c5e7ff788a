package services

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// onFile is the cast on an SQLite file at that path.
func onFile(t *testing.T, path string) *fixture {
	f := newFixture(t, modeltest.Open(t, "sqlite:"+path))
	if f.count(`SELECT COUNT(*) FROM "Users"`) == 0 {
		f.cast()
	}
	return f
}

// A backup that is made while others write is a state that there was, and one that
// is made while nobody does has each row. It is for its owner's eyes.
func TestBackUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "rolecall.db")
	f := onFile(t, path)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for i := range 3 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				_, _ = f.Users.Register(ctx, models.Actor{}, newUser(fmt.Sprintf("user%d-%d", i, n)))
			}
		})
	}
	for i := range 5 {
		target := filepath.Join(folder, fmt.Sprint("copy", i))
		done, err := BackUp(t.Context(), path, target)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 || info.Size() != done.Bytes {
			t.Errorf("the copy is %v, %v, want a file of %d bytes for its owner alone", info, err, done.Bytes)
		}
		checkWhole(t, onFile(t, target), done.Users)
	}
	stop()
	writers.Wait()
	target := filepath.Join(folder, "last")
	if _, err := BackUp(t.Context(), path, target); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.dump(), onFile(t, target).dump()); diff != "" {
		t.Errorf("the copy has other rows (-database +copy):\n%s", diff)
	}
	if drafts, err := filepath.Glob(filepath.Join(folder, "*.*.*")); err != nil || len(drafts) > 0 {
		t.Errorf("left behind: %v, %v", drafts, err)
	}
}

// checkWhole wants so many users, each with all that belongs to one.
func checkWhole(t *testing.T, f *fixture, users int64) {
	t.Helper()
	for _, query := range []string{
		`SELECT COUNT(*) FROM "Users"`, `SELECT COUNT(*) FROM "RolecallAccounts"`, `SELECT COUNT(DISTINCT "UserId") FROM "UserRoles"`,
		`SELECT COUNT(*) FROM "RolecallEvents" WHERE "Action" IN ('user.created', 'user.registered')`,
	} {
		if got := f.count(query); got != users {
			t.Errorf("%s: %d, want %d", query, got, users)
		}
	}
}

// A backup in the place of the database, with the secret beside it, goes on where
// the database was, tokens included.
func TestRestore(t *testing.T) {
	t.Parallel()
	url := func(path string) Settings {
		s := defaults(t)
		s.DatabaseURL = "sqlite:" + path
		return s
	}
	path, restored := filepath.Join(t.TempDir(), "rolecall.db"), filepath.Join(t.TempDir(), "rolecall.db")
	before, err := LoadConfig(url(path), true)
	if err != nil {
		t.Fatal(err)
	}
	withSecret := func(cfg Config) func(*Config) { return func(c *Config) { c.Secret = cfg.Secret } }
	f := newFixture(t, modeltest.Open(t, "sqlite:"+path), withSecret(before))
	f.cast()
	ann, session := f.begin("ann")
	token, _, err := f.Tokens.Issue(ann, session)
	if err != nil {
		t.Fatal(err)
	}
	done, err := BackUp(t.Context(), path, restored)
	if err != nil || done.Secret != restored+".jwt-secret" {
		t.Fatalf("BackUp = %+v, %v, want the secret beside the copy", done, err)
	}
	after, err := LoadConfig(url(restored), true)
	if err != nil || !bytes.Equal(before.Secret, after.Secret) {
		t.Fatalf("the secret of the backup is another, or %v", err)
	}
	g := newFixture(t, modeltest.Open(t, "sqlite:"+restored), withSecret(after))
	if actor, err := g.Tokens.Authenticate(t.Context(), models.Actor{}, token, models.APISession); err != nil || actor.User.Username != "ann" {
		t.Errorf("a token from before = %v, %v, want ann's", actor.User.Username, err)
	}
	g.create("carl", models.UserRole)
}

// What is there is never overwritten, and what fails leaves nothing behind.
func TestBackUpRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "rolecall.db")
	modeltest.Open(t, "sqlite:"+path)
	damaged := filepath.Join(folder, "damaged.db")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) string {
		t.Helper()
		full := filepath.Join(folder, name)
		if err := os.WriteFile(full, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return full
	}
	write("damaged.db", append(content[:100:100], bytes.Repeat([]byte("x"), 8192)...))
	write("taken", nil)
	write("beside.jwt-secret", nil)
	write("log-wal", nil)
	for _, tt := range []struct{ name, from, to, want string }{
		{"a name that is taken", path, filepath.Join(folder, "taken"), "is there already"},
		{"a secret's name that is taken", path, filepath.Join(folder, "beside"), "is there already"},
		{"a log that would be taken for the copy's", path, filepath.Join(folder, "log"), "is there already"},
		{"the database itself", path, path, "is there already"},
		{"no such database", filepath.Join(folder, "nothing.db"), filepath.Join(folder, "new"), "no such file"},
		{"no such folder", path, filepath.Join(folder, "no", "such", "file"), "no such file"},
		{"no database", damaged, filepath.Join(folder, "new"), "copy the database"},
	} {
		if _, err := BackUp(t.Context(), tt.from, tt.to); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: BackUp = %v, want …%s…", tt.name, err, tt.want)
		}
	}
	for _, pattern := range []string{"new*", "nothing*", "*.*.*"} {
		if left, err := filepath.Glob(filepath.Join(folder, pattern)); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	if kept, err := os.ReadFile(filepath.Join(folder, "taken")); err != nil || len(kept) > 0 {
		t.Errorf("the file that was there holds %d bytes, %v", len(kept), err)
	}
}
