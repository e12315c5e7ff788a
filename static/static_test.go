package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]string{
		"console.css":                  `^/static/console\.[0-9a-f]{12}\.css$`,
		"vendor/tabler/tabler.min.css": `^/static/vendor/tabler/tabler\.min\.[0-9a-f]{12}\.css$`,
	} {
		if got := URL(name); !regexp.MustCompile(form).MatchString(got) {
			t.Errorf("URL(%q) = %q, want the form %s", name, got, form)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("URL of a file that is not there did not panic")
		}
	}()
	URL("nothing.css")
}

// TestFiles holds for every file: its own URL opens it, with a type, and the
// compressed form is the same content.
func TestFiles(t *testing.T) {
	t.Parallel()
	for name := range index().hashed {
		file, found := Open(strings.TrimPrefix(URL(name), "/static/"))
		if !found || file.ContentType == "" {
			t.Errorf("%s: found = %t, type %q", name, found, file.ContentType)
			continue
		}
		want, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(file.Bytes(), want) {
			t.Errorf("%s: Bytes is not the file", name)
		}
		if !bytes.Equal(unpack(t, file.Gzip()), want) {
			t.Errorf("%s: Gzip is not the file", name)
		}
		if file.ETag == file.GzipETag || !regexp.MustCompile(`^"[0-9a-f]{32}"$`).MatchString(file.ETag) {
			t.Errorf("%s: ETag %s, GzipETag %s", name, file.ETag, file.GzipETag)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	right := strings.TrimPrefix(URL("console.css"), "/static/")
	for _, path := range []string{
		"", "console.css", "/" + right, "vendor", "vendor/swagger-ui/LICENSE", "static.go",
		"../static.go", "console.000000000000.css", strings.ToUpper(right), right + "/",
	} {
		if _, found := Open(path); found {
			t.Errorf("Open(%q) found a file", path)
		}
	}
}

func TestGzipIsMadeOnce(t *testing.T) {
	t.Parallel()
	file, _ := Open(strings.TrimPrefix(URL("console.js"), "/static/"))
	var wg sync.WaitGroup
	got := make([][]byte, 8)
	for i := range got {
		wg.Go(func() { got[i] = file.Gzip() })
	}
	wg.Wait()
	for _, packed := range got {
		if &packed[0] != &got[0][0] {
			t.Fatal("two calls of Gzip gave two copies")
		}
	}
}

// TestTemplatesNameFiles keeps a page from asking for a file that is not here.
func TestTemplatesNameFiles(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../views/*/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("found %d templates: %v", len(pages), err)
	}
	asset := regexp.MustCompile(`\.Asset "([^"]*)"`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range asset.FindAllStringSubmatch(string(text), -1) {
			if _, found := index().hashed[match[1]]; !found {
				t.Errorf("%s asks for %q", page, match[1])
			}
		}
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
