package services

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rolecall/models/modeltest"
)

// meantIndexes is which index each statement is meant to begin with on SQL Server,
// whose plans are not to be had here: the first line that matches says. The
// statements themselves are held in testdata/golden_sqlserver.sql. One that is kept
// in memory when it takes long may go through an index, or through all rows: "".
var meantIndexes = []struct{ statement, indexes string }{
	// Where the list begins: in its own order, at those of a status, or at few users.
	{`ORDER BY u\."Username"`, "UX_Users_Username"},
	{`ORDER BY u\."Email"`, "UX_Users_Email"},
	{`ORDER BY u\."LastName"`, "IX_Users_LastName"},
	{`ORDER BY a\."CreatedAt"`, "IX_RolecallAccounts_CreatedAt"},
	{`ORDER BY a\."LastLoginAt"`, "IX_RolecallAccounts_LastLoginAt"},
	{`a\."CreatedAt" = 0`, "IX_RolecallAccounts_CreatedAt"},
	{`a\."LastLoginAt" = 0`, "IX_RolecallAccounts_LastLoginAt"},
	{`WHERE a\."Status" = .* ORDER BY a\."UserId"`, "IX_RolecallAccounts_Status"},
	{`u\."Email" (= ''|IS NULL)`, "UX_Users_Email"},
	{`u\."LastName" (= ''|IS NULL)`, "IX_Users_LastName"},
	{`a\."UserId" IS NULL`, ""},                                     // there is nobody whom we keep nothing about
	{`f\."UserId" = u\."UserId" AND e\."RoleName" IS NOT NULL`, ""}, // there is nobody without a role

	// Searches, counted or collected: an index for each of the four texts.
	{`u\."Username" LIKE`, "UX_Users_Username UX_Users_Email IX_Users_FirstName IX_Users_LastName"},

	// One account by its name, and what is read of accounts whose ids are known.
	{`n\."Username" = .* UNION .* e\."Email" =`, "UX_Users_Username UX_Users_Email"},
	{`"Username" = .* AND "PasswordHash" =`, "UX_Users_Username"},
	{`ur\."UserId" IN \(@`, "key:UserRoles"},
	{`FROM "UserRoles" WHERE "UserRoles"\."UserId"`, "key:UserRoles"},
	{`FROM "UserRoles" WHERE "UserId" > `, "key:UserRoles"},
	{`u\."UserId" (=|IN \(|<|>) ?@`, "key:Users"},

	// Those of a role, of a status, or locked, and how many they are.
	{`ur\."RoleId" (=|IN)`, "IX_UserRoles_RoleId"},
	{`h\."Until" > @p\d+\) ORDER BY`, "key:Users"}, // and whether they are locked, of each
	{`h\."Until" > @p\d+\)$`, "IX_RolecallHolds_Until"},
	{`WHERE a\."Status" = `, "IX_RolecallAccounts_Status"},
	{`"CreatedAt" >= @p`, "IX_RolecallAccounts_CreatedAt"},
	{`ORDER BY u\."UserId"`, "key:Users"},
	{`(?i)^SELECT COUNT\(|"PasswordHash" LIKE`, ""},
}

// Each statement of the list, the overview, the roles and a sign-in has an index that
// it is meant to begin with, and we make that, and the statement names its column.
func TestIndexesForSQLServer(t *testing.T) {
	columns := schemaIndexes(t)
	reads := regexp.MustCompile(`FROM "(Users|UserRoles|RolecallAccounts)"`)
	used := map[string]bool{}
	for _, statement := range listStatements(t) {
		if !strings.HasPrefix(statement.SQL, "SELECT") || !reads.MatchString(statement.SQL) {
			continue
		}
		pattern, indexes := meantFor(statement.SQL)
		if used[pattern] = true; pattern == "" {
			t.Errorf("no index is meant for %s", statement.SQL)
		}
		for _, index := range indexes {
			if column := columns[index]; column == "" || !strings.Contains(statement.SQL, column) {
				t.Errorf("%s, which is on %q, is meant for %s", index, column, statement.SQL)
			}
		}
	}
	for _, meant := range meantIndexes {
		if !used[meant.statement] {
			t.Errorf("no statement is like %s", meant.statement)
		}
	}
}

// listStatements are those of the list in each order, and of what else an admin looks
// at, and of a sign-in.
func listStatements(t *testing.T) (all []modeltest.Statement) {
	t.Helper()
	orders := []method{}
	for _, sort := range UserSorts {
		orders = append(orders, method{"Users.List", func(ctx context.Context, s subject) error {
			_, err := s.Users.List(ctx, s.admin, UserQuery{Sort: sort})
			return err
		}})
	}
	looks := regexp.MustCompile(`^(Users\.(List|ListSoon|Create|Get)|Figures\.Read|Roles\.(List|Get)|Sessions\.SignIn)$`)
	for _, method := range append(orders, methods...) {
		if !looks.MatchString(method.name) {
			continue
		}
		sent, err := called(t, method.do, onEmpty(method.name))
		if err != nil {
			t.Fatalf("%s: %v", method.name, err)
		}
		all = append(all, sent...)
	}
	return all
}

// meantFor is the first line for the statement; "" for none.
func meantFor(sql string) (pattern string, indexes []string) {
	for _, meant := range meantIndexes {
		if regexp.MustCompile(meant.statement).MatchString(sql) {
			return meant.statement, strings.Fields(meant.indexes)
		}
	}
	return "", nil
}

// schemaIndexes are the indexes of our schema, and the keys of the tables as "key:"
// and the table's name, with the first column of each.
func schemaIndexes(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../models/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob = %q, %v", files, err)
	}
	columns := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`INDEX "(\w+)" ON "\w+" \((?:\{\w+ )?("\w+")`).FindAllSubmatch(text, -1) {
			columns[string(found[1])] = string(found[2])
		}
		for _, found := range regexp.MustCompile(`CREATE TABLE "(\w+)" \(\s+("\w+")`).FindAllSubmatch(text, -1) {
			columns["key:"+string(found[1])] = string(found[2]) // each table's first column is that of its key
		}
	}
	return columns
}
