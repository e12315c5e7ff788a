package commands

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rolecall/models"
)

// The demo fills an empty database once, and says how to sign in.
func TestDemo(t *testing.T) {
	at, stdout, stderr := terminal(t, "sqlite:"+filepath.Join(t.TempDir(), "rolecall.db"))
	if err := (Demo{Users: 120, Seed: 7}).Run(at); err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`^Made 120 users\. All of them sign in with the password [a-z2-7]{4}(-[a-z2-7]{4}){3}\nAdministrators: \S+, \S+\n$`)
	if !said.MatchString(stdout.String()) || stderr.Len() > 0 {
		t.Errorf("the demo said %q and logged %q", stdout, stderr)
	}
	stdout.Reset()
	if err := (Demo{Users: 5, Seed: 7}).Run(at); models.KindOf(err) != models.Conflict || stdout.Len() > 0 {
		t.Errorf("a second time: %v, and %q", err, stdout)
	}
}

func TestBar(t *testing.T) {
	var out bytes.Buffer
	drawn := bar{&out, 300}
	for _, done := range []int{0, 150, 300} {
		drawn.show(done)
	}
	drawn.end()
	want := "\r[" + strings.Repeat(".", 40) + "] 0 of 300" +
		"\r[" + strings.Repeat("#", 20) + strings.Repeat(".", 20) + "] 150 of 300" +
		"\r[" + strings.Repeat("#", 40) + "] 300 of 300\n"
	if out.String() != want {
		t.Errorf("the bar is %q, want %q", &out, want)
	}
	bar{total: 300}.show(7) // where nobody looks
}
