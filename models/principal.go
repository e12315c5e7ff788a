package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// A Principal is what the database has now of a session and its user, with
// roles.
type Principal struct {
	User
	Session Session // without device and address
}

// buildPrincipalSQL is one row for each role. It begins at the session: with the
// user's id as a second parameter SQLite would plan the statement anew at each
// call.
func (db *DB) buildPrincipalSQL() string {
	return "SELECT " + db.userColumns() + `, s."Kind", s."LastSeenAt", s."ExpiresAt",` +
		` COALESCE(r."RoleId", 0) AS "RoleId", COALESCE(r."RoleName", '') AS "RoleName"` +
		` FROM "RolecallSessions" AS s JOIN "Users" AS u ON u."UserId" = s."UserId"` +
		` LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId"` +
		` LEFT JOIN "UserRoles" AS ur ON ur."UserId" = u."UserId"` +
		` LEFT JOIN "Roles" AS r ON r."RoleId" = ur."RoleId"` +
		` WHERE s."SessionId" = ?`
}

// Principal reads a session with its user and roles, in one statement: each
// request of whoever is signed in waits for it. The zero Principal stands for a
// session that is not there.
func (db *DB) Principal(ctx context.Context, sessionID string) (Principal, error) {
	var p Principal
	embedded := db.engine.embedded()
	if embedded { // microseconds: a goroutine that waits to cancel them costs more
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := db.Read(ctx).Session(&gorm.Session{PrepareStmt: embedded}).Raw(db.principalSQL, sessionID).Rows()
	if err != nil {
		return p, fmt.Errorf("read a session: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var role Role
		err := rows.Scan(&p.UserID, &p.Username, nullable{&p.PasswordHash}, nullable{&p.Email}, nullable{&p.FirstName}, nullable{&p.LastName},
			&p.OwnerActive, &p.Status, &p.Version, &p.CreatedAt, &p.UpdatedAt, &p.LastLoginAt,
			&p.Session.Kind, &p.Session.LastSeenAt, &p.Session.ExpiresAt, &role.RoleID, &role.RoleName)
		if err != nil {
			return Principal{}, fmt.Errorf("read a session: %w", err)
		}
		p.Session.SessionID, p.Session.UserID = sessionID, p.UserID
		if role.RoleID != 0 {
			p.Roles = append(p.Roles, role)
		}
	}
	users := []User{p.User}
	SortRoles(users)
	p.User = users[0]
	return p, rows.Err()
}

// A nullable text is "" where the owner's column is NULL.
type nullable struct{ text *string }

// Scan takes a text or NULL.
func (n nullable) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*n.text = ""
	case string:
		*n.text = value
	case []byte:
		*n.text = string(value)
	default:
		return fmt.Errorf("a %T where a text is expected", value)
	}
	return nil
}
