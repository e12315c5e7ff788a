package tds

import (
	"bytes"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"
)

// TestMalformed sends what no driver does: the connection ends, the server lives.
func TestMalformed(t *testing.T) {
	server := Start(t)
	seed := rand.New(rand.NewPCG(1, 2))
	for kind := range 20 {
		for _, size := range []int{0, 1, 5, 40, 200} {
			body := make([]byte, size)
			for i := range body {
				body[i] = byte(seed.Uint32())
			}
			client, err := net.Dial("tcp", server.listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			prelogin := []byte{packetPrelogin, statusLast, 0, headerSize, 0, 0, 1, 0}
			header := []byte{byte(kind), statusLast, 0, byte(headerSize + size), 0, 0, 1, 0}
			client.Write(append(append(prelogin, header...), body...))
			client.Close()
			parseRPC(body)
			parseLogin(body)
			parseTransactionRequest(body)
		}
	}
}

func FuzzRPC(f *testing.F) {
	f.Add([]byte{4, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 0, 0, 0, wireNVarChar, 8, 0, 1, 2, 3, 4, 5, 2, 0, 'x', 0})
	f.Fuzz(func(_ *testing.T, body []byte) { parseRPC(body) })
}

func FuzzParse(f *testing.F) {
	f.Add(`SELECT TOP (1) a.[x], N'y' AS "z" FROM t AS a WHERE (a.x + 1) * 2 > 3 OR EXISTS (SELECT 1) ORDER BY 1 OFFSET 0 ROWS`)
	f.Add(`CREATE TABLE t (a INT IDENTITY(1,1) PRIMARY KEY, b NVARCHAR(MAX) COLLATE Latin1_General_CS_AS DEFAULT ('x'))`)
	f.Fuzz(func(_ *testing.T, text string) { parseBatch(text) })
}

func TestPackets(t *testing.T) {
	tokens := bytes.Repeat([]byte{7}, 3000)
	var wire bytes.Buffer
	if err := writeReply(&wire, 512, tokens); err != nil {
		t.Fatal(err)
	}
	m, err := readMessage(&wire)
	if err != nil || m.kind != packetReply || !bytes.Equal(m.body, tokens) {
		t.Errorf("got %d bytes of type %d, %v", len(m.body), m.kind, err)
	}
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		value, pattern string
		escape         rune
		want           bool
	}{
		{"Bob", "b%", 0, true}, {"Bob", "b_b", 0, true}, {"Bob", "[^b]%", 0, false}, {"5%", `5\%`, '\\', true}, {"55", `5\%`, '\\', false},
		{"a-b", "a[-]b", 0, true}, {"[x]", "[[]x]", 0, true}, {"", "%", 0, true}, {"abcabd", "%ab_", 0, true}, {"x", "[", 0, false},
	} {
		if got := like(tt.value, tt.pattern, tt.escape, true, true); got != tt.want {
			t.Errorf("like(%q, %q) = %v", tt.value, tt.pattern, got)
		}
	}
}

func TestTimes(t *testing.T) {
	moment := time.Date(2026, 12, 31, 23, 59, 59, 997654321, time.FixedZone("", -5400))
	for _, tt := range []struct {
		typ  sqlType
		want string
	}{
		{sqlType{name: "DATE"}, "2026-12-31"},
		{sqlType{name: "DATETIME"}, "2026-12-31 23:59:59.9970000"},
		{sqlType{name: "SMALLDATETIME"}, "2027-01-01 00:00:00.0000000"},
		{sqlType{name: "DATETIME2", scale: 3}, "2026-12-31 23:59:59.9980000"},
		{typeOffset, "2027-01-01 01:29:59.9976543 -01:30"},
	} {
		text := formatTime(moment, tt.typ)
		if text != tt.want {
			t.Errorf("%s: %s, want %s", tt.typ.name, text, tt.want)
		}
		if tt.typ.name == "DATE" {
			continue
		}
		parsed, ok := parseTime(text)
		kind := wireTypes[tt.typ.name][0]
		back, decoded := decodeTime(kind, tt.typ.scale, encodeTime(tt.typ, parsed))
		if !ok || !decoded || back.Sub(parsed).Abs() > 4*time.Millisecond {
			t.Errorf("%s: %v comes back as %v", tt.typ.name, parsed, back)
		}
	}
}

// TestNesting has parentheses whose end tells what they hold.
func TestNesting(t *testing.T) {
	for _, n := range []int{60, 5000} {
		for _, text := range []string{
			"SELECT 1 WHERE " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) + " = 1",
			"SELECT 1 WHERE " + strings.Repeat("(", n) + "1 = 1" + strings.Repeat(")", n),
			"SELECT 1 WHERE " + strings.Repeat("(", n) + "1 x",
			strings.Repeat("SELECT 1 WHERE (", n),
			"SELECT 1 WHERE " + strings.Repeat("(CASE WHEN (", n) + "1",
			"SELECT 1 WHERE " + strings.Repeat("(SELECT 1 WHERE ", n) + "1",
		} {
			start := time.Now()
			parseBatch(text)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%.40s with %d took %v", text, n, took)
			}
		}
	}
}
