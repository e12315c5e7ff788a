package views

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestCatalogues holds each language to the texts that can reach a page: none is
// missing, none is left over from an older page, and values have their places.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	wanted, counted, known := pageTexts(t)
	made := patternsOf(known)
	for _, l := range languages(t) {
		for key := range counted {
			if l.Plurals[key] == nil {
				t.Errorf("%s: there is no plural of %q", l.Tag, key)
			}
		}
		for key, forms := range l.Plurals {
			checkForms(t, l, key, forms, counted)
		}
		for key, sentence := range l.Words {
			if !known[key] && !slices.ContainsFunc(made, func(p pattern) bool { return p.form.MatchString(key) }) {
				t.Errorf("%s: nobody says %q any longer", l.Tag, key)
			}
			if sentence == "" || !slices.Equal(places(key), places(sentence)) {
				t.Errorf("%s: %q is no translation of %q: the values differ", l.Tag, sentence, key)
			}
		}
		for key := range wanted {
			if l.Words[key] == "" && l.Tag != English {
				t.Errorf("%s: %q is not translated", l.Tag, key)
			}
		}
	}
}

// patternsOf know the sentences with their values filled in: a catalogue may have
// such a one, where grammar asks for it.
func patternsOf(known map[string]bool) []pattern {
	words := Words{}
	for key := range known {
		words[key] = key
	}
	return patterns(words)
}

// checkForms: a form for each number that the language tells apart.
func checkForms(t *testing.T, l *Language, key string, forms Forms, counted map[string]bool) {
	t.Helper()
	if !counted[key] {
		t.Errorf("%s: nobody counts %q any longer", l.Tag, key)
	}
	needed := map[string]bool{}
	for n := range int64(200) {
		needed[l.category(n)] = true
	}
	if got, want := slices.Sorted(maps.Keys(forms)), slices.Sorted(maps.Keys(needed)); !slices.Equal(got, want) {
		t.Errorf("%s: %q has the forms %v, want %v", l.Tag, key, got, want)
	}
	for _, form := range forms {
		if !slices.Equal(places(key), places(form)) {
			t.Errorf("%s: %q is no form of %q: the values differ", l.Tag, form, key)
		}
	}
}

// places are the values that a sentence shows, in the order of the values.
func places(sentence string) []int {
	var list []int
	for _, v := range verbs(sentence) {
		list = append(list, v.value)
	}
	slices.Sort(list)
	return list
}

// TestCatalogueFiles holds a key to a line, in order, so that two changes of a
// file meet in one line only where they are about one sentence.
func TestCatalogueFiles(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(catalogues, "languages/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("files = %v, %v", files, err)
	}
	line := regexp.MustCompile(`(?m)^    ("(?:[^"\\]|\\.)*"): ["{].*["}],?$`)
	for _, file := range files {
		text, err := fs.ReadFile(catalogues, file)
		if err != nil {
			t.Fatal(err)
		}
		_, entries, _ := strings.Cut(string(text), "\"plurals\": {\n")
		for i, list := range strings.Split(entries, "\"words\": {") {
			var keys []string
			for _, match := range line.FindAllStringSubmatch(list, -1) {
				keys = append(keys, unquote(t, match[1]))
			}
			if sorted := slices.Compact(slices.Sorted(slices.Values(keys))); !slices.Equal(keys, sorted) || i == 0 && len(keys) == 0 {
				t.Errorf("%s: the keys are not in order, each once", file)
			}
		}
	}
}

// pageTexts are the sentences that a catalogue needs, those that are counted, and
// all that the program can say, which a catalogue may have.
func pageTexts(t *testing.T) (wanted, counted, known map[string]bool) {
	t.Helper()
	wanted, counted, known = map[string]bool{}, map[string]bool{"%d day ago": true}, map[string]bool{}
	written, said := templateTexts(t, counted), saidTexts(t, counted)
	literals := goTexts(t)
	for text, sure := range literals {
		known[text] = true
		if words := verbForm.ReplaceAllString(text, ""); (sure || said[text]) && !counted[text] && strings.ContainsFunc(words, unicode.IsLetter) {
			wanted[text] = true
		}
	}
	for text := range written {
		wanted[text], known[text] = true, true
	}
	return wanted, counted, known
}

var (
	literalCall = regexp.MustCompile(`(?:[{(]|range )(?:t|pieces) ("(?:[^"\\]|\\.)*")`)
	countCall   = regexp.MustCompile(`\bcount (?:\([^()]*\)|[^\s"()]+) ("(?:[^"\\]|\\.)*")`)
)

// templateTexts are the sentences in the templates.
func templateTexts(t *testing.T, counted map[string]bool) map[string]bool {
	t.Helper()
	texts := map[string]bool{}
	for _, name := range templateNames(t) {
		source, err := fs.ReadFile(FS, name+".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literalCall.FindAllStringSubmatch(string(source), -1) {
			texts[unquote(t, match[1])] = true
		}
		for _, match := range countCall.FindAllStringSubmatch(string(source), -1) {
			counted[countKey(unquote(t, match[1]))] = true
		}
	}
	return texts
}

func unquote(t *testing.T, literal string) string {
	t.Helper()
	text, err := strconv.Unquote(literal)
	if err != nil {
		t.Fatalf("%s: %v", literal, err)
	}
	return text
}

// saidTexts are what the cases' pages say: those that the code makes, and what a
// case made up.
func saidTexts(t *testing.T, counts map[string]bool) map[string]bool {
	t.Helper()
	said := map[string]bool{}
	l := english(t)
	funcs := template.FuncMap(Funcs(l, languages(t)))
	funcs["t"] = func(text any, values ...any) string {
		switch text := text.(type) {
		case string:
			said[text] = true
		case Phrase:
			if text.counts {
				counts[countKey(text.Sentence)] = true
			} else {
				said[text.Sentence] = true
			}
		}
		return l.translate(text, values...)
	}
	funcs["pieces"] = func(sentence string) []Piece {
		said[sentence] = true
		return pieces(sentence)
	}
	set := parse(t).Funcs(funcs)
	for _, c := range pageCases() {
		render(t, set, c)
	}
	return said
}

// elsewhere are the files whose texts are for programs and those who write them, for
// who watches the service, and for whoever runs the doctor, the demo or a backup.
var elsewhere = regexp.MustCompile(`_test\.go$|api\.go$|/(routes|about|document|meter|measures|measures_sessions)\.go$|/(doctor|demo|backup)[^/]*\.go$`)

// goTexts are the texts in the product's Go code; true for those that are
// sentences to a person by their looks, or by the call they are in.
func goTexts(t *testing.T) map[string]bool {
	t.Helper()
	texts := map[string]bool{}
	for _, folder := range []string{"models", "services", "routes", "views"} {
		files, err := filepath.Glob("../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, path := range files {
			if elsewhere.MatchString(path) {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			inspect(t, file, texts)
		}
	}
	return texts
}

var sentenceForm = regexp.MustCompile(`^[A-Z%].* .*[.?!]$`)

// pageCalls are those whose texts go into a sentence or a title.
var pageCalls = []string{"Forbid", "RequireAdmin", "RequireUser", "RequireSelfOrAdmin", "keepLastAdmin", "builtInConflict", "page", "pageOf", "say"}

func inspect(t *testing.T, file *ast.File, texts map[string]bool) {
	t.Helper()
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec, *ast.Field: // a tag of a struct
			return false
		case *ast.BasicLit:
			if node.Kind == token.STRING {
				text := unquote(t, node.Value)
				texts[text] = texts[text] || sentenceForm.MatchString(text)
			}
		case *ast.CallExpr:
			for _, text := range literalsOf(t, node) {
				texts[text] = true
			}
		}
		return true
	})
}

// literalsOf are the texts of a call that a page shows.
func literalsOf(t *testing.T, call *ast.CallExpr) []string {
	t.Helper()
	name := ""
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	}
	var list []string
	for _, argument := range call.Args {
		literal, is := argument.(*ast.BasicLit)
		if !is || literal.Kind != token.STRING {
			continue
		}
		text := unquote(t, literal.Value)
		switch {
		case name == "Missing":
			list = append(list, "There is no such "+text+".")
		case slices.Contains(pageCalls, name) && text != "%s":
			list = append(list, text)
		}
	}
	return list
}
