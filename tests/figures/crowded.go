package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A crowded server has many users, an admin's token, and the cookie of a browser.
type crowded struct {
	*server
	token, cookie string
}

// crowdedServer starts a server on a database that `rolecall demo` has filled,
// now or in an earlier run.
func (b *bench) crowdedServer(ctx context.Context) (*crowded, error) {
	s, err := b.openCrowd(ctx)
	if err != nil {
		return nil, err
	}
	var page struct{ Total int }
	if err := s.call(ctx, http.MethodGet, "/users?limit=1", s.token, nil, &page); err != nil || page.Total >= b.users {
		return s, err
	}
	s.stop()
	demo := exec.CommandContext(ctx, b.binary, "demo", "--users", strconv.Itoa(b.users))
	demo.Env = s.command.Env
	if output, err := demo.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("demo: %w: %s", err, output)
	}
	if err := analyze(ctx, b.databaseURL("list")); err != nil {
		return nil, err
	}
	return b.openCrowd(ctx)
}

func (b *bench) openCrowd(ctx context.Context) (*crowded, error) {
	s, err := b.start(ctx, "list", "ROLECALL_BCRYPT_COST=4")
	if err != nil {
		return nil, err
	}
	root, err := s.signIn(ctx, admin)
	cookie := ""
	if err == nil {
		cookie, err = s.signInToConsole()
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return &crowded{s, root.Access, cookie}, nil
}

// analyze does for PostgreSQL what its daemon does within a minute.
func analyze(ctx context.Context, databaseURL string) error {
	if !strings.HasPrefix(databaseURL, "postgres") {
		return nil
	}
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// signInToConsole signs in as a browser does, and returns its cookie.
func (s *server) signInToConsole() (string, error) {
	form := url.Values{"username": {admin}, "password": {password}}.Encode()
	request, err := http.NewRequest(http.MethodPost, "http://"+s.address+"/login", strings.NewReader(form))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	response.Body.Close()
	for _, cookie := range response.Cookies() {
		if cookie.Name == "rolecall" {
			return cookie.Name + "=" + cookie.Value, nil
		}
	}
	return "", fmt.Errorf("the sign-in gives no cookie: %s", response.Status)
}

// get is the request of a page, for which a browser has a cookie, or of the API.
func (s *crowded) get(path, more string) []byte {
	who := "Authorization: Bearer " + s.token
	if strings.HasPrefix(path, "/admin") {
		who = "Cookie: " + s.cookie
	}
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\n", path, s.address, who, more)
}

// times are how long answers took, sorted.
type times []time.Duration

func (t times) String() string {
	slices.Sort(t)
	if len(t) == 1 {
		return millis(t[0])
	}
	return fmt.Sprintf("p50 %s, p95 %s, max %s", millis(t[len(t)/2]), millis(t[len(t)*95/100]), millis(t[len(t)-1]))
}

// times asks for the paths, one after the other on one connection.
func (s *crowded) times(paths []string) (times, error) {
	connection, err := dial(s.address)
	if err != nil {
		return nil, err
	}
	defer connection.conn.Close()
	waits := make(times, 0, len(paths))
	for _, path := range paths {
		begin := time.Now()
		status, body, err := connection.do(s.get(path, "Accept-Encoding: gzip\r\n"))
		waits = append(waits, time.Since(begin))
		if err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("%s is answered by %d, %v: %.200s", path, status, err, body)
		}
	}
	return waits, nil
}

// resident is how much memory the server's process has, where the system says so.
func (s *server) resident() string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	_, line, found := strings.Cut(string(status), "VmRSS:")
	if err != nil || !found {
		return "unknown"
	}
	line, _, _ = strings.Cut(line, "\n")
	return strings.TrimSpace(line)
}
