package tds

import (
	"fmt"
	"strings"
	"time"
)

// A builtin is a function of T-SQL: how many arguments it takes, and how it is
// bound to them.
type builtin struct {
	least, most int
	bind        func(b *binder, args []bound) bound
}

// builtins has the functions of values. Aggregates and those whose arguments
// are not all values stand in call.
var builtins map[string]builtin

func init() {
	text := func(function string) builtin {
		return builtin{1, 1, func(_ *binder, args []bound) bound { return onText(function, args[0]) }}
	}
	number := func(function string, least, most int) builtin {
		return builtin{least, most, func(_ *binder, args []bound) bound {
			return bound{sql: function + "(" + joinSQL(args) + ")", typ: typeInt}
		}}
	}
	moment := func(typ sqlType) builtin {
		return builtin{0, 0, func(b *binder, _ []bound) bound {
			return bound{sql: quoteText(formatTime(time.Now().UTC(), typ)), typ: typ, notNull: true}
		}}
	}
	named := func(name func(s *session) string) builtin {
		return builtin{0, 1, func(b *binder, _ []bound) bound { return textValue(name(b.s)) }}
	}
	database := named(func(*session) string { return databaseName })
	schema := named(func(*session) string { return "dbo" })
	user, login := named(func(s *session) string { return s.user }), named((*session).login)
	builtins = map[string]builtin{
		"LOWER": text("tds_lower"), "UPPER": text("tds_upper"), "LTRIM": text("ltrim"), "RTRIM": text("rtrim"), "TRIM": text("trim"),
		"LEN": number("tds_len", 1, 1), "DATALENGTH": {1, 1, dataLength}, "CHARINDEX": {2, 3, charIndex},
		"SUBSTRING": {3, 3, partOf("tds_substring")}, "LEFT": {2, 2, partOf("tds_left")}, "RIGHT": {2, 2, partOf("tds_right")},
		"REPLACE": {3, 3, replaceText}, "CONCAT": {2, 254, concatAll},
		"COALESCE": {2, 254, coalesce}, "ISNULL": {2, 2, isNull}, "NULLIF": {2, 2, nullIf}, "ABS": {1, 1, absolute},
		"IIF":     {1, 1, func(_ *binder, args []bound) bound { return args[0] }},
		"GETDATE": moment(typeDatetime), "GETUTCDATE": moment(typeDatetime), "CURRENT_TIMESTAMP": moment(typeDatetime),
		"SYSDATETIME": moment(typeDatetime2), "SYSUTCDATETIME": moment(typeDatetime2), "SYSDATETIMEOFFSET": moment(typeOffset),
		"DB_NAME": database, "SCHEMA_NAME": schema, "SUSER_SNAME": login, "SUSER_NAME": login, "ORIGINAL_LOGIN": login, "SYSTEM_USER": login,
		"USER_NAME": user, "CURRENT_USER": user, "SESSION_USER": user, "USER": user,
		"SCOPE_IDENTITY": {0, 0, func(b *binder, _ []bound) bound { return b.identity() }},
		"OBJECT_ID":      {1, 2, objectID},
		"QUOTENAME": {1, 1, func(_ *binder, args []bound) bound {
			return bound{sql: "('[' || replace(" + args[0].sql + ", ']', ']]') || ']')", typ: typeString}
		}},
		"HAS_PERMS_BY_NAME": {3, 3, hasPerms}, "COLLATIONPROPERTY": {2, 2, collationProperty},
		"XACT_STATE": {0, 0, func(b *binder, _ []bound) bound {
			return bound{sql: fmt.Sprint(min(b.s.tranCount, 1)), typ: sqlType{name: "SMALLINT"}, notNull: true}
		}},
	}
}

func joinSQL(args []bound) string {
	list := make([]string, len(args))
	for i, arg := range args {
		list[i] = arg.sql
	}
	return strings.Join(list, ", ")
}

// call binds a function.
func (b *binder) call(c call) bound {
	if aggregates[c.name] || windowFunctions[c.name] {
		return b.aggregate(c)
	}
	f, ok := builtins[c.name]
	if !ok {
		panic(errorf(195, "'%s' is not a recognized built-in function name.", c.name))
	}
	if c.star || c.distinct || c.over != nil {
		panic(near(c.name))
	}
	if len(c.args) < f.least || len(c.args) > f.most {
		panic(errorf(174, "The %s function requires %d argument(s).", strings.ToLower(c.name), f.least))
	}
	args := make([]bound, len(c.args))
	for i, arg := range c.args {
		args[i] = b.value(arg)
	}
	return f.bind(b, args)
}

func onText(function string, v bound) bound {
	if !v.typ.text() && v.typ.known() {
		panic(unsupported(strings.TrimPrefix(function, "tds_") + " of " + v.typ.name))
	}
	if !v.typ.known() {
		v.typ = typeString
	}
	v.sql, v.notNull = function+"("+v.sql+")", false
	return v
}

func partOf(function string) func(*binder, []bound) bound {
	return func(_ *binder, args []bound) bound {
		v := onText("", args[0])
		return bound{sql: function + "(" + joinSQL(args) + ")", typ: v.typ, collation: v.collation, explicit: v.explicit}
	}
}

func dataLength(_ *binder, args []bound) bound {
	wide := 0
	if args[0].typ.wide() {
		wide = 1
	}
	if !args[0].typ.text() && !args[0].typ.binary() {
		panic(unsupported("DATALENGTH of " + args[0].typ.name))
	}
	return bound{sql: fmt.Sprintf("tds_datalength(%s, %d)", args[0].sql, wide), typ: typeInt}
}

func charIndex(_ *binder, args []bound) bound {
	folded := 0
	if folds(mixCollations(args[0], args[1], "charindex").collationOr()) {
		folded = 1
	}
	if len(args) == 2 {
		args = append(args, bound{sql: "1"})
	}
	return bound{sql: fmt.Sprintf("tds_charindex(%s, %d)", joinSQL(args), folded), typ: typeInt}
}

func replaceText(_ *binder, args []bound) bound {
	folded := 0
	if folds(args[0].collationOr()) {
		folded = 1
	}
	return bound{sql: fmt.Sprintf("tds_replace(%s, %d)", joinSQL(args), folded), typ: typeString, collation: args[0].collation}
}

// concatAll is CONCAT, which takes NULL for "" and numbers for their text.
func concatAll(_ *binder, args []bound) bound {
	whole := bound{typ: typeString, notNull: true}
	list := make([]string, len(args))
	for i, arg := range args {
		if arg.typ.temporal() || arg.typ.in("FLOAT", "REAL") {
			panic(unsupported("CONCAT of " + arg.typ.name))
		}
		list[i] = "COALESCE(CAST(" + arg.sql + " AS TEXT), '')"
		if arg.typ.text() {
			whole.collation = mixCollations(whole, arg, "concat").collation
		}
	}
	whole.sql = "(" + strings.Join(list, " || ") + ")"
	return whole
}

func coalesce(b *binder, args []bound) bound {
	notNull := args[len(args)-1].notNull
	args, whole := b.unify(args, "coalesce")
	whole.sql, whole.notNull = "COALESCE("+joinSQL(args)+")", notNull
	return whole
}

// isNull has the type of its first argument, unlike COALESCE.
func isNull(b *binder, args []bound) bound {
	first := args[0]
	if !first.typ.known() {
		first.typ, first.collation = args[1].typ, args[1].collation
	}
	second := args[1]
	if second.typ != first.typ && second.typ.known() {
		second.sql = b.convert("tds_cast", second.sql, conversion{to: first.typ})
	}
	first.sql, first.notNull = "COALESCE("+first.sql+", "+second.sql+")", second.notNull
	return first
}

func nullIf(b *binder, args []bound) bound {
	v := args[0]
	v.sql, v.notNull = "CASE WHEN "+b.compare("=", args[0], args[1])+" THEN NULL ELSE "+args[0].sql+" END", false
	return v
}

func absolute(_ *binder, args []bound) bound {
	if !args[0].typ.number() {
		panic(errorf(8117, "Operand data type %s is invalid for abs operator.", strings.ToLower(args[0].typ.name)))
	}
	args[0].sql = "abs(" + args[0].sql + ")"
	return args[0]
}

// objectID knows tables; the type in its second argument is U.
func objectID(b *binder, args []bound) bound {
	if b.stored {
		panic(unsupported("OBJECT_ID"))
	}
	return bound{sql: "tds_object_id(" + args[0].sql + ")", typ: typeInt}
}

var (
	aggregates      = wordSet("COUNT COUNT_BIG SUM AVG MIN MAX STRING_AGG")
	windowFunctions = wordSet("ROW_NUMBER RANK DENSE_RANK")
)

// aggregate binds an aggregate, or a function that there is only over a window.
func (b *binder) aggregate(c call) bound {
	if b.scope.forbidden && c.over == nil {
		panic(errorf(147, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference."))
	}
	if b.scope.inside > 0 && c.over == nil {
		panic(errorf(130, "Cannot perform an aggregate function on an expression containing an aggregate or a subquery."))
	}
	if windowFunctions[c.name] && (c.over == nil || len(c.over.order) == 0) {
		panic(errorf(10753, "The function '%s' must have an OVER clause.", c.name))
	}
	if c.over == nil {
		b.scope.aggregates = true
		b.scope.inside++
		defer func() { b.scope.inside-- }()
	}
	args := make([]bound, len(c.args))
	for i, arg := range c.args {
		args[i] = b.value(arg)
	}
	v := b.aggregateOf(c, args)
	if c.over != nil {
		v.sql += " OVER (" + b.window(c.over) + ")"
	}
	if c.name == "AVG" && v.typ.integer() {
		v.sql = "CAST(" + v.sql + " AS INTEGER)"
	}
	return v
}

func (b *binder) aggregateOf(c call, args []bound) bound {
	want := 1
	switch {
	case c.name == "STRING_AGG":
		want = 2
	case windowFunctions[c.name], c.star:
		want = 0
	}
	if len(args) != want || c.star && !strings.HasPrefix(c.name, "COUNT") {
		panic(errorf(174, "The %s function requires %d argument(s).", strings.ToLower(c.name), want))
	}
	distinct := ""
	if c.distinct {
		distinct = "DISTINCT "
	}
	switch c.name {
	case "COUNT", "COUNT_BIG":
		typ := typeInt
		if c.name == "COUNT_BIG" {
			typ = typeBigint
		}
		if c.star {
			return bound{sql: "count(*)", typ: typ, notNull: true}
		}
		return bound{sql: "count(" + distinct + args[0].collate() + ")", typ: typ, notNull: true}
	case "ROW_NUMBER", "RANK", "DENSE_RANK":
		return bound{sql: strings.ToLower(c.name) + "()", typ: typeBigint, notNull: true}
	case "STRING_AGG":
		return bound{sql: "group_concat(" + joinSQL(args) + ")", typ: typeString, collation: args[0].collation}
	case "SUM", "AVG":
		if !args[0].typ.number() || args[0].typ.in("BIT") {
			panic(errorf(8117, "Operand data type %s is invalid for %s operator.", strings.ToLower(args[0].typ.name), strings.ToLower(c.name)))
		}
		return bound{sql: strings.ToLower(c.name) + "(" + distinct + args[0].sql + ")", typ: common(args[0].typ, typeInt)}
	}
	if args[0].typ.in("BIT") {
		panic(errorf(8117, "Operand data type bit is invalid for %s operator.", strings.ToLower(c.name)))
	}
	v := args[0]
	v.sql, v.notNull = strings.ToLower(c.name)+"("+v.collate()+")", false
	return v
}

func (b *binder) window(w *window) string {
	var parts []string
	if len(w.partition) > 0 {
		list := make([]string, len(w.partition))
		for i, x := range w.partition {
			list[i] = b.value(x).collate()
		}
		parts = append(parts, "PARTITION BY "+strings.Join(list, ", "))
	}
	if len(w.order) > 0 {
		list := make([]string, len(w.order))
		for i, item := range w.order {
			list[i] = b.value(item.x).collate() + direction(item.desc)
		}
		parts = append(parts, "ORDER BY "+strings.Join(list, ", "))
	}
	return strings.Join(parts, " ")
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}
