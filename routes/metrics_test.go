package routes

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/valyala/fasthttp"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

func withMetrics(c *services.Config) { c.MetricsListen = "127.0.0.1:0" }

// looked is what somebody sees who looks at the metrics, as text.
func (s *server) looked(t testing.TB) string {
	t.Helper()
	stop, url := s.serveMetrics(t)
	defer stop()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET /metrics = %d, %v", response.StatusCode, err)
	}
	return string(text)
}

// serveMetrics returns the address of /metrics.
func (s *server) serveMetrics(t testing.TB) (stop func(), url string) {
	t.Helper()
	var log logBuffer
	stop, err := ServeMetrics(s.cfg.MetricsListen, s.Measures, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return stop, regexp.MustCompile(`http://\S+/metrics`).FindString(log.String())
}

// seriesOf are the requests that were counted, by method, route and status.
func seriesOf(text string) map[string]string {
	found := map[string]string{}
	form := regexp.MustCompile(`(?m)^rolecall_http_request_duration_seconds_count\{method="(.*?)",route="(.*?)",status="(.*?)"\} (\d+)$`)
	for _, match := range form.FindAllStringSubmatch(text, -1) {
		found[strings.Join(match[1:4], " ")] = match[4]
	}
	return found
}

// Requests are counted under their route, whatever the path; what has no route,
// under one name.
func TestRequestsAreMeasured(t *testing.T) {
	t.Parallel()
	s := one(t, withMetrics)
	for range 2 {
		s.call(t, "ann", "GET /users/me", "")
	}
	s.call(t, "root", "GET /users/{ann}", "")
	s.call(t, "root", "GET /users/{bob}", "")
	s.call(t, "root", "GET /users/999999", "")
	s.call(t, "", "GET /nonsense", "")
	s.call(t, "", "GET /metrics", "").want(t, "GET /metrics on the main address", http.StatusNotFound)
	s.call(t, "", "DELETE /healthz", "")
	s.call(t, "", "HEAD /healthz", "")
	s.page(t, "", "GET /", "")
	s.page(t, "", "POST /register", "username=x")
	s.call(t, "", "POST /register", `{"username":"x"}`)
	s.raw(t, "BREW /users/me HTTP/1.1\r\nHost: x\r\n\r\n")
	s.raw(t, fmt.Sprintf("POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", bodyMax+1))
	text := s.looked(t)
	got := seriesOf(text)
	for series, want := range map[string]string{
		"GET /users/me 200": "2", "GET /users/:user_id 200": "2", "GET /users/:user_id 404": "1", "GET / 303": "1",
		"GET unmatched 404": "2", "DELETE unmatched 405": "1", "GET /healthz 200": "2", "POST /register 422": "2",
		"other unmatched 400": "1", "POST unmatched 413": "1",
	} {
		if got[series] != want {
			t.Errorf("%s: counted %q times, want %s", series, got[series], want)
		}
	}
	for _, line := range []string{"rolecall_draining 0", "rolecall_http_requests_in_flight 0", `rolecall_build_info{goversion="go`} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("there is no %s", line)
		}
	}
}

// Whatever strangers send, nothing more is told than of the first of its kind.
func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	s := one(t, withMetrics)
	send := func(i int) {
		for _, path := range []string{"/x%d", "/users/%d", "/users/x%d/sessions", "/admin/users/%d", "/static/%d.css", "/roles/%d?x=%[1]d", "/%%ff%d"} {
			for _, method := range []string{"GET", "PUT", "OPTIONS", fmt.Sprintf("BREW%d", i), "TRACE"} {
				s.raw(t, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x%d\r\nUser-Agent: %[3]d\r\nConnection: close\r\n\r\n", method, fmt.Sprintf(path, i), i))
			}
		}
		s.call(t, "", "POST /token", fmt.Sprintf(`{"username":"name%d","password":"p%[1]d"}`, i))
		s.call(t, "", "POST /token", fmt.Sprintf(`{"grant_type":"refresh_token","refresh_token":"t%d"}`, i))
		s.call(t, "", "POST /register", fmt.Sprintf(`{"username":"name%d","password":"%[1]d","email":"e%[1]d@example.com"}`, i))
	}
	send(0)
	count := func() int { return len(regexp.MustCompile(`(?m)^rolecall_`).FindAllString(s.looked(t), -1)) }
	before := count()
	for i := 1; i < 10; i++ {
		send(i)
	}
	if after := count(); after != before {
		t.Errorf("%d series have become %d", before, after)
	}
	for _, word := range []string{"name3", "e3@example.com", "x3", "BREW"} {
		if strings.Contains(s.looked(t), word) {
			t.Errorf("%s is among the metrics", word)
		}
	}
}

// The listener of the metrics serves nothing else.
func TestMetricsListener(t *testing.T) {
	t.Parallel()
	s := one(t, withMetrics)
	stop, url := s.serveMetrics(t)
	base := strings.TrimSuffix(url, "/metrics")
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/metrics", 200}, {"HEAD", "/metrics", 200}, {"POST", "/metrics", 405}, {"GET", "/metrics/", 404},
		{"GET", "/", 404}, {"GET", "/healthz", 404}, {"GET", "/users/me", 404}, {"GET", "/login", 404}, {"GET", "/debug/pprof/", 404},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, base+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != tt.status || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s = %d with %v, want %d", tt.method, tt.path, response.StatusCode, response.Header, tt.status)
		}
	}
	address := strings.TrimPrefix(base, "http://")
	if _, err := ServeMetrics(address, s.Measures, slog.New(slog.DiscardHandler)); err == nil || !strings.HasPrefix(err.Error(), "serve the metrics: listen tcp "+address) || strings.Contains(err.Error(), "\n") {
		t.Errorf("on an address that is taken: %v, want one line that names it", err)
	}
	stop()
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("after its end it still listens")
	}
}

// Where metrics are off nothing is measured, and nobody listens.
func TestMetricsOff(t *testing.T) {
	t.Parallel()
	s := one(t)
	stop, err := ServeMetrics("", s.Measures, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if s.Measures != nil {
		t.Error("there are measures all the same")
	}
	s.call(t, "", "GET /metrics", "").want(t, "GET /metrics", http.StatusNotFound)
}

// To measure a request takes no memory.
func TestMeasuringAllocatesNothing(t *testing.T) {
	// The pools of sync lose some of what they keep, so neither number is a whole one.
	off, on := allocationsOfMe(t), allocationsOfMe(t, withMetrics)
	if on > off+0.5 {
		t.Errorf("GET /users/me allocates %.2f times, and %.2f times while it is measured", off, on)
	}
}

// The names, the units and the texts are as Prometheus has them: by its library, and,
// where it is there, by its own tool.
func TestMetricsLint(t *testing.T) {
	t.Parallel()
	s := one(t, withMetrics)
	s.call(t, "", "GET /healthz", "")
	problems, err := testutil.GatherAndLint(s.Measures.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		if strings.HasPrefix(problem.Metric, "rolecall_") { // the others are as they are everywhere
			t.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("skipped: no promtool on this machine")
	}
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader(s.looked(t))
	if output, err := check.CombinedOutput(); err != nil || len(bytes.TrimSpace(output)) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, output)
	}
}

// allocationsOfMe is how often GET /users/me allocates, without a network and a log.
func allocationsOfMe(t *testing.T, changes ...func(*services.Config)) float64 {
	t.Helper()
	s := build(t, modeltest.NewDB(t), append(changes, func(c *services.Config) { c.LogLevel = slog.LevelError })...)
	s.user("ann", models.UserRole)
	token := s.token("ann", models.APISession)
	var ctx fasthttp.RequestCtx
	handler := s.app.Server().Handler
	ask := func() { getMe(&ctx, handler, token) }
	ask()
	const times = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		ask()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / times
}
