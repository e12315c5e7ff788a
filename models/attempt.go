package models

import "fmt"

// An Attempt is what the limits count: a sign-in that failed, or a registration.
type Attempt struct {
	AttemptID string `gorm:"column:AttemptId;primaryKey"`
	At        Time   `gorm:"column:At"`
	Account   string `gorm:"column:Account"` // a user, or the trace of a name that nobody has
	Origin    string `gorm:"column:Origin"`  // a known device, or the address
	Address   string `gorm:"column:Address"` // an IPv6 one stands for its /64
}

// TableName is the table's name.
func (Attempt) TableName() string { return "RolecallAttempts" }

// A Device is from where a user has signed in with success.
type Device struct {
	UserID int64  `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	Device string `gorm:"column:Device;primaryKey"`
	SeenAt Time   `gorm:"column:SeenAt"`
}

// TableName is the table's name.
func (Device) TableName() string { return "RolecallDevices" }

// A Hold says until when failed sign-ins hold an account back, at least for the
// address that they came from.
type Hold struct {
	UserID int64 `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	Until  Time  `gorm:"column:Until"`
}

// TableName is the table's name.
func (Hold) TableName() string { return "RolecallHolds" }

// attemptLocks is how many rows of RolecallLocks the accounts share.
const attemptLocks = 16

// AttemptLock names the row of RolecallLocks behind which the tries at that
// account are counted.
func AttemptLock(account string) string {
	var sum uint32
	for _, b := range []byte(account) {
		sum = sum*31 + uint32(b)
	}
	return fmt.Sprintf("attempts %d", sum%attemptLocks)
}
