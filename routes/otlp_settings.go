package routes

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// otlpSettings are what OpenTelemetry's variables say of where traces go. Those of
// sampling, of batches and of the service's name are read by its own library.
type otlpSettings struct {
	on           bool
	endpoint     *url.URL
	header       http.Header
	timeout      time.Duration
	compress     bool
	authorities  *x509.CertPool // nil for the machine's
	ignoreCaller bool           // whatever a caller says of its trace
}

// otlpTimeout is OpenTelemetry's default.
const otlpTimeout = 10 * time.Second

// loadOTLP reads the variables. Traces are off until one of them names an exporter or
// a receiver. All faults are in the error, without a value: one may be a secret.
func loadOTLP(getenv func(string) string) (s otlpSettings, err error) {
	v := otlpVariables{getenv: getenv}
	if s.on = v.on(); !s.on {
		return s, errors.Join(v.faults...)
	}
	v.oneOf("PROTOCOL", "http/protobuf")
	s.endpoint = v.endpoint()
	s.header = v.header()
	s.timeout = v.duration()
	s.compress = v.oneOf("COMPRESSION", "none", "gzip") == "gzip"
	s.authorities = v.authorities()
	s.ignoreCaller = v.ignoreCaller()
	return s, errors.Join(v.faults...)
}

// otlpVariables reads them, and collects what is wrong.
type otlpVariables struct {
	getenv func(string) string
	faults []error
}

func (v *otlpVariables) fault(name, fault string) {
	v.faults = append(v.faults, fmt.Errorf("%s %s", name, fault))
}

// get returns the value of the variable for traces or, failing that, for all signals.
func (v *otlpVariables) get(name string) (value, from string) {
	for _, from = range []string{"OTEL_EXPORTER_OTLP_TRACES_" + name, "OTEL_EXPORTER_OTLP_" + name} {
		if value = v.getenv(from); value != "" {
			break
		}
	}
	return value, from
}

func (v *otlpVariables) on() bool {
	if strings.EqualFold(v.getenv("OTEL_SDK_DISABLED"), "true") {
		return false
	}
	const name = "OTEL_TRACES_EXPORTER"
	switch v.getenv(name) {
	case "":
		endpoint, _ := v.get("ENDPOINT")
		return endpoint != ""
	case "otlp":
		return true
	case "none":
	default:
		v.fault(name, "is neither otlp nor none")
	}
	return false
}

// oneOf takes the first word for granted.
func (v *otlpVariables) oneOf(name string, known ...string) string {
	value, from := v.get(name)
	if value = cmp.Or(value, known[0]); !slices.Contains(known, value) {
		v.fault(from, "is not "+strings.Join(known, " or "))
	}
	return value
}

// endpoint is the variable for traces as it stands, or that for all signals with the
// path of traces behind it.
func (v *otlpVariables) endpoint() *url.URL {
	value, from := v.get("ENDPOINT")
	parsed, err := url.Parse(cmp.Or(value, "http://localhost:4318"))
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		v.fault(from, "is no URL such as http://localhost:4318")
		return nil
	}
	if from == "OTEL_EXPORTER_OTLP_ENDPOINT" {
		return parsed.JoinPath("v1", "traces")
	}
	return parsed
}

// header is a list such as name=value,other=value, with values as in a URL.
func (v *otlpVariables) header() http.Header {
	header := http.Header{}
	value, from := v.get("HEADERS")
	for part := range strings.SplitSeq(value, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, text, found := strings.Cut(part, "=")
		text, err := url.PathUnescape(strings.TrimSpace(text))
		if !found || err != nil {
			v.fault(from, "is no list such as name=value,other=value")
			break
		}
		header.Add(strings.TrimSpace(name), text)
	}
	return header
}

func (v *otlpVariables) duration() time.Duration {
	value, from := v.get("TIMEOUT")
	if value == "" {
		return otlpTimeout
	}
	milliseconds, err := strconv.ParseUint(value, 10, 31)
	if err != nil || milliseconds == 0 {
		v.fault(from, "is no number of milliseconds")
	}
	return time.Duration(milliseconds) * time.Millisecond
}

func (v *otlpVariables) authorities() *x509.CertPool {
	path, from := v.get("CERTIFICATE")
	if path == "" {
		return nil
	}
	pool := x509.NewCertPool()
	if text, err := os.ReadFile(path); err != nil || !pool.AppendCertsFromPEM(text) {
		v.fault(from, "names no file with certificates in PEM")
	}
	return pool
}

// ignoreCaller: of the ways in which a caller may tell its trace, W3C's is understood.
func (v *otlpVariables) ignoreCaller() bool {
	value := v.getenv("OTEL_PROPAGATORS")
	return value != "" && !slices.Contains(strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' }), "tracecontext")
}
