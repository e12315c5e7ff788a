package tds

// maxRows of one VALUES in an INSERT.
const maxRows = 1000

func (p *parser) insert(with []commonTable) statement {
	s := insertStatement{with: with}
	p.expect("INSERT")
	p.take("INTO")
	s.table = p.table()
	s.locks = p.hints()
	if p.is("(") {
		s.columns = p.names()
	}
	s.output = p.output()
	switch {
	case p.take("DEFAULT", "VALUES"):
		s.rows = [][]expr{{}}
		s.columns = []string{}
	case p.is("VALUES"):
		s.rows = p.values()
		if len(s.rows) > maxRows {
			panic(errorf(10738, "The number of row value expressions in the INSERT statement exceeds the maximum allowed number of 1000 row values."))
		}
	case p.is("SELECT") || p.is("WITH"):
		s.query = p.query()
	default:
		p.fail()
	}
	return s
}

// output reads OUTPUT …; one with INTO is not known.
func (p *parser) output() []selectItem {
	if !p.take("OUTPUT") {
		return nil
	}
	items := p.selectItems()
	if p.is("INTO") {
		panic(unsupported("OUTPUT INTO"))
	}
	return items
}

func (p *parser) update(with []commonTable) statement {
	s := updateStatement{with: with}
	p.expect("UPDATE")
	s.top = p.top()
	s.table = p.table()
	p.hints()
	p.expect("SET")
	for {
		s.set = append(s.set, p.assignment())
		if !p.take(",") {
			break
		}
	}
	s.output = p.output()
	if p.take("FROM") {
		s.from = p.from()
	}
	if p.take("WHERE") {
		s.where = p.condition()
	}
	return s
}

func (p *parser) assignment() assignment {
	column, ok := p.column().(columnRef)
	if !ok {
		p.fail()
	}
	op := p.takeAny("=", "+=", "-=", "*=", "/=")
	if op == "" {
		p.fail()
	}
	if op == "=" && p.take("DEFAULT") {
		return assignment{column.name, defaultValue{}}
	}
	x := p.expression()
	if op != "=" {
		x = binaryOp{op[:1], column, x}
	}
	return assignment{column.name, x}
}

func (p *parser) delete(with []commonTable) statement {
	s := deleteStatement{with: with}
	p.expect("DELETE")
	s.top = p.top()
	p.take("FROM")
	s.table = p.table()
	p.hints()
	s.output = p.output()
	if p.take("FROM") {
		s.from = p.from()
	}
	if p.take("WHERE") {
		s.where = p.condition()
	}
	return s
}
