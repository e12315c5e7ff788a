package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// targets are the systems that deploy/release builds for. What is compiled in
// differs between them.
var targets = []string{"linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64", "darwin/amd64", "darwin/arm64"}

// A module is one that the program is compiled from, on some of the targets.
type module struct {
	Path, Version, Dir string
	folders            []string // of its packages that are compiled in
}

// standard stands for what comes with Go: its library and the runtime.
const standard = "the Go standard library and runtime"

// modulesOf finds the modules by name. The standard library is first.
func modulesOf(root string) ([]module, error) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	found := map[string]*module{}
	for _, target := range targets {
		if err := compiledIn(root, target, found); err != nil {
			return nil, fmt.Errorf("go list for %s: %w", target, err)
		}
	}
	first := strings.TrimSpace(string(goroot))
	list := []module{{Path: standard, Dir: first, folders: []string{first}}}
	for _, m := range found {
		list = append(list, *m)
	}
	slices.SortFunc(list[1:], func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return list, nil
}

// compiledIn adds the modules, with the folders of packages, of a build for the target.
// The flags of a test, such as -race, are not for it.
func compiledIn(root, target string, found map[string]*module) error {
	system, processor, _ := strings.Cut(target, "/")
	list := exec.Command("go", "list", "-deps", "-json=Dir,Module", ".")
	list.Dir = root
	list.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	output, err := list.Output()
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); {
		var p struct {
			Dir    string
			Module *struct {
				module
				Main bool
			}
		}
		if err := decoder.Decode(&p); err != nil {
			return err
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		if found[p.Module.Path] == nil {
			found[p.Module.Path] = &p.Module.module
		}
		if m := found[p.Module.Path]; !slices.Contains(m.folders, p.Dir) {
			m.folders = append(m.folders, p.Dir)
		}
	}
	return nil
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying)(\.(md|txt))?$`)
	noticeFile  = regexp.MustCompile(`(?i)^notice(\.(md|txt))?$`)
)

// documents are the licences and notices, below the module's folder, of what is
// compiled in: those of the module, and those of folders that have their own.
func (m module) documents() (licences, notices []string, err error) {
	seen := map[string]bool{}
	for _, folder := range m.folders {
		for ; len(folder) >= len(m.Dir) && !seen[folder]; folder = filepath.Dir(folder) {
			seen[folder] = true
			entries, err := os.ReadDir(folder)
			if err != nil {
				return nil, nil, err
			}
			for _, e := range entries {
				relative, _ := filepath.Rel(m.Dir, filepath.Join(folder, e.Name()))
				switch {
				case e.IsDir():
				case licenceFile.MatchString(e.Name()):
					licences = append(licences, filepath.ToSlash(relative))
				case noticeFile.MatchString(e.Name()):
					notices = append(notices, filepath.ToSlash(relative))
				}
			}
		}
	}
	slices.Sort(licences)
	slices.Sort(notices)
	if len(licences) == 0 {
		return nil, nil, fmt.Errorf("no licence in %s", m.Dir)
	}
	return licences, notices, nil
}
