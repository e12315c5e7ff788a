package tds

import (
	"fmt"
	"strings"
)

// selectStatement binds a query whose result goes to the client.
func (b *binder) selectStatement(s selectStatement) *program {
	sql, results := b.query(s.query, true)
	return &program{sql: sql, results: results, command: commandSelect}
}

// nested binds a query inside another statement.
func (b *binder) nested(q *query) (sql string, results []result) {
	b.within(func() { sql, results = b.query(q, false) })
	return sql, results
}

// query binds a query with what surrounds its SELECT.
func (b *binder) query(q *query, outermost bool) (string, []result) {
	if core, ok := q.body.(*selectCore); ok {
		if !outermost && len(q.order) > 0 && q.offset == nil && core.top == nil {
			panic(errorf(1033, "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified."))
		}
		if core.top != nil && q.offset != nil {
			panic(errorf(10741, "A TOP can not be used in the same query or sub-query as a OFFSET."))
		}
	}
	var with string
	var sql string
	var results []result
	b.within(func() {
		with = b.with(q.with)
		switch body := q.body.(type) {
		case *selectCore:
			b.within(func() { sql, results = b.selectCore(body, q.order) })
		case *setOperation:
			if !outermost && len(q.order) > 0 && q.offset == nil {
				panic(errorf(1033, "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified."))
			}
			sql, results = b.setOperation(body)
			sql += orderOfSet(q.order, results)
		}
		sql += b.paging(q)
	})
	return with + sql, results
}

func (b *binder) paging(q *query) string {
	if q.offset == nil {
		return ""
	}
	fetch := "-1"
	if q.fetch != nil {
		fetch = b.value(q.fetch).sql
	}
	return " LIMIT " + fetch + " OFFSET " + b.value(q.offset).sql
}

// with binds common table expressions into the current scope.
func (b *binder) with(tables []commonTable) string {
	if len(tables) == 0 {
		return ""
	}
	list := make([]string, len(tables))
	for i, t := range tables {
		sql, results := b.nested(t.query)
		columns := derivedColumns(t.name, results, t.columns)
		b.scope.tables = append(b.scope.tables, commonSource{t.name, columns})
		list[i] = quoteName(t.name) + " (" + quoteNames(columnNames(columns)) + ") AS (" + sql + ")"
	}
	return "WITH " + strings.Join(list, ", ") + " "
}

func columnNames(columns []column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// derivedColumns are the columns that a query in a FROM offers. Each must have
// a name of its own.
func derivedColumns(name string, results []result, names []string) []column {
	if names != nil && len(names) != len(results) {
		panic(errorf(8158, "'%s' has more columns than were specified in the column list.", name))
	}
	var columns []column
	for i, r := range results {
		if names != nil {
			r.name = names[i]
		}
		if r.name == "" {
			panic(errorf(8155, "No column name was specified for column %d of '%s'.", i+1, name))
		}
		for _, c := range columns {
			if equalName(c.Name, r.name) {
				panic(errorf(8156, "The column '%s' was specified multiple times for '%s'.", r.name, name))
			}
		}
		columns = append(columns, column{Name: r.name, Type: r.typ.name, Size: r.typ.size, Scale: r.typ.scale, NotNull: r.notNull, Collation: r.collation})
	}
	return columns
}

// setOperation binds UNION and the like, each side in parentheses of its own:
// SQLite knows no precedence among them.
func (b *binder) setOperation(s *setOperation) (string, []result) {
	left, results := b.setMember(s.x)
	right, others := b.setMember(s.y)
	if len(results) != len(others) {
		panic(errorf(205, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists."))
	}
	for i := range results {
		if results[i].typ.text() != others[i].typ.text() && results[i].typ.known() && others[i].typ.known() {
			panic(unsupported(s.op + " of text and numbers"))
		}
		results[i].typ = common(results[i].typ, others[i].typ)
	}
	return fmt.Sprintf("SELECT * FROM (%s) %s SELECT * FROM (%s)", left, s.op, right), results
}

func (b *binder) setMember(x any) (sql string, results []result) {
	b.within(func() {
		switch x := x.(type) {
		case *selectCore:
			sql, results = b.selectCoreAs(x, nil, true)
		case *setOperation:
			sql, results = b.setOperation(x)
		}
	})
	return sql, results
}

// orderOfSet orders by columns of the result, by name or by number.
func orderOfSet(order []orderItem, results []result) string {
	if len(order) == 0 {
		return ""
	}
	var list []string
	for _, item := range order {
		n := -1
		for i, r := range results {
			if ref, ok := item.x.(columnRef); ok && ref.table == "" && equalName(ref.name, r.name) {
				n = i
			}
			if l, ok := item.x.(literal); ok && l.text == fmt.Sprint(i+1) {
				n = i
			}
		}
		if n < 0 {
			panic(errorf(104, "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator."))
		}
		position := bound{sql: fmt.Sprint(n + 1), typ: results[n].typ, collation: results[n].collation}
		list = append(list, position.collate()+direction(item.desc))
	}
	return " ORDER BY " + strings.Join(list, ", ")
}

func (b *binder) selectCore(s *selectCore, order []orderItem) (string, []result) {
	return b.selectCoreAs(s, order, false)
}

// selectCoreAs binds one SELECT in the current scope. In a set each text gets
// its collating sequence, as under DISTINCT, for SQLite to compare rows by.
func (b *binder) selectCoreAs(s *selectCore, order []orderItem, inSet bool) (string, []result) {
	var sql strings.Builder
	from := b.from(s.from)
	if s.where != nil {
		from += " WHERE " + b.where(s.where)
	}
	groups := b.groups(s.group)
	results, checks := b.items(s.items)
	having := ""
	if s.having != nil {
		b.scope.refs = nil
		having = " HAVING " + b.cond(s.having)
		checks = append(checks, check{"HAVING clause", having, b.scope.refs})
	}
	orderBy, orderChecks := b.orderBy(order, s, results)
	if len(s.group) > 0 || b.scope.aggregates || s.having != nil {
		checkGrouped(groups, append(checks, orderChecks...))
	}
	sql.WriteString("SELECT ")
	if s.distinct {
		sql.WriteString("DISTINCT ")
	}
	sql.WriteString(itemList(results, s.distinct || inSet))
	sql.WriteString(from)
	if len(groups) > 0 {
		sql.WriteString(" GROUP BY " + groups.list())
	}
	sql.WriteString(having + orderBy)
	if s.top != nil {
		sql.WriteString(" LIMIT " + b.value(s.top).sql)
	}
	return sql.String(), results
}

// where binds a condition in which no aggregate may stand.
func (b *binder) where(c cond) string {
	b.scope.forbidden = true
	sql := b.cond(c)
	b.scope.forbidden = false
	return sql
}

func itemList(results []result, collated bool) string {
	list := make([]string, len(results))
	for i, r := range results {
		sql := r.sql
		if collated {
			sql = r.collate()
		}
		name := r.name
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		list[i] = sql + " AS " + quoteName(name)
	}
	return strings.Join(list, ", ")
}

// A check is what must hold if the SELECT is grouped: the columns outside of
// aggregates are those of GROUP BY.
type check struct {
	where string
	sql   string
	refs  []string
}

type groupList []bound

func (g groupList) has(sql string) bool {
	for _, v := range g {
		if v.sql == sql {
			return true
		}
	}
	return false
}

func (g groupList) list() string {
	list := make([]string, len(g))
	for i, v := range g {
		list[i] = v.collate()
	}
	return strings.Join(list, ", ")
}

func (b *binder) groups(group []expr) groupList {
	var list groupList
	for _, x := range group {
		if _, ok := x.(literal); ok {
			panic(errorf(164, "Each GROUP BY expression must contain at least one column that is not an outer reference."))
		}
		list = append(list, b.value(x))
	}
	return list
}

func checkGrouped(groups groupList, checks []check) {
	for _, c := range checks {
		if groups.has(c.sql) {
			continue
		}
		for _, ref := range c.refs {
			if !groups.has(ref) {
				name := strings.ReplaceAll(ref, `"`, "")
				panic(errorf(8120, "Column '%s' is invalid in the %s because it is not contained in either an aggregate function or the GROUP BY clause.", name, c.where))
			}
		}
	}
}

// items binds the select list.
func (b *binder) items(items []selectItem) (results []result, checks []check) {
	for _, item := range items {
		b.scope.refs = nil
		if item.star {
			for _, r := range b.star(item.table) {
				results = append(results, r)
				checks = append(checks, check{"select list", r.sql, []string{r.sql}})
			}
			continue
		}
		r := result{name: item.alias, bound: b.value(item.x)}
		if ref, ok := item.x.(columnRef); ok && r.name == "" {
			r.name = ref.name
		}
		results = append(results, r)
		checks = append(checks, check{"select list", r.sql, b.scope.refs})
	}
	return results, checks
}

func (b *binder) star(table string) (results []result) {
	found := false
	for _, src := range b.scope.sources {
		if table != "" && !equalName(src.name, table) {
			continue
		}
		found = true
		for _, c := range src.columns {
			results = append(results, result{c.Name, src.bind(c)})
		}
	}
	if !found && table != "" {
		panic(errorf(107, "The column prefix '%s' does not match with a table name or alias name used in the query.", table))
	}
	if !found {
		panic(errorf(263, "Must specify table to select from."))
	}
	return results
}

// orderBy binds ORDER BY of one SELECT: an alias, a number, or any value.
func (b *binder) orderBy(order []orderItem, s *selectCore, results []result) (string, []check) {
	if len(order) == 0 {
		return "", nil
	}
	var list []string
	var checks []check
	seen := map[string]bool{}
	for _, item := range order {
		b.scope.refs = nil
		v := b.orderValue(item.x, results)
		checks = append(checks, check{"ORDER BY clause", v.sql, b.scope.refs})
		if seen[v.sql] {
			panic(errorf(169, "A column has been specified more than once in the order by list. Columns in the order by list must be unique."))
		}
		seen[v.sql] = true
		if s.distinct && !selected(v, results) {
			panic(errorf(145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified."))
		}
		list = append(list, v.collate()+direction(item.desc))
	}
	return " ORDER BY " + strings.Join(list, ", "), checks
}

func selected(v bound, results []result) bool {
	for _, r := range results {
		if r.sql == v.sql {
			return true
		}
	}
	return false
}

func (b *binder) orderValue(x expr, results []result) bound {
	if l, ok := x.(literal); ok {
		for i := range results {
			if l.kind == tokenNumber && l.text == fmt.Sprint(i+1) {
				return results[i].bound
			}
		}
		panic(errorf(108, "The ORDER BY position number %s is out of range of the number of items in the select list.", l.text))
	}
	if ref, ok := x.(columnRef); ok && ref.table == "" {
		for _, r := range results {
			if equalName(r.name, ref.name) {
				return r.bound
			}
		}
	}
	return b.value(x)
}
