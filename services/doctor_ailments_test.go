package services

import (
	"slices"
	"strings"
)

// An ailment is a way in which a database of ours can be made worse.
type ailment struct {
	name  string
	cause []string // in every engine's words
	on    map[string][]string
	want  string // the lines that come for it; the last one's finding is looked at
	count int64  // of the finding
	heals bool   // its SQL does away with it
}

const noUniqueNames = `DROP INDEX "UX_Users_Username"`

// djangoHash is of the form that Django writes, at its cost.
const djangoHash = "pbkdf2_sha256$260000$salt$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func twoUsers(first, second string) []string {
	return []string{
		`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('` + first + `', '` + passlibHashes[0].hash + `', 'one@example.com')`,
		`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('` + second + `', '` + passlibHashes[0].hash + `', 'two@example.com')`,
		`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (1, 2)`, `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (2, 2)`,
	}
}

// on is the statement in the words of two engines; SQLite has none for it.
func on(postgres, sqlserver string) map[string][]string {
	return map[string][]string{"postgres": {postgres}, "tds": {sqlserver}, "sqlserver": {sqlserver}}
}

func onSQLServer(statements ...string) map[string][]string {
	return map[string][]string{"tds": statements, "sqlserver": statements}
}

var dropIndex = map[string][]string{
	"sqlite": {noUniqueNames}, "postgres": {noUniqueNames}, "tds": {noUniqueNames + ` ON "Users"`}, "sqlserver": {noUniqueNames + ` ON "Users"`},
}

var twoTriggers = map[string][]string{
	"sqlite": triggers["sqlite"], "tds": triggers["sqlserver"], "sqlserver": triggers["sqlserver"],
	"postgres": append(slices.Clone(triggers["postgres"]), `CREATE TRIGGER "TR_Deleted" AFTER DELETE ON "Users" FOR EACH ROW EXECUTE FUNCTION users_trigger()`),
}

var usersAnew = []string{`DROP TABLE "Users"`, `CREATE TABLE "Users" ("UserId" INTEGER DEFAULT 1, "Username" VARCHAR(64), "PasswordHash" VARCHAR(60), "Email" VARCHAR(254), "FirstName" VARCHAR(200), "LastName" VARCHAR(200))`}

const (
	noFirstNames = `DROP INDEX "IX_Users_FirstName" ON "Users"`
	noLastNames  = `DROP INDEX "IX_Users_LastName" ON "Users"`
)

var ailments = []ailment{
	{name: "a narrow hash", on: on(`ALTER TABLE "Users" ALTER COLUMN "PasswordHash" TYPE VARCHAR(50)`, `ALTER TABLE "Users" ALTER COLUMN "PasswordHash" NVARCHAR(50) NOT NULL`),
		want: "fatal hash-width", count: 50, heals: true},
	{name: "a missing column", on: map[string][]string{
		"sqlite": {`DROP INDEX "IX_Users_LastName"`, `DROP INDEX "IX_Users_FirstName"`}, "postgres": {},
		"tds": {noLastNames, noFirstNames}, "sqlserver": {noLastNames, noFirstNames},
	}, cause: []string{`ALTER TABLE "Users" DROP COLUMN "LastName"`}, want: "fatal columns", count: 1, heals: true},
	{name: "a narrow name", on: map[string][]string{
		"postgres": {`ALTER TABLE "Users" ALTER COLUMN "FirstName" TYPE VARCHAR(20)`},
	}, want: "note width", count: 1, heals: true},
	{name: "a narrow name on SQL Server", on: onSQLServer(noFirstNames, `ALTER TABLE "Users" ALTER COLUMN "FirstName" NVARCHAR(20) NULL`),
		want: "warning index, note width", count: 1, heals: true},
	{name: "a required column", on: on(`ALTER TABLE "Users" ADD "Phone" VARCHAR(20) NOT NULL`, `ALTER TABLE "Users" ADD "Phone" VARCHAR(20) NOT NULL`),
		want: "warning required", count: 1, heals: true},
	{name: "a missing index", on: dropIndex, want: "warning index", count: 1, heals: true},
	{name: "an index that is not unique", on: map[string][]string{
		"sqlite":    {noUniqueNames, `CREATE INDEX "I" ON "Users" ("Username" COLLATE NOCASE)`},
		"postgres":  {noUniqueNames, `CREATE INDEX "I" ON "Users" (lower("Username"))`},
		"tds":       {noUniqueNames + ` ON "Users"`, `CREATE INDEX "I" ON "Users" ("Username")`},
		"sqlserver": {noUniqueNames + ` ON "Users"`, `CREATE INDEX "I" ON "Users" ("Username")`},
	}, want: "note index-not-unique", count: 1},
	{name: "an index on a part", on: map[string][]string{
		"sqlite":   {noUniqueNames, `CREATE UNIQUE INDEX "I" ON "Users" ("Username" COLLATE NOCASE) WHERE "UserId" > 0`},
		"postgres": {noUniqueNames, `CREATE UNIQUE INDEX "I" ON "Users" (lower("Username")) WHERE "UserId" > 0`},
		"tds":      {noUniqueNames + ` ON "Users"`, `CREATE UNIQUE INDEX "I" ON "Users" ("Username") WHERE "UserId" > 0`},
	}, want: "warning index", count: 1},
	{name: "a column in another case", on: map[string][]string{"postgres": {`ALTER TABLE "Users" RENAME COLUMN "LastName" TO "lastname"`}},
		want: "fatal columns", count: 1, heals: true},
	{name: "an id that is not made", on: map[string][]string{"postgres": {`ALTER TABLE "Users" ALTER COLUMN "UserId" DROP IDENTITY`}},
		want: "warning required", count: 1},
	{name: "a view", on: map[string][]string{"sqlite": {}, "postgres": {}}, cause: []string{`ALTER TABLE "Roles" RENAME TO "Rights"`, `CREATE VIEW "Roles" AS SELECT "RoleId", "RoleName" FROM "Rights"`},
		want: "note view", count: 1},
	{name: "triggers", on: twoTriggers, cause: []string{`CREATE TABLE "Log" ("What" VARCHAR(20))`}, want: "note triggers", count: 2},
	{name: "a trigger in the way", on: onSQLServer(`CREATE TRIGGER "TR_Users" ON "Users" INSTEAD OF INSERT AS SELECT 1`), want: "warning triggers-instead", count: 1},
	{name: "a trigger that is off", on: onSQLServer(`CREATE TRIGGER "TR_Users" ON "Users" AFTER INSERT AS SELECT 1`, `DISABLE TRIGGER "TR_Users" ON "Users"`)},
	{name: "users without a key on SQLite", cause: usersAnew, on: map[string][]string{"sqlite": {}},
		want: "warning index" + strings.Repeat(", warning index", 4), count: 1, heals: true},
	{name: "users without a key on PostgreSQL", cause: usersAnew, on: map[string][]string{"postgres": {}},
		want: "warning index" + strings.Repeat(", warning index", 7), count: 1, heals: true},
	{name: "readers that wait", on: map[string][]string{"tds": {`ALTER DATABASE rolecall SET READ_COMMITTED_SNAPSHOT OFF`}},
		want: "warning read-committed-snapshot", count: 1, heals: true},
	{name: "varchar", on: onSQLServer(noFirstNames, noLastNames, `ALTER TABLE "Users" ALTER COLUMN "FirstName" VARCHAR(100) NULL`, `ALTER TABLE "Users" ALTER COLUMN "LastName" CHAR(100) NULL`),
		want: "warning index, warning index, note varchar", count: 2, heals: true},
	{name: "letter case counts", on: onSQLServer(noFirstNames, `ALTER TABLE "Users" ALTER COLUMN "FirstName" NVARCHAR(100) COLLATE Latin1_General_CS_AS NULL`),
		want: "warning index, warning collation", count: 1, heals: true},
	{name: "a step taken back", cause: []string{`DROP TABLE "RolecallEvents"`, `DELETE FROM "RolecallMigrations" WHERE "Version" = 3`},
		want: "note migrations", count: 1},
	{name: "names that differ by case", on: dropIndex, cause: twoUsers("bob", "BOB"), want: "warning index, warning duplicate-usernames", count: 1},
	{name: "a name with a blank", cause: twoUsers("bob", "ann "), want: "warning blanks", count: 1, heals: true},
	{name: "a name that begins with a blank", cause: twoUsers("bob", " ann"), want: "warning blanks", count: 1, heals: true},
	{name: "no name", cause: twoUsers("bob", ""), want: "warning empty-usernames", count: 1},
	{name: "another's address", cause: twoUsers("bob", "ONE@example.com"), want: "warning username-of-another", count: 1},
	{name: "a hash of a stranger's", cause: append(twoUsers("bob", "ann"), `UPDATE "Users" SET "PasswordHash" = '$9$canary' WHERE "UserId" = 1`),
		want: "warning hashes-foreign", count: 1},
	{name: "a hash of another program", cause: append(twoUsers("bob", "ann"), `UPDATE "Users" SET "PasswordHash" = '`+djangoHash+`'`),
		want: "note hashes-renewed", count: 2},
	{name: "no hash", cause: append(twoUsers("bob", "ann"), `UPDATE "Users" SET "PasswordHash" = '' WHERE "UserId" = 1`), want: "note hashes-none", count: 1},
	{name: "members who are gone", cause: []string{`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (99, 1)`, `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (98, 1)`},
		want: "warning orphaned-users", count: 2, heals: true},
	{name: "a role that is gone", cause: append(twoUsers("bob", "ann"), `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (1, 99)`),
		want: "warning orphaned-roles", count: 1, heals: true},
	{name: "a role twice", on: map[string][]string{
		"sqlite": {`DROP INDEX "UX_Roles_RoleName"`}, "postgres": {`DROP INDEX "UX_Roles_RoleName"`}, "tds": {`DROP INDEX "UX_Roles_RoleName" ON "Roles"`},
	}, cause: append(twoUsers("bob", "ann"), `INSERT INTO "Roles" ("RoleName") VALUES ('USER ')`,
		`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (1, 3)`, `DELETE FROM "UserRoles" WHERE "UserId" = 2`, `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (2, 3)`),
		want: "warning index, warning duplicate-roles", count: 1, heals: true},
	{name: "no role", cause: append(twoUsers("bob", "ann"), `DELETE FROM "UserRoles"`), want: "note no-role", count: 2, heals: true},
	{name: "no role User", cause: []string{`DELETE FROM "Roles" WHERE "RoleName" = 'User'`}, want: "note built-in-role", count: 1},
	{name: "memberships without a key", cause: append([]string{`DROP TABLE "UserRoles"`, `CREATE TABLE "UserRoles" ("UserId" INTEGER, "RoleId" INTEGER)`},
		append(twoUsers("bob", "ann"), `INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (2, 2)`)...),
		want: "warning index, warning index, note repeated-memberships", count: 1},
}

func (a ailment) statements(engine string) []string {
	return append(slices.Clone(a.on[engine]), a.cause...)
}
