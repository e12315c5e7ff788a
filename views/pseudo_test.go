package views

import (
	"html"
	"html/template"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"rolecall/models"
)

// The marks that the pseudo-language puts around all it says.
const opening, closing = "⟦", "⟧"

func mark(text string) string { return opening + text + closing }

// pseudo are the functions of English, with marks.
func pseudo(t *testing.T) template.FuncMap {
	l := english(t)
	funcs := Funcs(l, languages(t))
	funcs["t"] = func(text any, values ...any) string { return mark(l.translate(text, values...)) }
	funcs["count"] = func(n any, sentence string, beside ...any) string { return mark(l.count(n, sentence, beside...)) }
	funcs["pieces"] = func(sentence string) []Piece {
		list := pieces(l.Say(sentence))
		for i := range list {
			list[i].Text = mark(list[i].Text)
		}
		return list
	}
	funcs["when"] = func(at models.Time) When {
		w := l.when(at)
		w.Full, w.Short, w.Day = mark(w.Full), mark(w.Short), mark(w.Day)
		return w
	}
	return funcs
}

// TestEveryTextIsTranslated shows every page in the pseudo-language: outside the
// marks, no text that a person sees or hears has a letter, but for names.
func TestEveryTextIsTranslated(t *testing.T) {
	t.Parallel()
	set := parse(t).Funcs(pseudo(t))
	for _, c := range pageCases() {
		for _, text := range untranslated(render(t, set, c), names(t, c.page)) {
			t.Errorf("%s, %s: %q is not translated", c.template, c.name, text)
		}
	}
}

var (
	unseen    = regexp.MustCompile(`(?s)<!.*?>|<script.*?</script>|<(?:kbd|code) translate="no">.*?</(?:kbd|code)>|</[a-z0-9]+>`)
	attribute = regexp.MustCompile(`\s(aria-label|aria-description|aria-valuetext|placeholder|title|alt|label|content|data-[a-z-]+)="([^"]*)"`)
)

// wordless are the attributes that no person reads.
var wordless = []string{"content", "data-reveal", "data-check", "data-hint"}

// untranslated lists the texts and attributes of a page with letters outside the
// marks that belong to none of the names.
func untranslated(page string, names *regexp.Regexp) []string {
	page = unseen.ReplaceAllString(outsideMarks(page), "\x00")
	texts := strings.Split(anyTag.ReplaceAllString(page, "\x00"), "\x00")
	for _, tag := range anyTag.FindAllString(page, -1) {
		for _, match := range attribute.FindAllStringSubmatch(tag, -1) {
			if !slices.Contains(wordless, match[1]) {
				texts = append(texts, match[2])
			}
		}
	}
	var list []string
	for _, text := range texts {
		if text = html.UnescapeString(text); strings.ContainsFunc(names.ReplaceAllString(text, ""), unicode.IsLetter) {
			list = append(list, strings.TrimSpace(text))
		}
	}
	return list
}

// outsideMarks leaves out what stands between marks, which may be nested.
func outsideMarks(text string) string {
	var b strings.Builder
	depth := 0
	for _, r := range text {
		switch string(r) {
		case opening:
			depth++
		case closing:
			depth--
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// names match the texts of a page that are nobody's to translate: what the
// database and the address hold, and the names of the product and the languages.
func names(t *testing.T, page any) *regexp.Regexp {
	t.Helper()
	list := []string{"rolecall", "/openapi.json"}
	for _, l := range languages(t) {
		list = append(list, l.Name)
	}
	collect(reflect.ValueOf(page), &list)
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	for i, name := range list {
		list[i] = regexp.QuoteMeta(name)
	}
	return regexp.MustCompile(`(?:^|\b)(?:` + strings.Join(list, "|") + `)(?:\b|$)`)
}

// ours are the fields whose texts are the product's words and no names.
var ours = []string{"Title", "Detail", "Flash", "Refusal", "Guards", "Status", "Action", "Actions", "TargetType", "Kind", "Path", "Here"}

func collect(v reflect.Value, list *[]string) {
	switch v.Kind() {
	case reflect.String:
		if v.String() != "" {
			*list = append(*list, v.String())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !slices.Contains(ours, v.Type().Field(i).Name) {
				collect(v.Field(i), list)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), list)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			collect(v.MapIndex(key), list)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			collect(v.Elem(), list)
		}
	}
}

// TestScriptsAreWordless holds that a script has its texts from the page. Names of
// keys are no texts, and the description of the API, which docs.js shows, is in
// English.
func TestScriptsAreWordless(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../static/*.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d scripts: %v", len(files), err)
	}
	text := regexp.MustCompile("[\"'`]([A-Z][a-z]+(?: [^\"'`]*|[.!?…])?)[\"'`]|(?:textContent|innerText|placeholder|title) = ([\"'`][^\"'`]+)")
	key := regexp.MustCompile(`^(Enter|Escape|Tab|Home|End|Page(Up|Down)|Arrow\w+|Shift|Control|Alt|Meta|Delete|Backspace|Accept|Space)$`)
	for _, file := range files {
		if filepath.Base(file) == "docs.js" {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range text.FindAllStringSubmatch(string(source), -1) {
			if !key.MatchString(match[1]) {
				t.Errorf("%s says %s", file, match[0])
			}
		}
	}
}

// TestUntranslated keeps the check itself honest.
func TestUntranslated(t *testing.T) {
	t.Parallel()
	names := names(t, Pending{Username: "ada"})
	for _, page := range []string{
		"<p>Text</p>", "<p>⟦Marked⟧ not</p>", `<a title="Text">1</a>`, `<input placeholder="⟦a⟧ b">`, `<td data-label="When">1</td>`,
		`<img alt="A face">`, "<p>adapted</p>", "<p>⟦a ⟦b⟧⟧ c</p>", `<p aria-label="Users">2</p>`, "<p>&eacute;</p>",
	} {
		if len(untranslated(page, names)) != 1 {
			t.Errorf("found nothing untranslated in %s", page)
		}
	}
	page := `<!doctype html><script src="/x"></script><p class="text">⟦Hello ⟦you⟧⟧ <b>ada</b> 1,204 …</p><a data-reveal="f-x" title="⟦Hi⟧">rolecall</a>`
	if list := untranslated(page, names); len(list) > 0 {
		t.Errorf("untranslated = %q, want none", list)
	}
}
