package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"rolecall/models"
)

// The least scores of a page, of 100.
const (
	leastAccess      = 95
	leastPractices   = 95
	leastPerformance = 90
)

// lighthouseFlags are for the Chromium that Lighthouse starts: it asks nobody
// but the service.
const lighthouseFlags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"

// A lighthouseReport is what this test reads of it.
type lighthouseReport struct {
	URL        string `json:"finalDisplayedUrl"`
	Categories map[string]struct {
		Score     float64 `json:"score"` // of 1
		AuditRefs []struct {
			ID     string  `json:"id"`
			Weight float64 `json:"weight"`
		} `json:"auditRefs"`
	} `json:"categories"`
	Audits map[string]struct {
		Title        string   `json:"title"`
		Score        *float64 `json:"score"` // null where it does not apply
		DisplayValue string   `json:"displayValue"`
	} `json:"audits"`
}

// TestLighthouse: each of the four pages that people see most scores well. The
// performance depends on the machine, so it is measured and demanded only where
// ROLECALL_TEST_PERFORMANCE is set: one page after the other then.
func TestLighthouse(t *testing.T) {
	if !demandsPerformance() {
		t.Parallel()
	}
	command := lighthouseCommand(t)
	address, s := startService(t)
	people(t, s)
	for _, page := range []struct {
		name, path string
		admin      bool
	}{{"login", "/login", false}, {"register", "/register", false}, {"list", "/admin/users", true}, {"user", "/admin/users/3", true}} {
		t.Run(page.name, func(t *testing.T) {
			if !demandsPerformance() {
				t.Parallel()
			}
			headers := map[string]string{"Accept-Language": "en"}
			if page.admin { // signs in only now: a session may not have lasted until this page's turn
				headers["Cookie"] = "rolecall=" + rootToken(t, s, password, models.ConsoleSession)
			}
			report := command.judge(t, address+page.path, headers)
			if report.URL != address+page.path {
				t.Fatalf("Lighthouse came to %s", report.URL)
			}
			report.check(t)
		})
	}
}

func demandsPerformance() bool { return os.Getenv("ROLECALL_TEST_PERFORMANCE") != "" }

// A lighthouse is the command, installed by npm ci in its folder.
type lighthouse struct{ node, script, chromium string }

func lighthouseCommand(t *testing.T) lighthouse {
	t.Helper()
	chromium, err := findChromium()
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	node, err := exec.LookPath("node")
	script := filepath.Join("lighthouse", "node_modules", "lighthouse", "cli", "index.js")
	if _, missing := os.Stat(script); err != nil || missing != nil {
		t.Skip("skipped: no Lighthouse; npm ci in tests/lighthouse installs it")
	}
	return lighthouse{node: node, script: script, chromium: chromium}
}

func (l lighthouse) judge(t *testing.T, url string, headers map[string]string) lighthouseReport {
	t.Helper()
	extra, err := json.Marshal(headers)
	if err != nil {
		t.Fatal(err)
	}
	categories := "accessibility,best-practices"
	if demandsPerformance() {
		categories += ",performance"
	}
	var complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), l.node, l.script, url, "--output=json", "--quiet", "--no-enable-error-reporting",
		"--only-categories="+categories, "--chrome-flags="+lighthouseFlags, "--extra-headers="+string(extra))
	command.Env = append(os.Environ(), "CHROME_PATH="+l.chromium)
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		t.Fatalf("lighthouse: %v\n%s", err, complaint.String())
	}
	var report lighthouseReport
	if err := json.Unmarshal(output, &report); err != nil {
		t.Fatalf("the report of Lighthouse: %v", err)
	}
	return report
}

func (r lighthouseReport) check(t *testing.T) {
	t.Helper()
	access, practices := r.score("accessibility"), r.score("best-practices")
	t.Logf("accessibility %d, best practices %d", access, practices)
	if access < leastAccess || practices < leastPractices {
		t.Errorf("want %d and %d; these cost points: %s", leastAccess, leastPractices, r.faults("accessibility", "best-practices"))
	}
	if !demandsPerformance() {
		return
	}
	if performance := r.score("performance"); performance < leastPerformance {
		t.Errorf("performance is %d, want %d; these cost points: %s", performance, leastPerformance, r.faults("performance"))
	}
}

// score is of 100, rounded as Lighthouse does.
func (r lighthouseReport) score(category string) int {
	return int(math.Round(r.Categories[category].Score * 100))
}

// faults are the audits with a weight that a page does not fully hold.
func (r lighthouseReport) faults(categories ...string) string {
	text := ""
	for _, category := range categories {
		for _, ref := range r.Categories[category].AuditRefs {
			if audit := r.Audits[ref.ID]; ref.Weight > 0 && audit.Score != nil && *audit.Score < 1 {
				text += fmt.Sprintf("\n%s: %s (%.2f) %s", ref.ID, audit.Title, *audit.Score, audit.DisplayValue)
			}
		}
	}
	return text
}
