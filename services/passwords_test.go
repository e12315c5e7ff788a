package services

import (
	"strings"
	"testing"
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
		{"a text of megabytes", strings.Repeat("e\u0301", 1<<20), false},
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
