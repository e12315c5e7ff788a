package tds

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"
)

// defaultCollation is the server's and the database's.
const defaultCollation = "SQL_Latin1_General_CP1_CI_AS"

// The two collating sequences that SQLite knows them by. Both ignore blanks at
// the end, as SQL Server does under every collation.
const (
	foldedSequence = "tds_ci"
	exactSequence  = "tds_cs"
)

// sequence is the collating sequence for a collation.
func sequence(collation string) string {
	if folds(collation) {
		return foldedSequence
	}
	return exactSequence
}

func folds(collation string) bool { return strings.Contains(strings.ToUpper(collation), "_CI") }

// checkCollation refuses what is no name of a collation.
func checkCollation(name string) *sqlError {
	upper := strings.ToUpper(name)
	if upper == "DATABASE_DEFAULT" {
		return nil
	}
	for _, part := range []string{"_CI_AS", "_CI_AI", "_CS_AS", "_CS_AI", "_BIN", "_BIN2"} {
		if strings.HasSuffix(upper, part) || strings.Contains(upper, part+"_") {
			return nil
		}
	}
	return errorf(448, "Invalid collation '%s'.", name)
}

// collationProperty is COLLATIONPROPERTY(name, 'CodePage'). SQL Server gives a
// sql_variant.
func collationProperty(_ *binder, args []bound) bound {
	if !strings.EqualFold(args[1].sql, "'CodePage'") {
		panic(unsupported("COLLATIONPROPERTY of " + args[1].sql))
	}
	return bound{sql: "tds_code_page(" + args[0].sql + ")", typ: typeInt}
}

// codePages by what the name of a collation holds; the rest have 1252.
var codePages = []struct {
	name string
	page int64
}{
	{"_UTF8", 65001}, {"_CP850_", 850}, {"_CP437_", 437}, {"CYRILLIC", 1251}, {"GREEK", 1253}, {"POLISH", 1250}, {"JAPANESE", 932},
}

func codePage(collation string) int64 {
	for _, known := range codePages {
		if strings.Contains(strings.ToUpper(collation), known.name) {
			return known.page
		}
	}
	return 1252
}

// equalName compares names of objects.
func equalName(a, b string) bool { return strings.EqualFold(a, b) }

// foldRune maps the letters that differ in case alone to one of them.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	lowest := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		lowest = min(lowest, next)
	}
	if 'A' <= lowest && lowest <= 'Z' { // the Kelvin sign
		return lowest + 'a' - 'A'
	}
	return lowest
}

func fold(s string) string { return strings.Map(foldRune, s) }

func registerCollations(conn *sqlite3.Conn) error {
	if err := conn.CreateCollation(foldedSequence, func(a, b []byte) int {
		return cmp.Compare(fold(trimmed(a)), fold(trimmed(b)))
	}); err != nil {
		return err
	}
	return conn.CreateCollation(exactSequence, func(a, b []byte) int {
		return cmp.Compare(trimmed(a), trimmed(b))
	})
}

func trimmed(b []byte) string { return strings.TrimRight(string(b), " ") }
