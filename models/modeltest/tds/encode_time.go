package tds

import (
	"encoding/binary"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// encodeTime writes a moment (MS-TDS 2.2.5.5.1.6 to 2.2.5.5.1.9).
func encodeTime(t sqlType, moment time.Time) []byte {
	clock := time.Date(moment.Year(), moment.Month(), moment.Day(), moment.Hour(), moment.Minute(), moment.Second(), moment.Nanosecond(), time.UTC)
	midnight := clock.Truncate(24 * time.Hour)
	switch t.name {
	case "DATE":
		return appendDays(nil, clock)
	case "DATETIME":
		ticks := (clock.Sub(midnight)*300 + time.Second/2) / time.Second
		body := binary.LittleEndian.AppendUint32(nil, uint32(int32(daysSince(midnight, day1900))))
		return binary.LittleEndian.AppendUint32(body, uint32(ticks))
	case "SMALLDATETIME":
		body := binary.LittleEndian.AppendUint16(nil, uint16(daysSince(midnight, day1900)))
		return binary.LittleEndian.AppendUint16(body, uint16(clock.Sub(midnight)/time.Minute))
	case "DATETIME2":
		return appendDays(appendTimeOfDay(nil, clock, t.scale), clock)
	}
	utc := moment.UTC()
	_, offset := moment.Zone()
	body := appendDays(appendTimeOfDay(nil, utc, t.scale), utc)
	return binary.LittleEndian.AppendUint16(body, uint16(int16(offset/60)))
}

// appendTimeOfDay counts units of 10^-scale seconds since midnight.
func appendTimeOfDay(body []byte, clock time.Time, scale int) []byte {
	n := int64(clock.Sub(clock.Truncate(24 * time.Hour)))
	for range 9 - scale {
		n /= 10
	}
	for range timeSize(scale) {
		body = append(body, byte(n))
		n >>= 8
	}
	return body
}

// timeSize is how many bytes the time of day takes.
func timeSize(scale int) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}

func appendDays(body []byte, clock time.Time) []byte {
	days := daysSince(clock.Truncate(24*time.Hour), firstDay)
	return append(body, byte(days), byte(days>>8), byte(days>>16))
}

// decodeTime reads what encodeTime writes, as it comes in parameters.
func decodeTime(kind byte, scale int, body []byte) (time.Time, bool) {
	switch {
	case kind == wireDateN && len(body) == 3:
		return firstDay.AddDate(0, 0, days(body)), true
	case kind == wireDatetimeN && len(body) == 8:
		day := day1900.AddDate(0, 0, int(int32(binary.LittleEndian.Uint32(body))))
		return day.Add(time.Duration(binary.LittleEndian.Uint32(body[4:])) * time.Second / 300), true
	case kind == wireDatetimeN && len(body) == 4:
		day := day1900.AddDate(0, 0, int(binary.LittleEndian.Uint16(body)))
		return day.Add(time.Duration(binary.LittleEndian.Uint16(body[2:])) * time.Minute), true
	case kind == wireDatetime2N && len(body) == timeSize(scale)+3:
		return dayAndTime(scale, body), true
	case kind == wireDatetimeOffset && len(body) == timeSize(scale)+5:
		offset := int(int16(binary.LittleEndian.Uint16(body[len(body)-2:])))
		return dayAndTime(scale, body[:len(body)-2]).In(time.FixedZone("", 60*offset)), true
	}
	return time.Time{}, false
}

func dayAndTime(scale int, body []byte) time.Time {
	size := timeSize(scale)
	var n int64
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | int64(body[i])
	}
	for range 9 - scale {
		n *= 10
	}
	return firstDay.AddDate(0, 0, days(body[size:])).Add(time.Duration(n))
}

func days(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

func encodeCodePage(text string) []byte {
	var body []byte
	for _, r := range text {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			b = '?'
		}
		body = append(body, b)
	}
	return body
}

func decodeCodePage(body []byte) string {
	runes := make([]rune, len(body))
	for i, b := range body {
		runes[i] = charmap.Windows1252.DecodeByte(b)
	}
	return string(runes)
}
