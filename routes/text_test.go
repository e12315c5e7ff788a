package routes

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"rolecall/services"
)

// odd are texts that break what does not expect them. PostgreSQL takes neither
// NUL nor bytes that are no UTF-8; SQL Server counts in UTF-16.
var odd = []string{
	"\x00", "a\x00b", "\xff\xfe", "a\xc3", "\xed\xa0\x80", "\ufffd", "\u202egpj", "\u0085", "\u2028", "\ufeff", "e\u0301", strings.Repeat("🂡", 120),
	"'", "';--", `\`, "%", "_", "[a-z]", "%s%n", "{{.}}", "${x}", "\r\n", "a\r\nb: c", "\t", " ", "", "0", "-1", "null", "true",
	strings.Repeat("a", 300), strings.Repeat("é", 5000), "../../etc", "<script>",
}

// TestOddForms: odd texts in each field of each form are refused or work, and
// never make a fault of ours.
func TestOddForms(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for route, body := range forms(s) {
			if route == "POST /logout" || strings.HasSuffix(route, "/delete") {
				continue // they would end what the next ones need
			}
			good, err := url.ParseQuery(strings.ReplaceAll(body, newPassword, goodPassword))
			if err != nil {
				t.Fatalf("%s: %v", route, err)
			}
			for name := range good {
				for i, text := range odd {
					form := url.Values{}
					for other, values := range good {
						form[other] = values
					}
					if route == "POST /register" || route == "POST /admin/users/new" {
						form.Set("username", fmt.Sprintf("odd%d%s", i, name))
						form.Set("email", fmt.Sprintf("odd%d%s@example.com", i, name))
					}
					form.Set(name, text)
					s.harmless(t, fmt.Sprintf("%s, %s %.20q", route, name, text), s.page(t, "root", formCall(route), form.Encode()))
				}
			}
		}
		s.faultless(t)
	})
}

// harmless: an answer to something odd is one that the contract knows.
func (s *server) harmless(t *testing.T, what string, a answer) {
	t.Helper()
	if a.StatusCode >= 500 || a.StatusCode < 200 {
		t.Errorf("%s: got %d: %s", what, a.StatusCode, a.body)
	}
}

// faultless: the log has no error.
func (s *server) faultless(t *testing.T) {
	t.Helper()
	for line := range strings.SplitSeq(s.log.String(), "\n") {
		if strings.Contains(line, "level=ERROR") {
			t.Errorf("a fault of ours: %s", line)
		}
	}
}

// TestOddJSON: the same in each text of each operation, as JSON spells it and as
// raw bytes.
func TestOddJSON(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for key := range takers(t, s) {
			var good map[string]any
			if err := json.Unmarshal([]byte(s.fill(fmt.Sprintf(bodies[key]+"%[2]s", 3, ""))), &good); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			for name, value := range good {
				if _, isText := value.(string); !isText {
					continue
				}
				for i, text := range odd {
					if name != "username" && good["password"] != nil {
						good["username"], good["email"] = fmt.Sprintf("json%d%s", i, name), fmt.Sprintf("json%d%s@example.com", i, name)
					}
					good[name] = "MARK"
					body, _ := json.Marshal(good)
					spelled, _ := json.Marshal(text)
					for _, into := range []string{string(spelled), `"` + strings.NewReplacer(`\`, "", `"`, "", "\r", "", "\n", "").Replace(text) + `"`} {
						a := s.call(t, "root", callable(key), strings.Replace(string(body), `"MARK"`, into, 1))
						s.harmless(t, fmt.Sprintf("%s, %s %.20q", key, name, into), a)
					}
				}
				good[name] = value
			}
		}
		s.faultless(t)
	})
}

// TestOddQueries: and in each parameter of an address, and in headers that are
// kept.
func TestOddQueries(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for _, text := range odd {
			for _, name := range []string{"search", "role", "status", "sort", "limit", "cursor", "actor", "action", "target", "force", "token", "next"} {
				query := "?" + name + "=" + url.QueryEscape(text)
				for _, path := range []string{"/users", "/roles", "/audit"} {
					s.harmless(t, path+query, s.call(t, "root", "GET "+path+query, ""))
				}
				for _, path := range []string{"/admin/users", "/admin/audit", "/login", "/setup", "/"} {
					s.harmless(t, path+query, s.page(t, "root", "GET "+path+query, ""))
				}
			}
		}
		for _, agent := range []string{"\xff\xfe", "a\x01b", strings.Repeat("é", 400), strings.Repeat("🂡", 150)} {
			text := "POST /token HTTP/1.1\r\nHost: x\r\n" + formType + "\r\nUser-Agent: " + agent + "\r\nContent-Length: 44\r\n\r\n"
			s.harmless(t, fmt.Sprintf("User-Agent %.10q", agent), s.raw(t, text+"username=ann&password=correct+horse+battery"+" "))
		}
		s.faultless(t)
	}, func(c *services.Config) { c.TrustedProxies = prefixes("127.0.0.0/8") })
}

// pieces are what odd bodies are made of.
var pieces = []string{
	`{`, `}`, `[`, `]`, `"`, `:`, `,`, `null`, `true`, `1`, `-1`, `1e999`, `0x1`, `"username"`, `"email"`, `"password"`, `"role_name"`, `"user_id"`, `"roles"`,
	`"is_active"`, `"new_password"`, `"first_name"`, `"ann"`, `\u0000`, `\ud800`, "\x00", "\xff", `&`, `=`, `%`, `%00`, `username=ann`, `password=x`, `roles=Admin`, ` `, "\n", `--x`,
}

// TestOddBodies: bodies that are put together blindly, for each route that takes
// one. The seed is fixed: a failure comes again.
func TestOddBodies(t *testing.T) {
	t.Parallel()
	s := one(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, route := range s.app.GetRoutes(true) {
		if route.Method != "POST" && route.Method != "PUT" || route.Path == "/logout" || strings.HasSuffix(route.Path, "/delete") {
			continue
		}
		call := callable(strings.NewReplacer(":user_id", "{user_id}", ":role_id", "{role_id}", ":user", "{user_id}", ":role", "{role_id}").Replace(route.Method + " " + route.Path))
		for range 40 {
			var body strings.Builder
			for range random.IntN(12) {
				body.WriteString(pieces[random.IntN(len(pieces))])
			}
			what := fmt.Sprintf("%s %q", call, body.String())
			s.harmless(t, what, s.call(t, "root", call, body.String()))
			s.harmless(t, what, s.page(t, "root", strings.Replace(call, "PUT", "POST", 1), body.String()))
			s.harmless(t, what, s.call(t, "root", call, `{"username":`+body.String()+`}`))
		}
	}
	s.faultless(t)
}
