package main

import (
	"fmt"
	"time"
)

// A cost is what an act asks of the database.
type cost struct {
	what         string
	reads        int // statements without a transaction
	transactions int
	inside       int     // statements in them, without their beginnings and ends
	behind       int     // of them, from the last lock that others wait for on
	writes       int     // of them, those that write a row, or would where there is one
	log          float64 // bytes
}

// The acts. Statements are counted by TestCosts. The bytes of log are of PostgreSQL
// 15's write-ahead log, over 5,000 of each act, between two checkpoints.
var (
	signIn       = cost{what: "sign-in by the API", reads: 4, transactions: 1, inside: 10, behind: 10, writes: 5, log: 1910}
	failure      = cost{what: "failed sign-in", reads: 4, transactions: 1, inside: 6, behind: 5, writes: 4, log: 860}
	refresh      = cost{what: "refresh", transactions: 1, inside: 8, writes: 3, log: 770}
	request      = cost{what: "request, once the lag has passed", reads: 1}
	registration = cost{what: "registration", transactions: 2, inside: 23, behind: 20, writes: 12, log: 3240}
)

var acts = []*cost{&registration, &signIn, &failure, &refresh, &request} // in the order that TestSizes does them

// What was measured of the service, on one thread of an AMD EPYC.
const (
	hashTime  = 235 * time.Millisecond // to verify a password at bcrypt's cost 12
	signTime  = 2 * time.Millisecond   // of processor for all else of a sign-in
	askTime   = 130 * time.Microsecond // of a request whose session is asked for, of PostgreSQL
	knownTime = 42 * time.Microsecond  // of one whose session is known: 24,000 a second
)

// Bytes of a row with its indexes, in PostgreSQL 15, after 5,000 of each.
const (
	sessionBytes = 350.0
	tokenBytes   = 340.0 // a refresh token's trace
	attemptBytes = 350.0
	eventBytes   = 700.0
	userBytes    = 820.0 // with the account, a role and a device
)

// What is assumed of the network and of the log's disk.
const (
	trip   = 600 * time.Microsecond // a statement, there and back
	commit = 2 * time.Millisecond   // with a synchronous standby
)

func costTable() [][]string {
	rows := [][]string{{"act", "reads alone", "transactions", "statements in them", "that write", "log"}}
	for _, c := range acts {
		rows = append(rows, []string{c.what, fmt.Sprint(c.reads), fmt.Sprint(c.transactions), fmt.Sprint(c.inside), fmt.Sprint(c.writes), size(c.log)})
	}
	return rows
}

// holds is how long the act holds the lock that others wait for.
func (c cost) holds() time.Duration { return time.Duration(c.behind)*trip + commit }

// takes is how long the act keeps a connection.
func (c cost) takes() time.Duration {
	statements := c.reads + c.inside + c.transactions // each begins with one of its own
	return time.Duration(statements)*trip + time.Duration(c.transactions)*commit
}
