package services

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// foreign inserts a user as another program would, with a hash of its own.
func (f *fixture) foreign(name, hash string) {
	f.t.Helper()
	f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES (?, ?, ?)`, name, hash, name+"@example.com")
}

// A good sign-in makes a bcrypt hash of another program's, which is no change of
// the account. A password that bcrypt can't take whole keeps the hash it has.
func TestForeignHashesAreRenewed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for i, tt := range hashFixtures(t) {
			whole := len(tt.password) <= passwordMaxBytes
			if len(tt.cost) > 4 || tt.kind == "bcrypt" || whole && tt.password == "correct horse" {
				continue // other tests try them
			}
			name := fmt.Sprintf("foreign%d", i)
			f.foreign(name, tt.hash)
			user, _, err := f.Sessions.SignIn(t.Context(), f.as(""), name, tt.password, models.APISession)
			if err != nil || user.Version != 0 {
				t.Errorf("%s: SignIn = version %d, %v, want version 0", tt.kind, user.Version, err)
			}
			renewed := f.user(name)
			if cost, err := bcrypt.Cost([]byte(renewed.PasswordHash)); whole && (err != nil || cost != 4) || !whole && renewed.PasswordHash != tt.hash {
				t.Errorf("%s: after a sign-in with %d bytes the hash is %s", tt.kind, len(tt.password), renewed.PasswordHash)
			}
			if !renewed.UpdatedAt.IsZero() {
				t.Errorf("%s: the renewal counts as a change of the account", tt.kind)
			}
			f.signIn(name, tt.password)
			if f.user(name).PasswordHash != renewed.PasswordHash {
				t.Errorf("%s: the second sign-in made the hash anew", tt.kind)
			}
		}
	})
}

// A wrong password is refused, renews nothing, and is not called a hash that is
// not read.
func TestForeignHashesRefuse(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for i, kind := range hashKinds {
			name, hash := fmt.Sprintf("foreign%d", i), fixtureOf(t, kind.name).hash
			f.foreign(name, hash)
			if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), name, "wrong horse", models.APISession); err != error(errCredentials) {
				t.Errorf("%s: SignIn = %v, want the one answer", kind.name, err)
			}
			user := f.user(name)
			if user.PasswordHash != hash {
				t.Errorf("%s: a refused sign-in made the hash %s", kind.name, user.PasswordHash)
			}
			if why := refusal(user, false); why != "wrong password" {
				t.Errorf("%s: the log says %q, want a wrong password", kind.name, why)
			}
		}
		if why := refusal(models.User{UserID: 7, PasswordHash: replaced(t, "bcrypt", "$04$", "$16$")}, false); why != "a hash of a kind that is not read" {
			t.Errorf("the log says %q of a hash above the ceiling", why)
		}
	})
}

// Whoever knows the password behind another program's hash may change it.
func TestForeignHashesChange(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		tt := fixtureOf(t, "SHA-512 crypt")
		f.foreign("foreign", tt.hash)
		if err := f.Users.ChangePassword(t.Context(), f.as("foreign"), "wrong horse", nextPassword); fieldsOf(err) != "current_password" {
			t.Errorf("ChangePassword with a wrong one = %v", err)
		}
		if err := f.Users.ChangePassword(t.Context(), f.as("foreign"), tt.password, nextPassword); err != nil {
			t.Errorf("ChangePassword = %v", err)
		}
		f.signIn("foreign", nextPassword)
	})
}

// An owner's column may be of fixed width, which pads the hashes, and hold NULL.
func TestForeignHashesInPaddedColumns(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		f := newFixture(t, modeltest.Open(t, url))
		id := map[string]string{"sqlite": "INTEGER", "postgres": "SERIAL", "sqlserver": "INT IDENTITY(1,1)", "tds": "INT IDENTITY(1,1)"}[engine]
		f.exec(`DROP TABLE "Users"`)
		f.exec(`CREATE TABLE "Users" ("UserId" ` + id + ` PRIMARY KEY, "Username" VARCHAR(64), "PasswordHash" CHAR(110) NULL, "Email" VARCHAR(254), "FirstName" VARCHAR(100), "LastName" VARCHAR(100))`)
		f = newFixture(t, modeltest.Open(t, url))
		f.create("root", models.AdminRole)
		tt := fixtureOf(t, "PBKDF2-SHA256 (passlib)")
		f.foreign("foreign", tt.hash+"    ")
		f.exec(`INSERT INTO "Users" ("Username", "Email") VALUES ('none', 'none@example.com')`)
		f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('blank', ' ', 'blank@example.com')`)
		want := []models.HashCount{
			{Name: "bcrypt", Cost: "4", State: models.HashCurrent, Count: 1},
			{Name: tt.kind, Cost: tt.cost, State: models.HashRenewed, Count: 1},
			{State: models.HashMissing, Count: 2},
		}
		for range 2 {
			got, err := f.Figures.HashKinds(t.Context(), f.as("root"))
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("HashKinds = %v (-want +got):\n%s", err, diff)
			}
			f.signIn("foreign", tt.password)
			if hash := f.user("foreign").PasswordHash; !current(digestOf(t, hash), 4) {
				t.Errorf("after a sign-in the hash is %q", hash)
			}
			want = []models.HashCount{{Name: "bcrypt", Cost: "4", State: models.HashCurrent, Count: 2}, want[len(want)-1]}
		}
		for _, name := range []string{"none", "blank"} {
			if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), name, " ", models.APISession); err != error(errCredentials) {
				t.Errorf("SignIn without a hash = %v, want the one answer", err)
			}
		}
	})
}
