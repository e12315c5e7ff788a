package tests

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNamedFiles: the files and folders that the pages for people name are there, as
// are the tests that CONTRIBUTING.md promises an answer of.
func TestNamedFiles(t *testing.T) {
	var pages []string
	for _, folder := range []string{"docs", filepath.Join("docs", "*")} {
		some, err := filepath.Glob(filepath.Join(root, folder, "*.md"))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, some...)
	}
	found := 0
	for _, page := range append(pages, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		relative, err := filepath.Rel(root, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range namedPaths(readText(t, relative)) {
			found++
			if matches, err := filepath.Glob(filepath.Join(root, name)); err != nil || len(matches) == 0 {
				t.Errorf("%s names %s, which is not there", relative, name)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d names of files were found", found)
	}
	all := ""
	for _, path := range sources(t, func(path string) bool { return strings.HasSuffix(path, "_test.go") }) {
		all += readText(t, path)
	}
	for _, match := range regexp.MustCompile(`\*(Test\w+)\*`).FindAllStringSubmatch(readText(t, "CONTRIBUTING.md"), -1) {
		if !strings.Contains(all, "func "+match[1]+"(") {
			t.Errorf("CONTRIBUTING.md names %s, which is no test", match[1])
		}
	}
}

var (
	pathForm = regexp.MustCompile(`(^|[^\w./:-])((?:models|routes|views|static|services|tests|docs|deploy|\.ci)/[\w./*-]+)`)
	// What a person puts a name of his own into.
	pathToFill = regexp.MustCompile(`/(NNNN|NOUN|TAG)`)
)

// namedPaths are the paths below the root that a text names, without the stop that
// may end its sentence. A star is any part of a name.
func namedPaths(text string) []string {
	var paths []string
	for _, match := range pathForm.FindAllStringSubmatch(text, -1) {
		if name := strings.TrimRight(match[2], "."); !pathToFill.MatchString(name) {
			paths = append(paths, name)
		}
	}
	return paths
}
