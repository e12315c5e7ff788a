// Package routes speaks HTTP: the JSON API and the console, on the same
// services. Each route of either face stands in this file.
package routes

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"rolecall/services"
)

// handlers are the functions that routes lead to.
type handlers struct {
	*services.Services
	cfg    services.Config
	log    *slog.Logger
	life   context.Context // ends when the program gives up its last requests
	drain  *Drain
	speech *speech
	meter  *meter  // nil where metrics are off
	traces *Traces // nil where traces are off
	known  map[*fiber.Route]bool
}

// Limits of a request (and of a slow sender's patience).
const (
	bodyMax    = 64 << 10
	headerMax  = 16 << 10
	readLimit  = 10 * time.Second
	writeLimit = 30 * time.Second
	idleLimit  = 60 * time.Second
)

// New returns the server. life ends the requests that are still under way;
// drain, when it has begun, sends clients elsewhere. traces may be nil, for none.
func New(life context.Context, s *services.Services, cfg services.Config, log *slog.Logger, drain *Drain, traces *Traces) (*fiber.App, error) {
	speech, err := loadLanguages()
	if err != nil {
		return nil, err
	}
	h := &handlers{Services: s, cfg: cfg, log: log, life: life, drain: drain, speech: speech, traces: traces}
	app := fiber.New(fiber.Config{
		AppName: "rolecall", DisableStartupMessage: true, ServerHeader: "",
		ErrorHandler: h.fail,
		Immutable:    true, CaseSensitive: true, // strings outlive their request; /ADMIN is not /admin
		BodyLimit: bodyMax, ReadBufferSize: headerMax, Concurrency: connections + leaving,
		ReadTimeout: readLimit, WriteTimeout: writeLimit, IdleTimeout: idleLimit,
		DisablePreParseMultipartForm: true, StreamRequestBody: true, // see wholeBody
		EnableTrustedProxyCheck: true, // trust none here: see handlers.address
	})
	if h.meter, err = newMeter(s.Measures, app, drain); err != nil {
		return nil, err
	}
	if h.meter != nil {
		app.Use(h.count)
	}
	app.Use(h.begin)
	if traces != nil {
		app.Use(h.trace)
	}
	app.Use(h.requestLog, h.guard)
	first := len(app.Stack()[0]) // what comes before every route
	h.console(app)
	h.api(app)
	h.known = knownRoutes(app, first)
	h.meter.know(h.known)
	outermost(app, cfg.Secure(), drain, h.meter)
	return app, nil
}

// knownRoutes are the routes, which begin with the first of each method.
func knownRoutes(app *fiber.App, first int) map[*fiber.Route]bool {
	known := map[*fiber.Route]bool{}
	for _, routes := range app.Stack() {
		for _, route := range routes[first:] {
			known[route] = true
		}
	}
	return known
}

// console registers the pages. What changes something is a form, sent from here.
func (h *handlers) console(app *fiber.App) {
	app.Get("/", h.visitor(h.consoleHome))
	app.Get("/static/*", h.staticFile)
	app.Get("/docs", h.visitor(h.consoleDocs))
	app.Post("/language", h.form(h.consoleLanguage))

	app.Get("/login", h.visitor(h.consoleLogin))
	app.Post("/login", h.form(h.visitor(h.consoleSignIn)))
	app.Post("/logout", h.form(h.visitor(h.consoleSignOut)))
	app.Get("/register", h.visitor(h.consoleRegister))
	app.Post("/register", h.pageOrNext(h.form(h.consoleOpenAccount)))
	app.Post("/password/check", h.form(h.consolePasswordCheck))
	app.Get("/setup", h.consoleSetup)
	app.Post("/setup", h.form(h.consoleCreateAdmin))

	app.Get("/account", h.user(h.consoleAccount))
	app.Post("/account", h.form(h.user(h.consoleAccountUpdate)))
	app.Post("/account/password", h.form(h.user(h.consoleAccountPassword)))
	app.Post("/account/sessions/delete", h.form(h.user(h.consoleAccountSessionsEnd)))
	app.Post("/account/sessions/:session/delete", h.form(h.user(h.consoleAccountSessionEnd)))

	app.Get("/admin", h.admin(h.consoleOverview))
	app.Get("/admin/users", h.admin(h.consoleUserList))
	app.Get("/admin/users/new", h.admin(h.consoleUserNew))
	app.Post("/admin/users/new", h.form(h.admin(h.consoleUserCreate)))
	app.Get("/admin/users/export", h.admin(h.consoleUserExport))
	app.Get(importPath, h.admin(h.consoleImport))
	app.Post(importPath, h.upload(h.admin(h.consoleImportSend)))
	app.Get("/admin/users/import/:import", h.admin(h.consoleImportShow))
	app.Post("/admin/users/import/:import", h.form(h.admin(h.consoleImportGo)))
	app.Get("/admin/users/import/:import/report", h.admin(h.consoleImportReport))
	app.Post("/admin/users/import/:import/stop", h.form(h.admin(h.consoleImportStop)))
	app.Post("/admin/users/import/:import/delete", h.form(h.admin(h.consoleImportDelete)))
	app.Get("/admin/users/bulk", h.admin(h.consoleUserBulk))
	app.Post("/admin/users/bulk", h.form(h.admin(h.consoleUserBulkDo)))
	app.Get("/admin/users/:user", h.admin(h.consoleUserShow))
	app.Post("/admin/users/:user", h.form(h.admin(h.consoleUserUpdate)))
	app.Post("/admin/users/:user/roles", h.form(h.admin(h.consoleUserRoles)))
	app.Post("/admin/users/:user/password", h.form(h.admin(h.consoleUserPassword)))
	app.Post("/admin/users/:user/sessions/delete", h.form(h.admin(h.consoleUserSessionsEnd)))
	app.Post("/admin/users/:user/unlock", h.form(h.admin(h.consoleUserUnlock)))
	app.Post("/admin/users/:user/disable", h.form(h.admin(h.consoleUserDisable)))
	app.Post("/admin/users/:user/enable", h.form(h.admin(h.consoleUserEnable)))
	app.Get("/admin/users/:user/delete", h.admin(h.consoleUserDeleteAsk))
	app.Post("/admin/users/:user/delete", h.form(h.admin(h.consoleUserDelete)))
	app.Get("/admin/acts/:act", h.admin(h.consoleActShow))
	app.Post("/admin/acts/:act/undo", h.form(h.admin(h.consoleActUndo)))
	app.Get("/admin/roles", h.admin(h.consoleRoleList))
	app.Post("/admin/roles", h.form(h.admin(h.consoleRoleCreate)))
	app.Get("/admin/roles/:role", h.admin(h.consoleRoleShow))
	app.Post("/admin/roles/:role", h.form(h.admin(h.consoleRoleUpdate)))
	app.Post("/admin/roles/:role/delete", h.form(h.admin(h.consoleRoleDelete)))
	app.Get("/admin/audit", h.admin(h.consoleAudit))
	app.Get("/admin/audit/export", h.admin(h.consoleAuditExport))
}

// api registers the JSON API. A path in braces names its parameters, as OpenAPI
// does.
func (h *handlers) api(app *fiber.App) {
	a := newAPI(app, h)
	app.Get("/openapi.json", serveDescription(a))

	oauth[tokenForm, tokenJSON](a, post("obtainToken", "/token", "Obtain a token").
		fails(http.StatusUnauthorized, http.StatusTooManyRequests), h.apiToken)
	oauth[tokenParameter, struct{}](a, post("revokeToken", "/token/revoke", "End the session of a token"), h.apiTokenRevoke)
	oauth[tokenParameter, introspectionJSON](a, post("introspectToken", "/token/introspect", "Learn what a token is good for").byToken().
		fails(http.StatusUnauthorized, http.StatusForbidden), h.apiTokenIntrospect)
	public(a, get("getMetadata", "/.well-known/oauth-authorization-server", "Learn where OAuth's endpoints are"), h.apiMetadata)
	public(a, get("getKeys", "/.well-known/jwks.json", "Learn the keys that verify tokens"), h.apiJWKS)

	public(a, get("getHealth", "/healthz", "Is the program alive?"), h.apiHealth)
	public(a, get("getReadiness", "/readyz", "Should requests be sent here?").fails(http.StatusServiceUnavailable), h.apiReady)
	public(a, post("register", "/register", "Open an account").creates().
		fails(http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests), h.apiRegister)

	signedIn(a, get("getMe", "/users/me", "Who am I?"), h.apiMe)
	signedIn(a, post("changeMyPassword", "/users/me/password", "Change my password").empty().fails(http.StatusTooManyRequests), h.apiMyPassword)
	signedIn(a, get("listMySessions", "/users/me/sessions", "List my sessions"), h.apiMySessions)
	signedIn(a, del("endMySession", "/users/me/sessions/{session_id}", "End a session of mine").fails(http.StatusNotFound), h.apiMySessionEnd)
	forAdmins(a, get("listUsers", "/users", "List accounts"), h.apiUserList)
	forAdmins(a, post("createUser", "/users", "Create an account").creates().fails(http.StatusConflict), h.apiUserCreate)
	forAdmins(a, get("getUser", "/users/{user_id}", "Read an account").fails(http.StatusNotFound), h.apiUserShow)
	signedIn(a, put("updateUser", "/users/{user_id}", "Change an account").
		fails(http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed), h.apiUserUpdate)
	forAdmins(a, del("deleteUser", "/users/{user_id}", "Delete an account").fails(http.StatusNotFound, http.StatusConflict), h.apiUserDelete)
	forAdmins(a, post("unlockUser", "/users/{user_id}/unlock", "Unlock an account").empty().fails(http.StatusNotFound), h.apiUserUnlock)
	forAdmins(a, post("setPassword", "/users/{user_id}/password", "Set an account's password").empty().fails(http.StatusNotFound), h.apiUserPassword)
	forAdmins(a, get("listSessions", "/users/{user_id}/sessions", "List an account's sessions").fails(http.StatusNotFound), h.apiUserSessions)
	forAdmins(a, del("endSessions", "/users/{user_id}/sessions", "End an account's sessions").fails(http.StatusNotFound), h.apiUserSessionsEnd)

	forAdmins(a, get("listRoles", "/roles", "List roles"), h.apiRoleList)
	forAdmins(a, post("createRole", "/roles", "Create a role").creates().fails(http.StatusConflict), h.apiRoleCreate)
	forAdmins(a, put("updateRole", "/roles/{role_id}", "Change a role").fails(http.StatusNotFound, http.StatusConflict), h.apiRoleUpdate)
	forAdmins(a, del("deleteRole", "/roles/{role_id}", "Delete a role").fails(http.StatusNotFound, http.StatusConflict), h.apiRoleDelete)
	forAdmins(a, post("assignRole", "/roles/assign", "Give an account a role").fails(http.StatusNotFound), h.apiRoleAssign)
	forAdmins(a, post("revokeRole", "/roles/revoke", "Take a role from an account").fails(http.StatusNotFound, http.StatusConflict), h.apiRoleRevoke)

	forAdmins(a, get("listEvents", "/audit", "Read who changed what"), h.apiAudit)
	a.describeRefusals()
}

// An operation is a line of the list above.
type operation struct{ huma.Operation }

// op begins one. The id is what the method of a generated client is called by.
func op(id, method, path, summary string) operation {
	return operation{huma.Operation{
		Method: method, Path: path, Summary: summary, Description: about[id], OperationID: id, Tags: []string{tag(path)},
		Security: []map[string][]string{}, // for anybody, until byToken
	}}
}

func get(id, path, summary string) operation  { return op(id, http.MethodGet, path, summary) }
func post(id, path, summary string) operation { return op(id, http.MethodPost, path, summary) }
func put(id, path, summary string) operation  { return op(id, http.MethodPut, path, summary) }
func del(id, path, summary string) operation  { return op(id, http.MethodDelete, path, summary).empty() }

// byToken: for the holder of a token.
func (o operation) byToken() operation {
	o.Security = []map[string][]string{{"password": {}}, {"token": {}}}
	return o
}

// creates: the answer is 201.
func (o operation) creates() operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

// empty: the answer is 204.
func (o operation) empty() operation {
	o.DefaultStatus = http.StatusNoContent
	return o
}

// fails names the refusals of its own; those of every route are added.
func (o operation) fails(statuses ...int) operation {
	o.Errors = append(o.Errors, statuses...)
	return o
}
