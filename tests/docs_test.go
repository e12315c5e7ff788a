package tests

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// A trial is an operation that somebody tries on the page of the API: what is filled
// in where the page suggests nothing fitting, and what the page then shows.
type trial struct {
	operation string
	fields    map[string]string // parameters, by name
	form      map[string]string // the body as a form
	body      string            // the body in JSON; "" for the one that the page suggests
	status    string
	shows     string
}

// TestDocsInBrowser tries every operation on the API's page: with a username and a
// password, and then with a token.
func TestDocsInBrowser(t *testing.T) {
	t.Parallel()
	address, s := serveOn(t, modeltest.NewDB(t), func(c *services.Config) { c.AccessTokenTTL = time.Hour }) // the page does not refresh
	makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	sections := operations(t, address)
	b := openBrowser(t, address)
	b.open("/docs")
	b.authorize(map[string]string{"#oauth_username": "root", "#oauth_password": password})
	untried := operations(t, address)
	for _, trial := range trials(t, s) {
		b.try(sections[trial.operation], trial)
		delete(untried, trial.operation)
	}
	if len(untried) > 0 {
		t.Errorf("not tried: %v", untried)
	}
	b.open("/docs") // which forgets who was signed in
	b.try(sections["getMe"], trial{operation: "getMe", status: "401", shows: "Unauthorized"})
	token := rootToken(t, s, "another horse battery", models.APISession)
	b.authorize(map[string]string{"#auth-bearer-value": token})
	b.try(sections["getMe"], trial{operation: "getMe", status: "200", shows: "root@example.com"})
	b.quiet()
}

// operations are the sections of the page by the id of the operation in them.
func operations(t *testing.T, address string) map[string]string {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string
			Tags        []string
		}
	}
	if err := json.Unmarshal([]byte(description(t, address)), &document); err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, path := range document.Paths {
		for _, op := range path {
			sections[op.OperationID] = "#operations-" + op.Tags[0] + "-" + op.OperationID
		}
	}
	return sections
}

// trials go through all operations, in an order in which each has what it needs. Where
// there is no body, the page's own example must do.
func trials(t *testing.T, s *services.Services) []trial {
	t.Helper()
	_, other, err := s.Sessions.SignIn(t.Context(), models.Actor{Address: "127.0.0.1"}, "root", password, models.APISession)
	if err != nil {
		t.Fatal(err)
	}
	cleo := makeUser(t, s, "cleo", "Cleo", "Cooper", models.UserRole)
	author := makeRole(t, s, "Reviewer")
	user, role := map[string]string{"user_id": fmt.Sprint(cleo.UserID)}, map[string]string{"role_id": fmt.Sprint(author.RoleID)}
	member := fmt.Sprintf(`{"user_id":%d,"role_name":"Author"}`, cleo.UserID)
	with := func(fields map[string]string, name, value string) map[string]string {
		more := map[string]string{name: value}
		for name, value := range fields {
			more[name] = value
		}
		return more
	}
	return []trial{
		{operation: "getHealth", status: "200", shows: `"ok"`},
		{operation: "getReadiness", status: "200", shows: `"ok"`},
		{operation: "getMetadata", status: "200", shows: "token_endpoint"},
		{operation: "getKeys", status: "200", shows: `"keys"`},
		{operation: "register", status: "201", shows: `"ann"`},
		{operation: "obtainToken", status: "200", shows: "access_token"},
		{operation: "obtainToken", form: map[string]string{"username": "ann", "password": "correct horse battery"}, status: "200", shows: "access_token"},
		{operation: "introspectToken", body: `{"token":"` + other.RefreshToken + `"}`, status: "200", shows: `"active": true`},
		{operation: "getMe", status: "200", shows: "root@example.com"},
		{operation: "listMySessions", status: "200", shows: other.SessionID},
		{operation: "endMySession", fields: map[string]string{"session_id": other.SessionID}, status: "204"},
		{operation: "revokeToken", form: map[string]string{"token": other.RefreshToken}, status: "200"},
		{operation: "listUsers", fields: map[string]string{"search": "c", "status": "active", "sort": "-created_at", "limit": "1"}, status: "200", shows: `"cleo"`},
		{operation: "createUser", status: "201", shows: `"bob"`},
		{operation: "getUser", fields: user, status: "200", shows: `"cleo"`},
		{operation: "updateUser", fields: with(user, "If-Match", `"another"`), body: `{"last_name":"Cook"}`, status: "412", shows: "Precondition Failed"},
		{operation: "updateUser", fields: with(user, "If-Match", `"`+cleo.Revision()+`"`), body: `{"last_name":"Cook"}`, status: "200", shows: `"Cook"`},
		{operation: "createRole", status: "201", shows: `"Editor"`},
		{operation: "listRoles", status: "200", shows: `"Editor"`},
		{operation: "updateRole", fields: role, status: "200", shows: `"Author"`},
		{operation: "assignRole", body: member, status: "200", shows: `"Author"`},
		{operation: "deleteRole", fields: role, status: "409", shows: "Conflict"},
		{operation: "deleteRole", fields: with(role, "force", "true"), status: "204"},
		{operation: "revokeRole", body: fmt.Sprintf(`{"user_id":%d,"role_name":"User"}`, cleo.UserID), status: "200", shows: `"roles": []`},
		{operation: "unlockUser", fields: user, status: "204"},
		{operation: "setPassword", fields: user, status: "204"},
		{operation: "listSessions", fields: user, status: "200", shows: `"items": []`},
		{operation: "endSessions", fields: user, status: "204"},
		{operation: "deleteUser", fields: user, status: "204"},
		{operation: "listEvents", fields: map[string]string{"action": "user.deleted", "from": "2026-01-01"}, status: "200", shows: `"cleo"`},
		{operation: "changeMyPassword", body: `{"current_password":"` + password + `","new_password":"another horse battery"}`, status: "204"},
	}
}

// authorize signs in with the scheme that has these fields.
func (b *browser) authorize(values map[string]string) {
	b.t.Helper()
	b.pushed(".btn.authorize")
	last := ""
	for selector, value := range values {
		b.enter(selector, value)
		last = selector
	}
	b.pushed(".auth-container:has(" + last + ") .authorize")
	b.until("somebody is signed in", func() bool { return b.count(".btn.authorize.locked") > 0 })
	b.pushed(".btn-done")
}

// enter waits for a field of the page and gives it its value, as React has to
// learn it.
func (b *browser) enter(selector, value string) {
	b.t.Helper()
	b.until("there is "+selector, func() bool { return b.count(selector) > 0 })
	found := b.evaluate(selector, fmt.Sprintf(`slice(0, 1).map(field => {
		Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, %q);
		field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", {bubbles: true}));
		field.dispatchEvent(new FocusEvent("focusout", {bubbles: true})); // who goes on typing is waited for
		return field.value;
	})`, value))
	if len(found) != 1 || found[0] != value {
		b.t.Fatalf("%s holds %q, want %q", selector, found, value)
	}
}

// try tries the operation, and reads what the page shows of the answer. A page that
// has not read the description of an operation to its end, which does not show, sends
// nothing: so the wait before, and a second and a third go.
func (b *browser) try(section string, t trial) {
	b.t.Helper()
	answer := ""
	for range 3 {
		if answer = b.answer(section, t); answer != "" {
			break
		}
	}
	if !strings.HasPrefix(answer, t.status) || !strings.Contains(answer, t.shows) {
		b.t.Errorf("%s shows %.300q, want %s and %s", t.operation, answer, t.status, t.shows)
	}
}

// answer opens the section of the operation, fills it in, sends the request, waits,
// and closes the section: a long page is a slow one. What opens moves all that is
// below it, so the clicks are not aimed with the mouse.
func (b *browser) answer(section string, t trial) string {
	b.t.Helper()
	head, send, shown := section+" .opblock-summary-control", section+" .execute", section+" .live-responses-table tbody .response"
	b.pushed(head)
	b.until(t.operation+" is open", func() bool { return b.count(send) > 0 })
	time.Sleep(400 * time.Millisecond)
	for name, value := range t.fields {
		b.enter(section+` tr[data-param-name="`+name+`"] :is(input, select)`, value)
	}
	if len(t.form) > 0 {
		b.enter(section+" .opblock-section-request-body select.content-type", "application/x-www-form-urlencoded")
	}
	for name, value := range t.form {
		b.enter(section+` tr[data-property-name="`+name+`"] input`, value)
	}
	if t.body != "" {
		b.enter(section+" textarea.body-param__text", t.body)
	}
	b.pushed(send)
	for end := time.Now().Add(patience / 3); b.count(shown) == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	answer := strings.Join(b.texts(shown), "\n")
	if answer != "" {
		b.pushed(section + " .btn-clear") // another try shows its own answer
	}
	b.pushed(head)
	b.until(t.operation+" is closed", func() bool { return b.count(send) == 0 })
	return answer
}

// pushed waits for a button and pushes it.
func (b *browser) pushed(selector string) {
	b.t.Helper()
	b.until("there is "+selector, func() bool { return b.count(selector) > 0 })
	b.evaluate(selector, "slice(0, 1).map(e => { e.click(); return e.tagName })")
}
