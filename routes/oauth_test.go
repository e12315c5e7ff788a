package routes

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
)

// oauthRoute are the routes whose refusals have OAuth's shape.
var oauthRoute = regexp.MustCompile(`^POST /token(/revoke|/introspect)?$`)

const jsonType = "Content-Type: application/json"

// checkOAuthError: RFC 6749 §5.2, and detail for the clients of FastAPI.
func checkOAuthError(t *testing.T, a answer) {
	t.Helper()
	refusal := parse[map[string]string](t, a)
	if a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the refusal is %s, %s", a.Header.Get("Content-Type"), a.Header.Get("Cache-Control"))
	}
	if refusal["error"] == "" || refusal["detail"] == "" || refusal["detail"] != refusal["error_description"] || len(refusal) != 3 {
		t.Errorf("the refusal is %s, want error, error_description and detail", a.body)
	}
}

// checkChallenge: RFC 6750 §3 for whom a token is asked for, and when to come
// again for whom it is too early.
func checkChallenge(t *testing.T, a answer) {
	t.Helper()
	challenge, token := a.Header.Get("WWW-Authenticate"), a.Request.Header.Get("Authorization") != ""
	switch a.StatusCode {
	case http.StatusUnauthorized:
		if !strings.HasPrefix(challenge, "Bearer") {
			t.Errorf("401 with WWW-Authenticate %q", challenge)
		}
	case http.StatusForbidden:
		if (challenge == `Bearer error="insufficient_scope"`) != token {
			t.Errorf("403 with WWW-Authenticate %q; with a token: %t", challenge, token)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%d without Retry-After", a.StatusCode)
		}
	}
}

// pair signs the user in with the password grant.
func (s *server) pair(t testing.TB, name string) tokenJSON {
	t.Helper()
	return parse[tokenJSON](t, s.grant(t, credentials(name, goodPassword)).want(t, "sign in "+name, 200))
}

// me asks who the token stands for.
func (s *server) me(t testing.TB, token string) answer {
	t.Helper()
	return s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+token))
}

func refreshForm(token string) string {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}.Encode()
}

// later lets the refresh tokens that were used have been so some time ago.
func (s *server) later(t testing.TB, d time.Duration) {
	t.Helper()
	s.exec(t, `UPDATE "RolecallRefreshTokens" SET "UsedAt" = "UsedAt" - ? WHERE "UsedAt" > 0`, d.Milliseconds())
}

// TestRefresh: a refresh token gives the next pair in the same session.
func TestRefresh(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		first := s.pair(t, "ann")
		second := s.grant(t, refreshForm(first.RefreshToken))
		s.checkGrant(t, second, 200, "")
		next := parse[tokenJSON](t, second)
		if next.AccessToken == first.AccessToken || next.RefreshToken == first.RefreshToken || len(next.RefreshToken) < 43 {
			t.Errorf("the next pair is %+v after %+v", next, first)
		}
		if a, b := part(t, first.AccessToken, 1)["sid"], part(t, next.AccessToken, 1)["sid"]; a == nil || a != b {
			t.Errorf("the session changes from %v to %v", a, b)
		}
		third := s.send(t, s.request(t, "POST /token", `{"grant_type":"refresh_token","refresh_token":"`+next.RefreshToken+`"}`, jsonType))
		s.checkGrant(t, third, 200, "")
		for _, token := range []string{first.AccessToken, next.AccessToken, parse[tokenJSON](t, third).AccessToken} {
			s.me(t, token).want(t, "an access token of the session", 200)
		}
		s.checkGrant(t, s.grant(t, refreshForm(next.RefreshToken)), 200, "") // a lost reply
		s.later(t, 11*time.Second)
		s.checkGrant(t, s.grant(t, refreshForm(next.RefreshToken)), 401, "invalid_grant")
		s.me(t, next.AccessToken).want(t, "after a reuse", 401)
		if event := parse[auditJSON](t, s.call(t, "root", "GET /audit?limit=1", "")).Items[0]; event.Action != "session.token_reused" || event.Target.Name != "ann" {
			t.Errorf("the newest event is %+v", event)
		}
	})
}

// TestRefreshRefused: what is no refresh begins nothing, and spends no token.
func TestRefreshRefused(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		good, other := s.pair(t, "ann"), s.pair(t, "bob")
		grant := "grant_type=refresh_token"
		for _, tt := range []struct {
			name, kind, body string
			status           int
			code             string
		}{
			{"no token", formType, grant, 400, "invalid_request"},
			{"an empty token", formType, grant + "&refresh_token=", 400, "invalid_request"},
			{"twice the token", formType, refreshForm(good.RefreshToken) + "&refresh_token=" + good.RefreshToken, 400, "invalid_request"},
			{"twice the grant", formType, refreshForm(good.RefreshToken) + "&" + grant, 400, "invalid_request"},
			{"a password instead", formType, credentials("ann", goodPassword) + "&" + grant, 400, "invalid_request"},
			{"the name in capitals", formType, grant + "&REFRESH_TOKEN=" + good.RefreshToken, 400, "invalid_request"},
			{"JSON, null", jsonType, `{"grant_type":"refresh_token","refresh_token":null}`, 400, "invalid_request"},
			{"JSON, a list", jsonType, `{"grant_type":"refresh_token","refresh_token":["` + good.RefreshToken + `"]}`, 400, "invalid_request"},
			{"JSON, twice", jsonType, `{"grant_type":"refresh_token","refresh_token":"x","refresh_token":"` + good.RefreshToken + `"}`, 400, "invalid_request"},
			{"without a grant", formType, "refresh_token=" + good.RefreshToken, 400, "invalid_request"},
			{"the grant in capitals", formType, "grant_type=REFRESH_TOKEN&refresh_token=" + good.RefreshToken, 400, "unsupported_grant_type"},
			{"another grant", formType, "grant_type=authorization_code&refresh_token=" + good.RefreshToken, 400, "unsupported_grant_type"},

			{"nobody's", formType, refreshForm("x"), 401, "invalid_grant"},
			{"an access token", formType, refreshForm(good.AccessToken), 401, "invalid_grant"},
			{"a blank behind it", formType, refreshForm(good.RefreshToken + " "), 401, "invalid_grant"},
			{"cut short", formType, refreshForm(good.RefreshToken[:42]), 401, "invalid_grant"},
			{"a NUL", formType, refreshForm("\x00"), 401, "invalid_grant"},
			{"no UTF-8", formType, refreshForm("\xff"), 401, "invalid_grant"},
			{"a long one", formType, refreshForm(strings.Repeat("x", 60000)), 401, "invalid_grant"},
			{"JSON, nobody's", jsonType, `{"grant_type":"refresh_token","refresh_token":"x"}`, 401, "invalid_grant"},
		} {
			before := s.dump()
			a := s.send(t, s.request(t, "POST /token", tt.body, tt.kind))
			checkAPI(t, s, "POST /token", a)
			s.checkGrant(t, a, tt.status, tt.code)
			if strings.Contains(a.body, good.RefreshToken) || fmt.Sprint(s.dump()) != fmt.Sprint(before) {
				t.Errorf("%s: the token comes back, or rows changed: %s", tt.name, a.body)
			}
		}
		s.checkGrant(t, s.grant(t, refreshForm(good.RefreshToken)+"&scope=x&username=bob&client_id=a&client_id=b"), 200, "")
		s.call(t, "root", "PUT /users/{bob}", `{"is_active":false}`).want(t, "disable", 200)
		s.checkGrant(t, s.grant(t, refreshForm(other.RefreshToken)), 401, "invalid_grant")
	})
}

// TestRevoke: whoever holds a token of the session ends it, and learns nothing.
func TestRevoke(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		for _, tt := range []struct {
			name, kind, body string // with ACCESS and REFRESH for the tokens
			status           int
			ends             bool
		}{
			{"the access token", formType, "token=ACCESS", 200, true},
			{"the refresh token", formType, "token=REFRESH", 200, true},
			{"a wrong hint", formType, "token=REFRESH&token_type_hint=access_token", 200, true},
			{"other parameters", formType, "token=ACCESS&token_type_hint=x&token_type_hint=y&client_id=a&password=x", 200, true},
			{"JSON", jsonType, `{"token":"ACCESS","token_type_hint":7,"x":[]}`, 200, true},
			{"JSON, the refresh token", jsonType, `{"token":"REFRESH"}`, 200, true},

			{"nobody's", formType, "token=x", 200, false},
			{"a broken signature", formType, "token=ACCESSx", 200, false},
			{"half of it", formType, "token=REFRESHx", 200, false},
			{"a NUL", formType, "token=%00%ff", 200, false},
			{"a long one", formType, "token=" + strings.Repeat("x", 60000), 200, false},
			{"JSON, nobody's", jsonType, `{"token":"\u0000"}`, 200, false},

			{"nothing", formType, "", 400, false},
			{"an empty token", formType, "token=", 400, false},
			{"twice the token", formType, "token=ACCESS&token=ACCESS", 400, false},
			{"the name in capitals", formType, "TOKEN=ACCESS", 400, false},
			{"JSON, null", jsonType, `{"token":null}`, 400, false},
			{"JSON, a number", jsonType, `{"token":1}`, 400, false},
			{"JSON, twice the token", jsonType, `{"token":"x","token":"ACCESS"}`, 400, false},
			{"JSON, a list", jsonType, `["ACCESS"]`, 400, false},
			{"another type", "Content-Type: text/plain", "token=ACCESS", 400, false},
			{"no type", "X: y", "token=ACCESS", 400, false},
		} {
			pair := s.pair(t, "ann")
			s.me(t, pair.AccessToken).want(t, tt.name+": before", 200)
			body := strings.NewReplacer("ACCESS", pair.AccessToken, "REFRESH", pair.RefreshToken).Replace(tt.body)
			a := s.send(t, s.request(t, "POST /token/revoke", body, tt.kind))
			checkAPI(t, s, "POST /token/revoke", a)
			if a.StatusCode != tt.status || (a.body == "") != (tt.status == 200) {
				t.Errorf("%s: got %d %q, want %d", tt.name, a.StatusCode, a.body, tt.status)
			}
			if tt.status == 400 && parse[oauthErrorJSON](t, a).Error != "invalid_request" {
				t.Errorf("%s: got %s", tt.name, a.body)
			}
			want := 200
			if tt.ends {
				want = 401
			}
			if got := s.me(t, pair.AccessToken).StatusCode; got != want {
				t.Errorf("%s: the access token then gives %d, want %d", tt.name, got, want)
			}
			if got := s.grant(t, refreshForm(pair.RefreshToken)).StatusCode; got != want {
				t.Errorf("%s: the refresh token then gives %d, want %d", tt.name, got, want)
			}
		}
		browser := s.browser(t).signIn("ann")
		s.send(t, s.request(t, "POST /token/revoke", "token="+browser.session(), formType)).want(t, "a browser's token", 200)
		browser.get("/account").want(t, "the browser", 200)
		s.send(t, s.request(t, "POST /token/revoke?token=x", "", formType)).want(t, "a token in the address", 400)
	})
}

// TestOAuthEarly: what is refused before the handler has OAuth's shape, too.
func TestOAuthEarly(t *testing.T) {
	t.Parallel()
	s := one(t)
	for _, path := range []string{"/token", "/token/", "/token/revoke", "/token/introspect", "/token/introspect/"} {
		packed := s.send(t, s.request(t, "POST "+path, "token=x", formType, "Content-Encoding: gzip", "Accept: text/html")).want(t, path, 415)
		large := s.raw(t, "POST "+path+" HTTP/1.1\r\nHost: x\r\n"+formType+"\r\nContent-Length: 70000\r\n\r\n").want(t, path, 413)
		for _, a := range []answer{packed, large} {
			checkOAuthError(t, a)
			if code := parse[oauthErrorJSON](t, a).Error; code != "invalid_request" {
				t.Errorf("%s: %d is %s", path, a.StatusCode, code)
			}
		}
	}
	for _, call := range []string{"GET /token", "POST /token/other", "POST /tokens"} {
		a := s.send(t, s.request(t, call, "", formType))
		if a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d %s, want a problem document", call, a.StatusCode, a.Header.Get("Content-Type"))
		}
	}
}

// TestOAuthErrors: how the refusals of services are told in OAuth's words.
func TestOAuthErrors(t *testing.T) {
	t.Parallel()
	s := one(t)
	h := &handlers{Services: s.Services, cfg: s.cfg, log: slog.New(slog.DiscardHandler), life: t.Context()}
	for _, tt := range []struct {
		err        error
		status     int
		code       string
		retryAfter string
	}{
		{&models.Error{Kind: models.Limited, Message: "Too many.", RetryAfter: 77}, 429, "temporarily_unavailable", "77"},
		{&models.Error{Kind: models.Busy, Message: "Busy.", RetryAfter: 3}, 503, "temporarily_unavailable", "3"},
		{&models.Error{Kind: models.Unauthenticated, Message: "Wrong."}, 401, "invalid_grant", ""},
		{models.Forbid("do this"), 403, "insufficient_scope", ""},
		{fmt.Errorf("canary"), 500, "server_error", ""},
		{fiber.ErrRequestTimeout, 408, "invalid_request", ""},
	} {
		app := fiber.New(fiber.Config{ErrorHandler: h.fail})
		app.Post("/token", func(*fiber.Ctx) error { return tt.err })
		r, _ := http.NewRequestWithContext(t.Context(), "POST", "http://rolecall.test/token", nil)
		response, err := app.Test(r, -1)
		if err != nil {
			t.Fatalf("%v: %v", tt.err, err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatalf("%v: read the body: %v", tt.err, err)
		}
		a := answer{response, string(body)}
		checkOAuthError(t, a)
		if got := parse[oauthErrorJSON](t, a); a.StatusCode != tt.status || got.Error != tt.code || strings.Contains(a.body, "canary") {
			t.Errorf("%v: got %d %s, want %d %s", tt.err, a.StatusCode, a.body, tt.status, tt.code)
		}
		if got := a.Header.Get("Retry-After"); got != tt.retryAfter {
			t.Errorf("%v: Retry-After is %q, want %q", tt.err, got, tt.retryAfter)
		}
	}
}

// TestClosedIsNoScope: a refusal that no other token would lift has no challenge.
func TestClosedIsNoScope(t *testing.T) {
	t.Parallel()
	s := one(t, func(c *services.Config) { c.Registration = services.RegistrationClosed })
	a := s.call(t, "", "POST /register", `{"username":"carl","password":"`+goodPassword+`","email":"carl@example.com"}`).want(t, "register", 403)
	if challenge := a.Header.Get("WWW-Authenticate"); challenge != "" {
		t.Errorf("403 to a stranger with WWW-Authenticate %q", challenge)
	}
	page := s.page(t, "ann", "GET /admin", "").want(t, "a page", 403)
	if challenge := page.Header.Get("WWW-Authenticate"); challenge != "" {
		t.Errorf("403 to a browser with WWW-Authenticate %q", challenge)
	}
}

// TestGrantLimited: whoever guesses is told to wait, with the right password too.
func TestGrantLimited(t *testing.T) {
	t.Parallel()
	s := one(t, func(c *services.Config) { c.LoginLimits = true })
	for range 5 {
		s.checkGrant(t, s.grant(t, credentials("ann", "wrong horse")), 401, "invalid_grant")
	}
	a := s.grant(t, credentials("ann", goodPassword))
	checkAPI(t, s, "POST /token", a)
	s.checkGrant(t, a, 429, "temporarily_unavailable")
	if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || seconds < 60 || seconds > 900 {
		t.Errorf("Retry-After is %q, want minutes", a.Header.Get("Retry-After"))
	}
}
