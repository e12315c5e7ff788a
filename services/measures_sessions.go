package services

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rolecall/models"
)

// sessionsLife is how long the number of sessions is good, at the least: they are
// counted in the database, and not for each who looks. What takes long to count is
// good for longer, and serves once more while it is counted anew: see memory.
const (
	sessionsLife  = 30 * time.Second
	sessionsLimit = 2 * time.Second // somebody waits for the answer
)

// A sessionCount tells how many sessions are under way; nothing of them, but that the
// database is away, where it does not answer.
type sessionCount struct {
	core         *core
	counts       *memory[models.Figures]
	sessions, up *prometheus.Desc
}

func newSessionCount(c *core) *sessionCount {
	s := &sessionCount{
		core: c, counts: newMemory[models.Figures](),
		sessions: prometheus.NewDesc("rolecall_sessions", "Sessions under way, as counted within the last minute or so.", []string{"kind"}, nil),
		up:       prometheus.NewDesc("rolecall_database_up", "Whether the database answers.", nil, nil),
	}
	s.counts.slow, s.counts.life, s.counts.use = 0, sessionsLife, sessionsLife
	return s
}

// Describe names what Collect tells.
func (s *sessionCount) Describe(to chan<- *prometheus.Desc) {
	to <- s.sessions
	to <- s.up
}

// Collect tells the numbers.
func (s *sessionCount) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), sessionsLimit)
	defer cancel()
	tell := func(desc *prometheus.Desc, value int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value), labels...)
	}
	if s.core.db.Ping(ctx) != nil {
		tell(s.up, 0)
		return
	}
	tell(s.up, 1)
	found, err := s.counts.get(ctx, "", 0, s.count)
	if err != nil {
		return
	}
	tell(s.sessions, found.APISessions, string(models.APISession))
	tell(s.sessions, found.ConsoleSessions, string(models.ConsoleSession))
}

func (s *sessionCount) count(ctx context.Context) (found models.Figures, err error) {
	return found, (&Figures{core: s.core}).countSessions(ctx, &found)
}
