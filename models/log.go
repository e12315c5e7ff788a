package models

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
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
type statementLog struct {
	log    *slog.Logger
	system string // see engine
}

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

// Trace logs a statement at debug level, or as a warning when it was slow, and tells
// of it in the request's trace.
func (l *statementLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	took := time.Since(begin)
	failed := err != nil && !errors.Is(err, gorm.ErrRecordNotFound)
	l.span(ctx, begin, statement, failed)
	level := slog.LevelDebug
	if took > slowStatement && !errors.Is(err, ErrAway) { // the watch has told that
		level = slog.LevelWarn
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	sql, rows := statement()
	l.log.Log(ctx, level, "statement", "sql", beginning(sql), "rows", rows, Took(took), "failed", failed)
}

// Took is how long something took, for a line of the log, in milliseconds.
func Took(long time.Duration) slog.Attr {
	return slog.Float64("took_ms", float64(long.Microseconds())/1000)
}

// audit logs the events of a transaction that has been committed: a line for each
// action, which says how many there were, or of whom the only one was. What they
// changed is in the table. Commands tell their own.
func (l *statementLog) audit(ctx context.Context, events []Event) {
	if len(events) == 0 || events[0].RequestID == System().RequestID {
		return
	}
	counts := map[string]int{}
	for _, event := range events {
		counts[event.Action]++
	}
	for _, event := range events {
		attrs := []slog.Attr{slog.String("event", event.Action), slog.Int64("user_id", event.ActorID)}
		switch count := counts[event.Action]; count {
		case 0: // it has its line
			continue
		case 1:
			attrs = append(attrs, slog.String("target_type", event.TargetType), slog.Int64("target_id", event.TargetID))
		default:
			attrs = append(attrs, slog.Int("count", count))
		}
		counts[event.Action] = 0
		l.log.LogAttrs(ctx, slog.LevelInfo, "audit", attrs...)
	}
}

// beginning is as much of a statement as is told.
func beginning(sql string) string {
	if len(sql) > loggedMax {
		return sql[:loggedMax] + "…"
	}
	return sql
}

// span tells of a statement that has ended.
func (l *statementLog) span(ctx context.Context, begin time.Time, statement func() (string, int64), failed bool) {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return
	}
	sql, _ := statement()
	operation, summary := summarize(sql)
	_, span := above.TracerProvider().Tracer(Tracer).Start(ctx, summary, trace.WithTimestamp(begin), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.system.name", l.system), attribute.String("db.operation.name", operation),
			attribute.String("db.query.summary", summary), attribute.String("db.query.text", beginning(sql))))
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

var tableForm = regexp.MustCompile("\\b(?:FROM|INTO|UPDATE|JOIN) [\"`](\\w+)[\"`]")

// summarize is the statement's first word, and that with the names of its tables.
func summarize(sql string) (operation, summary string) {
	operation, _, _ = strings.Cut(strings.TrimSpace(sql), " ")
	words := []string{operation}
	for _, match := range tableForm.FindAllStringSubmatch(sql, -1) {
		if !slices.Contains(words, match[1]) {
			words = append(words, match[1])
		}
	}
	return operation, strings.Join(words, " ")
}
