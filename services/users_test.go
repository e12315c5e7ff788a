package services

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func newUser(name string) NewUser {
	return NewUser{Username: name, Email: name + "@example.com", Password: goodPassword, FirstName: "Jo", LastName: "Ann"}
}

// with returns the value after a change.
func with[T any](value T, change func(*T)) T {
	change(&value)
	return value
}

func TestRegister(t *testing.T) {
	register := func(user NewUser) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Users.Register(t.Context(), f.as(""), user)
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.play(t, []scenario{
			{"a stranger", register(newUser("joe")), "", "", []string{
				`user.registered user:joe {"email":{"old":null,"new":"joe@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":true},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["User"]},"username":{"old":null,"new":"joe"}}`}},
			{"the same name again", register(with(newUser("joe"), func(u *NewUser) { u.Email = "other@example.com" })), models.Conflict, "username", nil},
			{"the name in another case", register(with(newUser("JOE"), func(u *NewUser) { u.Email = "other@example.com" })), models.Conflict, "username", nil},
			{"the e-mail in another case", register(with(newUser("joe2"), func(u *NewUser) { u.Email = "Joe@Example.COM" })), models.Conflict, "email", nil},
			{"both taken", register(newUser("Joe")), models.Conflict, "email,username", nil},
			{"a username that is another's e-mail", register(with(newUser("x"), func(u *NewUser) { u.Username, u.Email = "JOE@example.com", "x@example.com" })), models.Conflict, "username", nil},
			{"roles and state of the stranger's choice", register(with(newUser("eve"), func(u *NewUser) { u.Roles, u.IsActive = []string{"Admin"}, false })), "", "", []string{
				`user.registered user:eve {"email":{"old":null,"new":"eve@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":true},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["User"]},"username":{"old":null,"new":"eve"}}`}},
			{"nothing filled in", register(NewUser{}), models.Invalid, "email,password,username", nil},
			{"each value wrong", register(NewUser{Username: "a b", Email: "a@b@c", Password: "short", FirstName: "a\x00", LastName: strings.Repeat("x", 101)}),
				models.Invalid, "email,first_name,last_name,password,username", nil},
			{"a common password", register(with(newUser("kim"), func(u *NewUser) { u.Password = "password1" })), models.Invalid, "password", nil},
			{"the own e-mail as password", register(with(newUser("kimkim"), func(u *NewUser) { u.Password = "KIMKIM@example.com" })), models.Invalid, "password", nil},
		})
		if user := f.user("joe"); !user.IsActive() || user.Version != 1 || user.CreatedAt.IsZero() || user.FirstName != "Jo" {
			t.Errorf("the registered user is %+v", user)
		}
		if f.user("eve").HasRole("Admin") {
			t.Error("a stranger registered as an admin")
		}
	})
}

// An e-mail address may be another's username: then either could sign in.
func TestRegisterEmailThatIsAUsername(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Users.Register(t.Context(), f.as(""), with(newUser("x"), func(u *NewUser) { u.Username, u.Email = "x@y.example", "z@y.example" })); err != nil {
			t.Fatal(err)
		}
		_, err := f.Users.Register(t.Context(), f.as(""), with(newUser("mallory"), func(u *NewUser) { u.Email = "X@y.example" }))
		if models.KindOf(err) != models.Conflict || fieldsOf(err) != "email" {
			t.Errorf("Register = %v, want a conflict of email", err)
		}
	})
}

func TestRegistrationModes(t *testing.T) {
	for _, tt := range []struct {
		mode Registration
		want models.Kind
		then models.Status
	}{
		{RegistrationOpen, "", models.Active},
		{RegistrationApproval, "", models.Pending},
		{RegistrationClosed, models.Forbidden, ""},
	} {
		f := newFixture(t, modeltest.NewDB(t), func(c *Config) { c.Registration = tt.mode })
		user, err := f.Users.Register(t.Context(), f.as(""), newUser("joe"))
		if models.KindOf(err) != tt.want || user.Status != tt.then {
			t.Errorf("%s: Register = %q, %v, want status %q and kind %q", tt.mode, user.Status, err, tt.then, tt.want)
		}
		if user.IsActive() != (tt.then == models.Active) {
			t.Errorf("%s: IsActive = %t", tt.mode, user.IsActive())
		}
	}
}

func TestRegisterAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		const n = 20
		errs := race(n, func(i int) error {
			name := "Joe"
			if i%2 == 0 {
				name = "jOE"
			}
			_, err := f.Users.Register(t.Context(), models.Actor{}, newUser(name))
			return err
		})
		want := map[models.Kind]int{"": 1, models.Conflict: n - 1}
		if diff := cmp.Diff(want, kinds(errs)); diff != "" {
			t.Errorf("one should win (-want +got):\n%s\n%v", diff, errs)
		}
		if got := f.count(`SELECT COUNT(*) FROM "Users"`); got != 4 {
			t.Errorf("got %d users, want the cast of 3 and the winner", got)
		}
	})
}

// An owner's tables may have no unique index: the directory's lock is enough.
func TestRegisterAtOnceWithoutIndexes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.dropUserIndexes()
		errs := race(12, func(i int) error {
			user := newUser([]string{"Joe", "jOE", "joe"}[i%3])
			if i%4 == 0 { // the e-mail alone is the same
				user.Username = "other" + string(rune('a'+i))
			}
			_, err := f.Users.Register(t.Context(), models.Actor{}, user)
			return err
		})
		if diff := cmp.Diff(map[models.Kind]int{"": 1, models.Conflict: 11}, kinds(errs)); diff != "" {
			t.Errorf("one should win (-want +got):\n%s%v", diff, errs)
		}
	})
}

func (f *fixture) dropUserIndexes() {
	for _, index := range []string{"UX_Users_Username", "UX_Users_Email"} {
		if f.dialect() == "sqlserver" {
			f.exec(`DROP INDEX "` + index + `" ON "Users"`)
		} else {
			f.exec(`DROP INDEX "` + index + `"`)
		}
	}
}

func TestCreate(t *testing.T) {
	create := func(as string, user NewUser) func(*fixture) error {
		return func(f *fixture) error {
			_, err := f.Users.Create(t.Context(), f.as(as), user)
			return err
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		f.play(t, []scenario{
			{"a stranger", create("", newUser("joe")), models.Unauthenticated, "", nil},
			{"a plain user", create("ann", newUser("joe")), models.Forbidden, "", nil},
			{"an admin, without roles", create("root", with(newUser("joe"), func(u *NewUser) { u.IsActive = true })), "", "", []string{
				`root user.created user:joe {"email":{"old":null,"new":"joe@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":true},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["User"]},"username":{"old":null,"new":"joe"}}`}},
			{"with roles in any case, twice, disabled", create("root", with(newUser("kim"), func(u *NewUser) { u.Roles = []string{"ADMIN", "admin"} })), "", "", []string{
				`root user.created user:kim {"email":{"old":null,"new":"kim@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":false},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["Admin"]},"username":{"old":null,"new":"kim"}}`}},
			{"with a role that is not there", create("root", with(newUser("leo"), func(u *NewUser) { u.Roles = []string{"User", "Nobody"} })), models.Invalid, "roles", nil},
			{"with a role of no text", create("root", with(newUser("leo"), func(u *NewUser) { u.Roles = []string{"User\x00"} })), models.Invalid, "roles", nil},
			{"taken", create("root", newUser("ANN")), models.Conflict, "email,username", nil},
			{"wrong values", create("root", NewUser{Username: "--", Email: "x", Password: goodPassword}), models.Invalid, "email,username", nil},
		})
	})
}

func TestGet(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, tt := range []struct {
			name string
			as   string
			id   int64
			want models.Kind
		}{
			{"a stranger", "", f.id("ann"), models.Unauthenticated},
			{"a plain user about another", "ann", f.id("bob"), models.Forbidden},
			{"an admin", "root", f.id("ann"), ""},
			{"no such user", "root", 9999, models.NotFound},
			{"an impossible id", "root", -1, models.NotFound},
		} {
			user, err := f.Users.Get(t.Context(), f.as(tt.as), tt.id)
			if models.KindOf(err) != tt.want {
				t.Errorf("%s: Get = %v, want kind %q", tt.name, err, tt.want)
			}
			if err == nil && (user.Username != "ann" || !user.HasRole("user")) {
				t.Errorf("%s: Get = %+v, want ann with the role User", tt.name, user)
			}
		}
	})
}

func TestOwn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Users.Own(t.Context(), f.as("")); models.KindOf(err) != models.Unauthenticated {
			t.Errorf("Own of a stranger = %v, want unauthenticated", err)
		}
		ann := f.as("ann")
		f.exec(`UPDATE "Users" SET "FirstName" = 'Ann' WHERE "UserId" = ?`, ann.User.UserID)
		if got, err := f.Users.Own(t.Context(), ann); err != nil || got.FirstName != "Ann" || got.UserID != ann.User.UserID {
			t.Errorf("Own = %+v, %v; want ann as she is now", got, err)
		}
	})
}

func TestNamed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, tt := range []struct {
			name, as, of string
			want         models.Kind
		}{
			{"a stranger", "", "ann", models.Unauthenticated},
			{"a plain user", "ann", "ann", models.Forbidden},
			{"an admin, in another case", "root", "ANN", ""},
			{"nobody of that name", "root", "nobody", models.NotFound},
			{"no name", "root", "", models.NotFound},
			{"no text", "root", "ann\x00", models.NotFound},
		} {
			user, err := f.Users.Named(t.Context(), f.as(tt.as), tt.of)
			if models.KindOf(err) != tt.want || err == nil && user.Username != "ann" {
				t.Errorf("%s: Named = %q, %v, want kind %q", tt.name, user.Username, err, tt.want)
			}
		}
	})
}

// Another program deleted a user without knowing of our rows, and of its own
// UserRoles. Whoever gets the id again must not get what belonged to it.
func TestRegisterUnderAnIDThatWasUsed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		next := f.create("ghost").UserID + 1
		f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT ?, "RoleId" FROM "Roles" WHERE "RoleName" = 'Admin'`, next)
		f.exec(`INSERT INTO "RolecallAccounts" ("UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt") VALUES (?, 'disabled', 7, 1, 1, 1)`, next)
		f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES ('old', ?, 'api', 1, 1, 9999999999999, '', '')`, next)
		user, err := f.Users.Register(t.Context(), f.as(""), newUser("joe"))
		if err != nil {
			t.Fatalf("Register: %v", err)
		}
		if user.UserID != next {
			t.Fatalf("the new user has the id %d, the test needs %d", user.UserID, next)
		}
		if diff := cmp.Diff([]string{"User"}, user.RoleNames()); diff != "" || !user.IsActive() || user.Version != 1 {
			t.Errorf("Register = %+v, roles differ (-want +got):\n%s", user, diff)
		}
		if got := f.count(`SELECT COUNT(*) FROM "RolecallSessions" WHERE "UserId" = ?`, next); got != 0 {
			t.Errorf("got %d sessions of the earlier user, want none", got)
		}
	})
}
