package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/bcrypt"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/services"
)

var importTasks = []task{
	{name: "import users from a file", run: importUsers},
	{name: "update users from a spreadsheet's file", run: updateUsers},
	{name: "be told what is no file of users", run: importNonsense},
	{name: "see a long import end, and a large file refused", run: watchImport, scriptOnly: true},
}

// chooses puts the text into a file and chooses that.
func (b *browser) chooses(name, text string) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{path}))
}

const (
	checkButton  = "form[enctype] button[type=submit]"
	importButton = "#import form:not([action$='/stop']) button.btn-primary"
)

// rowsFor is a file of n users whose password is everybody's.
func rowsFor(b *browser, n int) string {
	b.t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		b.t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("username,email,first_name,roles,password_hash\r\n")
	for i := range n {
		fmt.Fprintf(&text, "user%d,user%d@example.com,First,User,%s\r\n", i, i, hash)
	}
	return text.String()
}

// importUsers: with a line that is wrong; and one of them signs in.
func importUsers(b *browser, _ *services.Services) {
	b.signIn("root")
	b.open("/admin/users")
	b.press("main .pages a[href='/admin/users/import']")
	b.chooses("staff.csv", rowsFor(b, 3)+"x,,,,\r\n")
	b.press(checkButton)
	b.shows("Import staff.csv?")
	b.shows("Use 3 to 64 characters.")
	if report := b.download(".pages a[href$='/report']"); !strings.HasPrefix(report, "line,column,fault\r\n5,username,Use 3 to 64 characters.\r\n") {
		b.t.Errorf("the report is %q", report)
	}
	b.makeStale()
	b.reload()
	b.fill("[name=your_password]", "wrong")
	b.press(importButton)
	b.shows("Import staff.csv?")
	b.fill("[name=your_password]", password)
	b.press(importButton)
	b.shows("staff.csv is imported")
	b.press("#import a.btn-primary")
	b.shows("user2@example.com")
	b.press("form[action='/logout'] button")
	b.signIn("user2")
	b.at("/account")
}

// updateUsers: a German spreadsheet's, with semicolons and a mark at its beginning.
func updateUsers(b *browser, s *services.Services) {
	grace := makeUser(b.t, s, "grace", "Grace", "Hopper", models.UserRole)
	makeRole(b.t, s, "Editor")
	b.signIn("root")
	b.open("/admin/users/import")
	b.click("#f-existing-update")
	b.chooses("Mitarbeiter.csv", "\uFEFFusername;last_name;roles\r\ngrace;Müller;Editor\r\nroot;Root;\"Admin;User\"\r\n")
	b.press(checkButton)
	b.shows("Import Mitarbeiter.csv?")
	b.press(importButton)
	b.shows("Mitarbeiter.csv is imported")
	if user, err := s.Users.Get(b, models.System(), grace.UserID); err != nil || user.LastName != "Müller" || !user.HasRole("Editor") {
		b.t.Errorf("grace is %+v, %v", user, err)
	}
	b.press("#import form[action$='/delete'] button")
	b.at("/admin/users/import")
}

func importNonsense(b *browser, _ *services.Services) {
	b.signIn("root")
	b.open("/admin/users/import")
	b.press(checkButton)
	b.shows("Choose a file.")
	b.chooses("letter.csv", "Dear Sir or Madam,\nhow are you?\n")
	b.press(checkButton)
	b.shows("Cell 1 of the first line names no column.")
	b.chooses("same.csv", "username\nroot\n")
	b.press(checkButton)
	b.shows("There is nothing to import in same.csv")
	b.open("/admin/users/import")
	b.shows("Your file same.csv is still here")
}

// watchImport: the page follows without being loaded again. The progress is put
// there by hand, as no import is long enough to be looked at.
func watchImport(b *browser, s *services.Services) {
	b.signIn("root")
	b.importAt(s, models.Writing, 1)
	b.shows("is being imported")
	b.do(chromedp.Focus(chromedp.CSS("form[action$='/stop'] button")), chromedp.Evaluate[chromedp.Void]("window.stayed = true"))
	b.importUpdate(`"Report" = '{"Created":4711}'`)
	b.shows("4,711")
	if focused := ask(b, chromedp.Evaluate[string]("document.activeElement.textContent")); focused != "Stop" {
		b.t.Errorf("the focus went to %q", focused)
	}
	b.importUpdate(`"Phase" = 'written'`)
	b.shows("staff.csv is imported")
	if !ask(b, chromedp.Evaluate[bool]("window.stayed === true")) {
		b.t.Error("the page was loaded anew")
	}
	b.open("/admin/users/import")
	b.do(chromedp.Evaluate[chromedp.Void]("document.getElementById('f-file').dataset.most = '3'"))
	b.chooses("large.csv", "username\n")
	b.shows("This file is larger than 64 MiB.")
	b.click(checkButton)
	b.at("/admin/users/import")
}

// importAt brings an import into a phase, with somebody at work on it for so many
// hours.
func (b *browser) importAt(s *services.Services, phase models.ImportPhase, hours int) {
	b.t.Helper()
	root, err := s.Users.Get(b, models.System(), 1)
	if err != nil {
		b.t.Fatal(err)
	}
	one, err := s.Imports.Receive(b, models.Actor{User: root}, "staff.csv", strings.NewReader(rowsFor(b, 40)))
	if err != nil {
		b.t.Fatal(err)
	}
	b.importUpdate(fmt.Sprintf(`"Phase" = '%s', "SeenAt" = "At" + %d, "Position" = "Size" / 3, "Report" = '{"Created":1204,"Updated":12}'`, phase, hours*3_600_000))
	b.open("/admin/users/import/" + one.ImportID)
}

func (b *browser) importUpdate(set string) {
	b.t.Helper()
	err := b.db.Tx(b, func(tx *gorm.DB) error { return tx.Exec(`UPDATE "RolecallImports" SET ` + set).Error })
	if err != nil {
		b.t.Fatal(err)
	}
}

// importScene shows what there is to be seen of an import. The service is kept for
// the states.
func importScene(name, suffix string, prepare func(b *browser, s *services.Services)) scene {
	var s *services.Services
	wrong := "\r\nx,,,,\r\na,b\r\nuser1,,,,\r\n"
	return scene{name: name, settings: approvalNeeded, prepare: func(b *browser, of *services.Services) { s = of; prepare(b, of) }, states: []state{
		{name: "import" + suffix, path: "/admin/users/import"},
		{name: "import-refused" + suffix, path: "/admin/users/import", act: func(b *browser) { b.press(checkButton) }},
		{name: "import-checked" + suffix, path: "/admin/users/import", act: func(b *browser) {
			b.chooses("staff-of-the-whole-company-2026-11-25.csv", rowsFor(b, 40)+wrong)
			b.press(checkButton)
		}},
		{name: "import-confirm" + suffix, act: func(b *browser) {
			b.makeStale()
			b.reload()
		}},
		{name: "import-running" + suffix, act: func(b *browser) { b.importAt(s, models.Writing, 1) }},
		{name: "import-stopped" + suffix, act: func(b *browser) { b.importAt(s, models.Writing, -1) }},
		{name: "import-written" + suffix, act: func(b *browser) {
			b.importUpdate(`"Phase" = 'written'`)
			b.reload()
		}},
	}}
}
