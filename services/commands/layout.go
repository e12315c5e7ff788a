package commands

import (
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"rolecall/services"
)

// A layout is how text is laid out for who reads it.
type layout struct {
	width  int // in characters
	colour bool
}

// Widths of lines, where the terminal does not tell or is wider than one reads.
const (
	usualWidth  = 100
	narrowWidth = 40
	widestWidth = 120
)

// layout fits the terminal, where standard output is one. NO_COLOR, set to
// anything, asks for no colours (https://no-color.org).
func (t *Terminal) layout() layout {
	file, ok := t.Stdout.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return layout{width: usualWidth}
	}
	l := layout{width: usualWidth, colour: os.Getenv("NO_COLOR") == ""}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		l.width = min(max(width, narrowWidth), widestWidth)
	}
	return l
}

// wrap breaks the text between words, with first before the first line and
// indent before the others.
func (l layout) wrap(text, first, indent string) string {
	var out strings.Builder
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > l.width {
			out.WriteString(line + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return out.String() + line + "\n"
}

// aligned puts rows of cells into columns.
func aligned(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2)
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

// colours of the severities, in the codes of ECMA-48, section 8.3.117.
var colours = map[services.Severity]string{services.Fatal: "1;31", services.Warning: "1;33", services.Note: "36", services.Fine: "32"}

func (l layout) coloured(severity services.Severity, word string) string {
	if !l.colour {
		return word
	}
	return "\x1b[" + colours[severity] + "m" + word + "\x1b[0m"
}
