package tds

import (
	"fmt"
	"strconv"
	"strings"
)

// value binds an expression.
func (b *binder) value(x expr) bound {
	switch x := x.(type) {
	case literal:
		return bindLiteral(x)
	case nullLiteral:
		return bound{sql: "NULL"}
	case variable:
		return b.variable(x)
	case systemValue:
		return b.systemValue(x)
	case columnRef:
		return b.column(x)
	case unaryOp:
		return b.unary(x)
	case binaryOp:
		return b.binary(x)
	case call:
		return b.call(x)
	case cast:
		return b.cast(x)
	case caseExpr:
		return b.caseExpr(x)
	case subquery:
		sql, results := b.nested(x.query)
		if len(results) != 1 {
			panic(errorf(116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS."))
		}
		v := results[0].bound
		v.sql, v.notNull = "("+sql+")", false
		return v
	case collated:
		return b.collated(x)
	}
	panic(near("DEFAULT"))
}

func bindLiteral(x literal) bound {
	switch x.kind {
	case tokenText, tokenNText:
		if strings.ContainsRune(x.text, 0) {
			panic(unsupported("NUL"))
		}
		typ := sqlType{name: "VARCHAR", size: max(len(x.text), 1)}
		if x.kind == tokenNText {
			typ = sqlType{name: "NVARCHAR", size: max(len(x.text), 1)}
		}
		return bound{sql: quoteText(x.text), typ: typ, notNull: true}
	case tokenBinary:
		if len(x.text)%2 == 1 {
			x.text = "0" + x.text
		}
		return bound{sql: "x'" + x.text + "'", typ: sqlType{name: "VARBINARY", size: max(len(x.text)/2, 1)}, notNull: true}
	}
	if n, err := strconv.ParseInt(x.text, 10, 64); err == nil {
		typ := typeInt
		if n != int64(int32(n)) {
			typ = typeBigint
		}
		return bound{sql: x.text, typ: typ, notNull: true}
	}
	if _, err := strconv.ParseFloat(x.text, 64); err != nil {
		panic(near(x.text))
	}
	return bound{sql: x.text, typ: typeFloat, notNull: true}
}

func (b *binder) variable(x variable) bound {
	v, ok := b.s.variables[strings.ToLower(x.name)]
	if !ok {
		panic(errorf(137, `Must declare the scalar variable "%s".`, x.name))
	}
	if b.stored {
		panic(unsupported(x.name))
	}
	return bound{sql: strings.ToLower(x.name), typ: v.typ}
}

func (b *binder) systemValue(x systemValue) bound {
	number := func(n int64) bound { return bound{sql: strconv.FormatInt(n, 10), typ: typeInt, notNull: true} }
	switch x.name {
	case "@@ROWCOUNT":
		return number(b.s.rowCount)
	case "@@TRANCOUNT":
		return number(int64(b.s.tranCount))
	case "@@SPID":
		return number(int64(b.s.id))
	case "@@ERROR":
		return number(int64(b.s.lastError))
	case "@@IDENTITY":
		return b.identity()
	case "@@VERSION":
		return textValue("Microsoft SQL Server 2016 (test server of rolecall) - 13.0.6404.1 (X64)")
	case "@@SERVERNAME":
		return textValue(serverName)
	}
	panic(errorf(137, `Must declare the scalar variable "%s".`, x.name))
}

// identity is what SCOPE_IDENTITY gives: a numeric(38,0), which is decimal text
// on the client's side.
func (b *binder) identity() bound {
	if !b.s.hasIdentity {
		return bound{sql: "NULL", typ: typeNumeric}
	}
	return bound{sql: strconv.FormatInt(b.s.identity, 10), typ: typeNumeric}
}

func textValue(text string) bound {
	return bound{sql: quoteText(text), typ: sqlType{name: "NVARCHAR", size: max(len(text), 1)}, notNull: true}
}

func (b *binder) unary(x unaryOp) bound {
	v := b.value(x.x)
	if v.typ.text() || v.typ.temporal() {
		panic(errorf(8117, "Operand data type %s is invalid for minus operator.", strings.ToLower(v.typ.name)))
	}
	if v.typ.in("BIT") {
		v.typ = typeInt
	}
	v.sql = "(" + x.op + " " + v.sql + ")"
	return v
}

func (b *binder) binary(x binaryOp) bound {
	left, right := b.value(x.x), b.value(x.y)
	if x.op == "+" && (left.typ.text() || !left.typ.known()) && (right.typ.text() || !right.typ.known()) && (left.typ.known() || right.typ.known()) {
		return concat(left, right)
	}
	if left.typ.temporal() || right.typ.temporal() {
		panic(unsupported(x.op + " of dates"))
	}
	left, right = b.align(left, right)
	if left.typ.text() || right.typ.text() || left.typ.binary() || right.typ.binary() {
		panic(errorf(402, "The data types %s and %s are incompatible in the %s operator.", strings.ToLower(left.typ.name), strings.ToLower(right.typ.name), x.op))
	}
	typ := common(left.typ, right.typ)
	if typ.in("BIT", "TINYINT", "SMALLINT", "") {
		typ = typeInt
	}
	v := bound{typ: typ, notNull: left.notNull && right.notNull}
	switch x.op {
	case "/":
		v.sql = fmt.Sprintf("tds_divide(%s, %s)", left.sql, right.sql)
	case "%":
		v.sql = fmt.Sprintf("tds_modulo(%s, %s)", left.sql, right.sql)
	case "^":
		panic(unsupported("^"))
	default:
		v.sql = fmt.Sprintf("(%s %s %s)", left.sql, x.op, right.sql)
	}
	return v
}

// concat is + between texts; NULL makes NULL.
func concat(left, right bound) bound {
	v := mixCollations(left, right, "add")
	typ := common(left.typ, right.typ)
	typ.size = addSizes(left.typ, right.typ)
	return bound{sql: fmt.Sprintf("(%s || %s)", left.sql, right.sql), typ: typ, collation: v.collation, explicit: v.explicit}
}

func addSizes(x, y sqlType) int {
	if x.size == maxSize || y.size == maxSize {
		return maxSize
	}
	return min(x.size+y.size, 4000)
}

// align converts the text of two operands to the type of the other, when that
// is no text: SQL Server does, and fails with 245 or 241 where it can't.
func (b *binder) align(x, y bound) (bound, bound) {
	return b.fit(x, y.typ), b.fit(y, x.typ)
}

func (b *binder) fit(v bound, to sqlType) bound {
	if !v.typ.text() || !to.number() && !to.temporal() {
		return v
	}
	v.sql = b.convert("tds_cast", v.sql, conversion{to: to})
	v.typ, v.collation = to, ""
	return v
}

func (b *binder) cast(x cast) bound {
	v := b.value(x.x)
	if v.typ.temporal() && x.to.number() || v.typ.number() && x.to.temporal() {
		panic(unsupported("CAST of dates and numbers"))
	}
	sql := b.convert("tds_cast", v.sql, conversion{to: x.to})
	return bound{sql: sql, typ: x.to, collation: v.collation, notNull: v.notNull}
}

func (b *binder) collated(x collated) bound {
	if err := checkCollation(x.collation); err != nil {
		panic(err)
	}
	v := b.value(x.x)
	if !v.typ.text() {
		panic(errorf(447, "Expression type %s is invalid for COLLATE clause.", strings.ToLower(v.typ.name)))
	}
	if v.collation, v.explicit = x.collation, true; equalName(x.collation, "DATABASE_DEFAULT") {
		v.collation = defaultCollation
	}
	return v
}

// unify gives the values of a CASE, COALESCE and the like one type.
func (b *binder) unify(values []bound, what string) ([]bound, bound) {
	var whole bound
	for i, v := range values {
		if i == 0 {
			whole = v
			continue
		}
		if v.typ.text() && whole.typ.text() {
			mixed := mixCollations(whole, v, what)
			whole.collation, whole.explicit = mixed.collation, mixed.explicit
		}
		whole.typ = common(whole.typ, v.typ)
		if whole.collation == "" {
			whole.collation = v.collation
		}
	}
	for i := range values {
		values[i] = b.fit(values[i], whole.typ)
	}
	if !whole.typ.text() {
		whole.collation = ""
	}
	whole.notNull = false
	return values, whole
}

func (b *binder) caseExpr(x caseExpr) bound {
	var conditions []string
	var values []bound
	for _, w := range x.whens {
		if x.subject != nil {
			w.cond = comparison{"=", x.subject, w.match}
		}
		conditions = append(conditions, b.cond(w.cond))
		values = append(values, b.value(w.value))
	}
	if x.other != nil {
		values = append(values, b.value(x.other))
	}
	values, whole := b.unify(values, "CASE")
	if !whole.typ.known() {
		panic(errorf(8133, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant."))
	}
	var sql strings.Builder
	sql.WriteString("CASE")
	for i, condition := range conditions {
		fmt.Fprintf(&sql, " WHEN %s THEN %s", condition, values[i].sql)
	}
	if x.other != nil {
		fmt.Fprintf(&sql, " ELSE %s", values[len(values)-1].sql)
	}
	whole.sql = sql.String() + " END"
	return whole
}
