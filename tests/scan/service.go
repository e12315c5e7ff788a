package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

const (
	admin    = "root"
	password = "correct horse battery staple"
)

// A service is the program, with an admin who has signed in on both faces, and ann,
// who is there to be looked at.
type service struct {
	folder  string
	url     string
	token   string // of the admin
	cookie  string // its value
	command *exec.Cmd
	ended   chan struct{}

	mu       sync.Mutex
	requests int
	errors   []string // of the log
}

// startService builds the program and starts it. The limits are off: they would
// refuse what the scanners try.
func startService(ctx context.Context, folder, database string) (*service, error) {
	s := &service{folder: folder, ended: make(chan struct{})}
	program := s.inFolder("rolecall.exe") // the ending matters on one system, and harms on none
	if output, err := exec.CommandContext(ctx, "go", "build", "-o", program, "rolecall").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build rolecall: %w\n%s", err, output)
	}
	s.command = exec.CommandContext(ctx, program)
	s.command.Dir = folder
	s.command.Env = append(os.Environ(), "ROLECALL_LISTEN=127.0.0.1:0", "ROLECALL_BCRYPT_COST=4", "ROLECALL_LOGIN_LIMITS=off", "ROLECALL_REGISTER_LIMIT=off",
		"ROLECALL_DATABASE_URL="+cmp.Or(database, "sqlite:rolecall.db"), "ROLECALL_JWT_SECRET=a secret of at least thirty-two bytes",
		"ROLECALL_LOG_LEVEL=debug", "ROLECALL_LOG_FORMAT=text", "ROLECALL_ACCESS_TOKEN_TTL=24h", "ROLECALL_CONSOLE_IDLE_TTL=12h",
		"ROLECALL_ADMIN_USERNAME="+admin, "ROLECALL_ADMIN_EMAIL=root@example.com", "ROLECALL_ADMIN_PASSWORD="+password)
	stderr, err := s.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go s.follow(stderr, address)
	select {
	case s.url = <-address:
	case <-s.ended:
		return nil, fmt.Errorf("the service does not start: %q", s.errors)
	}
	if err := errors.Join(s.signIn(ctx), s.furnish(ctx)); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

var listening = regexp.MustCompile(` url=(http://\S+)`)

// follow reads the log: it says where the service is, counts requests, and keeps
// errors.
func (s *service) follow(log io.Reader, address chan<- string) {
	defer close(s.ended)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		line := lines.Text()
		if found := listening.FindStringSubmatch(line); found != nil {
			address <- found[1]
		}
		s.mu.Lock()
		if strings.Contains(line, " msg=request ") {
			s.requests++
		}
		if strings.Contains(line, " level=ERROR ") || strings.Contains(line, " status=5") || !strings.HasPrefix(line, "time=") {
			s.errors = append(s.errors, line)
		}
		s.mu.Unlock()
	}
}

// served is how many requests there have been.
func (s *service) served() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// faults are what the log has of the service's own.
func (s *service) faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.errors
}

func (s *service) stop() {
	_ = s.command.Process.Signal(os.Interrupt)
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		_ = s.command.Process.Kill()
	}
	_ = s.command.Wait() // a second time it says so
}

// signIn obtains the token and the cookie.
func (s *service) signIn(ctx context.Context) error {
	form := url.Values{"username": {admin}, "password": {password}}
	var granted struct {
		Token string `json:"access_token"`
	}
	answer, err := s.post(ctx, http.DefaultClient, "/token", form, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, &granted); err != nil || granted.Token == "" {
		return fmt.Errorf("POST /token = %s, %w", answer, err)
	}
	s.token = granted.Token
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	if _, err = s.post(ctx, &http.Client{Jar: jar}, "/login", form, nil); err != nil {
		return err
	}
	here, err := url.Parse(s.url)
	if err != nil {
		return err
	}
	for _, cookie := range jar.Cookies(here) {
		if cookie.Name == "rolecall" {
			s.cookie = cookie.Value
		}
	}
	if s.cookie == "" {
		return errors.New("POST /login gives no session")
	}
	return nil
}

// furnish makes a user and a role, so that the pages have something to show.
func (s *service) furnish(ctx context.Context) error {
	cookie := http.Header{"Cookie": {"rolecall=" + s.cookie}}
	_, err1 := s.post(ctx, http.DefaultClient, "/register", url.Values{"username": {"ann"}, "email": {"ann@example.com"}, "password": {password}}, nil)
	_, err2 := s.post(ctx, http.DefaultClient, "/admin/roles", url.Values{"role_name": {"Editor"}}, cookie)
	return errors.Join(err1, err2)
}

func (s *service) post(ctx context.Context, client *http.Client, path string, form url.Values, header http.Header) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.answer(client, request)
}

func (s *service) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cookie", "rolecall="+s.cookie)
	return s.answer(http.DefaultClient, request)
}

func (s *service) answer(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s = %d", request.Method, request.URL.Path, response.StatusCode)
	}
	return body, err
}
