package routes

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// Pages are packed for whoever takes it so, refusals too, and say that they
// differ; the API's answers are left alone.
func TestPagesArePacked(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, tt := range []struct {
		name, who, call, accept string
		packed, page            bool
	}{
		{"a page", "", "GET /login", "gzip", true, true},
		{"as browsers ask", "root", "GET /admin/users", "gzip, deflate, br, zstd", true, true},
		{"not asked", "root", "GET /admin/users", "", false, true},
		{"another way", "root", "GET /admin/users", "br, zstd", false, true},
		{"refused", "root", "GET /admin/users", "gzip;q=0", false, true},
		{"a page that is not there", "root", "GET /admin/nothing", "gzip", true, true},
		{"a form that is refused", "", "POST /login", "gzip", true, true},
		{"the API", "", "GET /openapi.json", "gzip", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.page(t, tt.who, tt.call, "", "Accept: text/html", "Accept-Encoding: "+tt.accept)
			if got := a.Header.Get("Content-Encoding"); (got == "gzip") != tt.packed || !tt.packed && got != "" {
				t.Errorf("Content-Encoding is %q, want gzip %t", got, tt.packed)
			}
			if got := a.Header.Get("Vary"); strings.Contains(got, "Accept-Encoding") != tt.page {
				t.Errorf("Vary is %q", got)
			}
			if text := unpacked(t, a, tt.packed); tt.page && !strings.HasSuffix(strings.TrimSpace(text), "</html>") {
				t.Errorf("the page is %.200q", text)
			}
		})
	}
}

func unpacked(t *testing.T, a answer, packed bool) string {
	t.Helper()
	if !packed {
		return a.body
	}
	reader, err := gzip.NewReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if 3*len(a.body) > len(text)*2 {
		t.Errorf("%d bytes are packed into %d", len(text), len(a.body))
	}
	return string(text)
}
