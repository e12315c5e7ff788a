package routes

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
)

// The tests of this file bear the numbers of OWASP ASVS 5.0; docs/security.md has
// the list. Where another test holds the requirement as a whole, it is run.

// opens registers an account with the password and returns the status.
func (s *server) opens(t *testing.T, password string) int {
	t.Helper()
	name := fmt.Sprintf("opened%d", time.Now().UnixNano())
	return s.call(t, "", "POST /register", fmt.Sprintf(`{"username":%q,"email":"%s@example.org","password":%q}`, name, name, password)).StatusCode
}

func TestASVS_6_1_1(t *testing.T) { TestKnownBrowser(t) }

func TestASVS_6_2_1(t *testing.T) {
	s := one(t)
	for password, want := range map[string]int{"7 chars": 422, "8 chars.": 201, "ééééééé": 422, "éééééééé": 201, "😀😀😀😀😀😀😀😀": 201} {
		if got := s.opens(t, password); got != want {
			t.Errorf("a password of %q: got %d, want %d", password, got, want)
		}
	}
}

func TestASVS_6_2_2_and_6_2_3(t *testing.T) {
	s := one(t)
	for _, body := range []string{`{"new_password":"nine lives of a tabby"}`, `{"current_password":"wrong horse","new_password":"nine lives of a tabby"}`} {
		s.call(t, "ann", "POST /users/me/password", body).want(t, "a change without the present password", 422)
	}
	s.grant(t, credentials("ann", goodPassword)).want(t, "the old password", 200)
}

func TestASVS_6_2_4_and_6_2_12(t *testing.T) {
	s := one(t)
	for _, password := range []string{"12345678", "password", "Password1", "qwertyuiop", "iloveyou1", "sunshine", "football1", "princess", "1q2w3e4r5t", "baseball1"} {
		if got := s.opens(t, password); got != 422 {
			t.Errorf("the common password %q: got %d, want 422", password, got)
		}
	}
}

func TestASVS_6_2_5(t *testing.T) {
	s := one(t)
	for _, password := range []string{"only small letters here", "ONLY CAPITALS HERE TOO", "83749201847362910475", "  spaces at the ends  ", "ünïcödé wörds ärë fïne"} {
		if got := s.opens(t, password); got != 201 {
			t.Errorf("%q: got %d, want 201", password, got)
		}
	}
}

func TestASVS_6_2_6_and_6_2_7(t *testing.T) {
	s := one(t)
	input := regexp.MustCompile(`<input[^>]*name="[a-z_]*password"[^>]*>`)
	for path, who := range map[string]string{"/login": "", "/register": "", "/account": "ann", "/admin/users/new": "root"} {
		found := input.FindAllString(s.page(t, who, "GET "+path, "").body, -1)
		for _, field := range found {
			if !strings.Contains(field, `type="password"`) || !strings.Contains(field, `-password"`) || strings.Contains(field, "onpaste") || strings.Contains(field, "readonly") {
				t.Errorf("%s has the field %s", path, field)
			}
		}
		if len(found) == 0 {
			t.Errorf("%s has no field for a password", path)
		}
	}
}

func TestASVS_6_2_8(t *testing.T) {
	s := one(t)
	for _, password := range []string{" " + goodPassword, goodPassword + " ", strings.ToUpper(goodPassword), goodPassword[:len(goodPassword)-1], goodPassword + "x"} {
		s.grant(t, credentials("ann", password)).want(t, "another password", 401)
	}
	s.grant(t, credentials("ann", goodPassword)).want(t, "the very one", 200)
}

func TestASVS_6_2_9(t *testing.T) {
	s := one(t)
	for password, want := range map[string]int{strings.Repeat("pq", 32): 201, strings.Repeat("é", 36) + "a": 422, strings.Repeat("pq", 32) + "p": 422} {
		if got := s.opens(t, password); got != want {
			t.Errorf("%d bytes: got %d, want %d", len(password), got, want)
		}
	}
}

func TestASVS_6_2_10(t *testing.T) {
	s := one(t)
	s.exec(t, `UPDATE "RolecallAccounts" SET "CreatedAt" = 1, "UpdatedAt" = 1`)
	s.grant(t, credentials("ann", goodPassword)).want(t, "a password of 1970", 200)
}

func TestASVS_6_1_2_and_6_2_11(t *testing.T) {
	s := one(t)
	for _, password := range []string{"gertrude", "GERTRUDE", "gertrude@example.org"} {
		a := s.call(t, "", "POST /register", fmt.Sprintf(`{"username":"gertrude","email":"gertrude@example.org","password":%q}`, password))
		a.want(t, "the own name as password", 422)
	}
}

func TestASVS_6_3_1(t *testing.T) {
	s := one(t, limited)
	for range 5 {
		s.grant(t, credentials("ann", "wrong horse")).want(t, "a wrong password", 401)
	}
	if a := s.grant(t, credentials("ann", goodPassword)).want(t, "the sixth try", 429); a.wait(t) < 1 {
		t.Error("429 without the time to wait")
	}
}

func TestASVS_6_3_2(t *testing.T) {
	s := build(t, one(t).db)
	s.exec(t, `DELETE FROM "UserRoles"`)
	s.exec(t, `DELETE FROM "Users"`)
	s.listen()
	for _, name := range []string{"admin", "root", "sa", "rolecall"} {
		s.grant(t, credentials(name, name)).want(t, "a default account", 401)
	}
	s.page(t, "", "GET /setup?token=guess", "").want(t, "the setup without its link", 403)
}

func TestASVS_6_3_4(t *testing.T) {
	s := one(t)
	token := parse[map[string]any](t, s.grant(t, credentials("ann", goodPassword)))
	off := `{"is_active":false}`
	s.call(t, "root", "PUT /users/{ann}", off).want(t, "disable", 200)
	s.grant(t, credentials("ann", goodPassword)).want(t, "a token", 401)
	s.grant(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token["refresh_token"].(string)}}.Encode()).want(t, "a refresh", 401)
	s.page(t, "", "POST /login", credentials("ann", goodPassword)).want(t, "the form", 422)
}

func TestASVS_6_3_8(t *testing.T) { TestUnknownName(t) }

func TestASVS_6_4_2(t *testing.T) {
	s := one(t)
	field := regexp.MustCompile(`<input[^>]*name="([a-z_]+)"`)
	for _, path := range []string{"/login", "/register"} {
		for _, match := range field.FindAllStringSubmatch(s.page(t, "", "GET "+path, "").body, -1) {
			if regexp.MustCompile("hint|question|answer").MatchString(match[1]) {
				t.Errorf("%s asks for %s", path, match[1])
			}
		}
	}
}

func TestASVS_7_2_1_and_7_2_2_and_7_2_3(t *testing.T) {
	s := one(t)
	seen := map[string]bool{}
	for range 5 {
		token := parse[map[string]any](t, s.grant(t, credentials("ann", goodPassword)))
		sid, refresh := part(t, token["access_token"].(string), 1)["sid"].(string), token["refresh_token"].(string)
		if len(sid) < 26 || len(refresh) < 43 || seen[sid] || seen[refresh] {
			t.Errorf("sid %q and refresh token of %d characters: too short, or there before", sid, len(refresh))
		}
		seen[sid], seen[refresh] = true, true
	}
}

func TestASVS_7_2_4(t *testing.T) {
	s := one(t)
	b := s.browser(t).signIn("ann")
	before, sid := b.session(), b.sid()
	b.signIn("ann")
	if b.sid() == sid {
		t.Error("the session is the one from before the sign-in")
	}
	if a := s.send(t, s.request(t, "GET /account", "", "Cookie: rolecall="+before)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the session from before gives %d", a.StatusCode)
	}
}

func TestASVS_7_3_1(t *testing.T) {
	s := one(t)
	b := s.browser(t).signIn("ann")
	s.exec(t, `UPDATE "RolecallSessions" SET "LastSeenAt" = ?`, int64(models.Now().Add(-s.cfg.ConsoleIdleTTL-time.Second)))
	b.get("/account").want(t, "an idle session", http.StatusSeeOther)
}

func TestASVS_7_3_2(t *testing.T) {
	s := one(t)
	b := s.browser(t).signIn("ann")
	token := parse[map[string]any](t, s.grant(t, credentials("ann", goodPassword)))
	for _, table := range []string{"RolecallSessions", "RolecallRefreshTokens"} {
		s.exec(t, `UPDATE "`+table+`" SET "ExpiresAt" = ?`, int64(models.Now())-1)
	}
	b.get("/account").want(t, "a session over its end", http.StatusSeeOther)
	s.grant(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token["refresh_token"].(string)}}.Encode()).want(t, "a refresh over its end", 401)
}

func TestASVS_7_4_1(t *testing.T) { TestSignOutClears(t) }

func TestASVS_7_4_2(t *testing.T) {
	s := one(t)
	s.call(t, "ann", "GET /users/me", "").want(t, "before", 200)
	s.call(t, "bob", "GET /users/me", "").want(t, "before", 200)
	s.call(t, "root", "PUT /users/{ann}", `{"is_active":false}`).want(t, "disable", 200)
	s.call(t, "root", "DELETE /users/{bob}", "").want(t, "delete", 204)
	s.call(t, "ann", "GET /users/me", "").want(t, "disabled", 401)
	s.call(t, "bob", "GET /users/me", "").want(t, "deleted", 401)
}

func TestASVS_7_4_3(t *testing.T) {
	s := one(t)
	here, there := s.browser(t).signIn("ann"), s.browser(t).signIn("ann")
	here.post("/account/password", "current_password", goodPassword, "new_password", newPassword).want(t, "change", http.StatusSeeOther)
	here.get("/account").want(t, "the session of the change", 200)
	there.get("/account").want(t, "another session", http.StatusSeeOther)
}

func TestASVS_7_4_4(t *testing.T) {
	s := one(t)
	for _, path := range []string{"/account", "/admin", "/admin/users", "/admin/users/{ann}", "/admin/roles", "/admin/audit"} {
		s.page(t, "root", "GET "+path, "").want(t, path, 200).shows(t, path, `<form method="post" action="/logout">`)
	}
}

func TestASVS_7_4_5(t *testing.T) { TestSessionsOfOthers(t) }

func TestASVS_7_5_1(t *testing.T) { TestFreshForms(t) }

func TestASVS_7_5_2(t *testing.T) {
	s := one(t)
	list := s.call(t, "ann", "GET /users/me/sessions", "").want(t, "own sessions", 200)
	for _, key := range []string{"session_id", "address", "user_agent", "last_seen_at", "expires_at", "current"} {
		if !strings.Contains(list.body, `"`+key+`"`) {
			t.Errorf("the list has no %s: %s", key, list.body)
		}
	}
	other := part(t, s.token("bob", models.APISession), 1)["sid"].(string)
	s.call(t, "ann", "DELETE /users/me/sessions/"+other, "").want(t, "another's session", 404)
}

func TestASVS_8_1_1_and_8_2_1_and_8_3_1(t *testing.T) { TestAccess(t) }

func TestASVS_8_2_2(t *testing.T) {
	s := one(t)
	for _, call := range []string{"GET /users/{bob}", "DELETE /users/{bob}", "GET /users/{bob}/sessions", "DELETE /users/{bob}/sessions", "POST /users/{bob}/unlock"} {
		s.call(t, "ann", call, "").want(t, call, 403)
	}
	s.call(t, "ann", "PUT /users/{bob}", `{"first_name":"x"}`).want(t, "change another", 403)
	s.call(t, "ann", "POST /users/{bob}/password", `{"new_password":"nine lives of a tabby"}`).want(t, "another's password", 403)
}

func TestASVS_8_1_2_and_8_2_3(t *testing.T) {
	s := one(t)
	before := s.dump()
	for _, body := range []string{`{"roles":["Admin"]}`, `{"password_hash":"x"}`, `{"user_id":1}`, `{"created_at":"2026-01-01T00:00:00Z"}`} {
		s.call(t, "ann", "PUT /users/{ann}", body).want(t, body, 422)
	}
	s.call(t, "ann", "PUT /users/{ann}", `{"is_active":false}`).want(t, "own state", 403)
	s.call(t, "ann", "PUT /users/{ann}", `{"username":"boss"}`).want(t, "own name", 403)
	if events := newEvents(before, s.dump()); events != nil {
		t.Errorf("something changed: %q", events)
	}
}

// forge signs a token of ann's with changes to header and claims.
func (s *server) forge(t *testing.T, method jwt.SigningMethod, key any, header, claims map[string]any) answer {
	t.Helper()
	genuine := s.token("ann", models.APISession)
	token := &jwt.Token{Method: method, Header: part(t, genuine, 0), Claims: jwt.MapClaims(part(t, genuine, 1))}
	token.Header["alg"] = method.Alg()
	for name, value := range header {
		token.Header[name] = value
	}
	for name, value := range claims {
		token.Claims.(jwt.MapClaims)[name] = value
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	return s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+text))
}

func TestASVS_9_1_1_and_9_1_2_and_9_1_3(t *testing.T) {
	s := one(t)
	s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, nil, nil).want(t, "nothing changed", 200)
	s.forge(t, jwt.SigningMethodHS256, []byte("another secret of thirty-two byte"), nil, nil).want(t, "another secret", 401)
	s.forge(t, jwt.SigningMethodHS512, s.cfg.Secret, nil, nil).want(t, "another algorithm", 401)
	s.forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, nil).want(t, "no signature", 401)
	for name, value := range map[string]any{"kid": "unknown", "jku": "https://evil.example", "jwk": map[string]any{}, "x5u": "https://evil.example", "crit": []string{"exp"}} {
		s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, map[string]any{name: value}, nil).want(t, name, 401)
	}
}

func TestASVS_9_2_1(t *testing.T) {
	s := one(t)
	now := time.Now().Unix()
	for name, claims := range map[string]map[string]any{"expired": {"exp": now - 1}, "of the future": {"iat": now + 3600}, "not yet": {"nbf": now + 3600}} {
		s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, nil, claims).want(t, name, 401)
	}
	s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, nil, map[string]any{"exp": now + 60}).want(t, "still good", 200)
}

func TestASVS_9_2_2_and_9_2_3(t *testing.T) {
	s := one(t)
	for _, kind := range []string{"JWT", "refresh+jwt", "console+jwt", ""} {
		s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, map[string]any{"typ": kind}, nil).want(t, "typ "+kind, 401)
	}
	s.forge(t, jwt.SigningMethodHS256, s.cfg.Secret, nil, map[string]any{"iss": "https://evil.example"}).want(t, "another issuer", 401)
	cookie := s.token("ann", models.ConsoleSession)
	s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+cookie)).want(t, "the cookie's token at the API", 401)
	token := s.token("ann", models.APISession)
	s.send(t, s.request(t, "GET /account", "", "Cookie: rolecall="+token)).want(t, "the API's token in the cookie", http.StatusSeeOther)
}
