package views

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Phrase is a text that a page puts together. The template translates the
// sentence; the values are names, numbers and times, and are shown as such.
type Phrase struct {
	Sentence string
	Values   []any
	counts   bool // the sentence is in the number of the first value
}

// say is the phrase of a sentence.
func say(sentence string, values ...any) Phrase { return Phrase{Sentence: sentence, Values: values} }

// named is the phrase that is nothing but somebody's or something's name.
func named(name string) Phrase { return say("%s", name) }

// counted is the phrase for n of what the noun says.
func counted(n int64, noun string) Phrase {
	return Phrase{Sentence: noun, Values: []any{n}, counts: true}
}

// countedBeside is counted, for a sentence that shows more than the number.
func countedBeside(n int64, sentence string, beside ...any) Phrase {
	return Phrase{Sentence: sentence, Values: append([]any{n}, beside...), counts: true}
}

// In is the phrase in a language.
func (p Phrase) In(l *Language) string {
	if n, whole := p.number(); p.counts && whole {
		return l.Count(n, p.Sentence, p.Values[1:]...)
	}
	return l.Say(p.Sentence, p.Values...)
}

func (p Phrase) number() (int64, bool) {
	if len(p.Values) == 0 {
		return 0, false
	}
	return integer(p.Values[0])
}

// A verb is a place in a sentence for a value, such as %s or %[2]d.
type verb struct {
	from, to int // where it stands, in bytes
	value    int // which value it shows, from 1 on
	kind     byte
}

var verbForm = regexp.MustCompile(`%(?:\[(\d+)\])?([sdqv])`)

// verbs are those of the sentence, in its order.
func verbs(sentence string) []verb {
	var list []verb
	next := 1
	for _, at := range verbForm.FindAllStringSubmatchIndex(sentence, -1) {
		if at[2] >= 0 {
			next, _ = strconv.Atoi(sentence[at[2]:at[3]])
		}
		list = append(list, verb{from: at[0], to: at[1], value: next, kind: sentence[at[4]]})
		next++
	}
	return list
}

// A Piece of a sentence is its own text, or the place of a value that the
// template shows with marks around it.
type Piece struct {
	Text string
	Slot int // which value, from 1 on; 0 for text
}

// pieces cuts a sentence at its verbs.
func pieces(sentence string) []Piece {
	var list []Piece
	done := 0
	for _, v := range verbs(sentence) {
		list = append(list, Piece{Text: sentence[done:v.from]}, Piece{Slot: v.value})
		done = v.to
	}
	list = append(list, Piece{Text: sentence[done:]})
	return slices.DeleteFunc(list, func(p Piece) bool { return p == Piece{} })
}

// A pattern knows a sentence again whose values are filled in.
type pattern struct {
	key   string
	verbs []verb
	form  *regexp.Regexp
}

// ownWords is how many words of its own a sentence must have to be known again by
// them: fewer would be found in names, too.
const ownWords = 3

// patterns are those of the keys with values, the most telling first.
func patterns(words Words) []pattern {
	var list []pattern
	for key := range words {
		found := verbs(key)
		if len(found) > 0 && len(strings.Fields(verbForm.ReplaceAllString(key, ""))) >= ownWords {
			list = append(list, pattern{key, found, regexp.MustCompile(form(key, found))})
		}
	}
	slices.SortFunc(list, func(a, b pattern) int {
		return cmp.Or(len(b.key)-len(a.key), cmp.Compare(a.key, b.key))
	})
	return list
}

// form is the regular expression of a sentence with those verbs.
func form(key string, list []verb) string {
	values := map[byte]string{'d': `([\d,]+)`, 'q': `("(?:[^"\\]|\\.)*")`, 's': `(.+)`, 'v': `(.+)`}
	var b strings.Builder
	b.WriteString("^")
	done := 0
	for _, v := range list {
		b.WriteString(regexp.QuoteMeta(key[done:v.from]) + values[v.kind])
		done = v.to
	}
	b.WriteString(regexp.QuoteMeta(key[done:]) + "$")
	return b.String()
}

// sayMade says a sentence that has its values in it already, or leaves it as it
// is.
func (l *Language) sayMade(sentence string) string {
	for _, p := range l.made {
		if found := p.form.FindStringSubmatch(sentence); found != nil {
			return l.fill(l.Words[p.key], l.values(p.verbs, found[1:]))
		}
	}
	return sentence
}

// values are what stands in the place of the verbs: numbers of %d, words of %s,
// which are translated themselves, and names of %q and %v, which are not.
func (l *Language) values(list []verb, texts []string) []any {
	values := make([]any, len(list))
	for i, v := range list {
		if v.value > len(values) {
			continue
		}
		text := texts[i]
		values[v.value-1] = text
		switch v.kind {
		case 'd':
			if n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64); err == nil {
				values[v.value-1] = n
			}
		case 'q':
			if name, err := strconv.Unquote(text); err == nil {
				values[v.value-1] = name
			}
		case 's':
			if word, found := l.Words[text]; found {
				values[v.value-1] = word
			}
		}
	}
	return values
}
