package routes

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/services"
)

const formType = "Content-Type: application/x-www-form-urlencoded"

// grant asks for a token with a form.
func (s *server) grant(t testing.TB, form string) answer {
	t.Helper()
	return s.send(t, s.request(t, "POST /token", form, formType))
}

func credentials(name, password string) string {
	return url.Values{"username": {name}, "password": {password}}.Encode()
}

// TestToken: what is a grant, and what is not, as a form and as JSON.
func TestToken(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		good := `{"username":"ann","password":"correct horse battery"}`
		for _, tt := range []struct {
			name, kind, body string
			status           int
			code             string
		}{
			{"a form", formType, credentials("ann", goodPassword), 200, ""},
			{"a form with a charset", formType + "; charset=utf-8", credentials("ann", goodPassword), 200, ""},
			{"the grant's name", formType, credentials("ann", goodPassword) + "&grant_type=password", 200, ""},
			{"an empty grant", formType, credentials("ann", goodPassword) + "&grant_type=", 200, ""},
			{"the e-mail", formType, credentials("ann@example.com", goodPassword), 200, ""},
			{"other letters", formType, credentials("ANN", goodPassword), 200, ""},
			{"the e-mail in other letters", formType, credentials("Ann@Example.COM", goodPassword), 200, ""},
			{"unknown parameters", formType, credentials("ann", goodPassword) + "&scope=x&client_id=a&client_id=b", 200, ""},
			{"JSON", "Content-Type: application/json", good, 200, ""},
			{"JSON with a charset", "Content-Type: Application/JSON; charset=utf-8", good, 200, ""},
			{"JSON, unknown keys", "Content-Type: application/json", `{"scope":["x"],"username":"ann","password":"correct horse battery","grant_type":"password","n":null}`, 200, ""},
			{"JSON, null for the grant", "Content-Type: application/json", `{"username":"ann","password":"correct horse battery","grant_type":null}`, 200, ""},

			{"another grant", formType, credentials("ann", goodPassword) + "&grant_type=client_credentials", 400, "unsupported_grant_type"},
			{"the grant in capitals", formType, credentials("ann", goodPassword) + "&grant_type=PASSWORD", 400, "unsupported_grant_type"},
			{"twice the username", formType, credentials("ann", goodPassword) + "&username=ann", 400, "invalid_request"},
			{"twice the password", formType, credentials("ann", goodPassword) + "&password=x", 400, "invalid_request"},
			{"twice the grant", formType, credentials("ann", goodPassword) + "&grant_type=password&grant_type=password", 400, "invalid_request"},
			{"nothing", formType, "", 400, "invalid_request"},
			{"no username", formType, "password=x", 400, "invalid_request"},
			{"no password", formType, "username=ann", 400, "invalid_request"},
			{"an empty password", formType, "username=ann&password=", 400, "invalid_request"},
			{"names in capitals", formType, "USERNAME=ann&PASSWORD=x", 400, "invalid_request"},
			{"JSON, twice the username", "Content-Type: application/json", `{"username":"bob","username":"ann","password":"correct horse battery"}`, 400, "invalid_request"},
			{"JSON, names in capitals", "Content-Type: application/json", `{"Username":"ann","Password":"correct horse battery"}`, 400, "invalid_request"},
			{"JSON, a capital that would win", "Content-Type: application/json", `{"username":"ann","password":"correct horse battery","Username":"bob"}`, 200, ""},
			{"JSON, a number", "Content-Type: application/json", `{"username":1,"password":"x"}`, 400, "invalid_request"},
			{"JSON, a list", "Content-Type: application/json", `["ann"]`, 400, "invalid_request"},
			{"JSON, null", "Content-Type: application/json", `null`, 400, "invalid_request"},
			{"JSON, nothing", "Content-Type: application/json", ``, 400, "invalid_request"},
			{"JSON, half", "Content-Type: application/json", `{"username":"ann"`, 400, "invalid_request"},
			{"JSON, more behind it", "Content-Type: application/json", good + "x", 400, "invalid_request"},
			{"JSON that is called a form", formType, good, 400, "invalid_request"},
			{"a form that is called JSON", "Content-Type: application/json", credentials("ann", goodPassword), 400, "invalid_request"},
			{"no type", "X: y", credentials("ann", goodPassword), 400, "invalid_request"},
			{"another type", "Content-Type: text/plain", credentials("ann", goodPassword), 400, "invalid_request"},
			{"several parts", "Content-Type: multipart/form-data; boundary=x", "--x--", 400, "invalid_request"},

			{"a wrong password", formType, credentials("ann", "wrong horse"), 401, "invalid_grant"},
			{"the password in capitals", formType, credentials("ann", strings.ToUpper(goodPassword)), 401, "invalid_grant"},
			{"the password and a blank", formType, credentials("ann", goodPassword+" "), 401, "invalid_grant"},
			{"nobody", formType, credentials("nobody", goodPassword), 401, "invalid_grant"},
			{"disabled", formType, credentials("dora", goodPassword), 401, "invalid_grant"},
			{"a pattern", formType, credentials("an%", goodPassword), 401, "invalid_grant"},
			{"an injection", formType, credentials("ann' OR '1'='1", goodPassword), 401, "invalid_grant"},
			{"a NUL in the name", formType, credentials("ann\x00", goodPassword), 401, "invalid_grant"},
			{"a NUL in the password", formType, credentials("ann", goodPassword+"\x00"), 401, "invalid_grant"},
			{"no UTF-8", formType, "username=%ff%fe&password=%ff", 401, "invalid_grant"},
			{"a long name", formType, credentials(strings.Repeat("x", 9000), "x"), 401, "invalid_grant"},
			{"a long password", formType, credentials("ann", strings.Repeat("x", 9000)), 401, "invalid_grant"},
			{"JSON, a wrong password", "Content-Type: application/json", `{"username":"ann","password":"wrong horse"}`, 401, "invalid_grant"},
			{"JSON, a NUL", "Content-Type: application/json", `{"username":"ann\u0000","password":"\u0000"}`, 401, "invalid_grant"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				before := s.dump()
				a := s.send(t, s.request(t, "POST /token", tt.body, tt.kind))
				checkAPI(t, s, "POST /token", a)
				s.checkGrant(t, a, tt.status, tt.code)
				if after := s.dump(); tt.status != 200 && len(after["RolecallSessions"]) != len(before["RolecallSessions"]) {
					t.Errorf("refused, but a session began")
				}
			})
		}
	})
}

// checkGrant: RFC 6749 §5.1 and §5.2.
func (s *server) checkGrant(t *testing.T, a answer, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, want %d: %v %s", a.StatusCode, status, a.Header, a.body)
	}
	answer := parse[map[string]any](t, a)
	if status == 200 {
		if answer["token_type"] != "bearer" || answer["expires_in"] != 900.0 || answer["refresh_token"] == "" || len(answer) != 4 || a.Header.Get("Pragma") != "no-cache" {
			t.Errorf("the token's answer is %v", answer)
		}
		return
	}
	if answer["error"] != code || answer["detail"] == "" || answer["detail"] != answer["error_description"] || len(answer) != 3 {
		t.Errorf("the refusal is %v, want %s", answer, code)
	}
	if challenge := a.Header.Get("WWW-Authenticate"); (challenge == "Bearer") != (status == 401) {
		t.Errorf("%d with WWW-Authenticate %q", status, challenge)
	}
}

// TestTokenRefusedEarly: what is refused before the handler has OAuth's shape, too.
func TestTokenRefusedEarly(t *testing.T) {
	t.Parallel()
	s := one(t)
	packed := s.send(t, s.request(t, "POST /token", credentials("ann", goodPassword), formType, "Content-Encoding: gzip", "Accept: text/html"))
	s.checkGrant(t, packed, 415, "invalid_request")
	s.checkGrant(t, s.raw(t, "POST /token HTTP/1.1\r\nHost: x\r\n"+formType+"\r\nContent-Length: 70000\r\n\r\n"), 413, "invalid_request")
}

// TestUnknownName: who asks can't tell an unknown name from a wrong password.
func TestUnknownName(t *testing.T) {
	t.Parallel()
	s := one(t)
	known := s.grant(t, credentials("ann", "wrong horse"))
	for _, name := range []string{"nobody", "dora", "dora@example.com", "\x00", strings.Repeat("x", 5000)} {
		other := s.grant(t, credentials(name, "wrong horse"))
		for _, header := range []string{"X-Request-Id", "Date"} {
			known.Header.Del(header)
			other.Header.Del(header)
		}
		if other.StatusCode != known.StatusCode || other.body != known.body || !maps.EqualFunc(other.Header, known.Header, slices.Equal) {
			t.Errorf("%.10q: got %d %s %v, as if it were another's than %d %s %v", name, other.StatusCode, other.body, other.Header, known.StatusCode, known.body, known.Header)
		}
	}
}

// part decodes a part of a token.
func part(t *testing.T, token string, i int) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	var claims map[string]any
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		t.Fatalf("decode the token: %v", err)
	}
	return claims
}

// TestClaims: the token has exactly the claims and the header of the contract.
func TestClaims(t *testing.T) {
	for _, audience := range []string{"", "https://api.example"} {
		t.Run("audience "+audience, func(t *testing.T) {
			t.Parallel()
			s := one(t, func(c *services.Config) { c.Audience = audience })
			token := parse[tokenJSON](t, s.grant(t, credentials("root", goodPassword))).AccessToken
			claims, header := part(t, token, 1), part(t, token, 0)
			want := []string{"exp", "iat", "iss", "jti", "roles", "sid", "sub", "user_id", "username"}
			if audience != "" {
				want = append([]string{"aud"}, want...)
			}
			if got := slices.Sorted(maps.Keys(claims)); !slices.Equal(got, want) {
				t.Errorf("claims are %v, want %v", got, want)
			}
			if claims["iss"] != publicURL || claims["sub"] != s.fill("{root}") || claims["user_id"] != float64(s.ids["root"]) || claims["username"] != "root" {
				t.Errorf("claims are %v", claims)
			}
			roles, _ := json.Marshal(claims["roles"])
			if issued, _ := claims["iat"].(float64); string(roles) != `["Admin","User"]` || claims["exp"] != issued+900 || time.Since(time.Unix(int64(issued), 0)) > time.Minute {
				t.Errorf("claims are %v", claims)
			}
			if header["alg"] != "HS256" || header["typ"] != "at+jwt" || header["kid"] == "" || len(header) != 3 {
				t.Errorf("the header is %v", header)
			}
			if a := s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+token)); a.StatusCode != 200 {
				t.Errorf("the token gives %d: %s", a.StatusCode, a.body)
			}
		})
	}
}

// TestBearer: which headers are a token, and how others are refused (RFC 6750 §3).
func TestBearer(t *testing.T) {
	t.Parallel()
	s := one(t)
	token := s.token("ann", models.APISession)
	console := s.token("ann", models.ConsoleSession)
	parts := strings.Split(token, ".")
	plain, invalid := "Bearer", `Bearer error="invalid_token", error_description="The token is not valid, has expired, or was revoked. Sign in again."`
	for _, tt := range []struct {
		name      string
		head      []string
		status    int
		challenge string
	}{
		{"good", []string{"Authorization: Bearer " + token}, 200, ""},
		{"in other letters", []string{"Authorization: bEARER " + token}, 200, ""},
		{"two blanks", []string{"Authorization: Bearer  " + token}, 200, ""},
		{"none", nil, 401, plain},
		{"an empty header", []string{"Authorization: "}, 401, plain},
		{"another scheme", []string{"Authorization: Basic YTpi"}, 401, plain},
		{"no scheme", []string{"Authorization: " + token}, 401, plain},
		{"the word alone", []string{"Authorization: Bearer"}, 401, invalid},
		{"rubbish", []string{"Authorization: Bearer x"}, 401, invalid},
		{"two of them", []string{"Authorization: Bearer " + token, "Authorization: Bearer " + token}, 400, `Bearer error="invalid_request"`},
		{"two in one", []string{"Authorization: Bearer " + token + ", Bearer " + token}, 401, invalid},
		{"the browser's", []string{"Authorization: Bearer " + console}, 401, invalid},
		{"no signature", []string{"Authorization: Bearer " + parts[0] + "." + parts[1] + "."}, 401, invalid},
		{"another's signature", []string{"Authorization: Bearer " + parts[0] + "." + parts[1] + "." + strings.Split(console, ".")[2]}, 401, invalid},
		{"alg none", []string{"Authorization: Bearer " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + "."}, 401, invalid},
		{"a huge one", []string{"Authorization: Bearer " + strings.Repeat("x", 9000)}, 401, invalid},
		{"in the cookie", []string{"Cookie: rolecall=" + token}, 401, plain},
		{"the browser's in the cookie", []string{"Cookie: rolecall=" + console}, 401, plain},
	} {
		a := s.send(t, s.request(t, "GET /users/me", "", tt.head...))
		checkAPI(t, s, "GET /users/me", a)
		if got := a.Header.Get("WWW-Authenticate"); a.StatusCode != tt.status || got != tt.challenge {
			t.Errorf("%s: got %d %q, want %d %q", tt.name, a.StatusCode, got, tt.status, tt.challenge)
		}
	}
	if a := s.send(t, s.request(t, "GET /users/me?access_token="+token, "")); a.StatusCode != 401 {
		t.Errorf("a token in the address gives %d, want 401", a.StatusCode)
	}
}
