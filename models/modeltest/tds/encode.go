package tds

import (
	"encoding/binary"
	"fmt"
	"math"
)

// TYPE_INFO bytes (MS-TDS 2.2.5.4).
const (
	wireNull           = 0x1F
	wireGUID           = 0x24
	wireIntN           = 0x26
	wireDateN          = 0x28
	wireTimeN          = 0x29
	wireDatetime2N     = 0x2A
	wireDatetimeOffset = 0x2B
	wireInt1           = 0x30
	wireBit            = 0x32
	wireInt2           = 0x34
	wireInt4           = 0x38
	wireFloat4         = 0x3B
	wireFloat8         = 0x3E
	wireBitN           = 0x68
	wireDecimalN       = 0x6A
	wireNumericN       = 0x6C
	wireFloatN         = 0x6D
	wireDatetimeN      = 0x6F
	wireInt8           = 0x7F
	wireVarBinary      = 0xA5
	wireVarChar        = 0xA7
	wireBinary         = 0xAD
	wireChar           = 0xAF
	wireNVarChar       = 0xE7
	wireNChar          = 0xEF
)

// Lengths of PLP values (MS-TDS 2.2.5.2.3).
const (
	plpNull    = math.MaxUint64
	plpUnknown = math.MaxUint64 - 1
	longSize   = 0xFFFF
)

// wireColumns fixes the columns' types: what binding found, unless that is
// nothing, or a value does not fit it.
func wireColumns(results []result, rows [][]any) []result {
	columns := make([]result, len(results))
	for i, r := range results {
		columns[i] = r
		for _, row := range rows {
			if !fits(row[i], columns[i].typ) {
				columns[i].typ = valueType(row[i])
			}
			columns[i].notNull = columns[i].notNull && row[i] != nil
		}
		if !columns[i].typ.known() {
			columns[i].typ = typeString
		}
	}
	return columns
}

func fits(v any, t sqlType) bool {
	switch v := v.(type) {
	case int64:
		bounds, ok := limits[t.name]
		return t.in("BIT", "FLOAT", "REAL", "NUMERIC") || ok && v >= bounds[0] && v <= bounds[1]
	case float64:
		return t.in("FLOAT", "REAL")
	case string:
		if t.temporal() {
			_, ok := parseTime(v)
			return ok
		}
		return t.text()
	case []byte:
		return t.binary()
	}
	return true
}

func valueType(v any) sqlType {
	switch v.(type) {
	case int64:
		return typeBigint
	case float64:
		return typeFloat
	case []byte:
		return sqlType{name: "VARBINARY", size: maxSize}
	}
	return sqlType{name: "NVARCHAR", size: maxSize}
}

// colMetadata writes COLMETADATA (MS-TDS 2.2.7.4).
func (r *reply) colMetadata(columns []result) {
	r.tokens = append(r.tokens, tokenColMetadata)
	r.uint16(len(columns))
	for _, c := range columns {
		flags := 0x09 // nullable, updatability unknown
		if c.notNull {
			flags = 0x08
		}
		r.uint32(0)
		r.uint16(flags)
		r.typeInfo(c.typ)
		r.bVarChar(c.name)
	}
}

var wireTypes = map[string][]byte{
	"BIT": {wireBitN, 1}, "TINYINT": {wireIntN, 1}, "SMALLINT": {wireIntN, 2}, "INT": {wireIntN, 4}, "BIGINT": {wireIntN, 8},
	"REAL": {wireFloatN, 4}, "FLOAT": {wireFloatN, 8}, "NUMERIC": {wireNumericN, 17, 38, 0},
	"DATE": {wireDateN}, "DATETIME": {wireDatetimeN, 8}, "SMALLDATETIME": {wireDatetimeN, 4},
	"DATETIME2": {wireDatetime2N}, "DATETIMEOFFSET": {wireDatetimeOffset},
	"CHAR": {wireChar}, "NCHAR": {wireNChar}, "VARCHAR": {wireVarChar}, "NVARCHAR": {wireNVarChar},
	"BINARY": {wireBinary}, "VARBINARY": {wireVarBinary},
}

func (r *reply) typeInfo(t sqlType) {
	r.tokens = append(r.tokens, wireTypes[t.name]...)
	switch {
	case t.in("DATETIME2", "DATETIMEOFFSET"):
		r.tokens = append(r.tokens, byte(t.scale))
	case t.text(), t.binary():
		size := t.bytes()
		if t.size == maxSize || size > 8000 {
			size = longSize
		}
		r.uint16(size)
		if t.text() {
			r.tokens = append(r.tokens, serverCollation...)
		}
	}
}

// row writes ROW (MS-TDS 2.2.7.19).
func (r *reply) row(columns []result, row []any) *sqlError {
	r.tokens = append(r.tokens, tokenRow)
	for i, c := range columns {
		if err := r.value(c.typ, row[i]); err != nil {
			return internal(fmt.Errorf("column %d, %s: %w", i+1, c.typ.name, err))
		}
	}
	return nil
}

func (r *reply) value(t sqlType, v any) error {
	if t.text() || t.binary() {
		return r.longValue(t, v)
	}
	if v == nil {
		r.tokens = append(r.tokens, 0)
		return nil
	}
	body, err := encodeShort(t, v)
	r.tokens = append(append(r.tokens, byte(len(body))), body...)
	return err
}

// longValue writes a text or a binary: short ones behind two bytes of length,
// those of a MAX type in one PLP chunk.
func (r *reply) longValue(t sqlType, v any) error {
	long := t.size == maxSize || t.bytes() > 8000
	var body []byte
	switch v := v.(type) {
	case nil:
		if long {
			r.tokens = binary.LittleEndian.AppendUint64(r.tokens, plpNull)
		} else {
			r.uint16(longSize)
		}
		return nil
	case []byte:
		body = v
	case string:
		if t.wide() {
			body = toUCS2(v)
		} else {
			body = encodeCodePage(v)
		}
	default:
		return fmt.Errorf("a %T", v)
	}
	if !long {
		if limit := max(t.bytes(), 1); len(body) > limit {
			return fmt.Errorf("%d bytes in a type of %d", len(body), limit)
		}
		r.uint16(len(body))
		r.tokens = append(r.tokens, body...)
		return nil
	}
	r.tokens = binary.LittleEndian.AppendUint64(r.tokens, uint64(len(body)))
	if len(body) > 0 {
		r.uint32(len(body))
		r.tokens = append(r.tokens, body...)
	}
	r.uint32(0)
	return nil
}

func encodeShort(t sqlType, v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		return encodeInteger(t, v), nil
	case float64:
		if t.name == "REAL" {
			return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(v))), nil
		}
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)), nil
	case string:
		if moment, ok := parseTime(v); ok {
			return encodeTime(t, moment), nil
		}
	}
	return nil, fmt.Errorf("a %T", v)
}

func encodeInteger(t sqlType, n int64) []byte {
	switch t.name {
	case "BIT", "TINYINT":
		return []byte{byte(n)}
	case "SMALLINT":
		return binary.LittleEndian.AppendUint16(nil, uint16(n))
	case "INT":
		return binary.LittleEndian.AppendUint32(nil, uint32(n))
	case "REAL":
		return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(n)))
	case "FLOAT":
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(float64(n)))
	case "NUMERIC":
		sign := byte(1)
		if n < 0 {
			sign, n = 0, -n
		}
		return append(binary.LittleEndian.AppendUint64([]byte{sign}, uint64(n)), make([]byte, 8)...)
	}
	return binary.LittleEndian.AppendUint64(nil, uint64(n))
}
