package modeltest

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
)

// A Login may do on a database what it was granted, and nothing else.
type Login struct {
	URL  string // of the same database, as this login
	Name string

	t     testing.TB
	owner string
}

// NewLogin makes a login without rights, which goes when the test ends. It skips
// the test on SQLite, where the file's rights are all there are.
func NewLogin(t testing.TB, engine, databaseURL string) Login {
	t.Helper()
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	login := Login{Name: "clerk_" + strings.ToLower(rand.Text()), t: t, owner: databaseURL}
	password := "Aa1!" + rand.Text()
	switch engine {
	case "postgres":
		login.exec("CREATE ROLE %s LOGIN PASSWORD '%s'", login.Name, password)
		login.exec("GRANT USAGE ON SCHEMA %s TO %s", parsed.Query().Get("search_path"), login.Name)
		t.Cleanup(func() {
			login.exec("DROP OWNED BY %s", login.Name)
			login.exec("DROP ROLE %s", login.Name)
		})
	case "sqlserver", "tds":
		login.exec("CREATE LOGIN %s WITH PASSWORD = '%s'", login.Name, password)
		login.exec("CREATE USER %[1]s FOR LOGIN %[1]s", login.Name)
		if engine == "sqlserver" {
			t.Cleanup(func() {
				login.exec("DROP USER %s", login.Name)
				admin(t, "sqlserver", os.Getenv(sqlserverVariable), "DROP LOGIN "+login.Name)
			})
		}
	default:
		t.Skip("skipped: this engine has no logins")
	}
	parsed.User = url.UserPassword(login.Name, password)
	login.URL = parsed.String()
	return login
}

// Grant gives the login rights, such as "SELECT, INSERT", to tables.
func (l Login) Grant(rights string, tables ...string) {
	l.t.Helper()
	for _, table := range tables {
		l.exec(`GRANT %s ON "%s" TO %s`, rights, table, l.Name)
	}
}

func (l Login) exec(format string, args ...any) {
	l.t.Helper()
	Exec(l.t, l.owner, fmt.Sprintf(format, args...))
}
