package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rolecall/models"
)

// Funcs are the functions that the templates need beside the methods.
func Funcs() map[string]any {
	return map[string]any{"t": translate, "when": when, "number": number, "count": count}
}

// translate says a sentence in the page's language: it is known by its English
// text, in which verbs as of package fmt stand for the values.
func translate(sentence string, values ...any) string {
	if len(values) == 0 {
		return sentence
	}
	return fmt.Sprintf(sentence, values...)
}

// A When is an instant in the forms that a page shows. All are UTC.
type When struct {
	ISO     string // for programs: 2026-03-04T15:06:07Z
	Full    string // 4 March 2026, 15:06:07 UTC
	Short   string // "5 min ago", or 2026-03-04 after a week
	Date    string // 2026-03-04
	Clock   string // 15:06:07
	IsNever bool
}

func when(t models.Time) When { return whenAt(t, time.Now()) }

func whenAt(t models.Time, now time.Time) When {
	if t.IsZero() {
		return When{IsNever: true}
	}
	at := t.Std()
	return When{
		ISO:   at.Format(time.RFC3339),
		Full:  at.Format("2 January 2006, 15:04:05 UTC"),
		Short: short(at, now),
		Date:  at.Format(time.DateOnly),
		Clock: at.Format("15:04:05"),
	}
}

func short(at, now time.Time) string {
	ago := now.Sub(at)
	switch {
	case ago < -time.Minute || ago >= 7*24*time.Hour:
		return at.Format(time.DateOnly)
	case ago < time.Minute:
		return "just now"
	case ago < time.Hour:
		return strconv.Itoa(int(ago.Minutes())) + " min ago"
	case ago < 24*time.Hour:
		return strconv.Itoa(int(ago.Hours())) + " h ago"
	case ago < 48*time.Hour:
		return "yesterday"
	}
	return strconv.Itoa(int(ago.Hours()/24)) + " days ago"
}

// number writes n with a comma at every third digit.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// count writes n and the noun in its number: "1 role", "2,000 roles".
func count(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return number(n) + " " + noun
}
