package services

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestAttemptKeys(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "address 192.0.2.7", "::ffff:192.0.2.7": "address 192.0.2.7", "2001:db8::1": "address 2001:db8::/64",
		"2001:db8:0:0:ffff:ffff:ffff:ffff": "address 2001:db8::/64", "2001:db8:0:1::1": "address 2001:db8:0:1::/64",
		"fe80::1%eth0": "address fe80::/64", "": models.UnknownAddress, "192.0.2.7:80": models.UnknownAddress,
		"garbage' --": models.UnknownAddress, strings.Repeat("1", 1000): models.UnknownAddress,
		"2001:1db8:1111:1111:1111:1111:1111:1111": "address 2001:1db8:1111:1111::/64",
	} {
		if got := models.AddressKey(address); got != want || len("registration "+got) > 64 {
			t.Errorf("AddressKey(%q) = %q, want %q", address, got, want)
		}
	}
	long := strings.Repeat("\xff", 1<<20)
	if a, b := models.DeviceKey(long), models.DeviceKey(long+"x"); len(a) != 39 || a == b || !strings.HasPrefix(a, "device ") {
		t.Errorf("DeviceKey = %q and %q, want two of 39 bytes", a, b)
	}
	if got := models.DeviceKey(""); got != "" {
		t.Errorf("DeviceKey of nothing = %q, want nothing", got)
	}
	name := models.NameAccount("Correct Horse")
	if len(name) != 45 || strings.Contains(name, "orse") || models.NameAccount(" correct HORSE ") != name || models.NameAccount("correct") == name {
		t.Errorf("NameAccount = %q, want a trace of 45 bytes, letter case and blanks aside", name)
	}
}

// An unknown name is answered like a known one, and the same is asked of the
// database.
func TestUnknownNamesLookKnown(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var answers [2][]string
		for i, name := range []string{"ann", "nobody"} {
			for n := range 4 {
				f.later(5 * time.Minute) // for the address
				f.exec(`DELETE FROM "RolecallAttempts" WHERE "Account" NOT LIKE 'name %' AND "Account" <> ?`, models.UserAccount(f.id("ann")))
				f.exec(`UPDATE "RolecallAttempts" SET "At" = ?`, int64(models.Now().Add(-time.Minute)))
				spelled := []string{name, strings.ToUpper(name), name, strings.ToUpper(name)}[n]
				for range 2 {
					text := fmt.Sprint(f.guess(from("192.0.2.7"), spelled))
					answers[i] = append(answers[i], text)
				}
			}
			f.exec(`DELETE FROM "RolecallAttempts"`)
		}
		if diff := cmp.Diff(answers[0], answers[1]); diff != "" || answers[1][4] != "<nil>" || answers[1][5] == "<nil>" {
			t.Errorf("answers for a known and an unknown name differ, or are not 5 times nil (-known +unknown):\n%s%v", diff, answers[1])
		}
		f.guesses(1, from("192.0.2.7"), "correct horse")
		if rows := fmt.Sprint(f.dump()["RolecallAttempts"]); strings.Contains(rows, "orse") {
			t.Errorf("the attempts hold what was typed: %s", rows)
		}
	}, limitsOn)
	var sent [2][]string
	for i, user := range []models.User{{UserID: 7, Username: "ann"}, {}} {
		db, recorder := modeltest.Recorded(t, canned()...)
		core := newServices(t, db, slog.New(slog.DiscardHandler), limitsOn).Users.core
		recorder.Sent()
		for _, actor := range []models.Actor{from("192.0.2.7", "x"), from("192.0.2.7"), from("")} {
			a, err := core.admit(t.Context(), actor, user, "ann")
			if err == nil {
				err = core.failed(t.Context(), actor, a, user)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, statement := range recorder.Sent() {
			sent[i] = append(sent[i], statement.String())
		}
	}
	if diff := cmp.Diff(sent[0], sent[1]); diff != "" || len(sent[0]) < 20 {
		t.Errorf("statements for a known and an unknown name differ, or are too few (-known +unknown):\n%s%v", diff, sent[0])
	}
}

// What is refused is in the log, and no name.
func TestRefusalsAreLogged(t *testing.T) {
	var log bytes.Buffer
	db := modeltest.NewDB(t)
	f := &fixture{t, db, newServices(t, db, slog.New(slog.NewTextHandler(&log, nil)), limitsOn)}
	f.cast()
	for _, name := range []string{"ann", "nobody"} {
		f.guesses(5, from("192.0.2.7"), name)
		log.Reset()
		f.expect("the 6th", f.guess(from("192.0.2.7"), name), models.Limited)
		want := fmt.Sprintf(`level=WARN msg="sign-in refused" event=authn_login_fail_max why="too many failures at one account from one origin" user_id=%d`,
			map[string]int64{"ann": f.id("ann")}[name])
		if got := log.String(); !strings.Contains(got, want) || strings.Contains(got, name) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: the log holds %q, want one line with %q", name, got, want)
		}
	}
}
