package models

import "time"

// An Act is what an admin did at once to one user or to many. It is kept for a
// day, to show what became of each, and can be taken back for a while.
type Act struct {
	ActID    string    `gorm:"column:ActId;primaryKey"` // 128 bits at random
	ActorID  int64     `gorm:"column:ActorId"`
	At       Time      `gorm:"column:At"` // when it began
	Action   ActAction `gorm:"column:Action"`
	RoleName string    `gorm:"column:RoleName"` // that was given or taken; "" for any other action
	Total    int64     `gorm:"column:Total"`    // users that were meant: fewer rows say that it stopped half-way
	Undoes   string    `gorm:"column:Undoes"`   // the act that this one took back; "" for none
	UndoneAt Time      `gorm:"column:UndoneAt"` // when it was taken back
}

// TableName is the table's name.
func (Act) TableName() string { return "RolecallActs" }

// An ActAction is what is done to each user of an act.
type ActAction string

// The actions.
const (
	AssignRole  ActAction = "assign"
	RevokeRole  ActAction = "revoke"
	ChangeRoles ActAction = "roles" // of one user: some given, some taken
	Disable     ActAction = "disable"
	Enable      ActAction = "enable"
	EndSessions ActAction = "end_sessions"
)

// OfRole reports whether the action is about one role, which has to be named.
func (a ActAction) OfRole() bool { return a == AssignRole || a == RevokeRole }

// ChangesRoles reports whether the action gives or takes roles.
func (a ActAction) ChangesRoles() bool { return a.OfRole() || a == ChangeRoles }

// UndoFor is how long an act can be taken back.
const UndoFor = time.Minute

// UndoUntil is the end of the time in which the act can be taken back: zero for
// what can't be, or has been.
func (a Act) UndoUntil() Time {
	if a.Action == EndSessions || a.Undoes != "" || !a.UndoneAt.IsZero() {
		return 0
	}
	return a.At.Add(UndoFor)
}

// An ActRow is what became of one user in an act, and what it takes to turn that
// back.
type ActRow struct {
	ActID          string    `gorm:"column:ActId;primaryKey"`
	UserID         int64     `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	At             Time      `gorm:"column:At"`
	Username       string    `gorm:"column:Username"` // "" for a user who was not there
	Outcome        Outcome   `gorm:"column:Outcome"`
	Reason         Reason    `gorm:"column:Reason"` // of a refusal
	Gave           []RoleRef `gorm:"column:Gave;serializer:json"`
	Took           []RoleRef `gorm:"column:Took;serializer:json"`
	Was            Status    `gorm:"column:Was"`            // the stored state before, "" where the act left it alone
	WasOwnerActive int64     `gorm:"column:WasOwnerActive"` // the owner's own before: 1 or 0
}

// TableName is the table's name.
func (ActRow) TableName() string { return "RolecallActRows" }

// A RoleRef names a role as it was called at the time.
type RoleRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// RefsTo are the names of the roles.
func RefsTo(roles []Role) []RoleRef {
	refs := make([]RoleRef, len(roles))
	for i, role := range roles {
		refs[i] = RoleRef{role.RoleID, role.RoleName}
	}
	return refs
}

// An Outcome is what became of one user.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Same    Outcome = "same"    // as wanted already: nothing was written
	Refused Outcome = "refused" // for a Reason
	Gone    Outcome = "gone"    // there is no such user any more
)

// A Reason is why an act left a user alone.
type Reason string

// The reasons.
const (
	OwnAccount Reason = "own"
	LastAdmin  Reason = "last_admin"
	Changed    Reason = "changed"   // somebody else changed it since the act
	RoleGone   Reason = "role_gone" // the role to give back was deleted
)

// Sentence says the reason to a person.
func (r Reason) Sentence() string {
	switch r {
	case OwnAccount:
		return "This is your own account. Ask another administrator."
	case LastAdmin:
		return "This is the last active administrator. Make somebody else one first."
	case Changed:
		return "It was changed again in the meantime."
	case RoleGone:
		return "The role was deleted in the meantime."
	}
	return ""
}

// ActCounts are how many users have which outcome.
type ActCounts struct {
	Done, Same, Refused, Gone int64
	Reasons                   map[Reason]int64 // of those refused
}

// Add counts n users more.
func (c *ActCounts) Add(outcome Outcome, reason Reason, n int64) {
	switch outcome {
	case Done:
		c.Done += n
	case Same:
		c.Same += n
	case Gone:
		c.Gone += n
	case Refused:
		c.Refused += n
		if c.Reasons == nil {
			c.Reasons = map[Reason]int64{}
		}
		c.Reasons[reason] += n
	}
}

// All is how many users are counted.
func (c ActCounts) All() int64 { return c.Done + c.Same + c.Refused + c.Gone }
