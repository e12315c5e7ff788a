package tds

import (
	"fmt"
	"strings"
)

// A bound expression is SQLite's text for one of T-SQL, and what it gives.
type bound struct {
	sql       string
	typ       sqlType
	collation string // "" for a literal's or a variable's, which yields to a column's
	explicit  bool   // COLLATE was written
	notNull   bool
}

// A result is a column of a query's result.
type result struct {
	name string // "" for an expression without an alias
	bound
}

// A source is what a FROM offers the columns of.
type source struct {
	name    string // its alias, or the table's name
	columns []column
	bare    bool // its columns go without its name, as RETURNING wants them
}

// A scope is what the names of one SELECT can mean.
type scope struct {
	parent     *scope
	sources    []*source
	tables     []commonSource // of WITH
	refs       []string       // columns named outside aggregates
	inside     int            // how many aggregates are around
	aggregates bool           // there is one
	forbidden  bool           // no aggregate may stand here
}

type commonSource struct {
	name    string
	columns []column
}

// A binder turns syntax into SQLite's SQL. Its errors are thrown as *sqlError
// and caught in bind.
type binder struct {
	s       *session
	scope   *scope
	targets []conversion // what the calls of tds_assign and tds_cast refer to
	verb    string       // INSERT or UPDATE
	locks   bool         // a hint asked for the lock of a writer
	stored  bool         // the text is kept by SQLite: nothing of the session may be in it
}

// A conversion is a value's way into a column, or to a type.
type conversion struct {
	to            sqlType
	table, column string // "" for CAST
	identity      bool
	notNull       bool
	verb          string // of the statement, for error 515
}

// A program is one statement for SQLite, and how its answer goes to the client.
type program struct {
	sql     string
	results []result
	targets []conversion
	command int
	writes  bool // it needs the write lock
	table   *table
	ident   bool // SCOPE_IDENTITY changes
}

// bind runs f and catches what it throws.
func (s *session) bind(f func(b *binder) *program) (p *program, err *sqlError) {
	if err := s.loadCatalogue(); err != nil {
		return nil, err
	}
	b := &binder{s: s, scope: &scope{}}
	defer catch(&err)
	p = f(b)
	p.targets = b.targets
	p.writes = p.writes || b.locks && s.tranCount > 0
	return p, nil
}

// within binds f in a scope below the current one.
func (b *binder) within(f func()) {
	outer := b.scope
	b.scope = &scope{parent: outer}
	f()
	b.scope = outer
}

// table finds one of our tables.
func (b *binder) table(name string) *table {
	t := b.s.catalogue.table(name)
	if t == nil {
		panic(errorf(208, "Invalid object name '%s'.", name))
	}
	return t
}

// convert wraps a value in the conversion, which SQLite calls back for.
func (b *binder) convert(function, sql string, c conversion) string {
	if b.stored {
		panic(unsupported("a conversion in a stored expression"))
	}
	b.targets = append(b.targets, c)
	return fmt.Sprintf("%s(%s, %d)", function, sql, len(b.targets)-1)
}

// column finds what a name means, in this scope or in those around it.
func (b *binder) column(ref columnRef) bound {
	for sc := b.scope; sc != nil; sc = sc.parent {
		found, ok := sc.find(ref)
		if !ok {
			continue
		}
		if sc.inside == 0 {
			sc.refs = append(sc.refs, found.sql)
		}
		return found
	}
	if ref.table != "" {
		panic(errorf(4104, `The multi-part identifier "%s.%s" could not be bound.`, ref.table, ref.name))
	}
	panic(errorf(207, "Invalid column name '%s'.", ref.name))
}

func (sc *scope) find(ref columnRef) (found bound, ok bool) {
	for _, src := range sc.sources {
		if ref.table != "" && !equalName(ref.table, src.name) {
			continue
		}
		for _, c := range src.columns {
			if !equalName(c.Name, ref.name) {
				continue
			}
			if ok {
				panic(errorf(209, "Ambiguous column name '%s'.", ref.name))
			}
			found, ok = src.bind(c), true
		}
		if ref.table != "" && !ok {
			panic(errorf(207, "Invalid column name '%s'.", ref.name))
		}
	}
	return found, ok
}

func (src *source) bind(c column) bound {
	v := bound{sql: quoteName(c.Name), typ: c.typ(), collation: c.Collation, notNull: c.NotNull}
	if !src.bare {
		v.sql = quoteName(src.name) + "." + v.sql
	}
	return v
}

// collate gives a text its collating sequence; anything else stays as it is.
func (v bound) collate() string {
	if !v.typ.text() {
		return v.sql
	}
	return v.sql + " COLLATE " + sequence(v.collationOr())
}

func (v bound) collationOr() string {
	if v.collation == "" {
		return defaultCollation
	}
	return v.collation
}

// mixCollations is the collation of two texts that meet: one that was written
// wins, then a column's over a literal's. Two columns must agree.
func mixCollations(x, y bound, what string) bound {
	switch {
	case x.explicit && y.explicit && !strings.EqualFold(x.collation, y.collation),
		!x.explicit && !y.explicit && x.collation != "" && y.collation != "" && !strings.EqualFold(x.collation, y.collation):
		panic(errorf(468, `Cannot resolve the collation conflict between "%s" and "%s" in the %s operation.`, y.collation, x.collation, what))
	case y.explicit && !x.explicit, x.collation == "":
		return y
	}
	return x
}
