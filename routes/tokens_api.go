package routes

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
)

// A tokenJSON is the answer of RFC 6749 §5.1.
type tokenJSON struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type" example:"bearer"`
	ExpiresIn   int64  `json:"expires_in" example:"900" doc:"Seconds."`
}

// An oauthErrorJSON is the refusal of RFC 6749 §5.2; detail says the same to the
// clients of FastAPI.
type oauthErrorJSON struct {
	Error            string `json:"error" example:"invalid_grant"`
	ErrorDescription string `json:"error_description"`
	Detail           string `json:"detail"`
}

// A tokenForm is the body, the same in a form and in JSON.
type tokenForm struct {
	GrantType string `json:"grant_type,omitempty" enum:"password" default:"password"`
	Username  string `json:"username" doc:"A username or an e-mail address."`
	Password  string `json:"password" format:"password"`

	_ struct{} `additionalProperties:"true"` // RFC 6749 §3.2: others are ignored
}

// apiToken serves POST /token: the password grant of RFC 6749 §4.3. It is no
// operation of huma's, as its refusals have a shape of their own: see
// handlers.fail.
func (h *handlers) apiToken(c *fiber.Ctx) error {
	in, refused := parseToken(c)
	switch {
	case refused != "":
		return refuseToken(c, http.StatusBadRequest, "invalid_request", refused)
	case in.GrantType != "" && in.GrantType != "password":
		return refuseToken(c, http.StatusBadRequest, "unsupported_grant_type", "The grant type is password.")
	case in.Username == "" || in.Password == "":
		return refuseToken(c, http.StatusBadRequest, "invalid_request", "The username or the password is missing.")
	}
	ctx := c.UserContext()
	user, session, err := h.Sessions.SignIn(ctx, actorOf(ctx), in.Username, in.Password, models.APISession)
	if err != nil {
		return err
	}
	token, life, err := h.Tokens.Issue(user, session)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderPragma, "no-cache")
	return c.JSON(tokenJSON{AccessToken: token, TokenType: "bearer", ExpiresIn: int64(life.Round(1e9).Seconds())})
}

// parseToken reads a form or JSON; what it does not know is ignored (RFC 6749
// §3.2), and what it knows may come once.
func parseToken(c *fiber.Ctx) (in tokenForm, refused string) {
	given := map[string][]string{}
	switch mediaType(c) {
	case fiber.MIMEApplicationForm:
		for name, value := range c.Request().PostArgs().All() {
			given[string(name)] = append(given[string(name)], string(value))
		}
	case fiber.MIMEApplicationJSON:
		if err := readTexts(c.Body(), given); err != nil {
			return in, "The body is no JSON object with grant_type, username and password as texts."
		}
	default:
		return in, "The body is a form (application/x-www-form-urlencoded) or JSON (application/json)."
	}
	for name, to := range map[string]*string{"grant_type": &in.GrantType, "username": &in.Username, "password": &in.Password} {
		switch len(given[name]) {
		case 0:
		case 1:
			*to = given[name][0]
		default:
			return in, "A parameter is given twice."
		}
	}
	return in, ""
}

// readTexts reads the members of a JSON object, those of the same name too, for
// encoding/json would let the last one win, whatever its letter case. Only
// parameters of a token request have to be texts.
func readTexts(body []byte, into map[string][]string) error {
	if !json.Valid(body) || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return errors.New("no JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	_, _ = decoder.Token() // the brace: the body is valid, so nothing of it can fail
	for decoder.More() {
		name, _ := decoder.Token()
		var value any
		_ = decoder.Decode(&value)
		text, isText := value.(string)
		switch name {
		case "grant_type", "username", "password":
			if !isText && value != nil {
				return errors.New("no text")
			}
			into[name.(string)] = append(into[name.(string)], text)
		}
	}
	return nil
}

// refuseGrant puts a problem into OAuth's words.
func refuseGrant(c *fiber.Ctx, p *problem) error {
	code := "invalid_request"
	switch {
	case p.Status == http.StatusUnauthorized:
		code = "invalid_grant"
	case p.Status == http.StatusTooManyRequests, p.Status == http.StatusServiceUnavailable:
		code = "temporarily_unavailable"
	case p.Status >= http.StatusInternalServerError:
		code = "server_error"
	}
	return refuseToken(c, p.Status, code, p.Detail)
}

func refuseToken(c *fiber.Ctx, status int, code, sentence string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(oauthErrorJSON{code, sentence, sentence})
}

// describeToken adds the operation to the OpenAPI document.
func describeToken(a *api) {
	schema := func(v any, name string) *huma.Schema {
		return a.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, name)
	}
	body := &huma.MediaType{Schema: schema(tokenForm{}, "TokenRequest")}
	operation := &huma.Operation{
		Method: http.MethodPost, Path: "/token", OperationID: "post-token", Tags: []string{"sign-in"},
		Summary: "Obtain a token", Security: []map[string][]string{},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			fiber.MIMEApplicationForm: body, fiber.MIMEApplicationJSON: body,
		}},
		Responses: map[string]*huma.Response{"200": {
			Description: "A token",
			Content:     map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema(tokenJSON{}, "Token")}},
		}},
	}
	refusal := map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema(oauthErrorJSON{}, "OAuthError")}}
	for _, status := range []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	} {
		operation.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: refusal}
	}
	a.OpenAPI().AddOperation(operation)
}
