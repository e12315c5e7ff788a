package views

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"rolecall/models"
)

// English is the language that the pages are written in.
const English = "en"

// A Language is how the pages speak: its sentences, and how it writes numbers and
// times. Each is a file of languages/, named by its BCP 47 tag; one more language
// is one more file.
type Language struct {
	Tag       string           `json:"-"`
	Name      string           `json:"name"`      // in the language itself
	Thousands string           `json:"thousands"` // stands between groups of three digits
	Layouts   Layouts          `json:"layouts"`
	Months    [12]string       `json:"months"`
	Weekdays  [7]string        `json:"weekdays"` // from Sunday on, as package time counts
	Plurals   map[string]Forms `json:"plurals"`  // by the English singular
	Words     Words            `json:"words"`

	made  []pattern    // for the sentences that come with their values filled in
	rules language.Tag // of the plural
}

// Words are the sentences by their English text, which is the key as in gettext:
// what is not found is shown in English. A key and its sentence hold the same
// verbs of package fmt.
type Words map[string]string

// Forms are the sentence for each plural category of CLDR that the language
// tells apart, such as "one", "few" and "other".
type Forms map[string]string

// Layouts write times, as package time has them, in UTC.
type Layouts struct {
	Date     string `json:"date"`      // 2006-01-02
	Day      string `json:"day"`       // Monday, 2 January 2006
	Instant  string `json:"instant"`   // 2 January 2006, 15:04:05 UTC
	MonthDay string `json:"month_day"` // 01-02
	Clock    string `json:"clock"`     // 15:04:05
}

//go:embed languages/*.json
var catalogues embed.FS

// Languages are all there are: English first, the others in the order of their
// tags.
func Languages() ([]*Language, error) {
	files, err := catalogues.ReadDir("languages")
	if err != nil {
		return nil, err
	}
	list := make([]*Language, len(files))
	for i, file := range files {
		text, err := catalogues.ReadFile("languages/" + file.Name())
		if err == nil {
			list[i], err = parseLanguage(strings.TrimSuffix(file.Name(), path.Ext(file.Name())), text)
		}
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", file.Name(), err)
		}
	}
	slices.SortStableFunc(list, func(a, b *Language) int { return rank(a) - rank(b) })
	return list, nil
}

func rank(l *Language) int {
	if l.Tag == English {
		return 0
	}
	return 1
}

func parseLanguage(tag string, text []byte) (*Language, error) {
	l := &Language{Tag: tag}
	file := json.NewDecoder(bytes.NewReader(text))
	file.DisallowUnknownFields()
	err := file.Decode(l)
	if err != nil {
		return nil, err
	}
	if l.rules, err = language.Parse(tag); err != nil {
		return nil, err
	}
	l.made = patterns(l.Words)
	return l, nil
}

// Say is the sentence in this language, with the values in the place of its
// verbs. A sentence that comes with its values filled in, as a service's error
// does, is known again by the words around them.
func (l *Language) Say(sentence string, values ...any) string {
	if known, found := l.Words[sentence]; found {
		return l.fill(known, values)
	}
	if len(values) == 0 {
		return l.sayMade(sentence)
	}
	return l.fill(sentence, values)
}

// Count is the sentence in the number that n asks for. A noun alone is counted:
// "user" is short for "%d user". What stands beside n follows it.
func (l *Language) Count(n int64, sentence string, beside ...any) string {
	sentence = countKey(sentence)
	forms := l.Plurals[sentence]
	for _, form := range []string{forms[l.category(n)], forms["other"]} {
		if form != "" {
			sentence = form
			break
		}
	}
	return l.fill(sentence, append([]any{n}, beside...))
}

// countKey is the sentence that a noun alone is short for.
func countKey(sentence string) string {
	if strings.Contains(sentence, "%") {
		return sentence
	}
	return "%d " + sentence
}

// category is CLDR's, for a whole number.
func (l *Language) category(n int64) string {
	return categories[plural.Cardinal.MatchPlural(l.rules, int(max(n, -n)), 0, 0, 0, 0)]
}

var categories = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// fill puts the values into the sentence. Whole numbers are grouped,
// and times written out.
func (l *Language) fill(sentence string, values []any) string {
	if len(values) == 0 {
		return sentence
	}
	shown := make([]any, len(values))
	for i, value := range values {
		shown[i] = value
		if at, is := value.(models.Time); is {
			shown[i] = l.write(at.Std(), l.Layouts.Instant)
		} else if n, whole := integer(value); whole {
			shown[i] = figure(l.Number(n))
		}
	}
	return fmt.Sprintf(sentence, shown...)
}

// A figure is a number as the language writes it, whatever the verb.
type figure string

// Format implements fmt.Formatter.
func (f figure) Format(s fmt.State, _ rune) { fmt.Fprint(s, string(f)) }
