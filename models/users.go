package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Users starts a query for users with what rolecall keeps about them, as u and
// a. The passwords' hashes come along: who renders a user picks the columns.
func (db *DB) Users(tx *gorm.DB) *gorm.DB {
	return tx.Model(&User{}).Table(`"Users" AS u`).Select(db.userColumns()).
		Joins(`LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId"`)
}

func (db *DB) userColumns() string {
	return `u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", ` +
		db.ownerActiveSQL() + ` AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status",` +
		` COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt",` +
		` COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt"`
}

// User reads one user with roles; a NotFound error where there is none.
func (db *DB) User(tx *gorm.DB, userID int64) (User, error) {
	var users []User
	if err := db.Users(tx).Preload("Roles").Where(`u."UserId" = ?`, userID).Find(&users).Error; err != nil {
		return User{}, fmt.Errorf("read user %d: %w", userID, err)
	}
	if len(users) == 0 {
		return User{}, Missing("user")
	}
	SortRoles(users)
	return users[0], nil
}

// SortRoles puts each user's roles in the order of their names, each once: an
// owner's UserRoles may lack a key and hold a row twice.
func SortRoles(users []User) {
	for i := range users {
		slices.SortFunc(users[i].Roles, func(a, b Role) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.RoleName), strings.ToLower(b.RoleName)), cmp.Compare(a.RoleID, b.RoleID))
		})
		users[i].Roles = slices.CompactFunc(users[i].Roles, func(a, b Role) bool { return a.RoleID == b.RoleID })
	}
}

// Same is a condition: the text expression equals its one parameter, letter
// case aside.
func (db *DB) Same(expression string) string {
	return db.Fold(expression) + " = " + db.Fold("?")
}

// Fold makes of a text expression one that compares, sorts and matches without
// regard to letter case.
func (db *DB) Fold(expression string) string { return db.engine.fold(expression) }

// StatusIs is a condition on Users' u and a: the account is in that state. No
// account is in a state that does not exist.
func (db *DB) StatusIs(status Status) string {
	own := `COALESCE(a."Status", 'active')`
	owner := db.ownerActiveSQL()
	switch status {
	case Active:
		return own + " = 'active' AND " + owner + " = 1"
	case Disabled:
		return "(" + own + " = 'disabled' OR " + own + " = 'active' AND " + owner + " = 0)"
	case Pending:
		return own + " = 'pending'"
	}
	return "1 = 0"
}

var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `[`, `\[`)

// Begins is a condition: the text expression begins with its one parameter,
// which BeginsWith makes, letter case aside.
func (db *DB) Begins(expression string) string {
	return db.Fold(expression) + " LIKE " + db.Fold("?") + ` ESCAPE '\'`
}

// BeginsWith is the parameter for Begins.
func BeginsWith(prefix string) string { return likeSigns.Replace(prefix) + "%" }
