package routes

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"rolecall/services"
)

// countRefreshes counts the requests for tokens.
type countRefreshes struct {
	http.RoundTripper
	tokens int
}

func (c *countRefreshes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/token" {
		c.tokens++
	}
	return c.RoundTripper.RoundTrip(r)
}

// TestOAuth2Library: golang.org/x/oauth2 as it is signs in, refreshes, and knows
// a refusal.
func TestOAuth2Library(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		counted := &countRefreshes{RoundTripper: s.client.Transport}
		ctx := context.WithValue(t.Context(), oauth2.HTTPClient, &http.Client{Transport: counted})
		config := &oauth2.Config{ClientID: "a client", Endpoint: oauth2.Endpoint{TokenURL: s.url + "/token"}}
		first, err := config.PasswordCredentialsToken(ctx, "ann", goodPassword)
		if err != nil {
			t.Fatalf("PasswordCredentialsToken: %v", err)
		}
		if life := time.Until(first.Expiry); first.RefreshToken == "" || first.Type() != "Bearer" || life < 18*time.Second || life > 20*time.Second {
			t.Errorf("the token is of type %s, with a refresh token of %d bytes, for %s", first.Type(), len(first.RefreshToken), life)
		}
		source := config.TokenSource(ctx, first)
		client := oauth2.NewClient(ctx, source)
		for range 2 {
			askMe(t, client, s.url)
		}
		if counted.tokens != 1 {
			t.Errorf("%d requests for tokens, want none to refresh a good one", counted.tokens-1)
		}
		expired := *first
		expired.Expiry = time.Now().Add(-time.Second)
		source = config.TokenSource(ctx, &expired)
		client = oauth2.NewClient(ctx, source)
		for range 2 {
			askMe(t, client, s.url)
		}
		second, err := source.Token()
		if err != nil || counted.tokens != 2 || second.AccessToken == first.AccessToken || second.RefreshToken == first.RefreshToken {
			t.Errorf("%d requests for tokens, %v; want one to refresh, and another pair", counted.tokens, err)
		}
		s.later(t, 11*time.Second)
		refused(t, config, ctx, first.RefreshToken)
		refused(t, config, ctx, second.RefreshToken) // the session has ended
		if _, err := config.PasswordCredentialsToken(ctx, "ann", "wrong horse"); code(err) != "invalid_grant" {
			t.Errorf("a wrong password: %v", err)
		}
	}, func(c *services.Config) { c.AccessTokenTTL = 20 * time.Second })
}

func askMe(t *testing.T, client *http.Client, address string) {
	t.Helper()
	response, err := client.Get(address + "/users/me")
	if err != nil {
		t.Fatalf("GET /users/me: %v", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("GET /users/me: got %d, want 200", response.StatusCode)
	}
}

// refused: the library can't refresh with the token, and says why.
func refused(t *testing.T, config *oauth2.Config, ctx context.Context, token string) {
	t.Helper()
	got, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
	if code(err) != "invalid_grant" {
		t.Errorf("refresh = %v, %v, want a RetrieveError with invalid_grant", got != nil, err)
	}
}

func code(err error) string {
	known := &oauth2.RetrieveError{}
	if errors.As(err, &known) && known.Response.StatusCode == http.StatusUnauthorized && known.ErrorDescription != "" {
		return known.ErrorCode
	}
	return ""
}
