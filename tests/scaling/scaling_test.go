package main

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write what is printed into docs/scaling.md")

var project = filepath.Join("..", "..")

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{project}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPage: docs/scaling.md holds what the program prints.
func TestPage(t *testing.T) {
	const begin, end = "<!-- printed by go run ./tests/scaling -->\n\n", "<!-- end of what is printed -->\n"
	page := read(t, "docs", "scaling.md")
	before, rest, begun := strings.Cut(page, begin)
	got, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		t.Fatalf("docs/scaling.md lacks the marks %q and %q", begin, end)
	}
	var printed strings.Builder
	report(&printed)
	if *update {
		if err := os.WriteFile(filepath.Join(project, "docs", "scaling.md"), []byte(before+begin+printed.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != printed.String() {
		t.Errorf("docs/scaling.md does not hold what is printed; -update takes it over:\n%s", printed.String())
	}
	for i, line := range strings.Split(page, "\n") {
		if utf8.RuneCountInString(line) > 120 {
			t.Errorf("docs/scaling.md:%d is %d characters long", i+1, utf8.RuneCountInString(line))
		}
	}
}

// TestLimitsAreTheServices: the limits of the arithmetic are those of the code.
func TestLimitsAreTheServices(t *testing.T) {
	for _, tt := range []struct {
		want  int
		file  string
		where string
	}{
		{queueMost, "services/hasher.go", `const hashQueue = (\d+)`},
		{counters, "services/signins.go", `signInShards = (\d+)`},
		{pool, "models/database_sqlserver.go", `serverConnections = (\d+)`},
	} {
		match := regexp.MustCompile(tt.where).FindStringSubmatch(read(t, tt.file))
		if match == nil || match[1] != strconv.Itoa(tt.want) {
			t.Errorf("%s says %q, want %d", tt.file, match, tt.want)
		}
	}
	if got := strings.Count(read(t, "models", "schema", "0004_trust.sql"), `'attempts `); got != attemptLocks {
		t.Errorf("there are %d locks of attempts, want %d", got, attemptLocks)
	}
}

// TestSimulate: of what comes, as much is served as the cores can do.
func TestSimulate(t *testing.T) {
	full := queueMost / capacity()
	for _, tt := range []struct{ load, refused float64 }{{0.5, 0}, {0.8, 0}, {1.25, 0.2}, {2, 0.5}, {4, 0.75}} {
		r := simulate(tt.load * capacity())
		if math.Abs(r.share()-tt.refused) > 0.01 {
			t.Errorf("at %s, %.3f are refused, want %.3f: what comes beyond the capacity", percent(tt.load), r.share(), tt.refused)
		}
		if longest := r.waits[len(r.waits)-1]; longest > full+1e-6 {
			t.Errorf("at %s, somebody waits for %.2f s, want no longer than a full queue takes, %.2f s", percent(tt.load), longest, full)
		}
	}
	if r := simulate(0.2 * capacity()); r.wait(0.99) > 10*time.Millisecond {
		t.Errorf("at a light load one in a hundred waits for %s", r.wait(0.99))
	}
}

// TestNeeds: the needs grow with the load, and what is written is read by eye.
func TestNeeds(t *testing.T) {
	for _, of := range []func(load float64) float64{hashCores, otherCores, hots[0].busy, hots[1].busy, hots[2].busy} {
		if one, ten := of(7), of(70); math.Abs(ten-10*one) > 1e-9 {
			t.Errorf("ten times the load needs %v, want ten times %v", ten, one)
		}
	}
	if got := replicas(0.1); got != 2 {
		t.Errorf("%v replicas for next to nothing, want two, as one may be lost", got)
	}
	for n, want := range map[float64]string{0: "0", 0.0498: "0.05", 2.5: "2.5", 3: "3", 64: "64", 1472: "1,472", 145216: "145,216", 2.6e9: "2.6 billion"} {
		if got := amount(n); got != want {
			t.Errorf("amount(%v) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{860: "860 bytes", 1910: "1.9 KiB", 3.5 * (1 << 40): "3.5 TiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%v) = %q, want %q", n, got, want)
		}
	}
}
