package tests

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"rolecall/models"
	"rolecall/services"
)

// A browser is a headless Chromium with one tab.
type browser struct {
	context.Context
	t       *testing.T
	address string

	mu         sync.Mutex
	complaints []string // of the page's console: errors, and refusals by the policy
}

// browserLimit bounds a whole run.
const browserLimit = 2 * time.Minute

func openBrowser(t *testing.T, address string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("skipped: no Chromium on this machine")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(endAllocator)
	tab, endTab := chromedp.NewContext(allocator)
	t.Cleanup(endTab)
	limited, end := context.WithTimeout(tab, browserLimit)
	t.Cleanup(end)
	b := &browser{Context: limited, t: t, address: address}
	b.do(chromedp.Navigate("about:blank"))
	entries, exceptions := chromedp.Events(limited, log.EntryAdded), chromedp.Events(limited, runtime.ExceptionThrown)
	go func() {
		for event, err := range entries {
			// That a refused form is answered with 4xx is no complaint.
			if err == nil && event.Entry.Level == "error" && event.Entry.Source != "network" {
				b.complain(event.Entry.Text)
			}
		}
	}()
	go func() {
		for event, err := range exceptions {
			if err == nil {
				b.complain(event.ExceptionDetails.Text)
			}
		}
	}()
	return b
}

func (b *browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, text)
}

// quiet fails when a page complained.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, complaint := range b.complaints {
		b.t.Errorf("the browser's console says: %s", complaint)
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, actions...); err != nil {
		b.t.Fatalf("%v, at %s", err, b.where())
	}
}

// ask runs an action that has a result.
func ask[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	result, err := chromedp.Run(b, action)
	if err != nil {
		b.t.Fatalf("%v, at %s", err, b.where())
	}
	return result
}

// where is the address of the page, for a failure's text.
func (b *browser) where() string {
	address, err := chromedp.Run(b, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	return address
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.address + path))
}

// submit fills in the form with that action and sends it.
func (b *browser) submit(action string, values map[string]string) {
	b.t.Helper()
	form := fmt.Sprintf("form[action=%q][method=post]", action)
	for name, value := range values {
		b.do(chromedp.SetValue(chromedp.CSS(fmt.Sprintf("%s [name=%q]", form, name)), value))
	}
	b.press(form + " button[type=submit]")
}

// press clicks, and waits for the page that comes of it.
func (b *browser) press(selector string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("click %s: %v", selector, err)
	}
}

// shows wants the text on the page.
func (b *browser) shows(want string) {
	b.t.Helper()
	if text := ask(b, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(text, want) {
		b.t.Fatalf("%s does not show %q, but:\n%s", b.where(), want, text)
	}
}

// TestRoleInBrowser is what the service is for: a person registers and signs in,
// an admin gives that person a role, and the person has it.
func TestRoleInBrowser(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script bool
	}{{"with JavaScript", true}, {"without JavaScript", false}} {
		t.Run(tt.name, func(t *testing.T) {
			address, s := startService(t)
			if _, err := s.Roles.Create(t.Context(), models.System(), "Editor", "Writes and corrects texts."); err != nil {
				t.Fatal(err)
			}
			b := openBrowser(t, address)
			disabled := emulation.SetScriptExecutionDisabledParams{Value: !tt.script}
			if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, disabled); err != nil {
				t.Fatal(err)
			}
			giveRole(b)
			b.quiet()
			holders, err := s.Users.List(t.Context(), models.System(), services.UserQuery{Roles: []string{"Editor"}})
			if err != nil || holders.Total != 1 || holders.Items[0].Username != "grace" {
				t.Errorf("the holders of Editor = %v, %v; want grace", holders.Items, err)
			}
		})
	}
}

func giveRole(b *browser) {
	b.t.Helper()
	b.open("/register")
	b.submit("/register", map[string]string{"username": "root", "email": "grace@example.com", "password": "password1", "first_name": "Grace", "last_name": "Hopper"})
	b.shows("on the list of common ones")
	b.submit("/register", map[string]string{"password": password})
	b.shows("This username is taken.")
	b.submit("/register", map[string]string{"username": "grace", "password": password})
	b.shows("Welcome.")
	b.press("form[action='/logout'] button")

	b.submit("/login", map[string]string{"username": "root", "password": "wrong"})
	b.shows("The username or the password is wrong")
	b.submit("/login", map[string]string{"username": "root", "password": password})
	b.open("/admin/users")
	b.do(chromedp.SetValue(chromedp.CSS("input[name=search]"), "hopper gra"))
	b.press("form[action='/admin/users'] > button[type=submit]")
	b.shows("grace@example.com")
	b.press("th[scope=row] a")
	b.shows("Grace Hopper")
	b.do(chromedp.SetAttributeValue(chromedp.CSS("input[name=roles][value=Editor]"), "checked", "checked"))
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("The roles are saved.")
	b.press("form[action='/logout'] button")

	b.submit("/login", map[string]string{"username": "GRACE@example.com", "password": password})
	b.open("/account")
	b.shows("Editor")
}

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
	b.open("/login")
	b.submit("/login", map[string]string{"username": "root", "password": password})
	b.photograph(folder, admins)
	b.quiet()
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
	if text := ask(b, chromedp.Text(chromedp.CSS(".live-responses-table"))); !strings.Contains(text, "root@example.com") {
		t.Errorf("the answer to /users/me is %q, want the account", text)
	}
	b.quiet()
}

// people are enough for a second page.
func people(t *testing.T, s *services.Services) {
	t.Helper()
	for _, role := range []string{"Editor", "Auditor", "Support"} {
		if _, err := s.Roles.Create(t.Context(), models.System(), role, "What a person in the role "+role+" does."); err != nil {
			t.Fatal(err)
		}
	}
	first := []string{"Ann", "Ben", "Chloé", "Dmitri", "Elif", "Femi", "Grace", "Hiro"}
	last := []string{"Archer", "Baker", "Castellanos-Villarreal", "Dvořák", "Evans", "Fujimoto", "Grünwald"}
	roles := [][]string{{"User"}, {"User", "Editor"}, {"Auditor", "User"}, {"Support", "User", "Editor"}}
	for i := range 60 {
		f, l := first[i%len(first)], last[i%len(last)]
		user := makeUser(t, s, fmt.Sprintf("%s.%s%d", strings.ToLower(f[:2]), strings.ToLower(l[:2]), i), f, l, roles[i%len(roles)]...)
		if i%9 == 4 {
			off := false
			if _, err := s.Users.Update(t.Context(), models.System(), user.UserID, services.UserPatch{IsActive: &off}, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (b *browser) photograph(folder string, pages map[string]string) {
	b.t.Helper()
	for name, path := range pages {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 390} {
				features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
				if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
					b.t.Fatal(err)
				}
				b.do(
					chromedp.EmulateViewport(width, 900),
					chromedp.Navigate(b.address+path),
					chromedp.WaitReady(chromedp.CSS("main, #swagger-ui .info")),
				)
				wide := ask(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
				picture := ask(b, chromedp.CaptureScreenshot())
				if wide > width {
					b.t.Errorf("%s is %d pixels wide in a window of %d", path, wide, width)
				}
				file := filepath.Join(folder, fmt.Sprintf("%s-%s-%d.png", name, scheme, width))
				if err := os.WriteFile(file, picture, 0o644); err != nil {
					b.t.Fatal(err)
				}
			}
		}
	}
}
