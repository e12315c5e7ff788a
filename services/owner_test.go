package services

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// triggers write to another table at each change of Users, and give each new
// user a role of the owner's.
var triggers = map[string][]string{
	"sqlite": {
		`CREATE TRIGGER "TR_Users" AFTER INSERT ON "Users" BEGIN INSERT INTO "Log" ("What") VALUES ('new'); INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (NEW."UserId", 2); END`,
		`CREATE TRIGGER "TR_Changed" AFTER UPDATE ON "Users" BEGIN INSERT INTO "Log" ("What") VALUES ('changed'); END`,
	},
	"postgres": {
		`CREATE FUNCTION users_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF TG_OP = 'INSERT' THEN INSERT INTO "Log" ("What") VALUES ('new'); INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (NEW."UserId", 2);
			ELSE INSERT INTO "Log" ("What") VALUES ('changed'); END IF;
			RETURN NULL; END $$`,
		`CREATE TRIGGER "TR_Users" AFTER INSERT OR UPDATE ON "Users" FOR EACH ROW EXECUTE FUNCTION users_trigger()`,
	},
	"sqlserver": {
		`CREATE TRIGGER "TR_Users" ON "Users" AFTER INSERT AS BEGIN INSERT INTO "Log" ("What") SELECT 'new' FROM inserted; INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT "UserId", 2 FROM inserted; END`,
		`CREATE TRIGGER "TR_Changed" ON "Users" AFTER UPDATE AS INSERT INTO "Log" ("What") SELECT 'changed' FROM inserted`,
	},
}

func init() { triggers["tds"] = triggers["sqlserver"] } // which remembers them, but does not run them

func TestTriggersOnUsers(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		db := modeltest.Open(t, url)
		f := newFixture(t, db)
		f.exec(`CREATE TABLE "Log" ("What" VARCHAR(20))`)
		for _, statement := range triggers[engine] {
			f.exec(statement)
		}
		user, err := f.Users.Register(t.Context(), f.as(""), newUser("joe"))
		if err != nil {
			t.Fatalf("Register: %v", err)
		}
		if got := strings.Join(user.RoleNames(), " "); user.UserID != 1 || got != "User" {
			t.Errorf("Register = user %d with %q, want user 1 with User", user.UserID, got)
		}
		boss, err := f.Users.Create(t.Context(), models.System(), with(newUser("boss"), func(u *NewUser) { u.Roles, u.IsActive = []string{"Admin"}, true }))
		if err != nil {
			t.Fatalf("Create: %v", err)
		}
		if got := strings.Join(boss.RoleNames(), " "); got != "Admin User" && engine != "tds" {
			t.Errorf("Create gave %q, want Admin, and User by the trigger", got)
		}
		if _, err := f.Users.Update(t.Context(), f.as("joe"), user.UserID, UserPatch{FirstName: ptr("Joseph")}, ""); err != nil {
			t.Errorf("Update: %v", err)
		}
		if err := f.Users.SetPassword(t.Context(), f.as("boss"), user.UserID, nextPassword); err != nil {
			t.Errorf("SetPassword: %v", err)
		}
		if err := f.Users.Delete(t.Context(), f.as("boss"), user.UserID); err != nil {
			t.Errorf("Delete: %v", err)
		}
		if got := f.count(`SELECT COUNT(*) FROM "Log"`); got != 4 && engine != "tds" {
			t.Errorf("the triggers ran %d times, want 4", got)
		}
	})
}

// Other tables of the owner may refer to a user.
func TestDeleteReferredUser(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if strings.HasPrefix(f.dialect(), "postgres") || f.dialect() == "sqlite" {
			f.exec(`CREATE TABLE "Orders" ("OrderId" INTEGER PRIMARY KEY, "UserId" BIGINT REFERENCES "Users" ("UserId"))`)
		} else {
			f.exec(`CREATE TABLE "Orders" ("OrderId" INT PRIMARY KEY, "UserId" INT REFERENCES "Users" ("UserId"))`)
		}
		f.exec(`INSERT INTO "Orders" ("OrderId", "UserId") VALUES (1, ?)`, f.id("ann"))
		f.play(t, []scenario{{"referred to", func(f *fixture) error {
			return f.Users.Delete(t.Context(), f.as("root"), f.id("ann"))
		}, models.Conflict, "", nil}})
	})
}

// The owner's IsActive is obeyed, and written along.
func TestOwnersIsActiveIsObeyed(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		kind, off := "BIT", "0"
		if engine == "postgres" {
			kind, off = "BOOLEAN", "FALSE"
		}
		alter := `ALTER TABLE "Users" ADD "IsActive" ` + kind
		newFixture(t, modeltest.Open(t, url)).exec(alter)
		db := modeltest.Open(t, url) // finds the column
		f := newFixture(t, db)
		f.cast()
		token := f.token("ann", goodPassword, models.APISession)
		f.exec(`UPDATE "Users" SET "IsActive" = ` + off + ` WHERE "Username" = 'ann'`)
		if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession); err == nil {
			t.Error("a token of whom the owner switched off is accepted")
		}
		if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.APISession); err != error(errCredentials) {
			t.Errorf("SignIn of whom the owner switched off = %v, want the one answer", err)
		}
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("ann"), UserPatch{IsActive: ptr(true)}, ""); err != nil {
			t.Fatal(err)
		}
		f.signIn("ann", goodPassword)
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("ann"), UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		if got := f.count(`SELECT COUNT(*) FROM "Users" WHERE "IsActive" = ` + off); got != 1 {
			t.Errorf("got %d users whom the owner's column shows inactive, want ann", got)
		}
		page, err := f.Users.List(t.Context(), f.as("root"), UserQuery{Status: "disabled"})
		if err != nil || names(page.Items) != "ann" {
			t.Errorf("List of the disabled = %q, %v, want ann", names(page.Items), err)
		}
		f.exec(`UPDATE "Users" SET "IsActive" = ` + off + ` WHERE "Username" = 'bob'`)
		if got := f.read(); got.Users != 3 || got.Active != 1 || got.Disabled != 2 {
			t.Errorf("of %d users %d are counted active and %d disabled, want 1 and 2 of 3", got.Users, got.Active, got.Disabled)
		}
		f.walk(t, UserQuery{Sort: "status", Limit: 1}, 3)
		f.walk(t, UserQuery{Sort: "-status", Limit: 1, Status: "disabled"}, 2)
		if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id("bob"), "Admin"); err != nil {
			t.Fatal(err)
		}
		if err := f.Users.Delete(t.Context(), f.as("root"), f.id("root")); models.KindOf(err) != models.Conflict {
			t.Errorf("Delete of the last active admin = %v, want a conflict", err)
		}
	})
}

// A value may be too long for a column that the owner made narrow.
func TestNarrowColumns(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if engine == "sqlite" {
			t.Skip("skipped: no column of SQLite is narrow")
		}
		f := newFixture(t, modeltest.Open(t, url))
		f.exec(`DROP TABLE "UserRoles"`)
		if engine != "postgres" {
			f.exec(`DROP INDEX "IX_Users_FirstName" ON "Users"`)
		}
		f.exec(`ALTER TABLE "Users" ALTER COLUMN "FirstName" ` + map[bool]string{true: "TYPE "}[engine == "postgres"] + `VARCHAR(3)`)
		f = newFixture(t, modeltest.Open(t, url))
		_, err := f.Users.Register(t.Context(), f.as(""), with(newUser("joe"), func(u *NewUser) { u.FirstName = "Joseph" }))
		var refused *models.Error
		if !errors.As(err, &refused) || refused.Kind != models.Invalid || refused.Fields["first_name"] != "Use at most 3 characters: this database keeps no more." {
			t.Errorf("Register = %v, want the field and its width", err)
		}
		if diff := cmp.Diff(int64(0), f.count(`SELECT COUNT(*) FROM "Users"`)); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
	})
}

// An owner's UserRoles may lack a key, and hold rows of users who are gone.
func TestLooseUserRoles(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		f := newFixture(t, modeltest.Open(t, url))
		f.cast()
		f.exec(`DROP TABLE "UserRoles"`)
		f.exec(`CREATE TABLE "UserRoles" ("UserId" INTEGER, "RoleId" INTEGER)`)
		f = newFixture(t, modeltest.Open(t, url))
		for _, user := range []int64{f.id("ann"), f.id("ann"), f.id("bob"), 9999} {
			f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (?, ?)`, user, f.roleID("Admin"))
		}
		f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (9999, ?)`, f.roleID("User"))
		token := f.token("ann", goodPassword, models.APISession)
		ann, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
		if err != nil || len(ann.User.Roles) != 1 || len(f.user("ann").Roles) != 1 {
			t.Errorf("ann has the roles %v and %v, %v, want Admin once", ann.User.RoleNames(), f.user("ann").RoleNames(), err)
		}
		roles, err := f.Roles.List(t.Context(), ann)
		if err != nil || len(roles) != 2 || roles[0].UserCount != 2 || roles[1].UserCount != 0 {
			t.Errorf("List = %+v, %v, want two holders of Admin and none of User", roles, err)
		}
		if _, err := f.Roles.Revoke(t.Context(), ann, f.id("ann"), "Admin"); err != nil || f.user("ann").HasRole("Admin") {
			t.Errorf("Revoke = %v, and the role is held: %t", err, f.user("ann").HasRole("Admin"))
		}
		if _, err := f.Roles.Revoke(t.Context(), models.System(), f.id("bob"), "Admin"); models.KindOf(err) != models.Conflict {
			t.Errorf("Revoke from the last admin = %v, want a conflict", err)
		}
	})
}

// An owner may add a column while we run: PostgreSQL then refuses, once, the
// statements that it has planned.
func TestOwnerAddsAColumn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root, ann := f.as("root"), f.id("ann")
		for _, table := range []string{"Users", "Roles", "UserRoles"} {
			f.exec(`ALTER TABLE "` + table + `" ADD "Since" INTEGER`)
		}
		if _, err := f.Roles.Assign(t.Context(), root, ann, "Admin"); err != nil {
			t.Errorf("Assign = %v, want nil", err)
		}
		if user := f.user("ann"); !user.HasRole("Admin") {
			t.Errorf("ann has %v, want Admin", user.RoleNames())
		}
	})
}
