package views

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

func german(t *testing.T) *Language {
	t.Helper()
	for _, l := range languages(t) {
		if l.Tag == "de" {
			return l
		}
	}
	t.Fatal("there is no German")
	return nil
}

// A toy language: what a file must hold, and no more.
func toy(t *testing.T, words string) *Language {
	t.Helper()
	l, err := parseLanguage("pl", []byte(`{"thousands": " ", "plurals": {"%d cat": {"one": "%d kot", "few": "%d koty", "many": "%d kotów"}}, "words": {`+words+`}}`))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSay(t *testing.T) {
	t.Parallel()
	l := toy(t, `"Delete %s?": "Usuń %s?", "%s gave %d to %s": "%[3]s <- %[2]d <- %[1]s", "Yes": "Tak"`)
	for _, tt := range []struct {
		sentence string
		values   []any
		want     string
	}{
		{"Yes", nil, "Tak"},
		{"No", nil, "No"},
		{"Delete %s?", []any{"Yes"}, "Usuń Yes?"}, // a name is no word
		{"Delete %s?", []any{"%d"}, "Usuń %d?"},
		{"%s gave %d to %s", []any{"ann", 1234567, "bob"}, "bob <- 1 234 567 <- ann"},
		{"Unknown %s", []any{12345}, "Unknown 12 345"},
		{"100 %", nil, "100 %"},
	} {
		if got := l.Say(tt.sentence, tt.values...); got != tt.want {
			t.Errorf("Say(%q, %v) = %q, want %q", tt.sentence, tt.values, got, tt.want)
		}
	}
}

// TestSayMade: a sentence that comes with its values in it.
func TestSayMade(t *testing.T) {
	t.Parallel()
	l := toy(t, `"Use at most %d characters.": "Najwyżej %d znaków.", "Use at most %d characters here.": "Tu najwyżej %d.",
		"The last one can't be %s.": "Ostatniego nie można %s.", "deleted": "usunąć", "There is no role %q here.": "Nie ma tu roli „%s”.",
		"The owner is called %v.": "Właściciel: %v.", "It is %s of those %s.": "%[2]s: %[1]s", "%s on %s": "%s pod %s"`)
	for sentence, want := range map[string]string{
		"Use at most 64 characters.":                   "Najwyżej 64 znaków.",
		"Use at most 4,096 characters.":                "Najwyżej 4 096 znaków.",
		"Use at most 12000 characters here.":           "Tu najwyżej 12 000.",
		"Use at most some characters.":                 "Use at most some characters.",
		"So: Use at most 64 characters.":               "So: Use at most 64 characters.",
		"The last one can't be deleted.":               "Ostatniego nie można usunąć.",
		"The last one can't be copied.":                "Ostatniego nie można copied.",
		`There is no role "deleted" here.`:             "Nie ma tu roli „deleted”.",
		`There is no role "a \"b\"" here.`:             `Nie ma tu roli „a "b"”.`,
		"The owner is called deleted.":                 "Właściciel: deleted.",
		"It is one of those three.":                    "three: one",
		"A name such as Man on Fire is nobody's words": "A name such as Man on Fire is nobody's words",
	} {
		if got := l.Say(sentence); got != want {
			t.Errorf("Say(%q) = %q, want %q", sentence, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	l := toy(t, "")
	for n, want := range map[int64]string{0: "0 kotów", 1: "1 kot", 3: "3 koty", 5: "5 kotów", 22: "22 koty", 12000: "12 000 kotów"} {
		if got := l.Count(n, "cat"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := l.Count(2, "dog"); got != "2 dog" {
		t.Errorf("an unknown noun: %q", got)
	}
	if got := english(t).Count(1204, "%d user, of whom %d are shown", 20); got != "1,204 users, of whom 20 are shown" {
		t.Errorf("with a number beside: %q", got)
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	for sentence, want := range map[string][]Piece{
		"":                   nil,
		"Nothing.":           {{Text: "Nothing."}},
		"%s waits.":          {{Slot: 1}, {Text: " waits."}},
		"%[2]s of %[1]s, %s": {{Slot: 2}, {Text: " of "}, {Slot: 1}, {Text: ", "}, {Slot: 2}},
	} {
		if got := pieces(sentence); !slices.Equal(got, want) {
			t.Errorf("pieces(%q) = %v, want %v", sentence, got, want)
		}
	}
}

func TestPhrase(t *testing.T) {
	t.Parallel()
	l := german(t)
	for want, phrase := range map[string]Phrase{
		"Firefox unter Linux": say("%s on %s", "Firefox", "Linux"),
		"Users":               named("Users"),
		"2 Rollen":            counted(2, "role"),
		"":                    {},
	} {
		if got := phrase.In(l); got != want {
			t.Errorf("%+v in German = %q, want %q", phrase, got, want)
		}
	}
}

// TestGerman holds how German writes numbers and times.
func TestGerman(t *testing.T) {
	t.Parallel()
	l := german(t)
	now := past.Std()
	for what, got := range map[string][2]string{
		"a number":     {l.Number(1204), "1.204"},
		"one user":     {l.Count(1, "user"), "1 Benutzer"},
		"some of many": {l.Count(1204, "%d user, of whom %d are shown", 20), "1.204 Benutzer, davon 20 gezeigt"},
		"an instant":   {l.whenAt(past, now).Full, "4. März 2026, 15:06:07 UTC"},
		"a day":        {l.whenAt(past, now).Day, "Mittwoch, 4. März 2026"},
		"a date":       {l.whenAt(past, now).Date, "04.03.2026"},
		"just now":     {l.whenAt(past, now).Short, "gerade eben"},
		"minutes ago":  {l.whenAt(past, now.Add(5*time.Minute)).Short, "vor 5 Min."},
		"days ago":     {l.whenAt(past, now.Add(72*time.Hour)).Short, "vor 3 Tagen"},
		"long ago":     {l.whenAt(past, now.Add(300*time.Hour)).Short, "04.03.2026"},
		"a reason of the limits": {l.Say("5 failed sign-ins from a known browser in 15 minutes"),
			"5 Fehlanmeldungen von einem bekannten Browser in 15 Minuten"},
		"a service's sentence": {l.Say(models.Forbid("change your own username or state").(*models.Error).Message),
			"Sie haben nicht das Recht, Ihren eigenen Benutzernamen oder Status zu ändern."},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
}

// TestMonths holds that each month and weekday of each language goes into a date,
// "May" into no other word of it.
func TestMonths(t *testing.T) {
	t.Parallel()
	for _, l := range languages(t) {
		for month := range 12 {
			at := time.Date(2026, time.Month(month+1), 1+month, 0, 0, 0, 0, time.UTC)
			day := l.whenAt(models.TimeOf(at), at).Day
			for _, name := range []string{l.Months[month], l.Weekdays[at.Weekday()]} {
				if name == "" || strings.Count(day, name) != 1 {
					t.Errorf("%s: %s is not once in %q", l.Tag, name, day)
				}
			}
		}
	}
}

func TestParseLanguage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string][2]string{
		"no JSON":       {"de", `{"name": }`},
		"no tag":        {"no language", `{}`},
		"another shape": {"de", `{"words": []}`},
		"a slip":        {"de", `{"word": {}}`},
	} {
		if l, err := parseLanguage(tt[0], []byte(tt[1])); err == nil {
			t.Errorf("%s: parsed as %+v", name, l)
		}
	}
}
