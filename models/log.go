package models

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slowStatement is from when a statement is worth a warning.
const slowStatement = 500 * time.Millisecond

// loggedMax is how many bytes of a statement are logged. Those with hundreds of
// rows say nothing new further on.
const loggedMax = 2000

// statementLog writes GORM's statements with placeholders, never with values:
// a value may be a hash, and so may the server's own text about it.
type statementLog struct{ log *slog.Logger }

var (
	_ logger.Interface  = (*statementLog)(nil)
	_ gorm.ParamsFilter = (*statementLog)(nil)
)

// LogMode keeps the level of the slog handler.
func (l *statementLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info, Warn and Error are GORM's words about itself; their arguments may be
// values and are dropped.
func (l *statementLog) Info(ctx context.Context, text string, _ ...any) {
	l.log.DebugContext(ctx, "gorm", "text", text)
}

// Warn is like Info.
func (l *statementLog) Warn(ctx context.Context, text string, _ ...any) {
	l.log.WarnContext(ctx, "gorm", "text", text)
}

// Error is like Info.
func (l *statementLog) Error(ctx context.Context, text string, _ ...any) {
	l.log.ErrorContext(ctx, "gorm", "text", text)
}

// ParamsFilter keeps the values out of the text that Trace gets.
func (l *statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace logs a statement at debug level, or as a warning when it was slow.
func (l *statementLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	took := time.Since(begin)
	level := slog.LevelDebug
	if took > slowStatement {
		level = slog.LevelWarn
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	sql, rows := statement()
	failed := err != nil && !errors.Is(err, gorm.ErrRecordNotFound)
	if len(sql) > loggedMax {
		sql = sql[:loggedMax] + "…"
	}
	l.log.Log(ctx, level, "statement", "sql", sql, "rows", rows, "took", took, "failed", failed)
}
