package routes

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
	"rolecall/services"
)

// introspect asks as an admin.
func (s *server) introspect(t *testing.T, token string) map[string]any {
	t.Helper()
	a := s.send(t, s.request(t, "POST /token/introspect", url.Values{"token": {token}}.Encode(), formType,
		"Authorization: Bearer "+s.token("root", models.APISession))).want(t, "introspect", 200)
	checkAPI(t, s, "POST /token/introspect", a)
	return parse[map[string]any](t, a)
}

// TestIntrospect: what is told of a token that is good for something.
func TestIntrospect(t *testing.T) {
	for _, audience := range []string{"", "https://api.example"} {
		t.Run("audience "+audience, func(t *testing.T) {
			each(t, func(t *testing.T, s *server) { testIntrospect(t, s, audience) }, func(c *services.Config) { c.Audience = audience })
		})
	}
}

func testIntrospect(t *testing.T, s *server, audience string) {
	pair := s.pair(t, "ann")
	s.call(t, "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Editor"}`).want(t, "assign", 200)
	claims := part(t, pair.AccessToken, 1)
	told := s.introspect(t, pair.AccessToken)
	want := []string{"active", "exp", "iat", "iss", "jti", "roles", "sid", "sub", "token_type", "user_id", "username"}
	if audience != "" {
		want = append([]string{"active", "aud"}, want[1:]...)
	}
	if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
		t.Errorf("an access token has %v, want %v", got, want)
	}
	if told["active"] != true || told["token_type"] != "bearer" {
		t.Errorf("an access token is %v", told)
	}
	for _, name := range []string{"exp", "iat", "iss", "jti", "sid", "sub", "user_id", "username", "aud"} {
		if told[name] != claims[name] {
			t.Errorf("%s is %v, in the token %v", name, told[name], claims[name])
		}
	}
	if roles, _ := told["roles"].([]any); len(roles) != 2 || roles[0] != "Editor" || roles[1] != "User" {
		t.Errorf("roles are %v, want those of the database", told["roles"])
	}
	refresh := s.introspect(t, pair.RefreshToken)
	want = slices.DeleteFunc(want, func(name string) bool { return name == "jti" || name == "token_type" })
	if got := slices.Sorted(maps.Keys(refresh)); !slices.Equal(got, want) || refresh["sid"] != told["sid"] || refresh["sub"] != told["sub"] {
		t.Errorf("a refresh token is %v, want %v of the same session", refresh, want)
	}
	if ends, _ := refresh["exp"].(float64); time.Until(time.Unix(int64(ends), 0)).Round(time.Hour) != s.cfg.RefreshTokenTTL {
		t.Errorf("a refresh token expires at %v", refresh["exp"])
	}
	for _, role := range []string{"Editor", "User"} {
		s.call(t, "root", "POST /roles/revoke", `{"user_id":{ann},"role_name":"`+role+`"}`).want(t, "revoke", 200)
	}
	if roles, listed := s.introspect(t, pair.AccessToken)["roles"].([]any); !listed || len(roles) != 0 {
		t.Errorf("without a role, roles are %v, want an empty list", roles)
	}
}

// TestIntrospectInactive: of any other token nothing is told but that.
func TestIntrospectInactive(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		disabled, revoked, used := s.pair(t, "bob"), s.pair(t, "ann"), s.pair(t, "ann")
		console := s.token("ann", models.ConsoleSession)
		s.call(t, "root", "PUT /users/{bob}", `{"is_active":false}`).want(t, "disable", 200)
		s.send(t, s.request(t, "POST /token/revoke", "token="+revoked.AccessToken, formType)).want(t, "revoke", 200)
		s.grant(t, refreshForm(used.RefreshToken)).want(t, "refresh", 200)
		for name, token := range map[string]string{
			"rubbish": "x", "a NUL": "\x00", "no UTF-8": "\xff", "a long one": strings.Repeat("x", 20000),
			"a cookie": console, "no signature": used.AccessToken[:strings.LastIndex(used.AccessToken, ".")+1],
			"disabled": disabled.AccessToken, "disabled, refresh": disabled.RefreshToken,
			"revoked": revoked.AccessToken, "revoked, refresh": revoked.RefreshToken, "used": used.RefreshToken,
		} {
			if told := s.introspect(t, token); len(told) != 1 || told["active"] != false {
				t.Errorf("%s: told %v, want that it is inactive and nothing else", name, told)
			}
		}
		if told := s.introspect(t, used.AccessToken); told["active"] != true {
			t.Errorf("the access token of the session that goes on is %v", told)
		}
	})
}

// TestIntrospectForeign: another program's token has neither session nor issuer.
func TestIntrospectForeign(t *testing.T) {
	t.Parallel()
	previous := []byte("another program's secret")
	s := one(t, func(c *services.Config) { c.PreviousSecrets = [][]byte{previous} })
	s.exec(t, `INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('old', 'x', 'old@example.com')`)
	s.learn()
	expires := time.Now().Add(time.Hour).Unix()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"user_id": s.ids["old"], "exp": expires}).SignedString(previous)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	told := s.introspect(t, token)
	want := []string{"active", "exp", "roles", "sub", "token_type", "user_id", "username"}
	if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) || told["username"] != "old" || told["exp"] != float64(expires) {
		t.Errorf("told %v, want %v", told, want)
	}
}

// TestIntrospectRefused: who may not ask learns nothing, not even of the body.
func TestIntrospectRefused(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		admin, user := "Authorization: Bearer "+s.pair(t, "root").AccessToken, "Authorization: Bearer "+s.pair(t, "ann").AccessToken
		ended := s.pair(t, "root")
		s.send(t, s.request(t, "POST /token/revoke", "token="+ended.AccessToken, formType)).want(t, "revoke", 200)
		plain, invalid := "Bearer", `Bearer error="invalid_token", error_description="The token is not valid, has expired, or was revoked. Sign in again."`
		form := []string{formType, admin}
		for _, tt := range []struct {
			name, body string
			head       []string
			status     int
			code       string
			challenge  string
		}{
			{"a stranger", "token=x", []string{formType}, 401, "invalid_token", plain},
			{"another scheme", "token=x", []string{formType, "Authorization: Basic YTpi"}, 401, "invalid_token", plain},
			{"a stranger with a bad body", "", nil, 401, "invalid_token", plain},
			{"a bad token", "token=x", []string{formType, "Authorization: Bearer x"}, 401, "invalid_token", invalid},
			{"an ended session", "token=x", []string{formType, "Authorization: Bearer " + ended.AccessToken}, 401, "invalid_token", invalid},
			{"a refresh token", "token=x", []string{formType, "Authorization: Bearer " + ended.RefreshToken}, 401, "invalid_token", invalid},
			{"an admin's cookie", "token=x", []string{formType, "Cookie: rolecall=" + s.token("root", models.ConsoleSession)}, 401, "invalid_token", plain},
			{"two headers", "token=x", []string{formType, admin, admin}, 400, "invalid_request", `Bearer error="invalid_request"`},
			{"a user", "token=x", []string{formType, user}, 403, "insufficient_scope", `Bearer error="insufficient_scope"`},
			{"a user with a bad body", "", []string{user}, 403, "insufficient_scope", `Bearer error="insufficient_scope"`},
			{"nothing", "", form, 400, "invalid_request", ""},
			{"an empty token", "token=", form, 400, "invalid_request", ""},
			{"twice the token", "token=x&token=x", form, 400, "invalid_request", ""},
			{"JSON, a number", `{"token":1}`, []string{jsonType, admin}, 400, "invalid_request", ""},
			{"no type", "token=x", []string{admin}, 400, "invalid_request", ""},
		} {
			a := s.send(t, s.request(t, "POST /token/introspect", tt.body, tt.head...))
			checkAPI(t, s, "POST /token/introspect", a)
			if got := parse[oauthErrorJSON](t, a).Error; a.StatusCode != tt.status || got != tt.code {
				t.Errorf("%s: got %d %s, want %d %s", tt.name, a.StatusCode, got, tt.status, tt.code)
			}
			if got := a.Header.Get("WWW-Authenticate"); got != tt.challenge {
				t.Errorf("%s: WWW-Authenticate is %q, want %q", tt.name, got, tt.challenge)
			}
		}
		a := s.send(t, s.request(t, "POST /token/introspect", `{"token":"`+s.pair(t, "ann").AccessToken+`","x":1}`, jsonType, admin)).want(t, "JSON", 200)
		if parse[map[string]any](t, a)["username"] != "ann" {
			t.Errorf("told %s", a.body)
		}
		s.call(t, "root", "POST /roles/assign", `{"user_id":{bob},"role_name":"Admin"}`).want(t, "another admin", 200)
		s.call(t, "root", "POST /roles/revoke", `{"user_id":{root},"role_name":"Admin"}`).want(t, "demote", 200)
		a = s.send(t, s.request(t, "POST /token/introspect", "token=x", formType, admin)).want(t, "demoted", 403)
		checkOAuthError(t, a)
	})
}
