package services

import (
	"fmt"
	"strings"

	"rolecall/models"
)

// rowChecks read the rows. Their SQL means the same to every engine; what is in
// a Finding's SQL does too.
var rowChecks = []check{
	{"the number of users", []string{"Users"}, foundUsers},
	{"the usernames", []string{"Users.Username", "Users.UserId"}, duplicateUsernames},
	{"the e-mail addresses", []string{"Users.Email", "Users.UserId"}, duplicateEmails},
	{"usernames that are e-mail addresses", []string{"Users.Username", "Users.Email"}, usernamesOfOthers},
	{"blanks around usernames", []string{"Users.Username"}, blankUsernames},
	{"empty usernames", []string{"Users.Username"}, emptyUsernames},
	{"the hashes", []string{"Users.PasswordHash"}, foundHashes},
	{"memberships of nobody", []string{"Users.UserId", "UserRoles.UserId"}, orphanedUsers},
	{"memberships of no role", []string{"Roles.RoleId", "UserRoles.RoleId"}, orphanedRoles},
	{"memberships that are there twice", []string{"UserRoles.UserId", "UserRoles.RoleId"}, repeatedMemberships},
	{"the names of roles", []string{"Roles.RoleId", "Roles.RoleName", "UserRoles.RoleId", "UserRoles.UserId"}, duplicateRoles},
	{"the built-in roles", []string{"Roles.RoleName"}, builtInRoles},
	{"the administrators", []string{"Users.UserId", "Roles.RoleId", "Roles.RoleName", "UserRoles.UserId", "UserRoles.RoleId"}, administrators},
	{"users without a role", []string{"Users.UserId", "Roles.RoleId", "Roles.RoleName", "UserRoles.UserId", "UserRoles.RoleId"}, rolelessUsers},
}

// folded is a name as models.SameName compares it.
func folded(column string) string { return "LOWER(RTRIM(" + column + "))" }

func foundUsers(p *patient) ([]Finding, error) {
	count, err := p.count(`SELECT COUNT(*) FROM "Users"`)
	if err != nil {
		return nil, err
	}
	return []Finding{{ID: "users", Severity: Fine, Count: count, Title: some(count, "user") + "."}}, nil
}

// repeated are the groups of rows with one name, letter case and blanks at the
// end aside.
func (p *patient) repeated(table, column string) ([]group, error) {
	name := folded(`"` + column + `"`)
	return p.groups(fmt.Sprintf(`SELECT %[1]s AS "Name", COUNT(*) AS "Rows" FROM "%[2]s" WHERE "%[3]s" <> ''`+
		` GROUP BY %[1]s HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, %[1]s`, name, table, column))
}

// alikeSignIn is what core.find does.
const alikeSignIn = "Who types it exactly as it is kept is taken for that user, for the first of those that are kept alike; who types it otherwise is refused."

func duplicates(p *patient, id, column, one, more, meaning string) ([]Finding, error) {
	groups, err := p.repeated("Users", column)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	name := folded(`"` + column + `"`)
	return []Finding{{ID: id, Severity: Warning, Count: int64(len(groups)), Examples: examples(groups),
		Title:   fmt.Sprintf("%s to several users, letter case and blanks at the end aside.", counted(int64(len(groups)), one+" belongs", more+" belong")),
		Meaning: meaning,
		Advice:  "Change or delete all but one of each. This shows them all.",
		SQL: []string{fmt.Sprintf(`SELECT "UserId", "%[1]s" FROM "Users" WHERE %[2]s IN (SELECT %[2]s FROM "Users" GROUP BY %[2]s HAVING COUNT(*) > 1) AND "%[1]s" <> '' ORDER BY %[2]s`,
			column, name)}}}, nil
}

func duplicateUsernames(p *patient) ([]Finding, error) {
	return duplicates(p, "duplicate-usernames", "Username", "username", "usernames",
		alikeSignIn+" No index can make the names unique.")
}

func duplicateEmails(p *patient) ([]Finding, error) {
	return duplicates(p, "duplicate-emails", "Email", "e-mail address", "e-mail addresses",
		alikeSignIn)
}

// usernamesOfOthers: either name signs in, so one could be taken for the other.
func usernamesOfOthers(p *patient) ([]Finding, error) {
	where := fmt.Sprintf(`"Username" LIKE '%%@%%' AND %[1]s <> %[2]s AND %[1]s IN (SELECT %[3]s FROM "Users" AS o WHERE o."Email" <> '')`,
		folded(`"Username"`), folded(`COALESCE("Email", '')`), folded(`o."Email"`))
	groups, err := p.groups(`SELECT "Username" AS "Name", COUNT(*) AS "Rows" FROM "Users" WHERE ` + where + ` GROUP BY "Username" ORDER BY "Username"`)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	return []Finding{{ID: "username-of-another", Severity: Warning, Count: int64(len(groups)), Examples: examples(groups),
		Title:   fmt.Sprintf("%s the e-mail address of another user.", counted(int64(len(groups)), "username is", "usernames are")),
		Meaning: "Who types it is taken for the user whose username it is.",
		Advice:  "Change one of the two. This shows the users.",
		SQL:     []string{`SELECT "UserId", "Username", "Email" FROM "Users" WHERE ` + where}}}, nil
}

// blankUsernames passes over CHAR columns, which are full of blanks.
func blankUsernames(p *patient) ([]Finding, error) {
	column, _ := p.Table("Users").Column("Username")
	if strings.HasSuffix(column.Kind, "char") && !strings.Contains(column.Kind, "var") {
		return nil, nil
	}
	const where = `"Username" LIKE ' %' OR "Username" LIKE '% '`
	meaning := "Nobody can sign in by such a name: blanks around what is typed are taken away."
	if p.Server.Engine == "SQL Server" {
		meaning = "To the database a blank at the end counts for nothing; by a name with one at the beginning nobody can sign in."
	}
	groups, err := p.groups(`SELECT "Username" AS "Name", COUNT(*) AS "Rows" FROM "Users" WHERE ` + where + ` GROUP BY "Username" ORDER BY "Username"`)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	return []Finding{{ID: "blanks", Severity: Warning, Count: int64(len(groups)), Examples: examples(groups),
		Title:   fmt.Sprintf("%s with a blank.", counted(int64(len(groups)), "username begins or ends", "usernames begin or end")),
		Meaning: meaning,
		Advice:  "Take it away, where nobody else has that name already.",
		SQL:     []string{`UPDATE "Users" SET "Username" = LTRIM(RTRIM("Username")) WHERE ` + where}}}, nil
}

func emptyUsernames(p *patient) ([]Finding, error) {
	const where = `"Username" IS NULL OR "Username" = ''`
	count, err := p.count(`SELECT COUNT(*) FROM "Users" WHERE ` + where)
	if err != nil || count == 0 {
		return nil, err
	}
	return []Finding{{ID: "empty-usernames", Severity: Warning, Count: count,
		Title:   fmt.Sprintf("%s no username.", counted(count, "user has", "users have")),
		Meaning: "They can sign in by their e-mail address alone, and nobody finds them by name.",
		Advice:  "Give them one. This shows them.",
		SQL:     []string{`SELECT * FROM "Users" WHERE ` + where}}}, nil
}

// counted is "1 user has" or "2 users have".
func counted(count int64, one, more string) string {
	if count == 1 {
		return "1 " + one
	}
	number, _, _ := strings.Cut(some(count, ""), " ")
	return number + " " + more
}

// orphans of UserRoles refer to a row that is not there.
func orphanedMemberships(p *patient, id, table, column, meaning string) ([]Finding, error) {
	where := fmt.Sprintf(`NOT EXISTS (SELECT 1 FROM "%[1]s" AS o WHERE o."%[2]s" = "UserRoles"."%[2]s")`, table, column)
	count, err := p.count(`SELECT COUNT(*) FROM "UserRoles" WHERE ` + where)
	if err != nil || count == 0 {
		return nil, err
	}
	return []Finding{{ID: id, Severity: Warning, Count: count,
		Title:   fmt.Sprintf("%s to a %s that is not there.", counted(count, "row of UserRoles refers", "rows of UserRoles refer"), column),
		Meaning: meaning,
		Advice:  "Delete them.",
		SQL:     []string{`DELETE FROM "UserRoles" WHERE ` + where}}}, nil
}

func orphanedUsers(p *patient) ([]Finding, error) {
	return orphanedMemberships(p, "orphaned-users", "Users", "UserId",
		"They count for nobody. A new user who gets such an id again would hold the role; the service deletes them then.")
}

func orphanedRoles(p *patient) ([]Finding, error) {
	return orphanedMemberships(p, "orphaned-roles", "Roles", "RoleId", "They give nobody a right. A role that gets such an id would have these holders.")
}

func repeatedMemberships(p *patient) ([]Finding, error) {
	const repeated = `SELECT "UserId", "RoleId", COUNT(*) AS "Rows" FROM "UserRoles" GROUP BY "UserId", "RoleId" HAVING COUNT(*) > 1`
	count, err := p.count(`SELECT COUNT(*) FROM (` + repeated + `) AS r`)
	if err != nil || count == 0 {
		return nil, err
	}
	return []Finding{{ID: "repeated-memberships", Severity: Note, Count: count,
		Title:   fmt.Sprintf("%s more than once in UserRoles.", counted(count, "membership is", "memberships are")),
		Meaning: "Each counts as one. Taking the role from the user deletes all of its rows.",
		Advice:  "Let UserId and RoleId be the key of the table. This shows the rows in the way.",
		SQL:     []string{repeated}}}, nil
}

// duplicateRoles shows how to make one role of those with one name.
func duplicateRoles(p *patient) ([]Finding, error) {
	groups, err := p.repeated("Roles", "RoleName")
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	name, kept := folded(`r."RoleName"`), folded(`o."RoleName"`)
	first := fmt.Sprintf(`(SELECT MIN(o."RoleId") FROM "Roles" AS o JOIN "Roles" AS r ON %s = %s WHERE r."RoleId" = "UserRoles"."RoleId")`, kept, name)
	return []Finding{{ID: "duplicate-roles", Severity: Warning, Count: int64(len(groups)), Examples: examples(groups),
		Title:   fmt.Sprintf("%s to several roles, letter case and blanks at the end aside.", counted(int64(len(groups)), "name belongs", "names belong")),
		Meaning: "Each of them gives the right. Given by name is the one that is spelled so; taking it leaves the others.",
		Advice:  "Let the holders of all have the first of them, and delete the rest.",
		SQL: []string{
			fmt.Sprintf(`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT DISTINCT m."UserId", k."Kept" FROM "UserRoles" AS m JOIN (SELECT r."RoleId", MIN(o."RoleId") AS "Kept"`+
				` FROM "Roles" AS r JOIN "Roles" AS o ON %s = %s GROUP BY r."RoleId") AS k ON k."RoleId" = m."RoleId" WHERE k."Kept" <> k."RoleId"`+
				` AND NOT EXISTS (SELECT 1 FROM "UserRoles" AS h WHERE h."UserId" = m."UserId" AND h."RoleId" = k."Kept")`, kept, name),
			`DELETE FROM "UserRoles" WHERE "RoleId" > ` + first,
			fmt.Sprintf(`DELETE FROM "Roles" WHERE EXISTS (SELECT 1 FROM "Roles" AS o WHERE %s = %s AND o."RoleId" < "Roles"."RoleId")`, kept, folded(`"Roles"."RoleName"`)),
		}}}, nil
}

func builtInRoles(p *patient) (found []Finding, _ error) {
	for _, name := range []string{models.AdminRole, models.UserRole} {
		count, err := p.count(fmt.Sprintf(`SELECT COUNT(*) FROM "Roles" WHERE %s = '%s'`, folded(`"RoleName"`), strings.ToLower(name)))
		if err != nil {
			return nil, err
		}
		if count == 0 {
			found = append(found, Finding{ID: "built-in-role", Severity: Note, Count: 1,
				Title:   fmt.Sprintf("There is no role %s.", name),
				Meaning: "The service makes it when it is first needed.",
				Advice:  "If another role of yours has that meaning, rename it.",
			})
		}
	}
	return found, nil
}

func administrators(p *patient) ([]Finding, error) {
	count, err := p.count(`SELECT COUNT(DISTINCT u."UserId") FROM "Users" AS u JOIN "UserRoles" AS m ON m."UserId" = u."UserId"` +
		` JOIN "Roles" AS r ON r."RoleId" = m."RoleId" WHERE ` + folded(`r."RoleName"`) + ` = 'admin'`)
	if err != nil {
		return nil, err
	}
	if count > 0 {
		return []Finding{{ID: "administrators", Severity: Fine, Count: count, Title: some(count, "administrator") + "."}}, nil
	}
	return []Finding{{ID: "administrators", Severity: Note,
		Title:   "Nobody holds the role Admin.",
		Meaning: "Nobody can enter the console. The service logs a link at its start that makes the first admin, once.",
		Advice:  "Open that link, set ROLECALL_ADMIN_USERNAME and its companions, or give somebody the role: `rolecall user create --role Admin …`."}}, nil
}

func rolelessUsers(p *patient) ([]Finding, error) {
	const where = `NOT EXISTS (SELECT 1 FROM "UserRoles" AS m JOIN "Roles" AS o ON o."RoleId" = m."RoleId" WHERE m."UserId" = u."UserId")`
	count, err := p.count(`SELECT COUNT(*) FROM "Users" AS u WHERE ` + where)
	if err != nil || count == 0 {
		return nil, err
	}
	return []Finding{{ID: "no-role", Severity: Note, Count: count,
		Title:   fmt.Sprintf("%s no role.", counted(count, "user has", "users have")),
		Meaning: "They sign in and keep their own account, as those with the role User do; a program that asks for that role refuses them.",
		Advice:  "Give them the role User, if they should have it.",
		SQL: []string{`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT u."UserId", r."RoleId" FROM "Users" AS u CROSS JOIN "Roles" AS r WHERE ` +
			folded(`r."RoleName"`) + ` = 'user' AND ` + where}}}, nil
}
