package models

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"gorm.io/gorm"
)

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

// HeldNow is a condition on Users' u: failed sign-ins hold the account back at
// the instant that is its one parameter.
func HeldNow() string {
	return `u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > ?)`
}

// UserAccount is the Account of a user's attempts.
func UserAccount(userID int64) string { return fmt.Sprintf("user %d", userID) }

// NameAccount is the Account of attempts at a name that nobody has. The name is
// not to be read from it: people type passwords there.
func NameAccount(name string) string {
	return fmt.Sprintf("name %.20x", sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(name)))))
}

// UnknownAddress is the AddressKey of what is no address.
const UnknownAddress = "address unknown"

// AddressKey is what stands for a client's address. An IPv6 one counts by its
// /64, which one subscriber has whole; an IPv4-mapped one is IPv4.
func AddressKey(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return UnknownAddress
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return "address " + addr.String()
	}
	return "address " + netip.PrefixFrom(addr, 64).Masked().String()
}

// DeviceKey is what stands for a browser that says what we called it; "" for one
// that says nothing.
func DeviceKey(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("device %.16x", sha256.Sum256([]byte(name)))
}

// attemptLocks is how many rows of RolecallLocks the accounts share.
const attemptLocks = 16

// AttemptLock names the row of RolecallLocks behind which the tries at that
// account, or from that address, are counted.
func AttemptLock(account string) string {
	var sum uint32
	for _, b := range []byte(account) {
		sum = sum*31 + uint32(b)
	}
	return fmt.Sprintf("attempts %d", sum%attemptLocks)
}

// LockAttempts makes the transaction the only one that counts the tries at these
// accounts, or from these addresses, until it ends. It comes before every other
// lock. The rows are taken in one order, so that two never wait for each other.
func LockAttempts(tx *gorm.DB, accounts ...string) error {
	names := make([]string, len(accounts))
	for i, account := range accounts {
		names[i] = AttemptLock(account)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := LockRow(tx, name); err != nil {
			return err
		}
	}
	return nil
}
