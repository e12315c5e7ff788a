package tds

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// limits of the integer types.
var limits = map[string][2]int64{
	"TINYINT": {0, 255}, "SMALLINT": {math.MinInt16, math.MaxInt16}, "INT": {math.MinInt32, math.MaxInt32},
	"BIGINT": {math.MinInt64, math.MaxInt64},
}

// convertValue is CAST: a text that is too long is cut.
func convertValue(v any, to sqlType) (any, *sqlError) {
	switch {
	case v == nil || !to.known():
		return v, nil
	case to.integer():
		return toInteger(v, to)
	case to.in("FLOAT", "REAL", "NUMERIC"):
		return toFloat(v, to)
	case to.text():
		text, err := toText(v, to)
		if err == nil && to.size != maxSize {
			text = cut(text, to)
		}
		return text, err
	case to.temporal():
		return toTime(v, to)
	case to.binary():
		if b, ok := v.([]byte); ok {
			if to.size != maxSize && len(b) > to.size {
				b = b[:to.size]
			}
			return b, nil
		}
	}
	return nil, errorf(206, "Operand type clash: a value is incompatible with %s", strings.ToLower(to.name))
}

func toInteger(v any, to sqlType) (any, *sqlError) {
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case float64:
		if v < math.MinInt64 || v >= math.MaxInt64 {
			return nil, errorf(8115, "Arithmetic overflow error converting expression to data type %s.", strings.ToLower(to.name))
		}
		n = int64(v)
	case string:
		parsed, ok := integerText(v, to)
		if !ok {
			return nil, errorf(245, "Conversion failed when converting the nvarchar value '%s' to data type %s.", v, strings.ToLower(to.name))
		}
		n = parsed
	default:
		return nil, errorf(206, "Operand type clash: varbinary is incompatible with %s", strings.ToLower(to.name))
	}
	if to.name == "BIT" {
		return int64(min(1, max(n, -n))), nil
	}
	if bounds := limits[to.name]; n < bounds[0] || n > bounds[1] {
		return nil, errorf(8115, "Arithmetic overflow error converting expression to data type %s.", strings.ToLower(to.name))
	}
	return n, nil
}

// integerText reads a number, of which the empty text is 0; a bit also as a word.
func integerText(text string, to sqlType) (int64, bool) {
	text = strings.TrimSpace(text)
	if to.name == "BIT" && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false")) {
		if strings.EqualFold(text, "true") {
			return 1, true
		}
		return 0, true
	}
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

func toFloat(v any, to sqlType) (any, *sqlError) {
	switch v := v.(type) {
	case int64:
		if to.name == "NUMERIC" {
			return v, nil
		}
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f, nil
		}
	}
	return nil, errorf(8114, "Error converting data type nvarchar to %s.", strings.ToLower(to.name))
}

func toText(v any, to sqlType) (string, *sqlError) {
	switch v := v.(type) {
	case int64:
		text := strconv.FormatInt(v, 10)
		if to.size != maxSize && len(text) > to.size {
			return "", errorf(8115, "Arithmetic overflow error converting expression to data type %s.", strings.ToLower(to.name))
		}
		return text, nil
	case float64:
		return strconv.FormatFloat(v, 'g', 6, 64), nil
	case string:
		if !to.wide() {
			return toCodePage(v), nil
		}
		return v, nil
	}
	return "", unsupported("CAST of binary to text")
}

// toCodePage is what is left of a text in a varchar of code page 1252: what
// that has no sign for becomes a question mark.
func toCodePage(text string) string {
	return strings.Map(func(r rune) rune {
		if _, ok := charmap.Windows1252.EncodeRune(r); ok {
			return r
		}
		return '?'
	}, text)
}

// length is what a size of the type counts: UTF-16 units, or bytes.
func length(text string, typ sqlType) int {
	if typ.wide() {
		return len(utf16.Encode([]rune(text)))
	}
	return len([]rune(text)) // one byte each, see toCodePage
}

func cut(text string, typ sqlType) string {
	if length(text, typ) <= typ.size {
		return text
	}
	if typ.wide() {
		return string(utf16.Decode(utf16.Encode([]rune(text))[:typ.size]))
	}
	return string([]rune(text)[:typ.size])
}

func toTime(v any, to sqlType) (any, *sqlError) {
	text, ok := v.(string)
	if !ok {
		return nil, errorf(206, "Operand type clash: a value is incompatible with %s", strings.ToLower(to.name))
	}
	t, ok := parseTime(text)
	if !ok {
		return nil, errorf(241, "Conversion failed when converting date and/or time from character string.")
	}
	return formatTime(t, to), nil
}

// assignValue puts a value into a column: nothing is cut but blanks at the end.
func assignValue(v any, c conversion) (any, *sqlError) {
	if v == nil && c.identity {
		return nil, errorf(339, "DEFAULT or NULL are not allowed as explicit identity values.")
	}
	if v == nil && c.notNull {
		return nil, errorf(515, "Cannot insert the value NULL into column '%s', table '%s.dbo.%s'; column does not allow nulls. %s fails.", c.column, databaseName, c.table, c.verb)
	}
	if text, ok := v.(string); ok && c.to.text() {
		return assignText(text, c)
	}
	if b, ok := v.([]byte); ok && c.to.binary() && c.to.size != maxSize && len(b) > c.to.size {
		return nil, truncated(c, hex.EncodeToString(b[:c.to.size]))
	}
	return convertValue(v, c.to)
}

func assignText(text string, c conversion) (any, *sqlError) {
	if !c.to.wide() {
		text = toCodePage(text)
	}
	if c.to.size == maxSize {
		return text, nil
	}
	if length(text, c.to) > c.to.size {
		kept := cut(text, c.to)
		if strings.TrimRight(text[len(kept):], " ") != "" {
			return nil, truncated(c, kept)
		}
		text = kept
	}
	if c.to.in("CHAR", "NCHAR") {
		text += strings.Repeat(" ", c.to.size-length(text, c.to))
	}
	return text, nil
}

func truncated(c conversion, kept string) *sqlError {
	return errorf(2628, "String or binary data would be truncated in table '%s.dbo.%s', column '%s'. Truncated value: '%s'.", databaseName, c.table, c.column, kept)
}
