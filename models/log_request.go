package models

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// NewLog is a log whose lines name the request that they were written for, its client's
// address, and its trace where there is one that is sent. Whoever logs passes the
// request's context, and says none of it himself.
func NewLog(to slog.Handler) *slog.Logger { return slog.New(requestHandler{to}) }

type requestHandler struct{ slog.Handler }

// Handle writes the line.
func (h requestHandler) Handle(ctx context.Context, line slog.Record) error {
	if actor := ActorOf(ctx); actor.RequestID != "" {
		line.AddAttrs(slog.String("address", actor.Address), slog.String("request_id", actor.RequestID))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsSampled() {
		line.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs is slog.Handler's.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup is slog.Handler's.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
