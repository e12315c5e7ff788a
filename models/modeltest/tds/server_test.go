package tds_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"rolecall/models/modeltest/tds"
)

const usersTable = `CREATE TABLE "Users" (
  "UserId" INT IDENTITY(1,1) NOT NULL PRIMARY KEY,
  "Username" NVARCHAR(16) NOT NULL CONSTRAINT "UQ_Users_Username" UNIQUE,
  "Email" VARCHAR(50) NULL,
  "IsActive" BIT NOT NULL DEFAULT (1),
  "Notes" NVARCHAR(MAX),
  "LastLogin" DATETIME2 NULL,
  "CreatedAt" DATETIMEOFFSET NOT NULL DEFAULT (SYSUTCDATETIME()),
  "Version" BIGINT NOT NULL DEFAULT 0
)`

// open starts a server with a Users table and connects the real driver to it.
func open(t *testing.T) (*tds.Server, *sql.DB) {
	t.Helper()
	server := tds.Start(t)
	server.Exec(t, usersTable)
	db, err := sql.Open("sqlserver", server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return server, db
}

func exec(t *testing.T, db interface {
	Exec(string, ...any) (sql.Result, error)
}, query string, args ...any) int64 {
	t.Helper()
	result, err := db.Exec(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	n, _ := result.RowsAffected()
	return n
}

// get reads one value.
func get[T any](t *testing.T, db interface {
	QueryRow(string, ...any) *sql.Row
}, query string, args ...any) (value T) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// number is SQL Server's number of the error, 0 for none.
func number(err error) int32 {
	var server mssql.Error
	if errors.As(err, &server) {
		return server.Number
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestTypes(t *testing.T) {
	_, db := open(t)
	when := time.Date(2026, 5, 4, 3, 2, 1, 123456700, time.UTC)
	exec(t, db, `INSERT INTO Users (Username, Email, IsActive, Notes, LastLogin, CreatedAt) VALUES (@p1, @p2, @p3, @p4, @p5, @p6)`,
		"bøb 😀", mssql.VarChar("b@x.org"), false, strings.Repeat("long ", 20000), when, when.In(time.FixedZone("", 7200)))
	exec(t, db, `INSERT INTO Users (Username) VALUES (@p1)`, "")

	rows, err := db.Query(`SELECT * FROM dbo.[Users] WHERE 1 = 0`)
	if err != nil {
		t.Fatal(err)
	}
	types, _ := rows.ColumnTypes()
	var got []string
	for _, c := range types {
		got = append(got, c.Name()+" "+c.DatabaseTypeName())
	}
	rows.Close()
	want := "UserId INT,Username NVARCHAR,Email VARCHAR,IsActive BIT,Notes NVARCHAR,LastLogin DATETIME2,CreatedAt DATETIMEOFFSET,Version BIGINT"
	if strings.Join(got, ",") != want {
		t.Errorf("columns\n got %s\nwant %s", strings.Join(got, ","), want)
	}

	var id int64
	var name, email, notes string
	var active bool
	var login, created time.Time
	if err := db.QueryRow(`SELECT UserId, Username, Email, IsActive, Notes, LastLogin, CreatedAt FROM Users WHERE LastLogin = @p1`, when).
		Scan(&id, &name, &email, &active, &notes, &login, &created); err != nil {
		t.Fatal(err)
	}
	if id != 1 || name != "bøb 😀" || email != "b@x.org" || active || len(notes) != 100000 || !login.Equal(when) || !created.Equal(when) {
		t.Error("got", id, name, email, active, len(notes), login, created)
	}
	if _, offset := created.Zone(); offset != 7200 {
		t.Errorf("offset = %d, want 7200", offset)
	}
	var null sql.NullTime
	var text sql.NullString
	if err := db.QueryRow(`SELECT LastLogin, Notes FROM Users WHERE UserId = 2`).Scan(&null, &text); err != nil || null.Valid || text.Valid {
		t.Error("NULLs:", null, text, err)
	}
}

func TestParameterDeclarations(t *testing.T) {
	server, db := open(t)
	get[int](t, db, `SELECT COUNT(*) FROM Users WHERE Email = @p1`, mssql.VarChar("x"))
	get[int](t, db, `SELECT COUNT(*) FROM Users WHERE Email = @p1 AND UserId = @p2`, "x", int64(1))
	statements := server.Statements()
	want := []string{"@p1 varchar(1)", "@p1 nvarchar(1),@p2 bigint"}
	if len(statements) != 2 || statements[0].Params != want[0] || statements[1].Params != want[1] {
		t.Errorf("Statements = %q", statements)
	}
}

func TestExpressions(t *testing.T) {
	_, db := open(t)
	exec(t, db, `INSERT INTO Users (Username, Email) VALUES ('ann', 'a@x'), ('Bob', NULL), ('bob2', 'b@x')`)
	for query, want := range map[string]string{
		`SELECT 'a' + N'b' + CAST(5 AS varchar(3))`:                                                               "ab5",
		`SELECT CONCAT('a', NULL, 5)`:                                                                             "a5",
		`SELECT CAST('abcdef' AS nvarchar(3))`:                                                                    "abc",
		`SELECT LEN('ab  ')`:                                                                                      "2",
		`SELECT ISNULL(Email, 'none') FROM Users WHERE Username = 'BOB '`:                                         "none",
		`SELECT TOP 1 Username FROM Users ORDER BY Username DESC`:                                                 "bob2",
		`SELECT TOP (@p1) Username FROM Users ORDER BY UserId`:                                                    "ann",
		`SELECT Username FROM Users ORDER BY UserId OFFSET 1 ROW FETCH NEXT 1 ROWS ONLY`:                          "Bob",
		`SELECT COUNT(*) FROM Users WHERE LOWER(Username) LIKE 'BOB%'`:                                            "2",
		`SELECT COUNT(*) FROM Users WHERE Username LIKE '[ab]nn'`:                                                 "1",
		`SELECT COUNT(*) FROM Users WHERE Username LIKE '\_%' ESCAPE '\'`:                                         "0",
		`SELECT MAX(Username) FROM Users`:                                                                         "bob2",
		`SELECT CASE WHEN EXISTS (SELECT 1 FROM Users u WHERE u.Email IS NULL) THEN 'y' ELSE 'n' END`:             "y",
		`SELECT COUNT(*) FROM Users WHERE Username IN ('ANN', 'bob')`:                                             "2",
		`WITH c AS (SELECT UserId, Username AS n FROM Users) SELECT n FROM c WHERE n = 'BOB'`:                     "Bob",
		`SELECT x.n FROM (SELECT COUNT(*) AS n FROM Users) AS x`:                                                  "3",
		`SELECT COUNT(*) FROM (SELECT 'a' AS z UNION SELECT 'A' UNION ALL SELECT 'b') AS x`:                       "2",
		`SELECT DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'users' AND column_name = 'EMAIL'`:   "varchar",
		`SELECT CHARACTER_MAXIMUM_LENGTH FROM INFORMATION_SCHEMA.COLUMNS WHERE COLUMN_NAME = 'Username'`:          "16",
		`SELECT COALESCE("COLLATION_NAME", '') FROM "INFORMATION_SCHEMA"."COLUMNS" WHERE COLUMN_NAME='Username'`:  "SQL_Latin1_General_CP1_CI_AS",
		`SELECT COUNT(*) FROM Users u LEFT JOIN Users AS v WITH (NOLOCK) ON v.UserId = u.UserId AND v.UserId > 1`: "3",
		`SELECT DB_NAME()`: "rolecall",
		`SELECT CASE WHEN OBJECT_ID('dbo.users') IS NULL THEN 0 ELSE 1 END`: "1",
		`SELECT 7 / 2`: "3",
		`SELECT COUNT(*) FROM Users WHERE UserId = '2'`: "1",
		`SELECT r FROM (SELECT ROW_NUMBER() OVER (ORDER BY UserId DESC) AS r, Username FROM Users) AS x WHERE Username = 'ann'`: "3",
		`SELECT SUM(v.a) FROM (VALUES (1, 'x'), (2, 'y')) AS v (a, b) WHERE b = 'Y'`:                                            "2",
		`SET NOCOUNT ON; DECLARE @n int = 4; SET @n = @n + 1; SELECT @n`:                                                        "5",
	} {
		var args []any
		if strings.Contains(query, "@p1") {
			args = append(args, 1)
		}
		if got := get[string](t, db, query, args...); got != want {
			t.Errorf("%s = %q, want %q", query, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	server, db := open(t)
	server.Exec(t, `CREATE TABLE Roles (RoleId INT NOT NULL PRIMARY KEY, RoleName NVARCHAR(8) NOT NULL);
CREATE UNIQUE INDEX IX_Roles ON Roles (RoleName);
CREATE TABLE UserRoles (UserId INT NOT NULL, RoleId INT NOT NULL, PRIMARY KEY (UserId, RoleId),
 CONSTRAINT FK_UR_Users FOREIGN KEY (UserId) REFERENCES Users (UserId), CONSTRAINT FK_UR_Roles FOREIGN KEY (RoleId) REFERENCES Roles (RoleId) ON DELETE CASCADE);
INSERT INTO Users (Username) VALUES ('bob'); INSERT INTO Roles VALUES (1, 'Admin'); INSERT INTO UserRoles VALUES (1, 1)`)
	for _, tt := range []struct {
		query string
		want  int32
	}{
		{`SELECT * FROM Users LIMIT 10`, 102},
		{`INSERT INTO Users (Username) VALUES ('x') RETURNING UserId`, 102},
		{`INSERT INTO Users (Username) VALUES ('x') ON CONFLICT DO NOTHING`, 102},
		{`SELECT * FROM Users ORDER BY UserId OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY FOR UPDATE`, 102},
		{"SELECT `UserId` FROM Users", 102},
		{`SELECT * FROM Users WHERE UserId = ?`, 102},
		{`SELECT 'a' || 'b'`, 102},
		{`SELECT * FROM Users WHERE Username ILIKE 'b%'`, 102},
		{`SELECT * FROM Users WHERE IsActive = true`, 207},
		{`SELECT * FROM Users WHERE IsActive`, 4145},
		{`SELECT * FROM Users WHERE NOT IsActive AND UserId = 1`, 4145},
		{`SELECT * FROM Users WHERE (IsActive OR UserId = 1)`, 4145},
		{`SELECT * FROM Users OFFSET 5 ROWS`, 102},
		{`SELECT * FROM Nobody`, 208},
		{`SELECT Nothing FROM Users`, 207},
		{`SELECT x.Username FROM Users AS u`, 4104},
		{`SELECT UserId FROM Users, UserRoles`, 209},
		{`INSERT INTO Users (Username) VALUES ('BOB ')`, 2627},
		{`UPDATE Roles SET RoleName = 'admin'; INSERT INTO Roles VALUES (2, 'ADMIN')`, 2601},
		{`INSERT INTO Roles VALUES (1, 'Other')`, 2627},
		{`INSERT INTO Users (Username) VALUES (NULL)`, 515},
		{`INSERT INTO Users (Email) VALUES ('a')`, 515},
		{`INSERT INTO Users (Username) VALUES ('12345678901234567')`, 2628},
		{`UPDATE Users SET Username = '12345678901234567'`, 2628},
		{`INSERT INTO Users (UserId, Username) VALUES (7, 'x')`, 544},
		{`UPDATE Users SET UserId = 7`, 8102},
		{`INSERT INTO UserRoles VALUES (99, 1)`, 547},
		{`DELETE FROM Users WHERE UserId = 1`, 547},
		{`CREATE TABLE users (a INT)`, 2714},
		{`CREATE INDEX IX_N ON Users (Notes)`, 1919},
		{`CREATE TABLE Big (a NVARCHAR(1000) PRIMARY KEY)`, 1919},
		{`SELECT CAST('x' AS int)`, 245},
		{`SELECT 1 / 0`, 8134},
		{`SELECT IFNULL(1, 2)`, 195},
		{`SELECT * FROM (SELECT UserId FROM Users ORDER BY UserId) AS x`, 1033},
		{`SELECT Username, COUNT(*) FROM Users`, 8120},
		{`SELECT COUNT(*) FROM Users ORDER BY UserId`, 8120},
		{`SELECT UserId FROM Users ORDER BY UserId, UserId`, 169},
		{`MERGE INTO Users USING (VALUES (1)) AS x (a) ON 1 = 1 WHEN MATCHED THEN DELETE`, 102},
		{`EXEC sp_getapplock @Resource = 'x', @LockMode = 'Exclusive'`, 2812},
		{`INSERT INTO Users (Username) VALUES ` + strings.Repeat("('x'),", 1000) + "('x')", 10738},
		{`SELECT @x`, 137},
		{`COMMIT`, 3902},
		{`ROLLBACK TRANSACTION`, 3903},
		{`SELECT User FROM Roles WHERE Order = 1`, 102},
		{`DROP TABLE Users`, 3726},
		{`ALTER TABLE Users ADD Extra INT NOT NULL`, 4901},
	} {
		_, err := db.Exec(tt.query)
		if got := number(err); got != tt.want {
			t.Errorf("%.80s: error %d (%v), want %d", tt.query, got, err, tt.want)
		}
	}
	if _, err := db.Exec(`SELECT @p2100`, make([]any, 2099)...); number(err) != 8003 {
		t.Errorf("2099 parameters: %v, want 8003", err)
	}
	if _, err := db.Exec(`SELECT @p2098`, make([]any, 2098)...); err != nil {
		t.Errorf("2098 parameters: %v", err)
	}
}

func TestDuplicateTexts(t *testing.T) {
	server, db := open(t)
	server.Exec(t, `CREATE UNIQUE INDEX IX_Email ON Users (Email) WHERE Email IS NOT NULL; INSERT INTO Users (Username, Email) VALUES ('bob', 'b@x')`)
	_, err := db.Exec(`INSERT INTO Users (Username) VALUES (@p1)`, "bob")
	want := "Violation of UNIQUE KEY constraint 'UQ_Users_Username'. Cannot insert duplicate key in object 'dbo.Users'. The duplicate key value is (bob)."
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("constraint: %v", err)
	}
	_, err = db.Exec(`INSERT INTO Users (Username, Email) VALUES (@p1, @p2)`, "bob2", "B@X")
	want = "Cannot insert duplicate key row in object 'dbo.Users' with unique index 'IX_Email'. The duplicate key value is (B@X)."
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("index: %v", err)
	}
	exec(t, db, `INSERT INTO Users (Username) VALUES ('c'), ('d')`)
	server.Exec(t, `CREATE TABLE One (a INT NULL UNIQUE)`)
	exec(t, db, `INSERT INTO One VALUES (NULL)`)
	if _, err := db.Exec(`INSERT INTO One VALUES (NULL)`); number(err) != 2627 {
		t.Errorf("a second NULL in a unique column: %v, want 2627", err)
	}
}

func TestOutputAndIdentity(t *testing.T) {
	server, db := open(t)
	if id := get[int64](t, db, `INSERT INTO Users (Username) OUTPUT INSERTED."UserId" VALUES (@p1);`, "a"); id != 1 {
		t.Errorf("OUTPUT = %d", id)
	}
	if id := get[int64](t, db, `INSERT INTO Users (Username) VALUES (@p1); SELECT CAST(SCOPE_IDENTITY() AS bigint)`, "b"); id != 2 {
		t.Errorf("SCOPE_IDENTITY = %d", id)
	}
	if v := get[int64](t, db, `UPDATE Users SET Version = Version + 1 OUTPUT INSERTED.Version WHERE UserId = @p1`, 1); v != 1 {
		t.Errorf("version = %d", v)
	}
	if n := get[int64](t, db, `UPDATE Users SET Version += 1; SELECT @@ROWCOUNT`); n != 2 {
		t.Errorf("@@ROWCOUNT = %d", n)
	}
	exec(t, db, `SET IDENTITY_INSERT Users ON; INSERT INTO Users (UserId, Username) VALUES (50, 'c'); SET IDENTITY_INSERT Users OFF;`)
	if id := get[int64](t, db, `DELETE FROM Users OUTPUT DELETED.UserId WHERE Username = 'C'`); id != 50 {
		t.Errorf("deleted %d", id)
	}
	exec(t, db, `INSERT INTO Users (Username, Email) SELECT Username + '2', @p1 FROM Users WHERE NOT EXISTS (SELECT 1 FROM Users WHERE Username = 'zed')`, "e")
	if n := get[int64](t, db, `SELECT COUNT(*) FROM Users WHERE IsActive = 1`); n != 4 {
		t.Errorf("%d users", n)
	}
	if n := exec(t, db, `DELETE TOP (1) FROM Users WHERE Email = 'E'`); n != 1 {
		t.Errorf("DELETE TOP (1) = %d", n)
	}

	server.Exec(t, `CREATE TRIGGER dbo.TR_Users ON dbo.Users AFTER INSERT AS BEGIN SET NOCOUNT ON; UPDATE Users SET Version = 1 END`)
	if _, err := db.Exec(`INSERT INTO Users (Username) OUTPUT INSERTED.UserId VALUES ('t')`); number(err) != 334 {
		t.Errorf("OUTPUT with a trigger: %v, want 334", err)
	}
	exec(t, db, `INSERT INTO Users (Username) VALUES ('t')`)
	if n := get[int](t, db, `SELECT COUNT(*) FROM sys.triggers t JOIN sys.tables s ON s.object_id = t.parent_id WHERE s.name = 'Users' AND t.is_disabled = 0`); n != 1 {
		t.Errorf("%d triggers", n)
	}
	exec(t, db, `DISABLE TRIGGER TR_Users ON Users`)
	exec(t, db, `INSERT INTO Users (Username) OUTPUT INSERTED.UserId VALUES ('u')`)
}

func TestAlter(t *testing.T) {
	server, db := open(t)
	server.Exec(t, `INSERT INTO Users (Username, Email) VALUES ('bob', 'bob@x')`)
	exec(t, db, `ALTER TABLE Users ADD Score INT NOT NULL CONSTRAINT DF_Score DEFAULT (7), Extra NVARCHAR(5) NULL DEFAULT ('x')`)
	if got := get[string](t, db, `SELECT CAST(Score AS varchar(9)) + ISNULL(Extra, '-') FROM Users`); got != "7-" {
		t.Errorf("added columns hold %q, want 7-", got)
	}
	if _, err := db.Exec(`ALTER TABLE Users ALTER COLUMN Email VARCHAR(3)`); number(err) != 2628 {
		t.Errorf("a column too narrow for its rows: %v, want 2628", err)
	}
	exec(t, db, `ALTER TABLE Users ALTER COLUMN Email VARCHAR(5) NOT NULL`)
	if _, err := db.Exec(`UPDATE Users SET Email = NULL`); number(err) != 515 {
		t.Errorf("NULL after ALTER COLUMN: %v, want 515", err)
	}
	if _, err := db.Exec(`ALTER TABLE Users ALTER COLUMN Username NVARCHAR(5) NOT NULL`); number(err) != 5074 {
		t.Errorf("an indexed column: %v, want 5074", err)
	}
	exec(t, db, `ALTER TABLE Users ALTER COLUMN Username NVARCHAR(20) NOT NULL; ALTER TABLE Users DROP COLUMN Notes`)
	exec(t, db, `IF OBJECT_ID('dbo.Gone') IS NULL CREATE TABLE Gone (a INT PRIMARY KEY) ELSE DROP TABLE Gone`)
	exec(t, db, `INSERT INTO Gone VALUES (1); TRUNCATE TABLE Gone; DROP TABLE IF EXISTS Gone; DROP TABLE IF EXISTS Gone`)
	exec(t, db, `CREATE TABLE People (Name NVARCHAR(10) COLLATE Latin1_General_CS_AS NOT NULL UNIQUE); INSERT INTO People VALUES ('ann'), ('Ann')`)
	if n := get[int](t, db, `SELECT COUNT(*) FROM People WHERE Name = 'ANN' COLLATE Latin1_General_CI_AS OR Name = 'ann'`); n != 2 {
		t.Errorf("under COLLATE: %d, want 2", n)
	}
}

func TestDropConnections(t *testing.T) {
	server, db := open(t)
	db.SetMaxOpenConns(1)
	get[int](t, db, `SELECT 1`)
	server.DropConnections()
	db.Ping() // the driver learns of it by a failure, and takes another connection
	get[int](t, db, `SELECT 1`)
}

func TestLogin(t *testing.T) {
	server := tds.Start(t)
	db, _ := sql.Open("sqlserver", strings.Replace(server.URL(), "secret", "guess", 1))
	defer db.Close()
	if err := db.Ping(); number(err) != 18456 {
		t.Errorf("wrong password: %v", err)
	}
}
