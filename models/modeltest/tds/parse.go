package tds

import "strings"

// A parser reads T-SQL by recursive descent. A syntax error is thrown as a
// *sqlError and caught in parseBatch.
type parser struct {
	source  string
	lexemes []lexeme
	at      int
	depth   int

	verdicts map[int]verdict // on parentheses, by where they open
}

// maxDepth of nested expressions and queries.
const maxDepth = 200

// parseBatch reads a whole batch, as SQL Server does before it runs any of it.
func parseBatch(source string) (statements []statement, err *sqlError) {
	lexemes, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{source: source, lexemes: lexemes, verdicts: map[int]verdict{}}
	defer catch(&err)
	for {
		for p.take(";") {
		}
		if p.peek().kind == tokenEnd {
			return statements, nil
		}
		statements = append(statements, p.statement())
	}
}

// parseExpression reads a default that the catalogue keeps as text.
func parseExpression(source string) (x expr, err *sqlError) {
	lexemes, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{source: source, lexemes: lexemes, verdicts: map[int]verdict{}}
	defer catch(&err)
	x = p.expression()
	p.end()
	return x, nil
}

// catch turns a thrown *sqlError into a result, and lets any other panic go on.
func catch(err **sqlError) {
	switch thrown := recover().(type) {
	case nil:
	case *sqlError:
		*err = thrown
	default:
		panic(thrown)
	}
}

func (p *parser) peek() lexeme { return p.lexemes[p.at] }

func (p *parser) peekAt(n int) lexeme { return p.lexemes[min(p.at+n, len(p.lexemes)-1)] }

func (p *parser) next() lexeme {
	l := p.peek()
	if l.kind != tokenEnd {
		p.at++
	}
	return l
}

// is reports whether the keywords or signs come next.
func (p *parser) is(words ...string) bool {
	for i, word := range words {
		if p.peekAt(i).upper != word {
			return false
		}
	}
	return true
}

// take passes over the keywords or signs if they come next.
func (p *parser) take(words ...string) bool {
	if !p.is(words...) {
		return false
	}
	p.at += len(words)
	return true
}

// takeAny passes over one of the words and returns it, or "".
func (p *parser) takeAny(words ...string) string {
	for _, word := range words {
		if p.take(word) {
			return word
		}
	}
	return ""
}

func (p *parser) expect(words ...string) {
	for _, word := range words {
		if !p.take(word) {
			p.fail()
		}
	}
}

func (p *parser) fail() {
	l := p.peek()
	if l.kind == tokenEnd && p.at > 0 {
		l = p.lexemes[p.at-1]
	}
	panic(near(l.text))
}

func (p *parser) end() {
	if p.peek().kind != tokenEnd {
		p.fail()
	}
}

// isName reports whether a lexeme can be a name: quoted, or no reserved word.
func isName(l lexeme) bool {
	return l.kind == tokenQuoted || l.kind == tokenWord && !reserved[l.upper]
}

func (p *parser) name() string {
	l := p.peek()
	if !isName(l) {
		p.fail()
	}
	if len(l.text) > 128 {
		panic(errorf(103, "The identifier that starts with '%.128s' is too long. Maximum length is 128.", l.text))
	}
	p.at++
	return l.text
}

// object reads [[database.]schema.]name. The schema is dbo, or one of those
// that SQL Server has by itself.
func (p *parser) object() (schema, name string) {
	parts := []string{p.name()}
	for p.take(".") {
		parts = append(parts, p.name())
	}
	switch len(parts) {
	case 1:
		return "", parts[0]
	case 2:
		return strings.ToLower(parts[0]), parts[1]
	case 3:
		if strings.EqualFold(parts[0], databaseName) {
			return strings.ToLower(parts[1]), parts[2]
		}
	}
	panic(errorf(208, "Invalid object name '%s'.", strings.Join(parts, ".")))
}

// table reads the name of one of our own tables.
func (p *parser) table() string {
	schema, name := p.object()
	if schema != "" && schema != "dbo" {
		panic(errorf(208, "Invalid object name '%s.%s'.", schema, name))
	}
	return name
}

// names reads a list of names in parentheses.
func (p *parser) names() []string {
	p.expect("(")
	list := []string{p.name()}
	for p.take(",") {
		list = append(list, p.name())
	}
	p.expect(")")
	return list
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		panic(errorf(191, "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries."))
	}
}

func (p *parser) leave() { p.depth-- }

// try runs f, and takes it back if it finds a syntax error, which it returns.
func (p *parser) try(f func()) (err *sqlError) {
	at, depth := p.at, p.depth
	defer func() {
		if err != nil {
			p.at, p.depth = at, depth
		}
	}()
	defer catch(&err)
	f()
	return nil
}
