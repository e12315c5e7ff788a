package models

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Status says whether an account may sign in.
type Status string

// The states of an account. A user row that another program inserted has no
// state of ours and is Active.
const (
	Active   Status = "active"
	Disabled Status = "disabled"
	Pending  Status = "pending" // registered, waits for an admin's approval
	Locked   Status = "locked"  // active, but failed sign-ins hold it: never stored, see Hold
)

// A User is a row of the owner's table Users, joined with what rolecall keeps
// beside it in RolecallAccounts. Rows are read with DB.Users and written by
// explicit statements, so that a column which rolecall does not know stays as
// it is.
type User struct {
	UserID       int64  `gorm:"column:UserId;primaryKey"`
	Username     string `gorm:"column:Username"`
	PasswordHash string `gorm:"column:PasswordHash"`
	Email        string `gorm:"column:Email"`
	FirstName    string `gorm:"column:FirstName"`
	LastName     string `gorm:"column:LastName"`

	OwnerActive bool   `gorm:"column:OwnerActive;->"` // the owner's IsActive; true where there is none
	Status      Status `gorm:"column:Status;->"`
	Version     int64  `gorm:"column:Version;->"`
	CreatedAt   Time   `gorm:"column:CreatedAt;->;autoCreateTime:false"`
	UpdatedAt   Time   `gorm:"column:UpdatedAt;->;autoUpdateTime:false"`
	LastLoginAt Time   `gorm:"column:LastLoginAt;->"`

	Roles []Role `gorm:"many2many:UserRoles;foreignKey:UserID;joinForeignKey:UserID;references:RoleID;joinReferences:RoleID"`
}

// TableName is the owner's name for the table.
func (User) TableName() string { return "Users" }

// IsActive reports whether the user may sign in: neither the owner's column nor
// our state says otherwise.
func (u User) IsActive() bool { return u.OwnerActive && u.State() == Active }

// State is the account's status, with the owner's IsActive taken into account.
func (u User) State() Status {
	if u.Status == Active && !u.OwnerActive {
		return Disabled
	}
	return u.Status
}

// Revision names what an admin sees of the user: it differs once any of it does,
// whoever changed it. A sign-in changes nothing of it.
func (u User) Revision() string {
	return revision(fmt.Sprintf("%d %q %q %q %q %t %q %q",
		u.Version, u.Username, u.Email, u.FirstName, u.LastName, u.OwnerActive, u.Status, u.RoleNames()))
}

// FullName is "First Last", or the username where both are empty.
func (u User) FullName() string {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		return name
	}
	return u.Username
}

// RoleNames are the names of the user's roles, sorted where DB.User or SortRoles did so.
func (u User) RoleNames() []string {
	names := make([]string, len(u.Roles))
	for i, role := range u.Roles {
		names[i] = role.RoleName
	}
	return names
}

// HasRole reports whether the user holds the role; letter case is ignored.
func (u User) HasRole(name string) bool {
	for _, role := range u.Roles {
		if SameName(role.RoleName, name) {
			return true
		}
	}
	return false
}

// SameName reports whether two names are one to us: equal but for letter case
// and the trailing blanks that CHAR columns and SQL Server's comparison ignore.
func SameName(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, " "), strings.TrimRight(b, " "))
}

// Limits of the values in a user row, in characters.
const (
	UsernameMin = 3
	UsernameMax = 64
	EmailMax    = 254
	NameMax     = 100
)

var usernameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]*$`)

// CheckUsername says in a sentence what is wrong with a new username, or "".
func CheckUsername(name string) string {
	switch {
	case name == "":
		return "Enter a username."
	case len(name) < UsernameMin || len(name) > UsernameMax:
		return fmt.Sprintf("Use %d to %d characters.", UsernameMin, UsernameMax)
	case !usernameForm.MatchString(name):
		return "Use letters, digits and . _ @ + - only, beginning with a letter or a digit."
	}
	return ""
}

// CheckEmail says in a sentence what is wrong with a new e-mail address, or "".
// The whole of RFC 5321 is the mail server's to judge; here it is one @ with
// something on either side, at most EmailMax characters, no space or control.
func CheckEmail(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	switch {
	case email == "":
		return "Enter an e-mail address."
	case !utf8.ValidString(email) || utf8.RuneCountInString(email) > EmailMax:
		return fmt.Sprintf("Use at most %d characters.", EmailMax)
	case local == "" || domain == "" || strings.Contains(domain, "@"):
		return "Enter an e-mail address with one @, such as name@example.com."
	case strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "An e-mail address has no spaces or control characters."
	}
	return ""
}

// CheckName says in a sentence what is wrong with a first or last name, or "".
func CheckName(name string) string {
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "A name has no control characters."
	case utf8.RuneCountInString(name) > NameMax:
		return fmt.Sprintf("Use at most %d characters.", NameMax)
	}
	return ""
}

// CheckUser checks the four values of a user row together.
func CheckUser(username, email, firstName, lastName string) FieldErrors {
	fields := FieldErrors{}
	fields.check("username", CheckUsername(username))
	fields.check("email", CheckEmail(email))
	fields.check("first_name", CheckName(firstName))
	fields.check("last_name", CheckName(lastName))
	return fields
}
