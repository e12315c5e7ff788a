package routes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzJSON: whatever the body of an operation is, its answer is as described, a
// refusal is a problem document, and has nothing of what was sent.
func FuzzJSON(f *testing.F) {
	s := fuzzing(f)
	keys := slices.Sorted(maps.Keys(bodies))
	for i, key := range keys {
		f.Add(uint8(i), []byte(s.fill(fmt.Sprintf(bodies[key]+"%[2]s", 2, ""))))
	}
	for i, body := range []string{
		`{"username":"<canary","username":"b","email":"<canary@example.com","password":"<canary"}`, `{"role_name":"<canary\u0000","description":"\ud800"}`, `[[[[[[[[`, `{"user_id":1e400,"role_name":"<canary"}`,
		`{"<canary":{"<canary":1}}`, `{"is_active":"<canary"}`, `{"new_password":null}`, "{\"first_name\":\"\xff\"}", `{"roles":["<canary",1,null]}`, `{"user_id":9223372036854775808,"role_name":"Admin"}`, "\xef\xbb\xbf{}",
	} {
		f.Add(uint8(i), []byte(body))
	}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		key := keys[int(which)%len(keys)]
		a := s.send(t, s.request(t, callable(key), string(body), s.bearer, "Content-Type: application/json"))
		checkHarmless(t, a)
		checkAPI(t, s.server, callable(key), a)
	})
}

// FuzzForm: whatever a form holds, its page is shown again or leads on to a page of
// ours, and what was entered is there as text alone.
func FuzzForm(f *testing.F) {
	s := fuzzing(f)
	all := forms(s.server)
	delete(all, "POST /logout") // the next ones need the session
	delete(all, "POST /admin/users/import")
	routes := slices.Sorted(maps.Keys(all))
	for i, route := range routes {
		f.Add(uint8(i), all[route])
	}
	for i, form := range []string{
		"username=%3Ccanary&password=x&next=%2F%2Fevil.example", "email=%3Ccanary&first_name=%3Ccanary%22%27&last_name=%00", "language=%3Ccanary&next=/%5Cevil.example", "roles=%3Ccanary&roles=Admin&was=Editor",
		"all=1&do=%3Ccanary&count=-1", "role_name=%3Ccanary&description=%ff", "username=a;password=b", "%zz=%&&&===", "do=assign&role=User&user=2&user=x&count=1", "was_email=%3Ccanary&email=x@example.com&version=-1", "your_password=%3Ccanary",
	} {
		f.Add(uint8(i), form)
	}
	f.Fuzz(func(t *testing.T, which uint8, form string) {
		route := routes[int(which)%len(routes)]
		a := s.send(t, s.request(t, formCall(route), form, s.cookie, formType, "Sec-Fetch-Site: same-origin"))
		checkHarmless(t, a)
		if isPage := a.Header.Get("Content-Type") == "text/html; charset=utf-8"; a.StatusCode >= 400 && !isPage || filledPassword.MatchString(a.body) {
			t.Fatalf("%s: %d %s: %s", route, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
	})
}

// FuzzUpload: whatever is sent in the place of a file of users is taken in or refused
// on a page, and nothing of it is kept that was refused.
func FuzzUpload(f *testing.F) {
	s := fuzzing(f)
	for _, content := range []string{"username,email\nkim,kim@example.com\n", "username\n\"", "<canary", ""} {
		body, kind := multi("skip", mark+".csv", content)
		f.Add(kind, []byte(body))
		f.Add(kind, []byte(body[:len(body)/2]))
	}
	f.Add("multipart/form-data; boundary=\"\"", []byte("--\r\n\r\n--"))
	f.Add("multipart/form-data", []byte("x"))
	f.Add("text/csv", []byte("username\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		if !sendable(kind) {
			return
		}
		a := s.send(t, s.request(t, "POST "+importPath, string(body), s.cookie, "Content-Type: "+kind, "Sec-Fetch-Site: same-origin"))
		checkHarmless(t, a)
		checkPage(t, "POST "+importPath, a)
		var kept int64
		if err := s.db.Read(t.Context()).Raw(`SELECT COUNT(*) FROM "RolecallImports"`).Scan(&kept).Error; err != nil || kept > 1 || kept == 0 && a.StatusCode == 303 {
			t.Fatalf("%d: %d files are kept, %v", a.StatusCode, kept, err)
		}
	})
}

// FuzzTokenRequest: the same parameters as a form and as JSON get the same answer, in
// OAuth's shape; and so do those bytes as either body.
func FuzzTokenRequest(f *testing.F) {
	s := fuzzing(f)
	f.Add(uint8(0), "password", "nobody", mark, "", []byte("grant_type=password&username=<canary&username=b&password=x"))
	f.Add(uint8(0), "", "nobody", "", "", []byte(`{"username":"<canary","username":"b","password":"x","PASSWORD":7}`))
	f.Add(uint8(0), "refresh_token", "", "", mark, []byte(`{"grant_type":["<canary"]}`))
	f.Add(uint8(1), mark, "\x00", "\u00e9\u0301", "x", []byte(`token=%3Ccanary&token_type_hint=x`))
	f.Add(uint8(2), "", "", "", "", []byte(`{"token":"\ud800<canary"}`))
	f.Fuzz(func(t *testing.T, which uint8, grant, username, password, refresh string, body []byte) {
		path := []string{"POST /token", "POST /token/revoke", "POST /token/introspect"}[which%3]
		post := func(kind, body string) answer {
			a := s.send(t, s.request(t, path, body, s.bearer, "Content-Type: "+kind))
			checkHarmless(t, a)
			checkAPI(t, s.server, path, a)
			return a
		}
		post("application/x-www-form-urlencoded", string(body))
		post("application/json", string(body))
		given := map[string]string{"grant_type": grant, "username": username, "password": password, "refresh_token": refresh, "token": refresh}
		values := url.Values{}
		for name, value := range given {
			values.Set(name, value)
			if !utf8.ValidString(value) {
				return // JSON has no way to say it
			}
		}
		text, err := json.Marshal(given)
		if err != nil {
			t.Fatal(err)
		}
		asForm, asJSON := post("application/x-www-form-urlencoded", values.Encode()), post("application/json", string(text))
		if asForm.StatusCode != asJSON.StatusCode || asForm.StatusCode >= 400 && asForm.body != asJSON.body {
			t.Fatalf("as a form it is %d %s, as JSON %d %s", asForm.StatusCode, asForm.body, asJSON.StatusCode, asJSON.body)
		}
	})
}

// FuzzDuplicates: a key that an object has twice is refused, or is the same to
// everybody who reads the body: nobody may check the first and use the second.
func FuzzDuplicates(f *testing.F) {
	f.Add("username", "password")
	f.Add("username", "USERNAME")
	f.Fuzz(func(t *testing.T, first, second string) {
		names := []string{"username", "password"}
		a, err1 := json.Marshal(first)
		b, err2 := json.Marshal(second)
		if err1 != nil || err2 != nil || !utf8.ValidString(first+second) {
			return
		}
		given := map[string][]string{}
		if err := readTexts([]byte("{"+string(a)+`:"1",`+string(b)+`:"2"}`), given, names); err != nil {
			t.Fatal(err)
		}
		for name, values := range given {
			if !slices.Contains(names, name) || len(values) == 2 != (first == second) || strings.Join(values, "") == "" {
				t.Fatalf("%q and %q are read as %v", first, second, given)
			}
		}
	})
}
