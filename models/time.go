package models

import "time"

// A Time is an instant as our own tables keep it: a BIGINT of milliseconds
// since 1970-01-01 UTC. Zero means never. A number compares and rounds the same
// on every engine, which SQL Server's datetime (3.33 ms) and the offset of a
// datetimeoffset parameter do not.
type Time int64

// Now is the present instant.
func Now() Time { return TimeOf(time.Now()) }

// TimeOf rounds t down to the millisecond.
func TimeOf(t time.Time) Time { return Time(t.UnixMilli()) }

// IsZero reports whether t means never.
func (t Time) IsZero() bool { return t == 0 }

// Std returns t as the standard library's time in UTC, zero for never.
func (t Time) Std() time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(int64(t)).UTC()
}

// Add returns the instant d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Milliseconds()) }

// Sub returns how long after u the instant t is.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Millisecond }

// A Day is one in UTC, counted from 1970-01-01.
type Day int64

// Day is the day that t is on.
func (t Time) Day() Day { return Day(int64(t) / dayMillis) }

const dayMillis = 24 * 60 * 60 * 1000

// DayOf is the day that the date names, such as 2026-03-04.
func DayOf(date string) (Day, error) {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, err
	}
	return Day(at.Unix() / (dayMillis / 1000)), nil
}

// Begin is the day's first instant.
func (d Day) Begin() Time { return Time(d) * dayMillis }

// Std is the day's first instant as the standard library's time in UTC.
func (d Day) Std() time.Time { return time.UnixMilli(int64(d.Begin())).UTC() }
