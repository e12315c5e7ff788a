package replicas

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// An answer is one that was read to its end.
type answer struct {
	*http.Response
	body string
}

// want ends the test when the status is another.
func (a answer) want(t *testing.T, what string, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: got %d, want %d: %s", what, a.StatusCode, status, a.body)
	}
	return a
}

// into reads the JSON of the body.
func (a answer) into(t *testing.T, value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), value); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// send asks this replica, by the client, which follows no redirection.
func (r *replica) send(t *testing.T, client *http.Client, call, body string, head ...string) answer {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range head {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	return answer{response, string(text)}
}

var plain = newClient(nil)

func newClient(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// api sends JSON, with a token unless that is "".
func (r *replica) api(t *testing.T, call, token, body string) answer {
	t.Helper()
	head := []string{"Content-Type: application/json"}
	if token != "" {
		head = append(head, "Authorization: Bearer "+token)
	}
	return r.send(t, plain, call, body, head...)
}

// tokens are what a grant gives.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// grant asks for tokens by the form's fields.
func (r *replica) grant(t *testing.T, fields ...string) answer {
	t.Helper()
	return r.send(t, plain, "POST /token", form(fields...).Encode(), "Content-Type: application/x-www-form-urlencoded")
}

func (r *replica) signIn(t *testing.T, username, password string) answer {
	t.Helper()
	return r.grant(t, "username", username, "password", password)
}

func (r *replica) tokens(t *testing.T, username string) (got tokens) {
	t.Helper()
	r.signIn(t, username, password).want(t, "sign-in of "+username, http.StatusOK).into(t, &got)
	return got
}

func form(fields ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Add(fields[i], fields[i+1])
	}
	return values
}

// A user is what the API tells of one.
type user struct {
	ID       int64    `json:"user_id"`
	Username string   `json:"username"`
	Roles    []string `json:"roles"`
}

// create makes a user by the first replica, as root.
func (f *fleet) create(username string, roles ...string) (made user) {
	f.t.Helper()
	body, err := json.Marshal(map[string]any{
		"username": username, "email": username + "@example.com", "password": password, "roles": append(roles, "User"),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.replicas[0].api(f.t, "POST /users", f.replicas[0].tokens(f.t, rootName).Access, string(body)).
		want(f.t, "create "+username, http.StatusCreated).into(f.t, &made)
	return made
}

// A browser keeps its cookies, whichever replica it is led to: they are the host's,
// whatever the port.
type browser struct {
	t      *testing.T
	client *http.Client
}

// browse signs in at the replica.
func (r *replica) browse(t *testing.T, username string) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{t, newClient(jar)}
	b.post(r, "/login", form("username", username, "password", password)).want(t, "sign in "+username, http.StatusSeeOther)
	return b
}

func (b browser) get(r *replica, path string) answer {
	b.t.Helper()
	return r.send(b.t, b.client, "GET "+path, "", "Accept: text/html")
}

func (b browser) post(r *replica, path string, values url.Values) answer {
	b.t.Helper()
	return r.send(b.t, b.client, "POST "+path, values.Encode(), "Content-Type: application/x-www-form-urlencoded", "Accept: text/html")
}

var (
	textField = regexp.MustCompile(`<input\b[^>]*\btype="(?:text|email|hidden)"[^>]*>`)
	attribute = regexp.MustCompile(`\b(name|value)="([^"]*)"`)
)

// form reads the texts of the page's form with that action, hidden ones included.
func (a answer) form(t *testing.T, action string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(a.body, fmt.Sprintf("action=%q", action))
	if !found {
		t.Fatalf("the page has no form for %s:\n%s", action, a.body)
	}
	inside, _, _ := strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, tag := range textField.FindAllString(inside, -1) {
		has := map[string]string{}
		for _, match := range attribute.FindAllStringSubmatch(tag, -1) {
			has[match[1]] = html.UnescapeString(match[2])
		}
		values.Add(has["name"], has["value"])
	}
	return values
}
