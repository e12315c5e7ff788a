package tds

import "encoding/binary"

// Tokens of a reply (MS-TDS 2.2.7).
const (
	tokenReturnStatus = 0x79
	tokenColMetadata  = 0x81
	tokenError        = 0xAA
	tokenLoginAck     = 0xAD
	tokenRow          = 0xD1
	tokenEnvChange    = 0xE3
	tokenDone         = 0xFD
	tokenDoneProc     = 0xFE
	tokenDoneInProc   = 0xFF
)

// Status bits of DONE (MS-TDS 2.2.7.6).
const (
	doneMore      = 0x01
	doneError     = 0x02
	doneInTran    = 0x04
	doneCount     = 0x10
	doneAttention = 0x20
)

// Types of ENVCHANGE (MS-TDS 2.2.7.9).
const (
	envDatabase   = 1
	envPacketSize = 4
	envCollation  = 7
	envBegin      = 8
	envCommit     = 9
	envRollback   = 10
	envReset      = 18
)

// Values of CurCmd in DONE, as SQL Server sends them.
const (
	commandNone   = 0
	commandSelect = 0xC1
	commandInsert = 0xC3
	commandDelete = 0xC4
	commandUpdate = 0xC5
)

// serverName is what ERROR tokens name.
const serverName = "rolecall-test"

// A reply is the tokens of an answer in the making.
type reply struct {
	tokens   []byte
	proc     bool      // answers an RPC: statements end with DONEINPROC
	first    *sqlError // what failed first, nil for nothing
	lastDone int       // where the status of the last DONE stands, 0 for none
}

func (r *reply) bVarChar(s string) {
	text := toUCS2(s)
	text = text[:min(len(text), 2*255)]
	r.tokens = append(r.tokens, byte(len(text)/2))
	r.tokens = append(r.tokens, text...)
}

func (r *reply) usVarChar(s string) {
	text := toUCS2(s)
	r.uint16(len(text) / 2)
	r.tokens = append(r.tokens, text...)
}

func (r *reply) uint16(n int) { r.tokens = binary.LittleEndian.AppendUint16(r.tokens, uint16(n)) }
func (r *reply) uint32(n int) { r.tokens = binary.LittleEndian.AppendUint32(r.tokens, uint32(n)) }

// sized writes a token whose body follows its length.
func (r *reply) sized(token byte, body func()) {
	r.tokens = append(r.tokens, token, 0, 0)
	start := len(r.tokens)
	body()
	binary.LittleEndian.PutUint16(r.tokens[start-2:], uint16(len(r.tokens)-start))
}

func (r *reply) loginAck() {
	r.sized(tokenLoginAck, func() {
		r.tokens = append(r.tokens, 1, 0x74, 0, 0, 4)
		r.bVarChar("Microsoft SQL Server")
		r.tokens = append(r.tokens, 13, 0, 0x19, 0x8e)
	})
}

func (r *reply) envText(kind byte, value, old string) {
	r.sized(tokenEnvChange, func() {
		r.tokens = append(r.tokens, kind)
		r.bVarChar(value)
		r.bVarChar(old)
	})
}

// envBytes writes a change whose values are B_VARBYTE.
func (r *reply) envBytes(kind byte, value, old []byte) {
	r.sized(tokenEnvChange, func() {
		r.tokens = append(r.tokens, kind, byte(len(value)))
		r.tokens = append(r.tokens, value...)
		r.tokens = append(r.tokens, byte(len(old)))
		r.tokens = append(r.tokens, old...)
	})
}

// error writes an ERROR token (MS-TDS 2.2.7.10).
func (r *reply) error(e *sqlError) {
	if r.first == nil {
		r.first = e
	}
	r.sized(tokenError, func() {
		r.uint32(int(e.number))
		r.tokens = append(r.tokens, 1, e.class)
		r.usVarChar(e.message)
		r.bVarChar(serverName)
		r.bVarChar("")
		r.uint32(1)
	})
}

// done ends a statement. More is said to follow; finish takes it back.
func (r *reply) done(status, command int, count int64) {
	token := byte(tokenDone)
	if r.proc {
		token = tokenDoneInProc
	}
	r.doneToken(token, status|doneMore, command, count)
}

func (r *reply) doneToken(token byte, status, command int, count int64) {
	r.tokens = append(r.tokens, token)
	r.lastDone = len(r.tokens)
	r.uint16(status)
	r.uint16(command)
	r.tokens = binary.LittleEndian.AppendUint64(r.tokens, uint64(count))
}

// finish ends the answer to a request.
func (r *reply) finish(inTran bool) {
	status := 0
	if r.first != nil {
		status = doneError
	}
	if inTran {
		status |= doneInTran
	}
	switch {
	case r.proc:
		r.tokens = append(r.tokens, tokenReturnStatus)
		r.uint32(0)
		r.doneToken(tokenDoneProc, status, 0xE0, 0)
	case r.lastDone == 0:
		r.doneToken(tokenDone, status, commandNone, 0)
	default:
		r.tokens[r.lastDone] &^= doneMore
	}
}

// attention is the whole answer to an ATTENTION (MS-TDS 2.2.1.7).
func attention() []byte {
	var r reply
	r.doneToken(tokenDone, doneAttention, commandNone, 0)
	return r.tokens
}
