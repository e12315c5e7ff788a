package tds

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

var errShort = errors.New("the message ends too early")

// A cursor reads a message from front to back. After its first error it gives
// zeros, so that a decoder need only look at err when it is done.
type cursor struct {
	rest []byte
	err  error
}

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.rest = nil
}

func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.fail(errShort)
		return make([]byte, min(max(n, 0), 16)) // enough for every number
	}
	part := c.rest[:n]
	c.rest = c.rest[n:]
	return part
}

func (c *cursor) uint8() byte    { return c.bytes(1)[0] }
func (c *cursor) uint16() uint16 { return binary.LittleEndian.Uint16(c.bytes(2)) }
func (c *cursor) uint32() uint32 { return binary.LittleEndian.Uint32(c.bytes(4)) }
func (c *cursor) uint64() uint64 { return binary.LittleEndian.Uint64(c.bytes(8)) }
func (c *cursor) ucs2(n int) string {
	return fromUCS2(c.bytes(2 * n))
}

// allHeaders skips ALL_HEADERS (MS-TDS 2.2.5.3). The transaction descriptor in
// it tells nothing new: a connection has one session.
func (c *cursor) allHeaders() {
	if length := int(c.uint32()); length >= 4 {
		c.bytes(length - 4)
	} else {
		c.fail(errShort)
	}
}

// fromUCS2 reads UTF-16; an odd byte at the end is dropped.
func fromUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

func toUCS2(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, unit := range units {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}
