package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestPagesInBrowser opens every page at both widths, light and dark: nothing
// complains, nothing is wider than the window. The pictures are for people to
// look at; git ignores their folder.
func TestPagesInBrowser(t *testing.T) {
	address, s := startService(t)
	people(t, s)
	folder := filepath.Join(root, "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, address)
	strangers := map[string]string{"login": "/login", "register": "/register", "docs": "/docs"}
	admins := map[string]string{
		"overview": "/admin", "users": "/admin/users", "users-filtered": "/admin/users?search=a&role=Editor&status=active&sort=-last_name",
		"users-none": "/admin/users?search=nobody", "user-new": "/admin/users/new", "user": "/admin/users/3", "user-self": "/admin/users/1",
		"user-delete": "/admin/users/3/delete", "roles": "/admin/roles", "role": "/admin/roles/3", "audit": "/admin/audit",
		"account": "/account", "missing": "/admin/nothing",
	}
	b.photograph(folder, strangers)
	b.signIn("root")
	b.photograph(folder, admins)
	b.quiet()
}

func (b *browser) photograph(folder string, pages map[string]string) {
	b.t.Helper()
	for name, path := range pages {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 390} {
				b.looks(scheme, width, 900)
				b.open(path)
				b.do(chromedp.WaitReady(chromedp.CSS("main, #swagger-ui .info")))
				b.shoot(folder, fmt.Sprintf("%s-%s-%d", name, scheme, width), width)
			}
		}
	}
}

// picture photographs the page as it is, at both widths, light and dark.
func (b *browser) picture(name string) {
	b.t.Helper()
	folder := filepath.Join(root, "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{390, 1280} {
			b.looks(scheme, width, 1600)
			b.shoot(folder, fmt.Sprintf("%s-%s-%d", name, scheme, width), width)
		}
	}
}

// looks sets the colours that the person prefers, and the window.
func (b *browser) looks(scheme string, width, height int64) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, height))
}

// shoot writes the picture; nothing may be wider than the window.
func (b *browser) shoot(folder, name string, width int64) {
	b.t.Helper()
	if wide := ask(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > width {
		b.t.Errorf("%s is %d pixels wide in a window of %d", b.where(), wide, width)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), ask(b, chromedp.CaptureScreenshot()), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestDocsInBrowser tries a call on the API's page, with a username and a
// password.
func TestDocsInBrowser(t *testing.T) {
	address, _ := startService(t)
	b := openBrowser(t, address)
	b.open("/docs")
	b.do(
		chromedp.WaitVisible(chromedp.CSS(".btn.authorize")), chromedp.Click(chromedp.CSS(".btn.authorize")),
		chromedp.WaitVisible(chromedp.CSS("#oauth_username")),
		chromedp.SendKeys(chromedp.CSS("#oauth_username"), "root"), chromedp.SendKeys(chromedp.CSS("#oauth_password"), password),
		chromedp.Click(chromedp.CSS(".auth-container:has(#oauth_username) .authorize")),
		chromedp.WaitReady(chromedp.CSS(".btn.authorize.locked")), chromedp.Click(chromedp.CSS(".btn-done")),
		chromedp.Click(chromedp.CSS("#operations-users-get-users-me .opblock-summary-control")),
		chromedp.WaitVisible(chromedp.CSS(".execute")), chromedp.Click(chromedp.CSS(".execute")),
		chromedp.WaitVisible(chromedp.CSS(".live-responses-table .response-col_description pre")),
	)
	if text := b.text(".live-responses-table"); !strings.Contains(text, "root@example.com") {
		t.Errorf("the answer to /users/me is %q, want the account", text)
	}
	b.quiet()
}
