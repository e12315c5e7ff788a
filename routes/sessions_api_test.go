package routes

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"rolecall/models"
)

type sessionListJSON struct{ Items []sessionJSON }

// sessions lists those at the path, as that user.
func (s *server) sessions(t *testing.T, who, path string) []sessionJSON {
	t.Helper()
	a := s.call(t, who, "GET "+path, "").want(t, "GET "+path, 200)
	checkAPI(t, s, "GET "+path, a)
	return parse[sessionListJSON](t, a).Items
}

// sid is the session of a token.
func sid(t *testing.T, token string) string {
	t.Helper()
	id, _ := part(t, token, 1)["sid"].(string)
	return id
}

// TestSessionAPI: who sees and ends whose sessions.
func TestSessionAPI(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		ann, bob := sid(t, s.token("ann", models.APISession)), sid(t, s.token("bob", models.APISession))
		browser, other := sid(t, s.token("ann", models.ConsoleSession)), sid(t, s.signIn("ann", models.APISession))
		ended := []string{"ann session.ended ann"}
		playAPI(t, s, []scenario{
			{name: "list, a stranger", call: "GET /users/me/sessions", status: 401},
			{name: "list", who: "ann", call: "GET /users/me/sessions", status: 200, has: []string{ann, browser, other}, not: []string{bob, "token"}},
			{name: "list another's, a user", who: "bob", call: "GET /users/{ann}/sessions", status: 403, not: []string{ann}},
			{name: "list the own by id, a user", who: "ann", call: "GET /users/{ann}/sessions", status: 403},
			{name: "list another's, an admin", who: "root", call: "GET /users/{ann}/sessions", status: 200, has: []string{ann, browser, other}, not: []string{bob, `"current":true`}},
			{name: "list nobody's, an admin", who: "root", call: "GET /users/99999/sessions", status: 404},
			{name: "list where there is none", who: "root", call: "GET /users/{dora}/sessions", status: 200, has: []string{`{"items":[]}`}},

			{name: "end, a stranger", call: "DELETE /users/me/sessions/" + other, status: 401},
			{name: "end another's", who: "bob", call: "DELETE /users/me/sessions/" + other, status: 404},
			{name: "end another's, an admin", who: "root", call: "DELETE /users/me/sessions/" + other, status: 404},
			{name: "end none", who: "ann", call: "DELETE /users/me/sessions/none", status: 404},
			{name: "end by a pattern", who: "ann", call: "DELETE /users/me/sessions/%25", status: 404},
			{name: "end by a NUL", who: "ann", call: "DELETE /users/me/sessions/%00", status: 404},
			{name: "end by a long id", who: "ann", call: "DELETE /users/me/sessions/" + strings.Repeat("x", 4000), status: 404},
			{name: "end", who: "ann", call: "DELETE /users/me/sessions/" + other, status: 204, events: ended},
			{name: "end again", who: "ann", call: "DELETE /users/me/sessions/" + other, status: 404},
			{name: "end a browser's", who: "ann", call: "DELETE /users/me/sessions/" + browser, status: 204, events: ended},
			{name: "the rest", who: "ann", call: "GET /users/me/sessions", status: 200, has: []string{ann}, not: []string{browser, other}},
			{name: "end the present one", who: "ann", call: "DELETE /users/me/sessions/" + ann, status: 204, events: ended},
			{name: "it is over", who: "ann", call: "GET /users/me/sessions", status: 401},

			{name: "end all, a stranger", call: "DELETE /users/{bob}/sessions", status: 401},
			{name: "end all, a user", who: "bob", call: "DELETE /users/{bob}/sessions", status: 403},
			{name: "end all by me", who: "bob", call: "DELETE /users/me/sessions", status: 403},
			{name: "end all of nobody", who: "root", call: "DELETE /users/99999/sessions", status: 404},
			{name: "end all", who: "root", call: "DELETE /users/{bob}/sessions", status: 204, events: []string{"root session.ended bob"}},
			{name: "end all, with none there", who: "root", call: "DELETE /users/{bob}/sessions", status: 204},
			{name: "all are over", who: "bob", call: "GET /users/me/sessions", status: 401},
			{name: "end all of one's own", who: "root", call: "DELETE /users/{root}/sessions", status: 204, events: []string{"root session.ended root"}},
			{name: "these are over, too", who: "root", call: "GET /users/me/sessions", status: 401},
		})
	})
}

// TestSessionShown: what is told of a session.
func TestSessionShown(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		a := s.send(t, s.request(t, "POST /token", credentials("ann", goodPassword), formType, "User-Agent: curl/8 \xff<b>")).want(t, "sign in", 200)
		api := sid(t, parse[tokenJSON](t, a).AccessToken)
		s.browser(t).signIn("ann")
		time.Sleep(2 * time.Millisecond) // so that the next one is newer
		mine := sid(t, s.token("ann", models.APISession))
		list := s.sessions(t, "ann", "/users/me/sessions")
		if len(list) != 3 || list[0].SessionID != mine || !list[0].Current || list[1].Current || list[2].Current {
			t.Fatalf("the sessions are %+v, want the present one first", list)
		}
		raw := parse[struct{ Items []map[string]any }](t, s.call(t, "ann", "GET /users/me/sessions", ""))
		want := []string{"address", "created_at", "current", "expires_at", "kind", "last_seen_at", "session_id", "user_agent"}
		for _, session := range raw.Items {
			if got := slices.Sorted(maps.Keys(session)); !slices.Equal(got, want) {
				t.Errorf("a session has %v, want %v", got, want)
			}
		}
		for _, session := range list[1:] {
			kind, life, agent := "console", s.cfg.ConsoleTTL, "Go-http-client/1.1"
			if session.SessionID == api {
				kind, life, agent = "api", s.cfg.RefreshTokenTTL, "curl/8 \uFFFD<b>"
			}
			if session.Kind != kind || session.Address != "127.0.0.1" || session.UserAgent != agent || session.ExpiresAt.Sub(session.CreatedAt) != life {
				t.Errorf("a session is %+v, want %s from %s for %s", session, kind, agent, life)
			}
			if since := time.Since(session.CreatedAt); since < 0 || since > time.Minute || session.LastSeenAt.Before(session.CreatedAt) || session.CreatedAt.Location() != time.UTC {
				t.Errorf("a session's times are %+v", session)
			}
		}
	})
}
