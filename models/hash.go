package models

import "fmt"

// A HashState says what becomes of a hash in Users.PasswordHash.
type HashState string

// The states of hashes.
const (
	HashCurrent HashState = "current" // as rolecall makes them now
	HashRenewed HashState = "renewed" // at the next good sign-in: another program's, or of a lower cost
	HashUnread  HashState = "unread"  // of a kind or a cost that is not read: nobody can sign in
	HashMissing HashState = "missing" // there is none: nobody can sign in
)

// A HashCount is how many accounts have a hash of a kind and a cost.
type HashCount struct {
	Name  string // of the kind, a proper one, such as "Argon2id"; "" for what is of no known kind
	Cost  string // as the hash spells it, such as "12" or "m=65536,t=3,p=4"; two of them with a dash between for a range
	State HashState
	Count int64
}

// HeadOf is the beginning of a text expression, in SQL: as many characters as
// that, or what begins so and goes on up to the next $.
func (db *DB) HeadOf(expression, begins string, characters int) string {
	if characters > 0 {
		return fmt.Sprintf("SUBSTRING(%s, 1, %d)", expression, characters)
	}
	rest := fmt.Sprintf("SUBSTRING(%s, %d, %d)", expression, len(begins)+1, headMax)
	return fmt.Sprintf("SUBSTRING(%s, 1, %d + %s)", expression, len(begins), db.engine.position("$", rest))
}

// headMax bounds how far the $ is looked for.
const headMax = 40
