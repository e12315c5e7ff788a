package routes

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// logged is a server whose database writes to its log, too.
func logged(t *testing.T) *server {
	t.Helper()
	to := &forwarded{&logBuffer{}}
	log := models.NewLog(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := build(t, modeltest.OpenLogged(t, "sqlite:"+filepath.Join(t.TempDir(), "logged.db"), log))
	to.logBuffer = s.log
	s.cast()
	s.listen()
	return s
}

type forwarded struct{ *logBuffer }

// linesOf are the lines of the log with all of these texts.
func (s *server) linesOf(texts ...string) (found []string) {
	for line := range strings.SplitSeq(s.log.String(), "\n") {
		all := true
		for _, text := range texts {
			all = all && strings.Contains(line+" ", text+" ")
		}
		if all {
			found = append(found, line)
		}
	}
	return found
}

var tookForm = regexp.MustCompile(` took_ms=[0-9.]+ `)

// TestRequestLog: a line for each request, whatever became of it, with the pattern of
// its route and the id that the answer has.
func TestRequestLog(t *testing.T) {
	t.Parallel()
	s := one(t)
	root := s.ids["root"]
	for _, tt := range []struct {
		who, call      string
		headers        []string
		method, route  string
		status         int
		user           int64
		level, address string
	}{
		{"root", "GET /users/{ann}?x=canary", nil, "GET", "/users/:user_id", 200, root, "INFO", "127.0.0.1"},
		{"root", "DELETE /users/me/sessions/canary", nil, "DELETE", "/users/me/sessions/:session_id", 404, root, "INFO", "127.0.0.1"},
		{"", "GET /users/me", nil, "GET", "/users/me", 401, 0, "INFO", "127.0.0.1"},
		{"", "HEAD /login", nil, "GET", "/login", 200, 0, "INFO", "127.0.0.1"},
		{"", "GET /nothing/canary", nil, "GET", noRoute, 404, 0, "INFO", "127.0.0.1"},
		{"", "PATCH /users/me", nil, "PATCH", noRoute, 405, 0, "INFO", "127.0.0.1"},
		{"", "BREW /canary", nil, otherMethod, noRoute, 400, 0, "INFO", "127.0.0.1"},
		{"", "GET /users/me", []string{"Content-Encoding: gzip"}, "GET", noRoute, 415, 0, "INFO", "127.0.0.1"},
		{"", "GET /healthz", nil, "GET", "/healthz", 200, 0, "DEBUG", "127.0.0.1"},
		{"", "GET " + staticURL("console.css"), nil, "GET", "/static/*", 200, 0, "DEBUG", "127.0.0.1"},
	} {
		id := s.call(t, tt.who, tt.call, "", tt.headers...).want(t, tt.call, tt.status).Header.Get("X-Request-Id")
		lines := s.linesOf("msg=request", "request_id="+id)
		if len(lines) != 1 {
			t.Errorf("%s has %d lines, want 1: %q", tt.call, len(lines), lines)
			continue
		}
		for _, want := range []string{"level=" + tt.level, "method=" + tt.method, "route=" + tt.route, fmt.Sprintf("status=%d", tt.status),
			fmt.Sprintf("user_id=%d", tt.user), "address=" + tt.address} {
			if !strings.Contains(lines[0]+" ", " "+want+" ") {
				t.Errorf("%s: the line lacks %s: %s", tt.call, want, lines[0])
			}
		}
		if !tookForm.MatchString(lines[0]) || strings.Contains(lines[0], "canary") {
			t.Errorf("%s: the line is %s", tt.call, lines[0])
		}
	}
	for _, text := range []string{"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("canary", headerMax) + "\r\n\r\n"} {
		a := s.raw(t, text)
		if lines := s.linesOf("msg=request", "route="+noRoute, fmt.Sprintf("status=%d", a.StatusCode), "address=127.0.0.1", "request_id="+a.Header.Get("X-Request-Id")); len(lines) != 1 {
			t.Errorf("a request that can't be read has %d lines, want 1", len(lines))
		}
	}
}

// What happens in a request is logged with its id and the client's address: what was
// decided, what was changed, and each statement.
func TestLogNamesItsRequest(t *testing.T) {
	t.Parallel()
	s := logged(t)
	given := parse[struct {
		Refresh string `json:"refresh_token"`
	}](t, s.grant(t, credentials("bob", goodPassword)))
	editor := fmt.Sprint(s.ids["editor"])
	for _, tt := range []struct {
		name string
		do   func() answer
		want []string // the events
	}{
		{"a sign-in", func() answer { return s.grant(t, credentials("ann", goodPassword)) }, []string{"authn_login_success"}},
		{"a wrong password", func() answer { return s.grant(t, credentials("ann", "wrong horse")) }, []string{"authn_login_fail"}},
		{"a refresh", func() answer { return s.grant(t, "grant_type=refresh_token&refresh_token="+given.Refresh) }, []string{"authn_token_created"}},
		{"a wrong refresh token", func() answer { return s.grant(t, "grant_type=refresh_token&refresh_token=canary") }, []string{"authn_token_fail"}},
		{"a wrong token", func() answer { return s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer x.y.z")) }, []string{"authn_token_fail"}},
		{"no admin", func() answer { return s.call(t, "ann", "GET /users", "") }, []string{"authz_fail"}},
		{"another site's form", func() answer {
			return s.send(t, s.request(t, "POST /login", credentials("ann", "x"), formType, "Sec-Fetch-Site: cross-site"))
		}, []string{"malicious_csrf", "authz_fail"}},
		{"a wrong present password", func() answer {
			return s.call(t, "ann", "POST /users/me/password", `{"current_password":"wrong horse","new_password":"`+newPassword+`"}`)
		}, []string{"authn_password_change_fail"}},
		{"a change", func() answer { return s.call(t, "root", "PUT /users/{bob}", `{"first_name":"Bob"}`) }, []string{"user.updated"}},
		{"a role", func() answer {
			return s.call(t, "root", "POST /roles/assign", `{"user_id":{bob},"role_name":"Editor"}`)
		}, []string{"role.assigned"}},
		{"a role that is held", func() answer { return s.call(t, "root", "DELETE /roles/"+editor+"?force=true", "") }, []string{"role.revoked", "role.deleted"}},
		{"an export", func() answer { return s.page(t, "root", "GET /admin/users/export", "") }, []string{"sensitive_read"}},
	} {
		id := tt.do().Header.Get("X-Request-Id")
		for _, event := range tt.want {
			if lines := s.linesOf("event="+event, "address=127.0.0.1", "request_id="+id); len(lines) != 1 {
				t.Errorf("%s has %d lines with the event %s, want 1:\n%s", tt.name, len(lines), event, strings.Join(s.linesOf("request_id="+id), "\n"))
			}
		}
		if len(s.linesOf("msg=statement", "request_id="+id)) == 0 && tt.name != "another site's form" && tt.name != "a wrong token" && tt.name != "no admin" {
			t.Errorf("%s has no statement with its id", tt.name)
		}
	}
}

// A change that is rolled back is not told, one of many accounts has one line.
func TestLogOfChanges(t *testing.T) {
	t.Parallel()
	s := logged(t)
	s.exec(t, `CREATE TRIGGER "TR_Fails" AFTER INSERT ON "RolecallEvents" WHEN NEW."Action" = 'user.created' BEGIN SELECT RAISE(ABORT, 'no'); END`)
	if a := s.call(t, "root", "POST /users", `{"username":"kim","email":"kim@example.com","password":"`+goodPassword+`"}`); a.StatusCode < 500 {
		t.Fatalf("a failure: got %d", a.StatusCode)
	}
	if lines := s.linesOf("event=user.created"); len(lines) != 0 {
		t.Errorf("the log tells of what was rolled back: %q", lines)
	}
	s.page(t, "root", "POST /admin/users/bulk", "user={ann}&user={bob}&assign=Editor&count=2").want(t, "two at once", 303)
	if lines := s.linesOf("event=role.assigned", "count=2", fmt.Sprintf("user_id=%d", s.ids["root"])); len(lines) != 1 {
		t.Errorf("two roles at once have the lines %q, want one with count=2", s.linesOf("event=role.assigned"))
	}
}

// secretFields is what a body may hold that is nobody's to read, and what else there
// is to send along, so that it is taken.
var secretFields = []string{"password", "new_password", "current_password", "your_password", "password_hash", "token", "refresh_token", "client_secret"}

// TestLogKeepsSecrets drives each route at debug level with marked passwords, tokens
// and hashes, in all the places where a client may put them, as a stranger, a user and
// an admin; and with good ones. The log holds none of them.
func TestLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"", "bob", "root"} {
		s := logged(t)
		for _, route := range s.app.GetRoutes(true) {
			if route.Method != http.MethodHead {
				s.whisper(t, who, route.Method, route.Path)
			}
		}
		s.user("cleo", models.UserRole)
		given := s.grant(t, credentials("cleo", goodPassword)).want(t, "a sign-in", 200)
		tokens := parse[struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}](t, given)
		s.grant(t, "grant_type=refresh_token&refresh_token="+tokens.Refresh).want(t, "a refresh", 200)
		secrets := []string{"canary", goodPassword, tokens.Access, tokens.Refresh, s.cookieName() + "=",
			s.token("cleo", models.APISession), s.token("cleo", models.ConsoleSession)}
		var hashes []string
		if err := s.db.Read(t.Context()).Raw(`SELECT "PasswordHash" FROM "Users" UNION ALL SELECT "TokenHash" FROM "RolecallRefreshTokens"`).Scan(&hashes).Error; err != nil {
			t.Fatal(err)
		}
		for _, secret := range append(secrets, hashes...) {
			if strings.Contains(s.log.String(), secret) {
				t.Errorf("as %q: the log holds %q: %q", who, secret, s.linesHolding(secret))
			}
		}
		for _, route := range s.app.GetRoutes(true) {
			if route.Method != http.MethodHead && len(s.linesOf("msg=request", "method="+route.Method, "route="+route.Path)) < 3 {
				t.Errorf("as %q: %s %s was not driven", who, route.Method, route.Path)
			}
		}
	}
}

func (s *server) linesHolding(text string) (found []string) {
	for line := range strings.SplitSeq(s.log.String(), "\n") {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// whisper sends the route marked secrets: in a form, in JSON, in the query, in the
// headers and for the parameters of its path; with a right token, and with a marked one.
func (s *server) whisper(t *testing.T, who, method, path string) {
	t.Helper()
	form, fields := url.Values{}, []string{}
	for _, name := range secretFields {
		form.Set(name, "canary horse "+name)
		fields = append(fields, fmt.Sprintf("%q:%q", name, "canary horse "+name))
	}
	for name, value := range map[string]string{"username": "ann", "email": "ann@example.com", "grant_type": "refresh_token", "next": "/canary"} {
		form.Set(name, value)
	}
	call := method + " " + strings.NewReplacer(":user_id", "{ann}", ":role_id", "{editor}", ":user", "{ann}", ":role", "{editor}",
		":session", "canary", ":session_id", "canary", ":act", "canary", ":import", "canary", "*", "canary").Replace(path)
	json := "{" + strings.Join(fields, ",") + "}"
	marked := []string{"X-Forwarded-For: canary", "X-Request-Id: canary-canary", "User-Agent: canary", "Referer: /canary", "If-Match: \"canary\""}
	s.page(t, who, call+"?"+form.Encode(), form.Encode(), marked...)
	s.call(t, who, call+"?"+form.Encode(), json, marked...)
	s.send(t, s.request(t, call, json, append(marked, "Authorization: Bearer canary.eyJ.canary", "Cookie: "+s.cookieName()+"=canary", jsonType)...))
	s.send(t, s.request(t, call, form.Encode(), append(marked, formType, "Authorization: Basic Y2FuYXJ5OmNhbmFyeQ==")...))
	if path == "/logout" {
		s.forget(who)
	}
}
