package tds

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// maxParameters of a request, sp_executesql's own two included.
const maxParameters = 2100

// A remoteCall is an RPC request (MS-TDS 2.2.6.6).
type remoteCall struct {
	procedure  string // lower case
	parameters []parameter
}

const executeSQL = "sp_executesql"

func parseRPC(body []byte) (remoteCall, error) {
	const (
		byNumber         = 0xFFFF
		executeSQLNumber = 10
	)
	c := &cursor{rest: body}
	c.allHeaders()
	var call remoteCall
	if n := c.uint16(); n != byNumber {
		call.procedure = strings.ToLower(c.ucs2(int(n)))
	} else if number := c.uint16(); number == executeSQLNumber {
		call.procedure = executeSQL
	} else {
		call.procedure = fmt.Sprintf("procedure %d", number)
	}
	c.uint16() // option flags
	for len(c.rest) > 0 {
		p := parameter{name: c.ucs2(int(c.uint8()))}
		c.uint8() // by reference, default
		c.readParameter(&p)
		call.parameters = append(call.parameters, p)
	}
	return call, c.err
}

// fixedTypes have their size by their code.
var fixedTypes = map[byte]sqlType{
	wireInt1: {name: "TINYINT"}, wireBit: {name: "BIT"}, wireInt2: {name: "SMALLINT"}, wireInt4: {name: "INT"}, wireInt8: {name: "BIGINT"},
	wireFloat4: {name: "REAL"}, wireFloat8: {name: "FLOAT"},
}

var fixedSizes = map[string]int{"TINYINT": 1, "BIT": 1, "SMALLINT": 2, "INT": 4, "BIGINT": 8, "REAL": 4, "FLOAT": 8}

// readParameter reads TYPE_INFO and a value.
func (c *cursor) readParameter(p *parameter) {
	kind := c.uint8()
	if t, ok := fixedTypes[kind]; ok {
		p.typ, p.value = t, decodeNumber(t, c.bytes(fixedSizes[t.name]))
		return
	}
	switch kind {
	case wireNull:
		p.typ = sqlType{}
	case wireIntN, wireBitN, wireFloatN:
		p.typ = numberType(kind, c.uint8())
		if body := c.bytes(int(c.uint8())); len(body) == fixedSizes[p.typ.name] {
			p.value = decodeNumber(p.typ, body)
		}
	case wireDateN, wireDatetimeN, wireDatetime2N, wireDatetimeOffset:
		c.readTime(kind, p)
	case wireVarChar, wireChar, wireNVarChar, wireNChar, wireVarBinary, wireBinary:
		c.readLong(kind, p)
	default:
		c.fail(fmt.Errorf("a parameter of type %#x", kind))
	}
}

func numberType(kind, size byte) sqlType {
	switch {
	case kind == wireBitN:
		return typeBit
	case kind == wireFloatN && size == 4:
		return sqlType{name: "REAL"}
	case kind == wireFloatN:
		return typeFloat
	case size == 1:
		return sqlType{name: "TINYINT"}
	case size == 2:
		return sqlType{name: "SMALLINT"}
	case size == 4:
		return typeInt
	}
	return typeBigint
}

func decodeNumber(t sqlType, body []byte) any {
	switch t.name {
	case "BIT":
		return int64(min(body[0], 1))
	case "TINYINT":
		return int64(body[0])
	case "SMALLINT":
		return int64(int16(binary.LittleEndian.Uint16(body)))
	case "INT":
		return int64(int32(binary.LittleEndian.Uint32(body)))
	case "BIGINT":
		return int64(binary.LittleEndian.Uint64(body))
	case "REAL":
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(body)))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(body))
}

func (c *cursor) readTime(kind byte, p *parameter) {
	p.typ = sqlType{name: map[byte]string{wireDateN: "DATE", wireDatetimeN: "DATETIME", wireDatetime2N: "DATETIME2", wireDatetimeOffset: "DATETIMEOFFSET"}[kind]}
	if kind == wireDatetimeN {
		c.uint8()
	} else if kind != wireDateN {
		p.typ.scale = min(int(c.uint8()), 7)
	}
	body := c.bytes(int(c.uint8()))
	if len(body) == 0 {
		return
	}
	moment, ok := decodeTime(kind, p.typ.scale, body)
	if !ok {
		c.fail(fmt.Errorf("a time of %d bytes", len(body)))
		return
	}
	p.value = formatTime(moment, p.typ)
}

// readLong reads a text or a binary, short or in PLP chunks.
func (c *cursor) readLong(kind byte, p *parameter) {
	size := int(c.uint16())
	text := kind != wireVarBinary && kind != wireBinary
	wide := kind == wireNVarChar || kind == wireNChar
	if text {
		c.bytes(len(serverCollation))
	}
	p.typ = sqlType{name: "VARBINARY", size: size}
	switch {
	case wide:
		p.typ = sqlType{name: "NVARCHAR", size: max(size/2, 1)}
	case text:
		p.typ.name = "VARCHAR"
	}
	var body []byte
	if size == longSize {
		p.typ.size = maxSize
		body = c.chunks()
	} else if n := int(c.uint16()); n != longSize {
		body = append([]byte{}, c.bytes(n)...)
	}
	switch {
	case body == nil:
	case wide:
		p.value = fromUCS2(body)
	case text:
		p.value = decodeCodePage(body)
	default:
		p.value = body
	}
}

// chunks reads a PLP value; nil for NULL.
func (c *cursor) chunks() []byte {
	if c.uint64() == plpNull {
		return nil
	}
	body := []byte{}
	for {
		n := int(c.uint32())
		if n == 0 || c.err != nil {
			return body
		}
		body = append(body, c.bytes(n)...)
	}
}

// statement takes the text and the declarations off sp_executesql's parameters.
func (r *remoteCall) statement() (text, declarations string, rest []parameter, err *sqlError) {
	if len(r.parameters) > maxParameters {
		return "", "", nil, errorf(8003, "The incoming request has too many parameters. The server supports a maximum of 2100 parameters. Reduce the number of parameters and resend the request.")
	}
	if len(r.parameters) == 0 {
		return "", "", nil, errorf(201, "Procedure or function 'sp_executesql' expects parameter '@statement', which was not supplied.")
	}
	text, _ = r.parameters[0].value.(string)
	if len(r.parameters) > 1 {
		declarations, _ = r.parameters[1].value.(string)
		rest = r.parameters[2:]
	}
	return text, declarations, rest, nil
}
