package services

import (
	"context"
	"regexp"
	"strconv"
	"strings"
)

// A digest is a hash of a password, taken apart.
type digest interface {
	// cost is what it says of its cost, for people.
	cost() string
	// work is what a comparison with the password takes.
	work(password string) work
	// matches does that work. It is false when ctx ends before it could begin.
	matches(ctx context.Context, password string) bool
}

// A hashKind is a form of hashes that some program writes.
type hashKind struct {
	name string // a proper name, the same in every language
	form *regexp.Regexp
	// read makes a digest of the form's groups, nil where they are beyond what the
	// algorithm can do.
	read  func(groups []string) digest
	heads []hashHead
}

// A hashHead is the beginning of a hash that tells kind and cost, and nothing of
// the salt.
type hashHead struct {
	begins     string
	rest       string // a pattern of LIKE for what comes next
	characters int    // of the head, 0 for up to the next $
}

// The alphabets of bcrypt and SHA-crypt, and of passlib's base64.
const (
	crypt64 = `[./0-9A-Za-z]`
	pass64  = `[A-Za-z0-9./]`
)

// hashKinds are what we verify, ours first. A number of more than nine digits is
// above every ceiling, and with nine no product of two overflows.
var hashKinds = []hashKind{
	// $2x$ is the hash of a program with a bug.
	{"bcrypt", form(`\$2[aby]\$(0[4-9]|[12]\d|3[01])\$` + crypt64 + `{53}`),
		readBcrypt, []hashHead{{"$2", "_$__$", 7}}},
	{"bcrypt_sha256 (passlib)", form(`\$bcrypt-sha256\$(?:v=(2),t=2[ab],r=|2[ab],)([4-9]|[12]\d|3[01])\$(` + crypt64 + `{22})\$(` + crypt64 + `{31})`),
		readBcryptSHA256, []hashHead{{"$bcrypt-sha256$", "", 0}}},
	{"Argon2id", form(`\$argon2(id)\$` + argon2Form),
		readArgon2, []hashHead{{"$argon2id$v=19$", "", 0}}},
	{"Argon2i", form(`\$argon2(i)\$` + argon2Form),
		readArgon2, []hashHead{{"$argon2i$v=19$", "", 0}}},
	{"PBKDF2-SHA512 (passlib)", form(`\$pbkdf2-sha512\$([1-9]\d{0,8})\$(` + pass64 + `{0,86})\$(` + pass64 + `{86})`),
		readPasslib(sha512Iterations), []hashHead{{"$pbkdf2-sha512$", "", 0}}},
	{"PBKDF2-SHA256 (passlib)", form(`\$pbkdf2-sha256\$([1-9]\d{0,8})\$(` + pass64 + `{0,86})\$(` + pass64 + `{43})`),
		readPasslib(sha256Iterations), []hashHead{{"$pbkdf2-sha256$", "", 0}}},
	{"PBKDF2-SHA1 (passlib)", form(`\$pbkdf2\$([1-9]\d{0,8})\$(` + pass64 + `{0,86})\$(` + pass64 + `{27})`),
		readPasslib(sha1Iterations), []hashHead{{"$pbkdf2$", "", 0}}},
	{"PBKDF2-SHA256 (Django)", form(`pbkdf2_sha256\$([1-9]\d{0,8})\$([!-#%-~]{1,64})\$([A-Za-z0-9+/]{43}=)`),
		readDjango, []hashHead{{"pbkdf2_sha256$", "", 0}}},
	{"SHA-512 crypt", form(`\$6\$(?:rounds=([1-9]\d{3,8})\$)?` + crypt64 + `{0,16}\$` + crypt64 + `{86}`),
		readSHACrypt(sha512CryptBlocks), []hashHead{{"$6$rounds=", "", 0}, {"$6$", "", 3}}},
	{"SHA-256 crypt", form(`\$5\$(?:rounds=([1-9]\d{3,8})\$)?` + crypt64 + `{0,16}\$` + crypt64 + `{43}`),
		readSHACrypt(sha256CryptBlocks), []hashHead{{"$5$rounds=", "", 0}, {"$5$", "", 3}}},
	{"ASP.NET Core Identity v3", form(`(AQAAAA[AEI][A-Za-z0-9+/]{53,188}={0,2})`),
		readIdentityV3, []hashHead{{"AQAAAA", "", 12}}}, // 9 bytes: the version, the algorithm, the iterations
	{"ASP.NET Core Identity v2", form(`(A[A-P][A-Za-z0-9+/]{63}[AQgw]==)`),
		readIdentityV2, []hashHead{{"A", strings.Repeat("_", 65) + "==", 1}}},
}

func form(pattern string) *regexp.Regexp { return regexp.MustCompile(`^` + pattern + `$`) }

// readHash takes a hash apart. ok is false where it is of a kind that we do not
// verify, or of a cost that would keep a processor for too long; kind is nil where
// it is of none.
func readHash(hash string) (d digest, kind *hashKind, ok bool) {
	hash = strings.TrimRight(hash, " ") // of a CHAR column
	for i := range hashKinds {
		kind := &hashKinds[i]
		groups := kind.form.FindStringSubmatch(hash)
		if groups == nil {
			continue
		}
		d := kind.read(groups)
		return d, kind, d != nil && !d.work("").excessive()
	}
	return nil, nil, false
}

// number is the value of at most nine digits.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
