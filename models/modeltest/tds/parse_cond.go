package tds

// condition reads a search condition. A value alone is none: T-SQL wants
// "Active" = 1 where others take "Active".
func (p *parser) condition() cond {
	p.enter()
	defer p.leave()
	x := p.conjunction()
	for p.take("OR") {
		x = logical{"OR", x, p.conjunction()}
	}
	return x
}

func (p *parser) conjunction() cond {
	x := p.negated()
	for p.take("AND") {
		x = logical{"AND", x, p.negated()}
	}
	return x
}

func (p *parser) negated() cond {
	if p.take("NOT") {
		p.enter()
		defer p.leave()
		return negation{p.negated()}
	}
	return p.predicate()
}

func (p *parser) predicate() cond {
	if p.take("EXISTS") {
		p.expect("(")
		q := p.query()
		p.expect(")")
		return existence{q}
	}
	if p.is("(") {
		if c, ok := p.parenthesisedCondition(); ok {
			return c
		}
	}
	x := p.expression()
	not := p.take("NOT")
	switch {
	case p.take("IN"):
		return p.membership(x, not)
	case p.take("LIKE"):
		c := likeTest{x: x, not: not, pattern: p.expression()}
		if p.take("ESCAPE") {
			c.escape = p.expression()
		}
		return c
	case p.take("BETWEEN"):
		low := p.expression()
		p.expect("AND")
		return between{x, low, p.expression(), not}
	case not:
		p.fail()
	case p.take("IS"):
		not := p.take("NOT")
		p.expect("NULL")
		return nullTest{x, not}
	}
	return p.comparison(x)
}

// A verdict is what stands in the parentheses at one place: a condition, and
// where it ends, or a value, or neither.
type verdict struct {
	cond cond
	end  int
	ok   bool
	err  *sqlError
}

// parenthesisedCondition tells (a = 1 OR b = 2) from (a + 1) = 2. Where neither
// reads, the error is the condition's. Verdicts are kept, or nested parentheses
// would double the work each.
func (p *parser) parenthesisedCondition() (cond, bool) {
	at := p.at
	v, known := p.verdicts[at]
	if !known {
		v = p.judge()
		p.verdicts[at] = v
	}
	if v.err != nil {
		panic(v.err)
	}
	if v.ok {
		p.at = v.end
	}
	return v.cond, v.ok
}

func (p *parser) judge() (v verdict) {
	at := p.at
	err := p.try(func() {
		p.expect("(")
		v.cond = p.condition()
		p.expect(")")
	})
	if err == nil {
		v.ok, v.end = true, p.at
		return v
	}
	if p.try(func() { p.primary() }) != nil {
		return verdict{err: err}
	}
	p.at = at
	return verdict{}
}

var comparisonSigns = []string{"=", "<>", "!=", "<=", ">=", "<", ">", "!<", "!>"}

func (p *parser) comparison(x expr) cond {
	op := p.takeAny(comparisonSigns...)
	switch op {
	case "":
		text := p.peek().text
		if p.peek().kind == tokenEnd {
			text = p.lexemes[p.at-1].text
		}
		if l := p.peek(); l.kind == tokenEnd || l.upper == ")" || l.upper == "AND" || l.upper == "OR" ||
			l.upper == ";" || l.upper == "ORDER" || l.upper == "THEN" || l.upper == "GROUP" {
			panic(errorf(4145, "An expression of non-boolean type specified in a context where a condition is expected, near '%s'.", text))
		}
		p.fail()
	case "!=":
		op = "<>"
	case "!<":
		op = ">="
	case "!>":
		op = "<="
	}
	if p.is("ALL") || p.is("ANY") || p.is("SOME") {
		panic(unsupported(p.peek().text))
	}
	return comparison{op, x, p.expression()}
}

func (p *parser) membership(x expr, not bool) cond {
	p.expect("(")
	m := membership{x: x, not: not}
	if p.is("SELECT") || p.is("WITH") {
		m.query = p.query()
	} else {
		m.list = p.arguments("")
	}
	p.expect(")")
	return m
}
