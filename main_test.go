package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the program, for the tests that send signals
// to a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("ROLECALL_TEST_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// command runs the program's run with an empty environment but for env.
func command(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func sqliteFile(t *testing.T) string { return filepath.Join(t.TempDir(), "rolecall.db") }

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"version", []string{"version"}, exitDone, "rolecall dev", ""},
		{"help", []string{"--help"}, exitDone, "$ROLECALL_DATABASE_URL", ""},
		{"help of a command", []string{"user", "create", "--help"}, exitDone, "--username", ""},
		{"unknown command", []string{"bogus"}, exitUsage, "", "unexpected argument bogus"},
		{"unknown flag", []string{"--bogus"}, exitUsage, "", "unknown flag --bogus"},
		{"missing flag", []string{"user", "create"}, exitUsage, "", "--email"},
		{"unknown algorithm", []string{"key", "generate", "--alg", "HS256"}, exitUsage, "", `--alg must be one of "EdDSA","ES256","RS256"`},
		{"algorithm in lower case", []string{"key", "generate", "--alg", "es256"}, exitUsage, "", "--alg must be one of"},
		{"no such database", []string{"migrate", "--database-url", "sqlite:/no/such/folder/x.db"}, exitFailed, "", "no such file or directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := command(t, nil, "", tt.args...)
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("run(%q) = %d, %q, %q; want %d, …%s…, …%s…", tt.args, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
			}
			if code != exitDone && strings.Count(stderr, "\n") != 1 {
				t.Errorf("run(%q) wrote %q, want one line", tt.args, stderr)
			}
		})
	}
}

func TestStartFaults(t *testing.T) {
	env := map[string]string{
		"ROLECALL_LISTEN": "nowhere", "ROLECALL_DATABASE_URL": "sqlite:" + sqliteFile(t), "ROLECALL_BCRYPT_COST": "99",
		"ROLECALL_JWT_SECRET": "short-secret", "ROLECALL_REGISTRATION": "maybe", "ROLECALL_ADMIN_PASSWORD": "password1",
	}
	code, _, stderr := command(t, env, "")
	if code != exitFailed {
		t.Errorf("run = %d, want %d", code, exitFailed)
	}
	for _, name := range []string{"LISTEN", "BCRYPT_COST", "JWT_SECRET", "REGISTRATION", "ADMIN_USERNAME", "ADMIN_EMAIL", "ADMIN_PASSWORD"} {
		if got := strings.Count(stderr, "(ROLECALL_"+name+")"); got != 1 {
			t.Errorf("%s is named %d times, want once, in:\n%s", name, got, stderr)
		}
	}
	if got := strings.Count(stderr, "\n"); got != 7 {
		t.Errorf("%d lines, want 7:\n%s", got, stderr)
	}
	for _, secret := range []string{"short-secret", "password1"} {
		if strings.Contains(stderr, secret) {
			t.Errorf("the secret %q is in:\n%s", secret, stderr)
		}
	}
}

func TestUserCommands(t *testing.T) {
	env := map[string]string{"ROLECALL_DATABASE_URL": "sqlite:" + sqliteFile(t), "ROLECALL_BCRYPT_COST": "4"}
	create := []string{"user", "create", "--username", "ann", "--email", "ann@example.com", "--role", "Admin", "--role", "User"}
	for _, tt := range []struct {
		name   string
		stdin  string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"weak password", "password1\n", create, exitFailed, "", "password: This password is on the list"},
		{"no password", "", create, exitFailed, "", "password: Enter a password."},
		{"created", "correct horse\n", create, exitDone, "Created user 1, ann, with the roles Admin, User.\n", ""},
		{"taken", "correct horse\n", create, exitFailed, "", "username: This username is taken."},
		{"no such role", "correct horse\n", []string{"user", "create", "--username", "bob", "--email", "bob@example.com", "--role", "Nobody"}, exitFailed, "", "roles: There is no role"},
		{"password set", "battery staple\n", []string{"user", "password", "--username", "ANN"}, exitDone, "The password of ann is set", ""},
		{"nobody's password", "battery staple\n", []string{"user", "password", "--username", "zoe"}, exitFailed, "", "There is no such user."},
	} {
		code, stdout, stderr := command(t, env, tt.stdin, tt.args...)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: run = %d, %q, %q; want %d, …%s…, …%s…", tt.name, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
		}
	}
}

func TestUserExportCommand(t *testing.T) {
	env := map[string]string{"ROLECALL_DATABASE_URL": "sqlite:" + sqliteFile(t), "ROLECALL_BCRYPT_COST": "4"}
	command(t, env, "correct horse\n", "user", "create", "--username", "ann", "--email", "+ann@example.com")
	path := filepath.Join(t.TempDir(), "users.csv")
	const head, ann = "user_id,username,email,", "1,ann,'+ann@example.com,,,true,User,20"
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"to standard output", nil, exitDone, ann, ""},
		{"filtered", []string{"--search", "an", "--role", "user", "--status", "active"}, exitDone, ann, ""},
		{"nobody", []string{"--search", "zoe"}, exitDone, head, ""},
		{"no such status", []string{"--status", "x"}, exitFailed, "", "status: Use active"},
		{"to a file, but not to its end", []string{path, "--status", "x"}, exitFailed, "", "status: Use active"},
		{"to a file", []string{path}, exitDone, "exported to " + path + ": 1.\n", ""},
		{"over a file", []string{path}, exitFailed, "", "file exists"},
	} {
		code, stdout, stderr := command(t, env, "", append([]string{"user", "export"}, tt.args...)...)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: run = %d, %q, %q; want %d, …%s…, …%s…", tt.name, code, stdout, stderr, tt.code, tt.stdout, tt.stderr)
		}
	}
	if text, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(text), head) || strings.Count(string(text), ann) != 1 {
		t.Errorf("the file has %q, %v", text, err)
	}
}

func TestMigrateCommand(t *testing.T) {
	path := sqliteFile(t)
	database := "sqlite:" + path
	code, sql, stderr := command(t, nil, "", "migrate", "--dry-run", "--database-url", database)
	if code != exitDone || !strings.Contains(sql, `CREATE TABLE "Users"`) || !strings.Contains(sql, `CREATE TABLE "RolecallEvents"`) {
		t.Fatalf("migrate --dry-run = %d, %q, %q; want the SQL of all tables", code, sql, stderr)
	}
	env := map[string]string{"ROLECALL_DATABASE_URL": database, "ROLECALL_MIGRATE": "check", "ROLECALL_LISTEN": "127.0.0.1:0"}
	if code, _, stderr := command(t, env, ""); code != exitFailed || !strings.Contains(stderr, "rolecall migrate") {
		t.Errorf("serve on an old schema = %d, %q; want a refusal that names `rolecall migrate`", code, stderr)
	}
	if code, _, stderr := command(t, env, "", "migrate"); code != exitDone {
		t.Fatalf("migrate = %d, %q", code, stderr)
	}
	if code, sql, _ := command(t, env, "", "migrate", "--dry-run"); code != exitDone || sql != "" {
		t.Errorf("a second migrate --dry-run = %d, %q; want nothing left to do", code, sql)
	}
}

// TestKeyCommand makes keys and serves with them: no secret is kept then, and the
// first key signs. Making one asks for no good settings.
func TestKeyCommand(t *testing.T) {
	folder := t.TempDir()
	var files []string
	for _, args := range [][]string{{"--alg", "ES256"}, {}, {"--alg", "RS256"}} {
		env := map[string]string{"ROLECALL_DATABASE_URL": "bogus", "ROLECALL_ALG": "bogus"}
		code, stdout, stderr := command(t, env, "", append([]string{"key", "generate"}, args...)...)
		if block, rest := pem.Decode([]byte(stdout)); code != exitDone || block == nil || block.Type != "PRIVATE KEY" || len(rest) > 0 || stderr != "" {
			t.Fatalf("key generate %q = %d, %q, %q; want one private key", args, code, stdout, stderr)
		}
		file := filepath.Join(folder, strings.Join(args, "")+".pem")
		if err := os.WriteFile(file, []byte(stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	for file, want := range map[string]string{files[0]: "ES256", files[1]: "EdDSA", files[2]: "RS256"} {
		folder := t.TempDir()
		p := start(t, folder, "ROLECALL_JWT_KEY_FILES="+file+","+files[(slices.Index(files, file)+1)%3],
			"ROLECALL_ADMIN_USERNAME=root", "ROLECALL_ADMIN_EMAIL=root@example.com", "ROLECALL_ADMIN_PASSWORD=correct horse")
		head, _, _ := strings.Cut(p.token(t, "root", "correct horse"), ".")
		if text, err := base64.RawURLEncoding.DecodeString(head); err != nil || !strings.Contains(string(text), `"alg":"`+want+`"`) {
			t.Errorf("a token's header is %s, %v; want it signed by %s", text, err, want)
		}
		if _, err := os.Stat(filepath.Join(folder, "rolecall.db.jwt-secret")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a secret is kept beside the database, %v", err)
		}
		p.stop(t)
	}
}

// A program is a process of its own that serves.
type program struct {
	*exec.Cmd
	log *bufio.Scanner
	url string
}

// start runs the program in the folder and waits for its address.
func start(t *testing.T, folder string, env ...string) *program {
	t.Helper()
	p := spawn(t, folder, env...)
	p.ready(t)
	return p
}

// ready waits until the program has said where it listens.
func (p *program) ready(t *testing.T) {
	t.Helper()
	p.url = p.await(t, regexp.MustCompile(` url=(http://\S+)`))
}

func spawn(t *testing.T, folder string, env ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0])}
	p.Dir = folder
	p.Env = append(os.Environ(), append(env, "ROLECALL_TEST_AS_PROGRAM=1", "ROLECALL_LISTEN=127.0.0.1:0", "ROLECALL_BCRYPT_COST=4")...)
	stderr, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	p.log = bufio.NewScanner(stderr)
	return p
}

// await reads the log up to the line that matches, and returns its first group.
func (p *program) await(t *testing.T, line *regexp.Regexp) string {
	t.Helper()
	for p.log.Scan() {
		if match := line.FindStringSubmatch(p.log.Text()); match != nil {
			return match[1]
		}
	}
	t.Fatalf("the log ended without a line like %s", line)
	return ""
}

// token signs in by the API.
func (p *program) token(t *testing.T, username, password string) string {
	t.Helper()
	answer, err := http.PostForm(p.url+"/token", url.Values{"username": {username}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("POST /token = %d, %v; want a token", answer.StatusCode, err)
	}
	return token.AccessToken
}

func TestFirstStart(t *testing.T) {
	folder := t.TempDir()
	p := start(t, folder)
	setup := p.await(t, regexp.MustCompile(`setup="?(http://[^" ]+)`))
	form := url.Values{"username": {"root"}, "email": {"root@example.com"}, "password": {"correct horse"}}
	answer, err := http.PostForm(setup, form)
	if err != nil || answer.StatusCode != http.StatusOK || answer.Request.URL.Path == "/setup" {
		t.Fatalf("POST %s = %v, %v; want the way to the console", setup, answer, err)
	}
	p.token(t, "root", "correct horse")
	secret, err := os.Stat(filepath.Join(folder, "rolecall.db.jwt-secret"))
	if err != nil || secret.Mode().Perm() != 0o600 {
		t.Errorf("the secret's file: %v, %v; want mode 0600", secret, err)
	}
	p.stop(t)
	if again := start(t, folder); again.noSetup(t) {
		t.Error("a start with an admin logs a setup link")
	}
}

// stop sends SIGTERM, and wants an exit with 0.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for p.log.Scan() { // up to its end
	}
	if err := p.Wait(); err != nil {
		t.Errorf("after SIGTERM the program ended with %v, want 0", err)
	}
}

// noSetup stops the program and reports whether its log has a setup link.
func (p *program) noSetup(t *testing.T) bool {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	found := false
	for p.log.Scan() {
		found = found || strings.Contains(p.log.Text(), "setup=")
	}
	return found
}

// TestDrain has a request under way, whose body is not whole yet, when the
// program is told to stop: it is answered all the same, who looks at the metrics is
// told, and the last traces are sent.
func TestDrain(t *testing.T) {
	sent := make(chan []byte, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { traces, _ := io.ReadAll(r.Body); sent <- traces }))
	defer receiver.Close()
	p := spawn(t, t.TempDir(), "ROLECALL_METRICS_LISTEN=127.0.0.1:0", "OTEL_EXPORTER_OTLP_ENDPOINT="+receiver.URL)
	metrics := p.await(t, regexp.MustCompile(` metrics=(http://\S+)`))
	p.ready(t)
	reader, writer := io.Pipe()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.url+"/token", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	type result struct {
		*http.Response
		error
	}
	done := make(chan result, 1)
	go func() {
		answer, err := http.DefaultClient.Do(request)
		done <- result{answer, err}
	}()
	if _, err := io.WriteString(writer, "username=root&"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // for the server to have begun with it
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.await(t, regexp.MustCompile(`msg=(draining)`))
	if answer, err := http.Get(metrics); err != nil {
		t.Error(err)
	} else if text, err := io.ReadAll(answer.Body); err != nil || !bytes.Contains(text, []byte("\nrolecall_draining 1\n")) {
		t.Errorf("in the drain the metrics are, %v:\n%s", err, text)
	}
	if _, err := io.WriteString(writer, "password=nonsense"); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if got := <-done; got.error != nil || got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the request under way = %v, %v; want 401", got.Response, got.error)
	}
	for p.log.Scan() { // up to its end
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the program ended with %v, want 0", err)
	}
	if len(sent) != 1 || !bytes.Contains(<-sent, []byte("POST /token")) {
		t.Error("the trace of the request under way was not sent")
	}
}

// TestTwoStartAtOnce races two programs on one empty folder: both serve, with
// one secret.
func TestTwoStartAtOnce(t *testing.T) {
	folder := t.TempDir()
	admin := []string{"ROLECALL_ADMIN_USERNAME=root", "ROLECALL_ADMIN_EMAIL=root@example.com", "ROLECALL_ADMIN_PASSWORD=correct horse",
		"ROLECALL_PUBLIC_URL=http://rolecall.test"}
	one, two := spawn(t, folder, admin...), spawn(t, folder, admin...)
	one.ready(t)
	two.ready(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, two.url+"/users", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+one.token(t, "root", "correct horse"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("the second program's answer to the first one's token = %v, %v; want 200", answer, err)
	}
	var list struct {
		Total int `json:"total"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil || list.Total != 1 {
		t.Errorf("users = %d, %v; want the one admin", list.Total, err)
	}
	one.stop(t)
	two.stop(t)
}
