package routes

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// A receiver takes traces as OTLP over HTTP.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int // of its answers
	asked  []*http.Request
	all    []*otlp.ResourceSpans
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked = append(r.asked, request)
		w.WriteHeader(r.status)
		if r.status == http.StatusOK {
			r.all = append(r.all, unpack(t, request)...)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func unpack(t *testing.T, request *http.Request) []*otlp.ResourceSpans {
	var body io.Reader = request.Body
	if request.Header.Get("Content-Encoding") == "gzip" {
		reader, err := gzip.NewReader(body)
		if err != nil {
			t.Error(err)
			return nil
		}
		body = reader
	}
	text, err := io.ReadAll(body)
	var data otlp.TracesData
	if err == nil {
		err = proto.Unmarshal(text, &data)
	}
	if err != nil || request.Header.Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("what came of type %q is no OTLP: %v", request.Header.Get("Content-Type"), err)
	}
	return data.ResourceSpans
}

// spans are all that were received.
func (r *receiver) spans() (list []*otlp.Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, of := range r.all {
		for _, scope := range of.ScopeSpans {
			list = append(list, scope.Spans...)
		}
	}
	return list
}

// told is all that was received, as text.
func (r *receiver) told() string {
	var text strings.Builder
	for _, of := range r.all {
		text.WriteString(prototext.Format(of) + "\n")
	}
	return text.String()
}

// traced is a server that sends its traces; stop sends the last of them.
func traced(t *testing.T, env map[string]string, changes ...func(*services.Config)) (s *server, stop func()) {
	t.Helper()
	s = build(t, modeltest.NewDB(t), changes...)
	s.cast()
	log := models.NewLog(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	traces, err := StartTracing(t.Context(), func(name string) string { return env[name] }, log)
	if err != nil {
		t.Fatal(err)
	}
	if s.app, err = New(context.Background(), s.Services, s.cfg, log, new(Drain), traces); err != nil {
		t.Fatal(err)
	}
	s.listen()
	return s, traces.Stop
}

func attributes(span *otlp.Span) map[string]string {
	found := map[string]string{}
	for _, a := range span.Attributes {
		found[a.Key] = a.Value.GetStringValue()
		if n := a.Value.GetIntValue(); n != 0 {
			found[a.Key] = fmt.Sprint(n)
		}
	}
	return found
}

// fieldsOfAll is a form with every field that a route takes, each of which says so.
var fieldsOfAll = func() string {
	text := "x=1"
	for _, name := range []string{"username", "password", "email", "first_name", "last_name", "current_password", "new_password", "your_password",
		"token", "refresh_token", "role_name", "description", "search", "next", "reason", "grant_type", "session_id", "language", "actor", "target"} {
		text += "&" + name + "=canary" + name + "%40example.com"
	}
	return text
}()

// TestTraces has every route asked, by a stranger and by an admin, with marked values
// in every place, and looks at what the receiver was told: each request with its
// route, its calls and its statements, and none of the values.
func TestTraces(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	s, stop := traced(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": r.URL, "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"})
	fields := regexp.MustCompile(`(\w+)=([^&]*)`).ReplaceAllString(strings.ReplaceAll(fieldsOfAll, "%40", "@"), `"$1":"$2"`)
	json := "{" + strings.ReplaceAll(fields, "&", ",") + "}"
	marked := []string{"User-Agent: canary-agent", "Referer: http://canary.test/", "X-Forwarded-For: 203.0.113.77", "X-Request-Id: canary-request", "Accept: text/canary"}
	var wanted []string
	for _, route := range s.app.GetRoutes(true) {
		if route.Method == http.MethodHead {
			continue
		}
		wanted = append(wanted, route.Method+" "+route.Path)
		call := route.Method + " " + regexp.MustCompile(`:\w+|\*`).ReplaceAllString(route.Path, "canary-id") + "?" + fieldsOfAll
		for _, who := range []string{"", "root"} {
			if isConsole(route.Path) {
				s.page(t, who, call, fieldsOfAll, marked...)
			} else {
				s.call(t, who, call, json, marked...)
			}
			if route.Path == "/logout" {
				s.forget(who)
			}
		}
		s.call(t, "", call, json, append(marked, "Authorization: Bearer canary-token", "Cookie: rolecall=canary-cookie")...)
	}
	for key, body := range bodies {
		s.call(t, "root", callable(key), fmt.Sprintf(body+"%[2]s", 7, ""))
	}
	s.call(t, "", "POST /token", `{"username":"bob","password":"`+goodPassword+`"}`).want(t, "a sign-in", http.StatusOK)
	s.call(t, "", "POST /token", `{"username":"bob","password":"canary-wrong"}`).want(t, "a wrong one", http.StatusUnauthorized)
	stop()
	names := map[string]bool{}
	for _, span := range r.spans() {
		names[span.Name] = true
	}
	for _, name := range append(wanted, "Sessions.SignIn", "hash", "transaction", "Users.Create", "INSERT RolecallSessions", "SELECT Users RolecallAccounts") {
		if !names[name] && name != "GET /healthz" && name != "GET /readyz" {
			t.Errorf("no span is named %s", name)
		}
	}
	told := r.told()
	for _, word := range append([]string{"canary", "203.0.113.77", "@example.com", goodPassword, "eyJ", string(s.cfg.Secret), "healthz"}, hashMarks...) {
		if i := strings.Index(told, word); i >= 0 {
			t.Errorf("the traces hold %q: …%s…", word, told[max(0, i-300):min(len(told), i+100)])
		}
	}
	if key := r.asked[0].Header.Get("X-Key"); key != "a b" || r.asked[0].URL.Path != "/v1/traces" {
		t.Errorf("traces came to %s with X-Key %q", r.asked[0].URL, key)
	}
}

// A request's span, by the conventions; its service call and statement are below it,
// and the log's lines name it.
func TestTraceOfARequest(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	s, stop := traced(t, map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": r.URL + "/my/traces"}, withPublicURL("https://rolecall.test"))
	s.call(t, "root", "GET /users/{ann}", "").want(t, "GET /users/{ann}", http.StatusOK)
	s.call(t, "", "GET /nonsense", "")
	stop()
	byName := map[string]*otlp.Span{}
	for _, span := range r.spans() {
		byName[span.Name] = span
	}
	request, call := byName["GET /users/:user_id"], byName["Users.Get"]
	if request == nil || call == nil || byName["GET"] == nil {
		t.Fatalf("the spans are\n%s", r.told())
	}
	got := attributes(request)
	for key, want := range map[string]string{
		"http.request.method": "GET", "http.route": "/users/:user_id", "http.response.status_code": "200", "url.scheme": "https", "client.address": "127.0.0.1",
	} {
		if got[key] != want {
			t.Errorf("%s = %q, want %q", key, got[key], want)
		}
	}
	if request.Kind != otlp.Span_SPAN_KIND_SERVER || len(request.ParentSpanId) != 0 || !bytes.Equal(call.ParentSpanId, request.SpanId) {
		t.Errorf("the request's span is %v, and the call's %v", request, call)
	}
	if of := attributes(byName["GET"]); of["http.route"] != "" || of["http.response.status_code"] != "404" || byName["GET"].Status.GetCode() != 0 {
		t.Errorf("what has no route is told of as %v, %v", of, byName["GET"].Status)
	}
	statement := byName["SELECT Users RolecallAccounts"]
	if of := attributes(statement); statement == nil || of["db.system.name"] != "sqlite" || of["db.operation.name"] != "SELECT" || !strings.Contains(of["db.query.text"], "= ?") {
		t.Errorf("a statement is told of as %v", of)
	}
	if line := fmt.Sprintf("trace_id=%x", request.TraceId); !strings.Contains(s.log.String(), line) || !strings.Contains(s.log.String(), got["rolecall.request_id"]) {
		t.Errorf("the log has no line with %s and the request's id", line)
	}
	if r.asked[0].URL.Path != "/my/traces" {
		t.Errorf("traces came to %s", r.asked[0].URL)
	}
}

// A trusted proxy's trace is gone on with; a stranger's is a link.
func TestTraceParent(t *testing.T) {
	t.Parallel()
	const id, above = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for _, tt := range []struct {
		name, header, propagators string
		trusted                   bool
		parent, link              bool
	}{
		{"a stranger", "00-" + id + "-" + above + "-01", "", false, false, true},
		{"a proxy", "00-" + id + "-" + above + "-01", "", true, true, false},
		{"a proxy, among other ways", "00-" + id + "-" + above + "-01", "baggage, tracecontext", true, true, false},
		{"a proxy that is not to be listened to", "00-" + id + "-" + above + "-01", "none", true, false, false},
		{"nonsense", "00-" + id + "-0000000000000000-01", "", true, false, false},
	} {
		r := newReceiver(t)
		s, stop := traced(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": r.URL + "/", "OTEL_PROPAGATORS": tt.propagators}, func(c *services.Config) {
			if tt.trusted {
				c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}
		})
		s.call(t, "", "GET /openapi.json", "", "Traceparent: "+tt.header, "Tracestate: canary=1")
		stop()
		spans := r.spans()
		if len(spans) != 1 {
			t.Fatalf("%s: %d spans came, want 1", tt.name, len(spans))
		}
		span := spans[0]
		if got := fmt.Sprintf("%x", span.TraceId) == id && fmt.Sprintf("%x", span.ParentSpanId) == above; got != tt.parent {
			t.Errorf("%s: the parent is %x in %x", tt.name, span.ParentSpanId, span.TraceId)
		}
		if got := len(span.Links) == 1 && fmt.Sprintf("%x", span.Links[0].TraceId) == id && span.Links[0].TraceState == ""; got != tt.link {
			t.Errorf("%s: the links are %v", tt.name, span.Links)
		}
	}
}

// Where the receiver is away, requests are answered as ever, the log says so once, and
// the end does not wait for long.
func TestReceiverAway(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	away := newReceiver(t)
	away.status = http.StatusServiceUnavailable
	for _, address := range []string{"http://" + listener.Addr().String(), away.URL, "http://127.0.0.1:1"} {
		s, stop := traced(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_EXPORTER_OTLP_TIMEOUT": "300"})
		for range 600 { // more than a batch
			s.call(t, "", "GET /.well-known/jwks.json", "").want(t, "the keys", http.StatusOK)
		}
		stop()
		if n := strings.Count(s.log.String(), "traces can't be sent"); n != 1 {
			t.Errorf("%s: the log says %d times that traces can't be sent, want once:\n%s", address, n, s.log)
		}
	}
}

// What is off starts nothing; what is wrong is said by name, and no secret with it.
func TestTraceSettings(t *testing.T) {
	t.Parallel()
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
	for _, tt := range []struct {
		name   string
		env    map[string]string
		on     bool
		faults []string
	}{
		{"nothing", nil, false, nil},
		{"a receiver", map[string]string{endpoint: "http://localhost:4318"}, true, nil},
		{"an exporter", map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, true, nil},
		{"no exporter", map[string]string{endpoint: "http://localhost:4318", "OTEL_TRACES_EXPORTER": "none"}, false, nil},
		{"disabled", map[string]string{endpoint: "canary", "OTEL_SDK_DISABLED": "TRUE"}, false, nil},
		{"another exporter", map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, false, []string{"OTEL_TRACES_EXPORTER"}},
		{"gRPC", map[string]string{endpoint: "http://localhost:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, true, []string{"OTEL_EXPORTER_OTLP_PROTOCOL"}},
		{"gRPC, but not for traces", map[string]string{endpoint: "http://localhost:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}, true, nil},
		{"all wrong", map[string]string{
			endpoint: "canary", "OTEL_EXPORTER_OTLP_HEADERS": "canary", "OTEL_EXPORTER_OTLP_TIMEOUT": "canary",
			"OTEL_EXPORTER_OTLP_COMPRESSION": "canary", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere/canary",
		}, true, []string{endpoint, "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_CERTIFICATE"}},
	} {
		settings, err := loadOTLP(func(name string) string { return tt.env[name] })
		if settings.on != tt.on || (err == nil) != (len(tt.faults) == 0) {
			t.Errorf("%s: on %t, %v; want %t and the faults %q", tt.name, settings.on, err, tt.on, tt.faults)
			continue
		}
		var said []string
		for line := range strings.SplitSeq(fmt.Sprint(err), "\n") {
			said = append(said, strings.Fields(line)[0])
		}
		slices.Sort(tt.faults)
		slices.Sort(said)
		if err != nil && (!slices.Equal(said, tt.faults) || strings.Contains(err.Error(), "canary")) {
			t.Errorf("%s: %v; want the faults %q and no value", tt.name, err, tt.faults)
		}
		if traces, err := StartTracing(t.Context(), func(name string) string { return tt.env[name] }, slog.New(slog.DiscardHandler)); (traces != nil) != (tt.on && err == nil) {
			t.Errorf("%s: StartTracing = %v, %v", tt.name, traces, err)
		} else {
			traces.Stop()
		}
	}
}
