package tests

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// patience is how long the browser may take for one thing that is wanted of it,
// before the test fails.
const patience = 30 * time.Second

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask(b, chromedp.Steps(actions...))
}

// ask runs an action that has a result.
func ask[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	limited, end := context.WithTimeout(b, patience)
	defer end()
	result, err := chromedp.Run(limited, action)
	if err != nil {
		b.t.Fatalf("%v, at %s", err, b.where())
	}
	return result
}

// where is the address of the page, as path and query.
func (b *browser) where() string {
	address, err := chromedp.Run(b, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	return strings.TrimPrefix(address, b.address)
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.address + path))
}

// back goes back, and waits for nothing: the browser may have kept the page, or a
// script may show it.
func (b *browser) back() {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void]("history.back()"))
}

func (b *browser) reload() {
	b.t.Helper()
	b.do(chromedp.Reload())
}

// signIn opens the form, and signs in with the password of everybody.
func (b *browser) signIn(username string) {
	b.t.Helper()
	b.open("/login")
	b.submit("/login", map[string]string{"username": username, "password": password})
}

// submit fills in the form with that action and sends it.
func (b *browser) submit(action string, values map[string]string) {
	b.t.Helper()
	form := fmt.Sprintf("form[action=%q][method=post]", action)
	for name, value := range values {
		b.fill(fmt.Sprintf("%s [name=%q]", form, name), value)
	}
	b.press(form + " button[type=submit]")
}

// fill replaces what the field holds.
func (b *browser) fill(selector, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(selector), value))
}

// click clicks with the mouse, and waits for nothing.
func (b *browser) click(selector string) {
	b.t.Helper()
	b.clicks++
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// press clicks, and waits for the page that comes of it.
func (b *browser) press(selector string) {
	b.t.Helper()
	b.clicks++
	limited, end := context.WithTimeout(b, patience)
	defer end()
	if _, err := chromedp.RunResponse(limited, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("click %s at %s: %v; the page says:\n%s", selector, b.where(), err, b.text("body"))
	}
}

// tick clicks a check box, which must change by it.
func (b *browser) tick(selector string) {
	b.t.Helper()
	before := b.ticked(selector)
	b.click(selector)
	b.until("the click changes "+selector, func() bool { return b.ticked(selector) != before })
}

func (b *browser) ticked(selector string) bool {
	b.t.Helper()
	return ask(b, chromedp.JavascriptAttribute[bool](chromedp.CSS(selector), "checked"))
}

// keys types on the keyboard, to whatever has the focus. Package kb of chromedp
// names the keys that are no letters.
func (b *browser) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// shows wants the text on the page, or soon.
func (b *browser) shows(want string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the page shows %q", want), func() bool { return strings.Contains(b.text("main"), want) })
}

// hides wants the text away from the page, or soon.
func (b *browser) hides(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the page hides %q", text), func() bool { return !strings.Contains(b.text("main"), text) })
}

// at wants the page with that path and query, or soon.
func (b *browser) at(want string) {
	b.t.Helper()
	b.until("the address is "+want, func() bool { return b.where() == want })
}

// until waits for something that a script or a page may take a moment to do.
func (b *browser) until(what string, done func() bool) {
	b.t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("at %s it does not come about that %s; the page says:\n%s", b.where(), what, b.text("body"))
		}
	}
}

// text is what a person reads of the first element that the selector finds, ""
// while there is none.
func (b *browser) text(selector string) string {
	b.t.Helper()
	return strings.Join(b.evaluate(selector, "slice(0, 1).map(e => e.innerText)"), "")
}

// texts are what a person reads of each element that the selector finds.
func (b *browser) texts(selector string) []string {
	b.t.Helper()
	return b.evaluate(selector, "map(e => e.innerText.trim())")
}

// count is the number of elements that the selector finds.
func (b *browser) count(selector string) int {
	b.t.Helper()
	return len(b.texts(selector))
}

// evaluate applies the call to the array of elements. What is switched off
// without JavaScript are the page's own scripts, not this.
func (b *browser) evaluate(selector, call string) []string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[[]string](fmt.Sprintf("Array.from(document.querySelectorAll(%q)).%s", selector, call)))
}

// download clicks, and returns the file that comes of it.
func (b *browser) download(selector string) string {
	b.t.Helper()
	folder, on := b.t.TempDir(), true
	_, err := chromedp.CallBrowser(b, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: "allowAndName", BrowserContextID: chromedp.FromContext(b).BrowserContextID, DownloadPath: folder, EventsEnabled: &on,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	limited, end := context.WithTimeout(b, patience)
	defer end()
	events := chromedp.BrowserEvents(limited, cdpbrowser.DownloadProgress)
	b.click(selector)
	for event, err := range events {
		if err != nil || event.State == "canceled" {
			b.t.Fatalf("the download after %s: %v, %s", selector, err, event.State)
		}
		if event.State == "completed" {
			content, err := os.ReadFile(filepath.Join(folder, event.GUID))
			if errors.Is(err, os.ErrNotExist) { // another test's: all share the browser
				continue
			}
			if err != nil {
				b.t.Fatal(err)
			}
			return string(content)
		}
	}
	b.t.Fatalf("%s starts no download", selector)
	return ""
}
