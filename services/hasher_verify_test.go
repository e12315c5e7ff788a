package services

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"

	"rolecall/models"
)

// passlibHashes were made by passlib 1.7.4 with bcrypt 3.2.2:
// bcrypt.using(rounds=…, ident=…).hash(password).
var passlibHashes = []struct{ name, hash, password string }{
	{"2b", "$2b$04$4klhuhS3s4lhx2hW1DAyZO7AtsUYRiIp71tX7WHX9RXiPfy026RJ2", "correct horse"},
	{"2y", "$2y$04$TPrjSlBroKMGGXGB9hF77.HfmklUQRcgYTiGruDUE7AN7UhtUDbB2", "correct horse"},
	{"2a", "$2a$04$AR7ETUreZ5S8YG5JAaO.EOPZrIsmBUz28Kjd09WIvWqEqXxW.4Ooq", "correct horse"},
	{"80 bytes", "$2b$04$wowo11NpnFQZX9jzE.F6HODYUJOdBWyiKRX7EW3Tmc8vYTeVUUnXa", strings.Repeat("a", 80)},
	{"the first 72 of 80 bytes", "$2b$04$wowo11NpnFQZX9jzE.F6HODYUJOdBWyiKRX7EW3Tmc8vYTeVUUnXa", strings.Repeat("a", 72)},
	{"UTF-8", "$2b$04$FMuk4fa..bVJ.pA9neNnGuV/XbaB6qWz/ePvHpaUlUSBIyFV/.x.W", "pässwörd-ß"},
	{"UTF-8, typed decomposed", "$2b$04$FMuk4fa..bVJ.pA9neNnGuV/XbaB6qWz/ePvHpaUlUSBIyFV/.x.W", "pa\u0308sswo\u0308rd-ß"},
	{"hashed decomposed", "$2b$04$6AVHmDCHIYS/TL5923ta2OzfrX97EETIBePQudRRGiXsiPztX3Rxe", "pa\u0308sswo\u0308rd-ß"},
	{"padded with blanks", "$2b$04$4klhuhS3s4lhx2hW1DAyZO7AtsUYRiIp71tX7WHX9RXiPfy026RJ2    ", "correct horse"},
}

func TestVerify(t *testing.T) {
	h := newHasher(4, 2)
	for _, tt := range passlibHashes {
		if match, err := h.verify(t.Context(), tt.hash, tt.password); !match || err != nil {
			t.Errorf("%s: verify = %t, %v, want true", tt.name, match, err)
		}
		if match, err := h.verify(t.Context(), tt.hash, "not "+tt.password); match || err != nil {
			t.Errorf("%s: verify of another password = %t, %v, want false", tt.name, match, err)
		}
	}
	own, err := h.hash(t.Context(), "pa\u0308sswo\u0308rd-ß")
	if err != nil || len(own) != 60 || !strings.HasPrefix(own, "$2a$04$") {
		t.Fatalf("hash = %q, %v, want 60 characters of bcrypt", own, err)
	}
	if match, _ := h.verify(t.Context(), own, "pässwörd-ß"); !match {
		t.Error("a password typed composed does not fit the hash of the decomposed one")
	}
}

// What is no hash that we read matches nothing, and nothing of it is computed: a
// cost of 31 would take days.
func TestVerifyForeignHashes(t *testing.T) {
	h := newHasher(4, 2)
	rest := "4klhuhS3s4lhx2hW1DAyZO7AtsUYRiIp71tX7WHX9RXiPfy026RJ2"
	for _, hash := range []string{
		"", " ", "correct horse", "$2b$31$" + rest, "$2b$16$" + rest, "$2b$03$" + rest, "$2x$04$" + rest, "$2$04$" + rest,
		"$3b$04$" + rest, "$2b$04$" + rest[:52], "$2b$04$" + rest + "x", "$2b$04$" + rest + "\n", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
	} {
		if match, err := h.verify(t.Context(), hash, "correct horse"); match || err != nil {
			t.Errorf("verify with %q = %t, %v, want false", hash, match, err)
		}
		if d, _, ok := readHash(hash); ok {
			t.Errorf("%q is read: %v", hash, d)
		}
	}
	if match, _ := h.verify(t.Context(), passlibHashes[3].hash, strings.Repeat("a", triedMaxBytes+1)); match {
		t.Error("a password longer than any program took was looked at")
	}
}

func TestDummyHash(t *testing.T) {
	for _, cost := range []int{4, 12, 15} {
		dummy := dummyHash(cost)
		if got, err := bcrypt.Cost([]byte(dummy)); err != nil || got != cost || !readable(dummy) {
			t.Errorf("dummyHash(%d) = %q of cost %d, %v", cost, dummy, got, err)
		}
		if dummy == dummyHash(cost) {
			t.Errorf("dummyHash(%d) is the same twice", cost)
		}
	}
}

func TestOutdated(t *testing.T) {
	h := newHasher(5, 1)
	four, five := dummyHash(4), dummyHash(5)
	for _, tt := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"a lower cost", four, "x", true},
		{"a lower cost, padded", four + "  ", "x", true},
		{"the same cost", five, "x", false},
		{"a higher cost", dummyHash(6), "x", false},
		{"no hash", "", "x", false},
		{"a password of which bcrypt sees a part", four, strings.Repeat("x", 73), false},
		{"a hash of another program", fixtureOf(t, "bcrypt_sha256 (passlib)").hash, "x", true},
		{"a longer password with a hash of another program", fixtureOf(t, "bcrypt_sha256 (passlib)").hash, strings.Repeat("x", 73), false},
	} {
		if got := h.outdated(tt.hash, tt.password); got != tt.want {
			t.Errorf("%s: outdated = %t, want %t", tt.name, got, tt.want)
		}
	}
}

// notebook makes a hasher burn on paper: the rounds that it would burn.
func notebook(h *hasher) *int64 {
	var burned int64
	h.burn = func(cost int, _ string) { burned += 1 << cost }
	return &burned
}

// A wrong password costs the same whatever cost the hash has, also after one of a
// higher cost than ours was met.
func TestMismatchCostsTheSame(t *testing.T) {
	h := newHasher(8, 2)
	burned := notebook(h)
	for _, met := range []int64{1 << 4, 1 << 8, 1 << 10, 5000, 1 << 9} {
		h.short.raise(met)
		most := h.short.load()
		if most < met || most < 1<<8 {
			t.Errorf("after work of %d rounds, a mismatch takes %d", met, most)
		}
		for cost := 4; 1<<cost <= most; cost++ {
			*burned = 0
			d := doubleDigest{of: work{1 << cost, bcryptRounds}, asked: new(int)}
			if match, err := h.compare(t.Context(), d, "x", &h.short); match || err != nil {
				t.Fatalf("compare = %t, %v, want false", match, err)
			}
			if got := 1<<cost + *burned; got > most || got <= most-1<<bcrypt.MinCost {
				t.Errorf("after work of %d rounds, a mismatch at cost %d takes %d, want %d", met, cost, got, most)
			}
		}
	}
}

// A doubleDigest stands in for one that takes so much work and time: a bubble's.
type doubleDigest struct {
	of    work
	time  time.Duration
	asked *int
}

func (doubleDigest) cost() string       { return "" }
func (d doubleDigest) work(string) work { return d.of }

func (d doubleDigest) matches(context.Context, string) bool {
	*d.asked++
	time.Sleep(d.time)
	return false
}

// A mismatch with another program's hash costs as much too: what is known of its
// work counts, or the time where that is less.
func TestMismatchOfOtherKinds(t *testing.T) {
	round := time.Duration(bcryptRound()) // in real time
	unit := &unit{ceiling: 1 << 20, rounds: func() float64 { return 2 }}
	for _, tt := range []struct {
		name  string
		units int64
		time  time.Duration
		want  int64
	}{
		{"a quick one", 50, 100 * round, 4096 - 100},
		{"a slow one", 2000, 4000 * round, 96},
		{"one that had to wait", 1000, time.Hour, 4096 - 2000},
		{"one on four processors", 2000, 1000 * round, 4096 - 1000},
		{"more than our own", 3000, 6000 * round, 0},
		{"more, on three processors", 3000, 2000 * round, 4000},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHasher(12, 1)
			burned := notebook(h)
			d := doubleDigest{work{tt.units, unit}, tt.time, new(int)}
			if match, err := h.compare(t.Context(), d, "x", &h.short); match || err != nil {
				t.Errorf("%s: compare = %t, %v, want false", tt.name, match, err)
			}
			if off := *burned - tt.want; off < -80 || off > 80 { // 2 % of ours: a round is no whole number of nanoseconds
				t.Errorf("%s: a mismatch burns %d rounds more, want %d", tt.name, *burned, tt.want)
			}
			if got := h.short.load(); got != max(4096, 2*tt.units) {
				t.Errorf("%s: the mark is at %d", tt.name, got)
			}
		})
	}
}

// A sign-in is enough to tell that there are hashes of a higher cost, be it good
// or not.
func TestVerifyMeetsHigherCosts(t *testing.T) {
	h := newHasher(4, 1)
	notebook(h)
	six, long := dummyHash(6), strings.Repeat("x", passwordMaxBytes+1)
	for _, tt := range []struct {
		name, hash, password string
		short, long          int64
	}{
		{"cost 6, padded", six + " ", "x", 1 << 6, 1 << 4},
		{"cost 31, which is not read", strings.Replace(six, "$06$", "$31$", 1), "x", 1 << 6, 1 << 4},
		{"a long password", strings.Replace(six, "$06$", "$05$", 1), long, 1 << 6, 1 << 5},
		{"a long password with no hash", "", long, 1 << 6, 1 << 5},
	} {
		if _, err := h.verify(t.Context(), tt.hash, tt.password); err != nil {
			t.Fatal(err)
		}
		if short, long := h.short.load(), h.long.load(); short != tt.short || long != tt.long {
			t.Errorf("%s: the marks are %d and %d rounds, want %d and %d", tt.name, short, long, tt.short, tt.long)
		}
	}
}

// What would take too long, though the hash itself would not, is not computed.
func TestExcessiveWorkIsNotDone(t *testing.T) {
	h := newHasher(4, 1)
	burned := notebook(h)
	d := doubleDigest{of: work{sha256Iterations.ceiling + 1, sha256Iterations}, asked: new(int)}
	if match, err := h.compareAny(t.Context(), d, []string{"x", "y"}, &h.long); match || err != nil {
		t.Errorf("compareAny = %t, %v, want false", match, err)
	}
	if *d.asked != 0 || *burned != 0 || h.long.load() != 1<<4 {
		t.Errorf("the digest was computed %d times, %d rounds burned and %d met; want none, none and our own", *d.asked, *burned, h.long.load())
	}
}

// Who waits for memory gives up with the request.
func TestArgon2MemoryIsBounded(t *testing.T) {
	if err := argon2Memory.Acquire(t.Context(), argon2MemoryMax); err != nil {
		t.Fatal(err)
	}
	f := fixtureOf(t, "Argon2id")
	digestOf(t, f.hash).work("").rounds() // measured in real time
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(4, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.verify(ctx, f.hash, f.password); models.KindOf(err) != models.Busy {
			t.Errorf("verify without memory = %v, want busy", err)
		}
		synctest.Wait()
		if len(h.slots) != 0 {
			t.Error("the slot is still taken")
		}
	})
	argon2Memory.Release(argon2MemoryMax)
	if match, err := newHasher(4, 1).verify(t.Context(), f.hash, f.password); !match || err != nil {
		t.Errorf("verify with memory = %t, %v, want true", match, err)
	}
}
