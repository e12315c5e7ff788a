package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Bounds of one statement: SQL Server takes 1,000 rows and 2,100 parameters.
const (
	rowsMax       = 1000
	parametersMax = 2000
)

// A Bulk inserts many rows into one table, in as few statements as every engine
// takes. It holds back what does not fill a statement until Flush.
type Bulk struct {
	tx      *gorm.DB
	table   string
	columns []string
	values  []any // of the rows that wait
	rows    int   // of a full statement
	full    string
}

// NewBulk begins to insert into the table's columns.
func NewBulk(tx *gorm.DB, table string, columns ...string) *Bulk {
	b := &Bulk{tx: tx, table: table, columns: columns, rows: min(rowsMax, parametersMax/len(columns))}
	b.full = b.statement(b.rows)
	return b
}

// Add inserts a row, now or later: a value for each column, a text of the owner's
// through DB.Param.
func (b *Bulk) Add(values ...any) error {
	b.values = append(b.values, values...)
	if len(b.values) < b.rows*len(b.columns) {
		return nil
	}
	return b.insert(b.full)
}

// Flush inserts the rows that wait.
func (b *Bulk) Flush() error {
	if len(b.values) == 0 {
		return nil
	}
	return b.insert(b.statement(len(b.values) / len(b.columns)))
}

func (b *Bulk) insert(statement string) error {
	err := b.tx.Exec(statement, b.values...).Error
	b.values = b.values[:0]
	if err != nil {
		return fmt.Errorf("insert into %s: %w", b.table, err)
	}
	return nil
}

func (b *Bulk) statement(rows int) string {
	row := "(" + strings.Repeat("?,", len(b.columns)-1) + "?)"
	return fmt.Sprintf(`INSERT INTO "%s" ("%s") VALUES %s`, b.table, strings.Join(b.columns, `","`), strings.Repeat(row+",", rows-1)+row)
}

// BulkTx is Tx for very many rows.
func (db *DB) BulkTx(ctx context.Context, fn func(tx *gorm.DB) error) (err error) {
	if err := db.cache(ctx, true); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.cache(context.WithoutCancel(ctx), false)) }()
	return db.Tx(ctx, fn)
}

func (db *DB) cache(ctx context.Context, much bool) error {
	text := db.engine.cacheSQL(much)
	if text == "" {
		return nil
	}
	if err := db.write.WithContext(ctx).Exec(text).Error; err != nil {
		return fmt.Errorf("size the cache: %w", err)
	}
	return nil
}
