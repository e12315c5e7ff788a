package tds_test

import (
	"database/sql"
	"strings"
	"testing"
)

// texts are the values of a query's one column.
func texts(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}

// connect opens a connection as another login, which has the rights.
func connect(t *testing.T) (owner, clerk *sql.DB) {
	t.Helper()
	server, owner := open(t)
	server.Exec(t, `CREATE LOGIN clerk WITH PASSWORD = 'pass'`)
	server.Exec(t, `CREATE USER clerk FOR LOGIN clerk`)
	server.Exec(t, `GRANT SELECT, INSERT ON "Users" TO clerk`)
	server.Exec(t, `CREATE TABLE "Hidden" ("X" INT)`)
	clerk, err := sql.Open("sqlserver", server.URLFor("clerk", "pass"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { clerk.Close() })
	return owner, clerk
}

func TestRights(t *testing.T) {
	owner, clerk := connect(t)
	for _, tt := range []struct {
		text   string
		number int32 // for clerk; sa may do it all
	}{
		{`INSERT INTO Users (Username) VALUES ('ann')`, 0},
		{`SELECT COUNT(*) FROM Users`, 0},
		{`SELECT 1 WHERE EXISTS (SELECT 1 FROM Hidden)`, 229},
		{`INSERT INTO Users (Username) SELECT 'bob' FROM Hidden`, 229},
		{`UPDATE Users SET Version = 2 WHERE Username = 'ann'`, 229},
		{`DELETE FROM Users`, 229},
		{`CREATE TABLE Mine (X INT)`, 262},
		{`ALTER TABLE Users ADD Extra INT`, 262},
		{`GRANT DELETE ON Users TO clerk`, 262},
		{`ALTER DATABASE rolecall SET READ_COMMITTED_SNAPSHOT OFF`, 15247},
	} {
		if _, err := clerk.Exec(tt.text); number(err) != tt.number {
			t.Errorf("as clerk: %s = %v, want %d", tt.text, err, tt.number)
		}
		if _, err := owner.Exec(tt.text); tt.number != 0 && err != nil {
			t.Errorf("as sa: %s = %v, want success", tt.text, err)
		}
	}
	if _, err := clerk.Exec(`DELETE FROM Users`); err != nil { // sa has granted it by now
		t.Errorf("DELETE with the right = %v", err)
	}
}

func TestLoginsArePassworded(t *testing.T) {
	server, _ := open(t)
	server.Exec(t, `CREATE LOGIN clerk WITH PASSWORD = 'pass'`)
	for _, url := range []string{server.URLFor("clerk", "wrong"), server.URLFor("nobody", "pass"), server.URLFor("sa", "pass")} {
		db, err := sql.Open("sqlserver", url)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(); number(err) != 18456 {
			t.Errorf("Ping of %s = %v, want 18456", url, err)
		}
		db.Close()
	}
}

func TestWhoIsAsked(t *testing.T) {
	owner, clerk := connect(t)
	const who = `SELECT CONCAT(USER_NAME(), ' ', SUSER_SNAME(), ' ', COALESCE(HAS_PERMS_BY_NAME('Users', 'OBJECT', 'INSERT'), 9),
 COALESCE(HAS_PERMS_BY_NAME('Users', 'OBJECT', 'DELETE'), 9), COALESCE(HAS_PERMS_BY_NAME('Hidden', 'OBJECT', 'SELECT'), 9),
 HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE'), ' ', COALESCE(OBJECT_ID('Hidden'), 0))`
	if got := get[string](t, clerk, who); got != "clerk clerk 1090 0" {
		t.Errorf("clerk is told %q", got)
	}
	if got := get[string](t, owner, who); got[:11] != "dbo sa 1111" {
		t.Errorf("sa is told %q", got)
	}
}

// The catalogue's views, asked as a tool asks them.
func TestCatalogueViews(t *testing.T) {
	server, db := open(t)
	server.Exec(t, `CREATE TABLE "Notes" ("UserId" INT NOT NULL, "Kind" CHAR(3), "Text" VARCHAR(40) COLLATE Cyrillic_General_CI_AS, PRIMARY KEY ("UserId", "Kind"))`)
	server.Exec(t, `CREATE INDEX "IX_Notes" ON "Notes" ("Text", "UserId") WHERE "Kind" IS NOT NULL`)
	server.Exec(t, `CREATE TRIGGER "TR_Notes" ON "Notes" INSTEAD OF INSERT AS SELECT 1`)
	for _, tt := range []struct{ text, want string }{
		{`SELECT CONCAT(c.name, ' ', t.name, ' ', c.max_length, ' ', c.is_nullable, c.is_identity, IIF(c.default_object_id > 0, 1, 0))
 FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.system_type_id WHERE c.object_id = OBJECT_ID('Users') AND c.column_id < 6 ORDER BY c.column_id`,
			"UserId int 4 010, Username nvarchar 32 000, Email varchar 50 100, IsActive bit 1 001, Notes nvarchar -1 100"},
		{`SELECT CONCAT(i.is_unique, i.has_filter, ' ', k.key_ordinal, ' ', c.name) FROM sys.indexes AS i
 JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
 JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id WHERE i.object_id = OBJECT_ID('Notes') ORDER BY i.index_id, k.key_ordinal`,
			"10 1 UserId, 10 2 Kind, 01 1 Text, 01 2 UserId"},
		{`SELECT CONCAT(name, is_disabled, is_instead_of_trigger) FROM sys.triggers WHERE parent_id = OBJECT_ID('Notes')`, "TR_Notes01"},
		{`SELECT CONCAT(COLLATIONPROPERTY(collation_name, 'CodePage'), ' ', name) FROM sys.columns WHERE object_id = OBJECT_ID('Notes') AND name = 'Text'`, "1251 Text"},
		{`SELECT CONCAT(compatibility_level, is_read_committed_snapshot_on) FROM sys.databases WHERE name = DB_NAME()`, "1301"},
	} {
		if got := strings.Join(texts(t, db, tt.text), ", "); got != tt.want {
			t.Errorf("%s\n = %q\nwant %q", tt.text, got, tt.want)
		}
	}
	exec(t, db, `ALTER DATABASE rolecall SET READ_COMMITTED_SNAPSHOT OFF WITH ROLLBACK IMMEDIATE`)
	if got := get[bool](t, db, `SELECT is_read_committed_snapshot_on FROM sys.databases`); got {
		t.Error("READ_COMMITTED_SNAPSHOT is on after SET OFF")
	}
}
