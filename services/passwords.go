package services

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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
	if len(password) > triedMaxBytes { // NFC makes a third of a text at the least
		return fmt.Sprintf("Use at most %d characters.", passwordMax)
	}
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
