package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sort"
	"strings"
)

// A Kind says what the caller can do about an error. The zero Kind belongs to
// no error at all; Internal to every error that nobody foresaw.
type Kind string

// The kinds of error that a service returns.
const (
	Invalid         Kind = "invalid"         // a value breaks a rule; Fields names it
	Unauthenticated Kind = "unauthenticated" // nobody is signed in, or the credentials are wrong
	Forbidden       Kind = "forbidden"       // signed in, but without the right
	NotFound        Kind = "not found"       // no such row
	Conflict        Kind = "conflict"        // the present state forbids it
	Stale           Kind = "stale"           // it was changed since it was read
	Limited         Kind = "limited"         // too many tries; Error.RetryAfter says how long
	Busy            Kind = "busy"            // the database or the hashing queue can't serve now
	Internal        Kind = "internal"        // everything else
)

// An Error is what a service says to its caller. Message is one sentence for a
// person; it never quotes what a stranger sent nor what the database said.
type Error struct {
	Kind       Kind
	Message    string
	Fields     FieldErrors // for Invalid and Conflict, where a field is to blame
	RetryAfter int         // seconds, for Limited and Busy
	Err        error       // for the log only
}

// Error returns the message, with the cause for the log behind it.
func (e *Error) Error() string {
	text := e.Message
	if len(e.Fields) > 0 {
		text += " (" + e.Fields.Error() + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// FieldErrors maps the name of a field, as the API spells it, to one sentence
// that says how to mend it.
type FieldErrors map[string]string

// Error lists the fields in the order of their names.
func (f FieldErrors) Error() string {
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		names[i] = name + ": " + f[name]
	}
	return strings.Join(names, "; ")
}

// check records the sentence for the field, unless it is empty or the field
// already has one.
func (f FieldErrors) check(field, sentence string) {
	if _, found := f[field]; sentence != "" && !found {
		f[field] = sentence
	}
}

// Err returns nil when no field is to blame, else an Invalid error.
func (f FieldErrors) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: "Some values are not acceptable.", Fields: f}
}

// InvalidField is the Invalid error of a single field.
func InvalidField(field, sentence string) error {
	return FieldErrors{field: sentence}.Err()
}

// Missing is the NotFound error for a noun, such as "user".
func Missing(noun string) error {
	return &Error{Kind: NotFound, Message: fmt.Sprintf("There is no such %s.", noun)}
}

// Outdated is the Stale error for a noun, such as "account".
func Outdated(noun string) error {
	return &Error{Kind: Stale, Message: fmt.Sprintf("Somebody changed this %s since you read it. Read it again and repeat your change.", noun)}
}

// Forbid is the Forbidden error for what the actor tried, such as "assign roles".
func Forbid(what string) error {
	return &Error{Kind: Forbidden, Message: fmt.Sprintf("You may not %s.", what)}
}

// KindOf returns the kind of err: "" for nil, Busy for a database that is away
// or does not answer in time, and Internal for what is not an Error.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return known.Kind
	}
	if away(err) {
		return Busy
	}
	return Internal
}

// Unreachable reports whether the connection to the database failed, or there is none
// to be had: a watch has it in the log already, once.
func Unreachable(err error) bool {
	return errors.Is(err, ErrAway) || broken(err) ||
		(&sqlserverEngine{}).fault(err) == awayFault || postgresEngine{}.fault(err) == awayFault
}

// broken reports whether a connection broke, or there was none to be had. SQLite's
// errors are net.Errors, too, by their methods: they are none of it.
func broken(err error) bool {
	var (
		operation *net.OpError
		name      *net.DNSError
		ours      lineError
	)
	return errors.As(err, &operation) || errors.As(err, &name) || errors.As(err, &ours) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// away reports whether the database can't be asked now: out of reach, out of
// time, given up, or refusing for the moment (the error of a statement that only
// reads: DB.Tx translates its own).
func away(err error) bool {
	if netErr := net.Error(nil); broken(err) || errors.As(err, &netErr) && netErr.Timeout() {
		return true
	}
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return true
		}
	}
	for _, engine := range []engine{sqliteEngine{}, &sqlserverEngine{}, postgresEngine{}} {
		if fault := engine.fault(err); fault == conflictFault || fault == awayFault || fault == fullFault {
			return true
		}
	}
	text := err.Error() // database/sql exports neither of these
	return strings.Contains(text, "sql: database is closed") || strings.Contains(text, "sql: statement is closed")
}
