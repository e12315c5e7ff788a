package routes

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/services"
)

const readyHash = "$2b$04$ZQ5jXc1yQbBb0aF1d0s0UuJ0n0m5l0k0j0h0g0f0d0s0a0q0w0e0r"

// multi is a form with a file, and its Content-Type.
func multi(existing, name, content string) (body, contentType string) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("existing", existing)
	file, _ := w.CreateFormFile("file", name)
	_, _ = io.WriteString(file, strings.ReplaceAll(content, "HASH", readyHash))
	_ = w.Close()
	return form.String(), w.FormDataContentType()
}

// upload sends a form with a file from that user's browser.
func (s *server) upload(t testing.TB, who, body, contentType string) answer {
	t.Helper()
	return s.send(t, s.request(t, "POST "+importPath, body, "Content-Type: "+contentType, "Sec-Fetch-Site: same-origin",
		"Cookie: "+s.cookieName()+"="+s.token(who, models.ConsoleSession)))
}

// sends sends the file and returns the address of its page.
func (s *server) sends(t testing.TB, existing, content string) string {
	t.Helper()
	body, contentType := multi(existing, "staff.csv", content)
	return s.upload(t, "root", body, contentType).want(t, "send a file", http.StatusSeeOther).Header.Get("Location")
}

// TestImport: a file is sent, checked, and written, once the admin says so.
func TestImport(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		before := s.dump()
		path := s.sends(t, "update", "username;email;first_name;roles;password_hash\nkim;kim@example.com;Kim;Editor;HASH\nann;ann@example.com;Anna;User;\nleo;leo@example.com;;User;\n")
		page := s.page(t, "root", "GET "+path, "").want(t, "the page", 200)
		page.shows(t, "the check", "Import staff.csv?", "Import 2 users", "A new account needs a hash of its password.")
		if got := newEvents(before, s.dump()); len(got) > 0 || len(s.dump()["Users"]) != len(before["Users"]) {
			t.Errorf("the check wrote %q", got)
		}
		report := s.page(t, "root", "GET "+path+"/report", "").want(t, "the report", 200)
		if report.body != "line,column,fault\r\n4,password_hash,A new account needs a hash of its password.\r\n" {
			t.Errorf("the report is %q", report.body)
		}
		for _, other := range []string{"", "/report"} {
			s.page(t, "ann", "GET "+path+other, "").want(t, "a user's look", 403)
		}
		s.page(t, "root", "POST "+path, "").want(t, "import", http.StatusSeeOther)
		s.page(t, "root", "GET "+path, "").want(t, "the page", 200).shows(t, "the result", "staff.csv is imported", "To the users")
		if got := strings.Join(newEvents(before, s.dump()), ", "); got != "root user.created kim, root user.updated ann" {
			t.Errorf("events are %s", got)
		}
		s.page(t, "root", "POST "+path, "").want(t, "import again", 422)
		s.page(t, "root", "POST "+path+"/stop", "").want(t, "stop what is over", http.StatusSeeOther)
		s.page(t, "root", "POST "+path+"/delete", "").want(t, "discard", http.StatusSeeOther)
		s.page(t, "root", "GET "+path, "").want(t, "the page of what was discarded", 404)
	})
}

// TestImportForms: what is sent instead of a good form, and what the page says.
func TestImportForms(t *testing.T) {
	t.Parallel()
	s := one(t)
	good, goodType := multi("skip", "staff.csv", "username\nroot\n")
	for _, tt := range []struct {
		name, body, contentType string
		status                  int
		says                    string
	}{
		{"good", good, goodType, 303, ""},
		{"urlencoded", "existing=skip&file=username", formType[len("Content-Type: "):], 415, ""},
		{"json", "{}", "application/json", 415, ""},
		{"no boundary", good, "multipart/form-data", 400, ""},
		{"another boundary", good, "multipart/form-data; boundary=xyz", 400, ""},
		{"cut short", good[:len(good)-20], goodType, 400, ""},
		{"cut in the file", good[:strings.Index(good, "root")], goodType, 400, ""},
		{"empty", "", goodType, 400, ""},
		{"no file", "--x\r\nContent-Disposition: form-data; name=\"existing\"\r\n\r\nskip\r\n--x--\r\n", "multipart/form-data; boundary=x", 422, "Choose a file."},
		{"a large head", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + strings.Repeat("x", 11<<20) + "\"\r\n\r\nusername\r\n--x--\r\n", "multipart/form-data; boundary=x", 400, ""},
		{"a large field", "--x\r\nContent-Disposition: form-data; name=\"existing\"\r\n\r\n" + strings.Repeat("x", 1<<20) + "\r\n--x--\r\n", "multipart/form-data; boundary=x", 422, "Choose a file."},
	} {
		a := s.upload(t, "root", tt.body, tt.contentType)
		if a.StatusCode != tt.status || !strings.Contains(a.body, tt.says) {
			t.Errorf("%s: got %d, want %d with %q\n%.2000s", tt.name, a.StatusCode, tt.status, tt.says, a.body)
		}
	}
	body, contentType := multi("maybe", "staff.csv", "username\nroot\n")
	s.upload(t, "root", body, contentType).want(t, "a choice that is none", 422).shows(t, "it", "Choose what to do with users who are there already.")
	s.upload(t, "ann", good, goodType).want(t, "a user's file", 403)
	s.faultless(t)
}

// TestImportFiles: whatever is in a file is taken, or refused in a sentence.
func TestImportFiles(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for i, tt := range []struct{ name, content, says string }{
			{"empty", "", "The first line has to name the columns."},
			{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00", "names no column"},
			{"a sheet", "PK\x03\x04\x14\x00" + strings.Repeat("\x00\xff", 5000), "names no column"},
			{"UTF-16", "\xff\xfeu\x00s\x00e\x00r\x00", "names no column"},
			{"Latin-1", "username;email;last_name;password_hash\nkim%d;kim%[1]d@example.com;M\xfcller;HASH\n", "This is no UTF-8."},
			{"a spreadsheet's", "\uFEFFusername;email;last_name;password_hash\r\nkim%d;kim%[1]d@example.com;Müller;HASH\r\n", "Import 1 user"},
			{"old lines", "username,email,password_hash\rkim%d,kim%[1]d@example.com,HASH\r", "names no column"},
			{"a NUL", "username,email,password_hash\nki\x00m,kim%d@example.com,HASH\n", "Use letters"},
			{"wrong columns", "name,mail\nkim,kim@example.com\n", "names no column"},
			{"passwords", "username,password\nkim,secret\n", "There is no column for passwords"},
			{"a long line", "username,email,password_hash\nkim,\"" + strings.Repeat("x", 10<<20), "longer than 64 KiB"},
			{"a long name", "username,email,password_hash\n" + strings.Repeat("x", 50_000) + ",kim@example.com,HASH\n", "Use 3 to 64 characters."},
			{"formulas", "username,email,first_name,password_hash\nkim%d,kim%[1]d@example.com,\"=cmd|' /C calc'!A0\",HASH\n", "Import 1 user"},
			{"markup", "username,email,first_name,password_hash\n<b>kim</b>,kim@example.com,<script>,HASH\n", "Use letters"},
			{"quotes", "username,email\n\"kim,kim@example.com\n\"leo\",x\n", "The quotes of this line do not match."},
		} {
			content := tt.content
			if strings.Contains(content, "%d") {
				content = fmt.Sprintf(content, i)
			}
			body, contentType := multi("skip", "<i>.csv", content)
			a := s.upload(t, "root", body, contentType)
			if a.StatusCode == http.StatusSeeOther {
				path := a.Header.Get("Location")
				if a = s.page(t, "root", "GET "+path, ""); strings.Contains(a.body, "Import 1 user") {
					s.page(t, "root", "POST "+path, "").want(t, tt.name+", import", http.StatusSeeOther)
					s.page(t, "root", "GET "+path, "").shows(t, tt.name, "<i>.csv is imported")
				}
			}
			if !strings.Contains(a.body, tt.says) || a.StatusCode >= 500 {
				t.Errorf("%s: got %d, want %q\n%.3000s", tt.name, a.StatusCode, tt.says, a.body)
			}
		}
		s.faultless(t)
	})
}

// TestImportOnTheWire: what a browser would not send gets an answer, and the next
// request is none of its bytes.
func TestImportOnTheWire(t *testing.T) {
	t.Parallel()
	s := one(t)
	form, contentType := multi("skip", "staff.csv", "username\nroot\n")
	head := func(more string) string {
		return "POST /admin/users/import HTTP/1.1\r\nHost: x\r\nContent-Type: " + contentType + "\r\nCookie: rolecall=" + s.token("root", models.ConsoleSession) + "\r\n" + more + "\r\n"
	}
	chunk := fmt.Sprintf("%x\r\n%s\r\n", len(form), form)
	for _, tt := range []struct {
		name, text string
		status     int
	}{
		{"as it should be", head(fmt.Sprintf("Content-Length: %d\r\n", len(form))) + form, 303},
		{"a length that is short", head(fmt.Sprintf("Content-Length: %d\r\n", len(form)-30)) + form, 400},
		{"two lengths", head(fmt.Sprintf("Content-Length: %d\r\nContent-Length: 5\r\n", len(form))) + form, 400},
		{"no length", head("") + form, 400},
		{"in chunks", head("Transfer-Encoding: chunked\r\n") + chunk + "0\r\n\r\n", 303},
		{"a chunk that is none", head("Transfer-Encoding: chunked\r\n") + fmt.Sprintf("%x\r\n%s\r\nxyz\r\n", 50, form[:50]), 400},
		{"packed", head(fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n", len(form))) + form, 415},
		{"another spelling", strings.Replace(head(fmt.Sprintf("Content-Length: %d\r\n", len(form))), "/admin/users/import", "/admin//users/import", 1) + form, 404},
		{"from another site", head(fmt.Sprintf("Sec-Fetch-Site: cross-site\r\nContent-Length: %d\r\n", len(form))) + form, 403},
		{"a form of another route in many chunks", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n" +
			strings.Repeat("1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", 17) + "0\r\n\r\n", 413},
		{"and in few", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n" +
			strings.Repeat("1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", 15) + "0\r\n\r\n", 422},
	} {
		if a := s.raw(t, tt.text); a.StatusCode != tt.status {
			t.Errorf("%s: got %d, want %d: %.1000s", tt.name, a.StatusCode, tt.status, a.body)
		}
	}
}

// TestImportLarge: a file that is larger than the most is read to its end and
// refused on the page, and no more of it was in memory than a piece. It is not
// parallel, as it weighs the heap.
func TestImportLarge(t *testing.T) {
	s := one(t)
	body, contentType := multi("skip", "staff.csv", "username\nMANY")
	begin, end, _ := strings.Cut(body, "MANY")
	most, size := int64(0), int64(services.ImportMax+5<<20)
	rows := &lines{left: size, each: func() { most = max(most, heap()) }}
	before := heap()
	r := s.request(t, "POST "+importPath, "", "Content-Type: "+contentType, "Sec-Fetch-Site: same-origin", "Cookie: rolecall="+s.token("root", models.ConsoleSession))
	r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(begin), rows, strings.NewReader(end))), int64(len(begin)+len(end))+size
	s.send(t, r).want(t, "a file that is too large", 422).shows(t, "it", "The file is larger than 64 MiB.", `id="f-file"`)
	if grown := most - before; grown > 16<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if left := s.dump()["RolecallImportPieces"]; len(left) > 0 {
		t.Errorf("%d pieces are kept", len(left))
	}
}

// lines are so many bytes of users, and a look now and then.
type lines struct {
	left int64
	each func()
}

func (l *lines) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), l.left))
	for i := range n {
		p[i] = "username\n"[i%9]
	}
	if l.left/(8<<20) != (l.left-int64(n))/(8<<20) {
		l.each()
	}
	l.left -= int64(n)
	return n, nil
}
