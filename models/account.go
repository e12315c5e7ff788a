package models

// An Account is what rolecall keeps about a user beside the owner's row. A user
// without one is active, in version 0.
type Account struct {
	UserID      int64  `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	Status      Status `gorm:"column:Status"`
	Version     int64  `gorm:"column:Version"` // counts the changes, from 1
	CreatedAt   Time   `gorm:"column:CreatedAt;autoCreateTime:false"`
	UpdatedAt   Time   `gorm:"column:UpdatedAt;autoUpdateTime:false"`
	LastLoginAt Time   `gorm:"column:LastLoginAt"`
}

// TableName is the table's name.
func (Account) TableName() string { return "RolecallAccounts" }

// A RoleNote is what rolecall keeps about a role beside the owner's row.
type RoleNote struct {
	RoleID      int64  `gorm:"column:RoleId;primaryKey;autoIncrement:false"`
	Description string `gorm:"column:Description"`
}

// TableName is the table's name.
func (RoleNote) TableName() string { return "RolecallRoles" }

// A Lock is a row that a transaction updates first, so that one at a time goes
// on: a rule that spans rows holds on every engine without a hint.
type Lock struct {
	Name    string `gorm:"column:Name;primaryKey"`
	Counter int64  `gorm:"column:Counter"`
}

// TableName is the table's name.
func (Lock) TableName() string { return "RolecallLocks" }

// The rows of RolecallLocks.
const (
	DirectoryLock = "directory" // accounts, roles and who holds them
	SetupLock     = "setup"     // its counter makes the first admin's link void once used
)
