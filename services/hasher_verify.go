package services

import (
	"context"
	"math/bits"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"
)

// verify reports whether the password has that hash. It takes as long when the
// hash is "" or of a kind that we do not read: then it compares with a dummy.
func (h *hasher) verify(ctx context.Context, hash, password string) (bool, error) {
	d, _, known := readHash(hash)
	if !known || len(password) > triedMaxBytes {
		d, known, password = h.dummy, false, clip(password, triedMaxBytes)
	}
	highest := h.highest(password)
	tried := []string{norm.NFC.String(password)}
	if tried[0] != password { // other programs hashed what they were given
		tried = append(tried, password)
	}
	match, err := pooled(ctx, h, func(ctx context.Context) (bool, error) { return h.compareAny(ctx, d, tried, highest) })
	return match && known, err
}

// compareAny reports whether one of the passwords has that hash. It stops early
// when nobody waits for the answer any more.
func (h *hasher) compareAny(ctx context.Context, d digest, passwords []string, highest *mark) (bool, error) {
	for _, password := range passwords {
		if ctx.Err() != nil {
			return false, errBusy()
		}
		match, err := h.compare(ctx, d, password, highest)
		if match || err != nil {
			return match, err
		}
	}
	return false, nil
}

// compare takes for each mismatch as long as the highest work that was met.
func (h *hasher) compare(ctx context.Context, d digest, password string, highest *mark) (bool, error) {
	w := d.work(password)
	if w.excessive() { // as SHA-crypt is with long passwords
		d, w = h.dummy, h.dummy.work(password)
	}
	highest.raise(w.rounds())
	begin := time.Now()
	if d.matches(ctx, password) {
		return true, nil
	}
	return false, h.pad(ctx, password, highest.load()-w.spent(time.Since(begin)))
}

// pad compares with dummies for so many rounds of bcrypt, less what is not worth a
// dummy. Each is the largest that fits, as the cost is a power of two.
func (h *hasher) pad(ctx context.Context, password string, rounds int64) error {
	for ctx.Err() == nil {
		cost := bits.Len64(uint64(max(rounds, 0))) - 1
		if cost < bcrypt.MinCost {
			return nil
		}
		h.burn(cost, password)
		rounds -= 1 << cost
	}
	return errBusy()
}

// burn does the work of a comparison at that cost.
func burn(cost int, password string) {
	_ = bcrypt.CompareHashAndPassword([]byte(dummyHash(cost)), []byte(password))
}

// A mark is the highest work of a comparison that was met, in rounds of bcrypt:
// ours, or that of an account whose hash another program made, or we did when our
// cost was higher. From then on every mismatch takes as long as one with that
// account's hash: else it would stand out from names that nobody has.
type mark struct{ rounds atomic.Int64 }

func (m *mark) load() int64 { return m.rounds.Load() }

func (m *mark) raise(rounds int64) {
	for now := m.load(); rounds > now && !m.rounds.CompareAndSwap(now, rounds); {
		now = m.load()
	}
}

// highest is the mark for comparisons with that password. A long one makes some
// hashes so dear that usual ones should not have to take as long.
func (h *hasher) highest(password string) *mark {
	if len(password) > passwordMaxBytes {
		return &h.long
	}
	return &h.short
}

// readable reports whether somebody can sign in with that hash.
func readable(hash string) bool {
	_, _, ok := readHash(hash)
	return ok
}

// outdated reports whether a hash that verified should be made anew: another
// program made it, or its cost is lower than ours. A password of more than 72 bytes
// can't be hashed again.
func (h *hasher) outdated(hash, password string) bool {
	d, _, ok := readHash(hash)
	return ok && !current(d, h.cost) && len(norm.NFC.String(password)) <= passwordMaxBytes
}

// current reports whether a service of that cost would make such a hash itself, or
// a dearer one.
func current(d digest, cost int) bool {
	own, ok := d.(bcryptDigest)
	return ok && own.prepare == nil && own.rounds >= cost
}

// clip cuts text to at most n bytes.
func clip(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}
