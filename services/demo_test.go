package services

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

// fill fills the database with so many people of seed 1.
func (f *fixture) fill(users int) DemoCrowd {
	f.t.Helper()
	crowd, err := f.Demo.Fill(f.t.Context(), models.System(), DemoOrder{Users: users, Seed: 1}, func(int) {})
	if err != nil {
		f.t.Fatalf("Fill: %v", err)
	}
	return crowd
}

// everybody are all users, with roles, by their ids.
func (f *fixture) everybody() []models.User {
	f.t.Helper()
	var users []models.User
	tx := f.db.Read(f.t.Context())
	if err := f.db.Users(tx).Order(`u."UserId"`).Find(&users).Error; err != nil {
		f.t.Fatal(err)
	}
	for some := range slices.Chunk(users, 500) {
		if err := f.db.ReadRoles(tx, some); err != nil {
			f.t.Fatal(err)
		}
	}
	return users
}

func TestDemo(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		f.create("root", models.AdminRole)
		const users = 700
		var made []int
		crowd, err := f.Demo.Fill(t.Context(), models.System(), DemoOrder{Users: users, Seed: 1}, func(n int) { made = append(made, n) })
		if err != nil {
			t.Fatal(err)
		}
		if len(crowd.Admins) != 2 || crowd.Users != users || !slices.Equal(made, []int{users}) {
			t.Errorf("Fill = %+v with the progress %v", crowd, made)
		}
		people := f.everybody()
		if len(people) != users+1 || people[0].Username != "root" {
			t.Fatalf("there are %d users, want root and %d", len(people), users)
		}
		f.checkPeople(people[1:], crowd)
		f.checkHistory()
		for _, name := range crowd.Admins {
			if _, _, err := f.Sessions.SignIn(t.Context(), models.Actor{}, name, crowd.Password, models.ConsoleSession); err != nil {
				t.Errorf("%s can't sign in: %v", name, err)
			}
		}
		if sentence := f.Users.rules.check(crowd.Password, crowd.Admins...); sentence != "" {
			t.Errorf("the password %q: %s", crowd.Password, sentence)
		}
	})
}

// checkPeople looks at what holds of each, and at how many there are of each kind.
func (f *fixture) checkPeople(people []models.User, crowd DemoCrowd) {
	f.t.Helper()
	now := models.Now()
	counts := map[string]int{}
	names, hashes := map[string]bool{}, map[string]bool{}
	for i, user := range people {
		if fields := f.db.CheckUser(user.Username, user.Email, user.FirstName, user.LastName); len(fields) > 0 {
			f.t.Errorf("%+v breaks the rules: %v", user, fields)
		}
		names[strings.ToLower(user.Username)], names[strings.ToLower(user.Email)], hashes[user.PasswordHash] = true, true, true
		if !user.HasRole(models.UserRole) || user.HasRole(models.AdminRole) != slices.Contains(crowd.Admins, user.Username) {
			f.t.Errorf("%s has the roles %v", user.Username, user.RoleNames())
		}
		if user.CreatedAt > user.UpdatedAt || user.UpdatedAt > now || user.LastLoginAt > now || user.LastLoginAt != 0 && user.LastLoginAt < user.CreatedAt {
			f.t.Errorf("the times of %s are %d, %d and %d", user.Username, user.CreatedAt, user.UpdatedAt, user.LastLoginAt)
		}
		if user.State() == models.Pending && (user.LastLoginAt != 0 || len(user.Roles) != 1) {
			f.t.Errorf("%s waits for approval, and yet: %+v", user.Username, user)
		}
		if i > 0 && user.CreatedAt < people[i-1].CreatedAt {
			f.t.Errorf("%s has an id of before the account was opened", user.Username)
		}
		counts[string(user.State())]++
		if user.LastLoginAt == 0 {
			counts["never seen"]++
		}
		if user.FirstName == "" {
			counts["nameless"]++
		}
		for _, role := range user.Roles {
			counts[role.RoleName]++
		}
	}
	if len(names) != 2*len(people) || len(hashes) != 1 {
		f.t.Errorf("%d people have %d names and addresses, and %d hashes", len(people), len(names), len(hashes))
	}
	f.checkShares(len(people), counts)
}

func (f *fixture) checkShares(people int, counts map[string]int) {
	f.t.Helper()
	for _, tt := range []struct {
		what     string
		from, to int // in a thousand
	}{
		{"active", 900, 985}, {"disabled", 10, 60}, {"pending", 1, 30}, {"never seen", 60, 200}, {"nameless", 10, 60},
		{"User", 1000, 1000}, {demoRoles[0].name, 100, 200}, {demoRoles[19].name, 1, 30},
	} {
		if share := counts[tt.what] * 1000 / people; share < tt.from || share > tt.to {
			f.t.Errorf("of 1000 people %d are %s, want %d to %d", share, tt.what, tt.from, tt.to)
		}
	}
}

// checkHistory looks at the audit and at the figures.
func (f *fixture) checkHistory() {
	f.t.Helper()
	var events []models.Event
	if err := f.db.Read(f.t.Context()).Where(`"ActorName" <> '' OR "Action" = 'user.registered'`).Order(`"EventId"`).Find(&events).Error; err != nil {
		f.t.Fatal(err)
	}
	actions := map[string]int{}
	since := models.Now().Add(-demoPast - time.Hour)
	for i, event := range events {
		actions[event.Action]++
		if event.At < since || event.At > models.Now() || i > 0 && event.At < events[i-1].At || !slices.Contains(Actions, event.Action) {
			f.t.Errorf("event %+v is of no such time or kind", event)
		}
		if i%20 == 0 && f.id(event.TargetName) != event.TargetID {
			f.t.Errorf("event %+v is about another user than it names", event)
		}
	}
	if len(events) < 100 || len(events) > demoEventsMax || len(actions) < 5 {
		f.t.Errorf("there are %d events: %v", len(events), actions)
	}
	figures, err := f.Figures.Read(f.t.Context(), models.System())
	if err != nil {
		f.t.Fatal(err)
	}
	registered := int64(0)
	for _, day := range figures.Days {
		registered += day.Registered
		if day.Good == 0 {
			f.t.Errorf("nobody signed in on %s", day.Day.Std())
		}
	}
	if registered < 10 || figures.OldHashes != 0 {
		f.t.Errorf("%d accounts are new and %d hashes old", registered, figures.OldHashes)
	}
}

// The same seed makes the same people, another makes others.
func TestDemoSeeds(t *testing.T) {
	t.Parallel()
	names := func(seed uint64, users int) (list []string) {
		db := modeltest.NewDB(t)
		people := newDemoPeople(DemoOrder{Users: users, Seed: seed}, models.Now())
		for range users {
			person := people.next(db)
			list = append(list, fmt.Sprint(person.username, person.email, person.firstName, person.lastName, person.roles, person.status == models.Disabled))
		}
		return list
	}
	if diff := cmp.Diff(names(1, 300), names(1, 300)); diff != "" {
		t.Errorf("two crowds of one seed differ:\n%s", diff)
	}
	if slices.Equal(names(1, 300), names(2, 300)) {
		t.Error("two seeds make the same crowd")
	}
}

// No username is made twice, in a crowd that has more people than there are names.
func TestDemoUsernamesDiffer(t *testing.T) {
	t.Parallel()
	db := modeltest.NewDB(t)
	const users = 50_000
	people := newDemoPeople(DemoOrder{Users: users, Seed: 3}, models.Now())
	seen := map[string]bool{}
	for range users {
		name := people.next(db).username
		if seen[name] {
			t.Fatalf("two are called %s", name)
		}
		seen[name] = true
	}
	if len(people.named) > users*2/3 {
		t.Errorf("%d usernames begin in %d ways", users, len(people.named))
	}
}

// Each name of the lists is one that the rules let through, and has a Latin form.
func TestDemoNames(t *testing.T) {
	t.Parallel()
	for _, language := range demoLanguages() {
		for _, name := range slices.Concat(language.first, language.last) {
			if sentence := models.CheckName(name.native); sentence != "" {
				t.Errorf("%q: %s", name.native, sentence)
			}
			if letters := demoLetters(name.latin); letters == "" || strings.ContainsFunc(name.latin, func(r rune) bool { return r > '~' }) {
				t.Errorf("%q is %q in Latin letters", name.native, name.latin)
			}
		}
	}
	for _, role := range demoRoles {
		if fields := models.CheckRole(role.name, role.description); len(fields) > 0 {
			t.Errorf("role %s: %v", role.name, fields)
		}
	}
	if last := demoLanguages()[len(demoLists)-1].until; last != 100 {
		t.Errorf("the shares of the languages are %d in a hundred", last)
	}
}

// Nothing of a draw is beyond the list, and its first names are more common.
func TestDraw(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	counts := make([]int, 5)
	for range 5000 {
		counts[draw(random, []int{0, 1, 2, 3, 4})]++
	}
	if !slices.IsSortedFunc(counts, func(a, b int) int { return b - a }) || counts[4] < 500 {
		t.Errorf("of five things the draws are %v", counts)
	}
}

func TestDemoRefusals(t *testing.T) {
	fill := func(f *fixture, actor models.Actor, users int) error {
		_, err := f.Demo.Fill(t.Context(), actor, DemoOrder{Users: users}, func(int) {})
		return err
	}
	asSystem := func(f *fixture) error { return fill(f, models.System(), 5) }
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		f.exec(`INSERT INTO "RolecallAccounts" ("UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt") VALUES (1, 'active', 1, 1, 1, 1)`)
		f.play(t, []scenario{{"what is left of a user", asSystem, models.Conflict, "", nil}})
		f.exec(`DELETE FROM "RolecallAccounts"`)
		f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") VALUES (1, 1)`)
		f.play(t, []scenario{{"a role of a user who is gone", asSystem, models.Conflict, "", nil}})
		f.exec(`DELETE FROM "UserRoles"`)
		f.exec(`INSERT INTO "Roles" ("RoleName") VALUES ('Clerk')`)
		f.play(t, []scenario{{"a role of the owner's", asSystem, models.Conflict, "", nil}})
		f.exec(`DELETE FROM "Roles" WHERE "RoleName" = 'Clerk'`)
		f.create("ann", models.UserRole)
		f.play(t, []scenario{{"a user who is no admin", asSystem, models.Conflict, "", nil}})
		f.create("root", models.AdminRole)
		f.exec(`DELETE FROM "UserRoles" WHERE "UserId" = ?`, f.id("ann"))
		f.exec(`DELETE FROM "RolecallAccounts" WHERE "UserId" = ?`, f.id("ann"))
		f.exec(`DELETE FROM "Users" WHERE "Username" = 'ann'`)
		f.play(t, []scenario{
			{"a stranger", func(f *fixture) error { return fill(f, models.Actor{}, 5) }, models.Unauthenticated, "", nil},
			{"nobody to make", func(f *fixture) error { return fill(f, models.System(), 0) }, models.Invalid, "users", nil},
			{"too many", func(f *fixture) error { return fill(f, models.System(), DemoUsersMax+1) }, models.Invalid, "users", nil},
		})
		f.fill(5)
		f.play(t, []scenario{{"a second time", asSystem, models.Conflict, "", nil}})
	})
}

// A run that fails half-way leaves nothing.
func TestDemoIsWholeOrNothing(t *testing.T) {
	f, server := onTDS(t)
	f.exec(`DELETE FROM "UserRoles"`)
	f.exec(`DELETE FROM "RolecallAccounts"`)
	f.exec(`DELETE FROM "Users"`)
	server.FailNext(`INSERT INTO "RolecallEvents"`, 9002, "canary")
	f.play(t, []scenario{{"a full log", func(f *fixture) error {
		_, err := f.Demo.Fill(t.Context(), models.System(), DemoOrder{Users: 50}, func(int) {})
		return err
	}, models.Busy, "", nil}})
	f.fill(50)
}

// The demo needs no more rights than the service.
func TestDemoWithLeastRights(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		login := modeltest.NewLogin(t, engine, url)
		login.Grant(allFour, installed(t, url)...)
		newFixture(t, opened(t, login)).fill(20)
	})
}

// Where the owner's columns hold Latin letters only, and an IsActive tells who may
// sign in, the people are of that form too.
func TestDemoOnVarchar(t *testing.T) {
	server := onlyTables(t)
	f := newFixture(t, modeltest.Open(t, server))
	f.fill(600)
	abroad := 0
	for _, user := range f.everybody() {
		if strings.Contains(user.FirstName+user.LastName, "?") {
			t.Errorf("a name became %s", user.FullName())
		}
		if user.OwnerActive != (user.Status == models.Active) {
			t.Errorf("%s is %s, and the owner's IsActive says %t", user.Username, user.Status, user.OwnerActive)
		}
		if strings.ContainsFunc(user.FullName(), func(r rune) bool { return r > 127 }) {
			abroad++
		}
	}
	if abroad == 0 {
		t.Error("nobody's name has an accent")
	}
}

// onlyTables is the URL of an owner's database whose texts are all VARCHAR.
func onlyTables(t *testing.T) string {
	server := tds.Start(t)
	modeltest.Exec(t, server.URL(),
		`CREATE TABLE "Users" ("UserId" INT IDENTITY(1,1) PRIMARY KEY, "Username" VARCHAR(50) NOT NULL, "PasswordHash" CHAR(60) NOT NULL, "Email" VARCHAR(100), "FirstName" VARCHAR(50), "LastName" VARCHAR(50), "IsActive" BIT NOT NULL)`,
		`CREATE TABLE "Roles" ("RoleId" INT IDENTITY(1,1) PRIMARY KEY, "RoleName" VARCHAR(50) NOT NULL)`,
		`CREATE TABLE "UserRoles" ("UserId" INT, "RoleId" INT)`)
	return server.URL()
}
