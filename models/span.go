package models

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Tracer is the name under which spans are made, here and in the other layers.
const Tracer = "rolecall"

// A Span is what a trace tells of a piece of work. The zero Span tells nothing.
type Span struct{ span trace.Span }

// StartSpan begins a span below the one in ctx, and puts it there. Where none is
// recorded, as always while traces are off, it does nothing, and allocates nothing.
func StartSpan(ctx *context.Context, name string, options ...trace.SpanStartOption) Span {
	above := trace.SpanFromContext(*ctx)
	if !above.IsRecording() {
		return Span{}
	}
	below, span := above.TracerProvider().Tracer(Tracer).Start(*ctx, name, options...)
	*ctx = below
	return Span{span}
}

// Event notes a moment of the span.
func (s Span) Event(name string) {
	if s.span != nil {
		s.span.AddEvent(name)
	}
}

// End ends the span with what became of the work. It tells the kind of an error
// alone: its text may hold what a client sent. The span has failed where the fault is
// ours, not where a client was refused.
func (s Span) End(err *error) {
	if s.span == nil {
		return
	}
	if kind := KindOf(*err); kind != "" {
		s.span.SetAttributes(attribute.String("error.type", string(kind)))
		if kind == Internal || kind == Busy {
			s.span.SetStatus(codes.Error, string(kind))
		}
	}
	s.span.End()
}
