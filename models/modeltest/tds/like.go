package tds

import (
	"strings"
	"unicode/utf8"
)

// A likeElement matches one character, or with many any number of them.
type likeElement struct {
	many   bool
	any    bool
	not    bool
	ranges [][2]rune
}

// like reports whether the value matches the pattern of LIKE: %, _, [set] and
// [^set]; escape is 0 for none. A pattern whose set has no end matches nothing.
// Blanks at the end of the value count, unless all of it is varchar.
func like(value, pattern string, escape rune, folded, wide bool) bool {
	if folded {
		value = fold(value)
	}
	elements, ok := compileLike([]rune(pattern), escape, folded)
	return ok && (matchLike([]rune(value), elements) ||
		!wide && matchLike([]rune(strings.TrimRight(value, " ")), elements))
}

func compileLike(pattern []rune, escape rune, folded bool) ([]likeElement, bool) {
	var elements []likeElement
	for i := 0; i < len(pattern); i++ {
		r := pattern[i]
		switch {
		case escape != 0 && r == escape:
			if i++; i == len(pattern) {
				return nil, false
			}
			elements = append(elements, oneOf(pattern[i], folded))
		case r == '%':
			elements = append(elements, likeElement{many: true, any: true})
		case r == '_':
			elements = append(elements, likeElement{any: true})
		case r == '[':
			element, size := compileSet(pattern[i:], escape, folded)
			if size == 0 {
				return nil, false
			}
			elements = append(elements, element)
			i += size - 1
		default:
			elements = append(elements, oneOf(r, folded))
		}
	}
	return elements, true
}

func oneOf(r rune, folded bool) likeElement {
	if folded {
		r = foldRune(r)
	}
	return likeElement{ranges: [][2]rune{{r, r}}}
}

// compileSet reads [a-f_], and how many characters it takes; 0 if it has no end.
func compileSet(pattern []rune, escape rune, folded bool) (likeElement, int) {
	var set likeElement
	i := 1
	if i < len(pattern) && pattern[i] == '^' {
		set.not = true
		i++
	}
	for first := i; i < len(pattern); i++ {
		if pattern[i] == ']' && i > first {
			return set, i + 1
		}
		if escape != 0 && pattern[i] == escape && i+1 < len(pattern) {
			i++
		}
		low, high := pattern[i], pattern[i]
		if i+2 < len(pattern) && pattern[i+1] == '-' && pattern[i+2] != ']' {
			high = pattern[i+2]
			i += 2
		}
		if folded {
			low, high = foldRune(low), foldRune(high)
		}
		set.ranges = append(set.ranges, [2]rune{low, high})
	}
	return set, 0
}

func (e likeElement) matches(r rune) bool {
	if e.any {
		return true
	}
	for _, bounds := range e.ranges {
		if bounds[0] <= r && r <= bounds[1] {
			return !e.not
		}
	}
	return e.not
}

// matchLike goes back to the last % when it fails, which is enough.
func matchLike(value []rune, elements []likeElement) bool {
	v, e, star, starValue := 0, 0, -1, 0
	for v < len(value) {
		switch {
		case e < len(elements) && elements[e].many:
			star, starValue = e, v
			e++
		case e < len(elements) && elements[e].matches(value[v]):
			v++
			e++
		case star >= 0:
			starValue++
			v, e = starValue, star+1
		default:
			return false
		}
	}
	for e < len(elements) && elements[e].many {
		e++
	}
	return e == len(elements)
}

// escapeRune is the one character of ESCAPE.
func escapeRune(text string) (rune, *sqlError) {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || size != len(text) {
		return 0, errorf(506, `The invalid escape character "%s" was specified in a LIKE predicate.`, text)
	}
	return r, nil
}
