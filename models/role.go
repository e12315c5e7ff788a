package models

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The built-in roles. Neither can be renamed or deleted.
const (
	AdminRole = "Admin"
	UserRole  = "User"
)

// A Role is a named right that users hold. Description and UserCount are read
// from elsewhere: the owner's table has the first two columns alone.
type Role struct {
	RoleID      int64  `gorm:"column:RoleId;primaryKey"`
	RoleName    string `gorm:"column:RoleName"`
	Description string `gorm:"column:Description;->"`
	UserCount   int64  `gorm:"column:UserCount;->"`
}

// TableName is the owner's name for the table.
func (Role) TableName() string { return "Roles" }

// BuiltIn reports whether the role is one of the two that the service needs.
func (r Role) BuiltIn() bool {
	return SameName(r.RoleName, AdminRole) || SameName(r.RoleName, UserRole)
}

// Revision names what an admin sees of the role itself: it differs once the name
// or the description does, whoever changed it. Who holds the role is not of it.
func (r Role) Revision() string { return revision(fmt.Sprintf("%q %q", r.RoleName, r.Description)) }

// revision is a short name for what was seen.
func revision(seen string) string {
	sum := sha256.Sum256([]byte(seen))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// A Membership is a row of the owner's table UserRoles: this user holds that role.
type Membership struct {
	UserID int64 `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	RoleID int64 `gorm:"column:RoleId;primaryKey;autoIncrement:false"`
}

// TableName is the owner's name for the table.
func (Membership) TableName() string { return "UserRoles" }

// Limits of a role's values, in characters.
const (
	RoleNameMax        = 64
	RoleDescriptionMax = 200
)

// CheckRole checks the values of a new or changed role.
func CheckRole(name, description string) FieldErrors {
	fields := FieldErrors{}
	switch {
	case strings.TrimSpace(name) == "":
		fields.check("role_name", "Enter a name.")
	case name != strings.TrimSpace(name):
		fields.check("role_name", "A name neither begins nor ends with a space.")
	case utf8.RuneCountInString(name) > RoleNameMax:
		fields.check("role_name", fmt.Sprintf("Use at most %d characters.", RoleNameMax))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		fields.check("role_name", "A name has no control characters.")
	}
	switch {
	case utf8.RuneCountInString(description) > RoleDescriptionMax:
		fields.check("description", fmt.Sprintf("Use at most %d characters.", RoleDescriptionMax))
	case !utf8.ValidString(description) || strings.ContainsFunc(description, unprintable):
		fields.check("description", "A description has no control characters.")
	}
	return fields
}

func unprintable(r rune) bool { return unicode.IsControl(r) || !unicode.IsPrint(r) && r != ' ' }
