package services

import (
	"strings"
	"testing"
)

// cheap is how much of its ceiling a comparison may take while there are thousands
// of them.
const cheap = 1000

// FuzzHash: a text of any kind is read as a hash of a bounded cost, or as none; it
// is then verified without a fault, and never by another's password. What is behind
// it in a column of fixed width is no part of it.
func FuzzHash(f *testing.F) {
	for _, fixture := range hashFixtures(f) {
		f.Add(fixture.hash)
	}
	for _, hash := range []string{
		"", "$2a$31$" + strings.Repeat(".", 53), "$argon2id$v=19$m=262144,t=999999999,p=255$c2FsdHNhbHQ$" + strings.Repeat("A", 86),
		"$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + strings.Repeat("A", 22), "$6$rounds=999999999$salt$" + strings.Repeat(".", 86),
		"$pbkdf2-sha512$1$$" + strings.Repeat(".", 86), "pbkdf2_sha256$999999999$salt$" + strings.Repeat("A", 43) + "=", "AQAAAAIAAAABAAAAEA" + strings.Repeat("A", 60),
	} {
		f.Add(hash)
	}
	f.Fuzz(func(t *testing.T, hash string) {
		d, kind, ok := readHash(hash)
		if padded, _, padsOK := readHash(hash + "   "); padsOK != ok || ok && padded.cost() != d.cost() {
			t.Fatalf("%q is read otherwise with blanks behind it", hash)
		}
		if !ok {
			return
		}
		if kind == nil || d.cost() == "" {
			t.Fatalf("%q is of no kind, or has no cost", hash)
		}
		for _, password := range []string{"", goodPassword, strings.Repeat("é", 36), strings.Repeat("a", triedMaxBytes)} {
			w := d.work(password)
			if w.units <= 0 || w.units>>8 > w.of.ceiling {
				t.Fatalf("%q takes %d units for %d bytes", hash, w.units, len(password))
			}
			if a, isArgon2 := d.(argon2Digest); isArgon2 && (a.memory > argon2MemoryMax || len(a.tag) > 64 || len(a.salt) > 64) {
				t.Fatalf("%q takes %d KiB, for %d and %d bytes", hash, a.memory, len(a.salt), len(a.tag))
			}
			if w.units < w.of.ceiling/cheap && d.matches(t.Context(), "not "+password+" but another") {
				t.Fatalf("%q is matched by what nobody chose", hash)
			}
		}
	})
}
