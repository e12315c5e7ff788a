package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolecall/models/modeltest"
	"rolecall/services"
)

// exposed are the names that a scrape of the service has.
func exposed(t *testing.T) []string {
	t.Helper()
	address, s := serveOn(t, modeltest.NewDB(t), func(c *services.Config) { c.MetricsListen = "127.0.0.1:0" })
	response, err := http.Get(address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	families, err := s.Measures.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"up"} // Prometheus' own
	for _, family := range families {
		names = append(names, family.GetName())
		if family.GetMetric()[0].GetHistogram() != nil {
			names = append(names, family.GetName()+"_bucket", family.GetName()+"_count", family.GetName()+"_sum")
		}
	}
	return names
}

// checkNames wants the text to name metrics, all of which are exposed.
func checkNames(t *testing.T, where, text string, names []string) {
	t.Helper()
	found := regexp.MustCompile(`\b(?:rolecall|go|process)_[a-z_]+|\bup\b`).FindAllString(text, -1)
	if len(found) == 0 {
		t.Errorf("%s names no metric", where)
	}
	for _, name := range found {
		if !slices.Contains(names, name) {
			t.Errorf("%s names %s, which the service does not tell", where, name)
		}
	}
}

// A panel of a dashboard, as far as it is looked at.
type panel struct {
	ID         int    `json:"id"`
	Type       string `json:"type"`
	Title      string `json:"title"`
	DataSource struct {
		UID string `json:"uid"`
	} `json:"datasource"`
	Description string                   `json:"description"`
	Grid        struct{ X, Y, W, H int } `json:"gridPos"`
	Targets     []struct {
		Expr string `json:"expr"`
	} `json:"targets"`
}

// TestDashboard: each metric that Grafana's dashboard asks for is told, from the data
// source and for the replicas that were chosen; each expression is one, and each panel
// has a place of its own.
func TestDashboard(t *testing.T) {
	t.Parallel()
	var board struct {
		Panels     []panel `json:"panels"`
		Templating struct {
			List []struct {
				Name string `json:"name"`
			} `json:"list"`
		} `json:"templating"`
	}
	if err := json.Unmarshal([]byte(readText(t, "deploy/grafana.json")), &board); err != nil {
		t.Fatal(err)
	}
	if list := board.Templating.List; len(list) != 3 || list[0].Name != "datasource" || list[1].Name != "job" || list[2].Name != "instance" {
		t.Errorf("the variables are %v", list)
	}
	names, ids, taken := exposed(t), map[int]bool{}, map[[2]int]string{}
	var expressions []string
	for _, p := range board.Panels {
		if ids[p.ID] {
			t.Errorf("%q has the id of another panel", p.Title)
		}
		ids[p.ID] = true
		for x := p.Grid.X; x < p.Grid.X+p.Grid.W; x++ {
			for y := p.Grid.Y; y < p.Grid.Y+p.Grid.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q lies over %q, or beside the board", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.DataSource.UID != "${datasource}" || p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("%q lacks the data source, a description or an expression", p.Title)
		}
		for _, target := range p.Targets {
			checkNames(t, p.Title, target.Expr, names)
			if strings.Count(target.Expr, "{") != strings.Count(target.Expr, `{job=~"$job",instance=~"$instance"`) {
				t.Errorf("%q is not only of the replicas that were chosen: %s", p.Title, target.Expr)
			}
			expressions = append(expressions, strings.NewReplacer("$__rate_interval", "1m", "$job", "rolecall", "$instance", ".*").Replace(target.Expr))
		}
	}
	if len(expressions) < 30 {
		t.Errorf("the dashboard has %d expressions, want them all", len(expressions))
	}
	checkExpressions(t, expressions)
}

// checkExpressions has promtool read them, as rules.
func checkExpressions(t *testing.T, expressions []string) {
	t.Helper()
	rules := "groups:\n- name: dashboard\n  rules:\n"
	for i, expression := range expressions {
		rules += fmt.Sprintf("  - record: r%d\n    expr: %q\n", i, expression)
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", path)
}

func promtool(t *testing.T, arguments ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("skipped: no promtool on this machine")
	}
	command := exec.CommandContext(t.Context(), path, arguments...)
	command.Dir = filepath.Join(root, "deploy")
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("promtool %q: %v\n%s", arguments, err, output)
	}
}

// TestAlerts: what the alerts look at is told, each says whom it concerns, and they go
// off when they should.
func TestAlerts(t *testing.T) {
	t.Parallel()
	rules := readText(t, "deploy/prometheus-rules.yml")
	names := exposed(t)
	parts := strings.Split(rules, "- alert: ")[1:]
	for _, part := range parts {
		name, rest, _ := strings.Cut(part, "\n")
		expression, _, _ := strings.Cut(rest, " for: ")
		checkNames(t, name, expression, names)
		for _, want := range []string{"severity: ", "summary: ", "description: "} {
			if !strings.Contains(rest, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	if len(parts) < 5 {
		t.Errorf("there are %d alerts, want them all", len(parts))
	}
	path, err := filepath.Abs(filepath.Join(root, "deploy", "prometheus-rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	cases := filepath.Join(t.TempDir(), "cases.yml")
	if err := os.WriteFile(cases, []byte("rule_files: ["+path+"]\n"+alertCases), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "config", "prometheus.yml")
	promtool(t, "test", "rules", cases)
}

// alertCases are numbers, a minute apart, and what comes of them.
const alertCases = `
tests:
- interval: 1m
  input_series:
  - series: 'rolecall_http_request_duration_seconds_count{job="rolecall",instance="a",route="/users/me",status="200"}'
    values: 0+600x20
  - series: 'rolecall_http_request_duration_seconds_count{job="rolecall",instance="a",route="/users/me",status="503"}'
    values: 0x5 0+30x15
  - series: 'rolecall_database_up{job="rolecall",instance="a"}'
    values: 1x5 0x15
  - series: 'up{job="rolecall",instance="a"}'
    values: 1x20
  - series: 'rolecall_sign_ins_total{job="rolecall",instance="a",outcome="ok"}'
    values: 0+6x20
  - series: 'rolecall_sign_ins_total{job="rolecall",instance="a",outcome="wrong_password"}'
    values: 0+6x20
  alert_rule_test:
  - {alertname: RolecallFailing, eval_time: 5m}
  - {alertname: RolecallDatabaseAway, eval_time: 5m}
  - {alertname: RolecallDown, eval_time: 20m}
  - {alertname: RolecallGuessing, eval_time: 20m}
  - alertname: RolecallFailing
    eval_time: 20m
    exp_alerts:
    - exp_labels: {severity: critical, job: rolecall}
      exp_annotations:
        summary: 4.762% of the requests fail.
        description: The log has a line for each, with the request's id. 503 is the database, or too many passwords to hash.
  - alertname: RolecallDatabaseAway
    eval_time: 8m
    exp_alerts:
    - exp_labels: {severity: critical, job: rolecall, instance: a}
      exp_annotations:
        summary: a has no database.
        description: Requests are answered with 503 until it is back; a restart is not needed.
`
