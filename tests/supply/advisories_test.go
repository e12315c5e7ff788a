package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// An advisory names the first version of a module in which holes are closed.
type advisory struct{ module, fixed, holes string }

// advisories are those of the Go vulnerability database (its state of 21 August
// 2026) and of GitHub about modules that the program is compiled from, or would be
// soon. Where vuln.go.dev can't be reached, and govulncheck so has nothing to
// check by, TestAdvisories goes by this list. Only what is dearest of a module's
// past is kept: a version that is older than a line is refused.
var advisories = []advisory{
	{"github.com/gofiber/fiber/v2", "v2.52.1", "GO-2024-2574 CVE-2024-25124: CORS for everybody, with credentials"},
	{"github.com/gofiber/fiber/v2", "v2.52.5", "GO-2024-2959 CVE-2024-38513: a client chooses its session's id"},
	{"github.com/gofiber/fiber/v2", "v2.52.9", "GO-2025-3845 CVE-2025-54801: a form takes all memory; GO-2025-3706 CVE-2025-48075: or panics"},
	{"github.com/gofiber/fiber/v2", "v2.52.11", "GO-2026-4471 CVE-2025-66630: ids that can be guessed"},
	{"github.com/gofiber/fiber/v2", "v2.52.12", "GO-2026-4543 CVE-2026-25882: a route with many parameters panics"},
	{"github.com/gofiber/fiber/v2", "v2.52.13", "GO-2026-5585 CVE-2026-42554: script in a negotiated answer"},
	{"github.com/gofiber/fiber/v2", "v2.52.15", "CVE-2026-45045: a proxy believes X-Real-IP; GHSA-c5qf-v26h-rp5r: locks are kept for ever"},
	{"github.com/gofiber/utils", "v1.2.0", "GO-2025-4208 CVE-2025-66565: ids that can be guessed"},
	{"github.com/valyala/fasthttp", "v1.34.0", "GO-2022-0355 CVE-2022-21221: paths that lead outside"},
	{"github.com/valyala/fasthttp", "v1.70.0", "GO-2026-4950: a path encoded twice passes an authorization"},
	{"github.com/golang-jwt/jwt/v5", "v5.2.2", "GO-2025-3553 CVE-2025-30204: a token of many dots takes memory"},
	{"github.com/jackc/pgx/v5", "v5.5.4", "GO-2024-2606 CVE-2024-27304: SQL in a message of over 4 GiB"},
	{"github.com/jackc/pgx/v5", "v5.9.0", "GO-2026-4771 CVE-2026-33815, GO-2026-4772 CVE-2026-33816: memory"},
	{"github.com/jackc/pgx/v5", "v5.9.2", "GO-2026-5004 CVE-2026-41889: SQL through dollar quotes"},
	{"github.com/klauspost/compress", "v1.18.7", "GO-2026-5841: reads beyond a buffer"},
	{"golang.org/x/crypto", "v0.45.0", "GO-2025-4134 CVE-2025-58181, GO-2025-4135 CVE-2025-47914: ssh"},
	{"golang.org/x/crypto", "v0.52.0", "GO-2026-5005 to 5033 CVE-2026-39827 to 39835: ssh"},
	{"golang.org/x/net", "v0.56.0", "GO-2026-5942 CVE-2026-46600, and GO-2026-5025 to 5030 before it"},
	{"golang.org/x/oauth2", "v0.27.0", "GO-2025-3488 CVE-2025-22868: a token takes memory"},
	{"golang.org/x/sys", "v0.44.0", "GO-2026-5024 CVE-2026-39824: an overflow on Windows"},
	{"golang.org/x/text", "v0.39.0", "GO-2026-5970 CVE-2026-56852, and GO-2022-1059 CVE-2022-32149: endless parsing"},
	{"github.com/prometheus/client_golang", "v1.11.1", "GO-2022-0322 CVE-2022-21698: methods that a client invents take memory"},
	{"go.opentelemetry.io/otel", "v1.44.0", "GO-2026-5158 CVE-2026-41178, GO-2026-5506 CVE-2026-29181: baggage without a limit"},
	{"go.opentelemetry.io/otel/sdk", "v1.43.0", "GO-2026-5426 CVE-2026-39883, GO-2026-4394 CVE-2026-24051: runs what PATH finds"},
	{"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp", "v1.43.0", "GO-2026-4985 CVE-2026-39882: an answer takes memory"},
	{"google.golang.org/grpc", "v1.82.1", "GO-2026-6061, GO-2026-4762 CVE-2026-33186: passes an authorization"},
	{"google.golang.org/protobuf", "v1.33.0", "GO-2024-2611 CVE-2024-24786: endless parsing"},
}

// chosen are versions that are held for other reasons: docs/decisions has them, or
// what is newer is known to be worse.
var chosen = map[string]string{
	"github.com/gofiber/fiber/v2":            "v2.52.15",
	"github.com/valyala/fasthttp":            "v1.77.0",
	"github.com/gofiber/template/html/v2":    "v2.1.3",
	"gorm.io/gorm":                           "v1.31.2",
	"gorm.io/driver/sqlserver":               "v1.6.3",
	"github.com/microsoft/go-mssqldb":        "v1.11.2",
	"gorm.io/driver/postgres":                "v1.6.3",
	"github.com/ncruces/go-sqlite3":          "v0.36.0",
	"github.com/ncruces/go-sqlite3/gormlite": "v0.34.0",
	"github.com/golang-jwt/jwt/v5":           "v5.3.1",
	"golang.org/x/crypto":                    "v0.58.0",
}

// TestAdvisories: no module is older than its holes allow.
func TestAdvisories(t *testing.T) {
	t.Parallel()
	versions := versionsInUse(t)
	for _, a := range advisories {
		if !semver.IsValid(a.fixed) || !strings.Contains(a.holes, "GO-") && !strings.Contains(a.holes, "CVE-") {
			t.Errorf("no version, or no name of a hole: %v", a)
		}
		if got, used := versions[a.module]; used && semver.Compare(got, a.fixed) < 0 {
			t.Errorf("%s is at %s, want at least %s: %s", a.module, got, a.fixed, a.holes)
		}
	}
	for module, want := range chosen {
		if got := versions[module]; got != want {
			t.Errorf("%s is at %s, want %s", module, got, want)
		}
	}
}

// versionsInUse are those of the whole list of modules, with what only tests and
// tools need.
func versionsInUse(t *testing.T) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(output)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		versions[path] = version
	}
	if len(versions) < 30 {
		t.Fatalf("only %d modules were found", len(versions))
	}
	return versions
}

// TestFasthttpIsOurs: fiber asks for a fasthttp with holes, so ours is required and
// imported here: a requirement that nothing imports would be tidied away.
func TestFasthttpIsOurs(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Require {
		if r.Mod.Path == "github.com/valyala/fasthttp" && !r.Indirect {
			return
		}
	}
	t.Error("go.mod does not require github.com/valyala/fasthttp directly")
}

// TestLockFiles: what npm installs for the tests is pinned by its hash, whichever
// registry it comes from.
func TestLockFiles(t *testing.T) {
	t.Parallel()
	found := 0
	for _, pattern := range []string{"tests/*/package-lock.json", "tests/*/*/package-lock.json"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			found++
			checkLock(t, path)
		}
	}
	if found == 0 {
		t.Error("there is no package-lock.json")
	}
}

func checkLock(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Integrity string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for name, p := range lock.Packages {
		if name != "" && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s: %s is not pinned: its hash is %q", path, name, p.Integrity)
		}
	}
}
