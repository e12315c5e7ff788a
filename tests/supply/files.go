package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A part is something of other people that lies in the project as files.
type part struct {
	name, home string
	copyright  []string
	files      map[string]string // path to SHA-256; "" for a file of ours that holds some of theirs
	says       string            // what tells the version, in one of the files
	licences   []string          // the files with its terms
	notices    []string          // the files that go along with it
	remark     string
}

// mit is a file with the words of the MIT licence. What names the licence but does
// not bring it along is given under these.
const mit = "services/commonpasswords/LICENSE.txt"

var parts = []part{
	{
		name: "Tabler 1.6.1 (npm @tabler/core)", home: "https://tabler.io",
		copyright: []string{
			"Copyright 2018-2026 The Tabler Authors", "Copyright 2018-2026 codecalm.net Paweł Kuna",
			"Derived in part from Bootstrap (MIT, Copyright The Bootstrap Authors)",
		},
		files: map[string]string{
			"static/vendor/tabler/tabler.min.css": "370a2d4e608ae518351d10528fc7dbe19b354ae5062c51b2a9cb294850d65403",
		},
		says: "Tabler v1.6.1", licences: []string{mit},
	},
	{
		name: "Tabler Icons 3.51.0 (npm @tabler/icons)", home: "https://tabler.io/icons",
		copyright: []string{"Copyright (c) 2020-2026 Paweł Kuna"},
		files:     map[string]string{"views/partials/icons.html": ""},
		says:      "Tabler Icons 3.51.0", licences: []string{mit},
		remark: "The paths of the outlines, within an element of ours.",
	},
	{
		name: "Swagger UI 5.35.0 (npm swagger-ui-dist)", home: "https://swagger.io/tools/swagger-ui/",
		files: map[string]string{
			"static/vendor/swagger-ui/swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
			"static/vendor/swagger-ui/swagger-ui.css":       "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
		},
		says: "5.35.0", licences: []string{"static/vendor/swagger-ui/LICENSE"},
		notices: []string{"static/vendor/swagger-ui/NOTICE", "static/vendor/swagger-ui/swagger-ui-bundle.js.LICENSE.txt"},
	},
	{
		name: "zxcvbn-ts language-common 4.1.3 (npm @zxcvbn-ts/language-common)", home: "https://zxcvbn-ts.github.io/zxcvbn/",
		copyright: []string{"Copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc.", "Copyright (c) 2021 @zxcvbn-ts"},
		files: map[string]string{
			"services/commonpasswords/passwords.json": "f422773d94d630f27e08b26d7017e847bb1feb2a84809340e9c0b0c47b33e3f1",
		},
		licences: []string{mit}, remark: "Its list of common passwords.",
	},
	{
		name: "axe-core 4.14.1 (npm axe-core)", home: "https://www.deque.com/axe/",
		copyright: []string{"Copyright (c) 2015-2026 Deque Systems, Inc."},
		files: map[string]string{
			"tests/testdata/axe/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
		},
		says: "axe v4.14.1", licences: []string{"tests/testdata/axe/LICENSE"},
		remark: "For the tests: the program does not hold it. What it holds of others is listed,\nwith the licences, in tests/testdata/axe/LICENSE-3RD-PARTY.txt",
	},
}

// entry describes the part, after it has looked at the files.
func (p part) entry(root string, used *texts) (entry, error) {
	e := entry{title: p.name + ", " + p.home}
	if err := p.check(root); err != nil {
		return e, err
	}
	for _, path := range p.licences {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return e, err
		}
		number, err := used.number(string(text))
		if err != nil {
			return e, fmt.Errorf("%s: %w", path, err)
		}
		e.lines = append(e.lines, fmt.Sprintf("%s (text %d)", used.names[number-1], number))
	}
	e.lines = append(e.lines, p.copyright...)
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		e.lines = append(e.lines, "in "+path)
	}
	if p.remark != "" {
		e.lines = append(e.lines, strings.Split(p.remark, "\n")...)
	}
	err := e.quote(root, p.notices)
	return e, err
}

// check: each file is the one of that version, byte for byte.
func (p part) check(root string) error {
	said := p.says == ""
	for path, want := range p.files {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(content)); want != "" && got != want {
			return fmt.Errorf("%s is another file: its SHA-256 is %s, not %s", path, got, want)
		}
		said = said || strings.Contains(string(content), p.says)
	}
	if !said {
		return fmt.Errorf("no file says %q", p.says)
	}
	return nil
}
