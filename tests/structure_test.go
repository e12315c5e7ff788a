// Package tests holds what is true of the project as a whole: its structure, and
// a run through it in a browser.
package tests

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = ".."

// sources returns the Go files of the project that the filter wants, by their
// paths below the root.
func sources(t *testing.T, want func(path string) bool) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && want(relative) {
			paths = append(paths, relative)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("found no source")
	}
	return paths
}

// product: no test, and nothing that only tests import.
func product(path string) bool {
	return !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, "models/modeltest/")
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	var list []string
	for _, spec := range parse(t, path).Imports {
		list = append(list, strings.Trim(spec.Path.Value, `"`))
	}
	return list
}

// TestImportDirection holds the layers: main, routes, services, models; the
// commands stand beside the routes.
func TestImportDirection(t *testing.T) {
	allowed := map[string]string{ // folder to the packages of ours that it may import
		"models":            "^$",
		"services":          "^rolecall/models$",
		"services/commands": "^rolecall/(models|services)$",
		"views":             "^rolecall/models$",
		"static":            "^$",
		"routes":            "^rolecall/(models|services|views|static)$",
		"main.go":           "^rolecall/(models|services|services/commands|routes)$",
		"tests":             "^$", // programs that measure
	}
	for _, path := range sources(t, product) {
		folder, _, _ := strings.Cut(path, "/")
		if _, narrower := allowed[filepath.ToSlash(filepath.Dir(path))]; narrower {
			folder = filepath.ToSlash(filepath.Dir(path))
		}
		rule, known := allowed[folder]
		if !known {
			t.Errorf("%s lies in no known folder", path)
			continue
		}
		for _, name := range imports(t, path) {
			if strings.HasPrefix(name, "rolecall/") && !regexp.MustCompile(rule).MatchString(name) {
				t.Errorf("%s imports %s", path, name)
			}
		}
	}
}

// TestVocabulary keeps the words of HTTP in routes, and those of GORM in models
// and services: in identifiers, texts and imports, comments aside.
func TestVocabulary(t *testing.T) {
	web := regexp.MustCompile(`(?i)net/http|fasthttp|fiber|huma\b|cookie|\bheaders?\b|\bstatuscode|urlencoded`)
	orm := regexp.MustCompile(`(?i)gorm`)
	for _, path := range sources(t, product) {
		folder, _, _ := strings.Cut(path, "/")
		var banned []*regexp.Regexp
		switch folder {
		case "models", "services":
			banned = append(banned, web)
		case "views", "static":
			banned = append(banned, web, orm)
		case "routes":
			banned = append(banned, orm)
		}
		ast.Inspect(parse(t, path), func(node ast.Node) bool {
			word := ""
			switch node := node.(type) {
			case *ast.Ident:
				word = node.Name
			case *ast.BasicLit:
				word = node.Value
			}
			if allowedWord(path, word) {
				return true
			}
			for _, rule := range banned {
				if word != "" && rule.MatchString(word) {
					t.Errorf("%s says %.60s", path, word)
				}
			}
			return true
		})
	}
}

// allowedWord: a JWT has a header of its own, a page knows the heading for a
// status, and a setting tells what its text is for.
func allowedWord(path, word string) bool {
	return path == "services/tokens.go" && (word == "Header" || strings.Contains(word, "the header")) ||
		path == "services/config.go" && strings.HasPrefix(word, "`")
}

// TestBanned finds the calls that cost others days: see docs/decisions.
func TestBanned(t *testing.T) {
	banned := map[string]string{
		"AutoMigrate": "alters an owner's tables", "Debug": "prints values", "Save": "writes every column, and revives deleted rows",
		"FirstOrCreate": "races", "ParseUnverified": "trusts anybody", "FormValue": "reads the query string first",
		"RedirectBack": "follows the Referer", "ClearCookie": "clears without the attributes",
	}
	for _, path := range sources(t, product) {
		ast.Inspect(parse(t, path), func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			why, found := banned[selector.Sel.Name]
			if x, isIdent := selector.X.(*ast.Ident); found && !(isIdent && strings.HasSuffix(x.Name, "log")) {
				t.Errorf("%s calls %s, which %s", path, selector.Sel.Name, why)
			}
			if x, isIdent := selector.X.(*ast.Ident); isIdent && x.Name == "template" {
				t.Errorf("%s calls template.%s, which escapes nothing", path, selector.Sel.Name)
			}
			return true
		})
	}
}

// TestTransactions: what changes something does so through models.DB.Tx, which
// knows what to try again. The catalogue alone is read in a transaction of its own.
func TestTransactions(t *testing.T) {
	allowed := map[string]bool{"models/database.go": true, "models/catalogue.go": true}
	own := map[string]bool{"Transaction": true, "BeginTx": true, "Commit": true, "Rollback": true, "SavePoint": true, "RollbackTo": true}
	for _, path := range sources(t, func(path string) bool { return product(path) && !strings.HasPrefix(path, "tests/") }) {
		ast.Inspect(parse(t, path), func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if ok && own[selector.Sel.Name] && !allowed[path] {
				t.Errorf("%s calls %s: models.DB.Tx is for that", path, selector.Sel.Name)
			}
			return true
		})
	}
}

// TestSizes keeps every file on a few screens.
func TestSizes(t *testing.T) {
	const most = 400
	for _, path := range sources(t, func(string) bool { return true }) {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > most {
			t.Errorf("%s has %d lines, want at most %d", path, lines, most)
		}
	}
}

// TestTopLevel keeps the layout that the product's owner fixed.
func TestTopLevel(t *testing.T) {
	known := regexp.MustCompile(`^(models|routes|views|static|services|tests|docs|deploy|\.ci|\.git|\.gitignore|\.gitattributes|` +
		`main\.go|main_test\.go|go\.mod|go\.sum|README\.md|LICENSE|NOTICE|CONTRIBUTING\.md|screenshots|dist|rolecall(\.db.*)?)$`)
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !known.MatchString(entry.Name()) {
			t.Errorf("%s stands at the top level", entry.Name())
		}
	}
}

// TestReadme keeps the README short, its two commands in it, and its settings
// complete.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("\n")); lines > 200 {
		t.Errorf("the README has %d lines, want at most 200", lines)
	}
	for _, command := range []string{"go run .", "go test ./..."} {
		if !bytes.Contains(text, []byte(command)) {
			t.Errorf("the README lacks the command %s", command)
		}
	}
	help, err := exec.Command("go", "run", root, "--help").Output()
	if err != nil {
		t.Fatalf("go run . --help: %v", err)
	}
	settings := regexp.MustCompile(`\(\$(ROLECALL_\w+)\)`).FindAllSubmatch(help, -1)
	if len(settings) < 15 {
		t.Errorf("--help names %d settings, want them all", len(settings))
	}
	for _, setting := range settings {
		if !bytes.Contains(text, setting[1]) {
			t.Errorf("the README lacks the setting %s", setting[1])
		}
	}
}
