package tds

import "time"

// statement reads one statement.
func (p *parser) statement() statement {
	p.enter()
	defer p.leave()
	s := p.statementBody()
	if p.take("OPTION") { // query hints change no result
		for p.expect("("); !p.take(")"); p.next() {
			if p.peek().kind == tokenEnd {
				p.fail()
			}
		}
	}
	return s
}

func (p *parser) statementBody() statement {
	switch p.peek().upper {
	case "SELECT":
		return selectStatement{p.query()}
	case "WITH":
		return p.withStatement()
	case "INSERT":
		return p.insert(nil)
	case "UPDATE":
		return p.update(nil)
	case "DELETE":
		return p.delete(nil)
	case "CREATE":
		first := p.at
		s := p.create()
		if _, trigger := s.(createTrigger); trigger && first > 0 {
			panic(errorf(111, "'CREATE TRIGGER' must be the first statement in a query batch."))
		}
		return s
	case "ALTER":
		return p.alter()
	case "GRANT":
		return p.grant()
	case "DROP":
		return p.drop()
	case "ENABLE", "DISABLE":
		return p.triggerSwitch()
	case "TRUNCATE":
		p.expect("TRUNCATE", "TABLE")
		return truncateTable{p.table()}
	case "SET":
		return p.set()
	case "DECLARE":
		return p.declare()
	case "IF":
		return p.ifStatement()
	case "EXEC", "EXECUTE":
		return p.exec()
	case "BEGIN", "COMMIT", "ROLLBACK", "SAVE":
		return p.transaction()
	case "WAITFOR":
		return p.waitFor()
	case "USE":
		p.at++
		return p.use()
	}
	p.fail()
	return nil
}

// startsStatement reports whether a word that could be an alias begins a
// statement: those words are not reserved.
func (p *parser) startsStatement() bool {
	return p.is("ENABLE", "TRIGGER") || p.is("DISABLE", "TRIGGER") || p.is("OFFSET")
}

func (p *parser) withStatement() statement {
	at := p.at
	with := p.with()
	switch p.peek().upper {
	case "INSERT":
		return p.insert(with)
	case "UPDATE":
		return p.update(with)
	case "DELETE":
		return p.delete(with)
	}
	p.at = at
	return selectStatement{p.query()}
}

// waitFor reads WAITFOR DELAY 'hh:mm:ss.mmm'.
func (p *parser) waitFor() statement {
	p.expect("WAITFOR", "DELAY")
	l := p.next()
	for _, layout := range []string{"15:04:05", "15:04"} {
		if clock, err := time.Parse(layout, l.text); err == nil && l.kind == tokenText {
			return waitFor{clock.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC))}
		}
	}
	panic(errorf(148, "Incorrect time syntax in time string '%s' used with WAITFOR.", l.text))
}

func (p *parser) use() statement {
	if name := p.name(); !equalName(name, databaseName) {
		panic(errorf(911, "Database '%s' does not exist. Make sure that the name is entered correctly.", name))
	}
	return noop{}
}

// okOptions are taken when ON, and have no meaning here.
var okOptions = wordSet("ANSI_NULLS QUOTED_IDENTIFIER ANSI_PADDING ANSI_WARNINGS ARITHABORT CONCAT_NULL_YIELDS_NULL ANSI_NULL_DFLT_ON")

func (p *parser) set() statement {
	p.expect("SET")
	l := p.next()
	switch {
	case l.kind == tokenVariable:
		p.expect("=")
		return setVariable{l.text, p.expression()}
	case l.upper == "TRANSACTION":
		p.expect("ISOLATION", "LEVEL")
		return setOption{"ISOLATION", p.isolation()}
	case l.upper == "IDENTITY_INSERT":
		return setIdentity{p.table(), p.onOff() == "ON"}
	case l.upper == "NOCOUNT", l.upper == "XACT_ABORT":
		return setOption{l.upper, p.onOff()}
	case l.upper == "LOCK_TIMEOUT":
		sign := p.takeAny("-")
		n := p.next()
		if n.kind != tokenNumber {
			p.fail()
		}
		return setOption{l.upper, sign + n.text}
	case okOptions[l.upper] && p.onOff() == "ON":
		return noop{}
	}
	panic(unsupported("SET " + l.text))
}

func (p *parser) onOff() string {
	word := p.takeAny("ON", "OFF")
	if word == "" {
		p.fail()
	}
	return word
}

func (p *parser) isolation() string {
	for _, level := range [][]string{{"READ", "UNCOMMITTED"}, {"READ", "COMMITTED"}, {"REPEATABLE", "READ"}, {"SERIALIZABLE"}, {"SNAPSHOT"}} {
		if p.take(level...) {
			return level[len(level)-1]
		}
	}
	p.fail()
	return ""
}

func (p *parser) declare() statement {
	p.expect("DECLARE")
	l := p.next()
	if l.kind != tokenVariable {
		p.at--
		p.fail()
	}
	p.take("AS")
	if p.is("TABLE") || p.is("CURSOR") {
		panic(unsupported("DECLARE " + p.peek().text))
	}
	d := declare{name: l.text, typ: p.typeName(1), x: nullLiteral{}}
	if p.take("=") {
		d.x = p.expression()
	}
	if p.is(",") {
		panic(unsupported("DECLARE of several variables"))
	}
	return d
}

func (p *parser) ifStatement() statement {
	p.expect("IF")
	s := ifStatement{cond: p.condition()}
	s.then = p.statement()
	at := p.at
	for p.take(";") {
	}
	if !p.take("ELSE") {
		p.at = at
		return s
	}
	s.other = p.statement()
	return s
}

// exec reads a call to a procedure. There are none, so its arguments go unread.
func (p *parser) exec() statement {
	p.at++
	if p.peek().kind == tokenVariable && p.peekAt(1).upper == "=" {
		p.at += 2
	}
	_, name := p.object()
	for !p.is(";") && p.peek().kind != tokenEnd {
		p.at++
	}
	return procedure{name}
}

func (p *parser) transaction() statement {
	verb := p.next().upper
	word := p.takeAny("TRANSACTION", "TRAN", "WORK")
	switch {
	case word == "WORK" && (verb == "BEGIN" || verb == "SAVE"), word == "" && verb == "SAVE":
		p.fail()
	case word == "" && verb == "BEGIN":
		return p.block()
	}
	s := transactionStatement{verb: verb}
	if word != "" && word != "WORK" && isName(p.peek()) {
		s.name = p.name()
	}
	if verb == "SAVE" && s.name == "" {
		p.fail()
	}
	return s
}

func (p *parser) block() statement {
	var b block
	for {
		for p.take(";") {
		}
		if p.take("END") {
			return b
		}
		if p.is("TRY") || p.is("CATCH") {
			panic(unsupported("BEGIN TRY"))
		}
		b.body = append(b.body, p.statement())
	}
}
