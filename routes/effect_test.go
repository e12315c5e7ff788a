package routes

import (
	"testing"
	"time"

	"rolecall/models"
)

// TestEffect: what an admin, or the user, does to an account holds for the very
// next request, on both faces, with a token and a cookie of before.
func TestEffect(t *testing.T) {
	type status struct{ api, page int }
	for _, tt := range []struct {
		name, who   string // whose token and cookie are tried
		by          string
		call, body  string
		me          status // GET /users/me and GET /account
		admin       status // GET /users and GET /admin
		signsInWith string // "" where nobody can sign in any more
	}{
		{"nothing happens", "ann", "root", "PUT /users/{ann}", `{}`, status{200, 200}, status{403, 403}, goodPassword},
		{"disabled", "ann", "root", "PUT /users/{ann}", `{"is_active":false}`, status{401, 303}, status{401, 303}, ""},
		{"deleted", "ann", "root", "DELETE /users/{ann}", ``, status{401, 303}, status{401, 303}, ""},
		{"an admin is disabled", "eve", "root", "PUT /users/{eve}", `{"is_active":false}`, status{401, 303}, status{401, 303}, ""},
		{"an admin is demoted", "eve", "root", "POST /roles/revoke", `{"user_id":{eve},"role_name":"Admin"}`, status{200, 200}, status{403, 403}, goodPassword},
		{"an admin demotes himself", "eve", "eve", "POST /roles/revoke", `{"user_id":{eve},"role_name":"Admin"}`, status{200, 200}, status{403, 403}, goodPassword},
		{"a user is made an admin", "ann", "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Admin"}`, status{200, 200}, status{200, 200}, goodPassword},
		{"another role is taken", "ann", "root", "POST /roles/revoke", `{"user_id":{ann},"role_name":"User"}`, status{200, 200}, status{403, 403}, goodPassword},
		{"an admin sets the password", "ann", "root", "POST /users/{ann}/password", `{"new_password":"` + newPassword + `"}`, status{401, 303}, status{401, 303}, newPassword},
		{"renamed", "ann", "root", "PUT /users/{ann}", `{"username":"anna"}`, status{200, 200}, status{403, 403}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *server) {
				s.user("eve", models.AdminRole)
				s.token(tt.who, models.APISession)
				s.token(tt.who, models.ConsoleSession)
				if a := s.call(t, tt.by, tt.call, tt.body); a.StatusCode > 204 {
					t.Fatalf("%s: got %d: %s", tt.call, a.StatusCode, a.body)
				}
				for call, want := range map[string]int{"GET /users/me": tt.me.api, "GET /users": tt.admin.api} {
					if a := s.call(t, tt.who, call, ""); a.StatusCode != want {
						t.Errorf("%s: got %d, want %d", call, a.StatusCode, want)
					}
				}
				for call, want := range map[string]int{"GET /account": tt.me.page, "GET /admin": tt.admin.page} {
					if a := s.page(t, tt.who, call, ""); a.StatusCode != want {
						t.Errorf("%s: got %d, want %d", call, a.StatusCode, want)
					}
				}
				for _, password := range []string{goodPassword, newPassword} {
					want := 401
					if password == tt.signsInWith {
						want = 200
					}
					s.grant(t, credentials(tt.who, password)).want(t, "sign in with "+password, want)
				}
			})
		})
	}
}

// TestOwnPassword: a change of the own password ends every session but the one
// that made it.
func TestOwnPassword(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		other, browser := s.signIn("ann", models.APISession), s.browser(t).signIn("ann")
		s.call(t, "ann", "POST /users/me/password", `{"current_password":"`+goodPassword+`","new_password":"`+newPassword+`"}`).want(t, "change it", 204)
		s.call(t, "ann", "GET /users/me", "").want(t, "the session that did it", 200)
		s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+other)).want(t, "another token", 401)
		browser.get("/account").want(t, "a browser", 303)

		again := s.browser(t)
		again.post("/login", "username", "ann", "password", newPassword).want(t, "sign in anew", 303)
		again.follow(again.post("/account/password", "current_password", newPassword, "new_password", goodPassword)).
			want(t, "change it back", 200).shows(t, "change it back", "Your password is changed.")
		s.call(t, "ann", "GET /users/me", "").want(t, "the token of before", 401)
		again.get("/account").want(t, "the browser that did it", 200)
	})
}

// TestRolesInToken: what a token says of roles counts for nothing.
func TestRolesInToken(t *testing.T) {
	t.Parallel()
	s := one(t)
	token := s.token("ann", models.APISession)
	s.call(t, "root", "POST /roles/assign", `{"user_id":{ann},"role_name":"Admin"}`).want(t, "assign", 200)
	roles, _ := part(t, token, 1)["roles"].([]any)
	if len(roles) != 1 || roles[0] != "User" {
		t.Fatalf("the token's roles are %v", roles)
	}
	s.call(t, "ann", "GET /users", "").want(t, "as an admin", 200)
	deleted := s.call(t, "ann", "DELETE /users/{root}", "").want(t, "delete the other admin", 204)
	if deleted.body != "" {
		t.Errorf("204 with a body: %s", deleted.body)
	}
	s.call(t, "root", "GET /users", "").want(t, "as the deleted admin", 401)
}

// TestSessionEnds: however a session ends, the very next request with any of its
// tokens is refused, and sessions that are not meant go on.
func TestSessionEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(t *testing.T, s *server, pair tokenJSON) answer
		want int  // of the request that ends it
		all  bool // sessions of the user, the browser's too
	}{
		{"the access token is revoked", func(t *testing.T, s *server, pair tokenJSON) answer {
			return s.send(t, s.request(t, "POST /token/revoke", "token="+pair.AccessToken, formType))
		}, 200, false},
		{"the refresh token is revoked", func(t *testing.T, s *server, pair tokenJSON) answer {
			return s.send(t, s.request(t, "POST /token/revoke", "token="+pair.RefreshToken, formType))
		}, 200, false},
		{"its owner ends it", func(t *testing.T, s *server, pair tokenJSON) answer {
			return s.call(t, "ann", "DELETE /users/me/sessions/"+sid(t, pair.AccessToken), "")
		}, 204, false},
		{"it ends itself", func(t *testing.T, s *server, pair tokenJSON) answer {
			return s.send(t, s.request(t, "DELETE /users/me/sessions/"+sid(t, pair.AccessToken), "", "Authorization: Bearer "+pair.AccessToken))
		}, 204, false},
		{"an admin ends all", func(t *testing.T, s *server, _ tokenJSON) answer {
			return s.call(t, "root", "DELETE /users/{ann}/sessions", "")
		}, 204, true},
		{"the refresh token is used again", func(t *testing.T, s *server, pair tokenJSON) answer {
			s.grant(t, refreshForm(pair.RefreshToken)).want(t, "refresh", 200)
			s.later(t, 11*time.Second)
			s.me(t, pair.AccessToken).want(t, "before the reuse", 200) // and is in memory again
			return s.grant(t, refreshForm(pair.RefreshToken))
		}, 401, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *server) {
				pair, other, browser := s.pair(t, "ann"), s.token("ann", models.APISession), s.browser(t).signIn("ann")
				for _, token := range []string{pair.AccessToken, other, s.token("bob", models.APISession)} {
					s.me(t, token).want(t, "before", 200)
				}
				browser.get("/account").want(t, "the browser before", 200)
				tt.end(t, s, pair).want(t, tt.name, tt.want)

				rest, page := 200, 200
				if tt.all {
					rest, page = 401, 303
				}
				s.me(t, pair.AccessToken).want(t, "its access token", 401)
				s.grant(t, refreshForm(pair.RefreshToken)).want(t, "its refresh token", 401)
				s.me(t, other).want(t, "another session", rest)
				browser.get("/account").want(t, "the browser", page)
				s.call(t, "bob", "GET /users/me", "").want(t, "another user", 200)
			})
		})
	}
}
