package services

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"rolecall/models"
)

func TestPasswordRules(t *testing.T) {
	for _, tt := range []struct {
		name     string
		password string
		ok       bool
	}{
		{"eight characters", "qzxwvkjy", true},
		{"seven characters", "qzxwvkj", false},
		{"none", "", false},
		{"64 characters", strings.Repeat("qz", 32), true},
		{"65 characters", strings.Repeat("qz", 32) + "x", false},
		{"72 bytes", strings.Repeat("ä", 36), true},
		{"74 bytes", strings.Repeat("ä", 37), false},
		{"72 bytes after NFC, 108 before", strings.Repeat("a\u0308", 36), true},
		{"eight characters before NFC, four after", strings.Repeat("a\u0308", 4), false},
		{"blanks around", "  qzxwv  ", true},
		{"only blanks", strings.Repeat(" ", 12), true},
		{"a NUL", "qzxwvkj\x00y", false},
		{"no UTF-8", "qzxwvkj\xff\xfe", false},
		{"emoji", "😀😁😂🤣😃😄😅😆", true},
		{"a common one", "trustno1", false},
		{"a common one in capitals", "TrustNo1", false},
		{"the username", "some.user", false},
		{"the username in capitals", "SOME.User", false},
		{"the e-mail", "some@example.com", false},
		{"the e-mail decomposed", "jo\u0308rg@example.com", false},
		{"more than the username", "some.user1", true},
	} {
		got := passwordRules{8}.check(tt.password, "some.user", "some@example.com", "jörg@example.com")
		if (got == "") != tt.ok {
			t.Errorf("%s: check = %q, want acceptable %t", tt.name, got, tt.ok)
		}
		if strings.Contains(got, tt.password) && tt.password != "" {
			t.Errorf("%s: the sentence %q quotes the password", tt.name, got)
		}
	}
	if got := (passwordRules{15}).check("qzxwvkjyqzxwvk"); got == "" {
		t.Error("14 characters passed where 15 are asked for")
	}
}

func TestCommonPasswords(t *testing.T) {
	reachable := 0
	for password := range commonPasswords() {
		if (passwordRules{minLengthMin}).check(password) == "" {
			t.Errorf("%q of the list is acceptable", password)
		}
		if n := len([]rune(password)); n >= minLengthMin && n <= passwordMax {
			reachable++
		}
	}
	if reachable < 10_000 {
		t.Errorf("got %d common passwords that length alone would let through, want at least 10000", reachable)
	}
}

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

// A wrong password costs the same whatever cost the hash has, up to ours.
func TestMismatchCostsTheSame(t *testing.T) {
	h := newHasher(8, 2)
	for cost := 4; cost <= 8; cost++ {
		work := 1 << cost
		for _, more := range h.padding(dummyHash(cost)) {
			work += 1 << more
		}
		if want := 1 << 8; work != want {
			t.Errorf("a mismatch at cost %d takes %d rounds, want %d", cost, work, want)
		}
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

func TestHashingQueue(t *testing.T) {
	h := newHasher(4, 1)
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.verify(ended, "", "x"); models.KindOf(err) != models.Busy {
		t.Errorf("verify in a request that has ended = %v, want busy", err)
	}
	for range hashQueue {
		h.queue <- struct{}{}
	}
	if _, err := h.hash(t.Context(), "x"); models.KindOf(err) != models.Busy {
		t.Errorf("hash with a full queue = %v, want busy", err)
	}
	for range hashQueue {
		<-h.queue
	}
	leave()
	if _, err := h.hash(t.Context(), "x"); err != nil {
		t.Errorf("hash with a free slot = %v, want nil", err)
	}
}
