package models

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A Principal is what the database has now of a session and its user, with
// roles. It is kept in memory, and so without the password's hash; the roles are
// shared among all who asked.
type Principal struct {
	User
	Session Session // without device and address; zero for a token of another program
}

// buildPrincipalSQL is one row for each role. It begins at the session: with the
// user's id as a second parameter SQLite would plan the statement anew at each
// call.
func (db *DB) buildPrincipalSQL() string {
	return "SELECT " + db.userColumns() + `, s."Kind", s."CreatedAt", s."LastSeenAt", s."ExpiresAt",` +
		` COALESCE(r."RoleId", 0) AS "RoleId", COALESCE(r."RoleName", '') AS "RoleName"` +
		` FROM "RolecallSessions" AS s JOIN "Users" AS u ON u."UserId" = s."UserId"` +
		` LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId"` +
		` LEFT JOIN "UserRoles" AS ur ON ur."UserId" = u."UserId"` +
		` LEFT JOIN "Roles" AS r ON r."RoleId" = ur."RoleId"` +
		` WHERE s."SessionId" = ?`
}

// Principal is what the database has of the user and the session, or had at most
// a moment ago: see KeepPrincipals. An empty sessionID asks for the user alone.
// The zero Principal stands for a session, or a user, that is not there.
func (db *DB) Principal(ctx context.Context, userID int64, sessionID string) (Principal, error) {
	if p, ok := db.snapshot.get(userID, sessionID); ok {
		return p, nil
	}
	return db.snapshot.fill(userID, sessionID, func() (Principal, error) {
		p, err := db.readPrincipal(ctx, userID, sessionID)
		p.PasswordHash = ""
		return p, err
	})
}

func (db *DB) readPrincipal(ctx context.Context, userID int64, sessionID string) (Principal, error) {
	if sessionID != "" {
		return db.readSession(ctx, sessionID)
	}
	user, err := db.User(db.Read(ctx), userID)
	if KindOf(err) == NotFound {
		return Principal{}, nil
	}
	return Principal{User: user}, err
}

// readSession reads a session with its user and roles, in one statement.
func (db *DB) readSession(ctx context.Context, sessionID string) (p Principal, err error) {
	_, err = db.again(ctx, func() error {
		p, err = db.trySession(ctx, sessionID)
		return err
	}, conflictFault, awayFault)
	return p, err
}

func (db *DB) trySession(ctx context.Context, sessionID string) (Principal, error) {
	var p Principal
	rows, err := db.principalRows(ctx, sessionID)
	if err != nil {
		return p, fmt.Errorf("read a session: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var role Role
		err := rows.Scan(&p.UserID, &p.Username, nullable{&p.PasswordHash}, nullable{&p.Email}, nullable{&p.FirstName}, nullable{&p.LastName},
			&p.OwnerActive, &p.Status, &p.Version, &p.CreatedAt, &p.UpdatedAt, &p.LastLoginAt,
			&p.Session.Kind, &p.Session.CreatedAt, &p.Session.LastSeenAt, &p.Session.ExpiresAt, &role.RoleID, &role.RoleName)
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

// principalRows asks with the statement that is kept prepared, where there is
// one. To read a few rows in this process takes microseconds, so no goroutine
// waits to cancel it: that would cost more.
func (db *DB) principalRows(ctx context.Context, sessionID string) (*sql.Rows, error) {
	if db.principal == nil {
		return db.Read(ctx).Raw(db.principalSQL, sessionID).Rows()
	}
	begin := time.Now()
	rows, err := db.principal.QueryContext(context.WithoutCancel(ctx), sessionID)
	db.statements.Trace(ctx, begin, func() (string, int64) { return db.principalSQL, -1 }, err)
	return rows, err
}

// preparePrincipal builds the statement and, for an embedded database, prepares
// it: planning it costs more than running it. A server's driver does so itself.
func (db *DB) preparePrincipal(ctx context.Context) error {
	db.principalSQL = db.buildPrincipalSQL()
	if !db.engine.embedded() {
		return nil
	}
	pool, err := db.read.DB()
	if err != nil {
		return err
	}
	statement, err := pool.PrepareContext(ctx, db.principalSQL)
	if err == nil && db.principal != nil { // of an earlier look at the owner's tables
		err = db.principal.Close()
	}
	db.principal = statement
	return err
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
