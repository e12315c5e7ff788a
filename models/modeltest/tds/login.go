package tds

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// The login that is always there, and the one database.
const (
	loginName     = "sa"
	loginPassword = "secret"
	databaseName  = "rolecall"
)

// serverCollation is SQL_Latin1_General_CP1_CI_AS on the wire (MS-TDS 2.2.5.1.2).
var serverCollation = []byte{0x09, 0x04, 0xD0, 0x00, 0x34}

// preloginReply offers the version and no encryption (MS-TDS 2.2.6.5).
func preloginReply() []byte {
	const (
		optionVersion    = 0
		optionEncryption = 1
		terminator       = 0xFF
		notSupported     = 2
	)
	values := []struct {
		option byte
		value  []byte
	}{
		{optionVersion, []byte{13, 0, 0x19, 0x8e, 0, 0}},
		{optionEncryption, []byte{notSupported}},
	}
	offset := 5*len(values) + 1
	var head, body []byte
	for _, v := range values {
		head = append(head, v.option)
		head = binary.BigEndian.AppendUint16(head, uint16(offset+len(body)))
		head = binary.BigEndian.AppendUint16(head, uint16(len(v.value)))
		body = append(body, v.value...)
	}
	return append(append(head, terminator), body...)
}

// A login is what LOGIN7 says, as far as it matters here.
type login struct {
	packetSize               int
	user, password, database string
}

// parseLogin reads LOGIN7 (MS-TDS 2.2.6.4): a fixed part, then strings that it
// points at by offset and length in characters.
func parseLogin(body []byte) (login, error) {
	const fixed = 94
	if len(body) < fixed {
		return login{}, errShort
	}
	text := func(at int) []byte {
		offset := int(binary.LittleEndian.Uint16(body[at:]))
		length := 2 * int(binary.LittleEndian.Uint16(body[at+2:]))
		if offset+length > len(body) {
			return nil
		}
		return body[offset : offset+length]
	}
	password := append([]byte(nil), text(44)...)
	for i, b := range password {
		b ^= 0xA5
		password[i] = b<<4 | b>>4
	}
	return login{
		packetSize: int(binary.LittleEndian.Uint32(body[8:])),
		user:       fromUCS2(text(40)),
		password:   fromUCS2(password),
		database:   fromUCS2(text(68)),
	}, nil
}

// check refuses who is no login of the server, and another database than the one.
func (l login) check(s *Server) *sqlError {
	if password, known := s.password(l.user); !known || l.password != password {
		return errorf(18456, "Login failed for user '%s'.", l.user)
	}
	if l.database != "" && !strings.EqualFold(l.database, databaseName) {
		return errorf(4060, `Cannot open database "%s" requested by the login. The login failed.`, l.database)
	}
	return nil
}

// loginReply answers LOGIN7 and returns the agreed packet size.
func loginReply(l login) (tokens []byte, packetSize int) {
	packetSize = l.packetSize
	if packetSize < 512 || packetSize > maxPacket {
		packetSize = firstPacket
	}
	var r reply
	r.envText(envDatabase, databaseName, "master")
	r.envBytes(envCollation, serverCollation, nil)
	r.loginAck()
	r.envText(envPacketSize, strconv.Itoa(packetSize), fmt.Sprint(firstPacket))
	r.finish(false)
	return r.tokens, packetSize
}
