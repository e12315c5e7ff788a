package tds

import (
	"strings"
	"unicode/utf16"
)

// textFunctions are T-SQL's functions on texts. They count in UTF-16 units.
func textFunctions() []scalar {
	return []scalar{
		{name: "tds_lower", args: 1, call: func(args []any) (any, *sqlError) { return strings.ToLower(asText(args[0])), nil }},
		{name: "tds_upper", args: 1, call: func(args []any) (any, *sqlError) { return strings.ToUpper(asText(args[0])), nil }},
		{name: "tds_len", args: 1, call: func(args []any) (any, *sqlError) {
			return len(units(strings.TrimRight(asText(args[0]), " "))), nil
		}},
		{name: "tds_datalength", args: 2, call: dataLengthOf},
		{name: "tds_substring", args: 3, call: func(args []any) (any, *sqlError) {
			if asInt(args[2]) < 0 {
				return nil, badLength("substring")
			}
			start := asInt(args[1]) - 1
			return piece(asText(args[0]), start, start+asInt(args[2])), nil
		}},
		{name: "tds_left", args: 2, call: func(args []any) (any, *sqlError) {
			if asInt(args[1]) < 0 {
				return nil, badLength("left")
			}
			return piece(asText(args[0]), 0, asInt(args[1])), nil
		}},
		{name: "tds_right", args: 2, call: func(args []any) (any, *sqlError) {
			if asInt(args[1]) < 0 {
				return nil, badLength("right")
			}
			size := len(units(asText(args[0])))
			return piece(asText(args[0]), size-asInt(args[1]), size), nil
		}},
		{name: "tds_charindex", args: 4, call: charIndexOf},
		{name: "tds_replace", args: 4, call: replaceIn},
		{name: "tds_like", args: 4, call: likeCall},
		{name: "tds_code_page", args: 1, call: func(args []any) (any, *sqlError) { return codePage(asText(args[0])), nil }},
	}
}

func badLength(function string) *sqlError {
	return errorf(537, "Invalid length parameter passed to the %s function.", strings.ToUpper(function))
}

func units(text string) []uint16 { return utf16.Encode([]rune(text)) }

// piece is the units from start to end, as far as there are any.
func piece(text string, start, end int) string {
	all := units(text)
	start, end = min(max(start, 0), len(all)), min(max(end, 0), len(all))
	return string(utf16.Decode(all[start:max(start, end)]))
}

func dataLengthOf(args []any) (any, *sqlError) {
	if b, ok := args[0].([]byte); ok {
		return len(b), nil
	}
	if asInt(args[1]) == 1 {
		return 2 * len(units(asText(args[0]))), nil
	}
	return len([]rune(asText(args[0]))), nil
}

func charIndexOf(args []any) (any, *sqlError) {
	what, in := asText(args[0]), asText(args[1])
	if asInt(args[3]) == 1 {
		what, in = fold(what), fold(in)
	}
	start := max(asInt(args[2])-1, 0)
	rest := piece(in, start, len(units(in)))
	at := strings.Index(rest, what)
	if at < 0 || what == "" {
		return 0, nil
	}
	return start + len(units(rest[:at])) + 1, nil
}

// replaceIn replaces each occurrence; folding keeps the number of characters.
func replaceIn(args []any) (any, *sqlError) {
	text, old, with := []rune(asText(args[0])), []rune(asText(args[1])), asText(args[2])
	if len(old) == 0 {
		return string(text), nil
	}
	same := func(a, b rune) bool { return a == b || asInt(args[3]) == 1 && foldRune(a) == foldRune(b) }
	var out strings.Builder
	for i := 0; i < len(text); {
		n := 0
		for n < len(old) && i+n < len(text) && same(text[i+n], old[n]) {
			n++
		}
		if n == len(old) {
			out.WriteString(with)
			i += n
			continue
		}
		out.WriteRune(text[i])
		i++
	}
	return out.String(), nil
}

func likeCall(args []any) (any, *sqlError) {
	escape := rune(0)
	if text := asText(args[2]); text != "" {
		var err *sqlError
		if escape, err = escapeRune(text); err != nil {
			return nil, err
		}
	}
	flags := asInt(args[3])
	return like(asText(args[0]), asText(args[1]), escape, flags&likeFolds != 0, flags&likeWide != 0), nil
}
