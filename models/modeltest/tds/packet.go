package tds

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Types of messages (MS-TDS 2.2.3.1.1).
const (
	packetBatch       = 1
	packetRPC         = 3
	packetReply       = 4
	packetAttention   = 6
	packetTransaction = 14
	packetLogin       = 16
	packetPrelogin    = 18
)

// Bits of a packet's status (MS-TDS 2.2.3.1.2).
const (
	statusLast      = 0x01
	statusReset     = 0x08
	statusResetKeep = 0x10
)

const (
	headerSize     = 8
	firstPacket    = 4096     // until LOGIN7 agrees on another size
	maxPacket      = 32767    // MS-TDS 2.2.6.4
	maxMessageSize = 64 << 20 // what is longer comes from no driver
)

var errTooLong = errors.New("the message is too long")

// A message is what its packets carry, put together.
type message struct {
	kind  byte
	reset bool // the session is to be reset before the request
	body  []byte
	ctx   context.Context // ends with an ATTENTION
}

// readMessage reads packets to the last one of a message.
func readMessage(r io.Reader) (message, error) {
	var m message
	for first := true; ; first = false {
		var header [headerSize]byte
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return m, err
		}
		size := int(binary.BigEndian.Uint16(header[2:]))
		if size < headerSize {
			return m, fmt.Errorf("a packet of %d bytes", size)
		}
		if first {
			m.kind = header[0]
			m.reset = header[1]&(statusReset|statusResetKeep) != 0
		}
		if header[0] != m.kind {
			return m, fmt.Errorf("a packet of type %d in a message of type %d", header[0], m.kind)
		}
		start := len(m.body)
		if start+size > maxMessageSize {
			return m, errTooLong
		}
		m.body = append(m.body, make([]byte, size-headerSize)...)
		if _, err := io.ReadFull(r, m.body[start:]); err != nil {
			return m, err
		}
		if header[1]&statusLast != 0 {
			return m, nil
		}
	}
}

// writeReply sends the tokens in packets of at most the given size. The packets
// before the last must have status 0: go-mssqldb takes any other for the end.
func writeReply(w io.Writer, packetSize int, tokens []byte) error {
	var out []byte
	for number := byte(1); ; number++ {
		part := tokens[:min(len(tokens), packetSize-headerSize)]
		tokens = tokens[len(part):]
		status := byte(0)
		if len(tokens) == 0 {
			status = statusLast
		}
		out = append(out, packetReply, status)
		out = binary.BigEndian.AppendUint16(out, uint16(headerSize+len(part)))
		out = append(out, 0, 0, number, 0)
		out = append(out, part...)
		if status == statusLast {
			_, err := w.Write(out)
			return err
		}
	}
}
