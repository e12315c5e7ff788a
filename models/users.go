package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Users starts a query for users with what rolecall keeps about them, as u and
// a. The passwords' hashes come along: who renders a user picks the columns.
func (db *DB) Users(tx *gorm.DB) *gorm.DB {
	return db.joined(tx).Joins(withAccounts)
}

// UsersFrom is Users for those with ids that compare so with the given one, as
// the caller has them as well: a server that merges both tables then begins in both
// of them there.
func (db *DB) UsersFrom(tx *gorm.DB, comparison string, userID int64) *gorm.DB {
	return db.joined(tx).Joins(withAccounts+` AND a."UserId"`+comparison+"?", userID)
}

const withAccounts = `LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId"`

func (db *DB) joined(tx *gorm.DB) *gorm.DB {
	return tx.Model(&User{}).Table(`"Users" AS u`).Select(db.userColumns())
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

// Among is a condition: the column of the owner's by that name holds one of the
// texts, letter case aside.
func (db *DB) Among(column string, texts []string) clause.Expr { return db.engine.among(column, texts) }

// amongParams is the condition with a parameter for each text.
func amongParams(e engine, column string, texts []string) clause.Expr {
	params := make([]any, len(texts))
	for i, text := range texts {
		params[i] = e.param(column, text)
	}
	list := strings.TrimSuffix(strings.Repeat(e.fold("?")+", ", len(texts)), ", ")
	return gorm.Expr(e.fold(`"`+column+`"`)+" IN ("+list+")", params...)
}

// Same is a condition: the text expression equals its one parameter, letter
// case aside.
func (db *DB) Same(expression string) string {
	return db.Fold(expression) + " = " + db.Fold("?")
}

// Fold makes of a text expression one that compares, sorts and matches without
// regard to letter case.
func (db *DB) Fold(expression string) string { return db.engine.fold(expression) }

// ReadRoles reads the roles of the users, in one statement for all of them.
func (db *DB) ReadRoles(tx *gorm.DB, users []User) error {
	if len(users) == 0 {
		return nil
	}
	places := map[int64]int{}
	ids := make([]int64, len(users))
	for i, user := range users {
		places[user.UserID], ids[i] = i, user.UserID
	}
	var rows []struct {
		Membership
		RoleName string `gorm:"column:RoleName"`
	}
	err := tx.Table(`"UserRoles" AS ur`).Select(`ur."UserId", ur."RoleId", r."RoleName"`).
		Joins(`JOIN "Roles" AS r ON r."RoleId" = ur."RoleId"`).Where(`ur."UserId" IN ?`, ids).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read the roles of %d users: %w", len(users), err)
	}
	for _, row := range rows {
		user := &users[places[row.UserID]]
		user.Roles = append(user.Roles, Role{RoleID: row.RoleID, RoleName: row.RoleName})
	}
	SortRoles(users)
	return nil
}

// StatusIs is a condition on Users' u and a: the account is in that state. No
// account is in a state that does not exist.
func (db *DB) StatusIs(status Status) string {
	switch status {
	case Active:
		if db.ownerActive.name == "" {
			return activeToUs
		}
		return activeToUs + " AND " + db.ownerActiveSQL() + " = 1"
	case Disabled:
		if off := db.SwitchedOff(); off != "" {
			return "(" + db.MarkedAs(Disabled) + " OR " + off + ")"
		}
		return db.MarkedAs(Disabled)
	case Pending:
		return db.MarkedAs(Pending)
	}
	return "1 = 0"
}

// activeToUs: a server has statistics of the column, not of an expression.
const activeToUs = `(a."Status" IS NULL OR a."Status" = 'active')`

// HasStatus is StatusIs for a list: found by the status, or, where many have it,
// asked of each user.
func (db *DB) HasStatus(status Status, many bool) string {
	if status == Active {
		return db.StatusIs(Active)
	}
	has := db.MarkedAs(status)
	if many {
		has = `COALESCE(a."Status", 'active') = '` + string(status) + "'"
	}
	if off := db.SwitchedOff(); off != "" && status == Disabled {
		return "(" + has + " OR " + off + ")"
	}
	return has
}

// MarkedAs is a condition on Users' a: our row of the account is there and says so.
func (db *DB) MarkedAs(status Status) string { return `a."Status" = '` + string(status) + "'" }

// SwitchedOff is a condition on Users' u and a: active to us, but not to the
// owner's IsActive; "" where there is none.
func (db *DB) SwitchedOff() string {
	if db.ownerActive.name == "" {
		return ""
	}
	return activeToUs + " AND " + db.ownerActiveSQL() + " = 0"
}

var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `[`, `\[`)

// Begins is a condition: the text column begins with its one parameter, which
// BeginsWith makes, letter case aside.
func (db *DB) Begins(column string) string { return db.engine.begins(column) }

// Unindexed is the column for a query that is better off without its index.
func (db *DB) Unindexed(column string) string { return db.engine.unindexed(column) }

// SortedNumber is the column for a list whose few rows are to be collected and
// sorted, rather than met on a walk through an index.
func (db *DB) SortedNumber(column string) string { return db.engine.sorted(column, " + 0") }

// SortedText is SortedNumber for a text.
func (db *DB) SortedText(column string) string { return db.engine.sorted(column, " || ''") }

// Apart ends a subquery of EXISTS that is to be asked of each row on a walk, and not
// joined.
func (db *DB) Apart() string { return db.engine.apart() }

// IsNull is a condition: the text column is NULL, which an owner may allow.
func (db *DB) IsNull(column string) string { return db.engine.isNull(column) }

// BeginsWith is the parameter for Begins.
func BeginsWith(prefix string) string { return likeSigns.Replace(prefix) + "%" }
