package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDeploySettings: what is set in deploy/ is a setting that the README knows, and
// whatever compose.yaml takes from its environment stands in the example of it.
func TestDeploySettings(t *testing.T) {
	readme, compose, example := readText(t, "README.md"), readText(t, "deploy/compose.yaml"), readText(t, "deploy/.env.example")
	own := "ROLECALL_DATABASE_PASSWORD" // of compose.yaml, which makes an address of it
	entries, err := os.ReadDir(filepath.Join(root, "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		for _, name := range regexp.MustCompile(`ROLECALL_[A-Z_]+`).FindAllString(readText(t, "deploy/"+entry.Name()), -1) {
			if name != own && !strings.Contains(readme, "`"+name+"`") {
				t.Errorf("deploy/%s sets %s, which is no setting", entry.Name(), name)
			}
		}
	}
	var taken, given []string
	for _, match := range regexp.MustCompile(`[^$]\$\{(\w+)`).FindAllStringSubmatch(compose, -1) {
		taken = append(taken, match[1])
	}
	for _, match := range regexp.MustCompile(`(?m)^(\w+)=`).FindAllStringSubmatch(example, -1) {
		given = append(given, match[1])
	}
	slices.Sort(taken)
	slices.Sort(given)
	if taken = slices.Compact(taken); len(taken) == 0 || !slices.Equal(taken, given) {
		t.Errorf("compose.yaml takes %q, and .env.example gives %q", taken, given)
	}
}

// TestUnits has systemd judge the units, with another program in the place of ours.
func TestUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("skipped: no systemd-analyze on this machine")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"rolecall.service", "rolecall-backup.service", "rolecall-backup.timer"} {
		unit := readText(t, "deploy/"+name)
		if strings.HasSuffix(name, ".service") {
			unit = replaced(t, unit, "/usr/local/bin/rolecall", self)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, arguments := range [][]string{
		{"verify", "rolecall.service"},
		{"verify", "rolecall-backup.service", "rolecall-backup.timer"},
		{"security", "--offline=true", "--no-pager", "--threshold=20", "rolecall.service"}, // an exposure of 2.0, of 10
		{"security", "--offline=true", "--no-pager", "--threshold=20", "rolecall-backup.service"},
	} {
		command := exec.CommandContext(t.Context(), "systemd-analyze", arguments...)
		command.Dir = folder
		output, err := command.CombinedOutput()
		if err != nil || arguments[0] == "verify" && len(output) > 0 {
			t.Errorf("systemd-analyze %q: %v\n%s", arguments, err, output)
		}
	}
}

// replaced is the text with each old part changed for a new one. A part that is not
// there fails the test.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("there is no %q in:\n%s", pairs[i], text)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
