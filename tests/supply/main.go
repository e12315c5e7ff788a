// Supply writes NOTICE: what of other people the program and the project hold, and
// under which licence. Whoever adds a module or changes its version, or a file of
// somebody else, runs it; TestNotice fails until then.
//
//	go run ./tests/supply
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	text, err := notice(".")
	if err == nil {
		err = os.WriteFile("NOTICE", []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "supply:", err)
		os.Exit(1)
	}
}

// notice is the text of NOTICE, for the project in the folder root.
func notice(root string) (string, error) {
	used := &texts{}
	var theirs, compiled []entry
	for _, p := range parts {
		e, err := p.entry(root, used)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		theirs = append(theirs, e)
	}
	modules, err := modulesOf(root)
	if err != nil {
		return "", err
	}
	for _, m := range modules {
		e, err := m.entry(used)
		if err != nil {
			return "", fmt.Errorf("%s: %w", m.Path, err)
		}
		compiled = append(compiled, e)
	}
	return compose(theirs, compiled, used), nil
}

const (
	preface = `rolecall holds work of other people: files, and modules of Go that the program is
compiled from. Each is under its own licence, and unmodified where nothing else is
said. The texts of the licences are at the end.

This file is written by ` + "`go run ./tests/supply`" + `, and a test holds that it is true.
`
	rule = "------------------------------------------------------------------------------\n"
)

// compose puts the file together.
func compose(theirs, compiled []entry, used *texts) string {
	var out strings.Builder
	out.WriteString(preface)
	for _, section := range []struct {
		name    string
		entries []entry
	}{{"Files", theirs}, {"Modules of Go", compiled}} {
		fmt.Fprintf(&out, "\n%s%s\n", rule, section.name)
		for _, e := range section.entries {
			fmt.Fprintf(&out, "\n%s\n", e.title)
			for _, line := range e.lines {
				out.WriteString(strings.TrimRight("  "+line, " ") + "\n")
			}
		}
	}
	for i, body := range used.bodies {
		fmt.Fprintf(&out, "\n%sText %d: %s\n\n%s\n", rule, i+1, used.names[i], body)
	}
	return out.String()
}
