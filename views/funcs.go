package views

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"rolecall/models"
)

// Funcs are the functions that the templates need beside the methods, in the
// language of the page; all are the languages to choose from.
//
//	t          a sentence by its English text, or a Phrase, with its values
//	pieces     a sentence cut where its values go, for those with marks around them
//	count      a number and its noun, or a sentence in that number
//	number     a number
//	when       an instant, as a When
//	language   the tag of the page's language
//	languages  all, for the switch
func Funcs(l *Language, all []*Language) map[string]any {
	return map[string]any{
		"t":         l.translate,
		"pieces":    func(sentence string) []Piece { return pieces(l.Say(sentence)) },
		"count":     l.count,
		"number":    l.number,
		"when":      l.when,
		"language":  func() string { return l.Tag },
		"languages": func() []*Language { return all },
	}
}

func (l *Language) translate(text any, values ...any) string {
	switch text := text.(type) {
	case Phrase:
		return text.In(l)
	case string:
		return l.Say(text, values...)
	}
	return ""
}

func (l *Language) count(n any, sentence string, beside ...any) string {
	whole, _ := integer(n)
	return l.Count(whole, sentence, beside...)
}

func (l *Language) number(n any) string {
	whole, _ := integer(n)
	return l.Number(whole)
}

// integer takes an integer of any type, as a template has them.
func integer(value any) (int64, bool) {
	if v := reflect.ValueOf(value); v.IsValid() && v.CanInt() {
		return v.Int(), true
	}
	return 0, false
}

// Number writes n with the language's mark at every third digit.
func (l *Language) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.Thousands)
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// A When is an instant in the forms that a page shows. All are UTC.
type When struct {
	ISO      string // for programs: 2026-03-04T15:06:07Z
	Full     string // 4 March 2026, 15:06:07 UTC
	Short    string // "5 min ago", or 2026-03-04 after a week
	Day      string // Wednesday, 4 March 2026
	Date     string // 2026-03-04
	MonthDay string // 03-04
	Clock    string // 15:06:07
	IsNever  bool
}

func (l *Language) when(t models.Time) When { return l.whenAt(t, time.Now()) }

func (l *Language) whenAt(t models.Time, now time.Time) When {
	if t.IsZero() {
		return When{IsNever: true}
	}
	at := t.Std()
	return When{
		ISO:      at.Format(time.RFC3339),
		Full:     l.write(at, l.Layouts.Instant),
		Short:    l.short(at, now),
		Day:      l.write(at, l.Layouts.Day),
		Date:     l.write(at, l.Layouts.Date),
		MonthDay: l.write(at, l.Layouts.MonthDay),
		Clock:    l.write(at, l.Layouts.Clock),
	}
}

// write puts the names of this language into the place of package time's.
func (l *Language) write(at time.Time, layout string) string {
	text := strings.Replace(at.Format(layout), at.Month().String(), l.Months[at.Month()-1], 1)
	return strings.Replace(text, at.Weekday().String(), l.Weekdays[at.Weekday()], 1)
}

func (l *Language) short(at, now time.Time) string {
	ago := now.Sub(at)
	switch {
	case ago < -time.Minute || ago >= 7*24*time.Hour:
		return l.write(at, l.Layouts.Date)
	case ago < time.Minute:
		return l.Say("just now")
	case ago < time.Hour:
		return l.Say("%d min ago", int(ago.Minutes()))
	case ago < 24*time.Hour:
		return l.Say("%d h ago", int(ago.Hours()))
	case ago < 48*time.Hour:
		return l.Say("yesterday")
	}
	return l.Count(int64(ago.Hours()/24), "%d day ago")
}
