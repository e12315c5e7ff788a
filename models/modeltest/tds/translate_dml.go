package tds

import (
	"fmt"
	"strings"
)

// refuseOutput answers OUTPUT on a table with a trigger as SQL Server does.
func refuseOutput(t *table, output []selectItem) {
	if len(output) > 0 && t.hasTrigger() {
		panic(errorf(334, "The target table '%s' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.", t.Name))
	}
}

// output binds OUTPUT into RETURNING, which knows the rows as they are after
// INSERT and UPDATE, and as they were before DELETE.
func (b *binder) output(t *table, items []selectItem, prefix string) (string, []result) {
	if len(items) == 0 {
		return "", nil
	}
	outer := b.scope.sources
	b.scope.sources = []*source{{name: prefix, columns: t.Columns, bare: true}}
	results, _ := b.items(items)
	b.scope.sources = outer
	return " RETURNING " + itemList(results, false), results
}

// insert binds INSERT. Every column of the table gets its value: the one given,
// its default, or NULL; only the identity is left to SQLite.
func (b *binder) insert(s insertStatement) *program {
	b.verb = "INSERT"
	t := b.table(s.table)
	b.require(t, "INSERT")
	refuseOutput(t, s.output)
	with := b.with(s.with)
	given, names := b.insertColumns(t, s)
	var columns []string
	var source string
	if s.query != nil {
		columns, source = b.insertQuery(t, s.query, given, names)
	} else {
		columns, source = b.insertRows(t, s.rows, given, names)
	}
	returning, results := b.output(t, s.output, "INSERTED")
	sql := fmt.Sprintf("%sINSERT INTO %s (%s) %s%s", with, quoteName(t.Name), quoteNames(columns), source, returning)
	if len(columns) == 0 {
		sql = fmt.Sprintf("INSERT INTO %s DEFAULT VALUES%s", quoteName(t.Name), returning)
	}
	_, ident := t.identity()
	return &program{sql: sql, results: results, command: commandInsert, writes: true, table: t, ident: ident}
}

// insertColumns checks the column list and returns where each column's value
// stands in a row; a column that is not in it gets no value.
func (b *binder) insertColumns(t *table, s insertStatement) (given map[string]int, names []string) {
	if names = s.columns; names == nil {
		for _, c := range t.Columns {
			if !c.Identity || b.s.identityInsert == t.ID {
				names = append(names, c.Name)
			}
		}
	}
	given = map[string]int{}
	for i, name := range names {
		c, ok := t.column(name)
		if !ok {
			panic(errorf(207, "Invalid column name '%s'.", name))
		}
		if _, twice := given[c.Name]; twice {
			panic(errorf(264, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", c.Name))
		}
		if c.Identity && b.s.identityInsert != t.ID {
			panic(errorf(544, "Cannot insert explicit value for identity column in table '%s' when IDENTITY_INSERT is set to OFF.", t.Name))
		}
		given[c.Name] = i
	}
	if c, ok := t.identity(); ok && b.s.identityInsert == t.ID {
		if _, ok := given[c.Name]; !ok {
			panic(errorf(545, "Explicit value must be specified for identity column in table '%s' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.", t.Name))
		}
	}
	return given, names
}

func (b *binder) insertRows(t *table, rows [][]expr, given map[string]int, names []string) ([]string, string) {
	var columns []string
	lines := make([]string, len(rows))
	for i, row := range rows {
		if len(row) != len(names) {
			if len(row) < len(names) {
				panic(errorf(109, "There are more columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement."))
			}
			panic(errorf(110, "There are fewer columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement."))
		}
		columns = nil
		var values []string
		for _, c := range t.Columns {
			at, ok := given[c.Name]
			if !ok && c.Identity {
				continue
			}
			columns = append(columns, c.Name)
			var x expr = defaultValue{}
			if ok {
				x = row[at]
			}
			values = append(values, b.assign(t, c, x))
		}
		lines[i] = "(" + strings.Join(values, ", ") + ")"
	}
	return columns, "VALUES " + strings.Join(lines, ", ")
}

// insertQuery reads the rows through a common table expression, so that each
// value can be converted on its way.
func (b *binder) insertQuery(t *table, q *query, given map[string]int, names []string) ([]string, string) {
	sql, results := b.nested(q)
	if len(results) != len(names) {
		if len(results) < len(names) {
			panic(errorf(120, "The select list for the INSERT statement contains fewer items than the insert list. The number of SELECT values must match the number of INSERT columns."))
		}
		panic(errorf(121, "The select list for the INSERT statement contains more items than the insert list. The number of SELECT values must match the number of INSERT columns."))
	}
	var columns, values []string
	for _, c := range t.Columns {
		at, ok := given[c.Name]
		if !ok && c.Identity {
			continue
		}
		columns = append(columns, c.Name)
		if !ok {
			values = append(values, b.assign(t, c, defaultValue{}))
			continue
		}
		values = append(values, b.intoColumn(t, c, bound{sql: fmt.Sprintf(`"__s"."%d"`, at), typ: results[at].typ}))
	}
	numbers := make([]string, len(results))
	for i := range results {
		numbers[i] = fmt.Sprintf(`"%d"`, i)
	}
	return columns, fmt.Sprintf(`SELECT %s FROM (WITH "__r" (%s) AS (%s) SELECT * FROM "__r") AS "__s"`,
		strings.Join(values, ", "), strings.Join(numbers, ", "), sql)
}

// assign binds a value for a column.
func (b *binder) assign(t *table, c column, x expr) string {
	if _, ok := x.(defaultValue); !ok {
		return b.intoColumn(t, c, b.value(x))
	}
	if c.Default == "" {
		return b.intoColumn(t, c, bound{sql: "NULL"})
	}
	parsed, err := parseExpression(c.Default)
	if err != nil {
		panic(err)
	}
	return b.intoColumn(t, c, b.value(parsed))
}

func (b *binder) intoColumn(t *table, c column, v bound) string {
	typ := c.typ()
	if v.typ.temporal() && typ.number() || v.typ.number() && typ.temporal() || v.typ.binary() != typ.binary() && v.typ.known() && (v.typ.binary() || typ.binary()) {
		panic(errorf(206, "Operand type clash: %s is incompatible with %s", strings.ToLower(v.typ.name), strings.ToLower(typ.name)))
	}
	return b.convert("tds_assign", v.sql, conversion{
		to: typ, table: t.Name, column: c.Name, identity: c.Identity, notNull: c.NotNull, verb: b.verb,
	})
}

// target finds the table of an UPDATE or DELETE. It can be named by its alias
// in FROM; more than one source there is not known.
func (b *binder) target(name string, from []tableSource) *table {
	alias := ""
	if len(from) > 1 || len(from) == 1 && from[0].name == "" {
		panic(unsupported("FROM with several tables"))
	}
	if len(from) == 1 {
		if !equalName(from[0].alias, name) && !equalName(from[0].name, name) {
			panic(unsupported("FROM " + from[0].name))
		}
		b.locks = b.locks || from[0].locks
		name, alias = from[0].name, from[0].alias
	}
	t := b.table(name)
	if alias == "" {
		alias = t.Name
	}
	b.offer(alias, t.Columns)
	return t
}

// requireChange: who reads a column in WHERE needs the right to read too.
func (b *binder) requireChange(t *table, right string, where cond) {
	b.require(t, right)
	if where != nil {
		b.require(t, "SELECT")
	}
}

func (b *binder) update(s updateStatement) *program {
	with := b.with(s.with)
	b.verb = "UPDATE"
	t := b.target(s.table, s.from)
	b.requireChange(t, "UPDATE", s.where)
	refuseOutput(t, s.output)
	seen := map[string]bool{}
	set := make([]string, len(s.set))
	for i, a := range s.set {
		c, ok := t.column(a.column)
		switch {
		case !ok:
			panic(errorf(207, "Invalid column name '%s'.", a.column))
		case c.Identity:
			panic(errorf(8102, "Cannot update identity column '%s'.", c.Name))
		case seen[c.Name]:
			panic(errorf(264, "The column name '%s' is specified more than once in the SET clause or column list of an INSERT.", c.Name))
		}
		seen[c.Name] = true
		set[i] = quoteName(c.Name) + " = " + b.assign(t, c, a.x)
	}
	sql := fmt.Sprintf("%sUPDATE %s AS %s SET %s", with, quoteName(t.Name), quoteName(b.scope.sources[0].name), strings.Join(set, ", "))
	sql += b.restrict(t, s.where, s.top)
	returning, results := b.output(t, s.output, "INSERTED")
	return &program{sql: sql + returning, results: results, command: commandUpdate, writes: true, table: t}
}

func (b *binder) delete(s deleteStatement) *program {
	with := b.with(s.with)
	t := b.target(s.table, s.from)
	b.requireChange(t, "DELETE", s.where)
	refuseOutput(t, s.output)
	sql := fmt.Sprintf("%sDELETE FROM %s AS %s", with, quoteName(t.Name), quoteName(b.scope.sources[0].name))
	sql += b.restrict(t, s.where, s.top)
	returning, results := b.output(t, s.output, "DELETED")
	return &program{sql: sql + returning, results: results, command: commandDelete, writes: true, table: t}
}

// restrict binds WHERE and TOP: every table has a rowid.
func (b *binder) restrict(t *table, where cond, top expr) string {
	condition := ""
	if where != nil {
		condition = " WHERE " + b.where(where)
	}
	if top == nil {
		return condition
	}
	alias := quoteName(b.scope.sources[0].name)
	return fmt.Sprintf(" WHERE rowid IN (SELECT rowid FROM %s AS %s%s LIMIT %s)", quoteName(t.Name), alias, condition, b.value(top).sql)
}
