package services

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
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
	cost    int
	slots   chan struct{}
	queue   chan struct{}
	dummy   string
	highest atomic.Int64 // cost that was met, ours or more: see meet
	latest  atomic.Int64 // nanoseconds that the latest work in a slot took
}

// hashQueue is how many may wait. At cost 12 a processor serves some four a
// second.
const hashQueue = 64

func newHasher(cost, concurrency int) *hasher {
	h := &hasher{
		cost:  cost,
		slots: make(chan struct{}, concurrency),
		queue: make(chan struct{}, concurrency+hashQueue),
		dummy: dummyHash(cost),
	}
	h.highest.Store(int64(cost))
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

// enter waits for a slot, which the caller must leave. Every error is Busy.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	if ctx.Err() != nil {
		return nil, errBusy()
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
func pooled[T any](ctx context.Context, h *hasher, work func(context.Context) (T, error)) (T, error) {
	var none T
	leave, err := h.enter(ctx)
	if err != nil {
		return none, err
	}
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
		h.latest.Store(int64(time.Since(begin)))
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

// bcryptForm is what we verify: $2x$ is the hash of a program with a bug, and a
// cost over 15 a trap that would keep a processor for minutes.
var bcryptForm = regexp.MustCompile(`^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$`)

// verify reports whether the password has that hash. It takes as long when the
// hash is "" or of a kind that we do not read: then it compares with a dummy.
func (h *hasher) verify(ctx context.Context, hash, password string) (bool, error) {
	hash = strings.TrimRight(hash, " ") // of a CHAR column
	known := bcryptForm.MatchString(hash) && len(password) <= triedMaxBytes
	if !known {
		hash, password = h.dummy, clip(password, passwordMaxBytes)
	}
	h.meet(costOf(hash))
	tried := []string{norm.NFC.String(password)}
	if tried[0] != password { // passlib hashed what it was given
		tried = append(tried, password)
	}
	match, err := pooled(ctx, h, func(ctx context.Context) (bool, error) { return h.compareAny(ctx, hash, tried) })
	return match && known, err
}

// compareAny reports whether one of the passwords has that hash. It stops early
// when nobody waits for the answer any more.
func (h *hasher) compareAny(ctx context.Context, hash string, passwords []string) (bool, error) {
	for _, password := range passwords {
		if ctx.Err() != nil {
			return false, errBusy()
		}
		match, err := h.compare(ctx, hash, password)
		if match || err != nil {
			return match, err
		}
	}
	return false, nil
}

// compare takes for each mismatch as long as for one with a hash of the highest
// cost that was met.
func (h *hasher) compare(ctx context.Context, hash, password string) (bool, error) {
	if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil {
		return true, nil
	}
	for _, cost := range h.padding(costOf(hash)) {
		if ctx.Err() != nil {
			return false, errBusy()
		}
		_ = bcrypt.CompareHashAndPassword([]byte(dummyHash(cost)), []byte(password))
	}
	return false, nil
}

// meet notes a cost above ours, of an account from a time when ours was higher.
// From then on every mismatch takes as long as one with that account's hash: else
// it would stand out from names that nobody has.
func (h *hasher) meet(cost int) {
	highest := h.highest.Load()
	for int64(cost) > highest && !h.highest.CompareAndSwap(highest, int64(cost)) {
		highest = h.highest.Load()
	}
}

// padding are the costs of the comparisons that make a mismatch at this cost take
// as long as one at the highest: each cost is twice the one before, so c, c, c+1,
// … up to the highest less 1 add up to the highest.
func (h *hasher) padding(cost int) []int {
	var costs []int
	for ; int64(cost) < h.highest.Load(); cost++ {
		costs = append(costs, cost)
	}
	return costs
}

// costOf is the cost of a hash of the form that we verify, else 0.
func costOf(hash string) int {
	match := bcryptForm.FindStringSubmatch(hash)
	if match == nil {
		return 0
	}
	cost, _ := strconv.Atoi(match[1]) // two digits
	return cost
}

// outdated reports whether a hash that verified should be made anew: its cost is
// lower than ours. A password of more than 72 bytes can't be hashed again.
func (h *hasher) outdated(hash, password string) bool {
	cost := costOf(strings.TrimRight(hash, " "))
	return cost != 0 && cost < h.cost && len(norm.NFC.String(password)) <= passwordMaxBytes
}

// clip cuts text to at most n bytes.
func clip(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}
