package routes

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestUserExport: the file has those whom the list finds, by their ids, no formula
// and no hash; the list leads to it.
func TestUserExport(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		s.call(t, "root", "PUT /users/{ann}", `{"first_name":"=cmd|' /C calc'!A0","is_active":false}`).want(t, "update", 200)
		list := s.page(t, "root", "GET /admin/users?search=a&role=User&status=disabled&sort=-email&limit=5", "").want(t, "list", 200)
		if !strings.Contains(list.body, `href="/admin/users/export?role=User&amp;search=a&amp;status=disabled"`) {
			t.Error("the list does not lead to its file")
		}
		for query, names := range map[string]string{
			"?search=ann&sort=-username&limit=1&cursor=x": "ann",
			"?search=zz":                       "",
			"?role=Admin":                      "root",
			"?role=User&status=disabled":       "ann,dora",
			"?search=bob&role=Admin&role=User": "bob",
		} {
			a := s.page(t, "root", "GET /admin/users/export"+query, "").want(t, query, 200)
			if got, want := a.Header.Get("Content-Disposition"), time.Now().UTC().Format(`attachment; filename="users-2006-01-02.csv"`); got != want {
				t.Errorf("Content-Disposition is %s, want %s", got, want)
			}
			rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
			if err != nil || strings.Join(rows[0], ",") != "user_id,username,email,first_name,last_name,is_active,roles,created_at,updated_at,last_login_at" {
				t.Fatalf("%s: %v, the head is %q", query, err, rows[0])
			}
			var got []string
			for _, row := range rows[1:] {
				got = append(got, row[1])
				if row[1] == "ann" {
					if diff := cmp.Diff([]string{s.fill("{ann}"), "ann", "ann@example.com", "'=cmd|' /C calc'!A0", "", "false", "User"}, row[:7]); diff != "" {
						t.Errorf("the row differs (-want +got):\n%s", diff)
					}
				}
			}
			if strings.Join(got, ",") != names || strings.Contains(a.body, "$2") {
				t.Errorf("%s gives %q, want %s", query, got, names)
			}
		}
		if a := s.page(t, "root", "GET /admin/users/export?status=x&search=ann", "").want(t, "no status", 303); a.Header.Get("Location") != "/admin/users?search=ann" {
			t.Errorf("a status that is none leads to %s", a.Header.Get("Location"))
		}
	})
}
