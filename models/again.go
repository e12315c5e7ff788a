package models

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"time"

	"go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
)

// What the server gives up is tried this often, with a pause that doubles.
const (
	tries    = 5
	tryPause = 10 * time.Millisecond
)

// again does something until it succeeds, or fails with none of the faults, or for
// the last time.
func (db *DB) again(ctx context.Context, do func() error, faults ...fault) (fault, error) {
	pause := tryPause
	for try := 1; ; try++ {
		err := do()
		fault := db.faultOf(err)
		if try == tries || !slices.Contains(faults, fault) {
			return fault, err
		}
		select {
		case <-ctx.Done():
			return fault, err
		case <-time.After(pause/2 + rand.N(pause)):
			pause *= 2
			db.retries.Add(1)
			trace.SpanFromContext(ctx).AddEvent("tried again")
		}
	}
}

// retryReads has a statement that only reads sent again when the server chose it
// as a victim, as SQL Server does without READ_COMMITTED_SNAPSHOT, or its connection
// broke. In a transaction the whole has to be run again: see Tx.
func (db *DB) retryReads(pool *gorm.DB) error {
	return pool.Callback().Query().Replace("gorm:query", func(tx *gorm.DB) {
		if _, inside := tx.Statement.ConnPool.(*sql.Tx); inside || tx.Error != nil {
			callbacks.Query(tx)
			return
		}
		_, _ = db.again(tx.Statement.Context, func() error { // the error stays with the statement
			tx.Error = nil
			callbacks.Query(tx)
			return tx.Error
		}, conflictFault, awayFault)
	})
}
