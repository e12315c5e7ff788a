package tds

import "strings"

func (p *parser) create() statement {
	p.expect("CREATE")
	switch {
	case p.take("TABLE"):
		return p.createTable()
	case p.is("UNIQUE"), p.is("INDEX"), p.is("NONCLUSTERED"), p.is("CLUSTERED"):
		return p.createIndex()
	case p.take("OR", "ALTER", "TRIGGER"), p.take("TRIGGER"):
		return p.createTrigger()
	case p.take("LOGIN"):
		return p.createLogin()
	case p.take("USER"):
		return p.createUser()
	}
	p.fail()
	return nil
}

func (p *parser) createTable() statement {
	s := createTable{table: p.table()}
	p.expect("(")
	for {
		if p.startsConstraint() {
			s.keys = append(s.keys, p.tableConstraint())
		} else {
			column, keys := p.columnDef()
			s.columns = append(s.columns, column)
			s.keys = append(s.keys, keys...)
		}
		if !p.take(",") || p.is(")") {
			break
		}
	}
	p.expect(")")
	return s
}

func (p *parser) startsConstraint() bool {
	return p.is("CONSTRAINT") || p.is("PRIMARY") || p.is("UNIQUE") || p.is("FOREIGN") || p.is("CHECK")
}

// columnDef reads a column, and the constraints that stand with it.
func (p *parser) columnDef() (columnDef, []keyDef) {
	c := columnDef{name: p.name()}
	c.typ = p.typeName(1)
	var keys []keyDef
	for {
		switch {
		case p.take("IDENTITY"):
			p.identity(&c)
		case p.take("NOT", "NULL"):
			c.notNull, c.nullWord = true, true
		case p.take("NULL"):
			c.nullWord = true
		case p.take("COLLATE"):
			c.collation = p.name()
		case p.take("DEFAULT"):
			c.defaultTo = p.defaultText()
		case p.is("CONSTRAINT"), p.is("PRIMARY"), p.is("UNIQUE"), p.is("REFERENCES"), p.is("CHECK"), p.is("FOREIGN"):
			if key, isDefault := p.columnConstraint(&c); !isDefault {
				keys = append(keys, key)
			}
		default:
			return c, keys
		}
	}
}

func (p *parser) identity(c *columnDef) {
	c.identity, c.seed = true, 1
	if !p.take("(") {
		return
	}
	c.seed = int64(p.integer())
	p.expect(",")
	if p.integer() != 1 {
		panic(unsupported("IDENTITY"))
	}
	p.expect(")")
}

// defaultText reads the expression and returns its source: it is bound anew
// for each INSERT.
func (p *parser) defaultText() string {
	start := p.peek().start
	p.expression()
	return p.source[start:p.lexemes[p.at-1].end]
}

func (p *parser) columnConstraint(c *columnDef) (key keyDef, isDefault bool) {
	if p.take("CONSTRAINT") {
		key.name = p.name()
	}
	if p.take("DEFAULT") {
		c.defaultTo = p.defaultText()
		return key, true
	}
	key.columns = []string{c.name}
	if p.take("FOREIGN", "KEY") && !p.is("REFERENCES") {
		p.fail()
	}
	p.constraintBody(&key, false)
	return key, false
}

func (p *parser) tableConstraint() keyDef {
	var key keyDef
	if p.take("CONSTRAINT") {
		key.name = p.name()
	}
	p.constraintBody(&key, true)
	return key
}

func (p *parser) constraintBody(key *keyDef, columns bool) {
	switch {
	case p.take("PRIMARY", "KEY"):
		key.kind = "PRIMARY KEY"
	case p.take("UNIQUE"):
		key.kind = "UNIQUE"
	case p.take("CHECK"):
		key.kind = "CHECK"
		start := p.peek().start
		p.expect("(")
		key.check = p.condition()
		p.expect(")")
		key.text = p.source[start:p.lexemes[p.at-1].end]
		return
	case columns && p.take("FOREIGN", "KEY"):
		key.kind = "FOREIGN KEY"
		key.columns = p.names()
		p.references(key)
		return
	case !columns && p.is("REFERENCES"):
		key.kind = "FOREIGN KEY"
		p.references(key)
		return
	default:
		p.fail()
	}
	p.takeAny("CLUSTERED", "NONCLUSTERED")
	if columns {
		key.columns, _ = p.indexColumns()
	}
}

func (p *parser) references(key *keyDef) {
	p.expect("REFERENCES")
	key.parent = p.table()
	if p.is("(") {
		key.parents = p.names()
	}
	for p.take("ON") {
		event := p.takeAny("DELETE", "UPDATE")
		if event == "" {
			p.fail()
		}
		key.onDelete += " ON " + event
		switch {
		case p.take("CASCADE"):
			key.onDelete += " CASCADE"
		case p.take("NO", "ACTION"):
			key.onDelete += " NO ACTION"
		case p.take("SET", "NULL"):
			key.onDelete += " SET NULL"
		default:
			panic(unsupported(p.peek().text))
		}
	}
}

func (p *parser) indexColumns() (names []string, descending []bool) {
	p.expect("(")
	for {
		names = append(names, p.name())
		descending = append(descending, p.takeAny("ASC", "DESC") == "DESC")
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
	return names, descending
}

func (p *parser) createIndex() statement {
	s := createIndex{unique: p.take("UNIQUE")}
	p.takeAny("CLUSTERED", "NONCLUSTERED")
	p.expect("INDEX")
	s.name = p.name()
	p.expect("ON")
	s.table = p.table()
	s.columns, s.descending = p.indexColumns()
	if p.take("INCLUDE") {
		p.names()
	}
	if p.take("WHERE") {
		s.where = p.condition()
	}
	return s
}

// createTrigger takes the rest of the batch for its body.
func (p *parser) createTrigger() statement {
	_, name := p.object()
	s := createTrigger{name: name}
	p.expect("ON")
	s.table = p.table()
	switch {
	case p.take("AFTER"), p.take("FOR"):
	case p.take("INSTEAD", "OF"):
		s.instead = true
	default:
		p.fail()
	}
	for {
		if p.takeAny("INSERT", "UPDATE", "DELETE") == "" {
			p.fail()
		}
		if !p.take(",") {
			break
		}
	}
	p.expect("AS")
	if p.peek().kind == tokenEnd {
		p.fail()
	}
	p.at = len(p.lexemes) - 1
	return s
}

func (p *parser) alter() statement {
	if p.take("ALTER", "DATABASE") {
		return p.alterDatabase()
	}
	p.expect("ALTER", "TABLE")
	s := alterTable{table: p.table()}
	switch {
	case p.take("ADD"):
		p.alterAdd(&s)
	case p.take("ALTER", "COLUMN"):
		change, keys := p.columnDef()
		if len(keys) > 0 || change.identity || change.defaultTo != "" {
			p.fail()
		}
		s.change = &change
	case p.take("DROP", "COLUMN"):
		s.dropIfExists = p.take("IF", "EXISTS")
		s.dropColumn = p.name()
	case p.take("DROP"):
		p.take("CONSTRAINT")
		s.dropIfExists = p.take("IF", "EXISTS")
		s.dropKey = p.name()
	case p.is("ENABLE", "TRIGGER"), p.is("DISABLE", "TRIGGER"):
		s.enable = p.next().upper
		p.at++
		if s.trigger = "ALL"; !p.take("ALL") {
			s.trigger = p.name()
		}
	default:
		panic(unsupported("ALTER TABLE " + p.peek().text))
	}
	return s
}

func (p *parser) alterAdd(s *alterTable) {
	for {
		if p.startsConstraint() {
			s.keys = append(s.keys, p.tableConstraint())
		} else {
			column, keys := p.columnDef()
			s.add = append(s.add, column)
			s.keys = append(s.keys, keys...)
		}
		if !p.take(",") {
			return
		}
	}
}

func (p *parser) drop() statement {
	p.expect("DROP")
	s := dropObject{kind: p.takeAny("TABLE", "INDEX", "TRIGGER")}
	if s.kind == "" {
		p.fail()
	}
	s.ifExists = p.take("IF", "EXISTS")
	_, s.name = p.object()
	if s.kind == "INDEX" {
		p.expect("ON")
		s.table = p.table()
	}
	if p.is(",") {
		panic(unsupported("DROP " + strings.ToUpper(s.kind) + " of several objects"))
	}
	return s
}

// triggerSwitch reads ENABLE TRIGGER name ON table, and DISABLE.
func (p *parser) triggerSwitch() statement {
	s := setTrigger{enable: p.next().upper == "ENABLE"}
	p.expect("TRIGGER")
	if s.name = "ALL"; !p.take("ALL") {
		_, s.name = p.object()
	}
	p.expect("ON")
	s.table = p.table()
	return s
}
