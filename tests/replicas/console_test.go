package replicas

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A browser may be led to another replica with each click: it stays signed in,
// and when it signs out it is out everywhere.
func TestCookieIsGoodEverywhere(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		root := f.replicas[0].browse(t, rootName)
		for i, path := range []string{"/admin", "/admin/users", "/admin/roles", "/admin/audit", "/account"} {
			root.get(f.replicas[i%3], path).want(t, path, http.StatusOK)
		}
		session := root.client.Jar.Cookies(root.get(f.replicas[0], "/admin").Request.URL)
		root.post(f.replicas[1], "/logout", form()).want(t, "sign out", http.StatusSeeOther)
		root.client.Jar.SetCookies(root.get(f.replicas[1], "/login").Request.URL, session)
		root.get(f.replicas[1], "/admin").want(t, "the old cookie where it was signed out", http.StatusSeeOther)
		time.Sleep(lag)
		for _, r := range f.replicas {
			root.get(r, "/admin").want(t, "the old cookie after the lag", http.StatusSeeOther)
		}
	})
}

// What was done by one replica is undone by another.
func TestUndoElsewhere(t *testing.T) {
	eachFleet(t, 2, func(t *testing.T, f *fleet) {
		a, b := f.replicas[0], f.replicas[1]
		ann := f.create("ann")
		root := a.browse(t, rootName)
		path := fmt.Sprintf("/admin/users/%d", ann.ID)
		root.post(a, path+"/disable", form()).want(t, "disable", http.StatusSeeOther)
		a.signIn(t, "ann", password).want(t, "a disabled user's sign-in", http.StatusUnauthorized)
		page := root.get(b, path).want(t, "the page", http.StatusOK).body
		_, rest, found := strings.Cut(page, `action="/admin/acts/`)
		act, _, _ := strings.Cut(rest, `/undo"`)
		if !found {
			t.Fatalf("another replica offers no undo:\n%s", page)
		}
		root.post(b, "/admin/acts/"+act+"/undo", form()).want(t, "undo", http.StatusSeeOther)
		a.signIn(t, "ann", password).want(t, "sign-in after the undo", http.StatusOK)
		root.post(a, "/admin/acts/"+act+"/undo", form()).want(t, "undo once more", http.StatusConflict)
	})
}

// Two who edit one account by different replicas: the second one is told, and
// overwrites nothing.
func TestEditConflictElsewhere(t *testing.T) {
	eachFleet(t, 2, func(t *testing.T, f *fleet) {
		a, b := f.replicas[0], f.replicas[1]
		ann := f.create("ann")
		path := fmt.Sprintf("/admin/users/%d", ann.ID)
		root, boss := a.browse(t, rootName), b.browse(t, f.create("boss", "Admin").Username)
		first := root.get(a, path).want(t, "the page", http.StatusOK).form(t, path)
		second := boss.get(b, path).want(t, "the page", http.StatusOK).form(t, path)
		first.Set("last_name", "Archer")
		second.Set("last_name", "Baker")
		root.post(a, path, first).want(t, "the first", http.StatusSeeOther)
		page := boss.post(b, path, second).want(t, "the second", http.StatusPreconditionFailed).body
		if !strings.Contains(page, "Archer") || !strings.Contains(page, "Baker") {
			t.Errorf("the page does not show both values:\n%s", page)
		}
		token := b.tokens(t, rootName).Access
		tag := b.api(t, "GET "+strings.TrimPrefix(path, "/admin"), token, "").want(t, "read", http.StatusOK).Header.Get("ETag")
		head := []string{"Content-Type: application/json", "Authorization: Bearer " + token, "If-Match: " + tag}
		call := "PUT " + strings.TrimPrefix(path, "/admin")
		a.send(t, plain, call, `{"last_name":"Carter"}`, head...).want(t, "what was read is still there", http.StatusOK)
		b.send(t, plain, call, `{"last_name":"Dyer"}`, head...).want(t, "what was read is gone", http.StatusPreconditionFailed)
	})
}
