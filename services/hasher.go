package services

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"

	"rolecall/models"
)

// A hasher makes and verifies password hashes, a bounded number at a time. The
// others wait, up to hashQueue of them; one more is Busy. Each hash runs on a
// thread of its own and, on Linux, of lower priority: see lowerPriority.
type hasher struct {
	cost   int
	slots  chan struct{}
	queue  chan struct{}
	latest atomic.Int64           // nanoseconds that the latest work in a slot took
	gone   func() <-chan struct{} // whether what is hashed could be kept, or was wanted

	dummy       bcryptDigest
	short, long mark // with passwords of up to 72 bytes, and with longer ones
	burn        func(cost int, password string)
	measures    *Measures
}

// hashQueue is how many may wait. At cost 12 a processor serves some four a
// second.
const hashQueue = 64

func newHasher(cost, concurrency int) *hasher {
	h := &hasher{
		cost:  cost,
		gone:  func() <-chan struct{} { return nil },
		slots: make(chan struct{}, concurrency),
		queue: make(chan struct{}, concurrency+hashQueue),
		dummy: bcryptDigest{hash: dummyHash(cost), rounds: cost},
		burn:  burn,
	}
	h.short.raise(1 << cost)
	h.long.raise(1 << cost)
	return h
}

// ReserveHashing gives the Go scheduler as many processors more as hash at a
// time, so that a hash, which occupies one for long, takes none from the other
// requests: the kernel shares out the real ones, by priority. Call it once when
// the program serves, after LoadConfig, which counts the real ones; release
// undoes it.
func ReserveHashing(cfg Config) (release func()) {
	before := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(before + cfg.HashingConcurrency)
	return func() { runtime.GOMAXPROCS(before) }
}

// dummyHash is a well-formed hash that no password has: comparing with it takes
// as long as with a real one of that cost.
func dummyHash(cost int) string {
	random := make([]byte, 40)
	_, _ = rand.Read(random) // never fails
	text := strings.ReplaceAll(base64.RawStdEncoding.EncodeToString(random), "+", ".")
	// 22 characters of salt, of which the last holds 2 bits, and 31 of the digest.
	return fmt.Sprintf("$2a$%02d$%sO%s", cost, text[:21], text[21:52])
}

func errBusy() error {
	return &models.Error{Kind: models.Busy, Message: "Too many sign-ins at once. Try again in a moment.", RetryAfter: 2}
}

// enter waits for a slot, which the caller must leave. Every error is Busy. While the
// database is away nobody waits: nothing could be done with the hash.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	begin, gone := time.Now(), h.gone()
	defer func() { h.measures.waited(begin, err) }()
	select {
	case <-gone:
		return nil, models.ErrAway
	case <-ctx.Done():
		return nil, errBusy()
	default:
	}
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, errBusy()
	}
	leave = func() { <-h.slots; <-h.queue }
	select {
	case h.slots <- struct{}{}:
		return leave, nil
	default:
	}
	ctx, cancel := h.patience(ctx)
	defer cancel()
	select {
	case h.slots <- struct{}{}:
		return leave, nil
	case <-gone:
		<-h.queue
		return nil, models.ErrAway
	case <-ctx.Done():
		<-h.queue
		return nil, errBusy()
	}
}

// reserveMax bounds what a waiting request keeps of its time.
const reserveMax = 3 * time.Second

// patience ends while there is still time for the work itself. Otherwise, under
// a lasting overload, each request would get its slot when it is about to end,
// and all work would be for nothing.
func (h *hasher) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(2*time.Duration(h.latest.Load()), reserveMax)))
}

// pooled does the work in a slot, on a thread of low priority. Who can't wait any
// longer is told Busy; the slot stays taken until the work is done all the same,
// as bcrypt can't be interrupted. The work should look at ctx between two hashes.
func pooled[T any](ctx context.Context, h *hasher, work func(context.Context) (T, error)) (_ T, err error) {
	span := models.StartSpan(&ctx, "hash")
	defer span.End(&err)
	var none T
	leave, err := h.enter(ctx)
	if err != nil {
		return none, err
	}
	span.Event("its turn")
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1) // nobody may be there to take it
	go func() {
		begin := time.Now()
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		lowerPriority()
		value, err := guarded(ctx, work)
		took := time.Since(begin)
		h.latest.Store(int64(took))
		h.measures.worked(took)
		leave()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, errBusy()
	}
}

// guarded turns a panic, which would end the program in a goroutine of our own,
// into an error.
func guarded[T any](ctx context.Context, work func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a hash: %v\n%s", r, debug.Stack())
		}
	}()
	return work(ctx)
}

// hash makes a hash in the 60-character form that passlib reads too. The
// password has passed the rules.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	return pooled(ctx, h, func(context.Context) (string, error) {
		hash, err := bcrypt.GenerateFromPassword([]byte(norm.NFC.String(password)), h.cost)
		if err != nil {
			return "", fmt.Errorf("hash a password: %w", err)
		}
		return string(hash), nil
	})
}
