package services

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"rolecall/models"
)

// Measures are what the service counts of itself, for Prometheus. The nil Measures,
// where metrics are off, count nothing. No label holds what a client sent: the values
// of each are a short list, so that the series can't grow.
type Measures struct {
	Registry *prometheus.Registry

	signIns, registrations, refreshes, limits tallies
	hashWait, hashWork                        prometheus.Histogram
	hashRefused                               prometheus.Counter
}

// How something came out, where an error says it all.
const (
	cameOK      = "ok"
	cameRefused = "refused" // for what the client sent
	cameLimited = "limited"
	cameBusy    = "busy"
	cameFailed  = "failed" // for a reason of ours
)

// The values of the labels. Why a sign-in is refused is an outcome of its own.
var (
	outcomes    = []string{cameOK, cameRefused, cameLimited, cameBusy, cameFailed}
	limitNames  = []string{limitOfAddress, limitOfOrigin, limitOfAccount, limitOfRegistrations}
	whyOutcomes = map[string]string{
		unknownName: "unknown_name", wrongPassword: "wrong_password", unreadHash: "unreadable_hash",
		notActive(models.Disabled): "disabled", notActive(models.Pending): "pending",
	}
)

// Buckets from a turn that comes at once to a request's whole time.
var hashBuckets = []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}

// measure begins to, where metrics are on.
func (c *core) measure() (err error) {
	if c.cfg.MetricsListen == "" {
		return nil
	}
	if c.measures, err = newMeasures(c); err != nil {
		return fmt.Errorf("register what is measured: %w", err)
	}
	c.hasher.measures = c.measures
	return nil
}

// newMeasures registers what is measured. What others know already is asked when
// somebody looks.
func newMeasures(c *core) (*Measures, error) {
	m := &Measures{
		Registry:      prometheus.NewRegistry(),
		signIns:       newTallies("rolecall_sign_ins_total", "Sign-ins, by how they came out.", "outcome", slices.Concat(outcomes, slices.Sorted(maps.Values(whyOutcomes)))),
		registrations: newTallies("rolecall_registrations_total", "Accounts that people opened for themselves, or tried to, by how that came out.", "outcome", outcomes),
		refreshes:     newTallies("rolecall_token_refreshes_total", "Refresh tokens presented, by how that came out.", "outcome", outcomes),
		limits:        newTallies("rolecall_limits_hit_total", "Sign-ins and registrations held back, by the limit that did it.", "limit", limitNames),
		hashWait:      newHistogram("rolecall_hash_wait_seconds", "How long a password waited for its turn to be hashed."),
		hashWork:      newHistogram("rolecall_hash_work_seconds", "How long the hashing of a password took."),
		hashRefused:   prometheus.NewCounter(prometheus.CounterOpts{Name: "rolecall_hashes_refused_total", Help: "Passwords not hashed, as too many waited or the wait was too long."}),
	}
	all := []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.signIns, m.registrations, m.refreshes, m.limits, m.hashWait, m.hashWork, m.hashRefused,
		newSessionCount(c),
	}
	ofDatabase, err := databaseCollectors(c.db)
	errs := []error{err}
	all = append(append(all, c.hasher.collectors()...), ofDatabase...)
	for _, collector := range all {
		errs = append(errs, m.Registry.Register(collector))
	}
	return m, errors.Join(errs...)
}

func newHistogram(name, help string) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: hashBuckets})
}

// gauge is a number that is asked for when somebody looks.
func gauge(name, help string, value func() int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

// counter is a count that is kept elsewhere.
func counter(name, help string, labels prometheus.Labels, value func() uint64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 { return float64(value()) })
}

// collectors tell how many hash, and how many wait to.
func (h *hasher) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		gauge("rolecall_hash_queue_length", "Passwords that wait for their turn to be hashed.", func() int { return max(0, len(h.queue)-len(h.slots)) }),
		gauge("rolecall_hash_queue_capacity", "How many passwords may wait; one more is refused.", func() int { return hashQueue }),
		gauge("rolecall_hash_slots_in_use", "Passwords that are being hashed.", func() int { return len(h.slots) }),
		gauge("rolecall_hash_slots", "How many passwords are hashed at a time.", func() int { return cap(h.slots) }),
	}
}

func databaseCollectors(db *models.DB) ([]prometheus.Collector, error) {
	const reads, help = "rolecall_snapshot_reads_total", "Sessions looked up for a request, by whether they were in memory."
	all := []prometheus.Collector{
		counter(reads, help, prometheus.Labels{"result": "hit"}, func() uint64 { return db.Counts().Hits }),
		counter(reads, help, prometheus.Labels{"result": "miss"}, func() uint64 { return db.Counts().Misses }),
		counter("rolecall_database_retries_total", "Transactions and statements sent again, as the database gave them up.", nil, func() uint64 { return db.Counts().Retries }),
	}
	pools, err := db.Pools()
	for name, pool := range pools {
		all = append(all, collectors.NewDBStatsCollector(pool, name))
	}
	return all, err
}

// tallies are the counters of a label's values. All are there from the start, so that
// the first increase is seen.
type tallies struct {
	*prometheus.CounterVec
	of map[string]prometheus.Counter
}

func newTallies(name, help, label string, values []string) tallies {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	t := tallies{vec, map[string]prometheus.Counter{}}
	for _, value := range values {
		t.of[value] = vec.WithLabelValues(value)
	}
	return t
}

// add counts one; what is no value of the label is not counted.
func (t tallies) add(value string) {
	if counter := t.of[value]; counter != nil {
		counter.Inc()
	}
}

func outcomeOf(err error) string {
	switch models.KindOf(err) {
	case "":
		return cameOK
	case models.Limited:
		return cameLimited
	case models.Busy:
		return cameBusy
	case models.Internal:
		return cameFailed
	}
	return cameRefused
}

// signedIn counts a sign-in, with why it was refused where that is known.
func (m *Measures) signedIn(why string, err error) {
	if m == nil {
		return
	}
	outcome := outcomeOf(err)
	if outcome == cameRefused { // and not limited meanwhile
		outcome = cmp.Or(whyOutcomes[why], cameRefused)
	}
	m.signIns.add(outcome)
}

func (m *Measures) registered(err error) {
	if m != nil {
		m.registrations.add(outcomeOf(err))
	}
}

func (m *Measures) refreshed(err error) {
	if m != nil {
		m.refreshes.add(outcomeOf(err))
	}
}

func (m *Measures) limited(limit string) {
	if m != nil {
		m.limits.add(limit)
	}
}

// waited is for a password that has its turn, or is refused one.
func (m *Measures) waited(since time.Time, err error) {
	switch {
	case m == nil:
	case err != nil:
		m.hashRefused.Inc()
	default:
		m.hashWait.Observe(time.Since(since).Seconds())
	}
}

func (m *Measures) worked(took time.Duration) {
	if m != nil {
		m.hashWork.Observe(took.Seconds())
	}
}
