package tds

// query reads [WITH …] SELECT … [UNION …] [ORDER BY …].
func (p *parser) query() *query {
	p.enter()
	defer p.leave()
	q := &query{with: p.with()}
	q.body = p.setOperations()
	if p.take("ORDER", "BY") {
		q.order = p.orderItems()
		p.paging(q)
	}
	return q
}

// paging is part of ORDER BY: there is no OFFSET without.
func (p *parser) paging(q *query) {
	if !p.take("OFFSET") {
		return
	}
	q.offset = p.expression()
	if p.takeAny("ROW", "ROWS") == "" {
		p.fail()
	}
	if !p.take("FETCH") {
		return
	}
	if p.takeAny("NEXT", "FIRST") == "" {
		p.fail()
	}
	q.fetch = p.expression()
	if p.takeAny("ROW", "ROWS") == "" {
		p.fail()
	}
	p.expect("ONLY")
	if n, ok := q.fetch.(literal); ok && n.text == "0" {
		panic(errorf(10744, "The number of rows provided for a FETCH clause must be greater then zero."))
	}
}

func (p *parser) with() []commonTable {
	if !p.take("WITH") {
		return nil
	}
	var list []commonTable
	for {
		t := commonTable{name: p.name()}
		if p.is("(") {
			t.columns = p.names()
		}
		p.expect("AS", "(")
		t.query = p.query()
		p.expect(")")
		list = append(list, t)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) setOperations() any {
	x := p.intersections()
	for {
		op := p.takeAny("UNION", "EXCEPT")
		if op == "" {
			return x
		}
		if op == "UNION" && p.take("ALL") {
			op = "UNION ALL"
		}
		x = &setOperation{op, x, p.intersections()}
	}
}

func (p *parser) intersections() any {
	x := p.queryTerm()
	for p.take("INTERSECT") {
		x = &setOperation{"INTERSECT", x, p.queryTerm()}
	}
	return x
}

func (p *parser) queryTerm() any {
	if p.take("(") {
		p.enter()
		defer p.leave()
		x := p.setOperations()
		p.expect(")")
		return x
	}
	return p.selectCore()
}

func (p *parser) selectCore() *selectCore {
	p.expect("SELECT")
	s := &selectCore{distinct: p.take("DISTINCT")}
	if !s.distinct {
		p.take("ALL")
	}
	s.top = p.top()
	s.items = p.selectItems()
	if p.take("FROM") {
		s.from = p.from()
	}
	if p.take("WHERE") {
		s.where = p.condition()
	}
	if p.take("GROUP", "BY") {
		s.group = p.arguments("")
	}
	if p.take("HAVING") {
		s.having = p.condition()
	}
	return s
}

// top reads TOP (n) or TOP n; PERCENT and WITH TIES are not known.
func (p *parser) top() (n expr) {
	if !p.take("TOP") {
		return nil
	}
	if p.take("(") {
		n = p.expression()
		p.expect(")")
	} else {
		n = literal{tokenNumber, p.next().text}
		if p.lexemes[p.at-1].kind != tokenNumber {
			p.at--
			p.fail()
		}
	}
	if p.is("PERCENT") || p.is("WITH", "TIES") {
		panic(unsupported(p.peek().text))
	}
	return n
}

func (p *parser) selectItems() []selectItem {
	list := []selectItem{p.selectItem()}
	for p.take(",") {
		list = append(list, p.selectItem())
	}
	return list
}

func (p *parser) selectItem() selectItem {
	if p.take("*") {
		return selectItem{star: true}
	}
	if isName(p.peek()) && p.peekAt(1).upper == "." && p.peekAt(2).upper == "*" {
		item := selectItem{star: true, table: p.name()}
		p.at += 2
		return item
	}
	if isName(p.peek()) && p.peekAt(1).upper == "=" {
		alias := p.name()
		p.at++
		return selectItem{x: p.expression(), alias: alias}
	}
	if p.peek().kind == tokenVariable && p.peekAt(1).upper == "=" {
		panic(unsupported(p.peek().text + " ="))
	}
	item := selectItem{x: p.expression()}
	item.alias = p.alias(true)
	return item
}

// alias reads [AS] name. That of a column may be a string.
func (p *parser) alias(text bool) string {
	as := p.take("AS")
	l := p.peek()
	if text && (l.kind == tokenText || l.kind == tokenNText) {
		p.at++
		return l.text
	}
	if as || isName(l) && !p.startsStatement() {
		return p.name()
	}
	return ""
}

func (p *parser) orderItems() []orderItem {
	var list []orderItem
	for {
		item := orderItem{x: p.expression()}
		item.desc = p.takeAny("ASC", "DESC") == "DESC"
		list = append(list, item)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) from() []tableSource {
	list := []tableSource{p.tableSource("")}
	for {
		join := p.join()
		if join == "" {
			return list
		}
		source := p.tableSource(join)
		if join != "," && join != "CROSS JOIN" {
			p.expect("ON")
			source.on = p.condition()
		}
		list = append(list, source)
	}
}

// join reads what joins the next source, "" for nothing.
func (p *parser) join() string {
	if p.take(",") {
		return ","
	}
	if p.take("JOIN") {
		return "JOIN"
	}
	if p.take("INNER", "JOIN") {
		return "JOIN"
	}
	if p.take("CROSS", "JOIN") {
		return "CROSS JOIN"
	}
	for _, side := range []string{"LEFT", "RIGHT", "FULL"} {
		if p.take(side, "JOIN") || p.take(side, "OUTER", "JOIN") {
			return side + " JOIN"
		}
	}
	return ""
}

func (p *parser) tableSource(join string) tableSource {
	s := tableSource{join: join}
	if p.take("(") {
		if p.is("VALUES") {
			s.rows = p.values()
		} else {
			s.query = p.query()
		}
		p.expect(")")
		if s.alias = p.alias(false); s.alias == "" {
			p.fail()
		}
		if p.is("(") {
			s.columns = p.names()
		}
		return s
	}
	s.schema, s.name = p.object()
	s.alias = p.alias(false)
	s.locks = p.hints()
	return s
}

func (p *parser) values() [][]expr {
	p.expect("VALUES")
	var rows [][]expr
	for {
		p.expect("(")
		var row []expr
		for {
			if p.take("DEFAULT") {
				row = append(row, defaultValue{})
			} else {
				row = append(row, p.expression())
			}
			if !p.take(",") {
				break
			}
		}
		p.expect(")")
		rows = append(rows, row)
		if !p.take(",") {
			return rows
		}
	}
}

var (
	lockingHints = wordSet("UPDLOCK XLOCK HOLDLOCK SERIALIZABLE REPEATABLEREAD TABLOCKX")
	otherHints   = wordSet("NOLOCK READUNCOMMITTED READCOMMITTED READCOMMITTEDLOCK READPAST ROWLOCK PAGLOCK TABLOCK SNAPSHOT NOWAIT FORCESEEK FORCESCAN NOEXPAND")
)

// hints reads WITH (…) and reports whether one asks for more than shared locks.
func (p *parser) hints() (locks bool) {
	if !p.take("WITH") {
		return false
	}
	p.expect("(")
	for {
		hint := p.next()
		switch {
		case lockingHints[hint.upper]:
			locks = true
		case otherHints[hint.upper]:
		default:
			panic(errorf(321, `"%s" is not a recognized table hints option.`, hint.text))
		}
		p.take(",")
		if p.take(")") {
			return locks
		}
	}
}
