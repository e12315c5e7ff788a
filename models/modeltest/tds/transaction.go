package tds

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
)

// The isolation levels of a TM_BEGIN_XACT (MS-TDS 2.2.6.9).
const isolationReadCommitted = 2

// begin opens a transaction for the client. SQLite's begins with the first
// write: what is read before sees what is committed by then, and holds up no one.
func (s *session) begin() {
	s.tranCount++
	if s.tranCount > 1 {
		return
	}
	s.descriptor = uint64(s.server.nextVersion())
	s.reply.envBytes(envBegin, s.descriptorBytes(), nil)
}

func (s *session) descriptorBytes() []byte {
	return binary.LittleEndian.AppendUint64(nil, s.descriptor)
}

// beginWrite takes the write lock for the rest of the transaction.
func (s *session) beginWrite() *sqlError {
	if s.tranCount == 0 || s.begun {
		return nil
	}
	if err := s.execSQL("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	s.begun = true
	return nil
}

func (s *session) commit() *sqlError {
	if s.tranCount == 0 {
		return errorf(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.")
	}
	if s.tranCount > 1 {
		s.tranCount--
		return nil
	}
	if s.begun {
		if err := s.execSQL("COMMIT"); err != nil {
			return err
		}
	}
	s.ended(envCommit)
	return nil
}

func (s *session) rollback() *sqlError {
	if s.tranCount == 0 {
		return errorf(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.")
	}
	if s.begun && !s.db.GetAutocommit() {
		old := s.db.SetInterrupt(context.Background()) // also after an ATTENTION
		defer s.db.SetInterrupt(old)
		if err := s.execSQL("ROLLBACK"); err != nil {
			return err
		}
	}
	s.ended(envRollback)
	return nil
}

// ended tells the client that its transaction is over, which the driver relies
// on: it must not go on as if there were one.
func (s *session) ended(change byte) {
	s.tranCount, s.begun, s.catalogue = 0, false, nil
	s.reply.envBytes(change, nil, s.descriptorBytes())
	s.descriptor = 0
}

func (s *session) save(name string) *sqlError {
	if s.tranCount == 0 {
		return errorf(628, "Cannot issue SAVE TRANSACTION when there is no active transaction.")
	}
	if err := s.beginWrite(); err != nil {
		return err
	}
	return s.execSQL("SAVEPOINT " + quoteName("s."+name))
}

func (s *session) rollbackTo(name string) *sqlError {
	if s.tranCount == 0 {
		return errorf(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.")
	}
	s.catalogue = nil
	if err := s.execSQL("ROLLBACK TO " + quoteName("s."+name)); err != nil {
		if strings.Contains(err.message, "no such savepoint") {
			return errorf(6401, "Cannot roll back %s. No transaction or savepoint of that name was found.", name)
		}
		return err
	}
	return nil
}

// transaction runs BEGIN TRAN and the like. A name of BEGIN is not kept: only
// savepoints are rolled back to by name.
func (s *session) transaction(st transactionStatement) *sqlError {
	var err *sqlError
	switch st.verb {
	case "BEGIN":
		s.begin()
	case "COMMIT":
		err = s.commit()
	case "SAVE":
		err = s.save(st.name)
	default:
		if st.name != "" {
			err = s.rollbackTo(st.name)
		} else {
			err = s.rollback()
		}
	}
	if err == nil {
		s.reply.done(0, commandNone, 0)
	}
	return err
}

// A transactionRequest is a transaction manager request (MS-TDS 2.2.6.9).
type transactionRequest struct {
	verb      string
	name      string
	isolation byte
}

func parseTransactionRequest(body []byte) (transactionRequest, error) {
	const (
		begin    = 5
		commit   = 7
		rollback = 8
		save     = 9
	)
	c := &cursor{rest: body}
	c.allHeaders()
	var t transactionRequest
	kind := c.uint16()
	switch kind {
	case begin:
		t.verb, t.isolation = "BEGIN", c.uint8()
	case commit:
		t.verb = "COMMIT"
	case rollback:
		t.verb = "ROLLBACK"
	case save:
		t.verb = "SAVE"
	default:
		return t, fmt.Errorf("a transaction manager request of type %d", kind)
	}
	t.name = c.ucs2(int(c.uint8()))
	return t, c.err
}

// text is how the request goes into the record, and what FailNext compares with.
func (t transactionRequest) text() string {
	return strings.TrimSpace(t.verb + " TRANSACTION " + t.name)
}

func (s *session) transactionRequest(t transactionRequest) {
	if t.verb == "BEGIN" && t.isolation != 0 {
		s.serializable = t.isolation > isolationReadCommitted
	}
	if err := s.transaction(transactionStatement{t.verb, t.name}); err != nil {
		s.fail(err, commandNone)
	}
}
