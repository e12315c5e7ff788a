package services

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

const varcharFile = "testdata/golden_varchar.sql"

// onVarchar is the catalogue of an owner who has VARCHAR for all texts.
var onVarchar = modeltest.Texts("varchar", "SQL_Latin1_General_CP1_CI_AS", 1252)

func isVarchar(arg any) bool {
	_, narrow := arg.(mssql.VarChar)
	return narrow
}

// goldenVarchar shows the statements whose parameters are of another type there,
// each once.
func goldenVarchar(t *testing.T) {
	var text strings.Builder
	text.WriteString("-- Where the owner's texts are VARCHAR, these of golden_sqlserver.sql have parameters\n" +
		"-- of that type. Made by go test ./services -run TestGoldenStatements -update.\n\n")
	seen := map[string]bool{}
	for _, statement := range statements(t, onVarchar) {
		if line := statement.String(); slices.ContainsFunc(statement.Args, isVarchar) && !seen[line] {
			seen[line] = true
			text.WriteString(line + "\n")
		}
	}
	golden(t, varcharFile, text.String())
}

// Parameters that stand beside a text column of the owner's: compared with it,
// set, or in a list after it. A condition may have LOWER around both.
var (
	comparedParam = regexp.MustCompile(`"(?:Username|PasswordHash|Email|FirstName|LastName|RoleName)"[^@"]*?(?:=|<|>|LIKE) *(?:LOWER\()?@p(\d+)`)
	listedParams  = regexp.MustCompile(`"(?:Username|Email|FirstName|LastName|RoleName)"\)? IN \(((?:[^()]|\([^()]*\))*)\)`)
	anyParam      = regexp.MustCompile(`@p(\d+)`)
	insertedRow   = regexp.MustCompile(`^INSERT INTO "(?:Users|Roles)" \(([^)]*)\) VALUES \(([^)]*)\)`)
)

// besideTexts are the numbers of those parameters.
func besideTexts(sql string) (numbers []int) {
	add := func(text string) {
		number, err := strconv.Atoi(text)
		if err == nil {
			numbers = append(numbers, number)
		}
	}
	for _, match := range comparedParam.FindAllStringSubmatch(sql, -1) {
		add(match[1])
	}
	for _, match := range listedParams.FindAllStringSubmatch(sql, -1) {
		for _, param := range anyParam.FindAllStringSubmatch(match[1], -1) {
			add(param[1])
		}
	}
	if match := insertedRow.FindStringSubmatch(sql); match != nil {
		params := strings.Split(match[2], ",")
		for i, column := range strings.Split(match[1], ",") {
			if column = strings.Trim(column, `"`); slices.Contains([]string{"Username", "PasswordHash", "Email", "FirstName", "LastName", "RoleName"}, column) {
				add(strings.TrimPrefix(params[i], "@p"))
			}
		}
	}
	return numbers
}

// No column of VARCHAR is converted for a comparison: whoever adds a statement
// sends its texts through DB.Param or DB.OwnerRow.
func TestVarcharColumnsGetVarchar(t *testing.T) {
	for _, fold := range []string{"SQL_Latin1_General_CP1_CI_AS", "Latin1_General_CS_AS"} {
		found := 0
		for _, statement := range statements(t, modeltest.Texts("varchar", fold, 1252)) {
			for _, number := range besideTexts(statement.SQL) {
				found++
				if arg := statement.Args[number-1]; !isVarchar(arg) {
					t.Errorf("parameter %d is a %T in %s", number, arg, statement)
				}
			}
		}
		if found < 30 {
			t.Errorf("%s: found %d parameters beside texts, want those of all statements", fold, found)
		}
	}
}

// The test above sees what it should.
func TestBesideTexts(t *testing.T) {
	for _, tt := range []struct{ sql, want string }{
		{`SELECT 1 FROM "Users" WHERE ("Username" = @p1 OR LOWER("Email") = LOWER(@p2)) AND "UserId" <> @p3`, "[1 2]"},
		{`… u."LastName" LIKE @p1 ESCAPE '\' AND COALESCE(u."Email", '') >= @p2`, "[1 2]"},
		{`… r."RoleName" IN (@p1, @p2) AND LOWER(r."RoleName") IN (LOWER(@p3),LOWER(@p4))`, "[1 2 3 4]"},
		{`INSERT INTO "Users" ("Email","IsActive","Username") VALUES (@p1,@p2,@p3)`, "[1 3]"},
		{`UPDATE "Users" SET "Email"=@p1,"LastName"=@p2 WHERE "UserId" = @p3`, "[1 2]"},
		{`SELECT "Username" FROM "Users" WHERE "UserId" = @p1`, "[]"},
	} {
		if got := fmt.Sprint(besideTexts(tt.sql)); got != tt.want {
			t.Errorf("besideTexts(%s) = %s, want %s", tt.sql, got, tt.want)
		}
	}
}

// varchars is a service on an owner's database whose texts are all VARCHAR.
func varchars(t *testing.T) (*fixture, *tds.Server) {
	t.Helper()
	server := tds.Start(t)
	modeltest.Exec(t, server.URL(),
		`CREATE TABLE "Users" ("UserId" INT IDENTITY(1,1) PRIMARY KEY, "Username" VARCHAR(50) NOT NULL, "PasswordHash" CHAR(60) NOT NULL, "Email" VARCHAR(100), "FirstName" VARCHAR(50), "LastName" VARCHAR(50))`,
		`CREATE TABLE "Roles" ("RoleId" INT IDENTITY(1,1) PRIMARY KEY, "RoleName" VARCHAR(50) NOT NULL)`,
		`CREATE TABLE "UserRoles" ("UserId" INT, "RoleId" INT)`)
	f := newFixture(t, modeltest.Open(t, server.URL()))
	f.cast()
	return f, server
}

var wideParam = regexp.MustCompile(`(@p\d+) nvarchar`)

// On the wire too the parameters are varchar.
func TestVarcharOnTheWire(t *testing.T) {
	f, server := varchars(t)
	before := len(server.Statements())
	root := f.as("root")
	for _, do := range []func() error{
		func() error { _, err := f.Users.Register(t.Context(), f.as(""), newUser("joe")); return err },
		func() error {
			_, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "joe", goodPassword, models.APISession)
			return err
		},
		func() error {
			_, err := f.Users.List(t.Context(), root, UserQuery{Search: "jo", Roles: []string{"user"}, Sort: "last_name", Limit: 1})
			return err
		},
		func() error { _, err := f.Roles.Create(t.Context(), root, "Editor", "edits"); return err },
		func() error { _, err := f.Roles.Assign(t.Context(), root, f.id("joe"), "editor"); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	found := 0
	for _, statement := range server.Statements()[before:] {
		wide := wideParam.FindAllStringSubmatch(statement.Params, -1)
		for _, number := range besideTexts(statement.SQL) {
			found++
			if name := fmt.Sprintf("@p%d", number); slices.ContainsFunc(wide, func(match []string) bool { return match[1] == name }) {
				t.Errorf("%s is of nvarchar in %s, %s", name, statement.SQL, statement.Params)
			}
		}
	}
	if found < 15 {
		t.Errorf("found %d parameters beside texts, want those of all", found)
	}
}

// What the code page has is kept, found and sorted as it was entered; what it
// has not is refused, and found nowhere.
func TestVarcharKeepsItsCharacters(t *testing.T) {
	f, _ := varchars(t)
	root := f.as("root")
	for _, name := range []string{"Müller", "Zürich", "Abel", "Öztürk"} {
		if _, err := f.Users.Create(t.Context(), root, with(newUser("u"+strconv.Itoa(len(name))+string(name[len(name)-1])), func(u *NewUser) { u.LastName = name })); err != nil {
			t.Fatalf("Create of %s: %v", name, err)
		}
	}
	for search, want := range map[string]string{"MÜL": "Müller", "Ö": "Öztürk", "Ł": "", "山": "", "ab": "Abel", "?": ""} {
		page, err := f.Users.List(t.Context(), root, UserQuery{Search: search})
		if err != nil {
			t.Fatalf("List of %s: %v", search, err)
		}
		var got []string
		for _, user := range page.Items {
			got = append(got, user.LastName)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("List of %s = %q, want %q", search, got, want)
		}
	}
	f.walk(t, UserQuery{Sort: "last_name", Limit: 2}, 7)
	f.walk(t, UserQuery{Sort: "-last_name", Limit: 3}, 7)
	for field, change := range map[string]func(*NewUser){
		"last_name":  func(u *NewUser) { u.LastName = "Łukasz" },
		"first_name": func(u *NewUser) { u.FirstName = "山" },
		"email":      func(u *NewUser) { u.Email = "ł@example.com" },
	} {
		_, err := f.Users.Register(t.Context(), f.as(""), with(newUser("lukasz"), change))
		var refused *models.Error
		if !errors.As(err, &refused) || refused.Kind != models.Invalid || !strings.HasPrefix(refused.Fields[field], "Use other characters") {
			t.Errorf("Register = %v, want the field %s to blame", err, field)
		}
	}
	if _, err := f.Roles.Create(t.Context(), root, "Łódź", ""); models.KindOf(err) != models.Invalid {
		t.Errorf("Create of a role = %v, want a refusal", err)
	}
	if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "łukasz", goodPassword, models.APISession); err != error(errCredentials) {
		t.Errorf("SignIn = %v, want the one answer", err)
	}
	if got := f.count(`SELECT COUNT(*) FROM "Users" WHERE "LastName" LIKE '%?%'`); got != 0 {
		t.Errorf("got %d names with a question mark", got)
	}
}

// A collation may take names for one that are two to us. What was fetched is
// compared again, so nobody is taken for somebody else.
func TestFetchedNamesAreComparedAgain(t *testing.T) {
	for _, tt := range []struct {
		name string
		user models.Kind // of a sign-in by that name, where the server answers with ann
		role models.Kind // of assigning a role by that name, where it answers with User, Editor and Writer
	}{
		{"ann", "", models.NotFound}, {"ANN ", "", models.NotFound},
		{"ànn", models.Unauthenticated, models.NotFound}, {"ａｎｎ", models.Unauthenticated, models.NotFound}, {"ann😀", models.Unauthenticated, models.NotFound},
		{"editor ", models.Unauthenticated, ""}, {"Édïtor", models.Unauthenticated, models.NotFound},
	} {
		_, err := called(t, func(ctx context.Context, s subject) error {
			_, _, err := s.Sessions.SignIn(ctx, models.Actor{}, tt.name, "correct horse", models.APISession)
			return err
		}, false)
		if models.KindOf(err) != tt.user {
			t.Errorf("SignIn as %q = %v, want %q", tt.name, err, tt.user)
		}
		_, err = called(t, func(ctx context.Context, s subject) error {
			_, err := s.Roles.Assign(ctx, s.admin, s.user.UserID, tt.name)
			return err
		}, false)
		if models.KindOf(err) != tt.role {
			t.Errorf("Assign of %q = %v, want %q", tt.name, err, tt.role)
		}
	}
}
