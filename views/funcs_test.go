package views

import (
	"testing"
	"time"

	"rolecall/models"
)

func TestWhen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 15, 6, 7, 0, time.UTC)
	for _, tt := range []struct {
		name string
		ago  time.Duration
		want string
	}{
		{"this second", 0, "just now"},
		{"a clock that is a little ahead", -30 * time.Second, "just now"},
		{"the future", -time.Hour, "2026-03-04"},
		{"under a minute", 59 * time.Second, "just now"},
		{"a minute", time.Minute, "1 min ago"},
		{"under an hour", 59*time.Minute + 59*time.Second, "59 min ago"},
		{"an hour", time.Hour, "1 h ago"},
		{"under a day", 23 * time.Hour, "23 h ago"},
		{"a day", 24 * time.Hour, "yesterday"},
		{"six days", 6 * 24 * time.Hour, "6 days ago"},
		{"a week", 7 * 24 * time.Hour, "2026-02-25"},
	} {
		if got := english(t).whenAt(models.TimeOf(now.Add(-tt.ago)), now).Short; got != tt.want {
			t.Errorf("%s: Short = %q, want %q", tt.name, got, tt.want)
		}
	}
	east := time.FixedZone("east", 3*3600)
	got := english(t).whenAt(models.TimeOf(time.Date(2026, 3, 4, 1, 2, 3, 0, east)), now)
	want := When{ISO: "2026-03-03T22:02:03Z", Full: "3 March 2026, 22:02:03 UTC", Short: "17 h ago", Day: "Tuesday, 3 March 2026", Date: "2026-03-03", MonthDay: "03-03", Clock: "22:02:03"}
	if got != want {
		t.Errorf("whenAt = %+v, want %+v", got, want)
	}
	if got := english(t).when(0); !got.IsNever {
		t.Errorf("when(0) = %+v, want never", got)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -12: "-12"} {
		if got := english(t).Number(n); got != want {
			t.Errorf("number(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 users", 1: "1 user", 2000: "2,000 users"} {
		if got := english(t).Count(n, "user"); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}
