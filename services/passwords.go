package services

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/text/unicode/norm"

	"rolecall/models"
)

// Limits of a new password. What was accepted before them still signs in.
const (
	passwordMax      = 64 // characters
	passwordMaxBytes = 72 // in UTF-8 after NFC: bcrypt sees no more
	// triedMaxBytes bounds what is looked at in a sign-in: longer ones were
	// accepted by passlib, which let bcrypt see the first 72 bytes.
	triedMaxBytes = 1024
)

//go:embed commonpasswords/passwords.json
var commonPasswordsJSON []byte

// commonPasswords are those of the embedded list that any policy would let
// through otherwise, in lower case.
var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	var all []string
	if err := json.Unmarshal(commonPasswordsJSON, &all); err != nil {
		panic(err) // the file is in the binary
	}
	long := make(map[string]struct{}, len(all)/2)
	for _, password := range all {
		if utf8.RuneCountInString(password) >= minLengthMin {
			long[strings.ToLower(password)] = struct{}{}
		}
	}
	return long
})

// passwordRules are what a new password has to obey (NIST SP 800-63B-4 §3.1.1.2:
// a length and a blocklist, no rule of composition).
type passwordRules struct{ minLength int }

// check says in a sentence what is wrong with a new password, or "". context are
// values that it must not equal.
func (r passwordRules) check(password string, context ...string) string {
	normal := norm.NFC.String(password)
	length := utf8.RuneCountInString(normal)
	switch {
	case password == "":
		return "Enter a password."
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return "A password is text without NUL characters."
	case length < r.minLength:
		return fmt.Sprintf("Use at least %d characters.", r.minLength)
	case length > passwordMax:
		return fmt.Sprintf("Use at most %d characters.", passwordMax)
	case len(normal) > passwordMaxBytes:
		return fmt.Sprintf("Use at most %d bytes: letters outside ASCII count as two to four.", passwordMaxBytes)
	}
	if _, common := commonPasswords()[strings.ToLower(normal)]; common {
		return "This password is on the list of common ones that attackers try first. Choose another."
	}
	for _, value := range context {
		if value != "" && strings.EqualFold(normal, norm.NFC.String(value)) {
			return "Choose a password that is not your username or e-mail address."
		}
	}
	return ""
}

// A hasher makes and verifies password hashes, as many at a time as there are
// processors. The others wait, up to hashQueue of them; one more is Busy.
type hasher struct {
	cost  int
	slots chan struct{}
	queue chan struct{}
	dummy string
}

// hashQueue is how many may wait. At cost 12 a processor serves some four a
// second, and nobody waits longer than the request's own limit.
const hashQueue = 64

func newHasher(cost, concurrency int) *hasher {
	return &hasher{
		cost:  cost,
		slots: make(chan struct{}, concurrency),
		queue: make(chan struct{}, concurrency+hashQueue),
		dummy: dummyHash(cost),
	}
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

// enter waits for a slot. Every error is Busy.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	busy := &models.Error{Kind: models.Busy, Message: "Too many sign-ins at once. Try again in a moment.", RetryAfter: 2}
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, busy
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, busy
	}
}

// hash makes a hash in the 60-character form that passlib reads too. The
// password has passed the rules.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := bcrypt.GenerateFromPassword([]byte(norm.NFC.String(password)), h.cost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return string(hash), nil
}

// bcryptForm is what we verify: $2x$ is the hash of a program with a bug, and a
// cost over 15 a trap that would keep a processor for minutes.
var bcryptForm = regexp.MustCompile(`^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$`)

// verify reports whether the password has that hash. It takes as long when the
// hash is "" or of a kind that we do not read: then it compares with a dummy.
func (h *hasher) verify(ctx context.Context, hash, password string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	hash = strings.TrimRight(hash, " ") // of a CHAR column
	known := bcryptForm.MatchString(hash) && len(password) <= triedMaxBytes
	if !known {
		hash, password = h.dummy, clip(password, passwordMaxBytes)
	}
	normal := norm.NFC.String(password)
	match := bcrypt.CompareHashAndPassword([]byte(hash), []byte(normal)) == nil
	if !match && normal != password { // passlib hashed what it was given
		match = bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	}
	if !match {
		for _, cost := range h.padding(hash) {
			_ = bcrypt.CompareHashAndPassword([]byte(dummyHash(cost)), []byte(normal))
		}
	}
	return match && known, nil
}

// padding are the costs of the comparisons that make a mismatch with a hash of a
// lower cost than ours take as long as one with the dummy: each cost is twice the
// one before, so c, c, c+1, … up to ours less 1 add up to ours.
func (h *hasher) padding(hash string) []int {
	var costs []int
	cost, err := bcrypt.Cost([]byte(hash))
	for ; err == nil && cost < h.cost; cost++ {
		costs = append(costs, cost)
	}
	return costs
}

// outdated reports whether a hash that verified should be made anew: its cost is
// lower than ours. A password of more than 72 bytes can't be hashed again.
func (h *hasher) outdated(hash, password string) bool {
	match := bcryptForm.FindStringSubmatch(strings.TrimRight(hash, " "))
	if match == nil || len(norm.NFC.String(password)) > passwordMaxBytes {
		return false
	}
	cost, err := strconv.Atoi(match[1])
	return err == nil && cost < h.cost
}

// clip cuts text to at most n bytes.
func clip(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}
