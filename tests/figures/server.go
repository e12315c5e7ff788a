package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Settings that all processes share, so that several can work as replicas.
const (
	secret   = "a secret of the figures, of more than thirty-two bytes"
	issuer   = "http://figures.test"
	admin    = "figures-root"
	password = "correct horse battery staple"
)

// A server is a process that serves HTTP.
type server struct {
	address string // host:port
	command *exec.Cmd
}

// startLimit is how long a process may take to say where it listens.
const startLimit = 30 * time.Second

var listening = regexp.MustCompile(`url="?http://([^\s"]+)`)

// launch starts a program that logs its address as url=http://… on standard
// error.
func launch(ctx context.Context, env []string, name string, args ...string) (*server, error) {
	s := &server{command: exec.CommandContext(ctx, name, args...)}
	s.command.Env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "ROLECALL_") }), env...)
	stderr, err := s.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	failed := make(chan string, 1)
	go watch(stderr, found, failed)
	select {
	case s.address = <-found:
		return s, nil
	case output := <-failed:
		err = fmt.Errorf("%s ended: %s", filepath.Base(name), output)
	case <-time.After(startLimit):
		err = fmt.Errorf("%s names no address within %s", filepath.Base(name), startLimit)
	}
	s.stop()
	return nil, err
}

// watch reads a log to its end, so that its writer never waits; once it has the
// address without looking at it, as that would be measured too.
func watch(log io.Reader, found, failed chan<- string) {
	var lines strings.Builder
	for scanner := bufio.NewScanner(log); scanner.Scan(); {
		if match := listening.FindStringSubmatch(scanner.Text()); match != nil {
			found <- match[1]
			_, _ = io.Copy(io.Discard, log) // to the end of the process
			return
		}
		lines.WriteString(scanner.Text() + "\n")
	}
	failed <- lines.String()
}

// stop ends the process, and waits for its end.
func (s *server) stop() {
	_ = s.command.Process.Kill() // nothing of it is needed any more
	_ = s.command.Wait()
}

// start runs rolecall with an administrator. Replicas name the same database
// file; on -database all servers share that.
func (b *bench) start(ctx context.Context, file string, env ...string) (*server, error) {
	return launch(ctx, append([]string{
		"ROLECALL_LISTEN=127.0.0.1:0", "ROLECALL_PUBLIC_URL=" + issuer, "ROLECALL_DATABASE_URL=" + b.databaseURL(file),
		"ROLECALL_JWT_SECRET=" + secret, "ROLECALL_REGISTER_LIMIT=off",
		"ROLECALL_ADMIN_USERNAME=" + admin, "ROLECALL_ADMIN_EMAIL=" + admin + "@example.com", "ROLECALL_ADMIN_PASSWORD=" + password,
	}, env...), b.binary)
}

// databaseURL is that of -database, or of the SQLite file of that name.
func (b *bench) databaseURL(file string) string {
	if b.database != "" {
		return b.database
	}
	return "sqlite:" + filepath.Join(b.folder, file+".db")
}

// call sends a request with a JSON body, or none, and reads a JSON answer, or
// none. A status over 299 is an error; 404 and 405 are errAbsent.
func (s *server) call(ctx context.Context, method, path, token string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		text = nil
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusMethodNotAllowed:
		return fmt.Errorf("%w: %s %s answers %s", errAbsent, method, path, response.Status)
	case response.StatusCode > 299:
		return fmt.Errorf("%s %s answers %s", method, path, response.Status)
	case answer == nil:
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// tokens are what a sign-in gives.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

func (s *server) signIn(ctx context.Context, username string) (t tokens, err error) {
	return t, s.call(ctx, http.MethodPost, "/token", "", map[string]string{"username": username, "password": password}, &t)
}

// An account is one that makeUser made.
type account struct {
	ID       int64  `json:"user_id"`
	Username string `json:"username"`
}

// makeUser creates an account as the administrator whose token is given.
func (b *bench) makeUser(ctx context.Context, s *server, token, name string) (a account, err error) {
	b.made++
	name = fmt.Sprintf("%s-%s-%d", name, b.run, b.made)
	return a, s.call(ctx, http.MethodPost, "/users", token, map[string]string{
		"username": name, "email": name + "@example.com", "password": password,
	}, &a)
}

// stage starts a server with one user, signed in.
func (b *bench) stage(ctx context.Context, file string, env ...string) (s *server, root, user tokens, a account, err error) {
	if s, err = b.start(ctx, file, env...); err != nil {
		return s, root, user, a, err
	}
	if root, err = s.signIn(ctx, admin); err == nil {
		a, err = b.makeUser(ctx, s, root.Access, file)
	}
	if err == nil {
		user, err = s.signIn(ctx, a.Username)
	}
	if err != nil {
		s.stop()
	}
	return s, root, user, a, err
}

// signInForm is the body of POST /token.
func signInForm(username, password string) string {
	return url.Values{"grant_type": {"password"}, "username": {username}, "password": {password}}.Encode()
}
