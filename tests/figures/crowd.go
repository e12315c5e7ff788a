package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"       // the driver "pgx"
	_ "github.com/microsoft/go-mssqldb"      // the driver "sqlserver"
	_ "github.com/ncruces/go-sqlite3/driver" // the driver "sqlite3"
)

// What the people of the crowd are called.
var (
	firstNames = strings.Fields("Ada Alan Barbara Bertil Chloe Dennis Edsger Elif Femi Frances Grace Grete Hedy Hiro Ida Ivan Jean Joan Katherine Ken " +
		"Lena Linus Margaret Mary Maurice Niklaus Olga Oskar Peter Radia Rosa Sofia Tim Ursula Vera Wanda Xenia Yuri Zoe Zora")
	lastNames = strings.Fields("Archer Baker Castellanos Dvorak Evans Fujimoto Grunwald Hopper Ivanov Jensen Keller Lovelace Meyer Noether Okafor " +
		"Petrov Quist Rossi Schmidt Tanaka Ulrich Vega Weber Xu Yilmaz Zimmermann Abel Bauer Cohen Diaz Engel Fischer Garcia Huber Ito " +
		"Jones Kowalski Lang Moreau Nielsen Olsen Park Qureshi Richter Silva Torres Urban Vogel Wagner Young")
)

// roleNames are those that the crowd holds beside User: each is held by one in
// thirty, so that one in three has none of them.
var roleNames = strings.Fields("Accountant Analyst Approver Archivist Auditor Buyer Clerk Controller Designer Editor Engineer Inspector " +
	"Librarian Operator Planner Publisher Reviewer Support Translator Writer")

// crowd fills the database with users, roles and who holds them, as another
// program would, and with the times that rolecall keeps of them. It leaves a
// database alone that has so many already.
func crowd(ctx context.Context, databaseURL string, users int) error {
	db, err := openDatabase(databaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	var present int
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM "Users"`).Scan(&present); err != nil || present >= users {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range crowdStatements(users - present) {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%.80s…: %w", statement, err)
		}
	}
	return tx.Commit()
}

func openDatabase(databaseURL string) (*sql.DB, error) {
	scheme, path, _ := strings.Cut(databaseURL, ":")
	switch scheme {
	case "sqlite":
		return sql.Open("sqlite3", "file:"+path+"?_pragma=busy_timeout(5000)")
	case "sqlserver":
		return sql.Open("sqlserver", databaseURL)
	}
	return sql.Open("pgx", databaseURL)
}

// crowdBatch is how many rows a statement inserts; SQL Server takes 1,000.
const crowdBatch = 1000

// crowdStatements spells out the rows of Users, and makes all others from them.
func crowdStatements(users int) []string {
	var list []string
	for from := 0; from < users; from += crowdBatch {
		rows := make([]string, 0, crowdBatch)
		for i := from; i < min(from+crowdBatch, users); i++ {
			first, last := firstNames[i*7%len(firstNames)], lastNames[i/3%len(lastNames)]
			name := strings.ToLower(fmt.Sprintf("%.3s.%s%d", first, last, i))
			rows = append(rows, fmt.Sprintf("('%s', 'x', '%s@example.com', '%s', '%s')", name, name, first, last))
		}
		list = append(list, `INSERT INTO "Users" ("Username", "PasswordHash", "Email", "FirstName", "LastName") VALUES `+strings.Join(rows, ", "))
	}
	for _, role := range roleNames {
		list = append(list, `INSERT INTO "Roles" ("RoleName") VALUES ('`+role+`')`)
	}
	now := time.Now().UnixMilli()
	return append(list,
		`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT u."UserId", r."RoleId" FROM "Users" AS u JOIN "Roles" AS r`+
			` ON r."RoleName" = 'User' OR r."RoleName" <> 'Admin' AND (u."UserId" * 7 + r."RoleId" * 13) % 30 = 0`+
			` WHERE NOT EXISTS (SELECT 1 FROM "UserRoles" AS ur WHERE ur."UserId" = u."UserId")`,
		fmt.Sprintf(`INSERT INTO "RolecallAccounts" ("UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt")`+
			` SELECT u."UserId", CASE WHEN u."UserId" %% 50 = 1 THEN 'disabled' WHEN u."UserId" %% 200 = 3 THEN 'pending' ELSE 'active' END,`+
			` 1, %[1]d - u."UserId" * 7919 %% 94608000 * 1000, %[1]d, CASE WHEN u."UserId" %% 3 = 0 THEN 0 ELSE %[1]d - u."UserId" * 6101 %% 2592000 * 1000 END`+
			` FROM "Users" AS u WHERE NOT EXISTS (SELECT 1 FROM "RolecallAccounts" AS a WHERE a."UserId" = u."UserId")`, now))
}
