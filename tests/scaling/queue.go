package main

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// queueMost is how many wait for hashing on one replica: one more is answered 503
// at once (services/hasher.go).
const queueMost = 64

// simulated is how long the simulation lets sign-ins come.
const simulated = 2 * time.Hour

// A result is what became of the sign-ins at one replica.
type result struct {
	waits   []float64 // seconds, sorted, of those that were served
	refused int
}

func (r result) share() float64 { return float64(r.refused) / float64(r.refused+len(r.waits)) }

// wait is what that share of the served did not wait longer than.
func (r result) wait(share float64) time.Duration {
	return time.Duration(r.waits[int(share*float64(len(r.waits)-1))] * float64(time.Second))
}

// simulate lets sign-ins come at random, so many a second, to one replica. Each
// core hashes one at a time, first come, first served.
func simulate(perSecond float64) result {
	random := rand.New(rand.NewPCG(1, uint64(perSecond*1000)))
	free := make(times, int(replicaCores)) // when each core is
	var begins []float64                   // of those that may still wait
	var r result
	for now := random.ExpFloat64() / perSecond; now < simulated.Seconds(); now += random.ExpFloat64() / perSecond {
		for len(begins) > 0 && begins[0] <= now {
			begins = begins[1:]
		}
		if len(begins) == queueMost {
			r.refused++
			continue
		}
		begin := math.Max(now, free[0])
		free[0] = begin + hashTime.Seconds()
		heap.Fix(&free, 0)
		begins = append(begins, begin)
		r.waits = append(r.waits, begin-now)
	}
	slices.Sort(r.waits)
	return r
}

// times is a heap, the earliest first.
type times []float64

func (t times) Len() int           { return len(t) }
func (t times) Less(i, j int) bool { return t[i] < t[j] }
func (t times) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }

// Push and Pop are part of heap.Interface: there are always as many cores.
func (t *times) Push(any) { panic("no core is added") }
func (t *times) Pop() any { panic("no core goes") }

// capacity is how many passwords a replica hashes in a second.
func capacity() float64 { return replicaCores / hashTime.Seconds() }

func queueTable() [][]string {
	rows := [][]string{{"load of the hashing cores", "hashes a second", "half wait at most", "99 of 100 at most", "answered 503"}}
	for _, share := range []float64{0.5, 0.7, 0.9, 0.95, 1, 1.1, 1.5, 2} {
		r := simulate(share * capacity())
		rows = append(rows, append([]string{percent(share), significant(share * capacity())}, r.cells()...))
	}
	return rows
}

// cells are the waits, to ten milliseconds, and the share of the refused.
func (r result) cells() []string {
	return []string{
		r.wait(0.5).Round(10 * time.Millisecond).String(), r.wait(0.99).Round(10 * time.Millisecond).String(),
		fmt.Sprintf("%.1f %%", 100*r.share()),
	}
}

func lossTable() [][]string {
	rows := [][]string{{"replicas at " + percent(used), "left", "their load", "half wait at most", "99 of 100 at most", "answered 503"}}
	for _, n := range []float64{2, 3, 4, 5, 10, 51} {
		share := used * n / (n - 1)
		rows = append(rows, append([]string{amount(n), amount(n - 1), percent(share)}, simulate(share*capacity()).cells()...))
	}
	return rows
}
