package routes

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var tileForm = regexp.MustCompile(`(?s)<span><svg.*?</svg>([^<]*)</span><strong>([^<]*)</strong><small>([^<]*)</small>`)

// tiles are the numbers of the overview, by their labels.
func tiles(a answer) map[string]string {
	found := map[string]string{}
	for _, match := range tileForm.FindAllStringSubmatch(a.body, -1) {
		found[match[1]] = match[2] + ", " + match[3]
	}
	return found
}

// TestOverview: what happens is counted at once, on both faces.
func TestOverview(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		show := func() answer { return s.page(t, "root", "GET /admin", "").want(t, "GET /admin", 200) }
		want := map[string]string{
			"Users": "4, 3 active", "New this week": "4, 4 today", "Active sessions": "1, 1 in browsers, 0 by the API",
			"Failed sign-ins": "0, of 1 in 7 days", "Locked": "0, after failed sign-ins", "Old hashes": "0, lower cost or another kind",
		}
		first := show()
		if diff := cmp.Diff(want, tiles(first)); diff != "" {
			t.Errorf("the tiles differ (-want +got):\n%s", diff)
		}
		for _, text := range []string{`href="/admin/users?sort=-created_at"`, `href="/admin/users?status=locked"`, "4 new accounts", "1 good, 0 failed", "<caption"} {
			if !strings.Contains(first.body, text) {
				t.Errorf("the page has no %q", text)
			}
		}
		if strings.Contains(first.body, "Waiting for approval") {
			t.Error("somebody waits for approval")
		}

		s.page(t, "", "POST /login", "username=ann&password=wrong").want(t, "a wrong password", 422)
		s.call(t, "", "POST /token", `{"username":"nobody","password":"wrong"}`).want(t, "an unknown name", 401)
		s.call(t, "", "POST /token", fmt.Sprintf(`{"username":"ann","password":%q}`, goodPassword)).want(t, "a sign-in", 200)
		s.call(t, "", "POST /register", `{"username":"carl","password":"correct horse battery","email":"carl@example.com"}`).want(t, "register", 201)
		s.call(t, "root", "PUT /users/{bob}", `{"is_active":false}`).want(t, "disable", 200)

		want["Users"], want["New this week"] = "5, 3 active", "5, 5 today"
		want["Failed sign-ins"], want["Active sessions"] = "2, of 5 in 7 days", "3, 1 in browsers, 2 by the API"
		if diff := cmp.Diff(want, tiles(show())); diff != "" {
			t.Errorf("later the tiles differ (-want +got):\n%s", diff)
		}
	})
}
