package routes

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// A scenario is one request. Each of a table begins where the one before ended.
type scenario struct {
	name   string
	who    string // "" for a stranger
	call   string // "PUT /users/{ann}"
	body   string // JSON to the API, a form to a page
	head   []string
	status int
	fields string   // to blame, sorted, with a comma between
	has    []string // in the body (of a page: as a person reads it)
	not    []string // not in the body
	header []string // "Location: /users/{ann}", or a name alone for any value
	events []string // that the audit gets; none means that no row at all may change
	free   bool     // rows that no event tells of may change: sessions, times of sign-ins
}

// playAPI runs the scenarios with bearer tokens and JSON.
func playAPI(t *testing.T, s *server, scenarios []scenario) {
	play(t, s, scenarios, func(t *testing.T, tt scenario) answer {
		a := s.call(t, tt.who, tt.call, tt.body, tt.head...)
		checkAPI(t, s, tt.call, a)
		return a
	})
}

// playPages runs the scenarios with the cookie and forms.
func playPages(t *testing.T, s *server, scenarios []scenario) {
	play(t, s, scenarios, func(t *testing.T, tt scenario) answer {
		a := s.page(t, tt.who, tt.call, tt.body, tt.head...)
		checkPage(t, tt.call, a)
		return a
	})
}

func play(t *testing.T, s *server, scenarios []scenario, send func(*testing.T, scenario) answer) {
	t.Helper()
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			for _, who := range []models.SessionKind{models.APISession, models.ConsoleSession} {
				if tt.who != "" {
					s.token(tt.who, who) // signed in before rows are counted
				}
			}
			before := s.dump()
			a := send(t, tt)
			s.check(t, tt, a)
			after := s.dump()
			if diff := cmp.Diff(tt.events, newEvents(before, after)); diff != "" {
				t.Errorf("events differ (-want +got):\n%s", diff)
			}
			if len(tt.events) == 0 && !tt.free && !reflect.DeepEqual(before, after) {
				t.Errorf("rows changed (-before +after):\n%s", cmp.Diff(before, after))
			}
		})
	}
}

// check compares the answer with what the scenario wants.
func (s *server) check(t *testing.T, tt scenario, a answer) {
	t.Helper()
	if a.StatusCode != tt.status {
		t.Errorf("status is %d, want %d\n%s", a.StatusCode, tt.status, a.body)
	}
	if got := blamed(a); got != tt.fields {
		t.Errorf("fields to blame are %q, want %q\n%s", got, tt.fields, a.body)
	}
	for _, text := range tt.has {
		if !strings.Contains(a.text(), s.fill(text)) {
			t.Errorf("the body has no %q:\n%s", s.fill(text), a.body)
		}
	}
	for _, text := range append(secretsOf(tt.body), tt.not...) {
		if strings.Contains(a.text(), s.fill(text)) {
			t.Errorf("the body has %q:\n%s", text, a.body)
		}
	}
	for _, header := range tt.header {
		name, want, exact := strings.Cut(s.fill(header), ": ")
		if got := a.Header.Get(name); got == "" || exact && got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
}

var secret = regexp.MustCompile(`password"?[:=] ?"?([^"&]*)`)

// secretsOf are the passwords in a JSON or form body, as long as one would know
// them again.
func secretsOf(body string) []string {
	var secrets []string
	for _, match := range secret.FindAllStringSubmatch(body, -1) {
		text, err := url.QueryUnescape(match[1])
		if err == nil && len(text) > 5 && strings.Count(body, match[1]) == 1 { // it is no other value's
			secrets = append(secrets, text)
		}
	}
	return secrets
}

// text is the body as a person reads it.
func (a answer) text() string {
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return html.UnescapeString(a.body)
	}
	return a.body
}

var invalidInput = regexp.MustCompile(`<input[^>]*name="([^"]*)"[^>]*aria-invalid="true"`)

// blamed are the names of the fields that the answer blames, sorted.
func blamed(a answer) string {
	var names []string
	var p problem
	switch kind := a.Header.Get("Content-Type"); {
	case kind == "application/problem+json" && json.Unmarshal([]byte(a.body), &p) == nil:
		for _, e := range p.Errors {
			names = append(names, e.Field)
		}
	default:
		for _, match := range invalidInput.FindAllStringSubmatch(a.body, -1) {
			names = append(names, match[1])
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// tables are all but RolecallLocks, whose counters tell nothing.
var tables = []string{"Users", "Roles", "UserRoles", "RolecallAccounts", "RolecallRoles", "RolecallSessions", "RolecallEvents", "RolecallMigrations",
	"RolecallRefreshTokens", "RolecallHolds", "RolecallActs", "RolecallActRows", "RolecallImports", "RolecallImportPieces"}

// dump returns every row of every table.
func (s *server) dump() map[string][]string { return modeltest.Dump(s.t, s.db, tables) }

var eventForm = regexp.MustCompile(`Action:(\S+) .*ActorName:(\S*) .*TargetName:(.*?) TargetType`)

// newEvents are those that appeared, as "actor action target".
func newEvents(before, after map[string][]string) []string {
	var events []string
	for _, row := range after["RolecallEvents"][len(before["RolecallEvents"]):] {
		match := eventForm.FindStringSubmatch(row)
		events = append(events, strings.TrimSpace(match[2]+" "+match[1]+" "+match[3]))
	}
	return events
}

// words that are never a client's to know.
var words = append([]string{"mssql", "sqlite", "SQLSTATE", "constraint", "gorm", "fasthttp", "goroutine", "huma"}, hashMarks...)

func checkWords(t testing.TB, a answer) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(a.body, word) && !strings.HasPrefix(a.Request.URL.Path, "/static/") {
			t.Errorf("%s %s: the body has %q:\n%s", a.Request.Method, a.Request.URL.Path, word, a.body)
		}
	}
}

// checkAPI holds an answer of the API against its description, and a refusal
// against the shape that all have.
func checkAPI(t *testing.T, s *server, call string, a answer) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	path, _, _ = strings.Cut(path, "?")
	if a.StatusCode == http.StatusNoContent && a.body != "" {
		t.Errorf("204 with a body: %s", a.body)
	}
	if op, found := s.document(t).operation(method, s.fill(path)); found {
		op.checkAnswer(t, a)
	}
	if a.StatusCode < 400 {
		return
	}
	checkChallenge(t, a)
	if oauthRoute.MatchString(method + " " + path) {
		checkOAuthError(t, a)
		return
	}
	var p problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("the refusal is no problem document: %s %s", a.Header.Get("Content-Type"), a.body)
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" || p.Status != a.StatusCode || p.RequestID != a.Header.Get("X-Request-Id") {
		t.Errorf("the problem lacks something, or differs from the header: %s", a.body)
	}
}

var filledPassword = regexp.MustCompile(`<input[^>]*type="password"[^>]*value=`)

// checkPage: a page is HTML, and each blamed field has its sentence beside it.
func checkPage(t *testing.T, call string, a answer) {
	t.Helper()
	if a.StatusCode == http.StatusSeeOther {
		if a.Header.Get("Location") == "" {
			t.Errorf("%s: 303 without Location", call)
		}
		return
	}
	if kind := a.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Errorf("%s: Content-Type is %q, want HTML", call, kind)
	}
	for _, name := range strings.Fields(strings.ReplaceAll(blamed(a), ",", " ")) {
		beside := regexp.MustCompile(`(?s)id="f-` + regexp.QuoteMeta(name) + `(?:-[a-z]+)?-error"[^>]*>(.*?)</p>`).FindStringSubmatch(a.body)
		if beside == nil || strings.TrimSpace(beside[1]) == "" {
			t.Errorf("%s: no sentence beside the field %s:\n%s", call, name, a.body)
		}
	}
	if filledPassword.MatchString(a.body) {
		t.Errorf("%s: a password field has a value:\n%s", call, a.body)
	}
}

// exec changes rows as another program would, after the lag in which it is not
// seen.
func (s *server) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	err := s.db.Tx(context.Background(), func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		return tx.Exec(statement, args...).Error
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
