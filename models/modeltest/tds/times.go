package tds

import (
	"fmt"
	"strings"
	"time"
)

// Times are kept as text that sorts: the clock in UTC, and behind it the offset
// where there is one other than +00:00. A datetime2 is the text without offset,
// so that it compares with a datetimeoffset in UTC, as SQL Server compares them.
const timeLayout = "2006-01-02 15:04:05.0000000"

const dateLayout = "2006-01-02"

// literalLayouts are the forms of a time in a literal that are the same under
// every language setting, and the common ones of ISO 8601.
var literalLayouts = []string{
	"2006-01-02 15:04:05.9999999", "2006-01-02T15:04:05.9999999", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006-01-02", "20060102", "2006-01-02T15:04:05.9999999Z07:00", "2006-01-02 15:04:05.9999999 -07:00", "2006-01-02 15:04:05.9999999Z07:00",
}

// parseTime reads a kept time or a literal.
func parseTime(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if len(text) == len(timeLayout)+7 { // kept, with an offset
		clock, err := time.Parse(timeLayout, text[:len(timeLayout)])
		zone, zoneErr := time.Parse("-07:00", text[len(timeLayout)+1:])
		if err == nil && zoneErr == nil {
			return clock.In(zone.Location()), true
		}
	}
	for _, layout := range literalLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// formatTime gives the text that is kept for a type, rounded as the type is.
// All but datetimeoffset keep the clock and lose the offset.
func formatTime(t time.Time, typ sqlType) string {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	switch typ.name {
	case "DATE":
		return wall.Format(dateLayout)
	case "SMALLDATETIME":
		return wall.Round(time.Minute).Format(timeLayout)
	case "DATETIME":
		seconds := wall.Truncate(time.Second)
		ticks := (wall.Sub(seconds)*300 + time.Second/2) / time.Second
		return seconds.Add(time.Duration((int64(ticks)*10+1)/3) * time.Millisecond).Format(timeLayout)
	}
	unit := time.Second
	for range typ.scale {
		unit /= 10
	}
	if typ.name == "DATETIME2" {
		return wall.Round(unit).Format(timeLayout)
	}
	text := t.Round(unit).UTC().Format(timeLayout)
	if _, offset := t.Zone(); offset != 0 {
		sign := '+'
		if offset < 0 {
			sign, offset = '-', -offset
		}
		text += fmt.Sprintf(" %c%02d:%02d", sign, offset/3600, offset/60%60)
	}
	return text
}

var (
	firstDay = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	day1900  = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
)

// daysSince counts whole days between two clocks in UTC. A Duration could not
// span them.
func daysSince(t, origin time.Time) int {
	return int((t.Unix() - origin.Unix()) / 86400)
}
