package routes

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

// As in asvs_authentication_test.go, for the chapters beside authentication.

func TestASVS_1_2_1(t *testing.T) { TestEscaped(t) }

func TestASVS_1_2_4(t *testing.T) {
	s := one(t)
	for _, text := range []string{"' OR '1'='1", `" OR ""="`, "'; DROP TABLE Users; --", "%", "_", `\`, "1) UNION SELECT 1", "\x00", "${7*7}"} {
		value := url.QueryEscape(text)
		for path, want := range map[string]int{"search=" + value: 200, "role=" + value: 200, "sort=" + value: 422, "status=" + value: 422, "cursor=" + value: 422} {
			a := s.call(t, "root", "GET /users?"+path, "").want(t, path, want)
			if want == 200 && !strings.Contains(a.body, `"total":0`) {
				t.Errorf("%s finds somebody: %s", path, a.body)
			}
		}
		s.grant(t, credentials(text, text)).want(t, "a sign-in as "+text, 401)
	}
}

func TestASVS_2_2_1_and_2_2_2(t *testing.T) {
	s := one(t)
	good := map[string]string{"username": "gertrude", "email": "gertrude@example.org", "password": goodPassword}
	for field, value := range map[string]string{"username": "a b", "email": "nobody", "first_name": strings.Repeat("x", 101), "last_name": "a\\nb", "role": "Admin"} {
		body := "{"
		for name, text := range good {
			if name != field {
				body += fmt.Sprintf("%q:%q,", name, text)
			}
		}
		a := s.call(t, "", "POST /register", body+fmt.Sprintf(`%q:"%s"}`, field, value)).want(t, field, 422)
		if got := blamed(a); got != field {
			t.Errorf("%s: blamed is %q", field, got)
		}
	}
}

func TestASVS_2_4_1(t *testing.T) {
	s := one(t, limited)
	for range s.cfg.RegisterLimit.Count {
		if got := s.opens(t, goodPassword); got != 201 {
			t.Fatalf("an account: got %d", got)
		}
	}
	if got := s.opens(t, goodPassword); got != 429 {
		t.Errorf("one account more: got %d, want 429", got)
	}
}

func TestASVS_3_3_1_and_3_3_2_and_3_3_3_and_3_3_4(t *testing.T) { TestCookie(t) }

func TestASVS_3_4_1(t *testing.T) {
	s := one(t, withPublicURL("https://rolecall.test"))
	for call, want := range map[string]int{"GET /login": 200, "GET /nothing": 404, "GET /users/me": 401, "GET /healthz": 200} {
		a := s.send(t, s.request(t, call, "")).want(t, call, want)
		if got := a.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
			t.Errorf("%s: Strict-Transport-Security is %q", call, got)
		}
	}
}

func TestASVS_3_4_2(t *testing.T) {
	s := one(t)
	for _, call := range []string{"GET /users/me", "OPTIONS /users/me", "GET /login"} {
		a := s.send(t, s.request(t, call, "", "Origin: https://evil.example", "Access-Control-Request-Method: GET"))
		for name := range a.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s answers %s", call, name)
			}
		}
	}
}

func TestASVS_3_4_3_and_3_4_6(t *testing.T) {
	s := one(t)
	for _, call := range []string{"GET /login", "GET /nothing", "GET /users/me"} {
		policy := s.send(t, s.request(t, call, "")).Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", call, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", call, policy)
		}
	}
}

func TestASVS_3_4_4_and_3_4_5(t *testing.T) {
	s := one(t)
	for _, call := range []string{"GET /login", "GET /nothing", "GET /users/me", "GET " + staticURL("console.css")} {
		a := s.send(t, s.request(t, call, ""))
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: headers are %v", call, a.Header)
		}
	}
}

func TestASVS_3_5_1_and_3_5_2(t *testing.T) { TestCrossSite(t) }

func TestASVS_3_5_3(t *testing.T) {
	s := one(t)
	s.call(t, "root", "GET /users/me", "")
	s.page(t, "root", "GET /account", "")
	before := s.dump()
	for _, route := range s.app.GetRoutes(true) {
		if route.Method == "GET" && !strings.Contains(route.Path, ":") && !strings.Contains(route.Path, "*") {
			s.page(t, "root", "GET "+route.Path, "")
			s.call(t, "root", "GET "+route.Path, "")
		}
	}
	if after := s.dump(); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Error("reading has changed rows")
	}
}

func TestASVS_3_7_2(t *testing.T) { TestNext(t) }

func TestASVS_4_1_1(t *testing.T) {
	s := one(t)
	for call, want := range map[string]string{
		"GET /login": "text/html; charset=utf-8", "GET /nothing": "application/problem+json", "GET /healthz": "application/json",
		"GET /openapi.json": "application/json", "GET " + staticURL("console.css"): "text/css; charset=utf-8",
	} {
		if got := s.send(t, s.request(t, call, "")).Header.Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type is %q, want %q", call, got, want)
		}
	}
}

func TestASVS_4_1_3_and_15_3_4(t *testing.T) { TestProxy(t) }

func TestASVS_4_2_1(t *testing.T) { TestWire(t) }

func TestASVS_11_4_2(t *testing.T) {
	s := one(t)
	var hashes []string
	if err := s.db.Read(t.Context()).Raw(`SELECT "PasswordHash" FROM "Users"`).Scan(&hashes).Error; err != nil {
		t.Fatal(err)
	}
	for _, hash := range hashes {
		if want := fmt.Sprintf("$2a$%02d$", s.cfg.BcryptCost); !strings.HasPrefix(hash, want) || len(hash) != 60 {
			t.Errorf("a hash begins with %.7s, want %s", hash, want)
		}
	}
	if len(hashes) == 0 {
		t.Error("there are no hashes")
	}
}

func TestASVS_13_4_2_and_13_4_4_and_13_4_5_and_15_2_3(t *testing.T) {
	s := one(t)
	for call, want := range map[string]int{
		"TRACE /login": 405, "TRACE /users/me": 405, "GET /metrics": 404, "GET /debug/pprof/": 404, "GET /debug/vars": 404, "GET /.git/config": 404, "GET /.env": 404,
	} {
		s.send(t, s.request(t, call, "")).want(t, call, want)
	}
}

func TestASVS_14_2_1_and_16_2_5(t *testing.T) {
	s := one(t)
	s.grant(t, credentials("ann", goodPassword)).want(t, "sign in", 200)
	s.grant(t, credentials("canary-typed-here", "canary-password")).want(t, "a wrong one", 401)
	s.page(t, "", "GET /setup?token=canary-token", "").want(t, "the setup", 403)
	s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer canary.bearer.token")).want(t, "a wrong token", 401)
	if strings.Contains(s.log.String(), "canary") || !strings.Contains(s.log.String(), "sign-in refused") {
		t.Errorf("the log has what was sent, or nothing:\n%s", s.log)
	}
}

func TestASVS_14_3_1(t *testing.T) { TestSignOutClears(t) }

func TestASVS_14_3_2(t *testing.T) {
	s := one(t)
	for _, path := range []string{"/account", "/admin", "/admin/users", "/admin/audit"} {
		if got := s.page(t, "root", "GET "+path, "").Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q", path, got)
		}
	}
	if got := s.call(t, "root", "GET /users", "").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("/users: Cache-Control is %q", got)
	}
}

func TestASVS_15_3_1(t *testing.T) {
	s := one(t)
	for _, call := range []string{"GET /users", "GET /users/me", "GET /users/{ann}", "GET /audit", "GET /users/{ann}/sessions"} {
		if body := s.call(t, "root", call, "").want(t, call, 200).body; strings.Contains(body, "$2") || strings.Contains(body, "hash") || strings.Contains(body, `"password"`) {
			t.Errorf("%s tells too much: %s", call, body)
		}
	}
}

func TestASVS_15_3_7(t *testing.T) {
	s := one(t)
	s.grant(t, credentials("ann", goodPassword)+"&username=root").want(t, "two usernames", 400)
	bearer := "Authorization: Bearer " + s.token("ann", models.APISession)
	s.send(t, s.request(t, "GET /users/me", "", bearer, bearer)).want(t, "two tokens", 400)
}

func TestASVS_16_2_1_and_16_2_2(t *testing.T) {
	s := one(t)
	s.call(t, "root", "PUT /users/{ann}", `{"first_name":"Ann"}`).want(t, "a change", 200)
	page := parse[struct {
		Items []struct {
			At, Action, Address string
			RequestID           string `json:"request_id"`
			Actor               struct{ Username string }
			Target              struct{ Name string }
		}
	}](t, s.call(t, "root", "GET /audit?limit=1", ""))
	e := page.Items[0]
	if _, err := time.Parse(time.RFC3339, e.At); err != nil || !strings.HasSuffix(e.At, "Z") {
		t.Errorf("the time is %q", e.At)
	}
	if e.Action != "user.updated" || e.Actor.Username != "root" || e.Target.Name != "ann" || e.Address != "127.0.0.1" || len(e.RequestID) < 8 {
		t.Errorf("the event is %+v", e)
	}
}

func TestASVS_16_3_1_and_16_3_2_and_16_3_3_and_16_3_4(t *testing.T) {
	s := one(t, limited)
	token := parse[map[string]any](t, s.grant(t, credentials("bob", goodPassword)))["refresh_token"].(string)
	refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}.Encode()
	s.grant(t, refresh).want(t, "a refresh", 200)
	s.exec(t, `UPDATE "RolecallRefreshTokens" SET "UsedAt" = 1 WHERE "UsedAt" > 0`)
	for _, tt := range []struct {
		line string
		do   func()
	}{
		{"sign-in refused", func() { s.grant(t, credentials("ann", "wrong horse")).want(t, "a wrong password", 401) }},
		{"cross-site form refused", func() {
			s.send(t, s.request(t, "POST /login", credentials("ann", "x"), formType, "Sec-Fetch-Site: cross-site")).want(t, "another site's form", 403)
		}},
		{"refresh token reused", func() { s.grant(t, refresh).want(t, "a used refresh token", 401) }},
		{"token refused", func() {
			s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer x.y.z")).want(t, "a wrong token", 401)
		}},
		{"request refused: forbidden", func() { s.call(t, "ann", "GET /users", "").want(t, "no admin", 403) }},
		{"too many failures", func() {
			for range 5 {
				s.grant(t, credentials("ann", "wrong horse"))
			}
		}},
	} {
		before := strings.Count(s.log.String(), tt.line)
		tt.do()
		if strings.Count(s.log.String(), tt.line) == before {
			t.Errorf("no line of the log says %q", tt.line)
		}
	}
}

func TestASVS_16_4_1(t *testing.T) {
	s := one(t)
	s.grant(t, credentials("a\nlevel=ERROR msg=forged", "x")).want(t, "a name of two lines", 401)
	s.send(t, s.request(t, "GET /nothing%0Alevel=ERROR", "", "User-Agent: a\tb")).want(t, "a path of two lines", 404)
	for line := range strings.SplitSeq(s.log.String(), "\n") {
		if strings.HasPrefix(line, "level=ERROR") || strings.Contains(line, "forged") {
			t.Errorf("the log has the line %q", line)
		}
	}
}

func TestASVS_16_5_1_and_16_5_3(t *testing.T) { TestPanic(t) }

func TestASVS_16_5_2(t *testing.T) { TestAway(t) }
