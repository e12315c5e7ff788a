package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// TestNotice: NOTICE is what the command would write now. It is a list of what is in
// go.mod and in the files, so whoever changes these runs the command again.
func TestNotice(t *testing.T) {
	t.Parallel()
	want, err := notice(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("NOTICE is not current: run `go run ./tests/supply`. The first line that differs: %s", firstDifference(string(got), want))
	}
	for _, word := range []string{"github.com/gofiber/fiber/v2 v", "Copyright 2009 The Go Authors", "Permission is hereby granted", "Tabler"} {
		if !strings.Contains(want, word) {
			t.Errorf("NOTICE does not say %q", word)
		}
	}
}

func firstDifference(got, want string) string {
	lines := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || lines[i] != line {
			return line
		}
	}
	return "the end"
}

// TestFoldersOfOthers: no file of somebody else lies in these folders unlisted.
func TestFoldersOfOthers(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{"tests/testdata/axe/LICENSE-3RD-PARTY.txt": true}
	for _, p := range parts {
		for path := range p.files {
			listed[path] = true
		}
		for _, path := range append(p.licences, p.notices...) {
			listed[path] = true
		}
	}
	for _, folder := range []string{"static/vendor", "services/commonpasswords", "tests/testdata/axe"} {
		err := fs.WalkDir(os.DirFS(root), folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !listed[path] {
				t.Errorf("%s is not in the table of tests/supply/files.go", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestPartChanged: a file that was replaced is noticed, and one that tells another
// version.
func TestPartChanged(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "them.js"), []byte("them 2.0"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		part part
		good bool
	}{
		{"as listed", part{files: map[string]string{"them.js": ""}, says: "them 2.0"}, true},
		{"another version", part{files: map[string]string{"them.js": ""}, says: "them 1.0"}, false},
		{"another file", part{files: map[string]string{"them.js": strings.Repeat("0", 64)}}, false},
		{"no file", part{files: map[string]string{"they.js": ""}}, false},
	} {
		if err := tt.part.check(folder); (err == nil) != tt.good {
			t.Errorf("%s: check = %v, want good: %t", tt.name, err, tt.good)
		}
	}
}

// TestClassify: what is not allowed is refused, and so is what nobody knows.
func TestClassify(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(mit)))
	if err != nil {
		t.Fatal(err)
	}
	gpl := "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public " +
		"License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version."
	for _, tt := range []struct {
		name, text, want string // want is part of the error; "" for none
	}{
		{"MIT", string(good), ""},
		{"GPL", gpl, "GPL-3.0-or-later is not among"},
		{"MIT, and GPL", string(good) + gpl, "GPL-3.0-or-later is not among"},
		{"MIT with a condition", string(good) + "The Software shall be used for Good, not Evil, and by nobody who competes with us or with our friends in anything.", "is known"},
		{"no words of a licence", "All rights reserved. Ask us.", "is known"},
	} {
		names, err := classify(tt.text)
		if tt.want == "" && (err != nil || len(names) != 1 || names[0] != "MIT") {
			t.Errorf("%s: classify = %q, %v, want MIT", tt.name, names, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: classify = %q, %v, want an error with %q", tt.name, names, err, tt.want)
		}
	}
}

// TestTextsAreOne: one text stands for all that differ in title, copyright and line
// breaks; another condition makes another text.
func TestTextsAreOne(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(mit)))
	if err != nil {
		t.Fatal(err)
	}
	body, copyright := withoutCopyright(string(good))
	if len(copyright) != 2 || strings.Contains(body, "Dropbox") {
		t.Errorf("the copyright is %q, and the rest begins with %.60q", copyright, body)
	}
	used := &texts{}
	for i, tt := range []struct {
		text string
		want int
	}{
		{string(good), 1},
		{"The MIT License (MIT)\n\nCopyright (c) 2026 Somebody\nAll rights reserved.\n\n" + strings.ReplaceAll(body, "\n", " "), 1},
		{body + "\nAnd one more.", 2},
	} {
		if got, err := used.number(tt.text); err != nil || got != tt.want {
			t.Errorf("text %d: number = %d, %v, want %d", i, got, err, tt.want)
		}
	}
}
