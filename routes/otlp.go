package routes

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	attr "go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"rolecall/models"
)

// flushLimit is how long the last spans may take at the end of the program.
const flushLimit = 3 * time.Second

// Traces are what requests tell OpenTelemetry. The nil Traces tell nothing.
type Traces struct {
	provider     *sdk.TracerProvider
	tracer       trace.Tracer
	ignoreCaller bool // whatever it says of its trace
}

// StartTracing sends traces where OpenTelemetry's variables say so, and returns nil
// where they don't. What can't be sent is dropped, and no request waits for it.
func StartTracing(ctx context.Context, getenv func(string) string, log *slog.Logger) (*Traces, error) {
	settings, err := loadOTLP(getenv)
	if err != nil || !settings.on {
		return nil, err
	}
	of, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attr.String("service.name", models.Tracer), attr.String("service.version", Version),
		attr.String("service.instance.id", newRequestID())), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("read OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	exporter, err := otlptrace.New(ctx, newOTLPClient(settings))
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "error", err) })) // such as a sampler that it does not know
	provider := sdk.NewTracerProvider(sdk.WithResource(of), sdk.WithBatcher(&quietExporter{SpanExporter: exporter, log: log}))
	log.Info("sending traces", "to", settings.endpoint.Redacted())
	return &Traces{provider, provider.Tracer(models.Tracer), settings.ignoreCaller}, nil
}

// Stop sends what is left, as far as it can soon.
func (t *Traces) Stop() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushLimit)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what it could not send in that time is lost
}

// A quietExporter says once that spans can't be sent, and once that they can again.
type quietExporter struct {
	sdk.SpanExporter
	log     *slog.Logger
	failing bool // one batch is sent at a time
}

// ExportSpans never fails: the loss of spans is no fault of the program's.
func (e *quietExporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && !e.failing:
		e.log.Warn("traces can't be sent, and are dropped until they can", "error", err)
	case err == nil && e.failing:
		e.log.Info("traces are sent again")
	}
	e.failing = err != nil
	return nil
}

// An otlpClient speaks OTLP over HTTP, in protobuf. OpenTelemetry's own client would
// bring gRPC along, which is not spoken here, and a fifth more of binary.
type otlpClient struct {
	otlpSettings
	*http.Client
}

var _ otlptrace.Client = (*otlpClient)(nil)

func newOTLPClient(settings otlpSettings) *otlpClient {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: idleLimit}
	if settings.authorities != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: settings.authorities}
	}
	return &otlpClient{settings, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Start has nothing to do: connections are opened as they are needed.
func (c *otlpClient) Start(context.Context) error { return nil }

// Stop closes the connections.
func (c *otlpClient) Stop(context.Context) error {
	c.CloseIdleConnections()
	return nil
}

// Spans are sent so often, with a pause that doubles, where the receiver is away or
// asks for patience.
const (
	otlpTries = 3
	otlpPause = 500 * time.Millisecond
)

// UploadTraces sends spans, and gives up before others have to wait for long.
func (c *otlpClient) UploadTraces(ctx context.Context, spans []*otlp.ResourceSpans) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	body, err := c.pack(&otlp.TracesData{ResourceSpans: spans}) // on the wire an ExportTraceServiceRequest looks the same
	if err != nil {
		return err
	}
	pause := otlpPause
	for try := 1; ; try++ {
		again, err := c.send(ctx, body)
		if !again || try == otlpTries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
			pause *= 2
		}
	}
}

func (c *otlpClient) pack(message proto.Message) ([]byte, error) {
	body, err := proto.Marshal(message)
	if err != nil || !c.compress {
		return body, err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(body)
	err = errors.Join(err, writer.Close())
	return packed.Bytes(), err
}

// send makes one try; again says that another may succeed.
func (c *otlpClient) send(ctx context.Context, body []byte) (again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	request.Header = c.header.Clone()
	request.Header.Set("Content-Type", "application/x-protobuf")
	if c.compress {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := c.Do(request)
	if err != nil {
		return true, err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, bodyMax)) // so that the connection serves again
	switch response.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		again = true
	}
	return again, fmt.Errorf("the receiver of traces answers %s", response.Status)
}
