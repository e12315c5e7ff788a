package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are the licences that a part may have, by their SPDX names.
var allowed = []string{"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "ISC", "0BSD", "Unlicense", "CC0-1.0"}

// recognized is how much of a licence's text, in per cent of its words, must be
// that of known licences. A clause that somebody added is more than the rest.
const recognized = 90

// classify names the licences of a text. It refuses one that is not allowed, and
// one that it does not know.
func classify(text string) ([]string, error) {
	coverage := licensecheck.Scan([]byte(text))
	var names []string
	for _, match := range coverage.Match {
		if match.IsURL || slices.Contains(names, match.ID) {
			continue
		}
		if !slices.Contains(allowed, match.ID) {
			return nil, fmt.Errorf("the licence %s is not among %s", match.ID, strings.Join(allowed, ", "))
		}
		names = append(names, match.ID)
	}
	if len(names) == 0 || coverage.Percent < recognized {
		return nil, fmt.Errorf("only %.0f %% of the licence is known: %q", coverage.Percent, names)
	}
	return names, nil
}

// texts are the distinct licences, in the order in which they were met.
type texts struct {
	keys   []string
	bodies []string
	names  []string
}

var (
	copyrightLine = regexp.MustCompile(`(?i)^\W*(portions )?(copyright|©).*(\d{4}|©|\(c\)).*$|^\W*all rights reserved\.?\s*$`)
	titleLine     = regexp.MustCompile(`(?i)^\W*(the )?(mit|isc|bsd|new bsd)\b.{0,30}licen[cs]e.{0,20}$`)
)

// number finds the text among those that were met, or adds it. Two licences are
// the same if they differ in their title, copyright and line breaks alone.
func (t *texts) number(licence string) (int, error) {
	names, err := classify(licence)
	if err != nil {
		return 0, err
	}
	body := licence
	if len(names) == 1 {
		body, _ = withoutCopyright(licence)
	}
	key := strings.ToLower(strings.Join(strings.Fields(body), " "))
	if found := slices.Index(t.keys, key); found >= 0 {
		return found + 1, nil
	}
	t.keys = append(t.keys, key)
	t.bodies = append(t.bodies, body)
	t.names = append(t.names, strings.Join(names, ", "))
	return len(t.keys), nil
}

// withoutCopyright parts the words that are everybody's from those of this one.
func withoutCopyright(licence string) (body string, copyright []string) {
	var kept []string
	for line := range strings.Lines(licence) {
		line = strings.TrimRight(line, " \t\r\n")
		switch {
		case copyrightLine.MatchString(line):
			copyright = append(copyright, strings.TrimSpace(line))
		case !titleLine.MatchString(line):
			kept = append(kept, line)
		}
	}
	return strings.Trim(strings.Join(kept, "\n"), "\n"), copyright
}

// An entry is a module in NOTICE.
type entry struct {
	title string
	lines []string
}

// entry reads the licences of the module, and the notices that it asks to hand on.
func (m module) entry(used *texts) (entry, error) {
	e := entry{title: strings.TrimSpace(m.Path + " " + m.Version)}
	licences, notices, err := m.documents()
	if err != nil {
		return e, err
	}
	for _, name := range licences {
		text, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(name)))
		if err != nil {
			return e, err
		}
		number, err := used.number(string(text))
		if err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
		e.lines = append(e.lines, fmt.Sprintf("%s: %s (text %d)", name, used.names[number-1], number))
		if !strings.Contains(used.names[number-1], ",") { // a text of several licences has them all
			_, copyright := withoutCopyright(string(text))
			e.lines = append(e.lines, copyright...)
		}
	}
	err = e.quote(m.Dir, notices)
	return e, err
}

// quote adds the words of files as they are.
func (e *entry) quote(folder string, names []string) error {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		e.lines = append(e.lines, name+":")
		for line := range strings.Lines(strings.TrimSpace(string(text))) {
			e.lines = append(e.lines, strings.TrimRight("  "+line, " \t\r\n"))
		}
	}
	return nil
}
