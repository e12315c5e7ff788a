package tds

import (
	"errors"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// errInterrupted stands for a statement that an ATTENTION ended; no client sees it.
var errInterrupted = errorf(3617, "The statement was interrupted.")

// internal is the answer where this package is at fault.
func internal(err error) *sqlError {
	return errorf(50000, "The test server can't run this: %v", err)
}

// translate turns SQLite's error into SQL Server's.
func (s *session) translate(err error, p *program) *sqlError {
	if s.raised != nil {
		raised := s.raised
		s.raised = nil
		return raised
	}
	text := err.Error()
	switch {
	case errors.Is(err, sqlite3.INTERRUPT):
		return errInterrupted
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return errorf(1222, "Lock request time out period exceeded.")
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), errors.Is(err, sqlite3.CONSTRAINT_ROWID):
		return s.duplicate(after(text, "UNIQUE constraint failed: "), p)
	case errors.Is(err, sqlite3.CONSTRAINT_CHECK) && p.table != nil:
		return errorf(547, `The %s statement conflicted with the CHECK constraint "%s". The conflict occurred in database "%s", table "dbo.%s".`,
			verb(p), after(text, "CHECK constraint failed: "), databaseName, p.table.Name)
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return s.foreignKey(p)
	case errors.Is(err, sqlite3.MISMATCH):
		return errorf(245, "Conversion failed when converting the value to data type int.")
	}
	return internal(errors.New(text + " in " + p.sql))
}

func after(text, prefix string) string {
	if _, rest, ok := strings.Cut(text, prefix); ok {
		return rest
	}
	return text
}

func verb(p *program) string {
	switch p.command {
	case commandUpdate:
		return "UPDATE"
	case commandDelete:
		return "DELETE"
	}
	return "INSERT"
}

// duplicate names the key that SQLite names by its columns ("Users.Username,
// Users.Email") or, where it has expressions, by our name for the index.
func (s *session) duplicate(what string, p *program) *sqlError {
	var t *table
	var k key
	if name, ok := strings.CutPrefix(what, "index '"); ok {
		name = strings.TrimSuffix(strings.TrimSuffix(name, "'"), ".null")
		owner, index, _ := strings.Cut(name, ".")
		if t = s.catalogueTable(owner); t != nil {
			k, _ = t.key(index)
		}
	} else {
		var columns []string
		for part := range strings.SplitSeq(what, ", ") {
			owner, column, _ := strings.Cut(part, ".")
			columns = append(columns, column)
			t = s.catalogueTable(owner)
		}
		if t != nil {
			k, _ = t.uniqueOver(columns)
		}
	}
	if t == nil {
		return errorf(2627, "Violation of UNIQUE KEY constraint '%s'.", what)
	}
	values := make([]string, len(k.Columns))
	for i, column := range k.Columns {
		c, _ := t.column(column)
		values[i] = s.assigned[[2]string{t.Name, c.Name}]
	}
	value := strings.Join(values, ", ")
	if k.Kind == "UNIQUE INDEX" {
		return errorf(2601, "Cannot insert duplicate key row in object 'dbo.%s' with unique index '%s'. The duplicate key value is (%s).", t.Name, k.Name, value)
	}
	kind := "UNIQUE KEY"
	if k.Kind == "PRIMARY KEY" {
		kind = "PRIMARY KEY"
	}
	return errorf(2627, "Violation of %s constraint '%s'. Cannot insert duplicate key in object 'dbo.%s'. The duplicate key value is (%s).", kind, k.Name, t.Name, value)
}

// catalogueTable is for names that SQLite gives; they may come in DDL, when the
// catalogue is on its way.
func (s *session) catalogueTable(name string) *table {
	if s.catalogue == nil {
		return nil
	}
	return s.catalogue.table(name)
}

// foreignKey names a key that can be at fault: SQLite does not say which.
func (s *session) foreignKey(p *program) *sqlError {
	if p.table == nil {
		return errorf(547, "The statement conflicted with a FOREIGN KEY constraint.")
	}
	if p.command != commandDelete {
		for _, k := range p.table.Keys {
			if k.Kind == "FOREIGN KEY" {
				return errorf(547, `The %s statement conflicted with the FOREIGN KEY constraint "%s". The conflict occurred in database "%s", table "dbo.%s", column '%s'.`,
					verb(p), k.Name, databaseName, k.Parent, k.ParentKeys[0])
			}
		}
	}
	for _, child := range s.catalogue.children(p.table.Name) {
		for _, k := range child.Keys {
			if k.Kind == "FOREIGN KEY" && equalName(k.Parent, p.table.Name) {
				return errorf(547, `The %s statement conflicted with the REFERENCE constraint "%s". The conflict occurred in database "%s", table "dbo.%s", column '%s'.`,
					verb(p), k.Name, databaseName, child.Name, k.Columns[0])
			}
		}
	}
	return errorf(547, "The %s statement conflicted with a FOREIGN KEY constraint.", verb(p))
}
