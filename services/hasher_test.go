package services

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rolecall/models"
)

// A job is work for the pool that lasts until it is told to end.
type job struct {
	begun atomic.Bool
	end   chan struct{}
	err   error // once done is closed
	done  chan struct{}
}

// submit hands the pool a job, and returns when it runs or waits, or was refused.
// It belongs in a synctest bubble, where "waits" can be known.
func submit(ctx context.Context, h *hasher) *job {
	j := &job{end: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(j.done)
		_, j.err = pooled(ctx, h, func(context.Context) (bool, error) {
			j.begun.Store(true)
			<-j.end
			return true, nil
		})
	}()
	synctest.Wait()
	return j
}

// begun counts the jobs that the pool has begun.
func begun(jobs []*job) int {
	n := 0
	for _, j := range jobs {
		if j.begun.Load() {
			n++
		}
	}
	return n
}

func TestHashingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slots = 3
		h := newHasher(4, slots)
		jobs := make([]*job, slots+hashQueue)
		for i := range jobs {
			jobs[i] = submit(t.Context(), h)
		}
		if got := begun(jobs); got != slots {
			t.Errorf("%d hashes run at a time, want %d", got, slots)
		}
		if _, err := h.hash(t.Context(), "x"); models.KindOf(err) != models.Busy {
			t.Errorf("hash with a full queue = %v, want busy", err)
		}
		for i, j := range jobs {
			close(j.end)
			synctest.Wait()
			if got, want := begun(jobs), min(i+1+slots, len(jobs)); got != want {
				t.Fatalf("after %d hashes, %d have begun, want %d", i+1, got, want)
			}
			if j.err != nil {
				t.Errorf("job %d = %v, want nil", i, j.err)
			}
		}
		if _, err := h.hash(t.Context(), "x"); err != nil {
			t.Errorf("hash with free slots = %v, want nil", err)
		}
	})
}

// Who gives up is told so at once; the slot is free when the hash is done.
func TestHashingSlotIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(4, 1)
		ctx, cancel := context.WithCancel(t.Context())
		given := submit(ctx, h)
		cancel()
		synctest.Wait()
		select {
		case <-given.done:
			if models.KindOf(given.err) != models.Busy {
				t.Errorf("the request that ended got %v, want busy", given.err)
			}
		default:
			t.Fatal("the request that ended waits for its hash")
		}
		next := submit(t.Context(), h)
		if next.begun.Load() {
			t.Error("a hash began while the one given up still ran")
		}
		close(given.end)
		synctest.Wait()
		if !next.begun.Load() {
			t.Error("no hash began when the one given up was done")
		}
		close(next.end)
		synctest.Wait()
		if len(h.slots) != 0 || len(h.queue) != 0 {
			t.Errorf("%d slots and %d places are still taken", len(h.slots), len(h.queue))
		}
	})
}

// A request gives up waiting while there is time for a hash, and not before.
func TestHashingPatience(t *testing.T) {
	for _, tt := range []struct {
		name          string
		latest, limit time.Duration
		want          time.Duration
	}{
		{"no hash yet", 0, 10 * time.Second, 10 * time.Second},
		{"a quick one", 250 * time.Millisecond, 10 * time.Second, 9500 * time.Millisecond},
		{"a very slow one", time.Minute, 10 * time.Second, 7 * time.Second},
		{"longer than the request", time.Second, time.Second, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHasher(4, 1)
				h.latest.Store(int64(tt.latest))
				running := submit(t.Context(), h)
				ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
				defer cancel()
				begin := time.Now() // the bubble's clock: it stands while something runs
				_, err := h.verify(ctx, "", "x")
				if got := time.Since(begin); models.KindOf(err) != models.Busy || got != tt.want {
					t.Errorf("verify = %v after %s, want busy after %s", err, got, tt.want)
				}
				close(running.end)
			})
		})
	}
	h := newHasher(4, 1)
	h.latest.Store(int64(time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := h.verify(ctx, "", "x"); err != nil {
		t.Errorf("verify with a free slot, after a very slow hash = %v, want nil", err)
	}
}

func TestHashingForNobody(t *testing.T) {
	h := newHasher(4, 1)
	h.short.raise(1 << 15) // nobody should wait for the padding
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.verify(ended, "", "x"); models.KindOf(err) != models.Busy {
		t.Errorf("verify in a request that has ended = %v, want busy", err)
	}
	if _, err := h.compareAny(ended, h.dummy, []string{"x"}, &h.short); models.KindOf(err) != models.Busy {
		t.Errorf("compareAny in a request that has ended = %v, want busy", err)
	}
	if _, err := h.compare(ended, h.dummy, "x", &h.short); models.KindOf(err) != models.Busy {
		t.Errorf("compare in a request that has ended = %v, want busy, and no padding", err)
	}
}

func TestHashingPanic(t *testing.T) {
	h := newHasher(4, 1)
	_, err := pooled(t.Context(), h, func(context.Context) (bool, error) { panic("out of salt") })
	if err == nil || models.KindOf(err) != models.Internal || !strings.Contains(err.Error(), "out of salt") {
		t.Errorf("pooled = %v, want an internal error that tells of the panic", err)
	}
	if match, err := h.verify(t.Context(), passlibHashes[0].hash, passlibHashes[0].password); !match || err != nil {
		t.Errorf("verify after a panic = %t, %v, want true", match, err)
	}
}

func TestReserveHashing(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	release := ReserveHashing(Config{HashingConcurrency: 3})
	if got := runtime.GOMAXPROCS(0); got != before+3 {
		t.Errorf("GOMAXPROCS is %d, want %d and 3 for hashing", got, before)
	}
	release()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("after the release GOMAXPROCS is %d, want %d", got, before)
	}
}
