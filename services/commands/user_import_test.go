package commands

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// TestUserImport: what is printed of each file; never a hash.
func TestUserImport(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	head := "username,email,first_name,password_hash\n"
	good := head + "ann,ann@example.com,Ann," + string(hash) + "\n"
	bad := head + "ann,ann@example.com,," + string(hash) + "\nleo,leo@example.com,,\n"
	for i := range 60 {
		bad += fmt.Sprintf("%02d,,,canary\n", i)
	}
	path := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(path, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	counts := func(rows, created, same, skipped, refused int) string {
		return fmt.Sprintf("Rows: %d. Created: %d, updated: 0, as they were: %d, skipped: %d, refused: %d.\n", rows, created, same, skipped, refused)
	}
	url := "sqlite:" + filepath.Join(t.TempDir(), "rolecall.db")
	for _, tt := range []struct {
		name   string
		stdin  string
		run    UserImport
		stdout string
		err    string // "" for none
	}{
		{"dry", "", UserImport{File: path, DryRun: true}, "Nothing is changed. This is what would be done:\n" + counts(1, 1, 0, 0, 0), ""},
		{"from a file", "", UserImport{File: path}, counts(1, 1, 0, 0, 0), ""},
		{"again", "", UserImport{File: path, Existing: "skip"}, counts(1, 0, 0, 1, 0), ""},
		{"again, to update", "", UserImport{File: path, Existing: "update"}, counts(1, 0, 1, 0, 0), ""},
		{"faults", bad, UserImport{File: "-"}, "Line 3, password_hash: A new account needs a hash", "rows refused: 61"},
		{"many faults", bad, UserImport{File: "-"}, "And more faults: 81.\n" + counts(62, 0, 0, 1, 61), "rows refused: 61"},
		{"no head", "ann\n", UserImport{File: "-"}, "", "Cell 1 of the first line names no column"},
		{"no file", "", UserImport{File: path + "x"}, "", "no such file"},
	} {
		at, stdout, stderr := terminal(t, url)
		at.Stdin = strings.NewReader(tt.stdin)
		err := tt.run.Run(at)
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: Run = %v, want %q", tt.name, err, tt.err)
		}
		text := stdout.String()
		if !strings.Contains(text, tt.stdout) || tt.stdout == "" && text != "" || stderr.Len() > 0 {
			t.Errorf("%s: it prints %q and %q, want …%s…", tt.name, text, stderr, tt.stdout)
		}
		if strings.Contains(text, "$2a$") || strings.Contains(text, "canary") {
			t.Errorf("%s: a hash is told: %q", tt.name, text)
		}
	}
}

// TestMeter: how much of a file has been read, where its size is known.
func TestMeter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("0123"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m := meter(file)
	for _, want := range []int{25, 50, 75, 100} {
		if _, err := m.Read(make([]byte, 1)); err != nil || m.percent() != want {
			t.Errorf("percent = %d, %v, want %d", m.percent(), err, want)
		}
	}
	unknown := meter(strings.NewReader("x"))
	if n, err := io.Copy(io.Discard, unknown); n != 1 || err != nil || unknown.percent() != 0 {
		t.Errorf("of a reader without a size, %d bytes are %d percent, %v", n, unknown.percent(), err)
	}
}
