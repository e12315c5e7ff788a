package routes

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
)

// Version is the program's, set by the linker for a release.
var Version = "dev"

// licence is the one of the API's description. None has been chosen; this is how
// SPDX refers to terms that are not on its list.
var licence = huma.License{Name: "No licence has been granted yet; NOTICE has those of others", Identifier: "LicenseRef-rolecall"}

// newAPI begins the document; each operation that is registered adds to it.
func newAPI(app *fiber.App, h *handlers) *api {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "rolecall", Version: Version,
				Description: "Accounts and roles. Obtain a token with `POST /token`, send it as `Authorization: Bearer …`, and go on with its refresh token.",
				Contact:     &huma.Contact{Name: "Whoever runs this service", URL: h.cfg.PublicURL},
				License:     &licence,
			},
			Servers: []*huma.Server{{URL: "/", Description: "Where this document comes from."}},
			Tags: []*huma.Tag{
				{Name: "sign-in", Description: "Open an account, obtain a token."},
				{Name: "tokens", Description: "Refresh, revoke and look at tokens; what programs have to know of them."},
				{Name: "users", Description: "Accounts, and one's own."},
				{Name: "sessions", Description: "Where an account is signed in."},
				{Name: "roles", Description: "Roles, and who holds them."},
				{Name: "audit", Description: "Who changed what."},
				{Name: "health", Description: "For the machines around."},
			},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: securitySchemes(),
			},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat: "application/json",
	}
	return &api{humafiber.New(app, config), app, h}
}

// schemaName turns the Go name into the one that clients see: userJSON is User, and
// the body of a userPageOutput a UserPage.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for _, suffix := range []string{"JSON", "InputBody", "OutputBody"} {
		name = strings.TrimSuffix(name, suffix)
	}
	if name == "" { // a list of something that has a name
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"password": {
			Type: "oauth2", Description: "Sign in with username and password.",
			Flows: &huma.OAuthFlows{Password: &huma.OAuthFlow{TokenURL: "/token", Scopes: map[string]string{}}},
		},
		"token": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "A token that you have already."},
	}
}

// serveDescription serves the OpenAPI document, made once.
func serveDescription(a *api) fiber.Handler {
	marshal := sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.OpenAPI()) })
	return func(c *fiber.Ctx) error {
		document, err := marshal()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(document)
	}
}

// tag is the noun that the path begins with, but for those that belong elsewhere.
func tag(path string) string {
	noun, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case noun == "healthz", noun == "readyz":
		return "health"
	case noun == "register", noun == "token" && rest == "":
		return "sign-in"
	case noun == "token", noun == ".well-known":
		return "tokens"
	case strings.Contains(rest, "/sessions"):
		return "sessions"
	}
	return noun
}

// describeRefusals says of each refusal in the document what it means, and which
// headers come with it.
func (a *api) describeRefusals() {
	seconds := &huma.Header{Description: "Seconds to wait.", Schema: &huma.Schema{Type: huma.TypeInteger}}
	challenge := &huma.Header{Description: "What is missing (RFC 6750 §3).", Schema: &huma.Schema{Type: huma.TypeString}}
	headers := map[int]map[string]*huma.Header{
		http.StatusUnauthorized:       {"WWW-Authenticate": challenge},
		http.StatusTooManyRequests:    {"Retry-After": seconds},
		http.StatusServiceUnavailable: {"Retry-After": seconds},
	}
	for _, path := range a.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Delete} {
			if op == nil {
				continue
			}
			for status, text := range refusals {
				if response := op.Responses[strconv.Itoa(status)]; response != nil {
					response.Description, response.Headers = text, headers[status]
				}
			}
		}
	}
}

// A userStatus is a filter of a list of users.
type userStatus string

// Schema is part of huma.SchemaProvider.
func (userStatus) Schema(huma.Registry) *huma.Schema {
	return oneOf(models.Active, models.Disabled, models.Locked, models.Pending)
}

// A userSort is an order of a list of users.
type userSort string

// Schema is part of huma.SchemaProvider.
func (userSort) Schema(huma.Registry) *huma.Schema {
	var keys []string
	for _, key := range services.UserSorts {
		keys = append(keys, key, "-"+key)
	}
	return oneOf(keys...)
}

// oneOf describes a text that is one of these. The services judge it: a value that
// they do not know is refused with a sentence that names those.
func oneOf[T ~string](values ...T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, value := range values {
		s.Enum = append(s.Enum, string(value))
	}
	return s
}
