package routes

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
)

// A tokenJSON is the answer of RFC 6749 §5.1.
type tokenJSON struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type" enum:"bearer"`
	ExpiresIn    int64  `json:"expires_in" example:"900" doc:"Seconds."`
	RefreshToken string `json:"refresh_token" doc:"Serves once, for the next token."`
}

// A tokenForm is the body, the same in a form and in JSON.
type tokenForm struct {
	GrantType    string `json:"grant_type,omitempty" enum:"password,refresh_token" default:"password"`
	Username     string `json:"username,omitempty" doc:"For the grant password: a username or an e-mail address." example:"ann"`
	Password     string `json:"password,omitempty" format:"password" doc:"For the grant password." example:"correct horse battery"`
	RefreshToken string `json:"refresh_token,omitempty" doc:"For the grant refresh_token: that of the last answer."`

	_ struct{} `additionalProperties:"true"` // RFC 6749 §3.2: others are ignored
}

// apiToken serves POST /token. It is no operation of huma's, as its refusals
// have a shape of their own: see handlers.fail.
func (h *handlers) apiToken(c *fiber.Ctx) error {
	given, err := parameters(c, "grant_type", "username", "password", "refresh_token")
	if err != nil {
		return err
	}
	user, session, err := h.grant(c.UserContext(), given)
	if err != nil {
		return err
	}
	token, life, err := h.Tokens.Issue(user, session)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderPragma, "no-cache")
	return c.JSON(tokenJSON{
		AccessToken: token, TokenType: "bearer", ExpiresIn: int64(life.Round(1e9).Seconds()), RefreshToken: session.RefreshToken,
	})
}

// grant begins a session, or goes on with one.
func (h *handlers) grant(ctx context.Context, given map[string]string) (models.User, models.Session, error) {
	var err error
	switch given["grant_type"] {
	case "", "password":
		if err = required(given, "username", "password"); err == nil {
			return h.Sessions.SignIn(ctx, actorOf(ctx), given["username"], given["password"], models.APISession)
		}
	case "refresh_token":
		if err = required(given, "refresh_token"); err == nil {
			return h.Sessions.Refresh(ctx, actorOf(ctx), given["refresh_token"])
		}
	default:
		err = refusal("unsupported_grant_type", "The grant type is password or refresh_token.")
	}
	return models.User{}, models.Session{}, err
}

// A tokenParameter is the body of the two routes below.
type tokenParameter struct {
	Token string `json:"token" doc:"An access token or a refresh token." example:"eyJhbGciOiJFZERTQSJ9"`
	Hint  string `json:"token_type_hint,omitempty" doc:"Ignored: the token itself says what it is."`

	_ struct{} `additionalProperties:"true"`
}

func parseTokenParameter(c *fiber.Ctx) (string, error) {
	given, err := parameters(c, "token")
	if err != nil {
		return "", err
	}
	return given["token"], required(given, "token")
}

// apiTokenRevoke serves POST /token/revoke. The answer to a token that is good
// for nothing is the same (RFC 7009 §2.2).
func (h *handlers) apiTokenRevoke(c *fiber.Ctx) error {
	token, err := parseTokenParameter(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	if err := h.Tokens.Revoke(ctx, actorOf(ctx), token); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return nil // 200, without a body
}

// An introspectionJSON is the answer of RFC 7662 §2.2. Only active is there for a
// token that is good for nothing.
type introspectionJSON struct {
	Active    bool     `json:"active"`
	TokenType string   `json:"token_type,omitempty" enum:"bearer" doc:"Absent for a refresh token."`
	Subject   string   `json:"sub,omitempty" example:"7"`
	UserID    int64    `json:"user_id,omitempty" example:"7"`
	Username  string   `json:"username,omitempty" example:"ann"`
	Roles     []string `json:"roles,omitzero" nullable:"false" doc:"Sorted names, as the database has them now."`
	SessionID string   `json:"sid,omitempty"`
	TokenID   string   `json:"jti,omitempty" doc:"Absent for a refresh token."`
	IssuedAt  int64    `json:"iat,omitempty" doc:"Seconds since 1970."`
	ExpiresAt int64    `json:"exp,omitempty" doc:"Seconds since 1970."`
	Issuer    string   `json:"iss,omitempty"`
	Audience  string   `json:"aud,omitempty"`
}

// apiTokenIntrospect serves POST /token/introspect. Who is no admin is refused
// before the body is read.
func (h *handlers) apiTokenIntrospect(c *fiber.Ctx) error {
	actor, err := h.bearer(c)
	if err != nil {
		return err
	}
	if err := actor.RequireAdmin("introspect tokens"); err != nil {
		return err
	}
	token, err := parseTokenParameter(c)
	if err != nil {
		return err
	}
	found, err := h.Tokens.Introspect(c.UserContext(), actor, token)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(h.showIntrospection(found))
}

// showIntrospection leaves out what the token does not have: another program's
// has neither a session nor an issuer.
func (h *handlers) showIntrospection(i services.Introspection) introspectionJSON {
	if !i.Active {
		return introspectionJSON{}
	}
	shown := introspectionJSON{
		Active: true, Subject: strconv.FormatInt(i.User.UserID, 10), UserID: i.User.UserID, Username: i.User.Username,
		Roles: i.User.RoleNames(), SessionID: i.SessionID, TokenID: i.TokenID,
		IssuedAt: unix(i.IssuedAt), ExpiresAt: unix(i.ExpiresAt),
	}
	if i.SessionID != "" {
		shown.Issuer, shown.Audience = h.cfg.PublicURL, h.cfg.Audience
	}
	if !i.Refresh {
		shown.TokenType = "bearer"
	}
	return shown
}

// unix is 0 for a time that is not known.
func unix(t models.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Std().Unix()
}
