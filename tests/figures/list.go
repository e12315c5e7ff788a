package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The list's figure: how many requests of a kind are sent, one after the other,
// and how long 19 in 20 may take.
const (
	listTries = 40
	listWant  = "p95 ≤ 50 ms"
)

// listSorts are the orders of the list, each up and down.
var listSorts = []string{"user_id", "username", "email", "last_name", "created_at", "last_login_at", "roles", "status"}

// listFilters are all kinds of filters but for searches.
var listFilters = []string{
	"status=active", "status=disabled", "status=pending", "status=locked", "role=User", "role=Editor", "role=Auditor", "role=Editor&role=Auditor&sort=username",
	"search=m&role=Editor&status=active&sort=-last_login_at", "search=ann&role=Editor&sort=email", "role=Editor&status=disabled", "role=nobody",
}

// listOfMany is figure g: how long the list of many users takes, as GET /users
// and as the console's page, and other pages that might grow with it.
func listOfMany(ctx context.Context, b *bench) ([]row, error) {
	s, err := b.crowdedServer(ctx)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	before := s.resident()
	var rows []row
	for _, measure := range []func(context.Context) ([]row, error){s.overviews, s.changes, s.orders, s.filters, s.searches, s.others} {
		more, err := measure(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return append(rows, row{"resident memory", before + " at start, " + s.resident() + " now", "does not grow with the users"}), nil
}

// overviews are the first look after the start, when nothing is known yet, and
// later ones.
func (s *crowded) overviews(context.Context) ([]row, error) {
	first, err := s.times([]string{"/admin"})
	if err != nil {
		return nil, err
	}
	again, err := s.times(slices.Repeat([]string{"/admin"}, listTries/2))
	if err != nil {
		return nil, err
	}
	return []row{{"/admin, once after the start", first.String(), "once"}, {"/admin", again.String(), listWant}}, nil
}

// changes are looks after a change of the admin's own: nothing that was counted
// before is good any more.
func (s *crowded) changes(ctx context.Context) ([]row, error) {
	var made account
	name := fmt.Sprintf("figures-%d", time.Now().UnixNano())
	err := s.call(ctx, http.MethodPost, "/users", s.token, map[string]string{"username": name, "email": name + "@example.com", "password": password}, &made)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, path := range []string{"/users", "/users?status=disabled", "/users?role=Editor", "/users?search=ann", "/admin/users", "/admin/roles", "/admin"} {
		var all times
		for i := range listTries / 2 {
			if err := s.call(ctx, http.MethodPut, fmt.Sprintf("/users/%d", made.ID), s.token, map[string]bool{"is_active": i%2 == 1}, nil); err != nil {
				return nil, err
			}
			one, err := s.times([]string{path})
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		rows = append(rows, row{path + ", just after a change", all.String(), listWant})
	}
	return rows, s.call(ctx, http.MethodDelete, fmt.Sprintf("/users/%d", made.ID), s.token, nil, nil)
}

// orders are the first, a deep and the last page of each order.
func (s *crowded) orders(ctx context.Context) ([]row, error) {
	var rows []row
	for _, key := range listSorts {
		for _, sort := range []string{key, "-" + key} {
			deep, err := s.deep(ctx, sort)
			if err != nil {
				return nil, err
			}
			last, err := s.lastPage(sort)
			if err != nil {
				return nil, err
			}
			for _, page := range []struct{ name, cursor string }{{"first page", ""}, {"deep page", deep}, {"last page", last}} {
				query := "?sort=" + sort
				if page.cursor != "" {
					query += "&cursor=" + url.QueryEscape(page.cursor)
				}
				if rows, err = s.both(rows, sort+", "+page.name, query); err != nil {
					return nil, err
				}
			}
		}
	}
	return rows, nil
}

func (s *crowded) filters(context.Context) ([]row, error) {
	var rows []row
	var err error
	for _, filter := range listFilters {
		if rows, err = s.both(rows, filter, "?"+filter); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// both measures a query of the list as GET /users and as the console's page.
func (s *crowded) both(rows []row, name, query string) ([]row, error) {
	api, err := s.times(slices.Repeat([]string{"/users" + query}, listTries))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	page, err := s.times(slices.Repeat([]string{"/admin/users" + query}, listTries))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return append(rows, row{name, "API " + api.String() + "; page " + page.String(), listWant}), nil
}

// deep is the cursor of a page behind a tenth of the list.
func (s *crowded) deep(ctx context.Context, sort string) (cursor string, err error) {
	const most = 200
	for read := 0; ; read += most {
		var page struct {
			Total int
			Next  string
		}
		query := url.Values{"sort": {sort}, "limit": {strconv.Itoa(most)}, "cursor": {cursor}}
		if err := s.call(ctx, http.MethodGet, "/users?"+query.Encode(), s.token, nil, &page); err != nil || page.Next == "" || read > page.Total/10 {
			return cursor, err
		}
		cursor = page.Next
	}
}

// lastPage is the cursor of the console's link to the last page.
func (s *crowded) lastPage(sort string) (string, error) {
	connection, err := dial(s.address)
	if err != nil {
		return "", err
	}
	defer connection.conn.Close()
	_, body, err := connection.do(s.get("/admin/users?sort="+sort, ""))
	_, link, found := strings.Cut(string(body), `rel="last" href="`)
	if err != nil || !found {
		return "", err // all are on one page
	}
	link, _, _ = strings.Cut(link, `"`)
	_, cursor, _ := strings.Cut(link, "cursor=")
	cursor, _, _ = strings.Cut(cursor, "&")
	return url.QueryUnescape(cursor)
}

// A listed user is one of the list, by whose names to search.
type listed struct {
	ID        int64  `json:"user_id"`
	Username  string `json:"username"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

// sample are users from all over the list.
func (s *crowded) sample(ctx context.Context) (users []listed, err error) {
	var page struct{ Items []listed }
	if err := s.call(ctx, http.MethodGet, "/users?sort=-user_id&limit=1", s.token, nil, &page); err != nil {
		return nil, err
	}
	for i := range int64(listTries) {
		var user listed
		err := s.call(ctx, http.MethodGet, fmt.Sprintf("/users/%d", 1+i*page.Items[0].ID/listTries), s.token, nil, &user)
		if errors.Is(err, errAbsent) {
			continue
		}
		if err != nil {
			return nil, err
		}
		users = append(users, user)
	}
	return users, nil
}

// listSearches are what an admin types who looks for a user.
var listSearches = []struct {
	name string
	of   func(listed) string
}{
	{"two letters", func(u listed) string { return beginning(u.Username, 2) }},
	{"three letters", func(u listed) string { return beginning(u.Username, 3) }},
	{"three letters of the last name", func(u listed) string { return beginning(u.LastName, 3) }},
	{"a last name", func(u listed) string { return u.LastName }},
	{"a first name", func(u listed) string { return u.FirstName }},
	{"first and last name", func(u listed) string { return u.FirstName + " " + u.LastName }},
	{"last and first name", func(u listed) string { return u.LastName + " " + u.FirstName }},
	{"first name and a letter", func(u listed) string { return u.FirstName + " " + beginning(u.LastName, 1) }},
	{"a username", func(u listed) string { return u.Username }},
	{"an e-mail address", func(u listed) string { return u.Email }},
	{"nobody", func(u listed) string { return "q" + u.Username }},
}

func beginning(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(n, len(runes))])
}

// searches are for many different words: each of them once, when nothing is known
// of it, and then all of them again.
func (s *crowded) searches(ctx context.Context) ([]row, error) {
	users, err := s.sample(ctx)
	if err != nil {
		return nil, err
	}
	letters := strings.Split("abcdefghijklmnopqrstuvwxyz", "")
	var rows []row
	if rows, err = s.search(rows, "one letter", letters); err != nil {
		return nil, err
	}
	for _, kind := range listSearches {
		var words []string
		for _, user := range users {
			words = append(words, kind.of(user))
		}
		slices.Sort(words)
		if rows, err = s.search(rows, kind.name, slices.Compact(words)); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// search asks for half of the words by GET /users, and for the others by the
// console's page, each twice.
func (s *crowded) search(rows []row, name string, words []string) ([]row, error) {
	for _, face := range []struct {
		name, path string
		words      []string
	}{{"API", "/users", words[:len(words)/2]}, {"page", "/admin/users", words[len(words)/2:]}} {
		var paths []string
		for _, word := range face.words {
			paths = append(paths, face.path+"?search="+url.QueryEscape(word))
		}
		first, err := s.times(paths)
		if err != nil {
			return nil, err
		}
		again, err := s.times(paths)
		if err != nil {
			return nil, err
		}
		got := fmt.Sprintf("%d words, at first %s; again %s", len(paths), first, again)
		rows = append(rows, row{"search, " + name + ", " + face.name, got, listWant})
	}
	return rows, nil
}

// others are pages and answers that are not of the list, but of as many users.
func (s *crowded) others(ctx context.Context) ([]row, error) {
	users, err := s.sample(ctx)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, path := range []string{"/users/%d", "/users/%d/sessions", "/admin/users/%d"} {
		var paths []string
		for _, user := range users {
			paths = append(paths, fmt.Sprintf(path, user.ID))
		}
		got, err := s.times(paths)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{strings.ReplaceAll(path, "%d", "{user_id}"), got.String(), listWant})
	}
	for _, path := range []string{"/roles", "/audit", "/admin/roles", "/admin/audit", "/admin/audit?action=user.updated"} {
		got, err := s.times(slices.Repeat([]string{path}, listTries))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{path, got.String(), listWant})
	}
	return rows, nil
}
