package main

import (
	"fmt"
	"math"
	"time"
)

// The loads: good sign-ins a second.
var loads = []float64{10, 1_000, 100_000}

// What is assumed of those who sign in: so many of each act for one good sign-in.
const (
	failures      = 0.05
	requests      = 20.0 // further apart than the lag of revocation, so that each asks the database
	refreshes     = 2.0
	registrations = 0.01
)

// Of the machines, and how far they are used.
const (
	replicaCores = 8.0
	used         = 0.7 // of the cores; the rest is for peaks, and for a replica that is lost
	pool         = 32  // connections of a replica at most, models/database_sqlserver.go
)

// The lives that sessions may have: the default of ROLECALL_REFRESH_TOKEN_TTL, and a
// day. Nobody signs out.
var lives = []time.Duration{720 * time.Hour, 24 * time.Hour}

// rates are how often a second each act is done.
func rates(load float64) map[*cost]float64 {
	return map[*cost]float64{
		&signIn: load, &failure: failures * load, &request: requests * load,
		&refresh: refreshes * load, &registration: registrations * load,
	}
}

// total sums up what the acts take a second.
func total(load float64, of func(c *cost) float64) float64 {
	sum := 0.0
	for act, rate := range rates(load) {
		sum += rate * of(act)
	}
	return sum
}

// hashes are how many passwords a second are hashed.
func hashes(load float64) float64 { return load * (1 + failures + registrations) }

// replicas are how many are needed, of which two at least.
func replicas(load float64) float64 {
	return math.Max(2, math.Ceil((hashCores(load)+otherCores(load))/used/replicaCores))
}

func hashCores(load float64) float64 { return hashes(load) * hashTime.Seconds() }

func otherCores(load float64) float64 {
	return hashes(load)*signTime.Seconds() + load*(requests+refreshes)*askTime.Seconds()
}

func needTable() [][]string {
	rows := [][]string{{"sign-ins a second"}}
	line := func(what string, of func(load float64) string) {
		row := []string{what}
		for _, load := range loads {
			row = append(row, of(load))
		}
		rows = append(rows, row)
	}
	for _, load := range loads {
		rows[0] = append(rows[0], amount(load))
	}
	line("cores that hash", func(l float64) string { return amount(hashCores(l)) })
	line("cores for all else", func(l float64) string { return amount(otherCores(l)) })
	line(fmt.Sprintf("replicas of %.0f cores, used to %s", replicaCores, percent(used)), func(l float64) string { return amount(replicas(l)) })
	line("transactions a second", func(l float64) string {
		return amount(total(l, func(c *cost) float64 { return float64(c.transactions) }))
	})
	line("statements a second", func(l float64) string {
		return amount(total(l, func(c *cost) float64 { return float64(c.reads + c.inside + 2*c.transactions) }))
	})
	line("that write", func(l float64) string { return amount(total(l, func(c *cost) float64 { return float64(c.writes) })) })
	line("log a second", func(l float64) string { return size(total(l, func(c *cost) float64 { return c.log })) })
	line("connections in use", func(l float64) string {
		return amount(math.Ceil(total(l, func(c *cost) float64 { return c.takes().Seconds() })))
	})
	line("connections at most", func(l float64) string { return amount(pool * replicas(l)) })
	for _, life := range lives {
		line(fmt.Sprintf("sessions that live for %.0f h", life.Hours()), func(l float64) string { return amount(l * life.Seconds()) })
		line("their rows, refresh tokens included", func(l float64) string {
			return size(l * life.Seconds() * (sessionBytes + (1+refreshes)*tokenBytes))
		})
	}
	line("failed sign-ins kept, of an hour", func(l float64) string { return size(l * failures * 3600 * attemptBytes) })
	line("users and events more each day", func(l float64) string {
		return size(l * registrations * 86400 * (userBytes + eventBytes))
	})
	return rows
}

// A hot row is one of few that many transactions change one after the other.
type hot struct {
	what string
	rows float64
	by   map[*cost]time.Duration // how long each act holds one
}

// counters are the rows of a day that sign-ins count in, and attemptLocks those that
// an account's sign-ins queue behind.
const (
	counters     = 16
	attemptLocks = 16
)

var hots = []hot{
	{"attempts, the locks", attemptLocks, map[*cost]time.Duration{&signIn: signIn.holds(), &failure: 2 * failure.holds()}},
	{"sign-ins of the day", counters, map[*cost]time.Duration{&signIn: trip + commit, &failure: trip + commit}},
	{"directory, the lock", 1, map[*cost]time.Duration{&registration: registration.holds()}},
}

// busy is the share of the time that each of the rows is held.
func (h hot) busy(load float64) float64 {
	sum := 0.0
	for act, held := range h.by {
		sum += rates(load)[act] * held.Seconds()
	}
	return sum / h.rows
}

func hotTable() [][]string {
	rows := [][]string{{"rows", "how many"}}
	for _, load := range loads {
		rows[0] = append(rows[0], "held at "+amount(load)+"/s")
	}
	rows[0] = append(rows[0], "sign-ins a second at most")
	for _, h := range hots {
		row := []string{h.what, amount(h.rows)}
		for _, load := range loads {
			row = append(row, percent(h.busy(load)))
		}
		rows = append(rows, append(row, amount(1/h.busy(1))))
	}
	return rows
}
