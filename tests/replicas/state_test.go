package replicas

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"rolecall/models/modeltest"
)

// Failed sign-ins count together, wherever they are made: one after the other in
// turns, and all at once.
func TestLimitsAreShared(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		ann, bob := f.create("ann"), f.create("bob")
		guess := func(i int, who user) answer { return f.replicas[i%3].signIn(t, who.Username, "wrong horse") }
		for i := range 5 {
			guess(i, ann).want(t, fmt.Sprint("guess ", i), http.StatusUnauthorized)
		}
		for i, r := range f.replicas {
			for what, a := range map[string]answer{"a guess": guess(i, ann), "the right password": r.signIn(t, "ann", password)} {
				a.want(t, what+" after five guesses", http.StatusTooManyRequests)
				if wait, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 15*60 {
					t.Errorf("%s: Retry-After is %q, want the rest of 15 minutes", what, a.Header.Get("Retry-After"))
				}
			}
		}
		if got := atOnce(12, func(i int) int { return guess(i, bob).StatusCode }); got[http.StatusUnauthorized] != 5 || got[http.StatusTooManyRequests] != 7 {
			t.Errorf("12 guesses at once are answered by %v, want 5 and then none", got)
		}
		root := f.replicas[1].tokens(t, rootName).Access
		f.replicas[1].api(t, fmt.Sprintf("POST /users/%d/unlock", ann.ID), root, "").want(t, "unlock", http.StatusNoContent)
		f.replicas[2].signIn(t, "ann", password).want(t, "the right password once unlocked", http.StatusOK)
	})
}

// atOnce calls do so often at the same time, and counts what it returns.
func atOnce(n int, do func(i int) int) map[int]int {
	var group sync.WaitGroup
	results := make([]int, n)
	for i := range n {
		group.Go(func() { results[i] = do(i) })
	}
	group.Wait()
	counts := map[int]int{}
	for _, result := range results {
		counts[result]++
	}
	return counts
}

// Registrations from one address count together too.
func TestRegistrationsAreShared(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		got := atOnce(12, func(i int) int {
			body := fmt.Sprintf(`{"username":"user%[1]d","email":"user%[1]d@example.com","password":%[2]q}`, i, password)
			return f.replicas[i%3].api(t, "POST /register", "", body).StatusCode
		})
		if got[http.StatusCreated] != 4 || got[http.StatusTooManyRequests] != 8 {
			t.Errorf("12 registrations at once are answered by %v, want 4 and then none", got)
		}
		same := atOnce(6, func(i int) int {
			body := fmt.Sprintf(`{"username":"SAME","email":"same%d@example.com","password":%q}`, i, password)
			return f.replicas[i%3].api(t, "POST /users", f.replicas[0].tokens(t, rootName).Access, body).StatusCode
		})
		if same[http.StatusCreated] != 1 || same[http.StatusConflict] != 5 {
			t.Errorf("6 who take one name at once are answered by %v, want one and five conflicts", same)
		}
	}, "ROLECALL_REGISTER_LIMIT=4/h")
}

// What one replica revokes it refuses at once, and the others once the lag has
// passed, however often they are asked meanwhile.
func TestRevocationReachesAll(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		first := f.replicas[0]
		root := first.tokens(t, rootName).Access
		for i, tt := range []struct {
			name, call, body string // {id} is the user's, {sid} the session's
			own              bool   // it is the user who asks
			probe            string
			want             int
		}{
			{"disabled", "PUT /users/{id}", `{"is_active":false}`, false, "GET /users/me", http.StatusUnauthorized},
			{"password set", "POST /users/{id}/password", `{"new_password":"battery staple horse"}`, false, "GET /users/me", http.StatusUnauthorized},
			{"sessions ended", "DELETE /users/{id}/sessions", "", false, "GET /users/me", http.StatusUnauthorized},
			{"own session ended", "DELETE /users/me/sessions/{sid}", "", true, "GET /users/me", http.StatusUnauthorized},
			{"role taken", "POST /roles/revoke", `{"user_id":{id},"role_name":"Admin"}`, false, "GET /roles", http.StatusForbidden},
			{"deleted", "DELETE /users/{id}", "", false, "GET /users/me", http.StatusUnauthorized},
		} {
			who := f.create(fmt.Sprint("user", i), "Admin")
			token := first.tokens(t, who.Username).Access
			for _, r := range f.replicas {
				r.api(t, tt.probe, token, "").want(t, tt.name+": before", http.StatusOK)
			}
			actor := root
			if tt.own {
				actor = token
			}
			fill := func(text string) string {
				text = regexp.MustCompile(`{id}`).ReplaceAllString(text, fmt.Sprint(who.ID))
				return regexp.MustCompile(`{sid}`).ReplaceAllString(text, first.session(t, token))
			}
			if a := first.api(t, fill(tt.call), actor, fill(tt.body)); a.StatusCode > 299 {
				t.Fatalf("%s: %d %s", tt.name, a.StatusCode, a.body)
			}
			done := time.Now()
			first.api(t, tt.probe, token, "").want(t, tt.name+": at once where it was done", tt.want)
			for time.Since(done) < lag { // what is asked for meanwhile must not keep it alive
				f.replicas[1].api(t, tt.probe, token, "")
				f.replicas[2].api(t, tt.probe, token, "")
			}
			for _, r := range f.replicas[1:] {
				r.api(t, tt.probe, token, "").want(t, tt.name+": elsewhere after the lag", tt.want)
			}
		}
	})
}

// session is the id of the token's own session.
func (r *replica) session(t *testing.T, token string) string {
	t.Helper()
	var list struct {
		Items []struct {
			ID      string `json:"session_id"`
			Current bool   `json:"current"`
		} `json:"items"`
	}
	a := r.api(t, "GET /users/me/sessions", token, "")
	if a.StatusCode != http.StatusOK { // it has ended
		return ""
	}
	a.into(t, &list)
	for _, session := range list.Items {
		if session.Current {
			return session.ID
		}
	}
	t.Fatalf("no session is the current one: %s", a.body)
	return ""
}

// A refresh token serves once, wherever it is used: again at once it is a lost
// reply, later it is a theft, and the session ends everywhere.
func TestRefreshTokensAreShared(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		f := startFleet(t, url, 2)
		a, b := f.replicas[0], f.replicas[1]
		old := a.tokens(t, rootName)
		var next, again tokens
		a.grant(t, "grant_type", "refresh_token", "refresh_token", old.Refresh).want(t, "the first use", http.StatusOK).into(t, &next)
		b.grant(t, "grant_type", "refresh_token", "refresh_token", old.Refresh).want(t, "again at once", http.StatusOK).into(t, &again)
		for _, token := range []string{old.Access, next.Access, again.Access} {
			a.api(t, "GET /users/me", token, "").want(t, "a token of the session", http.StatusOK)
		}
		modeltest.Exec(t, url, `UPDATE "RolecallRefreshTokens" SET "UsedAt" = "UsedAt" - 11000 WHERE "UsedAt" > 0`)
		b.grant(t, "grant_type", "refresh_token", "refresh_token", old.Refresh).want(t, "again later", http.StatusUnauthorized)
		b.api(t, "GET /users/me", again.Access, "").want(t, "at once where the theft was seen", http.StatusUnauthorized)
		for _, token := range []string{next.Refresh, again.Refresh} {
			a.grant(t, "grant_type", "refresh_token", "refresh_token", token).want(t, "a token of the ended session", http.StatusUnauthorized)
		}
		time.Sleep(lag)
		a.api(t, "GET /users/me", next.Access, "").want(t, "elsewhere after the lag", http.StatusUnauthorized)
	})
}

// All replicas sign with one key, and say so.
func TestKeysAreShared(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		token := f.replicas[0].tokens(t, rootName).Access
		keys := f.replicas[0].send(t, plain, "GET /.well-known/jwks.json", "").want(t, "keys", http.StatusOK).body
		if !regexp.MustCompile(`"kid":"[^"]+"`).MatchString(keys) {
			t.Errorf("no key is in %s", keys)
		}
		for _, r := range f.replicas[1:] {
			if got := r.send(t, plain, "GET /.well-known/jwks.json", "").want(t, "keys", http.StatusOK).body; got != keys {
				t.Errorf("a replica has the keys %s, another %s", got, keys)
			}
			r.api(t, "GET /users/me", token, "").want(t, "another's token", http.StatusOK)
		}
	})
}
