package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSecurityPage: each test that docs/security.md names for a requirement of the
// ASVS is there, each such test is named, and each line says something.
func TestSecurityPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, path := range sources(t, func(path string) bool { return strings.HasPrefix(path, "routes/asvs_") }) {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	name := regexp.MustCompile(`TestASVS_\w+`)
	named, made := name.FindAllString(string(page), -1), name.FindAllString(code.String(), -1)
	for _, test := range named {
		if !slices.Contains(made, test) {
			t.Errorf("docs/security.md names %s, which is no test", test)
		}
	}
	for _, test := range made {
		if !slices.Contains(named, test) {
			t.Errorf("docs/security.md does not name %s", test)
		}
	}
	lines := regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+[^|]*)\|([^|]+)\|([^|]+)\|$`).FindAllStringSubmatch(string(page), -1)
	if len(lines) < 60 {
		t.Errorf("%d requirements have a line, want some 65", len(lines))
	}
	for _, line := range lines {
		if strings.TrimSpace(line[2]) == "" || len(strings.TrimSpace(line[3])) < 10 {
			t.Errorf("the line of %s does not say how it is held", line[1])
		}
	}
}
