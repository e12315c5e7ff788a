package tds

import (
	"fmt"
	"strings"
)

// from binds a FROM: its sources go into the scope one after the other, so that
// an ON sees those before it.
func (b *binder) from(sources []tableSource) string {
	if len(sources) == 0 {
		return ""
	}
	var sql strings.Builder
	for _, s := range sources {
		switch s.join {
		case "":
			sql.WriteString(" FROM ")
		case ",":
			sql.WriteString(" CROSS JOIN ")
		default:
			sql.WriteString(" " + s.join + " ")
		}
		sql.WriteString(b.source(s))
		if s.on != nil {
			sql.WriteString(" ON " + b.where(s.on))
		}
	}
	return sql.String()
}

func (b *binder) source(s tableSource) string {
	b.locks = b.locks || s.locks
	switch {
	case s.query != nil:
		return b.derived(s)
	case s.rows != nil:
		return b.valuesSource(s)
	}
	name, columns, sql := b.named(s.schema, s.name)
	if s.alias != "" {
		name = s.alias
	}
	b.offer(name, columns)
	return sql + " AS " + quoteName(name)
}

// named finds a common table expression, a system view or a table.
func (b *binder) named(schema, name string) (exposed string, columns []column, sql string) {
	for sc := b.scope; sc != nil && schema == ""; sc = sc.parent {
		for _, t := range sc.tables {
			if equalName(t.name, name) {
				return t.name, t.columns, quoteName(t.name)
			}
		}
	}
	if schema != "" && schema != "dbo" {
		view, ok := systemViews[schema+"."+strings.ToLower(name)]
		if !ok {
			panic(errorf(208, "Invalid object name '%s.%s'.", schema, name))
		}
		return name, view.columns, "(" + view.sql + ")"
	}
	t := b.table(name)
	b.require(t, "SELECT")
	return t.Name, t.Columns, quoteName(t.Name)
}

func (b *binder) offer(name string, columns []column) {
	for _, src := range b.scope.sources {
		if equalName(src.name, name) {
			panic(errorf(1013, `The objects "%s" and "%s" in the FROM clause have the same exposed names. Use correlation names to distinguish them.`, src.name, name))
		}
	}
	b.scope.sources = append(b.scope.sources, &source{name: name, columns: columns})
}

// derived binds a query in parentheses. It sees none of the sources beside it.
func (b *binder) derived(s tableSource) string {
	beside := b.scope.sources
	b.scope.sources = nil
	sql, results := b.nested(s.query)
	b.scope.sources = beside
	columns := derivedColumns(s.alias, results, s.columns)
	b.offer(s.alias, columns)
	return renamed(sql, results, columns) + " AS " + quoteName(s.alias)
}

// renamed gives a query's columns the names of the list behind its alias.
func renamed(sql string, results []result, columns []column) string {
	same := true
	for i, c := range columns {
		same = same && c.Name == results[i].name
	}
	if same {
		return "(" + sql + ")"
	}
	return fmt.Sprintf("(WITH __r (%s) AS (%s) SELECT * FROM __r)", quoteNames(columnNames(columns)), sql)
}

// valuesSource binds (VALUES …) AS name (columns).
func (b *binder) valuesSource(s tableSource) string {
	rows := make([]string, len(s.rows))
	results := make([]result, len(s.columns))
	for i, row := range s.rows {
		if len(row) != len(s.columns) {
			panic(errorf(8159, "'%s' has fewer columns than were specified in the column list.", s.alias))
		}
		values := make([]string, len(row))
		for j, x := range row {
			v := b.value(x)
			values[j] = v.sql
			results[j].typ = common(results[j].typ, v.typ)
			results[j].name = s.columns[j]
		}
		rows[i] = "(" + strings.Join(values, ", ") + ")"
	}
	columns := derivedColumns(s.alias, results, nil)
	b.offer(s.alias, columns)
	return fmt.Sprintf("(WITH __r (%s) AS (VALUES %s) SELECT * FROM __r) AS %s", quoteNames(s.columns), strings.Join(rows, ", "), quoteName(s.alias))
}
