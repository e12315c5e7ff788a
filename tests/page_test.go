package tests

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
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// A block of a page is a program, and what the page says it prints.
type block struct {
	language, code string
	shape, printed string // the shape is json or text
}

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```\n")

// blocks are those of the page in the languages that tests run. What was printed
// follows at once.
func blocks(text string) []block {
	var all []block
	end := -1
	for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
		language, body := text[at[2]:at[3]], text[at[4]:at[5]]
		switch {
		case slices.Contains([]string{"sh", "python", "go", "ts"}, language):
			all = append(all, block{language: language, code: body})
			end = at[1]
		case at[0] == end:
			all[len(all)-1].shape, all[len(all)-1].printed = language, body
		}
	}
	return all
}

// of are the blocks in that language, as they are for a service at the address.
func of(all []block, language, address string) []block {
	var some []block
	for _, b := range all {
		if b.language == language {
			b.code = strings.ReplaceAll(b.code, "http://127.0.0.1:8080", address)
			some = append(some, b)
		}
	}
	return some
}

// TestAPIPage runs docs/api.md: each program, against a service with a key and one
// admin, as the page says, and compares what it prints.
func TestAPIPage(t *testing.T) {
	t.Parallel()
	all := blocks(readText(t, "docs/api.md"))
	address := startWithKey(t)
	runShell(t, address, of(all, "sh", address)) // makes the account that the others use
	for _, language := range []struct {
		name     string
		programs int
		run      func(t *testing.T, address string, programs []block)
	}{{"python", 2, runPython}, {"go", 3, runGo}, {"ts", 1, runTypeScript}} {
		programs := of(all, language.name, address)
		if len(programs) != language.programs {
			t.Errorf("the page has %d programs of %s, want %d", len(programs), language.name, language.programs)
		}
		t.Run(language.name, func(t *testing.T) {
			t.Parallel()
			language.run(t, address, programs)
		})
	}
}

// TestReadmeCalls runs the three calls of the README.
func TestReadmeCalls(t *testing.T) {
	t.Parallel()
	_, section, _ := strings.Cut(readText(t, "README.md"), "\n## The API in three calls\n")
	section, _, _ = strings.Cut(section, "\n## ")
	address, _ := startService(t)
	calls := of(blocks(section), "sh", address)
	if len(calls) != 3 {
		t.Fatalf("found %d calls, want 3", len(calls))
	}
	runShell(t, address, calls)
}

// startWithKey runs the service with a key of its own and the admin of the page.
func startWithKey(t *testing.T) (address string) {
	t.Helper()
	key, err := services.GenerateKey("EdDSA")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
	// The other settings are missing, so there is an error; the key is read all the same.
	settings, _ := services.LoadConfig(services.Settings{KeyFiles: path}, true)
	address, s := serveOn(t, modeltest.NewDB(t), func(c *services.Config) { c.Keys, c.Secret = settings.Keys, nil })
	makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	return address
}

// runShell runs the blocks one after the other in one shell, as a reader would.
func runShell(t *testing.T, _ string, programs []block) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("skipped: no bash on this machine")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("skipped: no curl on this machine")
	}
	const mark = "== the next block =="
	script := "set -eu\n"
	for _, p := range programs {
		script += p.code + "echo; echo '" + mark + "'\n"
	}
	output := execute(t, t.TempDir(), nil, bash, "-c", script)
	parts := strings.Split(output, mark+"\n")
	for i, p := range programs {
		p.compare(t, fmt.Sprintf("block %d", i+1), parts[i])
	}
}

// runPython wants a Python with requests and PyJWT: Debian's, or another that is
// found first.
func runPython(t *testing.T, _ string, programs []block) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import requests, jwt, cryptography").Run() == nil {
			for i, p := range programs {
				p.compare(t, fmt.Sprintf("program %d", i+1), execute(t, t.TempDir(), nil, python, "-c", p.code))
			}
			return
		}
	}
	t.Skip("skipped: no Python with requests and PyJWT; on Debian: apt-get install python3-requests python3-jwt python3-cryptography")
}

// execute runs a program to its good end, and returns what it printed.
func execute(t *testing.T, folder string, environment []string, name string, arguments ...string) string {
	t.Helper()
	var printed, complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), environment...)
	command.Stdout, command.Stderr = &printed, &complaint
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(name), err, printed.String(), complaint.String())
	}
	return printed.String()
}

// compare holds what was printed against what the page says: a text to the letter,
// JSON in its shape and in what is the same each time.
func (b block) compare(t *testing.T, name, got string) {
	t.Helper()
	got = strings.TrimSpace(got)
	want := strings.TrimSpace(b.printed)
	if b.shape != "json" {
		if got != want {
			t.Errorf("%s printed\n%s\nand the page says\n%s", name, got, want)
		}
		return
	}
	var is, should any
	if err := json.Unmarshal([]byte(got), &is); err != nil {
		t.Errorf("%s printed no JSON: %v: %s", name, err, got)
		return
	}
	if err := json.Unmarshal([]byte(want), &should); err != nil {
		t.Errorf("%s: the page has no JSON: %v", name, err)
		return
	}
	for _, fault := range differences(name, is, should) {
		t.Error(fault)
	}
}

// changing are the texts that are others each time: tokens, times, ids.
var changing = regexp.MustCompile(`^(eyJ.*|\d{4}-\d\d-\d\dT.*Z|[A-Z2-7]{26}|[\w-]{40,}|.*…)$`)

func differences(at string, is, should any) []string {
	switch should := should.(type) {
	case map[string]any:
		is, _ := is.(map[string]any)
		var all []string
		for name, value := range should {
			if _, found := is[name]; !found {
				all = append(all, at+" lacks "+name)
				continue
			}
			all = append(all, differences(at+"."+name, is[name], value)...)
		}
		for name := range is {
			if _, found := should[name]; !found {
				all = append(all, fmt.Sprintf("%s has %s, which the page does not show", at, name))
			}
		}
		return all
	case float64:
		if _, isNumber := is.(float64); isNumber {
			return nil
		}
	case string:
		if text, isText := is.(string); isText && (text == should || changing.MatchString(text) && changing.MatchString(should)) {
			return nil
		}
	default:
		if fmt.Sprint(is) == fmt.Sprint(should) {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, and the page says %v", at, is, should)}
}
