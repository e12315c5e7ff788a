package routes

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rolecall/models"
)

// Who may do what, by contract §2 and §3: the status that a stranger, a plain
// user and an admin get for the route, with ids of ann's and of Editor's, and
// with no body at all. So 400 and 422 are those who got as far as the body, and
// 404 on a form a token that is none.
var access = map[string][3]int{
	"GET /":                {303, 303, 303},
	"GET /static/*":        {404, 404, 404},
	"GET /docs":            {200, 200, 200},
	"GET /openapi.json":    {200, 200, 200},
	"POST /language":       {422, 422, 422},
	"GET /healthz":         {200, 200, 200},
	"GET /readyz":          {200, 200, 200},
	"GET /login":           {200, 303, 303},
	"POST /login":          {422, 422, 422},
	"POST /logout":         {303, 303, 303},
	"GET /register":        {200, 200, 200},
	"POST /register":       {422, 422, 422},
	"POST /register JSON":  {415, 415, 415},
	"POST /password/check": {200, 200, 200},
	"GET /setup":           {403, 403, 403},
	"POST /setup":          {403, 403, 403},
	"POST /token":          {400, 400, 400},

	"POST /token/revoke":                          {400, 400, 400},
	"POST /token/introspect":                      {401, 403, 400},
	"GET /.well-known/oauth-authorization-server": {200, 200, 200},
	"GET /.well-known/jwks.json":                  {200, 200, 200},

	"GET /account":           {303, 200, 200},
	"POST /account":          {303, 422, 422},
	"POST /account/password": {303, 422, 422},

	"POST /account/sessions/delete":          {303, 303, 303},
	"POST /account/sessions/:session/delete": {303, 404, 404},

	"GET /admin":                              {303, 403, 200},
	"GET /admin/users":                        {303, 403, 200},
	"GET /admin/users/new":                    {303, 403, 200},
	"POST /admin/users/new":                   {303, 403, 422},
	"GET /admin/users/export":                 {303, 403, 200},
	"GET /admin/users/import":                 {303, 403, 200},
	"POST /admin/users/import":                {303, 403, 400},
	"GET /admin/users/import/:import":         {303, 403, 404},
	"POST /admin/users/import/:import":        {303, 403, 404},
	"GET /admin/users/import/:import/report":  {303, 403, 404},
	"POST /admin/users/import/:import/stop":   {303, 403, 404},
	"POST /admin/users/import/:import/delete": {303, 403, 404},
	"GET /admin/users/bulk":                   {303, 403, 422},
	"POST /admin/users/bulk":                  {303, 403, 422},
	"GET /admin/acts/:act":                    {303, 403, 404},
	"POST /admin/acts/:act/undo":              {303, 403, 404},
	"GET /admin/users/:user":                  {303, 403, 200},
	"POST /admin/users/:user":                 {303, 403, 422},
	"POST /admin/users/:user/roles":           {303, 403, 303},
	"POST /admin/users/:user/password":        {303, 403, 422},
	"POST /admin/users/:user/sessions/delete": {303, 403, 303},
	"POST /admin/users/:user/unlock":          {303, 403, 303},
	"POST /admin/users/:user/disable":         {303, 403, 303},
	"POST /admin/users/:user/enable":          {303, 403, 303},
	"GET /admin/users/:user/delete":           {303, 403, 200},
	"POST /admin/users/:user/delete":          {303, 403, 303},
	"GET /admin/roles":                        {303, 403, 200},
	"POST /admin/roles":                       {303, 403, 422},
	"GET /admin/roles/:role":                  {303, 403, 200},
	"POST /admin/roles/:role":                 {303, 403, 303},
	"POST /admin/roles/:role/delete":          {303, 403, 303},
	"GET /admin/audit":                        {303, 403, 200},
	"GET /admin/audit/export":                 {303, 403, 200},

	"GET /users/me":                         {401, 200, 200},
	"POST /users/me/password":               {401, 415, 415},
	"GET /users/me/sessions":                {401, 200, 200},
	"GET /users":                            {401, 403, 200},
	"POST /users":                           {401, 403, 415},
	"GET /users/:user_id":                   {401, 403, 200},
	"PUT /users/:user_id":                   {401, 415, 415}, // see TestPutOther
	"DELETE /users/:user_id":                {401, 403, 204},
	"POST /users/:user_id/password":         {401, 403, 415},
	"POST /users/:user_id/unlock":           {401, 403, 204},
	"GET /users/:user_id/sessions":          {401, 403, 200},
	"DELETE /users/:user_id/sessions":       {401, 403, 204},
	"DELETE /users/me/sessions/:session_id": {401, 404, 404},

	"GET /roles":             {401, 403, 200},
	"POST /roles":            {401, 403, 415},
	"PUT /roles/:role_id":    {401, 403, 415},
	"DELETE /roles/:role_id": {401, 403, 204},
	"POST /roles/assign":     {401, 403, 415},
	"POST /roles/revoke":     {401, 403, 415},
	"GET /audit":             {401, 403, 200},
}

// TestAccess walks the routes of the app. A route that is not in the table fails
// it, as does a line of the table that is no route.
func TestAccess(t *testing.T) {
	t.Parallel()
	walked := map[string]bool{}
	for who, name := range []string{"", "bob", "root"} {
		s := one(t) // an admin's requests change things
		for _, route := range s.app.GetRoutes(true) {
			key := route.Method + " " + route.Path
			if route.Method == http.MethodHead {
				continue // answered as GET is: TestHead
			}
			want, found := access[key]
			if !found {
				t.Errorf("%s is not in the table", key)
			}
			walked[key] = true
			t.Run(fmt.Sprintf("%s/%s", []string{"stranger", "user", "admin"}[who], key), func(t *testing.T) {
				if got := s.knock(t, name, key, route.Path); got != want[who] {
					t.Errorf("got %d, want %d", got, want[who])
				}
			})
		}
		if a := s.call(t, name, "POST /register", ""); a.StatusCode != access["POST /register JSON"][who] {
			t.Errorf("POST /register without a form: got %d, want %d", a.StatusCode, access["POST /register JSON"][who])
		}
	}
	for key := range access {
		if !walked[key] && key != "POST /register JSON" {
			t.Errorf("%s is in the table, but no route", key)
		}
	}
}

// knock sends the route's request, as an API client or as a browser, to things
// that are made for it.
func (s *server) knock(t *testing.T, name, key, path string) int {
	t.Helper()
	if strings.Contains(path, "/:") {
		target := fmt.Sprintf("target%d", len(s.ids))
		if strings.Contains(path, ":role") {
			s.role(target)
		} else {
			s.user(target, models.UserRole)
		}
		s.ids["target"] = s.ids[target]
	}
	call := key
	for _, parameter := range []string{":user_id", ":role_id", ":user", ":role"} {
		call = strings.ReplaceAll(call, parameter, "{target}")
	}
	if path == "/logout" {
		defer s.forget(name)
	}
	if isConsole(path) {
		return s.page(t, name, call, "").StatusCode
	}
	return s.call(t, name, call, "").StatusCode
}

func isConsole(path string) bool {
	for _, prefix := range []string{"/admin", "/account", "/login", "/logout", "/language", "/register", "/setup", "/docs", "/static", "/password"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/"
}

// TestPutOther: the one route that is for admins and for oneself.
func TestPutOther(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		playAPI(t, s, []scenario{
			{name: "a stranger", call: "PUT /users/{ann}", body: `{"email":"x@example.com"}`, status: 401},
			{name: "another user", who: "bob", call: "PUT /users/{ann}", body: `{"email":"x@example.com"}`, status: 403},
			{name: "another user, to learn who is there", who: "bob", call: "PUT /users/99999", body: `{"email":"x@example.com"}`, status: 403},
			{name: "oneself", who: "ann", call: "PUT /users/{ann}", body: `{"email":"x@example.com"}`, status: 200, events: []string{"ann user.updated ann"}},
			{name: "an admin", who: "root", call: "PUT /users/{ann}", body: `{"email":"y@example.com"}`, status: 200, events: []string{"root user.updated ann"}},
			{name: "oneself, the username", who: "ann", call: "PUT /users/{ann}", body: `{"username":"queen"}`, status: 403},
			{name: "oneself, is_active", who: "ann", call: "PUT /users/{ann}", body: `{"is_active":false}`, status: 403},
			{name: "oneself, both as they are", who: "ann", call: "PUT /users/{ann}", body: `{"username":"ann","is_active":true}`, status: 200, free: true},
			{name: "oneself, roles", who: "ann", call: "PUT /users/{ann}", body: `{"roles":["Admin"]}`, status: 422, fields: "roles"},
			{name: "oneself, a hash", who: "ann", call: "PUT /users/{ann}", body: `{"password_hash":"x","user_id":1}`, status: 422, fields: "password_hash,user_id"},
		})
	})
}
