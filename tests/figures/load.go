package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// A load is what clients do to a server at once, for so long.
type load struct {
	length  time.Duration
	signIn  [][]byte // the requests of each signing-in connection: one for each
	read    []byte   // the request of all readers
	readers int
	every   time.Duration // between the reads of one reader; 0 is as fast as it can
}

// A tally is what came of a load.
type tally struct {
	signIns float64         // good ones a second
	reads   float64         // good ones a second
	waits   []time.Duration // of the good reads, sorted
	refused map[string]int  // other answers, by what and status
}

// apply puts the load on the server at that address, and waits until each request
// has its answer. What is answered after the end is not counted.
func (l load) apply(ctx context.Context, address string) (tally, error) {
	clients, err := dialAll(address, len(l.signIn)+l.readers)
	if err != nil {
		return tally{}, err
	}
	defer closeAll(clients)
	ctx, cancel := context.WithTimeout(ctx, l.length)
	defer cancel()
	begin := time.Now()
	results := make([]result, len(clients))
	var group sync.WaitGroup
	for i, c := range clients {
		group.Go(func() {
			if i < len(l.signIn) {
				results[i] = repeat(ctx, c, l.signIn[i], begin, 0)
				return
			}
			// The readers of a steady load take turns.
			offset := l.every * time.Duration(i-len(l.signIn)) / time.Duration(l.readers)
			results[i] = repeat(ctx, c, l.read, begin.Add(offset), l.every)
		})
	}
	group.Wait()
	return l.sum(results)
}

// A result is one connection's.
type result struct {
	waits   []time.Duration
	refused map[int]int
	err     error
}

// repeat sends the request until ctx ends, every so often. A wait counts from
// when the request was due: what a slow answer holds up was slow as well.
func repeat(ctx context.Context, c *client, request []byte, due time.Time, every time.Duration) result {
	r := result{waits: make([]time.Duration, 0, 1<<16), refused: map[int]int{}}
	for ctx.Err() == nil {
		time.Sleep(time.Until(due))
		if every == 0 {
			due = time.Now()
		}
		status, _, err := c.do(request)
		switch {
		case err != nil:
			r.err = err
			return r
		case ctx.Err() != nil: // too late to count
		case status == http.StatusOK:
			r.waits = append(r.waits, time.Since(due))
		default:
			r.refused[status]++
			time.Sleep(refusedPause)
		}
		due = due.Add(every)
	}
	return r
}

// refusedPause keeps a client that is refused from asking thousands of times a
// second.
const refusedPause = 50 * time.Millisecond

func (l load) sum(results []result) (tally, error) {
	t := tally{refused: map[string]int{}}
	for i, r := range results {
		if r.err != nil {
			return t, r.err
		}
		what := "reads"
		if i < len(l.signIn) {
			what = "sign-ins"
			t.signIns += float64(len(r.waits)) / l.length.Seconds()
		} else {
			t.waits = append(t.waits, r.waits...)
		}
		for status, n := range r.refused {
			t.refused[fmt.Sprintf("%s: %d", what, status)] += n
		}
	}
	t.reads = float64(len(t.waits)) / l.length.Seconds()
	slices.Sort(t.waits)
	return t, nil
}

// quantile is the wait of the reads that q of all are not above.
func (t tally) quantile(q float64) time.Duration {
	if len(t.waits) == 0 {
		return 0
	}
	return t.waits[int(q*float64(len(t.waits)-1))]
}

// waitText tells the reads' rate and waits.
func (t tally) waitText() string {
	return fmt.Sprintf("%.0f a second, p50 %s, p99 %s, max %s", t.reads, millis(t.quantile(0.5)), millis(t.quantile(0.99)), millis(t.quantile(1)))
}

// refusedText tells how many answers were not 200.
func (t tally) refusedText() string {
	if len(t.refused) == 0 {
		return "none"
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(t.refused)) {
		parts = append(parts, fmt.Sprintf("%s %d times", what, t.refused[what]))
	}
	return strings.Join(parts, ", ")
}

func millis(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }

// median sorts the values.
func median(values []time.Duration) time.Duration {
	slices.Sort(values)
	return values[len(values)/2]
}

// rawBcrypt is how many comparisons a second all processors make at that cost,
// with nothing else to do.
func rawBcrypt(cost int, length time.Duration) (float64, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return 0, err
	}
	rates := make([]float64, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for i := range rates {
		group.Go(func() {
			begin, n := time.Now(), 0
			for ; time.Since(begin) < length; n++ {
				_ = bcrypt.CompareHashAndPassword(hash, []byte(password))
			}
			rates[i] = float64(n) / time.Since(begin).Seconds()
		})
	}
	group.Wait()
	total := 0.0
	for _, rate := range rates {
		total += rate
	}
	return total, nil
}
