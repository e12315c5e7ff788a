package routes

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// onFile serves on an SQLite file, whose path it returns.
func onFile(t *testing.T) (o *outage, path string) {
	t.Helper()
	url := modeltest.Engines()[0].URL(t)
	path, _ = models.IsSQLite(url)
	return serveAt(t, url), path
}

// register asks for an account, and wants that status.
func (o *outage) register(t *testing.T, name string, status int) answer {
	t.Helper()
	a := o.call(t, "", "POST /register", strings.ReplaceAll(attempts[4].body, "NAME", name)).want(t, "register "+name, status)
	if status == 201 {
		o.opened = append(o.opened, name)
	}
	return a
}

// checkReads wants what only reads to be answered.
func (o *outage) checkReads(t *testing.T) {
	t.Helper()
	for _, call := range []string{"GET /users/me", "GET /users", "GET /audit"} {
		o.call(t, "root", call, "").want(t, call, 200)
	}
}

// TestFull: without space nothing is written, and nothing by halves; who reads goes on,
// and so do all once there is some again.
func TestFull(t *testing.T) {
	t.Parallel()
	o, _ := onFile(t)
	pragma := func(text string) {
		t.Helper()
		if err := o.db.Tx(t.Context(), func(tx *gorm.DB) error { return tx.Exec(text).Error }); err != nil {
			t.Fatal(err)
		}
	}
	o.page(t, "root", "GET /admin/users", "").want(t, "the list", 200) // has signed in by now
	pragma("PRAGMA max_page_count = 1")                                // as many as there are
	refused := answer{}
	for i := 0; refused.Response == nil; i++ {
		a := o.call(t, "", "POST /register", strings.ReplaceAll(attempts[4].body, "NAME", fmt.Sprint("full", i)))
		if a.StatusCode == 201 {
			o.opened = append(o.opened, fmt.Sprint("full", i))
			continue
		}
		refused = a.want(t, "register", 503)
	}
	if !strings.Contains(refused.body, "no space left") || refused.Header.Get("Retry-After") == "" {
		t.Errorf("the refusal is %s", refused.body)
	}
	if !strings.Contains(o.log.String(), "database or disk is full") {
		t.Errorf("the log does not say why:\n%s", o.log)
	}
	o.checkReads(t)
	o.checkUsers(t)
	o.sendFile(t)
	pragma("PRAGMA max_page_count = 1000000")
	o.register(t, "later", 201)
	o.checkUsers(t)
}

// sendFile sends an import, of which nothing is kept.
func (o *outage) sendFile(t *testing.T) {
	t.Helper()
	var rows strings.Builder
	rows.WriteString("username,email,first_name\n")
	for i := range 3000 {
		fmt.Fprintf(&rows, "import%d,import%d@example.com,%s\n", i, i, strings.Repeat("x", 100))
	}
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"u.csv\"\r\nContent-Type: text/csv\r\n\r\n" + rows.String() + "\r\n--b--\r\n"
	o.send(t, o.request(t, "POST /admin/users/import", body, "Cookie: rolecall="+o.token("root", models.ConsoleSession),
		"Content-Type: multipart/form-data; boundary=b", "Sec-Fetch-Site: same-origin")).want(t, "send a file", 503)
	for _, table := range []string{"RolecallImports", "RolecallImportPieces"} {
		var count int64
		if err := o.db.Read(t.Context()).Table(table).Count(&count).Error; err != nil || count > 0 {
			t.Errorf("%s has %d rows, %v, after a file that did not fit", table, count, err)
		}
	}
}

// TestFileGone: nothing is written to a file that was moved, and would be lost. It is
// said once that it is gone, and once that it is back.
func TestFileGone(t *testing.T) {
	t.Parallel()
	o, path := onFile(t)
	move := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Skipf("skipped: an open file can't be moved here: %v", err)
		}
	}
	o.register(t, "before", 201)
	for _, replaced := range []bool{false, true} {
		move(path, path+".away")
		if replaced {
			if err := os.WriteFile(path, []byte("another file"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			o.register(t, "meanwhile", 503)
			o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 503)
		}
		o.checkReads(t)
		move(path+".away", path)
		o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 200)
	}
	o.register(t, "after", 201)
	o.checkUsers(t)
	if text := o.watch.String(); strings.Count(text, "was moved, deleted or replaced") != 2 || strings.Count(text, "the database file is back") != 2 {
		t.Errorf("the log has not two lines for the ends and two for the returns:\n%s", text)
	}
}

// TestFileOverwritten: a file that is no database any more is none of our faults.
func TestFileOverwritten(t *testing.T) {
	t.Parallel()
	o, path := onFile(t)
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, make([]byte, info.Size()), 0o600); err != nil {
			t.Skipf("skipped: an open file can't be overwritten here: %v", err)
		}
	}
	if err := os.WriteFile(path+"-shm", make([]byte, 32768), 0o600); err != nil {
		t.Fatal(err)
	}
	o.register(t, "joe", 503)
	o.call(t, "root", "GET /users", "").want(t, "the list", 503)
	o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 503)
	o.send(t, o.request(t, "GET /healthz", "")).want(t, "healthz", 200)
}

// TestFileLocked: another program holds the file for longer than anybody waits.
func TestFileLocked(t *testing.T) {
	t.Parallel()
	o, path := onFile(t)
	other := modeltest.Open(t, "sqlite:"+path)
	err := other.Tx(t.Context(), func(tx *gorm.DB) error {
		if counts := o.storm(t, 10); counts[503] != 6 || counts[200] != 4 {
			t.Errorf("while the file is locked the answers are %v, want 4 who read and 6 who are told to come again", counts)
		}
		o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 200)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if counts := o.storm(t, 10); counts[503] > 0 {
		t.Errorf("once it is free the answers are %v, want no 503", counts)
	}
	o.checkUsers(t)
}
