package models_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// owners make an owner's tables in each engine's words, with more columns than
// we know and without unique indexes. %s is a further column of Users.
var owners = map[string][]string{
	"sqlite": {
		`CREATE TABLE "Users" ("UserId" INTEGER PRIMARY KEY, "Phone" TEXT DEFAULT 'none', "Username" TEXT, "PasswordHash" CHAR(80), "Email" TEXT, "FirstName" TEXT, "LastName" TEXT%s)`,
		`CREATE TABLE "Roles" ("RoleId" INTEGER PRIMARY KEY, "RoleName" TEXT, "Color" TEXT)`,
		`CREATE TABLE "UserRoles" ("UserId" INTEGER, "RoleId" INTEGER, "Since" TEXT)`,
	},
	"postgres": {
		`CREATE TABLE "Users" ("UserId" SERIAL PRIMARY KEY, "Phone" TEXT DEFAULT 'none', "Username" TEXT, "PasswordHash" CHAR(80), "Email" TEXT, "FirstName" TEXT, "LastName" TEXT%s)`,
		`CREATE TABLE "Roles" ("RoleId" SERIAL PRIMARY KEY, "RoleName" TEXT, "Color" TEXT)`,
		`CREATE TABLE "UserRoles" ("UserId" INTEGER, "RoleId" INTEGER, "Since" TEXT)`,
	},
	"sqlserver": {
		`CREATE TABLE "Users" ("UserId" INT IDENTITY(1,1) PRIMARY KEY, "Phone" NVARCHAR(20) DEFAULT 'none', "Username" NVARCHAR(64), "PasswordHash" CHAR(80), "Email" NVARCHAR(254), "FirstName" NVARCHAR(100), "LastName" NVARCHAR(100)%s)`,
		`CREATE TABLE "Roles" ("RoleId" INT IDENTITY(1,1) PRIMARY KEY, "RoleName" NVARCHAR(64), "Color" NVARCHAR(20))`,
		`CREATE TABLE "UserRoles" ("UserId" INT, "RoleId" INT, "Since" NVARCHAR(20))`,
	},
}

func init() { owners["tds"] = owners["sqlserver"] }

// owned makes an owner's tables and returns the database, not yet prepared.
func owned(t *testing.T, engine, url, column string) *models.DB {
	t.Helper()
	db := open(t, url, quiet())
	for _, statement := range owners[engine] {
		exec(t, db, strings.Replace(statement, "%s", column, 1))
	}
	return db
}

func TestOwnersTablesStayAsTheyAre(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		db := owned(t, engine, url, "")
		exec(t, db, `INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('ann', 'x', 'ann@example.com')`,
			`INSERT INTO "Roles" ("RoleName", "Color") VALUES ('Clerk', 'red')`, `INSERT INTO "UserRoles" ("UserId", "RoleId", "Since") VALUES (1, 1, 'ever')`)
		snapshot := func() map[string][]string {
			all := map[string][]string{}
			catalogue, err := db.Catalogue(t.Context())
			if err != nil || len(catalogue.Unread) > 0 {
				t.Fatalf("Catalogue: %v, unread: %v", err, catalogue.Unread)
			}
			for _, table := range []string{"Users", "Roles", "UserRoles"} {
				all[table] = append(rows(t, db, `SELECT * FROM "`+table+`"`), fmt.Sprintf("%+v", catalogue.Table(table)))
			}
			return all
		}
		before := snapshot()
		if err := db.Prepare(t.Context(), true); err != nil {
			t.Fatalf("Prepare: %v", err)
		}
		if diff := cmp.Diff(before, snapshot()); diff != "" {
			t.Errorf("Prepare changed the owner's tables (-before +after):\n%s", diff)
		}
		user, err := db.User(db.Read(t.Context()), 1)
		want := models.User{UserID: 1, Username: "ann", PasswordHash: user.PasswordHash, Email: "ann@example.com",
			OwnerActive: true, Status: models.Active, Roles: []models.Role{{RoleID: 1, RoleName: "Clerk"}}}
		if diff := cmp.Diff(want, user); err != nil || diff != "" {
			t.Errorf("User: %v (-want +got):\n%s", err, diff)
		}
	})
}

var ownersName = regexp.MustCompile(`\\?"(Users|Roles|UserRoles)\\?"`)

// From the first start on, all that is sent about the owner's tables is SELECTs.
func TestStartOnlyReadsOwnersTables(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		owned(t, engine, url, "")
		var log bytes.Buffer
		db := open(t, url, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		for range 2 {
			if err := db.Prepare(t.Context(), true); err != nil {
				t.Fatal(err)
			}
		}
		found := 0
		for line := range strings.SplitSeq(log.String(), "\n") {
			if !strings.Contains(line, "msg=statement") || !ownersName.MatchString(line) {
				continue
			}
			if found++; !strings.Contains(line, `sql="SELECT `) {
				t.Errorf("Prepare sent %s", line)
			}
		}
		if found < 6 || !strings.Contains(log.String(), "CREATE TABLE") {
			t.Errorf("got %d statements on the owner's tables, want one for each at each start, and our own tables made:\n%s", found, &log)
		}
	})
}

// What SQL Server would be sent at the first start on an owner's database.
func TestFirstStartOnSQLServer(t *testing.T) {
	db, recorder := modeltest.Recorded(t)
	recorder.Answer(modeltest.Answer{Holds: `SELECT * FROM "RolecallMigrations"`, Err: mssql.Error{Number: 208}})
	if err := db.Prepare(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, statement := range recorder.Sent() {
		if ownersName.MatchString(statement.SQL) && !strings.HasPrefix(statement.SQL, "SELECT ") {
			t.Errorf("Prepare sent %s", statement)
		}
		if strings.HasPrefix(statement.SQL, "CREATE TABLE") {
			made++
		}
	}
	if made < 5 {
		t.Errorf("Prepare made %d tables, want all of ours", made)
	}
}

func TestMissingColumnsAreAllNamed(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := open(t, url, quiet())
		exec(t, db, `CREATE TABLE "Users" ("UserId" INTEGER, "Username" VARCHAR(20), "Email" VARCHAR(20), "FirstName" VARCHAR(20))`,
			`CREATE TABLE "Roles" ("Id" INTEGER)`)
		err := db.Prepare(t.Context(), true)
		if err == nil {
			t.Fatal("Prepare = nil, want a refusal")
		}
		for _, name := range []string{"Users.PasswordHash", "Users.LastName", "Roles.RoleId", "Roles.RoleName"} {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("Prepare = %v, want %s named", err, name)
			}
		}
		if strings.Contains(err.Error(), "UserRoles") || strings.Contains(err.Error(), "Users.Username") {
			t.Errorf("Prepare = %v, which names what is there", err)
		}
	})
}

// Where the engine takes names in any letter case, so do we; on PostgreSQL a
// quoted name in another case is another name.
func TestColumnsInAnotherCase(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		db := open(t, url, quiet())
		for _, statement := range owners[engine] {
			statement = strings.Replace(statement, "%s", fmt.Sprintf(`, "isactive" %s`, bits[engine][0]), 1)
			for _, name := range []string{"UserId", "Username", "PasswordHash", "Email", "RoleId", "RoleName"} {
				statement = strings.ReplaceAll(statement, `"`+name+`"`, `"`+strings.ToUpper(name)+`"`)
			}
			exec(t, db, statement)
		}
		err := db.Prepare(t.Context(), true)
		if engine == "postgres" {
			if err == nil || !strings.Contains(err.Error(), "Users.UserId") || strings.Contains(err.Error(), "FirstName") {
				t.Errorf("Prepare = %v, want the columns in another case named", err)
			}
			return
		}
		if err != nil {
			t.Fatalf("Prepare: %v", err)
		}
		exec(t, db, `INSERT INTO "Users" ("Username", "PasswordHash", "Email", "IsActive") VALUES ('ann', 'x', 'ann@example.com', 0)`,
			`INSERT INTO "Roles" ("RoleName") VALUES ('Admin')`, `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (1, 1)`)
		user, err := db.User(db.Read(t.Context()), 1)
		if err != nil || user.UserID != 1 || user.Username != "ann" || user.Email != "ann@example.com" || user.OwnerActive || !user.HasRole("Admin") {
			t.Errorf("User = %+v, %v, want ann, an admin, not active", user, err)
		}
	})
}

// bits are the types an owner may have chosen for IsActive, with a literal each
// for true and false.
var bits = map[string][]string{
	"sqlite":    {"BOOLEAN", "INTEGER", "TINYINT(1)", "BIT"},
	"postgres":  {"BOOLEAN", "INTEGER", "SMALLINT"},
	"sqlserver": {"BIT", "INT", "TINYINT"},
	"tds":       {"BIT", "INT", "TINYINT"},
}

func TestOwnersIsActive(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			modeltest.EachURL(t, func(t *testing.T, engine, url string) {
				if i >= len(bits[engine]) {
					return
				}
				kind := bits[engine][i]
				on, off := "1", "0"
				if engine == "postgres" && kind == "BOOLEAN" {
					on, off = "TRUE", "FALSE"
				}
				db := owned(t, engine, url, `, "IsActive" `+kind)
				if err := db.Prepare(t.Context(), true); err != nil {
					t.Fatalf("%s: Prepare: %v", kind, err)
				}
				for j, value := range []string{on, off, "NULL"} {
					exec(t, db, fmt.Sprintf(`INSERT INTO "Users" ("Username", "PasswordHash", "Email", "IsActive") VALUES ('u%d', 'x', 'u%d@x', %s)`, j, j, value))
				}
				checkActive(t, db, kind, map[int64]bool{1: true, 2: false, 3: true})
				for id, active := range map[int64]bool{1: false, 2: true, 3: false} {
					err := db.Tx(t.Context(), func(tx *gorm.DB) error {
						return tx.Table("Users").Where(`"UserId" = ?`, id).Updates(db.OwnerActive(active)).Error
					})
					if err != nil {
						t.Fatalf("%s: write %t: %v", kind, active, err)
					}
				}
				checkActive(t, db, kind, map[int64]bool{1: false, 2: true, 3: false})
			})
		})
	}
}

func checkActive(t *testing.T, db *models.DB, kind string, want map[int64]bool) {
	t.Helper()
	var found []models.User
	if err := db.Users(db.Read(t.Context())).Find(&found).Error; err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	var active []models.User
	if err := db.Users(db.Read(t.Context())).Where(db.StatusIs(models.Active)).Find(&active).Error; err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	counted := map[int64]bool{}
	for _, user := range active {
		counted[user.UserID] = true
	}
	for _, user := range found {
		if user.IsActive() != want[user.UserID] || counted[user.UserID] != want[user.UserID] {
			t.Errorf("%s: user %d is active %t, counts as active %t, want %t", kind, user.UserID, user.IsActive(), counted[user.UserID], want[user.UserID])
		}
	}
}

// A hash that does not fit is found at the start, not at the first registration.
func TestNarrowHashColumn(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if engine == "sqlite" {
			t.Skip("skipped: no column of SQLite is narrow")
		}
		modeltest.Open(t, url)
		modeltest.Exec(t, url, `ALTER TABLE "Users" ALTER COLUMN "PasswordHash" `+map[bool]string{true: "TYPE "}[engine == "postgres"]+`VARCHAR(50)`)
		db, err := models.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Prepare(t.Context(), true); err == nil || !strings.Contains(err.Error(), "Users.PasswordHash holds 50 characters") {
			t.Errorf("Prepare = %v, want a word about the narrow column", err)
		}
	})
}
