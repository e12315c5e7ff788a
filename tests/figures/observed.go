package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

// A manner is a way of watching the service, by its settings.
type manner struct {
	name string
	env  []string
}

const measured = "ROLECALL_METRICS_LISTEN=127.0.0.1:0"

// watches are the ways that figure h compares with the first, which is none.
func watches(receiver string) []manner {
	traced := "OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver
	return []manner{
		{"off", nil},
		{"metrics", []string{measured}},
		{"traces of all requests", []string{traced}},
		{"metrics, and traces of all", []string{measured, traced}},
		{"metrics, and traces of one in a hundred", []string{measured, traced, "OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01"}},
	}
}

// The comparison: each way has its turn in each round.
const (
	observedRounds = 7
	observedLength = 2 * time.Second
)

// A seen is what came of a way, a number for each round.
type seen struct {
	*server
	token      string
	rate       []float64
	ratio      []float64 // of the rate to that of the first, in the same round
	half, most []time.Duration
}

// observed is figure h: what it costs GET /users/me to be watched. The receiver of
// traces, which drops them, shares the processors.
func observed(ctx context.Context, b *bench) ([]row, error) {
	receiver, err := dropTraces(ctx)
	if err != nil {
		return nil, err
	}
	ways := watches(receiver)
	all := make([]seen, len(ways))
	for i, way := range ways {
		s, _, user, _, err := b.stage(ctx, fmt.Sprintf("observed-%d", i), way.env...)
		if err != nil {
			return nil, err
		}
		defer s.stop()
		all[i] = seen{server: s, token: user.Access}
	}
	for range observedRounds {
		for i := range all {
			if err := all[i].turn(ctx, &all[0]); err != nil {
				return nil, fmt.Errorf("%s: %w", ways[i].name, err)
			}
		}
	}
	rows := make([]row, 0, len(ways))
	for i, way := range ways {
		rows = append(rows, row{"GET /users/me, " + way.name, all[i].text(), ""})
	}
	return rows, nil
}

// turn measures once more.
func (s *seen) turn(ctx context.Context, first *seen) error {
	l := load{length: observedLength, readers: meClients, read: request(http.MethodGet, s.address, "/users/me", s.token, "")}
	got, err := l.apply(ctx, s.address)
	if err == nil && len(got.refused) > 0 {
		err = fmt.Errorf("some answers were not 200: %s", got.refusedText())
	}
	s.rate = append(s.rate, got.reads)
	s.ratio = append(s.ratio, got.reads/first.rate[len(s.rate)-1])
	s.half, s.most = append(s.half, got.quantile(0.5)), append(s.most, got.quantile(0.99))
	return err
}

// text tells the medians of the rounds.
func (s *seen) text() string {
	slices.Sort(s.rate)
	slices.Sort(s.ratio)
	return fmt.Sprintf("%.2f of off (%.2f to %.2f): %.0f a second, p50 %s, p99 %s", s.ratio[observedRounds/2], s.ratio[0], s.ratio[observedRounds-1],
		s.rate[observedRounds/2], millis(median(s.half)), millis(median(s.most)))
}

// dropTraces takes traces until ctx ends, and returns where.
func dropTraces(ctx context.Context) (address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{ReadHeaderTimeout: startLimit, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), nil
}
