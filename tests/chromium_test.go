package tests

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// A browser is one tab of Chromium, with cookies of its own.
type browser struct {
	context.Context
	t       *testing.T
	address string     // of the service
	db      *models.DB // of the service, for what no service does; nil where the test did not give it
	script  bool       // JavaScript is on
	clicks  int        // so far

	mu         sync.Mutex
	complaints []string // of the page's console: errors, and refusals by the policy
}

// chromium is the process that all browsers of these tests share; its start
// takes longer than most tests.
var chromium = sync.OnceValues(startChromium)

// endChromium is set once there is a process.
var endChromium = func() {}

var errNoChromium = errors.New("no Chromium on this machine")

func TestMain(m *testing.M) {
	if err := modeltest.Alone(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	endChromium()
	os.Exit(code)
}

// unused are features of Chromium that no page of ours has to do with. The first is
// chromedp's; the others make a process for the window's own parts with each browser,
// and one in advance with each page: a third of all the work of the browser tests.
// Sites are not kept apart for the same reason: no page of ours holds another site's.
var unused = []string{
	"Translate",
	"WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "PreloadTopChromeWebUI",
	"SpareRendererForSitePerProcess",
}

func startChromium() (context.Context, error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-back-forward-cache", true), // a page that comes from there loads nothing to wait for
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-features", strings.Join(unused, ",")), chromedp.Flag("disable-site-isolation-trials", true))
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	process, endProcess := chromedp.NewContext(allocator)
	endChromium = func() { endProcess(); endAllocator() }
	return process, chromedp.Do(process)
}

func findChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoChromium
}

// openBrowser opens a tab at the service, with JavaScript. It skips the test
// where there is no Chromium.
func openBrowser(t *testing.T, address string) *browser { return openBrowserWith(t, address, true) }

func openBrowserWith(t *testing.T, address string, script bool) *browser {
	t.Helper()
	process, err := chromium()
	if errors.Is(err, errNoChromium) {
		t.Skipf("skipped: %v", err)
	}
	if err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	tab, endTab := chromedp.NewContext(process, chromedp.WithNewBrowserContext())
	t.Cleanup(endTab)
	if err := chromedp.Do(tab); err != nil { // the tab lives as long as the context of its first action
		t.Fatalf("open a tab: %v", err)
	}
	b := &browser{Context: tab, t: t, address: address, script: script}
	disabled := emulation.SetScriptExecutionDisabledParams{Value: !script}
	if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, disabled); err != nil {
		t.Fatal(err)
	}
	// Each page believes that it is the one in front: several tests go on at a time.
	if _, err := chromedp.Call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	b.listen()
	return b
}

// another is a second person's browser at the same service.
func (b *browser) another() *browser {
	b.t.Helper()
	other := openBrowserWith(b.t, b.address, b.script)
	other.db = b.db
	return other
}

// listen collects what the pages complain of.
func (b *browser) listen() {
	entries, exceptions := chromedp.Events(b, log.EntryAdded), chromedp.Events(b, runtime.ExceptionThrown)
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
