package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Bounds of one statement with values: SQL Server takes 1,000 rows and 2,100
// parameters.
const (
	rowsMax       = 1000
	parametersMax = 2000
)

// InsertMost is how many rows such a statement has at most, on every engine.
func InsertMost(columns int) int { return min(rowsMax, parametersMax/columns) }

// A Bulk inserts many rows into one table, in as few statements as the engine
// takes. It holds back what does not fill a statement until Flush.
type Bulk struct {
	tx      *gorm.DB
	engine  engine
	table   string
	columns []string
	values  []any // of the rows that wait
	rows    int   // of a full statement
}

// NewBulk begins to insert into the table's columns, in a transaction of BulkTx.
func (db *DB) NewBulk(tx *gorm.DB, table string, columns ...string) *Bulk {
	return &Bulk{tx: tx, engine: db.engine, table: table, columns: columns, rows: db.engine.rowsMost(len(columns))}
}

// Add inserts a row, now or later: a value for each column, a text of the owner's
// through DB.Param.
func (b *Bulk) Add(values ...any) error {
	b.values = append(b.values, values...)
	if len(b.values) < b.rows*len(b.columns) {
		return nil
	}
	return b.Flush()
}

// Flush inserts the rows that wait.
func (b *Bulk) Flush() error {
	if len(b.values) == 0 {
		return nil
	}
	err := b.engine.insertRows(b.tx, b.table, b.columns, b.values)
	b.values = b.values[:0]
	if err != nil {
		return fmt.Errorf("insert into %s: %w", b.table, err)
	}
	return nil
}

// insertValues inserts the rows, whose values come one after another, by one
// statement that begins with those words.
func insertValues(tx *gorm.DB, words, table string, columns []string, values []any) error {
	row := "(" + strings.Repeat("?,", len(columns)-1) + "?)"
	rows := strings.Repeat(row+",", len(values)/len(columns)-1) + row
	return tx.Exec(fmt.Sprintf(`%s "%s" ("%s") VALUES %s`, words, table, strings.Join(columns, `","`), rows), values...).Error
}

type connKey struct{}

// connOf is the connection of a transaction of BulkTx.
func connOf(tx *gorm.DB) *sql.Conn { return tx.Statement.Context.Value(connKey{}).(*sql.Conn) }

// BulkTx is Tx for very many rows.
func (db *DB) BulkTx(ctx context.Context, fn func(tx *gorm.DB) error) (err error) {
	if err := db.cache(ctx, true); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.cache(context.WithoutCancel(ctx), false)) }()
	return db.tx(ctx, func(ctx context.Context) error {
		return db.write.WithContext(ctx).Connection(func(one *gorm.DB) error {
			return db.once(context.WithValue(ctx, connKey{}, one.Statement.ConnPool), one, fn)
		})
	})
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
