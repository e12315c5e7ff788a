package models_test

import (
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/microsoft/go-mssqldb/msdsn"

	"rolecall/models"
	"rolecall/models/modeltest"
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
		a := modeltest.Answer{Holds: "COLLATION_NAME", Columns: []string{"COLLATION_NAME"}}
		for _, collation := range collations {
			a.Rows = append(a.Rows, []driver.Value{collation})
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
		{"the question is refused", modeltest.Answer{Holds: "COLLATION_NAME", Err: errors.New("no")}, "LOWER(x) = LOWER(?)"},
	} {
		db, _ := modeltest.Recorded(t, tt.answer)
		if got := db.Same("x"); got != tt.want {
			t.Errorf("%s: Same = %s, want %s", tt.name, got, tt.want)
		}
	}
}
