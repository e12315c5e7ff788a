package tds

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// runProgram binds a statement, runs it, and writes its answer.
func (s *session) runProgram(f func(b *binder) *program) *sqlError {
	p, err := s.bind(f)
	if err != nil {
		return err
	}
	if p.writes || s.serializable && s.tranCount > 0 {
		if err := s.beginWrite(); err != nil {
			return err
		}
	}
	rows, err := s.execute(p)
	columns := wireColumns(p.results, rows)
	if len(p.results) > 0 {
		s.reply.colMetadata(columns)
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.reply.row(columns, row); err != nil {
			return err
		}
	}
	s.counted(p, int64(len(rows)))
	return nil
}

// counted keeps what @@ROWCOUNT and SCOPE_IDENTITY give next, and ends the answer.
func (s *session) counted(p *program, rows int64) {
	s.rowCount = rows
	if p.table != nil && len(p.results) == 0 {
		s.rowCount = s.db.Changes()
	}
	if p.table != nil && p.command == commandInsert && s.rowCount > 0 {
		if s.hasIdentity = p.ident; p.ident {
			s.identity = s.db.LastInsertRowID()
		}
	}
	status := doneCount
	if s.nocount {
		status = 0
	}
	s.reply.done(status, p.command, s.rowCount)
}

// execute runs a program to its end: all rows are read before the first is
// sent, so that a slow client holds no lock.
func (s *session) execute(p *program) ([][]any, *sqlError) {
	s.targets, s.raised, s.assigned = p.targets, nil, map[[2]string]string{}
	stmt, tail, err := s.db.Prepare(p.sql)
	if err == nil && tail != "" {
		stmt.Close()
		err = fmt.Errorf("two statements in %s", p.sql)
	}
	if err != nil {
		return nil, s.translate(err, p)
	}
	defer stmt.Close()
	if err := s.bindVariables(stmt); err != nil {
		return nil, internal(err)
	}
	var rows [][]any
	for stmt.Step() {
		row := make([]any, stmt.ColumnCount())
		for i := range row {
			row[i] = columnValue(stmt, i)
		}
		rows = append(rows, row)
	}
	if err := stmt.Err(); err != nil {
		return nil, s.translate(err, p)
	}
	return rows, nil
}

func (s *session) bindVariables(stmt *sqlite3.Stmt) error {
	for i := 1; i <= stmt.BindCount(); i++ {
		var err error
		switch v := s.variables[stmt.BindName(i)].value.(type) {
		case nil:
			err = stmt.BindNull(i)
		case int64:
			err = stmt.BindInt64(i, v)
		case float64:
			err = stmt.BindFloat(i, v)
		case string:
			err = stmt.BindText(i, v)
		case []byte:
			err = stmt.BindBlob(i, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func columnValue(stmt *sqlite3.Stmt, i int) any {
	switch stmt.ColumnType(i) {
	case sqlite3.INTEGER:
		return stmt.ColumnInt64(i)
	case sqlite3.FLOAT:
		return stmt.ColumnFloat(i)
	case sqlite3.TEXT:
		return stmt.ColumnText(i)
	case sqlite3.BLOB:
		return stmt.ColumnBlob(i, nil)
	}
	return nil
}

// evaluate gives the value of one expression.
func (s *session) evaluate(f func(b *binder) string) (any, *sqlError) {
	p, err := s.bind(func(b *binder) *program { return &program{sql: "SELECT " + f(b)} })
	if err != nil {
		return nil, err
	}
	rows, err := s.execute(p)
	if err != nil || len(rows) != 1 {
		return nil, err
	}
	return rows[0][0], nil
}

// execSQL runs SQLite's SQL that is ours.
func (s *session) execSQL(sql string) *sqlError {
	if err := s.db.Exec(sql); err != nil {
		return s.translate(err, &program{sql: sql})
	}
	return nil
}

func (s *session) queryRows(sql string) ([][]any, *sqlError) {
	return s.execute(&program{sql: sql, targets: s.targets})
}

func (s *session) queryInt(sql string) (int64, *sqlError) {
	rows, err := s.queryRows(sql)
	if err != nil || len(rows) != 1 {
		return 0, err
	}
	n, _ := rows[0][0].(int64)
	return n, nil
}

// truncate deletes all rows, and starts the identity anew.
func (s *session) truncate(d truncateTable) *sqlError {
	t, err := s.existing(d.table)
	if err != nil {
		return errorf(4701, `Cannot find the object "%s" because it does not exist or you do not have permissions.`, d.table)
	}
	if len(s.catalogue.children(t.Name)) > 0 {
		return errorf(4712, "Cannot truncate table '%s' because it is being referenced by a FOREIGN KEY constraint.", t.Name)
	}
	if err := s.execSQL("DELETE FROM " + quoteName(t.Name)); err != nil {
		return err
	}
	if _, ok := t.identity(); !ok {
		return nil
	}
	return s.execSQL("DELETE FROM sqlite_sequence WHERE name = " + quoteText(t.Name))
}
