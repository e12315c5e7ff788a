package routes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rolecall/services"
)

// Limits of who looks at the metrics.
const (
	metricsPath     = "/metrics"
	metricsAtOnce   = 4
	metricsLimit    = 10 * time.Second
	metricsLastCall = time.Second
)

// ServeMetrics serves /metrics, and nothing else, on an address of its own, until stop
// is called: also while the program drains. It does nothing where metrics are off.
func ServeMetrics(address string, measures *services.Measures, log *slog.Logger) (stop func(), err error) {
	if measures == nil {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve the metrics: %w", err)
	}
	server := &http.Server{
		Handler: metricsHandler(measures, log), MaxHeaderBytes: headerMax,
		ReadTimeout: metricsLimit, WriteTimeout: 2 * metricsLimit, IdleTimeout: idleLimit * 2, // scrapes come once a minute
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the metrics are served no longer", "error", err)
		}
	}()
	log.Info("serving metrics", "metrics", "http://"+listener.Addr().String()+metricsPath)
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), metricsLastCall)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // somebody reads slowly
		}
	}, nil
}

func metricsHandler(measures *services.Measures, log *slog.Logger) http.Handler {
	serve := promhttp.HandlerFor(measures.Registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: metricsAtOnce, Timeout: metricsLimit,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case r.URL.Path != metricsPath:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		default:
			serve.ServeHTTP(w, r)
		}
	})
}
