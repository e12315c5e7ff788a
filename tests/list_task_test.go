package tests

import (
	"slices"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/services"
)

var listTasks = []task{
	{name: "find users by search, role and status, and remove the filters", run: filterUsers},
	{name: "come back to the same view of the list", run: sameView},
	{name: "page through the list to its end and back", run: pageUsers},
	{name: "sort the list by its heads", run: sortUsers},
	{name: "search the list while typing", run: searchLive, scriptOnly: true},
	{name: "filter the list at once, and go back", run: filterLive, scriptOnly: true},
	{name: "tick the page at once", run: tickPage, scriptOnly: true},
	{name: "work in the list by keys alone", run: keysAlone, scriptOnly: true},
	{name: "be asked to sign in again while searching", run: searchSignedOut, scriptOnly: true},
}

// openList signs in and opens the list of sixty people and an admin.
func (b *browser) openList(s *services.Services, query string) {
	b.t.Helper()
	people(b.t, s)
	b.looks("light", 1280)
	b.signIn("root")
	b.open("/admin/users" + query)
	b.shows("of 61")
}

// dressed waits for what the script adds to the list.
func (b *browser) dressed() {
	b.t.Helper()
	b.until("the script has come", func() bool { return b.count("#pick-page") == 1 })
}

// found are the usernames in the list.
func (b *browser) found() []string { return b.texts("#list th[scope=row]") }

// finds wants so many of the list, each with the text in its row.
func (b *browser) finds(n int, text string) {
	b.t.Helper()
	b.until("the list has the right rows with "+text, func() bool {
		rows := b.texts("#list tbody tr")
		return len(rows) == n && !slices.ContainsFunc(rows, func(row string) bool { return !strings.Contains(row, text) })
	})
}

// apply sends the filter where no script does.
func (b *browser) apply(button string) {
	b.t.Helper()
	if !b.script {
		b.press(button)
	}
}

const applyFilter = "form.filter > button[type=submit]"

func filterUsers(b *browser, s *services.Services) {
	b.openList(s, "")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-search"), "ARCH"+kb.Enter))
	b.finds(9, "Archer")
	b.click("form.filter details summary")
	b.tick("form.filter input[value=Editor]")
	b.apply("form.filter details button")
	b.finds(4, "Editor")
	b.do(chromedp.Focus(chromedp.CSS("#f-status")))
	b.keys(kb.ArrowDown)
	b.apply(applyFilter)
	b.finds(3, "Active")
	b.shows("1–3 of 3")

	b.click(".chip[href*='status=active']:not([href*=role])")
	b.finds(8, "Active")
	if b.ticked("form.filter input[value=Editor]") {
		b.t.Error("the role is still ticked")
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#f-search"), kb.End+"xyz"+kb.Enter))
	b.shows("Nobody is found")
	if chips := b.texts(".blank .chip"); len(chips) != 2 || !strings.Contains(chips[0], "ARCHxyz") || !strings.Contains(chips[1], "active") {
		b.t.Errorf("the empty list offers to remove %q", chips)
	}
	b.click(".chip-clear")
	b.shows("1–50 of 61")
}

func sameView(b *browser, s *services.Services) {
	b.openList(s, "?limit=10")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-search"), "a"+kb.Enter))
	b.until("the list is searched", func() bool {
		return strings.Contains(b.where(), "search=a") && b.count("thead .c-email a[href*='search=a']") == 1
	})
	b.click("thead .c-email a")
	b.until("the list is sorted", func() bool { return b.count("thead .c-email[aria-sort=ascending]") == 1 })
	b.click("a[rel=next]")
	b.shows("11–")
	view, address := b.found(), b.where()
	same := func(b *browser, how string) {
		b.t.Helper()
		b.until("the view is the same after "+how, func() bool { return slices.Equal(b.found(), view) && b.where() == address })
	}
	b.press("#list tbody tr:nth-child(3) th a")
	b.back()
	same(b, "a visit to a user")
	b.reload()
	same(b, "a reload")
	other := b.another()
	other.signIn("root")
	other.open(address)
	same(other, "its address was sent")
	other.quiet()
}

func pageUsers(b *browser, s *services.Services) {
	b.openList(s, "?limit=20&sort=username")
	for _, step := range []struct{ link, places string }{
		{"next", "21–40 of 61"}, {"last", "61–61 of 61"}, {"prev", "41–60 of 61"}, {"prev", "21–40 of 61"}, {"first", "1–20 of 61"},
	} {
		b.click("a[rel=" + step.link + "]")
		b.shows(step.places)
	}
	if n := b.count("#list a[rel=prev], #list a[rel=first]"); n != 0 {
		b.t.Errorf("the first page has %d links back", n)
	}
}

func sortUsers(b *browser, s *services.Services) {
	b.openList(s, "")
	for _, step := range []struct{ head, order, first string }{
		{"username", "ascending", "ann.archer"}, {"username", "descending", "root"}, {"roles", "ascending", "root"},
		{"status", "ascending", "root"}, {"status", "descending", "elif.evans"}, {"id", "ascending", "root"},
	} {
		b.click("thead .c-" + step.head + " a")
		b.until("by "+step.head+" "+step.first+" comes first", func() bool {
			sorted := b.count("thead .c-"+step.head+"[aria-sort="+step.order+"]") == 1 // else the list is the one before
			return sorted && strings.HasPrefix(strings.Join(b.found(), " ")+" ", step.first+" ")
		})
	}
}

// focused is the id of what has the focus.
func (b *browser) focused() string { return strings.Join(b.evaluate(":focus", "map(e => e.id)"), "") }

func searchLive(b *browser, s *services.Services) {
	people(b.t, s)
	b.looks("light", 1280)
	b.signIn("root")
	b.open("/admin")
	b.press("a[href='/admin/users']")
	b.do(chromedp.Focus(chromedp.CSS("#f-search")))
	b.keys("grace arch")
	b.at("/admin/users?search=grace+arch")
	b.finds(1, "Grace Archer")
	b.keys("xe")
	b.at("/admin/users?search=grace+archxe")
	b.shows("Nobody is found")
	b.keys(kb.ArrowLeft + kb.Backspace)
	b.finds(1, "Grace Archer")
	if caret := b.evaluate("#f-search", "map(e => e.value + ' ' + e.selectionStart)"); b.focused() != "f-search" || caret[0] != "grace arche 10" {
		b.t.Errorf("the focus is in %s, with the caret at %s", b.focused(), caret)
	}
	if said := b.text("#list-region"); said != "1 user, of whom 1 is shown" {
		b.t.Errorf("a reader of the screen says %q", said)
	}
	b.back() // not through each letter
	b.at("/admin")
}

func filterLive(b *browser, s *services.Services) {
	b.openList(s, "")
	if seen := b.evaluate("form.filter button", "filter(e => e.checkVisibility()).map(e => e.innerText)"); len(seen) > 0 {
		b.t.Errorf("there is still to press %q", seen)
	}
	b.do(chromedp.Focus(chromedp.CSS("#f-status")))
	b.keys(kb.ArrowDown)
	b.at("/admin/users?status=active")
	b.keys(kb.ArrowDown)
	b.at("/admin/users?status=disabled")
	b.finds(7, "Disabled")
	b.click("thead .c-username a")
	b.until("the order is chosen too", func() bool { return b.evaluate("#f-sort", "map(e => e.value)")[0] == "username" })
	if b.evaluate(":focus", "map(e => e.closest('th').className)")[0] != "c-username" {
		b.t.Error("the head has lost the focus")
	}
	b.back()
	b.at("/admin/users?status=disabled")
	b.until("the order is the usual one", func() bool { return b.evaluate("#f-sort", "map(e => e.value)")[0] == "" })
	b.back()
	b.back()
	b.at("/admin/users")
	b.shows("1–50 of 61")
	if b.evaluate("#f-status", "map(e => e.value)")[0] != "" {
		b.t.Error("the status is still chosen")
	}
}

func tickPage(b *browser, s *services.Services) {
	b.openList(s, "?limit=20")
	b.tick("#pick-page")
	b.shows("20 selected")
	b.tick("#list tbody tr:nth-child(2) [name=user]")
	b.shows("19 selected")
	if b.ticked("#pick-page") {
		b.t.Error("the page is ticked as a whole, but one of it is not")
	}
	b.tick("#pick-page")
	b.shows("20 selected")
	b.tick("#pick-all")
	b.hides("20 selected")
}

// strike hits a key that is a letter or a sign. Unlike keys it does not type where
// a script has taken the key for itself.
func (b *browser) strike(key string) {
	b.t.Helper()
	for _, event := range []input.DispatchKeyEventParams{{Type: "keyDown", Key: key, Text: key}, {Type: "keyUp", Key: key}} {
		if _, err := chromedp.Call(b, input.DispatchKeyEvent, event); err != nil {
			b.t.Fatal(err)
		}
	}
}

func keysAlone(b *browser, s *services.Services) {
	b.openList(s, "")
	b.strike("/")
	b.keys("j/x?") // which are letters and signs to a field
	b.at("/admin/users?search=j%2Fx%3F")
	b.keys(strings.Repeat(kb.Backspace, 4))
	b.shows("1–50 of 61")
	b.keys(kb.ArrowDown)
	b.strike("j")
	b.strike("j")
	b.strike("x")
	b.shows("1 selected")
	if !b.ticked("#list tbody tr:nth-child(3) [name=user]") {
		b.t.Error("x does not tick the third row")
	}
	b.strike("k")
	name := b.found()[1]
	b.keys(kb.Enter)
	b.until("the user is shown", func() bool { return strings.HasPrefix(b.where(), "/admin/users/") && b.count("#f-username") == 1 })
	b.shows(name)
	b.back()
	b.dressed()
	b.strike("j")
	b.strike("e")
	b.at("/admin/users/1#f-username")
	b.until("the first field of the profile has the focus", func() bool { return b.focused() == "f-username" })
	b.open("/admin/users")
	switchOff(b)
}

// switchOff turns the letters off, in the dialog that lists them.
func switchOff(b *browser) {
	b.t.Helper()
	b.dressed()
	b.strike("?")
	b.until("the keys are shown", func() bool { return b.count("dialog[open] kbd") > 6 })
	b.keys(kb.Escape)
	b.until("the keys are hidden", func() bool { return b.count("dialog[open]") == 0 })
	b.click("#keys-show")
	b.tick("#keys-use")
	b.click("dialog button")
	b.reload()
	b.dressed()
	b.strike("j")
	if at := b.evaluate(":focus", "map(e => e.tagName)"); slices.Contains(at, "A") {
		b.t.Error("j goes to a row though the keys are off")
	}
}

func searchSignedOut(b *browser, s *services.Services) {
	b.openList(s, "")
	err := b.db.Tx(b, func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		return tx.Exec(`DELETE FROM "RolecallSessions"`).Error
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.Focus(chromedp.CSS("#f-search")))
	b.keys("ann")
	b.at("/login?next=%2Fadmin%2Fusers%3Fsearch%3Dann")
}
