package services

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rolecall/models"
)

// people are what the searches look for, besides the cast.
var people = []NewUser{
	{Username: "mmuster", Email: "max@muster.example", FirstName: "Max", LastName: "Muster"},
	{Username: "anna.lee", Email: "lee@example.org", FirstName: "Anna Maria", LastName: "Lee"},
	{Username: "percent", Email: "p%rcent@example.org", FirstName: "100%", LastName: "[sic]"},
	{Username: "under_score", Email: "under@example.org", FirstName: `back\slash`, LastName: "O'Brien"},
	{Username: "underXscore", Email: "underx@example.org", FirstName: "i", LastName: "Zed"},
}

func (f *fixture) crowd() {
	f.t.Helper()
	for _, user := range people {
		user.Password, user.IsActive = goodPassword, true
		if _, err := f.Users.Create(context.Background(), models.System(), user); err != nil {
			f.t.Fatalf("create %s: %v", user.Username, err)
		}
	}
}

func names(users []models.User) string {
	var names []string
	for _, user := range users {
		names = append(names, user.Username)
	}
	return strings.Join(names, " ")
}

func TestListUsersRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		text, err := f.Users.List(t.Context(), f.as("root"), UserQuery{Limit: 1, Sort: "username"})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			as     string
			query  UserQuery
			want   models.Kind
			fields string
		}{
			{"a stranger", "", UserQuery{}, models.Unauthenticated, ""},
			{"a plain user", "ann", UserQuery{}, models.Forbidden, ""},
			{"limit 201", "root", UserQuery{Limit: 201}, models.Invalid, "limit"},
			{"limit -1", "root", UserQuery{Limit: -1}, models.Invalid, "limit"},
			{"limit 200", "root", UserQuery{Limit: 200}, "", ""},
			{"an unknown order", "root", UserQuery{Sort: `UserId"; DROP TABLE "Users`}, models.Invalid, "sort"},
			{"two signs", "root", UserQuery{Sort: "--username"}, models.Invalid, "sort"},
			{"an unknown status", "root", UserQuery{Status: "gone"}, models.Invalid, "status"},
			{"a long search", "root", UserQuery{Search: strings.Repeat("x", 201)}, models.Invalid, "search"},
			{"many words", "root", UserQuery{Search: strings.Repeat("x ", 100)}, "", ""},
			{"many roles", "root", UserQuery{Roles: make([]string, 201)}, models.Invalid, "role"},
			{"a cursor of no list", "root", UserQuery{Cursor: "x"}, models.Invalid, "cursor"},
			{"a cursor of another order", "root", UserQuery{Cursor: text.Next, Sort: "email"}, models.Invalid, "cursor"},
			{"a cursor of the other direction", "root", UserQuery{Cursor: text.Next, Sort: "-username"}, models.Invalid, "cursor"},
			{"a long cursor", "root", UserQuery{Cursor: strings.Repeat("A", 4000)}, models.Invalid, "cursor"},
			{"a cursor with a NUL", "root", UserQuery{Cursor: cursor{Order: "username", Text: "a\x00"}.String(), Sort: "username"}, "", ""},
			{"a search with a NUL", "root", UserQuery{Search: "a\x00"}, "", ""},
			{"a search that is no UTF-8", "root", UserQuery{Search: "a\xff", Roles: []string{"\xff", "\x00"}}, "", ""},
		} {
			_, err := f.Users.List(t.Context(), f.as(tt.as), tt.query)
			if models.KindOf(err) != tt.want || fieldsOf(err) != tt.fields {
				t.Errorf("%s: List = %v, want kind %q of %q", tt.name, err, tt.want, tt.fields)
			}
		}
	})
}

func TestSearchUsers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.crowd()
		for _, tt := range []struct{ name, search, want string }{
			{"nothing", "", "root ann bob mmuster anna.lee percent under_score underXscore"},
			{"blanks", "   ", "root ann bob mmuster anna.lee percent under_score underXscore"},
			{"the beginning of a username", "mmu", "mmuster"},
			{"of an e-mail", "LEE@", "anna.lee"},
			{"of a first name", "max", "mmuster"},
			{"of a last name", "MUST", "mmuster"},
			{"of several columns", "ann", "ann anna.lee"},
			{"the middle of a name", "uster", ""},
			{"two words", "max must", "mmuster"},
			{"two words the other way round", "muster ma", "mmuster"},
			{"three words, a first name of two", "anna maria lee", "anna.lee"},
			{"three words the other way round", "lee anna maria", "anna.lee"},
			{"two words of one column", "anna maria", "anna.lee"},
			{"more blanks between", "max    muster", "mmuster"},
			{"two words of which one fits", "max lee", ""},
			{"a percent sign", "100%", "percent"},
			{"only a percent sign", "%", ""},
			{"a percent sign inside", "p%r", "percent"},
			{"an underscore", "under_", "under_score"},
			{"a bracket", "[s", "percent"},
			{"a range in brackets", "[a-z]", ""},
			{"a backslash", `back\s`, "under_score"},
			{"only a backslash", `\`, ""},
			{"a quote", "o'b", "under_score"},
			{"SQL", `' OR 1=1 --`, ""},
		} {
			page, err := f.Users.List(t.Context(), f.as("root"), UserQuery{Search: tt.search})
			if got := names(page.Items); err != nil || got != tt.want {
				t.Errorf("%s: List(%q) = %q, %v, want %q", tt.name, tt.search, got, err, tt.want)
			}
			if int(page.Total) != len(page.Items) {
				t.Errorf("%s: total is %d of %d", tt.name, page.Total, len(page.Items))
			}
		}
	})
}

func TestFilterUsers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("norole", "User")
		f.exec(`DELETE FROM "UserRoles" WHERE "UserId" = ?`, f.id("norole"))
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('foreign', 'x', 'f@example.com')`)
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id("bob"), "Editor"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("ann"), UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("norole"))
		for _, tt := range []struct {
			name  string
			query UserQuery
			want  string
		}{
			{"a role", UserQuery{Roles: []string{"Editor"}}, "bob"},
			{"in another case", UserQuery{Roles: []string{"eDITOR"}}, "bob"},
			{"either role", UserQuery{Roles: []string{"editor", "ADMIN"}}, "root bob"},
			{"a role that all have", UserQuery{Roles: []string{"User"}}, "root ann bob"},
			{"a role that is not there", UserQuery{Roles: []string{"Nobody"}}, ""},
			{"active", UserQuery{Status: "active"}, "root bob foreign"},
			{"disabled", UserQuery{Status: "disabled"}, "ann"},
			{"pending", UserQuery{Status: "pending"}, "norole"},
			{"locked", UserQuery{Status: "locked"}, ""},
			{"all together", UserQuery{Status: "active", Roles: []string{"user"}, Search: "b"}, "bob"},
		} {
			page, err := f.Users.List(t.Context(), f.as("root"), tt.query)
			if got := names(page.Items); err != nil || got != tt.want {
				t.Errorf("%s: List = %q, %v, want %q", tt.name, got, err, tt.want)
			}
		}
	})
}

func TestIsLastAdmin(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for as, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
			if _, err := f.Users.IsLastAdmin(t.Context(), f.as(as), f.user("root")); models.KindOf(err) != want {
				t.Errorf("IsLastAdmin as %q = %v, want kind %q", as, err, want)
			}
		}
		for _, tt := range []struct {
			name string
			then string // an admin who is made first
			want bool
		}{{"root", "", true}, {"ann", "", false}, {"root", "boss", false}} {
			if tt.then != "" {
				f.create(tt.then, models.AdminRole)
			}
			if got, err := f.Users.IsLastAdmin(t.Context(), f.as("root"), f.user(tt.name)); got != tt.want || err != nil {
				t.Errorf("IsLastAdmin of %s beside %q = %t, %v, want %t", tt.name, tt.then, got, err, tt.want)
			}
		}
	})
}

// A page takes as many statements as one user does.
func TestListUsersSendsFewStatements(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db, s := loggedServices(t, &log)
	f := &fixture{t, db, s}
	f.cast()
	f.crowd()
	root := f.as("root")
	log.Reset()
	page, err := s.Users.List(t.Context(), root, UserQuery{})
	if sent := strings.Count(log.String(), `"msg":"statement"`); err != nil || len(page.Items) != 8 || sent != 3 {
		t.Errorf("List = %d users, %v, by %d statements, want 8 by 3: the number, the users, their roles", len(page.Items), err, sent)
	}
}
