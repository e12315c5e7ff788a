package routes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// An oauthErrorJSON is the refusal of RFC 6749 §5.2; detail says the same to the
// clients of FastAPI.
type oauthErrorJSON struct {
	Error            string `json:"error" example:"invalid_grant"`
	ErrorDescription string `json:"error_description"`
	Detail           string `json:"detail"`
}

// isOAuth reports whether the request is for a route whose refusals have OAuth's
// shape.
func isOAuth(c *fiber.Ctx) bool {
	switch strings.TrimSuffix(c.Path(), "/") {
	case "/token", "/token/revoke", "/token/introspect":
		return c.Method() == fiber.MethodPost
	}
	return false
}

// refusal is a request that OAuth has a word for.
func refusal(code, sentence string) error {
	p := newProblem(http.StatusBadRequest, sentence, "")
	p.code = code
	return p
}

// refuseOAuth puts a problem into OAuth's words. For what may be tried again RFC
// 6749 §5.2 has none: those of the authorization endpoint (§4.1.2.1) are taken,
// with the status and Retry-After that they lack there.
func refuseOAuth(c *fiber.Ctx, p *problem) error {
	code := "invalid_request"
	switch {
	case p.code != "":
		code = p.code
	case p.Status == http.StatusUnauthorized:
		code = "invalid_grant"
	case p.Status == http.StatusForbidden:
		code = "insufficient_scope" // RFC 6750 §3.1
	case p.Status == http.StatusTooManyRequests, p.Status == http.StatusServiceUnavailable:
		code = "temporarily_unavailable"
	case p.Status >= http.StatusInternalServerError:
		code = "server_error"
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(p.Status).JSON(oauthErrorJSON{code, p.Detail, p.Detail})
}

// parameters reads those of the request, a form or JSON. What has another name is
// ignored, what has not may come once (RFC 6749 §3.2).
func parameters(c *fiber.Ctx, names ...string) (map[string]string, error) {
	given := map[string][]string{}
	switch mediaType(c) {
	case fiber.MIMEApplicationForm:
		for name, value := range c.Request().PostArgs().All() {
			given[string(name)] = append(given[string(name)], string(value))
		}
	case fiber.MIMEApplicationJSON:
		if err := readTexts(c.Body(), given, names); err != nil {
			return nil, refusal("invalid_request", "The body is no JSON object with the parameters as texts.")
		}
	default:
		return nil, refusal("invalid_request", "The body is a form (application/x-www-form-urlencoded) or JSON (application/json).")
	}
	once := map[string]string{}
	for _, name := range names {
		if len(given[name]) > 1 {
			return nil, refusal("invalid_request", fmt.Sprintf("The parameter %s is given twice.", name))
		}
		once[name] = strings.Join(given[name], "")
	}
	return once, nil
}

// required refuses a request without these. A parameter without a value is none
// (RFC 6749 §3.2).
func required(given map[string]string, names ...string) error {
	for _, name := range names {
		if given[name] == "" {
			return refusal("invalid_request", fmt.Sprintf("The parameter %s is missing.", name))
		}
	}
	return nil
}

// readTexts reads the members of a JSON object, those of the same name too, for
// encoding/json would let the last one win, whatever its letter case. Those of
// the names have to be texts.
func readTexts(body []byte, into map[string][]string, names []string) error {
	if !json.Valid(body) || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return errors.New("no JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	_, _ = decoder.Token() // the brace: the body is valid, so nothing of it can fail
	for decoder.More() {
		token, _ := decoder.Token()
		var value any
		_ = decoder.Decode(&value)
		name, _ := token.(string)
		if !slices.Contains(names, name) {
			continue
		}
		text, isText := value.(string)
		if !isText && value != nil {
			return errors.New("no text")
		}
		into[name] = append(into[name], text)
	}
	return nil
}

// oauth registers an operation that huma describes but does not serve: its body
// may be a form, and its refusals have OAuth's shape. Without an output, the
// answer has no body.
func oauth[I, O any](a *api, op operation, handler fiber.Handler) {
	a.app.Add(op.Method, op.Path, handler)
	schema := func(t reflect.Type) *huma.Schema { return a.OpenAPI().Components.Schemas.Schema(t, true, "") }
	body := &huma.MediaType{Schema: schema(reflect.TypeFor[I]())}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		fiber.MIMEApplicationForm: body, fiber.MIMEApplicationJSON: body,
	}}
	success := &huma.Response{Description: http.StatusText(http.StatusOK)}
	if output := reflect.TypeFor[O](); output.NumField() > 0 {
		success.Content = map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema(output)}}
	}
	op.Responses = map[string]*huma.Response{"200": success}
	refusal := map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema(reflect.TypeFor[oauthErrorJSON]())}}
	for _, status := range append(op.Errors, http.StatusBadRequest, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusInternalServerError, http.StatusServiceUnavailable) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: refusal}
	}
	a.OpenAPI().AddOperation(&op.Operation)
}
