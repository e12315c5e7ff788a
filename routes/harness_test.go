package routes

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
	"rolecall/static"
)

const (
	goodPassword = "correct horse battery"
	newPassword  = "nine lives of a tabby"
	publicURL    = "http://rolecall.test"
)

// A server is the whole program but main: both faces, on a real listener and a
// real database, with a cast: root is an admin; ann and bob are users; dora's
// account is disabled. Editor is a role that nobody holds.
type server struct {
	t   testing.TB
	db  *models.DB
	cfg services.Config
	app *fiber.App
	*services.Services
	drain   *Drain
	log     *logBuffer
	url     string // of the listener
	address string // of the listener, without scheme
	client  *http.Client
	most    int // connections, 0 for as many as the service takes

	mu        sync.Mutex
	ids       map[string]int64  // of the cast, for {ann} in a path or a body
	given     map[string]string // tokens by kind and name
	described *document
}

// each runs the test on each engine, with a server of its own.
func each(t *testing.T, test func(t *testing.T, s *server), changes ...func(*services.Config)) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) { test(t, start(t, db, changes...)) })
}

// one is a server on SQLite, for what no engine changes.
func one(t testing.TB, changes ...func(*services.Config)) *server {
	return start(t, modeltest.NewDB(t), changes...)
}

// start builds the server, makes the cast, and listens.
func start(t testing.TB, db *models.DB, changes ...func(*services.Config)) *server {
	t.Helper()
	s := build(t, db, changes...)
	s.cast()
	s.listen()
	return s
}

// build makes the server; routes may be added to its app before it listens.
func build(t testing.TB, db *models.DB, changes ...func(*services.Config)) *server {
	t.Helper()
	cfg := services.Config{
		PublicURL: publicURL, Secret: []byte("0123456789abcdef0123456789abcdef"),
		AccessTokenTTL: 15 * time.Minute, RefreshTokenTTL: 720 * time.Hour, ConsoleIdleTTL: 30 * time.Minute, ConsoleTTL: 12 * time.Hour,
		BcryptCost: 4, PasswordMinLength: 8, Registration: services.RegistrationOpen, HashingConcurrency: 2,
		RevocationLag: time.Hour, // what is not dropped at once is seen
		LogLevel:      slog.LevelDebug,
	}
	for _, change := range changes {
		change(&cfg)
	}
	s := &server{t: t, db: db, cfg: cfg, log: &logBuffer{}, drain: new(Drain), ids: map[string]int64{}, given: map[string]string{}}
	log := models.NewLog(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: cfg.LogLevel}))
	var err error
	if s.Services, err = services.New(db, cfg, log); err != nil {
		t.Fatalf("services.New: %v", err)
	}
	if s.app, err = New(context.Background(), s.Services, cfg, log, s.drain, nil); err != nil {
		t.Fatalf("New: %v", err)
	}
	return s
}

func (s *server) cast() {
	s.t.Helper()
	s.user("root", models.AdminRole, models.UserRole)
	s.user("ann", models.UserRole)
	s.user("bob", models.UserRole)
	s.user("dora", models.UserRole)
	off := false
	if _, err := s.Users.Update(context.Background(), models.System(), s.ids["dora"], services.UserPatch{IsActive: &off}, ""); err != nil {
		s.t.Fatalf("disable dora: %v", err)
	}
	s.role("Editor")
}

// user makes an active user whose password is goodPassword.
func (s *server) user(name string, roles ...string) models.User {
	s.t.Helper()
	user, err := s.Users.Create(context.Background(), models.System(), services.NewUser{
		Username: name, Email: name + "@example.com", Password: goodPassword, Roles: roles, IsActive: true,
	})
	if err != nil {
		s.t.Fatalf("create %s: %v", name, err)
	}
	s.ids[name] = user.UserID
	return user
}

func (s *server) role(name string) {
	s.t.Helper()
	role, err := s.Roles.Create(context.Background(), models.System(), name, "")
	if err != nil {
		s.t.Fatalf("create role %s: %v", name, err)
	}
	s.ids[strings.ToLower(name)] = role.RoleID
	roles, err := s.Roles.List(context.Background(), models.System())
	if err != nil {
		s.t.Fatalf("list the roles: %v", err)
	}
	for _, role := range roles {
		if role.BuiltIn() {
			s.ids["role-"+strings.ToLower(role.RoleName)] = role.RoleID
		}
	}
}

func (s *server) listen() {
	s.t.Helper()
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		s.t.Fatalf("listen: %v", err)
	}
	s.address = listener.Addr().String()
	s.url = "http://" + s.address
	transport := &http.Transport{MaxIdleConnsPerHost: 4, DisableCompression: true}
	s.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	served := make(chan error, 1)
	go func() {
		if s.most > 0 {
			served <- s.app.Listener(newDoor(listener, s.most))
		} else {
			served <- Serve(s.app, listener)
		}
	}()
	if _, err := s.client.Get(s.url + "/healthz"); err != nil { // a server that does not serve yet can't be shut down
		s.t.Fatalf("serve: %v", err)
	}
	s.t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.app.ShutdownWithTimeout(5 * time.Second); err != nil {
			s.t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			s.t.Errorf("serve: %v", err)
		}
		s.checkLog()
	})
}

// checkLog: whatever a test did, its log holds no secret.
func (s *server) checkLog() {
	for _, secret := range append([]string{goodPassword, newPassword, "eyJ", string(s.cfg.Secret)}, hashMarks...) {
		if secret != "" && strings.Contains(s.log.String(), secret) { // with key files there is none
			s.t.Errorf("the log holds %q:\n%s", secret, s.log)
		}
	}
}

var hashMarks = []string{"$2a$", "$2b$", "$2y$"}

// token is that of the user's session of a kind, begun with the first call.
func (s *server) token(name string, kind models.SessionKind) string {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	key := string(kind) + " " + name
	if s.given[key] == "" {
		s.given[key] = s.signIn(name, kind)
	}
	return s.given[key]
}

// forget has the next call of token begin another session.
func (s *server) forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kind := range []models.SessionKind{models.APISession, models.ConsoleSession} {
		delete(s.given, string(kind)+" "+name)
	}
}

// signIn begins another session.
func (s *server) signIn(name string, kind models.SessionKind) string {
	s.t.Helper()
	ctx := context.Background()
	user, session, err := s.Sessions.SignIn(ctx, models.Actor{Address: "192.0.2.7"}, name, goodPassword, kind)
	if err != nil {
		s.t.Fatalf("sign %s in: %v", name, err)
	}
	token, _, err := s.Tokens.Issue(user, session)
	if err != nil {
		s.t.Fatalf("issue a token to %s: %v", name, err)
	}
	return token
}

var placeholder = regexp.MustCompile(`\{[a-z-]+\}`)

// fill puts the cast's ids for {ann}.
func (s *server) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if id, found := s.ids[strings.Trim(name, "{}")]; found {
			return fmt.Sprint(id)
		}
		return name
	})
}

// An answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

// request makes a request from "PUT /users/{ann}", a body, and headers such as
// "If-Match: x".
func (s *server) request(t testing.TB, call, body string, headers ...string) *http.Request {
	t.Helper()
	method, path, _ := strings.Cut(s.fill(call), " ")
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(s.fill(body)))
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// send sends it. Every answer has the headers of security and no word that is
// not the client's to know.
func (s *server) send(t testing.TB, r *http.Request) answer {
	t.Helper()
	response, err := s.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: read the body: %v", r.Method, r.URL.Path, err)
	}
	a := answer{response, string(body)}
	checkHeaders(t, a, s.cfg.Secure())
	checkWords(t, a)
	return a
}

// call sends a request to the API as that user, "" for a stranger.
func (s *server) call(t testing.TB, who, call, json string, headers ...string) answer {
	t.Helper()
	if who != "" {
		headers = append(headers, "Authorization: Bearer "+s.token(who, models.APISession))
	}
	if json != "" {
		headers = append(headers, "Content-Type: application/json")
	}
	return s.send(t, s.request(t, call, json, headers...))
}

// page sends a request of that user's browser.
func (s *server) page(t testing.TB, who, call, form string, headers ...string) answer {
	t.Helper()
	if who != "" {
		headers = append(headers, "Cookie: "+s.cookieName()+"="+s.token(who, models.ConsoleSession))
	}
	if strings.HasPrefix(call, "POST ") {
		headers = append(headers, "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin")
	}
	return s.send(t, s.request(t, call, form, headers...))
}

func (s *server) cookieName() string {
	if s.cfg.Secure() {
		return "__Host-rolecall"
	}
	return "rolecall"
}

// raw sends text as it stands, and reads one answer.
func (s *server) raw(t testing.TB, text string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatalf("write: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: "RAW", URL: &url.URL{Path: "/"}})
	if err != nil {
		t.Fatalf("read the answer to %.60q: %v", text, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the body of the answer to %.60q: %v", text, err)
	}
	a := answer{response, string(body)}
	checkHeaders(t, a, s.cfg.Secure())
	checkWords(t, a)
	return a
}

// cookie is the answer's cookie of that name, nil for none.
func (a answer) cookie(name string) *http.Cookie {
	for _, cookie := range a.Cookies() {
		if cookie.Name == name {
			return cookie
		}
	}
	return nil
}

// want checks the status of an answer that a test goes on from.
func (a answer) want(t testing.TB, what string, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: got %d, want %d\n%s", what, a.StatusCode, status, a.body)
	}
	return a
}

// A logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func withPublicURL(text string) func(*services.Config) {
	return func(c *services.Config) { c.PublicURL = text }
}

func staticURL(name string) string { return static.URL(name) }
