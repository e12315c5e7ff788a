package main

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// The list's figure: how many requests of a kind are sent, one after the other,
// and how long the first byte of 19 in 20 may take.
const (
	listTries = 100
	listWant  = "p95 ≤ 50 ms"
)

// A listView is a page of the list of users.
type listView struct{ name, path string }

// listViews are the first pages: each order, and each kind of filter.
func listViews() []listView {
	views := []listView{
		{"search, a beginning that 1 in 200 has", "search=" + url.QueryEscape(lastNames[7][:4])},
		{"search, a beginning that 1 in 10 has", "search=m"},
		{"search, last and first name", "search=" + url.QueryEscape(lastNames[0]+" "+firstNames[0])},
		{"search, nobody", "search=xyzzy"},
		{"role that everybody has", "role=User"},
		{"role that 1 in 30 has", "role=Editor"},
		{"two roles by name", "role=Editor&role=Auditor&sort=username"},
		{"status active", "status=active"},
		{"status disabled", "status=disabled"},
		{"status locked", "status=locked"},
		{"search, role, status and order", "search=m&role=Editor&status=active&sort=-last_login_at"},
	}
	for i, view := range views {
		views[i].path = "/admin/users?" + view.path
	}
	return views
}

// listSorts are the orders of the list.
var listSorts = []string{
	"user_id", "-user_id", "username", "-username", "email", "last_name", "-last_name",
	"created_at", "-created_at", "last_login_at", "-last_login_at", "roles", "-roles", "status", "-status",
}

// listOfMany is figure g: the time to the first byte of the list of many users.
func listOfMany(ctx context.Context, b *bench) ([]row, error) {
	s, root, err := b.crowdedServer(ctx)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	browser, err := s.openConsole()
	if err != nil {
		return nil, err
	}
	defer browser.conn.Close()
	views := listViews()
	for _, sort := range listSorts {
		pages, err := sortedViews(ctx, s, browser, root.Access, sort)
		if err != nil {
			return nil, err
		}
		views = append(pages, views...)
	}
	rows := make([]row, 0, len(views))
	for _, view := range views {
		waits, err := browser.firstBytes(view.path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", view.name, err)
		}
		rows = append(rows, row{view.name, waitsText(waits), listWant})
	}
	return rows, nil
}

// crowdedServer is a server with many users.
func (b *bench) crowdedServer(ctx context.Context) (*server, tokens, error) {
	s, err := b.start(ctx, "list", "ROLECALL_BCRYPT_COST=4")
	if err != nil {
		return nil, tokens{}, err
	}
	err = crowd(ctx, b.databaseURL("list"), b.users)
	var root tokens
	if err == nil {
		root, err = s.signIn(ctx, admin)
	}
	if err != nil {
		s.stop()
		return nil, root, err
	}
	return s, root, nil
}

// sortedViews are the first, a deep and the last page in that order.
func sortedViews(ctx context.Context, s *server, browser *console, token, sort string) ([]listView, error) {
	first := "/admin/users?sort=" + url.QueryEscape(sort)
	views := []listView{{sort + ", first page", first}}
	cursor, err := s.middle(ctx, token, sort)
	if err != nil {
		return nil, err
	}
	views = append(views, listView{sort + ", the page in the middle", first + "&cursor=" + url.QueryEscape(cursor)})
	last, err := browser.link(first, "last")
	return append(views, listView{sort + ", last page", last}), err
}

// middle is the cursor of a page half way through the list.
func (s *server) middle(ctx context.Context, token, sort string) (string, error) {
	query := url.Values{"sort": {sort}, "limit": {"200"}}
	for seen := 0; ; {
		var page struct {
			Items []struct{}
			Total int
			Next  string
		}
		if err := s.call(ctx, http.MethodGet, "/users?"+query.Encode(), token, nil, &page); err != nil {
			return "", err
		}
		seen += len(page.Items)
		if page.Next == "" || seen >= page.Total/2 {
			return page.Next, nil
		}
		query.Set("cursor", page.Next)
	}
}

// A console is a connection with an admin's cookie.
type console struct {
	*client
	address, cookie string
}

// openConsole signs in as a browser does.
func (s *server) openConsole() (*console, error) {
	c, err := dial(s.address)
	if err != nil {
		return nil, err
	}
	form := url.Values{"username": {admin}, "password": {password}}.Encode()
	response, err := http.DefaultTransport.RoundTrip(formRequest("http://"+s.address+"/login", form))
	if err != nil {
		c.conn.Close()
		return nil, err
	}
	response.Body.Close()
	for _, cookie := range response.Cookies() {
		if cookie.Name == "rolecall" {
			return &console{c, s.address, cookie.Name + "=" + cookie.Value}, nil
		}
	}
	c.conn.Close()
	return nil, fmt.Errorf("the sign-in gives no cookie: %s", response.Status)
}

func formRequest(address, form string) *http.Request {
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader([]byte(form)))
	if err != nil {
		panic(err) // the address is a listener's
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}

func (c *console) request(path, more string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n%s\r\n", path, c.address, c.cookie, more)
}

// link is where the page's link of that relation leads.
func (c *console) link(path, relation string) (string, error) {
	status, body, err := c.do(c.request(path, ""))
	if err != nil || status != http.StatusOK {
		return "", fmt.Errorf("%s is answered by %d, %v", path, status, err)
	}
	found := regexp.MustCompile(`rel="` + relation + `" href="([^"]+)"`).FindSubmatch(body)
	if found == nil {
		return "", fmt.Errorf("%s has no link to the %s page", path, relation)
	}
	return html.UnescapeString(string(found[1])), nil
}

// firstBytes asks for the page again and again, and returns how long the first
// byte of each answer took, sorted.
func (c *console) firstBytes(path string) ([]time.Duration, error) {
	request := c.request(path, "Accept-Encoding: gzip\r\n")
	waits := make([]time.Duration, listTries)
	for i := range waits {
		begin := time.Now()
		if _, err := c.conn.Write(request); err != nil {
			return nil, err
		}
		if _, err := c.reader.Peek(1); err != nil {
			return nil, err
		}
		waits[i] = time.Since(begin)
		if status, _, err := c.answer(); err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("the answer is %d, %v", status, err)
		}
	}
	slices.Sort(waits)
	return waits, nil
}

func waitsText(waits []time.Duration) string {
	return fmt.Sprintf("p50 %s, p95 %s, max %s", millis(waits[len(waits)/2]), millis(waits[len(waits)*95/100]), millis(waits[len(waits)-1]))
}
