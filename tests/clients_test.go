package tests

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// runGo compiles the programs in a module of their own, beside a client that is
// generated from the description of the service, and runs them.
func runGo(t *testing.T, address string, programs []block) {
	folder := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		write(t, filepath.Join(folder, name), readText(t, "tests/clients/go/"+name))
	}
	plain := []string{"GOFLAGS=", "GOWORK=off"} // the flags of a test are not for these
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir, download.Env = folder, append(os.Environ(), plain...)
	if output, err := download.CombinedOutput(); err != nil {
		t.Skipf("skipped: no oapi-codegen: the modules of tests/clients/go can't be had: %s", output)
	}
	write(t, filepath.Join(folder, "openapi.json"), description(t, address))
	generate := strings.Fields("tool oapi-codegen -generate models,client -package rolecall -o rolecall/client.go openapi.json")
	write(t, filepath.Join(folder, "rolecall", "client.go"), "")
	execute(t, folder, plain, "go", generate...)
	for i, p := range programs {
		write(t, filepath.Join(folder, fmt.Sprint("program", i+1), "main.go"), p.code)
	}
	built := filepath.Join(folder, "built") + string(filepath.Separator)
	execute(t, folder, plain, "go", "build", "-o", built, "./...")
	for i, p := range programs {
		name := fmt.Sprint("program", i+1)
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		p.compare(t, name, execute(t, folder, nil, built+name))
	}
}

// runTypeScript compiles the programs strictly, beside types that are generated from
// the description of the service, and runs them.
func runTypeScript(t *testing.T, address string, programs []block) {
	node, modules := nodeModules(t)
	folder := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "tsconfig.json"} {
		write(t, filepath.Join(folder, name), readText(t, "tests/clients/typescript/"+name))
	}
	execute(t, folder, nil, node, filepath.Join(modules, "openapi-typescript", "bin", "cli.js"), address+"/openapi.json", "-o", "rolecall.d.ts")
	for i, p := range programs {
		write(t, filepath.Join(folder, "main.ts"), p.code)
		execute(t, folder, nil, node, filepath.Join(modules, "typescript", "bin", "tsc"))
		p.compare(t, fmt.Sprintf("program %d", i+1), execute(t, folder, nil, node, "main.js"))
	}
}

// nodeModules finds what npm ci has installed in tests/clients/typescript.
func nodeModules(t *testing.T) (node, folder string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: no npm packages of clients: there is no Node on this machine")
	}
	folder, err = filepath.Abs(filepath.Join("clients", "typescript", "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("skipped: no npm packages of clients; npm ci in tests/clients/typescript installs them")
	}
	return node, folder
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// description is the service's /openapi.json.
func description(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET /openapi.json: %d, %v", answer.StatusCode, err)
	}
	return string(text)
}

// TestDescription: a strict linter has nothing to say about /openapi.json, and would
// say it.
func TestDescription(t *testing.T) {
	t.Parallel()
	node, modules := nodeModules(t)
	address, _ := startService(t)
	good := description(t, address)
	for _, tt := range []struct {
		name, text string
		faults     bool
	}{
		{"ours", good, false},
		{"without a summary", strings.Replace(good, `"summary":`, `"x-summary":`, 1), true},
	} {
		path := filepath.Join(t.TempDir(), "openapi.json")
		write(t, path, tt.text)
		lint := exec.CommandContext(t.Context(), node, filepath.Join(modules, "@redocly", "cli", "bin", "cli.js"),
			"lint", "--config", filepath.Join("clients", "typescript", "redocly.yaml"), "--format=json", path)
		lint.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
		output, _ := lint.Output() // the status is that of the faults, which are in the report
		var report struct {
			Totals   struct{ Errors, Warnings int }
			Problems []struct{ RuleID, Message string }
		}
		if err := json.Unmarshal(output, &report); err != nil {
			t.Fatalf("%s: the report of the linter: %v: %s", tt.name, err, output)
		}
		if found := report.Totals.Errors + report.Totals.Warnings; (found > 0) != tt.faults {
			t.Errorf("%s: the linter finds %d faults: %v", tt.name, found, report.Problems)
		}
	}
}

// TestClientVersions: the page tells readers the versions that the tests run.
func TestClientVersions(t *testing.T) {
	t.Parallel()
	page := readText(t, "docs/api.md")
	var wanted []string
	for _, match := range regexp.MustCompile(`(github\.com/oapi-codegen/oapi-codegen/v2) (v\S+)`).FindAllStringSubmatch(readText(t, "tests/clients/go/go.mod"), -1) {
		wanted = append(wanted, match[1]+"/cmd/oapi-codegen@"+match[2])
	}
	var manifest struct{ Dependencies map[string]string }
	if err := json.Unmarshal([]byte(readText(t, "tests/clients/typescript/package.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"openapi-fetch", "openapi-typescript", "typescript"} {
		wanted = append(wanted, name+"@"+manifest.Dependencies[name])
	}
	if len(wanted) != 4 {
		t.Errorf("the versions are %q, want 4", wanted)
	}
	for _, version := range wanted {
		if !strings.Contains(page, version) {
			t.Errorf("docs/api.md does not name %s", version)
		}
	}
}
