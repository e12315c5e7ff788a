package services

import (
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/hashes.txt
var hashesText string

// A hashFixture is a hash that another program made.
type hashFixture struct{ kind, cost, password, hash string }

func hashFixtures(t testing.TB) []hashFixture {
	t.Helper()
	var all []hashFixture
	for line := range strings.Lines(hashesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 4 {
			t.Fatalf("a line has %d columns, want 4: %s", len(columns), line)
		}
		f := hashFixture{kind: columns[0], cost: columns[1], hash: columns[3]}
		if err := json.Unmarshal([]byte(columns[2]), &f.password); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, f)
	}
	return all
}

// fixtureOf is the first of that kind, whose password is in ASCII.
func fixtureOf(t testing.TB, kind string) hashFixture {
	t.Helper()
	all := hashFixtures(t)
	i := slices.IndexFunc(all, func(f hashFixture) bool { return f.kind == kind })
	if i < 0 {
		t.Fatalf("there is no hash of the kind %s", kind)
	}
	return all[i]
}

func digestOf(t *testing.T, hash string) digest {
	t.Helper()
	d, _, ok := readHash(hash)
	if !ok {
		t.Fatalf("%q is not read", hash)
	}
	return d
}

func TestHashesOfOtherPrograms(t *testing.T) {
	h := newHasher(4, 2)
	notebook(h)
	passwords := map[string]int{}
	for _, f := range hashFixtures(t) {
		d, kind, ok := readHash(f.hash + "  ") // as a CHAR column pads it
		if !ok || kind.name != f.kind || d.cost() != f.cost {
			t.Errorf("readHash of %s = %v, %v, %t, want %s at %s", f.hash, d, kind, ok, f.kind, f.cost)
			continue
		}
		passwords[kind.name]++
		if match, err := h.verify(t.Context(), f.hash, f.password); !match || err != nil {
			t.Errorf("verify with %s = %t, %v, want true for %q", f.hash, match, err, f.password)
		}
		for _, other := range []string{"not " + f.password, " " + strings.TrimSpace(f.password), f.password[:len(f.password)/2], ""} {
			if match, err := h.verify(t.Context(), f.hash, other); match || err != nil {
				t.Errorf("verify with %s = %t, %v, want false for %q", f.hash, match, err, other)
			}
			if len(f.cost) > 4 {
				break // once will do
			}
		}
	}
	for _, kind := range hashKinds {
		if passwords[kind.name] < 5 {
			t.Errorf("%s was tried with %d passwords, want 5", kind.name, passwords[kind.name])
		}
	}
}

// Only bcrypt leaves the rest of a long password out.
func TestLongPasswordsCountWhole(t *testing.T) {
	h := newHasher(4, 2)
	notebook(h)
	for _, f := range hashFixtures(t) {
		if len(f.password) <= passwordMaxBytes || len(f.cost) > 4 {
			continue
		}
		match, err := h.verify(t.Context(), f.hash, f.password[:passwordMaxBytes])
		if want := f.kind == "bcrypt"; match != want || err != nil {
			t.Errorf("%s: verify of the first 72 bytes = %t, %v, want %t", f.kind, match, err, want)
		}
	}
}

// typed is a character less, one more, or another one, at each place.
func typed(hash string) []string {
	var all []string
	for i := range hash {
		other := "A"
		if hash[i] == 'A' {
			other = "9"
		}
		all = append(all, hash[:i]+hash[i+1:], hash[:i]+other+hash[i:], hash[:i]+other+hash[i+1:], hash[:i]+"$"+hash[i:])
	}
	return append(all, hash+hash, " "+hash, hash+"\n", hash+"\x00", strings.ToUpper(hash))
}

// What is nearly a hash verifies no more, and breaks nothing.
func TestNearlyHashes(t *testing.T) {
	for _, kind := range hashKinds {
		f := fixtureOf(t, kind.name)
		for _, hash := range typed(f.hash) {
			d, _, ok := readHash(hash)
			if ok && d.work(f.password).rounds() < 1<<8 && d.matches(t.Context(), f.password) && !sameBits(kind.name, f.hash, hash) {
				t.Errorf("%s: %s verifies, made of %s", kind.name, hash, f.hash)
			}
		}
	}
}

// sameBits: bcrypt ignores its minor version, and four bits of the last character
// of the salt.
func sameBits(kind, hash, other string) bool {
	if !strings.HasPrefix(kind, "bcrypt") || len(hash) != len(other) {
		return false
	}
	return hash[:len(hash)-32] != other[:len(hash)-32] && hash[len(hash)-31:] == other[len(hash)-31:]
}

// replaced is the fixture of that kind with another cost.
func replaced(t testing.TB, kind, old, cost string) string {
	t.Helper()
	hash := fixtureOf(t, kind).hash
	if strings.Count(hash, old) != 1 {
		t.Fatalf("%q is not in %s once", old, hash)
	}
	return strings.Replace(hash, old, cost, 1)
}

// A planted hash would keep a processor for days, or take all memory: there is no
// digest that could be computed.
func TestHashCeilings(t *testing.T) {
	for _, tt := range []struct{ kind, old, most, above string }{
		{"bcrypt", "$04$", "$15$", "$16$"},
		{"bcrypt", "$04$", "$15$", "$31$"},
		{"bcrypt_sha256 (passlib)", ",4$", ",15$", ",16$"},
		{"Argon2i", "m=64,t=2", "m=262144,t=11", "m=262144,t=12"},
		{"Argon2id", "m=64,t=1", "m=262144,t=1", "m=262145,t=1"},
		{"Argon2id", "m=64,t=1", "m=64,t=32768", "m=64,t=999999999"},
		{"Argon2id", "m=64,t=1", "m=64,t=1", "m=999999999,t=999999999"},
		{"Argon2id", "m=64,t=1,p=2", "m=2040,t=1,p=255", "m=2048,t=1,p=256"},
		{"Argon2id", "m=64,t=1,p=2", "m=64,t=1,p=8", "m=64,t=1,p=9"}, // the algorithm's own bound
		{"PBKDF2-SHA512 (passlib)", "$100$", "$3000000$", "$3000001$"},
		{"PBKDF2-SHA256 (passlib)", "$100$", "$3000000$", "$999999999$"},
		{"PBKDF2-SHA1 (passlib)", "$100$", "$3000000$", "$3000001$"},
		{"PBKDF2-SHA256 (Django)", "$100$", "$3000000$", "$3000001$"},
		{"SHA-512 crypt", "rounds=1000", "rounds=6000000", "rounds=6000001"},
		{"SHA-256 crypt", "rounds=1000", "rounds=6666666", "rounds=999999999"},
		{"ASP.NET Core Identity v3", "AQAAAAEAACcQ", "AQAAAAEALcbA", "AQAAAAEALcbB"}, // 3,000,000 of SHA-256
		{"ASP.NET Core Identity v3", "AQAAAAEAACcQ", "AQAAAAAAFuNg", "AQAAAAAAFuNh"}, // 1,500,000 of SHA-1 for each of two blocks
		{"ASP.NET Core Identity v3", "AQAAAAEAACcQ", "AQAAAAIALcbA", "AQAAAAL/////"},
	} {
		if _, _, ok := readHash(replaced(t, tt.kind, tt.old, tt.most)); !ok {
			t.Errorf("%s at %s is not read", tt.kind, tt.most)
		}
		planted := replaced(t, tt.kind, tt.old, tt.above)
		if d, _, ok := readHash(planted); ok {
			t.Errorf("%s at %s is read: %v", tt.kind, tt.above, d)
		}
		if match, err := newHasher(4, 1).verify(t.Context(), planted, fixtureOf(t, tt.kind).password); match || err != nil {
			t.Errorf("%s at %s: verify = %t, %v, want false", tt.kind, tt.above, match, err)
		}
	}
	for _, digits := range []string{"1000000000", "99999999999999999999", "9223372036854775808"} {
		if readable(replaced(t, "PBKDF2-SHA256 (passlib)", "$100$", "$"+digits+"$")) {
			t.Errorf("%s iterations are read", digits)
		}
	}
}

// SHA-crypt alone takes longer for longer passwords. What passlib makes by default
// is read with any that we look at.
func TestSHACryptWork(t *testing.T) {
	for kind, rounds := range map[string]string{"SHA-256 crypt": "535000", "SHA-512 crypt": "656000"} {
		d, _, ok := readHash(replaced(t, kind, "rounds=1000", "rounds="+rounds))
		if !ok {
			t.Fatalf("%s is not read at passlib's cost", kind)
		}
		short, long := d.work("password"), d.work(strings.Repeat("x", triedMaxBytes))
		if long.units < 8*short.units || long.excessive() {
			t.Errorf("%s takes %d units for a short password and %d for the longest, want more and below the ceiling", kind, short.units, long.units)
		}
	}
	d, _, _ := readHash(replaced(t, "SHA-512 crypt", "rounds=1000", "rounds=1000000"))
	if !d.work(strings.Repeat("x", triedMaxBytes)).excessive() {
		t.Error("a million rounds over the longest password are not above the ceiling")
	}
}

// A machine's pace is measured once, and then a number to reckon with.
func TestUnits(t *testing.T) {
	for _, f := range []string{"bcrypt", "Argon2i", "PBKDF2-SHA1 (passlib)", "PBKDF2-SHA256 (passlib)", "PBKDF2-SHA512 (passlib)", "SHA-256 crypt", "SHA-512 crypt"} {
		d, _, _ := readHash(fixtureOf(t, f).hash)
		w := d.work("password")
		first := w.rounds()
		if again := w.rounds(); first < 1 || again != first {
			t.Errorf("%s takes %d rounds and then %d, want the same and at least 1", f, first, again)
		}
		if most := (work{w.of.ceiling, w.of}).rounds(); most < first || most > 1<<bcryptCostMax {
			t.Errorf("%s at its ceiling takes %d rounds", f, most)
		}
	}
	samples := 0
	u := newUnit(1000, 10, func(units int) { samples += units })
	if rate := u.rounds(); !(rate > 0) || math.IsInf(rate, 0) || samples != 50 {
		t.Errorf("a unit that takes no time is %g rounds, after %d units", rate, samples)
	}
}

// A hash of any text is read or not, and then verifies only what it should.
func FuzzVerifyForm(f *testing.F) {
	made := map[string]string{}
	for _, fixture := range hashFixtures(f) {
		f.Add(fixture.hash, fixture.password)
		made[fixture.hash] = fixture.password
	}
	for _, hash := range []string{"", "$", "$$$$$", "$2b$31$", "$argon2id$v=19$m=0,t=0,p=0$$", "$5$rounds=$$", "AQAAAAEAACcQ", "pbkdf2_sha256$1$$"} {
		f.Add(hash, "x")
	}
	f.Fuzz(func(t *testing.T, hash, password string) {
		d, kind, ok := readHash(hash)
		if !ok || len(password) > triedMaxBytes {
			return
		}
		w := d.work(password)
		if w.units < 1 || d.cost() == "" {
			t.Errorf("%s: %q takes %d units, at the cost %q", kind.name, hash, w.units, d.cost())
		}
		if w.units > w.of.ceiling>>10 {
			return // it would take long
		}
		if d.matches(t.Context(), password) && made[strings.TrimRight(hash, " ")] != password && !strings.HasPrefix(kind.name, "bcrypt") {
			t.Errorf("%s: %q verifies %q", kind.name, hash, password)
		}
	})
}
