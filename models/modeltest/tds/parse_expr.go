package tds

import (
	"strconv"
	"strings"
)

// expression reads a value: sums of products of signed operands.
func (p *parser) expression() expr {
	p.enter()
	defer p.leave()
	x := p.product()
	for {
		op := p.takeAny("+", "-", "&", "|", "^")
		if op == "" {
			return x
		}
		if op == "|" && p.is("|") {
			p.fail() // || concatenates elsewhere
		}
		x = binaryOp{op, x, p.product()}
	}
}

func (p *parser) product() expr {
	x := p.operand()
	for {
		op := p.takeAny("*", "/", "%")
		if op == "" {
			return x
		}
		x = binaryOp{op, x, p.operand()}
	}
}

func (p *parser) operand() expr {
	if op := p.takeAny("-", "+", "~"); op != "" {
		p.enter()
		defer p.leave()
		return unaryOp{op, p.operand()}
	}
	x := p.primary()
	for p.take("COLLATE") {
		x = collated{x, p.name()}
	}
	return x
}

func (p *parser) primary() expr {
	l := p.peek()
	switch l.kind {
	case tokenText, tokenNText, tokenNumber, tokenBinary:
		p.at++
		return literal{l.kind, l.text}
	case tokenVariable:
		p.at++
		return variable{l.text}
	case tokenSystem:
		p.at++
		return systemValue{l.upper}
	case tokenSign:
		if p.take("(") {
			return p.parenthesised()
		}
	case tokenQuoted:
		return p.column()
	case tokenWord:
		return p.worded(l)
	}
	p.fail()
	return nil
}

func (p *parser) parenthesised() expr {
	if p.is("SELECT") || p.is("WITH") {
		q := p.query()
		p.expect(")")
		return subquery{q}
	}
	x := p.expression()
	p.expect(")")
	return x
}

// worded reads an operand that begins with a bare word.
func (p *parser) worded(l lexeme) expr {
	switch l.upper {
	case "NULL":
		p.at++
		return nullLiteral{}
	case "CASE":
		p.at++
		return p.caseExpression()
	case "CAST", "TRY_CAST":
		if p.peekAt(1).upper == "(" {
			return p.castExpression()
		}
	case "CONVERT", "TRY_CONVERT":
		return p.convertExpression()
	case "CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER":
		p.at++
		return call{name: l.upper}
	case "COALESCE", "NULLIF", "LEFT", "RIGHT", "IDENTITY":
		if p.peekAt(1).upper == "(" {
			return p.call()
		}
	}
	if reserved[l.upper] {
		p.fail()
	}
	if p.peekAt(1).upper == "(" {
		return p.call()
	}
	return p.column()
}

// column reads [[schema.]table.]name.
func (p *parser) column() expr {
	parts := []string{p.name()}
	for p.take(".") {
		parts = append(parts, p.name())
	}
	ref := columnRef{name: parts[len(parts)-1]}
	if len(parts) > 1 {
		ref.table = parts[len(parts)-2]
	}
	if len(parts) > 2 && !strings.EqualFold(parts[len(parts)-3], "dbo") {
		panic(errorf(4104, `The multi-part identifier "%s" could not be bound.`, strings.Join(parts, ".")))
	}
	return ref
}

func (p *parser) caseExpression() expr {
	var c caseExpr
	if !p.is("WHEN") {
		c.subject = p.expression()
	}
	for p.take("WHEN") {
		var w when
		if c.subject == nil {
			w.cond = p.condition()
		} else {
			w.match = p.expression()
		}
		p.expect("THEN")
		w.value = p.expression()
		c.whens = append(c.whens, w)
	}
	if len(c.whens) == 0 {
		p.fail()
	}
	if p.take("ELSE") {
		c.other = p.expression()
	}
	p.expect("END")
	return c
}

func (p *parser) castExpression() expr {
	if p.is("TRY_CAST") {
		panic(unsupported("TRY_CAST"))
	}
	p.expect("CAST", "(")
	x := p.expression()
	p.expect("AS")
	to := p.typeName(30)
	p.expect(")")
	return cast{x, to}
}

// convertExpression takes no style: what one means is not known here.
func (p *parser) convertExpression() expr {
	if p.is("TRY_CONVERT") {
		panic(unsupported("TRY_CONVERT"))
	}
	p.expect("CONVERT", "(")
	to := p.typeName(30)
	p.expect(",")
	x := p.expression()
	p.expect(")")
	return cast{x, to}
}

func (p *parser) call() expr {
	c := call{name: strings.ToUpper(p.next().text)}
	p.expect("(")
	switch {
	case p.take("*"):
		c.star = true
	case p.is(")"):
	default:
		c.distinct = p.take("DISTINCT")
		c.args = p.arguments(c.name)
	}
	p.expect(")")
	if p.take("OVER") {
		c.over = p.window()
	}
	return c
}

func (p *parser) arguments(name string) []expr {
	if name == "IIF" {
		c := p.condition()
		p.expect(",")
		yes := p.expression()
		p.expect(",")
		return []expr{caseExpr{whens: []when{{cond: c, value: yes}}, other: p.expression()}}
	}
	list := []expr{p.expression()}
	for p.take(",") {
		list = append(list, p.expression())
	}
	return list
}

func (p *parser) window() *window {
	p.expect("(")
	w := &window{}
	if p.take("PARTITION", "BY") {
		w.partition = p.arguments("")
	}
	if p.take("ORDER", "BY") {
		w.order = p.orderItems()
	}
	p.expect(")")
	return w
}

// typeName reads a type; a character type without a length has the given one.
func (p *parser) typeName(length int) sqlType {
	l := p.next()
	if l.kind != tokenWord && l.kind != tokenQuoted {
		p.at--
		p.fail()
	}
	name := strings.ToUpper(l.text)
	if name == "DOUBLE" && p.take("PRECISION") {
		name = "FLOAT"
	}
	var sizes []int
	if p.take("(") {
		for {
			if p.take("MAX") {
				sizes = append(sizes, maxSize)
			} else {
				sizes = append(sizes, p.integer())
			}
			if !p.take(",") {
				break
			}
		}
		p.expect(")")
	}
	typ, err := newType(name, sizes, length)
	if err != nil {
		panic(err)
	}
	return typ
}

func (p *parser) integer() int {
	l := p.peek()
	n, err := strconv.Atoi(l.text)
	if l.kind != tokenNumber || err != nil {
		p.fail()
	}
	p.at++
	return n
}
