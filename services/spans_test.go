package services

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"rolecall/models"
)

// traced returns a context with a span that is recorded, as a request has, and what
// will end in it.
func traced(t *testing.T) (context.Context, *tracetest.SpanRecorder) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))
	ctx, root := provider.Tracer("test").Start(t.Context(), "request")
	t.Cleanup(func() { root.End() })
	return ctx, recorder
}

// asks reports whether the method asks the database, and so is told of.
func asks(method string) bool {
	topic, name, _ := strings.Cut(method, ".")
	field, _ := reflect.TypeFor[Services]().FieldByName(topic)
	found, _ := field.Type.MethodByName(name)
	return found.Type.NumIn() > 1 && found.Type.In(1) == reflect.TypeFor[context.Context]()
}

// At the debug level every statement is in the log, and in a trace each call of a
// method and each of its statements: and no value is in either.
func TestLogAndTraceHoldNoValue(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db, withAdmin := loggedServices(t, &log)
	f := &fixture{t, db, withAdmin}
	f.cast()
	for i, method := range methods {
		var subject subject
		if onEmpty(method.name) {
			_, s := loggedServices(t, &log) // without an admin
			boss := newUser("first")
			s.Setup.cfg.FirstAdmin = &boss
			subject.Services, subject.setup = s, s.Setup.token(0)
		} else {
			subject = f.subject(fmt.Sprint(i))
		}
		log.Reset()
		ctx, spans := traced(t)
		if err := method.do(ctx, subject); err != nil {
			t.Errorf("%s: %v", method.name, err)
		}
		told := tellSpans(spans.Ended())
		if asks(method.name) {
			if !strings.Contains(log.String(), `"msg":"statement"`) {
				t.Errorf("%s: no statement is in the log", method.name)
			}
			if !strings.Contains(told, "\n"+method.name+" ") || !strings.Contains(told, "db.query.text=") {
				t.Errorf("%s: its span, or a statement's, is missing:%s", method.name, told)
			}
		}
		for _, value := range []string{"$2a$", "$2b$", "example.com", "joe", "anna", "Writer", "Editor", "correct horse", "battery", "192.0.2.7", "directory", refreshText, refreshHash(refreshText)} {
			if all := log.String() + told; strings.Contains(all, value) {
				t.Errorf("%s: the log or the trace holds %q:\n%s", method.name, value, all)
			}
		}
	}
}

// tellSpans is all that is in them, a line each.
func tellSpans(spans []sdk.ReadOnlySpan) string {
	text := "\n"
	for _, span := range spans {
		text += fmt.Sprintf("%s %s %s", span.Name(), span.Status().Code, span.Status().Description)
		for _, attribute := range span.Attributes() {
			text += fmt.Sprintf(" %s=%s", attribute.Key, attribute.Value.String())
		}
		for _, event := range span.Events() {
			text += fmt.Sprintf(" event %s %v", event.Name, event.Attributes)
		}
		text += "\n"
	}
	return text
}

// What a client did wrong is no failure of a span; what is ours is one. Neither has
// the words of the error.
func TestSpanStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err    error
		status codes.Code
		kind   string
	}{
		{nil, codes.Unset, ""},
		{models.InvalidField("email", "canary"), codes.Unset, "error.type=invalid"},
		{errCredentials, codes.Unset, "error.type=unauthenticated"},
		{errBusy(), codes.Error, "error.type=busy"},
		{errors.New("canary"), codes.Error, "error.type=internal"},
	} {
		ctx, spans := traced(t)
		span := models.StartSpan(&ctx, "work")
		span.Event("half done")
		span.End(&tt.err)
		ended := spans.Ended()
		if len(ended) != 1 || ended[0].Status().Code != tt.status {
			t.Fatalf("%v: %s; want one with the status %s", tt.err, tellSpans(ended), tt.status)
		}
		if told := tellSpans(ended); !strings.Contains(told, tt.kind) || strings.Contains(told, "canary") || !strings.Contains(told, "event half done") {
			t.Errorf("%v: %s; want %s, the event, and not the error's text", tt.err, told, tt.kind)
		}
	}
}

// Where nothing is traced, a span costs no memory.
func TestNoSpanCostsNothing(t *testing.T) {
	ctx, err := t.Context(), error(nil)
	if got := testing.AllocsPerRun(100, func() {
		ctx := ctx
		span := models.StartSpan(&ctx, "work")
		span.Event("half done")
		span.End(&err)
	}); got != 0 {
		t.Errorf("a span that is not recorded allocates %v times, want 0", got)
	}
}

// The spans of a sign-in: the call, the hash within it, and the transaction that
// begins the session, with statements within that.
func TestSpansNest(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ctx, spans := traced(t)
		if _, _, err := f.Sessions.SignIn(ctx, models.Actor{}, "ann", goodPassword, models.APISession); err != nil {
			t.Fatal(err)
		}
		above := map[string][]string{} // names of spans to those above
		byID := map[string]string{}
		for _, span := range spans.Ended() {
			byID[span.SpanContext().SpanID().String()] = span.Name()
		}
		for _, span := range spans.Ended() {
			above[span.Name()] = append(above[span.Name()], byID[span.Parent().SpanID().String()])
		}
		for name, want := range map[string]string{
			"Sessions.SignIn": "", "hash": "Sessions.SignIn", "transaction": "Sessions.SignIn", "INSERT RolecallSessions": "transaction",
		} {
			if !slices.Contains(above[name], want) {
				t.Errorf("%q is below %q, want %q, in %q", name, above[name], want, above)
			}
		}
	})
}
