package tests

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/services"
)

var auditTasks = []task{
	{name: "find what an admin did on a day, follow it, and take it along as a file", run: auditAdmin},
	{name: "read how many signed in, and who is new", run: readOverview},
}

// someChanges are by two admins: vera gives two roles, and changes a name, and the
// command line does the rest.
func someChanges(b *browser, s *services.Services) (grace models.User) {
	b.t.Helper()
	makeRole(b.t, s, "Editor")
	grace = makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	ann := makeUser(b.t, s, "ann", "Ann", "Archer", models.UserRole)
	vera := models.Actor{User: makeUser(b.t, s, "vera", "Vera", "Evans", models.AdminRole), Address: "192.0.2.9", RequestID: "request-1"}
	for _, user := range []models.User{ann, grace} {
		if _, err := s.Roles.Assign(b, vera, user.UserID, "Editor"); err != nil {
			b.t.Fatal(err)
		}
	}
	name := "Murray"
	if _, err := s.Users.Update(b, vera, grace.UserID, services.UserPatch{LastName: &name}, ""); err != nil {
		b.t.Fatal(err)
	}
	if _, err := s.Roles.Assign(b, models.System(), ann.UserID, models.AdminRole); err != nil {
		b.t.Fatal(err)
	}
	return grace
}

func auditAdmin(b *browser, s *services.Services) {
	grace := someChanges(b, s)
	today := time.Now().UTC().Format(time.DateOnly)
	b.signIn("root")
	b.open("/admin/audit")
	b.shows("changed the user")
	form := "form[action='/admin/audit'] "
	b.fill(form+"[name=actor]", "VERA")
	b.fill(form+"[name=action]", "role.assigned")
	b.fill(form+"[name=from]", today)
	b.press(form + "button[type=submit]")
	b.shows("1–2 of 2")
	b.at("/admin/audit?actor=VERA&action=role.assigned&target=&from=" + today + "&to=")
	if got, want := b.texts("td.c-what"), []string{"gave a role to grace", "gave a role to ann"}; !slices.Equal(got, want) {
		b.t.Errorf("the filters leave %q, want %q", got, want)
	}

	rows, err := csv.NewReader(strings.NewReader(b.download("a[href^='/admin/audit/export']"))).ReadAll()
	if err != nil || len(rows) != 3 {
		b.t.Fatalf("the file has %d rows, %v, want a head and two: %v", len(rows), err, rows)
	}
	for i, name := range []string{"grace", "ann"} {
		if got, want := strings.Join(rows[i+1][2:11], " "), "vera role.assigned user "+rows[i+1][5]+" "+name+" role  Editor 192.0.2.9"; got != want {
			b.t.Errorf("row %d of the file is %q, want %q", i+1, got, want)
		}
	}

	b.press("td.c-what a")
	b.shows("Grace Murray")
	b.press("#history + a")
	b.at(fmt.Sprintf("/admin/audit?user=%d", grace.UserID))
	b.shows("created the user")
	b.shows("Murray")
	b.back()
	b.back()
	b.shows("1–2 of 2")
	b.press("a.chip[href='/admin/audit?actor=VERA&from=" + today + "']")
	b.shows("1–3 of 3")
	b.press("a.chip-clear")
	b.shows("created the user")
}

// signInsOf writes the sign-ins of a day that is past.
func (b *browser) signInsOf(daysAgo, good, bad int64) {
	b.t.Helper()
	err := b.db.Tx(context.Background(), func(tx *gorm.DB) error {
		return tx.Create(&models.SignIns{Day: models.Now().Day() - models.Day(daysAgo), Good: good, Bad: bad}).Error
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func readOverview(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	b.signInsOf(3, 40, 7)
	b.signInsOf(20, 1000, 500)
	b.open("/login")
	b.submit("/login", map[string]string{"username": "root", "password": "wrong"})
	b.submit("/login", map[string]string{"password": password})
	b.at("/admin")
	for i, want := range []string{"Users 2", "New this week 2", "Active sessions 1", "Failed sign-ins 8", "Locked 0", "Old hashes 0"} {
		if got := strings.Join(strings.Fields(b.texts(".tiles li")[i]), " "); !strings.HasPrefix(got, want+" ") {
			b.t.Errorf("tile %d says %q, want %q", i+1, got, want)
		}
	}
	if height := b.evaluate("section[aria-labelledby=sign-ins] .chart-higher[height='67']", "map(e => e.getAttribute('y'))"); len(height) != 1 {
		b.t.Errorf("the bar of 500 failed sign-ins, a third of the height, is there %d times", len(height))
	}
	b.click("section[aria-labelledby=sign-ins] summary")
	b.shows("Good")
	days := b.texts("section[aria-labelledby=sign-ins] tbody tr")
	if len(days) != 30 || !strings.HasSuffix(strings.Join(strings.Fields(days[29]), " "), " 1 1") || !strings.HasSuffix(strings.Join(strings.Fields(days[26]), " "), " 40 7") {
		b.t.Errorf("the numbers by day are %q, want 30 days, 40 and 7 three days ago, 1 and 1 today", days)
	}
	b.press(".tiles a[href='/admin/users?sort=-created_at']")
	b.shows("grace")
	if first := b.text("tbody th"); first != "grace" {
		b.t.Errorf("the newest is %q, want grace", first)
	}
}
