package tests

import (
	"strings"

	"rolecall/services"
)

var languageTasks = []task{
	{name: "read the pages in German", run: readGerman},
}

// readGerman: the choice holds on every page, and comes back to the one it was
// made on.
func readGerman(b *browser, s *services.Services) {
	makeUser(b.t, s, "grace", "Grace", "Hopper", "User")
	german, english := ".languages button[lang=de]", ".languages button[lang=en]"
	b.open("/login?next=%2Fadmin%2Fusers%3Fsearch%3Dgrace")
	b.shows("Sign in")
	b.press(german)
	b.shows("Anmelden")
	b.submit("/login", map[string]string{"username": "root", "password": "wrong"})
	b.shows("Der Benutzername oder das Passwort ist falsch")
	b.submit("/login", map[string]string{"username": "root", "password": password})
	b.at("/admin/users?search=grace")
	b.shows("1–1 von 1")
	b.press(english)
	b.at("/admin/users?search=grace")
	b.shows("1–1 of 1")
	b.press(german)

	b.press("main a[href^='/admin/users/2']")
	b.submit("/admin/users/2", map[string]string{"username": "x"})
	b.shows("Verwenden Sie 3 bis 64 Zeichen.")
	b.press(english) // of a form that was refused
	b.at("/admin/users/2")
	b.shows("Save profile")
	b.press(german)
	b.press("form[action='/logout'] button")
	b.shows("Sie sind abgemeldet.")
	if lang := strings.Join(b.evaluate("html", "map(e => e.lang)"), ""); lang != "de" {
		b.t.Errorf("the page is in %q, want German", lang)
	}
}
