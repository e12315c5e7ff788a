package services

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/go-crypt/crypt/algorithm/shacrypt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// A work is what a comparison takes, in units of its algorithm.
type work struct {
	units int64
	of    *unit
}

// excessive reports whether it is above the ceiling.
func (w work) excessive() bool { return w.units > w.of.ceiling }

// rounds is how many rounds of bcrypt are as much work for this machine, and at
// most the ceiling.
func (w work) rounds() int64 {
	if w.of == bcryptRounds {
		return w.units
	}
	return min(int64(math.Ceil(float64(w.units)*w.of.rounds())), bcryptRounds.ceiling)
}

// spent is how many rounds of bcrypt take as long as this work has. Argon2 shares
// its work among processors that are idle, and so takes less time; more than the
// work is worth was spent in waiting, as a dummy would wait too.
func (w work) spent(took time.Duration) int64 {
	if w.of == bcryptRounds {
		return w.units
	}
	return min(w.rounds(), int64(float64(took)/bcryptRound()))
}

// A unit is what the cost of an algorithm is counted in. The ceiling is about
// what bcrypt takes at cost 15, two seconds of a processor: a hash that somebody
// planted keeps it no longer.
type unit struct {
	ceiling int64
	rounds  func() float64 // of bcrypt that one takes on this machine; measured once
}

// The units. A processor without instructions for SHA takes four times as long
// with SHA-1 and SHA-256: their ceilings leave room for that.
var (
	bcryptRounds      = &unit{ceiling: 1 << bcryptCostMax}
	sha1Iterations    = newUnit(3_000_000, 3_000, pbkdf2Sample(sha1.New))
	sha256Iterations  = newUnit(3_000_000, 3_000, pbkdf2Sample(sha256.New))
	sha512Iterations  = newUnit(3_000_000, 3_000, pbkdf2Sample(sha512.New))
	sha256CryptBlocks = newUnit(20_000_000, 20_000, shacryptSample(`$5$rounds=%d$salt$`+strings.Repeat(".", 43), 3))
	sha512CryptBlocks = newUnit(12_000_000, 12_000, shacryptSample(`$6$rounds=%d$salt$`+strings.Repeat(".", 86), 2))
	argon2Kibibytes   = newUnit(3<<20, 32<<10, func(units int) { argon2.Key(nil, nil, 1, uint32(units/2), 1, 32) })
)

// bcryptRound is how long a round of bcrypt takes on this machine, in nanoseconds.
var bcryptRound = sync.OnceValue(func() float64 {
	const cost = bcrypt.MinCost + 1
	return shortest(func() { burn(cost, "") }) / (1 << cost)
})

// newUnit is a unit of which run does so many as a sample.
func newUnit(ceiling int64, sample int, run func(units int)) *unit {
	return &unit{ceiling, sync.OnceValue(func() float64 {
		return shortest(func() { run(sample) }) / float64(sample) / bcryptRound()
	})}
}

// shortest is the time that run takes undisturbed, in nanoseconds and never 0.
func shortest(run func()) float64 {
	least := time.Duration(math.MaxInt64)
	for range 5 {
		begin := time.Now()
		run()
		least = min(least, max(time.Since(begin), 1))
	}
	return float64(least)
}

func pbkdf2Sample(hash func() hash.Hash) func(units int) {
	return func(units int) { _, _ = pbkdf2.Key(hash, "", make([]byte, 16), units, hash().Size()) }
}

// shacryptSample takes a hash with a place for the rounds, of which each is so
// many units for a short password.
func shacryptSample(format string, blocks int) func(units int) {
	return func(units int) {
		if d, err := shacrypt.Decode(fmt.Sprintf(format, units/blocks)); err == nil {
			d.Match("password")
		}
	}
}
