package routes

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rolecall/models/modeltest"
)

// exchange sends text as it stands, says that no more comes, and reads all the
// answers until the connection is closed.
func (s *server) exchange(t testing.TB, text string) []answer {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	defer conn.Close()
	go func() { // who answers early may not have read all of it
		_, _ = io.WriteString(conn, text)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	var answers []answer
	for reader := bufio.NewReader(conn); ; {
		if _, err := reader.Peek(1); errors.Is(err, io.EOF) {
			return answers
		}
		request := &http.Request{URL: &url.URL{Path: "/"}} // as a Response has it
		if len(answers) == 0 {
			request.Method, _, _ = strings.Cut(text, " ")
		}
		response, err := http.ReadResponse(reader, request)
		if err != nil {
			t.Fatalf("answer %d to %.80q: %v", len(answers)+1, text, err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatalf("the body of answer %d to %.80q: %v", len(answers)+1, text, err)
		}
		answers = append(answers, answer{response, string(body)})
		if response.StatusCode >= 200 {
			checkHeaders(t, answers[len(answers)-1], s.cfg.Secure())
			checkWords(t, answers[len(answers)-1])
		}
	}
}

func statuses(answers []answer) []int {
	var list []int
	for _, a := range answers {
		list = append(list, a.StatusCode)
	}
	return list
}

// second is a request that comes behind another. It is answered as its own (401), or
// not at all: what is in it is never taken for a part of another, nor the other's
// body for a request.
const second = "GET /users/me HTTP/1.1\r\nHost: x\r\nX-Second: canary\r\n\r\n"

// TestNoSmuggling: where two programs could differ on where a request ends, it is
// refused, and nothing behind it is answered on that connection.
func TestNoSmuggling(t *testing.T) {
	t.Parallel()
	s := one(t)
	post := func(head, body string) string {
		return "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" + head + "\r\n" + body
	}
	hidden := "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, tt := range []struct {
		name, text string
		want       []int // nil for refused and closed
	}{
		{"one after the other", post("Content-Length: 3\r\n", "a=b"), []int{400, 401}},
		{"the same length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"a list of lengths", post("Content-Length: 3, 3\r\n", "a=b"), nil},
		{"two lengths", post("Content-Length: 3\r\nContent-Length: 0\r\n", "a=b"), nil},
		{"a plus", post("Content-Length: +3\r\n", "a=b"), nil},
		{"a length in hexadecimal", post("Content-Length: 0x3\r\n", "a=b"), nil},
		{"a length beyond all", post("Content-Length: 99999999999999999999\r\n", "a=b"), nil},
		{"length and chunks", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"+hidden), nil},
		{"chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "3\r\na=b\r\n0\r\n\r\n"), nil},
		{"chunks twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\n\r\n"), nil},
		{"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), nil},
		{"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), nil},
		{"xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), nil},
		{"identity", post("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"an encoding with a tab", post("Transfer-Encoding:\tchunked\r\n", "3\r\na=b\r\n0\r\n\r\n"), []int{400, 401}},
		{"an encoding with a vertical tab", post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n"), nil},
		{"an encoding in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), nil},
		{"a blank before the colon", post("Transfer-Encoding : chunked\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"a blank before the colon of a length", post("Content-Length : 3\r\n", "a=b"), nil},
		{"a folded line", post("X-Folded: a\r\n b\r\nContent-Length: 3\r\n", "a=b"), []int{400, 401}},
		{"a folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), []int{400, 401}},
		{"a line of its own feed", post("X-A: b\nContent-Length: 3\r\n", "a=b"), []int{400, 401}},
		{"a carriage return alone", post("X-A: b\rContent-Length: 0\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"NUL in a value", post("X-A: b\x00c\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"NUL in a name", post("X\x00A: b\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"a name with a blank", post("X A: b\r\nContent-Length: 3\r\n", "a=b"), []int{400, 401}},
		{"a line that begins with a colon", post(": b\r\nContent-Length: 3\r\n", "a=b"), nil},
		{"a chunk below zero", post("Transfer-Encoding: chunked\r\n", "-3\r\na=b\r\n0\r\n\r\n"), nil},
		{"a chunk beyond all", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\na=b\r\n0\r\n\r\n"), nil},
		{"a chunk that wraps around", post("Transfer-Encoding: chunked\r\n", "10000000000000003\r\na=b\r\n0\r\n\r\n"), nil},
		{"a chunk with 0x", post("Transfer-Encoding: chunked\r\n", "0x3\r\na=b\r\n0\r\n\r\n"), nil},
		{"a chunk with an extension", post("Transfer-Encoding: chunked\r\n", "3;a=b\r\na=b\r\n0\r\n\r\n"), []int{400, 401}},
		{"a chunk with an extension and a line feed", post("Transfer-Encoding: chunked\r\n", "3;\na=b\r\n0\r\n\r\n"), nil},
		{"a chunk that is longer than it says", post("Transfer-Encoding: chunked\r\n", "3\r\na=bc\r\n0\r\n\r\n"), nil},
		{"a chunk without its end", post("Transfer-Encoding: chunked\r\n", "3\r\na=b0\r\n\r\n"), nil},
		{"a trailer", post("Transfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\nX-A: b\r\n\r\n"), []int{400, 401}},
		{"a trailer with a length", post("Transfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\nContent-Length: 50\r\n\r\n"), nil},
		{"chunks of HTTP 1.0", strings.Replace(post("Transfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\n\r\n"), "HTTP/1.1", "HTTP/1.0", 1), nil},
		{"a body of GET", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(hidden)) + "\r\n\r\n" + hidden, []int{200, 401}},
		{"chunks of GET", "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{200, 401}},
		{"a body of HEAD", "HEAD /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(hidden)) + "\r\n\r\n" + hidden, []int{200, 401}},
		{"an unknown method with a body", "CANARY /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + fmt.Sprint(len(hidden)) + "\r\n\r\n" + hidden, []int{400, 401}},
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", []int{404, 401}},
		{"an upgrade", "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n", []int{200, 401}},
		{"refused by another site's form", strings.Replace(post("Sec-Fetch-Site: cross-site\r\nContent-Length: 3\r\n", "a=b"), "/token", "/login", 1), []int{403, 401}},
		{"refused unread", "POST " + importPath + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: " + fmt.Sprint(len(hidden)) + "\r\n\r\n" + hidden, []int{415, 401}},
		{"refused as too large", post(fmt.Sprintf("Content-Length: %d\r\n", bodyMax+1), strings.Repeat(hidden, bodyMax/len(hidden)+1)[:bodyMax+1]), []int{413}},
		{"continued", post("Expect: 100-continue\r\nContent-Length: 3\r\n", "a=b"), []int{100, 400, 401}},
		{"not continued", post(fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d\r\n", bodyMax+1), ""), []int{413}},
		{"other expectations", post("Expect: wonders\r\nContent-Length: 3\r\n", "a=b"), []int{400, 401}},
		{"blank lines between", post("Content-Length: 3\r\n", "a=b") + "\r\n\r\n", []int{400, 401}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == nil {
				tt.want = []int{http.StatusBadRequest}
			}
			if got := statuses(s.exchange(t, tt.text+second)); !slices.Equal(got, tt.want) {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// TestOtherProtocols: what is no request of HTTP 1 is told so and sent away, and its
// variants are answered.
func TestOtherProtocols(t *testing.T) {
	t.Parallel()
	s := one(t)
	const host = "\r\nHost: x\r\n"
	for _, tt := range []struct {
		name, text string
		want       []int
	}{
		{"HTTP 0.9", "GET /healthz\r\n", []int{400}},
		{"HTTP 1.0", "GET /healthz HTTP/1.0" + host + "\r\n" + second, []int{200}},
		{"HTTP 1.0 without a host", "GET /healthz HTTP/1.0\r\n\r\n", []int{200}},
		{"HTTP 1.0, kept alive", "GET /healthz HTTP/1.0" + host + "Connection: keep-alive\r\n\r\n" + second, []int{200, 401}},
		{"HTTP 1.1, not kept alive", "GET /healthz HTTP/1.1" + host + "Connection: close\r\n\r\n" + second, []int{200}},
		{"HTTP 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{400}},
		{"TLS", "\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + strings.Repeat("\x00", 190) + "\r\n\r\n", []int{400}},
		{"SSH", "SSH-2.0-OpenSSH_9.6\r\n", []int{400}},
		{"a method in small letters", "get /healthz HTTP/1.1" + host + "\r\n", []int{400}},
		{"blanks between", "GET  /healthz  HTTP/1.1" + host + "\r\n", []int{400}},
		{"NUL in the path", "GET /healthz\x00 HTTP/1.1" + host + "\r\n", []int{400}},
		{"a tab in the path", "GET /health\tz HTTP/1.1" + host + "\r\n", []int{400}},
		{"a carriage return in the path", "GET /health\rz HTTP/1.1" + host + "\r\n", []int{400}},
		{"another server's address", "GET http://evil.example/healthz HTTP/1.1" + host + "\r\n", []int{200}},
		{"an address without a path", "GET evil.example:443 HTTP/1.1" + host + "\r\n", []int{400}},
		{"an empty host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", []int{400}},
		{"a host with a path", "GET /healthz HTTP/1.1\r\nHost: x/y\r\n\r\n", []int{400}},
		{"many headers", "GET /healthz HTTP/1.1" + host + strings.Repeat("A: b\r\n", 2000) + "\r\n", []int{200}},
		{"too many headers", "GET /healthz HTTP/1.1" + host + strings.Repeat("A: b\r\n", 200_000) + "\r\n" + second, []int{431}},
		{"a megabyte of address", "GET /" + strings.Repeat("a", 1<<20) + " HTTP/1.1" + host + "\r\n" + second, []int{431}},
		{"nothing", "", nil},
		{"a piece", "GET /healthz HT", []int{400}},
		{"a piece of a body", "POST /token HTTP/1.1" + host + "Content-Length: 10\r\n\r\na=b", []int{400}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := statuses(s.exchange(t, tt.text)); !slices.Equal(got, tt.want) {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// TestNoSplitting: nothing that a client writes begins a header or an answer of its
// own, nor a cookie.
func TestNoSplitting(t *testing.T) {
	t.Parallel()
	s := one(t)
	form := func(path, body string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	}
	for _, split := range []string{"%0d%0aX-Split:%201", "%0aX-Split:%201", "%0dX-Split:%201", "%00%0d%0aX-Split:1", "%e5%98%8a%e5%98%8dX-Split:%201", "%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0aX-Split:%201%0d%0a%0d%0a", "%3b%20X-Split%3d1"} {
		for _, text := range []string{
			"GET /" + split + " HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /admin/" + split + "?a=" + split + " HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /static/" + split + " HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /admin HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + split + "\r\nCookie: rolecall=" + split + "; rolecall-device=" + split + "\r\n\r\n",
			form("/login", "username=ann&password=correct+horse+battery&next=/"+split),
			form("/login?next=/"+split, "username=ann&password=correct+horse+battery&next="+split),
			form("/language", "language=de&next=/account"+split), form("/language", "language=de"+split+"&next=/"),
			form("/register", "username=a"+split+"&email=a"+split+"@example.com&password=correct+horse+battery"),
		} {
			answers := s.exchange(t, text)
			if len(answers) != 1 || answers[0].Header.Get("X-Split") != "" || answers[0].cookie("X-Split") != nil || answers[0].StatusCode >= 500 {
				t.Errorf("%.120q: got %d %v", text, statuses(answers), answers[0].Header)
			}
		}
	}
}

// TestSlowHeader: who sends a header byte by byte, or a part of it, is told so when
// the time for a request is over, and so is who sends nothing at all.
func TestSlowHeader(t *testing.T) {
	t.Parallel()
	s := build(t, modeltest.NewDB(t))
	s.app.Server().ReadTimeout = 300 * time.Millisecond
	s.listen()
	for _, text := range []string{"", "GET", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " + strings.Repeat("a", 10_000)} {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() {
			for _, letter := range []byte(text) {
				if _, err := conn.Write([]byte{letter}); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		got, err := io.ReadAll(conn)
		if answer := string(got); err != nil || !strings.HasPrefix(answer, "HTTP/1.1 408 ") || strings.Count(answer, "HTTP/1.1") != 1 {
			t.Errorf("%.20q: %v %.100q, want 408 and the end", text, err, answer)
		}
	}
}
