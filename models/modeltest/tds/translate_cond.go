package tds

import (
	"fmt"
	"strings"
)

// cond binds a condition.
func (b *binder) cond(c cond) string {
	switch c := c.(type) {
	case logical:
		return "(" + b.cond(c.x) + " " + c.op + " " + b.cond(c.y) + ")"
	case negation:
		return "(NOT " + b.cond(c.x) + ")"
	case comparison:
		return b.compare(c.op, b.value(c.x), b.value(c.y))
	case nullTest:
		return "(" + b.value(c.x).sql + " IS" + not(c.not) + " NULL)"
	case membership:
		return b.membership(c)
	case between:
		x := b.value(c.x)
		inside := "(" + b.compare(">=", x, b.value(c.low)) + " AND " + b.compare("<=", x, b.value(c.high)) + ")"
		if c.not {
			return "(NOT " + inside + ")"
		}
		return inside
	case likeTest:
		return b.like(c)
	case existence:
		sql, _ := b.nested(c.query)
		return "EXISTS (" + sql + ")"
	}
	panic(near("condition"))
}

func not(yes bool) string {
	if yes {
		return " NOT"
	}
	return ""
}

// compare gives two texts the collating sequence that they have in common.
// SQLite would take that of a column alone, and none for an expression.
func (b *binder) compare(op string, x, y bound) string {
	x, y = b.align(x, y)
	if x.typ.text() && y.typ.text() {
		mixed := mixCollations(x, y, "equal to")
		x.collation = mixed.collation
		return "(" + x.collate() + " " + op + " " + y.sql + ")"
	}
	if x.typ.text() || y.typ.text() { // the other is NULL or a variable of no type
		x.typ, x.collation = typeString, mixCollations(x, y, "equal to").collation
		return "(" + x.collate() + " " + op + " " + y.sql + ")"
	}
	return "(" + x.sql + " " + op + " " + y.sql + ")"
}

func (b *binder) membership(c membership) string {
	x := b.value(c.x)
	if c.query == nil {
		return b.list(x, c)
	}
	sql, results := b.nested(c.query)
	if len(results) != 1 {
		panic(errorf(116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS."))
	}
	if x.typ.text() != results[0].typ.text() && x.typ.known() && results[0].typ.known() {
		panic(unsupported("IN of text and numbers"))
	}
	if x.typ.text() {
		x.collation = mixCollations(x, results[0].bound, "equal to").collation
	}
	return "(" + x.collate() + not(c.not) + " IN (" + sql + "))"
}

// list binds x IN (a, b). SQL Server compares with each of them.
func (b *binder) list(x bound, c membership) string {
	values := make([]string, len(c.list))
	for i, item := range c.list {
		v := b.fit(b.value(item), x.typ)
		if !x.typ.text() && v.typ.text() || x.typ.text() && v.typ.number() {
			panic(unsupported("IN of text and numbers"))
		}
		if x.typ.text() {
			x.collation = mixCollations(x, v, "equal to").collation
		}
		values[i] = v.sql
	}
	return "(" + x.collate() + not(c.not) + " IN (" + strings.Join(values, ", ") + "))"
}

func (b *binder) like(c likeTest) string {
	x, pattern := b.value(c.x), b.value(c.pattern)
	if x.typ.temporal() || pattern.typ.temporal() {
		panic(unsupported("LIKE of dates"))
	}
	escape := "''"
	if c.escape != nil {
		escape = b.value(c.escape).sql
		if l, ok := c.escape.(literal); ok {
			if _, err := escapeRune(l.text); err != nil {
				panic(err)
			}
		}
	}
	collation := mixCollations(x, pattern, "like").collationOr()
	flags := 0
	if folds(collation) {
		flags |= likeFolds
	}
	if x.typ.wide() || pattern.typ.wide() {
		flags |= likeWide
	}
	return fmt.Sprintf("(%s tds_like(%s, %s, %s, %d))", strings.TrimSpace(not(c.not)), x.sql, pattern.sql, escape, flags)
}
