package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
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

const released = "v0.0.0-test"

// TestRelease makes a release for this machine's target twice, out of two copies of
// the project that lie in different folders, and wants the same bytes. Then it runs
// what came of it.
func TestRelease(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: the test runs on Linux; deploy/release runs wherever bash does")
	}
	if output, err := exec.CommandContext(t.Context(), "git", "-C", root, "rev-parse", "HEAD").CombinedOutput(); err != nil {
		t.Skipf("skipped: no clone of git: %s", output)
	}
	first := release(t, t.TempDir())
	second := release(t, filepath.Join(t.TempDir(), "deeper", "and deeper"))
	for name, content := range first {
		if !bytes.Equal(second[name], content) {
			t.Errorf("%s differs from one folder to the other", name)
		}
	}
	name := fmt.Sprintf("rolecall-%s-%s-%s", released, runtime.GOOS, runtime.GOARCH)
	if len(first) != 3 || len(second) != 3 {
		t.Fatalf("the release has %d and %d files, want 3", len(first), len(second))
	}
	checkSums(t, first)
	if committed(t, "go.mod") {
		checkParts(t, first[name+".cdx.json"])
	}
	papers := unpack(t, first[name+".tar.gz"])
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	if committed(t, "NOTICE") && !bytes.Equal(papers[name+"/NOTICE"], notice) || len(papers[name+"/README.md"]) == 0 {
		t.Errorf("the archive lacks NOTICE or README.md, among %d files", len(papers))
	}
	program := filepath.Join(t.TempDir(), "rolecall")
	if err := os.WriteFile(program, papers[name+"/rolecall"], 0o700); err != nil {
		t.Fatal(err)
	}
	checkStatic(t, program)
	serves(t, program)
}

// release makes one in a clone of the project at that folder, and returns its files.
func release(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	clone, result := filepath.Join(folder, "rolecall"), filepath.Join(folder, "result")
	if output, err := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "--no-hardlinks", root, clone).CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v: %s", err, output)
	}
	script := exec.CommandContext(t.Context(), "bash", filepath.Join(clone, "deploy", "release"), released, result, runtime.GOOS+"/"+runtime.GOARCH)
	if output, err := script.CombinedOutput(); err != nil {
		if bytes.Contains(output, []byte("cyclonedx-gomod@")) {
			t.Skipf("skipped: no cyclonedx-gomod: it can't be had: %s", output)
		}
		t.Fatalf("deploy/release: %v: %s", err, output)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(result)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(result, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// committed reports whether the file is as it was committed last: a release is made
// of nothing else.
func committed(t *testing.T, name string) bool {
	t.Helper()
	return exec.CommandContext(t.Context(), "git", "-C", root, "diff", "--quiet", "HEAD", "--", name).Run() == nil
}

func checkSums(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name); name != "SHA256SUMS" && !bytes.Contains(files["SHA256SUMS"], []byte(line)) {
			t.Errorf("SHA256SUMS lacks %s", line)
		}
	}
}

// checkParts: the list has each module that NOTICE has, with a version and a licence,
// and nothing that changes from one time to the next.
func checkParts(t *testing.T, text []byte) {
	t.Helper()
	var list struct {
		BOMFormat, SerialNumber string
		Metadata                struct{ Timestamp string }
		Components              []struct {
			Name, Version string
			Evidence      struct{ Licenses []any }
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	if list.BOMFormat != "CycloneDX" || list.SerialNumber != "" || list.Metadata.Timestamp != "" {
		t.Errorf("the list is a %q of %q, with the number %q", list.BOMFormat, list.Metadata.Timestamp, list.SerialNumber)
	}
	versions := map[string]string{}
	for _, c := range list.Components {
		versions[c.Name] = c.Version
		if c.Name != "std" && len(c.Evidence.Licenses) == 0 { // Go itself: see NOTICE
			t.Errorf("%s has no licence in the list", c.Name)
		}
	}
	modules, err := modulesOf(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules[1:] {
		if versions[m.Path] != m.Version {
			t.Errorf("the list has %s in %q, want %s", m.Path, versions[m.Path], m.Version)
		}
	}
}

func unpack(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
}

// checkStatic: nothing of this machine is loaded at the start.
func checkStatic(t *testing.T, program string) {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program is not static: it has %s", p.Type)
		}
	}
}

// serves: the program tells its version, serves, and ends as it should.
func serves(t *testing.T, program string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program, "version").Output()
	if want := "rolecall " + released + "\n"; err != nil || string(output) != want {
		t.Errorf("version prints %q, %v; want %q", output, err, want)
	}
	serve := exec.CommandContext(t.Context(), program)
	serve.Dir = t.TempDir()
	serve.Env = append(os.Environ(), "ROLECALL_LISTEN=127.0.0.1:0", "ROLECALL_DATABASE_URL=sqlite:rolecall.db")
	log, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := serve.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		_, _ = io.Copy(io.Discard, log)
		if err := serve.Wait(); err != nil {
			t.Errorf("the program ends with %v", err)
		}
	}()
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if match := regexp.MustCompile(`url=(\S+)`).FindStringSubmatch(lines.Text()); match != nil {
			answers(t, match[1])
			return
		}
	}
	t.Error("the program says no address")
}

func answers(t *testing.T, address string) {
	t.Helper()
	answer, err := http.Get(address + "/openapi.json")
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(text), `"version":"`+released+`"`) {
		t.Errorf("the API does not tell the version %s: %v", released, err)
	}
}
