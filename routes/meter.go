package routes

import (
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"rolecall/services"
)

// A meter measures requests. What is measured of a route is found before there are
// requests, so that none looks for it by its labels.
type meter struct {
	seconds  *prometheus.HistogramVec
	inFlight atomic.Int64
	routes   map[*fiber.Route]*routeMeter
	others   map[string]*routeMeter // by method, for what is no route
}

// A routeMeter measures a route. Few statuses occur, so they are looked for one by
// one; the list is replaced when another is met.
type routeMeter struct {
	seconds  prometheus.ObserverVec // of the method and the route, by status
	adding   sync.Mutex
	statuses atomic.Pointer[[]statusMeter]
}

type statusMeter struct {
	status   int
	observer prometheus.Observer
}

// What stands for a route where there is none, and for a method that nobody knows.
const (
	noRoute     = "unmatched"
	otherMethod = "other"
)

// requestBuckets go from a read that is answered from memory to the limit of a request.
var requestBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}

// newMeter registers what is measured of requests to the app, which has no routes yet.
func newMeter(measures *services.Measures, app *fiber.App, drain *Drain) (*meter, error) {
	if measures == nil {
		return nil, nil
	}
	m := &meter{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rolecall_http_request_duration_seconds", Help: "Requests, by how long they took until the answer was ready.", Buckets: requestBuckets,
		}, []string{"method", "route", "status"}),
		others: map[string]*routeMeter{},
	}
	for _, method := range append(slices.Clone(fiber.DefaultMethods), otherMethod) {
		m.others[method] = m.route(method, noRoute)
	}
	var errs []error
	for _, collector := range append(m.gauges(app, drain), m.seconds) {
		errs = append(errs, measures.Registry.Register(collector))
	}
	return m, errors.Join(errs...)
}

// gauges are numbers that are asked for when somebody looks.
func (m *meter) gauges(app *fiber.App, drain *Drain) []prometheus.Collector {
	gauge := func(name, help string, labels prometheus.Labels, value func() int64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 { return float64(value()) })
	}
	return []prometheus.Collector{
		gauge("rolecall_build_info", "Always 1; the labels say what is running.",
			prometheus.Labels{"version": Version, "goversion": runtime.Version()}, func() int64 { return 1 }),
		gauge("rolecall_http_requests_in_flight", "Requests that are being answered.", nil, m.inFlight.Load),
		gauge("rolecall_http_connections", "Connections that clients have open.", nil,
			func() int64 { return int64(app.Server().GetOpenConnectionsCount()) }),
		gauge("rolecall_draining", "Whether the program is about to stop.", nil, func() int64 {
			if drain.begun.Load() {
				return 1
			}
			return 0
		}),
	}
}

func (m *meter) route(method, pattern string) *routeMeter {
	return &routeMeter{seconds: m.seconds.MustCurryWith(prometheus.Labels{"method": method, "route": pattern})}
}

// know takes the app's routes.
func (m *meter) know(routes map[*fiber.Route]bool) {
	if m == nil {
		return
	}
	m.routes = map[*fiber.Route]*routeMeter{}
	for route := range routes {
		m.routes[route] = m.route(route.Method, route.Path)
	}
}

// count is the middleware that measures.
func (h *handlers) count(c *fiber.Ctx) error {
	begin := time.Now()
	h.meter.inFlight.Add(1)
	defer h.meter.inFlight.Add(-1)
	err := h.answer(c)
	route := h.meter.routes[c.Route()]
	if route == nil {
		route = h.meter.others[c.Method()]
	}
	route.observe(c.Response().StatusCode(), time.Since(begin))
	return err
}

// refusing measures what is refused before a route is looked for.
func (m *meter) refusing(refuse func(*fasthttp.RequestCtx, error)) func(*fasthttp.RequestCtx, error) {
	if m == nil {
		return refuse
	}
	return func(ctx *fasthttp.RequestCtx, err error) {
		begin := time.Now()
		refuse(ctx, err)
		m.others[methodOf(string(ctx.Method()))].observe(ctx.Response.StatusCode(), time.Since(begin))
	}
}

func (r *routeMeter) observe(status int, took time.Duration) {
	r.status(status).Observe(took.Seconds())
}

func (r *routeMeter) status(status int) prometheus.Observer {
	if observer := r.find(status); observer != nil {
		return observer
	}
	r.adding.Lock()
	defer r.adding.Unlock()
	if observer := r.find(status); observer != nil { // somebody else has just met it
		return observer
	}
	observer := r.seconds.WithLabelValues(strconv.Itoa(status))
	known := []statusMeter{{status, observer}}
	if list := r.statuses.Load(); list != nil {
		known = append(known, *list...)
	}
	r.statuses.Store(&known)
	return observer
}

// find returns nil for a status that has not been met.
func (r *routeMeter) find(status int) prometheus.Observer {
	if known := r.statuses.Load(); known != nil {
		for _, s := range *known {
			if s.status == status {
				return s.observer
			}
		}
	}
	return nil
}
