package routes

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// TestWire: requests that no client of net/http would send are refused, and
// nothing of them comes back.
func TestWire(t *testing.T) {
	t.Parallel()
	s := one(t)
	token := s.token("root", models.APISession)
	const marked = "X-Marked: canary\r\n"
	for _, tt := range []struct {
		name, text string
		status     int
	}{
		{"two lengths", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Content-Length: 6\r\nContent-Length: 7\r\n\r\ncanary", 400},
		{"a length that is none", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Content-Length: canary\r\n\r\n", 400},
		{"a negative length", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Content-Length: -6\r\n\r\ncanary", 400},
		{"an unknown encoding", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Transfer-Encoding: xchunked\r\n\r\ncanary", 400},
		{"a bad chunk", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Transfer-Encoding: chunked\r\n\r\ncanary\r\n", 400},
		{"no host", "GET /login HTTP/1.1\r\n" + marked + "\r\n", 400},
		{"two hosts", "GET /login HTTP/1.1\r\nHost: x\r\nHost: canary\r\n\r\n", 400},
		{"no version", "GET /canary\r\n\r\n", 400},
		{"a header without a colon", "GET /canary HTTP/1.1\r\nHost: x\r\ncanary\r\n\r\n", 400},
		{"a large header", "GET /canary HTTP/1.1\r\nHost: x\r\nCookie: canary=" + strings.Repeat("canary", 20<<10/6) + "\r\n\r\n", 431},
		{"a large path", "GET /" + strings.Repeat("canary", 20<<10/6) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		{"a large body", "POST /token HTTP/1.1\r\nHost: x\r\n" + marked + "Content-Length: 99999999\r\n\r\ncanary", 413},
		{"large chunks", "POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\ncanary" + strings.Repeat("x", 0x20000-6) + "\r\n0\r\n\r\n", 413},
		{"an unknown method", "CANARY /canary HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		{"a path that is none", "GET /users%zz?canary HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"a path of dots", "GET /canary/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"static dots", "GET /static/..%2f..%2fgo.mod?canary HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"a control character in the query", "GET /users?role=canary\x01&limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a delete in the query", "GET /users?role=canary\x7f HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a byte of no UTF-8", "GET /users?role=canary\xff&search=\xfe HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a percent sign in the query", "GET /users?role=canary%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a whole address", "GET http://evil.example/users?role=canary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"an address that is none", "GET http://[/users?role=canary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a colon", "GET :/users?role=canary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n", 0},
		{"a host that is none", "GET /login HTTP/1.1\r\nHost: can ary\r\n\r\n", 0},
		{"a star", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.raw(t, tt.text)
			if tt.status == 0 && a.StatusCode >= 500 || tt.status != 0 && a.StatusCode != tt.status {
				t.Errorf("got %d, want %d: %s", a.StatusCode, tt.status, a.body)
			}
			if strings.Contains(strings.ToLower(a.body), "canary") || strings.Contains(a.Header.Get("Location"), "canary") {
				t.Errorf("what was sent comes back: %s", a.body)
			}
		})
	}
	if strings.Contains(strings.ToLower(s.log.String()), "canary") {
		t.Errorf("what was sent is in the log:\n%s", s.log)
	}
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("a fault of ours:\n%s", s.log)
	}
}

// TestSlowBody: who sends a byte now and then is not waited for.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	s := build(t, modeltest.NewDB(t))
	s.app.Server().ReadTimeout = 200 * time.Millisecond
	s.listen()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatalf("write: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer to a slow body: %v", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestTimeout || response.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got %d %v, want 408 with the headers of security", response.StatusCode, response.Header)
	}
}

// TestProxy: whose address and scheme are believed.
func TestProxy(t *testing.T) {
	for _, tt := range []struct {
		name    string
		trusted []netip.Prefix
		head    []string
		want    string
	}{
		{"nobody is trusted", nil, []string{"X-Forwarded-For: 203.0.113.9", "X-Real-Ip: 203.0.113.9", "Forwarded: for=203.0.113.9"}, "127.0.0.1"},
		{"another proxy is", prefixes("10.0.0.0/8"), []string{"X-Forwarded-For: 203.0.113.9"}, "127.0.0.1"},
		{"no header", prefixes("127.0.0.0/8"), nil, "127.0.0.1"},
		{"one address", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: 203.0.113.9"}, "203.0.113.9"},
		{"the client wrote one", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: 6.6.6.6, 203.0.113.9"}, "203.0.113.9"},
		{"the client wrote a header", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 203.0.113.9"}, "203.0.113.9"},
		{"two proxies", prefixes("127.0.0.0/8", "10.0.0.0/8"), []string{"X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3"}, "203.0.113.9"},
		{"proxies alone", prefixes("127.0.0.0/8", "10.0.0.0/8"), []string{"X-Forwarded-For: 10.1.2.3"}, "10.1.2.3"},
		{"IPv6", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: 2001:db8::1"}, "2001:db8::1"},
		{"IPv4 in IPv6", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: ::ffff:203.0.113.9"}, "203.0.113.9"},
		{"rubbish", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: <script>"}, "127.0.0.1"},
		{"rubbish behind an address", prefixes("127.0.0.0/8"), []string{"X-Forwarded-For: 6.6.6.6, x"}, "127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := one(t, func(c *services.Config) { c.TrustedProxies = tt.trusted })
			head := append(tt.head, "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Request-ID: from-the-proxy")
			a := s.call(t, "root", "PUT /users/{ann}", `{"first_name":"X"}`, head...).want(t, "update", 200)
			event := parse[auditJSON](t, s.call(t, "root", "GET /audit?limit=1", "")).Items[0]
			if event.Address != tt.want {
				t.Errorf("the audit has the address %q, want %q", event.Address, tt.want)
			}
			trusted := len(tt.trusted) > 0 && tt.trusted[0].Contains(netip.MustParseAddr("127.0.0.1"))
			if id := a.Header.Get("X-Request-Id"); (id == "from-the-proxy") != trusted || event.RequestID != id {
				t.Errorf("the request id is %q, in the audit %q; the proxy is trusted: %t", id, event.RequestID, trusted)
			}
			in := s.page(t, "", "POST /login", credentials("ann", goodPassword), head...).want(t, "sign in", 303)
			if cookie := in.cookie("rolecall"); cookie == nil || cookie.Secure || strings.Contains(in.Header.Get("Location"), "evil") {
				t.Errorf("a header changes the scheme or the host: %v", in.Header)
			}
		})
	}
}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// TestKept: what is kept beyond a request is a copy: fasthttp uses the memory of
// a connection's last request for the next one.
func TestKept(t *testing.T) {
	t.Parallel()
	s := one(t, func(c *services.Config) { c.TrustedProxies = prefixes("127.0.0.0/8") })
	if !s.app.Config().Immutable {
		t.Error("the app is not immutable: what a handler keeps would change")
	}
	token := s.token("root", models.APISession)
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	names := []string{"Alices", "Bobbys", "Carols"}
	for i, name := range names {
		body := `{"role_name":"` + name + `"}`
		request, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/roles", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"},
			"X-Forwarded-For": {"203.0.113." + string(rune('1'+i))}, "X-Request-Id": {"request-" + name}, "User-Agent": {name}}
		if err := request.Write(conn); err != nil {
			t.Fatalf("write: %v", err)
		}
		response, err := http.ReadResponse(reader, request)
		if err != nil || response.StatusCode != 201 {
			t.Fatalf("create %s: %v %v", name, response, err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	events := parse[auditJSON](t, s.call(t, "root", "GET /audit?limit=3", "")).Items
	for i, name := range names {
		event := events[len(names)-1-i]
		if event.Target.Name != name || event.Address != "203.0.113."+string(rune('1'+i)) || event.RequestID != "request-"+name {
			t.Errorf("the event of %s is %+v", name, event)
		}
	}
}
