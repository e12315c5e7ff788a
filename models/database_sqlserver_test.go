package models_test

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
	"gorm.io/gorm/clause"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

func TestSQLServerURL(t *testing.T) {
	for _, tt := range []struct {
		name, url string
		encrypt   msdsn.Encryption
		trust     bool // the certificate is not verified
		app       string
	}{
		{"nothing said", "sqlserver://u:p@host?database=d", msdsn.EncryptionRequired, false, "rolecall"},
		{"none", "sqlserver://u:p@host?database=d&encrypt=disable", msdsn.EncryptionDisabled, false, "rolecall"},
		{"in capitals", "sqlserver://u:p@host?database=d&Encrypt=disable&App+Name=x", msdsn.EncryptionDisabled, false, "x"},
		{"strict", "sqlserver://u:p@host?encrypt=strict&database=d", msdsn.EncryptionStrict, false, "rolecall"},
		{"trusted", "sqlserver://u:p@host?database=d&TrustServerCertificate=true", msdsn.EncryptionRequired, true, "rolecall"},
		{"an instance, odd signs", "sqlserver://u:p%40%2B%20%3F%26@host/inst?database=d", msdsn.EncryptionRequired, false, "rolecall"},
	} {
		dsn, err := models.SQLServerDSN(tt.url)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, err := msdsn.Parse(dsn)
		if err != nil {
			t.Errorf("%s: go-mssqldb does not take what we made: %v", tt.name, err)
			continue
		}
		if got.Encryption != tt.encrypt || got.AppName != tt.app || got.Database != "d" || got.User != "u" {
			t.Errorf("%s: encryption %v, app %q, database %q, user %q", tt.name, got.Encryption, got.AppName, got.Database, got.User)
		}
		if got.TLSConfig != nil && got.TLSConfig.InsecureSkipVerify != tt.trust {
			t.Errorf("%s: the certificate is verified: %t, want %t", tt.name, !got.TLSConfig.InsecureSkipVerify, !tt.trust)
		}
		if want := "p@+ ?&"; tt.name == "an instance, odd signs" && (got.Password != want || got.Instance != "inst") {
			t.Errorf("%s: password %q, instance %q", tt.name, got.Password, got.Instance)
		}
	}
}

// LOWER on a column costs its index, so only what needs it gets it.
func TestSQLServerFolds(t *testing.T) {
	answer := func(collations ...driver.Value) modeltest.Answer {
		a := modeltest.Texts("nvarchar", "", 1252)
		a.Rows = nil
		for _, collation := range collations {
			a.Rows = append(a.Rows, []driver.Value{"Username", "nvarchar", collation, int64(1252)})
		}
		return a
	}
	for _, tt := range []struct {
		name   string
		answer modeltest.Answer
		want   string
	}{
		{"the usual one", answer("SQL_Latin1_General_CP1_CI_AS", "Latin1_General_100_ci_ai"), "x = ?"},
		{"a case-sensitive one", answer("Latin1_General_CS_AS"), "LOWER(x) = LOWER(?)"},
		{"a binary one", answer("Latin1_General_BIN2"), "LOWER(x) = LOWER(?)"},
		{"one of several", answer("Latin1_General_CI_AS", "Latin1_General_CS_AS"), "LOWER(x) = LOWER(?)"},
		{"none is told", answer(), "LOWER(x) = LOWER(?)"},
		{"an empty one", answer(""), "LOWER(x) = LOWER(?)"},
		{"the question is refused", modeltest.Answer{Holds: `"INFORMATION_SCHEMA"`, Err: errors.New("no")}, "LOWER(x) = LOWER(?)"},
	} {
		db, _ := modeltest.Recorded(t, tt.answer)
		if got := db.Same("x"); got != tt.want {
			t.Errorf("%s: Same = %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A varchar column gets varchar, where the text is the same in every code page;
// else the server makes one, or nothing where there is none.
func TestSQLServerParams(t *testing.T) {
	const kept = "Use other characters: this database can't keep all of these."
	for _, tt := range []struct {
		kind, collation string
		page            int64
		text            string
		want            string
		fault           string // of the text as a last name
	}{
		{"nvarchar", "Latin1_General_CI_AS", 1252, "Łódź 😀", "Łódź 😀", ""},
		{"varchar", "Latin1_General_CI_AS", 1252, "ann", "mssql.VarChar ann", ""},
		{"VARCHAR", "Latin1_General_CI_AS", 1252, "Müller €", "CAST(? COLLATE Latin1_General_CI_AS AS VARCHAR(8000)) [Müller €]", ""},
		{"char", "Cyrillic_General_CI_AS", 1251, "Иван", "CAST(? COLLATE Cyrillic_General_CI_AS AS VARCHAR(8000)) [Иван]", ""},
		{"varchar", "Latin1_General_CI_AS", 1252, "Łódź", "CAST(NULL AS VARCHAR(1)) []", kept},
		{"varchar", "Latin1_General_CI_AS", 1252, "Иван", "CAST(NULL AS VARCHAR(1)) []", kept},
		{"varchar", "Japanese_CI_AS", 932, "山田", "CAST(? COLLATE Japanese_CI_AS AS VARCHAR(8000)) [山田]", ""},
		{"varchar", "Latin1_General_100_CI_AS_SC_UTF8", 65001, "Łódź 山", "CAST(? COLLATE Latin1_General_100_CI_AS_SC_UTF8 AS VARCHAR(8000)) [Łódź 山]", ""},
		{"varchar", "Odd_CI_AS", 0, "ann", "mssql.VarChar ann", ""},
		{"varchar", "Odd_CI_AS", 0, "Müller", "CAST(NULL AS VARCHAR(1)) []", kept},
	} {
		db, _ := modeltest.Recorded(t, modeltest.Texts(tt.kind, tt.collation, tt.page))
		got := ""
		switch param := db.Param(`COALESCE(u."LastName", '')`, tt.text).(type) {
		case string:
			got = param
		case mssql.VarChar:
			got = "mssql.VarChar " + string(param)
		case clause.Expr:
			got = fmt.Sprint(param.SQL, " ", param.Vars)
		}
		if got != tt.want {
			t.Errorf("%s of code page %d: Param(%s) = %s, want %s", tt.kind, tt.page, tt.text, got, tt.want)
		}
		if got := db.CheckUser("ann", "ann@example.com", "", tt.text)["last_name"]; got != tt.fault {
			t.Errorf("%s of code page %d: CheckUser of %s = %q, want %q", tt.kind, tt.page, tt.text, got, tt.fault)
		}
		if other, ok := db.Param(`"ActorName"`, tt.text).(string); !ok || other != tt.text {
			t.Errorf("Param for a column of ours = %v, want the text", other)
		}
	}
}

// The width of a varchar counts bytes, of which a character may have several.
func TestSQLServerWidths(t *testing.T) {
	server := tds.Start(t)
	modeltest.Open(t, server.URL())
	modeltest.Exec(t, server.URL(), `DROP INDEX "IX_Users_LastName" ON "Users"`, `DROP INDEX "IX_Users_FirstName" ON "Users"`)
	for _, tt := range []struct {
		kind string
		text string
		fits bool
	}{
		{"VARCHAR(4)", "äöüß", true}, {"VARCHAR(4)", "äöüßx", false}, {"NVARCHAR(4)", "äöüß", true},
		{"VARCHAR(4) COLLATE Latin1_General_100_CI_AS_SC_UTF8", "äö", true}, {"VARCHAR(4) COLLATE Latin1_General_100_CI_AS_SC_UTF8", "äöü", false},
	} {
		modeltest.Exec(t, server.URL(), `ALTER TABLE "Users" ALTER COLUMN "LastName" `+tt.kind+` NULL`)
		db := modeltest.Open(t, server.URL())
		if got := db.CheckUser("ann", "ann@example.com", "", tt.text)["last_name"]; (got == "") != tt.fits {
			t.Errorf("%s: CheckUser of %s = %q, want it to fit: %t", tt.kind, tt.text, got, tt.fits)
		}
	}
}

// Where the catalogue tells nothing, the driver tells which columns are narrow.
func TestSQLServerParamsWithoutCatalogue(t *testing.T) {
	server := tds.Start(t)
	modeltest.Open(t, server.URL())
	modeltest.Exec(t, server.URL(), `DROP INDEX "IX_Users_LastName" ON "Users"`, `DROP INDEX "IX_Users_FirstName" ON "Users"`, `ALTER TABLE "Users" ALTER COLUMN "LastName" VARCHAR(100) NULL`)
	server.FailNext(`"INFORMATION_SCHEMA"."COLUMNS"`, 229, "denied")
	db := modeltest.Open(t, server.URL())
	if got, ok := db.Param("LastName", "ann").(mssql.VarChar); !ok || got != "ann" {
		t.Errorf("Param = %v, want a varchar", got)
	}
	if got := db.CheckUser("ann", "ann@example.com", "", "Müller")["last_name"]; got == "" {
		t.Error("a character outside ASCII is taken, of a code page that nobody told")
	}
}
