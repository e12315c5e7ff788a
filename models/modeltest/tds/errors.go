package tds

import "fmt"

// A sqlError is an ERROR token: SQL Server's number, severity and text.
type sqlError struct {
	number  int32
	class   byte
	message string
}

func (e *sqlError) Error() string { return fmt.Sprintf("error %d: %s", e.number, e.message) }

// classes has the severities that are not 16.
var classes = map[int32]byte{
	102: 15, 103: 15, 105: 15, 111: 15, 137: 15, 139: 15, 141: 15, 169: 15, 1013: 15, 1033: 15, 4145: 15, 10738: 15, 10741: 15,
	195: 15, 321: 15, 174: 15, 229: 14, 262: 14, 1205: 13, 1222: 16, 2601: 14, 2627: 14, 4060: 11, 18456: 14,
}

// errorf makes an error with its number's severity.
func errorf(number int32, format string, args ...any) *sqlError {
	class, ok := classes[number]
	if !ok {
		class = 16
	}
	return &sqlError{number: number, class: class, message: fmt.Sprintf(format, args...)}
}

// near is the one syntax error.
func near(text string) *sqlError { return errorf(102, "Incorrect syntax near '%s'.", text) }

// unsupported is the answer to T-SQL that SQL Server would take.
func unsupported(what string) *sqlError {
	return errorf(102, "Incorrect syntax near '%s'. (The test server does not know this.)", what)
}

// abortsBatch reports whether the statements after the failed one do not run.
// Violated constraints and values that don't fit end their statement alone.
func (e *sqlError) abortsBatch() bool {
	switch e.number {
	case 515, 544, 545, 547, 2601, 2627, 2628:
		return false
	}
	return true
}

// abortsTransaction reports whether the error rolls the transaction back also
// when XACT_ABORT is off: a deadlock's victim, and a conversion that failed.
func (e *sqlError) abortsTransaction() bool {
	switch e.number {
	case 1205, 241, 245:
		return true
	}
	return e.class >= 19
}
