package tds

import (
	"slices"
	"strings"
)

// maxSize is the length of an (n)varchar(MAX).
const maxSize = -1

// A sqlType is a type of T-SQL. The zero value is that of NULL and of what is
// not known before there is a value.
type sqlType struct {
	name  string // INT, NVARCHAR, …
	size  int    // characters or bytes; maxSize; 0 for types without
	scale int    // digits of a second's fraction
}

// Types that expressions have.
var (
	typeBit       = sqlType{name: "BIT"}
	typeInt       = sqlType{name: "INT"}
	typeBigint    = sqlType{name: "BIGINT"}
	typeFloat     = sqlType{name: "FLOAT"}
	typeNumeric   = sqlType{name: "NUMERIC"}
	typeDatetime  = sqlType{name: "DATETIME"}
	typeDatetime2 = sqlType{name: "DATETIME2", scale: 7}
	typeOffset    = sqlType{name: "DATETIMEOFFSET", scale: 7}
	typeString    = sqlType{name: "NVARCHAR", size: 4000}
	typeSysname   = sqlType{name: "NVARCHAR", size: 128}
)

// synonyms are other names of the types that there are.
var synonyms = map[string]string{
	"INTEGER": "INT", "DEC": "DECIMAL", "CHARACTER": "CHAR", "SYSNAME": "NVARCHAR",
}

// newType checks a type as it is written. length is what a character type has
// that says none: 1 for a column, 30 in CAST.
func newType(name string, sizes []int, length int) (sqlType, *sqlError) {
	t := sqlType{name: name}
	if synonym := synonyms[name]; synonym != "" {
		t.name = synonym
	}
	if name == "SYSNAME" {
		length = 128
	}
	bad := errorf(2715, "Column, parameter, or variable #1: Cannot find data type %s.", name)
	switch t.name {
	case "BIT", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "REAL", "DATETIME", "SMALLDATETIME", "DATE":
		if len(sizes) > 0 && t.name != "FLOAT" {
			return t, errorf(2716, "Column, parameter, or variable #1: Cannot specify a column width on data type %s.", strings.ToLower(name))
		}
	case "DATETIME2", "DATETIMEOFFSET":
		if t.scale = 7; len(sizes) == 1 {
			t.scale = sizes[0]
		}
		if t.scale < 0 || t.scale > 7 {
			return t, errorf(1002, "Line 1: Specified scale %d is invalid.", t.scale)
		}
	case "CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "BINARY", "VARBINARY":
		return t.sized(sizes, length)
	case "DECIMAL", "NUMERIC", "UNIQUEIDENTIFIER", "TEXT", "NTEXT", "IMAGE", "MONEY", "TIME", "XML", "ROWVERSION", "TIMESTAMP":
		return t, unsupported(name)
	default:
		return t, bad
	}
	return t, nil
}

func (t sqlType) sized(sizes []int, length int) (sqlType, *sqlError) {
	t.size = length
	if len(sizes) == 1 {
		t.size = sizes[0]
	}
	limit := 8000
	if t.wide() {
		limit = 4000
	}
	variable := strings.Contains(t.name, "VAR")
	if t.size == 0 || t.size > limit || t.size == maxSize && !variable || len(sizes) > 1 {
		return t, errorf(131, "The size (%d) given to the type '%s' exceeds the maximum allowed for any data type (8000).", t.size, strings.ToLower(t.name))
	}
	return t, nil
}

func (t sqlType) known() bool { return t.name != "" }

func (t sqlType) in(names ...string) bool { return slices.Contains(names, t.name) }

// text reports whether the type is one of characters.
func (t sqlType) text() bool { return t.in("CHAR", "NCHAR", "VARCHAR", "NVARCHAR") }

// wide reports whether its characters are UTF-16.
func (t sqlType) wide() bool { return t.in("NCHAR", "NVARCHAR") }

func (t sqlType) integer() bool { return t.in("BIT", "TINYINT", "SMALLINT", "INT", "BIGINT") }

func (t sqlType) number() bool { return t.integer() || t.in("FLOAT", "REAL", "NUMERIC") }

func (t sqlType) temporal() bool {
	return t.in("DATE", "DATETIME", "SMALLDATETIME", "DATETIME2", "DATETIMEOFFSET")
}

func (t sqlType) binary() bool { return t.in("BINARY", "VARBINARY") }

// bytes is how much of an index key the type takes.
func (t sqlType) bytes() int {
	if t.wide() && t.size > 0 {
		return 2 * t.size
	}
	return t.size
}

// declaration is the type's text in SQLite's table. Its affinity follows from
// the words in it: INT, CHAR and so on.
func (t sqlType) declaration() string { return t.name }

// precedence of the types where two meet, the lowest first.
var precedence = []string{"", "BINARY", "VARBINARY", "CHAR", "VARCHAR", "NCHAR", "NVARCHAR", "BIT", "TINYINT", "SMALLINT",
	"INT", "BIGINT", "NUMERIC", "REAL", "FLOAT", "DATE", "SMALLDATETIME", "DATETIME", "DATETIME2", "DATETIMEOFFSET"}

// common is the type of an expression that gives an a or a b.
func common(a, b sqlType) sqlType {
	if slices.Index(precedence, a.name) < slices.Index(precedence, b.name) {
		a, b = b, a
	}
	if a.text() && b.text() {
		if a.size == maxSize || b.size == maxSize {
			a.size = maxSize
		} else {
			a.size = max(a.size, b.size)
		}
	}
	return a
}
