package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolecall/services"
)

// TestBackup: what is printed, and what is refused before anything is written.
func TestBackup(t *testing.T) {
	folder := t.TempDir()
	at, stdout, stderr := terminal(t, "sqlite:"+filepath.Join(folder, "rolecall.db"))
	if err := (Migrate{}).Run(at); err != nil {
		t.Fatal(err)
	}
	backup := func(name string) (path, size string) {
		t.Helper()
		stdout.Reset()
		path = filepath.Join(folder, name)
		if err := (Backup{File: path}).Run(at); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return path, fmt.Sprint(info.Size())
	}
	path, size := backup("one")
	want := "Copied to " + path + ", and checked (users: 0, bytes: " + size + ").\nThe secret that signs tokens is kept elsewhere, and is not in the backup.\n"
	if stdout.String() != want {
		t.Errorf("backup said %q, want %q", stdout, want)
	}
	if _, err := services.LoadConfig(at.Settings, true); err != nil { // makes the secret
		t.Fatal(err)
	}
	path, size = backup("two")
	want = "Copied to " + path + ", and checked (users: 0, bytes: " + size + ").\nThe secret that signs tokens is in " + path + ".jwt-secret: whoever reads it can sign in as anybody.\n"
	if stdout.String() != want {
		t.Errorf("backup said %q, want %q", stdout, want)
	}
	stdout.Reset()
	if err := (Backup{File: path}).Run(at); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("backup to the same file = %v, want a refusal", err)
	}
	for _, url := range []string{"postgres://127.0.0.1:1/x", "sqlserver://127.0.0.1:1"} { // where nobody listens
		server, _, _ := terminal(t, url)
		if err := (Backup{File: filepath.Join(folder, "three")}).Run(server); err == nil || !strings.Contains(err.Error(), "BACKUP DATABASE of SQL Server or pg_dump of PostgreSQL") {
			t.Errorf("backup of a server = %v, want its own tools named", err)
		}
	}
	if stdout.Len()+stderr.Len() > 0 {
		t.Errorf("backup said %q and %q besides", stdout, stderr)
	}
}
