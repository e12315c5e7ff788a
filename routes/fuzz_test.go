package routes

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
)

// A fuzzed server has its tokens beforehand: it may not be asked by way of the F
// while that is fuzzing.
type fuzzed struct {
	*server
	bearer string // the header of an admin's client
	cookie string // and of an admin's browser
}

func fuzzing(f *testing.F) fuzzed {
	f.Helper()
	s := one(f)
	s.document(f)
	return fuzzed{s, "Authorization: Bearer " + s.token("root", models.APISession), "Cookie: rolecall=" + s.token("root", models.ConsoleSession)}
}

// mark is a text that the seeds have wherever a client may write something, as a
// tag: it never comes back in a refusal, and on a page only as text.
const mark = "<canary"

// unknownField is what a refusal has of the client: a key that we do not know.
var unknownField = regexp.MustCompile(`"field":"(?:[^"\\]|\\.)*"`)

// checkHarmless: whatever was sent, the answer is none of a fault of ours, has
// nothing of it but as text of a page, and leads to no other site.
func checkHarmless(t *testing.T, a answer) {
	t.Helper()
	if a.StatusCode >= 500 {
		t.Fatalf("got %d: %s", a.StatusCode, a.body)
	}
	said := unknownField.ReplaceAllString(a.body, "")
	isPage := strings.HasPrefix(a.Header.Get("Content-Type"), "text/html")
	if isPage && strings.Contains(a.body, mark) || !isPage && a.StatusCode >= 400 && strings.Contains(said, mark[1:]) {
		t.Fatalf("what was sent comes back with %d: %s", a.StatusCode, a.body)
	}
	if to := a.Header.Get("Location"); to != "" && (localPath(to) == "" || !staysHere(to)) {
		t.Fatalf("%d leads to %q", a.StatusCode, to)
	}
}

// staysHere reports whether a browser reads the address as one on the same site. It
// leaves out tabs and line ends, and takes \ for / (WHATWG URL, 4.4).
func staysHere(address string) bool {
	address = strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(address)
	address = strings.TrimFunc(address, func(r rune) bool { return r <= ' ' })
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//")
}

// sendable reports whether text can be the value of a header, or a part of an
// address, so that what is sent is what is meant.
func sendable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d{3}) `)

// FuzzRequest: any bytes on the wire get answers, none of them with a fault of ours,
// and the end.
func FuzzRequest(f *testing.F) {
	s := fuzzing(f)
	for _, text := range []string{
		"GET /users?search=<canary HTTP/1.1\r\nHost: x\r\nBEARER\r\n\r\n",
		"POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /token HTTP/1.1\r\nHost: <canary\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\ncanary",
		"HEAD http://x/login HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\na=b",
		"PUT /users/%00%0d%0a HTTP/1.1\r\nHost: x\r\nBEARER\r\nX-A:\r\n b\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x00", "<canary\r\n\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := s.whole(t, bytes.ReplaceAll(text, []byte("BEARER"), []byte(s.bearer))) // each process that fuzzes has its own
		for _, status := range statusLine.FindAllStringSubmatch(got, -1) {
			if status[1] >= "500" {
				t.Fatalf("the answers are %q", got)
			}
		}
		if got != "" && !statusLine.MatchString(got[:min(len(got), 20)]) {
			t.Fatalf("the answers begin with %.80q", got)
		}
		if head, body, _ := strings.Cut(got, "\r\n\r\n"); strings.HasPrefix(head, "HTTP/1.1 4") && strings.Contains(body, mark) || strings.Contains(head, mark) {
			t.Fatalf("what was sent comes back: %q", got)
		}
	})
}

// whole sends the bytes, and nothing more, and returns all that comes back.
func (s *server) whole(t *testing.T, text []byte) string {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// FuzzPath: behind each path with a name in it, what names nothing is not found, and
// what names something is that.
func FuzzPath(f *testing.F) {
	s := fuzzing(f)
	paths := []string{
		"GET /users/%s", "GET /users/%s/sessions", "DELETE /users/me/sessions/%s", "DELETE /roles/%s", "GET /static/%s", "GET /%s",
		"GET /admin/users/%s", "GET /admin/users/%s/delete", "GET /admin/roles/%s", "GET /admin/acts/%s", "GET /admin/users/import/%s", "GET /admin/users/import/%s/report",
	}
	for i, name := range []string{"1", "2", "0", "-1", "+1", "01", "9223372036854775808", "1e3", "..", "../../go.mod", mark, "\x00", "\xff", "console.css", "%2e%2e", "a?b#c"} {
		f.Add(uint8(i), name)
	}
	f.Fuzz(func(t *testing.T, which uint8, name string) {
		path := paths[int(which)%len(paths)]
		if strings.Trim(name, ".") == "" {
			return // that is another path
		}
		if path == "DELETE /users/me/sessions/%s" && len(name) > 20 || path == "DELETE /roles/%s" && strings.ContainsAny(name, "123456789") {
			return // it might be what the next ones need
		}
		method, pattern, _ := strings.Cut(path, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+fmt.Sprintf(pattern, escaped(name)), nil)
		if err != nil {
			return
		}
		for _, header := range []string{s.bearer, s.cookie} {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
		}
		a := s.send(t, r)
		checkHarmless(t, a)
		id := strings.TrimLeft(name, "+0")
		if a.StatusCode < 300 && pattern != "/%s" && pattern != "/static/%s" && !slices.Contains([]string{"1", "2", "3", "4"}, id) && !slices.Contains([]string{"me", "new", "import", "bulk", "export"}, name) {
			t.Fatalf("%s with %q = %d", path, name, a.StatusCode)
		}
	})
}

// escaped has every byte of a path that is no letter or digit as %XX, but for the
// dots, which http.Client leaves alone.
func escaped(text string) string {
	var all strings.Builder
	for _, b := range []byte(text) {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '+' {
			all.WriteByte(b)
		} else {
			fmt.Fprintf(&all, "%%%02x", b)
		}
	}
	return all.String()
}

// FuzzQuery: whatever an address asks of a list, in either face, is a page of it or
// refused as the client's fault; the console leads from there to a page.
func FuzzQuery(f *testing.F) {
	s := fuzzing(f)
	paths := []string{"/users", "/audit", "/admin/users", "/admin/audit", "/admin/users/bulk", "/admin/users/export", "/admin/audit/export", "/login", "/setup"}
	for i, query := range []string{
		"search=<canary&limit=1&sort=-last_name", "actor=root&action=user.created&from=2026-01-01&to=2026-02-30", "search=%00%ff&role=Admin&role=User&status=locked",
		"user=2&limit=200&cursor=eyJvIjoiLWF0In0", "all=1&do=disable&search=a", "cursor=eyJvIjoidXNlcl9pZCIsImIiOnRydWUsImUiOnRydWV9", "limit=-1&limit=2", "next=//evil.example", "token=%3Ccanary", "sort=username%20DESC;--", "limit=99999999999999999999&user=-9223372036854775808",
	} {
		f.Add(uint8(i), query)
	}
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		if !sendable(query) || strings.ContainsAny(query, " #") || len(query) > 4096 {
			return
		}
		to := paths[int(which)%len(paths)] + "?" + query
		for hops := 0; to != ""; hops++ {
			if hops > 3 {
				t.Fatalf("it goes on to %q", to)
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+to, nil)
			if err != nil {
				return // net/http refuses such an address itself
			}
			for _, header := range []string{s.bearer, s.cookie} {
				name, value, _ := strings.Cut(header, ": ")
				r.Header.Set(name, value)
			}
			a := s.send(t, r)
			checkHarmless(t, a)
			to = a.Header.Get("Location")
		}
	})
}
