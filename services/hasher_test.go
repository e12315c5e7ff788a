package services

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
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

// What no hash of ours looks like matches nothing, and is refused as quickly as a
// wrong password: a cost of 31 would take days.
func TestVerifyForeignHashes(t *testing.T) {
	h := newHasher(4, 2)
	rest := "4klhuhS3s4lhx2hW1DAyZO7AtsUYRiIp71tX7WHX9RXiPfy026RJ2"
	for _, hash := range []string{
		"", " ", "correct horse", "$2b$31$" + rest, "$2b$16$" + rest, "$2b$03$" + rest, "$2x$04$" + rest, "$2$04$" + rest,
		"$3b$04$" + rest, "$2b$04$" + rest[:52], "$2b$04$" + rest + "x", "$2b$04$" + rest + "\n", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
	} {
		begin := time.Now()
		if match, err := h.verify(t.Context(), hash, "correct horse"); match || err != nil {
			t.Errorf("verify with %q = %t, %v, want false", hash, match, err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("verify with %q took %s", hash, took)
		}
	}
	if match, _ := h.verify(t.Context(), passlibHashes[3].hash, strings.Repeat("a", triedMaxBytes+1)); match {
		t.Error("a password longer than any program took was looked at")
	}
}

// A wrong password costs the same whatever cost the hash has, also after one of a
// higher cost than ours was met.
func TestMismatchCostsTheSame(t *testing.T) {
	h := newHasher(8, 2)
	for _, met := range []int{4, 8, 10, 9} {
		h.meet(met)
		want := 1 << h.highest.Load()
		if want < 1<<met || want < 1<<8 {
			t.Errorf("after a hash of cost %d, a mismatch takes %d rounds", met, want)
		}
		for cost := 4; int64(cost) <= h.highest.Load(); cost++ {
			work := 1 << cost
			for _, more := range h.padding(cost) {
				work += 1 << more
			}
			if work != want {
				t.Errorf("after a hash of cost %d, a mismatch at cost %d takes %d rounds, want %d", met, cost, work, want)
			}
		}
	}
}

// A sign-in is enough to tell that there are hashes of a higher cost, be it good
// or not.
func TestVerifyMeetsHigherCosts(t *testing.T) {
	h := newHasher(4, 1)
	if _, err := h.verify(t.Context(), dummyHash(6)+" ", "x"); err != nil {
		t.Fatal(err)
	}
	if got := h.highest.Load(); got != 6 {
		t.Errorf("after a hash of cost 6 the highest cost is %d", got)
	}
	if _, err := h.verify(t.Context(), strings.Replace(dummyHash(4), "$04$", "$31$", 1), "x"); err != nil {
		t.Fatal(err)
	}
	if got := h.highest.Load(); got != 6 {
		t.Errorf("after a hash of cost 31, which is not read, the highest cost is %d, want 6", got)
	}
}

func TestDummyHash(t *testing.T) {
	for _, cost := range []int{4, 12, 15} {
		dummy := dummyHash(cost)
		if got, err := bcrypt.Cost([]byte(dummy)); err != nil || got != cost || !bcryptForm.MatchString(dummy) {
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
	} {
		if got := h.outdated(tt.hash, tt.password); got != tt.want {
			t.Errorf("%s: outdated = %t, want %t", tt.name, got, tt.want)
		}
	}
}

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
	h.meet(15) // nobody should wait for the padding
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.verify(ended, "", "x"); models.KindOf(err) != models.Busy {
		t.Errorf("verify in a request that has ended = %v, want busy", err)
	}
	if _, err := h.compareAny(ended, h.dummy, []string{"x"}); models.KindOf(err) != models.Busy {
		t.Errorf("compareAny in a request that has ended = %v, want busy", err)
	}
	if _, err := h.compare(ended, h.dummy, "x"); models.KindOf(err) != models.Busy {
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
