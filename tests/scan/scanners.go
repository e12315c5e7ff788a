package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// sqlmap varies each parameter of each request.
func sqlmap(ctx context.Context, s *service, o options) (findings []string, err error) {
	api, err1 := apiRequests(ctx, s)
	console, err2 := consoleRequests(ctx, s)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	begin, before, all := time.Now(), s.served(), append(console, api...)
	slices.SortStableFunc(all, func(a, b request) int { return cmp.Compare(a.deletes(), b.deletes()) })
	for i, r := range all {
		file := s.inFolder(fmt.Sprintf("request-%d", i))
		if err := os.WriteFile(file, []byte(r.raw(s)), 0o600); err != nil {
			return nil, err
		}
		found, err := sqlmapOne(ctx, s, o, file)
		if err != nil {
			return nil, fmt.Errorf("sqlmap %s %s: %w", r.method, r.path, err)
		}
		if found != "" {
			findings = append(findings, fmt.Sprintf("sqlmap %s %s %s\n%s", r.method, r.path, r.body, found))
		}
	}
	fmt.Printf("sqlmap: %d requests varied in %d, %d findings, %s\n", len(all), s.served()-before, len(findings), time.Since(begin).Round(time.Second))
	return findings, nil
}

// sqlmapOne returns what sqlmap says if it finds something.
func sqlmapOne(ctx context.Context, s *service, o options, file string) (string, error) {
	dbms := "SQLite"
	if strings.HasPrefix(o.database, "postgres") {
		dbms = "PostgreSQL"
	}
	command := exec.CommandContext(ctx, "sqlmap", "-r", file, "--batch", "--ignore-stdin", "--flush-session", "--disable-coloring", "--output-dir="+s.inFolder("sqlmap"),
		"--dbms="+dbms, fmt.Sprintf("--level=%d", o.level), "--risk=2", "--time-sec=2", "--ignore-redirects", "--ignore-code=400,401,403,404,409,412,422", "--skip=rolecall", "--keep-alive")
	text, err := command.CombinedOutput()
	switch said := string(text); {
	case strings.Contains(said, "sqlmap identified the following injection point"), strings.Contains(said, "might be injectable"):
		return said, nil
	case strings.Contains(said, "do not appear to be injectable"):
		return "", nil
	default:
		return "", fmt.Errorf("it could not test: %w\n%s", err, said)
	}
}

// wapitiModules are all that need nothing from outside, but for csrf, which looks for a
// token in each form: ours are told by where the browser says that they come from.
const wapitiModules = "backup,blindsql,brute_login_form,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss"

// explained are findings that are none, by category and a word of what is said.
var explained = []struct{ category, says, why string }{
	{"Secure Flag cookie", "", "it is set where the public address is https, which on loopback it is not"},
	{"HTTP Secure Headers", "Strict-Transport-Security", "likewise"},
	{"HTTP Secure Headers", "X-XSS-Protection", "browsers have dropped it, and the content security policy does more"},
}

// wapiti walks through the pages, sends their forms, and looks at what comes back.
func wapiti(ctx context.Context, s *service, o options) (findings []string, err error) {
	begin, before := time.Now(), s.served()
	keeper := httptest.NewServer(s.keeper())
	defer keeper.Close()
	arguments := []string{"-u", keeper.URL + "/", "-m", wapitiModules, "-f", "json", "-o", s.inFolder("wapiti.json"), "--no-bugreport",
		"--flush-session", "--store-session", s.inFolder("wapiti"), "--store-config", s.inFolder("wapiti-config"),
		"-t", "10", "--max-links-per-page", "60", "--max-files-per-dir", "60", "--max-scan-time", "180", "--max-attack-time", fmt.Sprint(o.attack.Seconds())}
	api, err := apiRequests(ctx, s)
	if err != nil {
		return nil, err
	}
	starts := slices.Clone(pages)
	for _, r := range api {
		if r.method == "GET" {
			starts = append(starts, strings.ReplaceAll(r.path, "*", ""))
		}
	}
	for _, path := range starts {
		arguments = append(arguments, "-s", keeper.URL+path)
	}
	if text, err := exec.CommandContext(ctx, "wapiti", arguments...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("wapiti: %w\n%s", err, text)
	}
	findings, aside, err := wapitiFindings(s.inFolder("wapiti.json"))
	fmt.Printf("wapiti: %d requests, %d findings and %d that are explained, %s\n", s.served()-before, len(findings), aside, time.Since(begin).Round(time.Second))
	return findings, err
}

// keeper is what wapiti talks to: it passes all on with the admin's keys, but what
// would end the session. Wapiti has an option for that, which fails under newer
// versions of Python.
func (s *service) keeper() http.Handler {
	target, _ := url.Parse(s.url) // which was followed before
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
		r.Out.Header.Set("Authorization", "Bearer "+s.token)
		r.Out.Header.Set("Cookie", "rolecall="+s.cookie)
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ends(request{method: r.Method, path: r.URL.Path}) || strings.HasPrefix(r.URL.Path, "/static/") {
			http.NotFound(w, r)
			return
		}
		forward.ServeHTTP(w, r)
	})
}

// wapitiFindings reads the report. aside is how many are explained.
func wapitiFindings(file string) (findings []string, aside int, err error) {
	var report struct {
		Vulnerabilities map[string][]finding `json:"vulnerabilities"`
		Anomalies       map[string][]finding `json:"anomalies"`
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &report)
	}
	for _, kinds := range []map[string][]finding{report.Vulnerabilities, report.Anomalies} {
		for category, list := range kinds {
			for _, f := range list {
				if f.explained(category) {
					aside++
				} else {
					findings = append(findings, fmt.Sprintf("wapiti %s: %s %s\n%s", category, f.Method, f.Path, f.Info))
				}
			}
		}
	}
	return findings, aside, err
}

// A finding is one of wapiti's.
type finding struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Info   string `json:"info"`
}

func (f finding) explained(category string) bool {
	for _, e := range explained {
		if e.category == category && strings.Contains(f.Info, e.says) {
			return true
		}
	}
	return false
}
