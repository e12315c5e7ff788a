package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A request is one that sqlmap varies: each parameter of its address and of its body,
// or, where there are stars, what stands before them.
type request struct{ method, path, kind, body, header string }

// raw is the request as it goes over the wire, with both of the admin's keys.
func (r request) raw(s *service) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\n%s", r.method, r.path, strings.TrimPrefix(s.url, "http://"), r.header)
	if r.kind != "" {
		fmt.Fprintf(&text, "Content-Type: %s\r\n", r.kind)
	}
	fmt.Fprintf(&text, "Authorization: Bearer %s\r\nCookie: rolecall=%s\r\n\r\n%s", s.token, s.cookie, r.body)
	return text.String()
}

const (
	formKind = "application/x-www-form-urlencoded"
	jsonKind = "application/json"
)

// examples are good values of the parameters that we have, in addresses and bodies.
var examples = map[string]any{
	"user_id": 2, "role_id": 3, "role_name": "Editor", "username": "ann", "email": "ann@example.com", "password": password, "new_password": password,
	"current_password": password, "first_name": "Ann", "last_name": "Ant", "is_active": true, "roles": []string{"User"}, "description": "Edits",
	"grant_type": "password", "token": "x", "token_type_hint": "access_token", "refresh_token": "x", "session_id": "x",
	"search": "a", "role": "User", "status": "active", "sort": "username", "limit": 10, "force": false,
	"actor": admin, "action": "user.created", "target": "ann", "from": "2026-01-01", "to": "2030-01-01",
}

// A document is the part of /openapi.json that tells what there is to vary.
type document struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name string `json:"name"`
			In   string `json:"in"`
		} `json:"parameters"`
		Body struct {
			Content map[string]struct {
				Schema struct {
					Ref string `json:"$ref"`
				} `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

// apiRequests are one for each operation that takes something, and for each way in
// which it takes it.
func apiRequests(ctx context.Context, s *service) ([]request, error) {
	var doc document
	text, err := s.get(ctx, "/openapi.json")
	if err == nil {
		err = json.Unmarshal(text, &doc)
	}
	var all []request
	for path, operations := range doc.Paths {
		for method, op := range operations {
			query, method := url.Values{}, strings.ToUpper(method)
			plain, starred := path, path
			for _, p := range op.Parameters {
				switch example := fmt.Sprint(examples[p.Name]); {
				case examples[p.Name] == nil: // a cursor: any other text is none
				case p.In == "query":
					query.Set(p.Name, example)
				case p.In == "path":
					plain, starred = strings.ReplaceAll(plain, "{"+p.Name+"}", example), strings.ReplaceAll(starred, "{"+p.Name+"}", example+"*")
				}
			}
			if starred != plain {
				all = append(all, request{method: method, path: starred})
			}
			if len(query) > 0 {
				all = append(all, request{method: method, path: plain + "?" + query.Encode()})
			}
			for kind, content := range op.Body.Content {
				all = append(all, request{method: method, path: plain, kind: kind, body: doc.example(kind, content.Schema.Ref)})
			}
		}
	}
	return slices.DeleteFunc(all, ends), err
}

// ends reports whether the request would end the session that the next ones need.
func ends(r request) bool {
	return strings.HasPrefix(r.path, "/users/me/password") || strings.HasPrefix(r.path, "/logout") || strings.HasPrefix(r.path, "/account/password") || strings.HasPrefix(r.path, "/admin/users/1/")
}

// deletes is 1 for what the other requests need: it comes last.
func (r request) deletes() int {
	if r.method == "DELETE" || strings.HasSuffix(r.path, "/delete") {
		return 1
	}
	return 0
}

// example is a good body of that kind.
func (d document) example(kind, ref string) string {
	values, object := url.Values{}, map[string]any{}
	for name := range d.Components.Schemas[ref[strings.LastIndex(ref, "/")+1:]].Properties {
		if examples[name] != nil {
			object[name] = examples[name]
			values.Set(name, fmt.Sprint(examples[name]))
		}
	}
	if kind == formKind {
		return values.Encode()
	}
	text, _ := json.Marshal(object) // of texts, numbers and lists
	return string(text)
}

// pages are those that have the console's forms and queries.
var pages = []string{
	"/login", "/register", "/account", "/admin/users", "/admin/users/new", "/admin/users/2", "/admin/users/2/delete", "/admin/users/bulk?user=2&do=disable",
	"/admin/users/import", "/admin/roles", "/admin/roles/3", "/admin/audit",
}

var (
	formTag  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	fieldTag = regexp.MustCompile(`<(?:input|select|textarea|button)[^>]*\sname="([^"]*)"[^>]*>`)
	valueOf  = regexp.MustCompile(`\svalue="([^"]*)"`)
)

// consoleRequests are the forms of the pages, each once, and what kept in headers is.
func consoleRequests(ctx context.Context, s *service) ([]request, error) {
	all := []request{
		{method: "GET", path: "/account", header: "User-Agent: a*\r\nX-Forwarded-For: 192.0.2.7*\r\nX-Request-Id: request-1*\r\nAccept-Language: de*\r\nReferer: /*\r\n"},
		{method: "POST", path: "/token", kind: formKind, body: "username=ann&password=x", header: "User-Agent: a*\r\nIf-Match: x*\r\n"},
		{method: "GET", path: "/admin/acts/x*"}, {method: "GET", path: "/admin/users/2*"}, {method: "GET", path: "/admin/roles/3*"}, {method: "GET", path: "/admin/users/import/x*"},
		{method: "GET", path: "/admin/users/export?search=a&role=User&status=active"}, {method: "GET", path: "/admin/audit/export?actor=root&action=user.created&from=2026-01-01&to=2030-01-01&target=ann&user=2"},
	}
	seen := map[string]bool{}
	for _, page := range pages {
		text, err := s.get(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, form := range formTag.FindAllStringSubmatch(string(text), -1) {
			r := formRequest(page, form[1], form[2])
			varies := r.body != "" || strings.Contains(r.path, "?")
			if key := r.method + " " + r.path; varies && !seen[key] && !ends(r) && !strings.Contains(form[1], "multipart") {
				seen[key] = true
				all = append(all, r)
			}
		}
	}
	return all, nil
}

// formRequest is the form as a browser sends it, with something in empty fields.
func formRequest(page, attributes, content string) request {
	path, _, _ := strings.Cut(page, "?")
	if action := regexp.MustCompile(`action="([^"]*)"`).FindStringSubmatch(attributes); action != nil {
		path = html.UnescapeString(action[1])
	}
	values := url.Values{}
	for _, field := range fieldTag.FindAllStringSubmatch(content, -1) {
		value := ""
		if given := valueOf.FindStringSubmatch(field[0]); given != nil {
			value = html.UnescapeString(given[1])
		}
		if example := examples[field[1]]; value == "" && example != nil {
			value = fmt.Sprint(example)
		}
		values.Set(field[1], value)
	}
	if !strings.Contains(attributes, `method="post"`) {
		return request{method: "GET", path: path + "?" + values.Encode()}
	}
	return request{method: "POST", path: path, kind: formKind, body: values.Encode()}
}
