package routes

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// oddBytes are texts that a database may break on: PostgreSQL takes neither NUL
// nor bytes that are no UTF-8; SQL Server counts in UTF-16.
var oddBytes = []string{
	"\x00", "a\x00b", "\xff\xfe", "a\xc3", "\xed\xa0\x80", "\ufffd", "\ufeff", "e\u0301", strings.Repeat("🂡", 120), strings.Repeat("é", 5000), "'", `\`, "",
}

// oddWords are texts that anything else may break on.
var oddWords = []string{
	"\u202egpj", "\u0085", "\u2028", "';--", "%", "_", "[a-z]", "%s%n", "{{.}}", "${x}", "\r\n", "a\r\nb: c", "\t", " ", "0", "-1", "null", "true",
	strings.Repeat("a", 300), "../../etc", "<script>",
}

// TestOddForms: odd texts in each field of each form are refused or work, and
// never make a fault of ours.
func TestOddForms(t *testing.T) {
	t.Run("bytes", func(t *testing.T) {
		each(t, func(t *testing.T, s *server) { oddForms(t, s, oddBytes) })
	})
	t.Run("words", func(t *testing.T) {
		t.Parallel()
		oddForms(t, one(t), oddWords)
	})
}

func oddForms(t *testing.T, s *server, texts []string) {
	t.Helper()
	for route, body := range forms(s) {
		if route == "POST /logout" || strings.HasSuffix(route, "/delete") {
			continue // they would end what the next ones need
		}
		good, err := url.ParseQuery(strings.ReplaceAll(body, newPassword, goodPassword))
		if err != nil {
			t.Fatalf("%s: %v", route, err)
		}
		for name := range good {
			for i, text := range texts {
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
	t.Run("bytes", func(t *testing.T) {
		each(t, func(t *testing.T, s *server) { oddJSON(t, s, oddBytes) })
	})
	t.Run("words", func(t *testing.T) {
		t.Parallel()
		oddJSON(t, one(t), oddWords)
	})
}

func oddJSON(t *testing.T, s *server, texts []string) {
	t.Helper()
	for key := range takers(t, s) {
		var good map[string]any
		if err := json.Unmarshal([]byte(s.fill(fmt.Sprintf(bodies[key]+"%[2]s", 3, ""))), &good); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		for name, value := range good {
			if _, isText := value.(string); !isText {
				continue
			}
			for i, text := range texts {
				if name != "username" && good["password"] != nil {
					good["username"], good["email"] = fmt.Sprintf("json%d%s", i, name), fmt.Sprintf("json%d%s@example.com", i, name)
				}
				good[name] = "MARK"
				body, _ := json.Marshal(good)
				spelled, _ := json.Marshal(text)
				raw := `"` + strings.NewReplacer(`\`, "", `"`, "", "\r", "", "\n", "").Replace(text) + `"`
				for _, into := range slices.Compact([]string{string(spelled), raw}) {
					a := s.call(t, "root", callable(key), strings.Replace(string(body), `"MARK"`, into, 1))
					s.harmless(t, fmt.Sprintf("%s, %s %.20q", key, name, into), a)
				}
			}
			good[name] = value
		}
	}
	s.faultless(t)
}

// TestOddQueries: and in each parameter of an address, and in headers that are
// kept.
func TestOddQueries(t *testing.T) {
	t.Run("bytes", func(t *testing.T) {
		each(t, func(t *testing.T, s *server) { oddQueries(t, s, oddBytes) })
	})
	t.Run("words", func(t *testing.T) {
		t.Parallel()
		oddQueries(t, one(t), oddWords)
	})
}

func oddQueries(t *testing.T, s *server, texts []string) {
	t.Helper()
	for _, text := range texts {
		value := url.QueryEscape(text)
		if len(value) > 4096 {
			continue // the header has a limit of its own
		}
		for path, names := range map[string]string{"/users": "search role status sort limit cursor", "/audit": "actor action target limit cursor"} {
			for name := range strings.SplitSeq(names, " ") {
				query := path + "?" + name + "=" + value
				s.harmless(t, query, s.call(t, "root", "GET "+query, ""))
				s.harmless(t, "/admin"+query, s.page(t, "root", "GET /admin"+query, ""))
			}
		}
		for _, query := range []string{"/login?next=" + value, "/setup?token=" + value, "/?" + value, "/" + url.PathEscape(text)} {
			s.harmless(t, query, s.page(t, "", "GET "+query, ""))
		}
		s.harmless(t, "force="+value, s.call(t, "root", "DELETE /roles/99999?force="+value, ""))
	}
	for _, agent := range []string{"\xff\xfe", "a\x01b", strings.Repeat("é", 400), strings.Repeat("🂡", 150)} {
		text := "POST /token HTTP/1.1\r\nHost: x\r\n" + formType + "\r\nUser-Agent: " + agent + "\r\nContent-Length: 44\r\n\r\n"
		s.harmless(t, fmt.Sprintf("User-Agent %.10q", agent), s.raw(t, text+"username=ann&password=correct+horse+battery"+" "))
	}
	s.faultless(t)
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
		for range 12 {
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
