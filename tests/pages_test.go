package tests

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// TestPages brings each page into each of its states: axe finds nothing at both
// widths in light, and nothing in the colours of the dark; nothing is wider than the
// window, or than a narrower one, or with the text spaced out; and nothing complains.
// With -screenshots each is photographed, for people to look at; git ignores the folder.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			t.Parallel()
			b := scene.set(t)
			for _, state := range scene.states {
				t.Run(state.name, func(t *testing.T) { b.in(t, func() { b.examine(state) }) })
			}
			b.quiet()
		})
	}
}

var screenshots = flag.Bool("screenshots", false, "photograph all pages into the folder screenshots at the root")

// set starts the service of the scene, and brings a browser to it.
func (scene scene) set(t *testing.T) *browser {
	t.Helper()
	db := modeltest.NewDB(t)
	change := func(cfg *services.Config) {
		if scene.settings != nil {
			scene.settings(cfg)
		}
	}
	address, s := serveOn(t, db, change)
	if !scene.noAdmin {
		makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	}
	b := openBrowser(t, address)
	b.db = db
	if scene.prepare != nil {
		scene.prepare(b, s)
	}
	return b
}

// in lets the browser report to another test for a while.
func (b *browser) in(t *testing.T, do func()) {
	before := b.t
	b.t = t
	defer func() { b.t = before }()
	do()
}

// examine opens the page once, and looks at it in four ways.
func (b *browser) examine(state state) {
	b.t.Helper()
	b.looks("light", 1280)
	if state.path != "" {
		b.open(state.path)
	}
	if state.act != nil {
		state.act(b)
	}
	b.do(chromedp.WaitReady(chromedp.CSS("main, #swagger-ui .info")))
	for _, scheme := range []struct{ name, rules string }{{"light", allRules}, {"dark", rulesOfColour}} {
		for _, width := range []int64{1280, 390} {
			b.looks(scheme.name, width)
			b.shoot(fmt.Sprintf("%s-%s-%d", state.name, scheme.name, width))
			b.fits(width)
			if scheme.rules == allRules || width == 1280 { // a narrow window has the same colours
				b.accessible(scheme.rules)
			}
		}
	}
	b.illustrate(state)
	b.adapts()
}

// looks sets the colours that the person prefers, and the window. Nothing moves:
// colours on their way are neither the one nor the other.
func (b *browser) looks(scheme string, width int64) {
	b.t.Helper()
	b.prefers(map[string]string{"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"})
	b.do(chromedp.EmulateViewport(width, 900))
}

// prefers sets features of CSS's media queries.
func (b *browser) prefers(values map[string]string) {
	b.t.Helper()
	var features []*emulation.MediaFeature
	for name, value := range values {
		features = append(features, &emulation.MediaFeature{Name: name, Value: value})
	}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.t.Fatal(err)
	}
}

// fits wants nothing on the page wider than the window.
func (b *browser) fits(width int64) {
	b.t.Helper()
	wide := ask(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
	if wide <= width {
		return
	}
	out := b.evaluate("body *", fmt.Sprintf("filter(e => e.getBoundingClientRect().left + Math.max(e.offsetWidth, e.scrollWidth) > %d).map(e => e.outerHTML.slice(0, 120))", width))
	b.t.Errorf("%s is %d pixels wide in a window of %d; beyond its edge are:\n%s", b.where(), wide, width, strings.Join(out, "\n"))
}

// shoot writes a picture of the whole page, where pictures are wanted.
func (b *browser) shoot(name string) {
	b.t.Helper()
	if !*screenshots {
		return
	}
	folder := filepath.Join(root, "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), ask(b, chromedp.FullScreenshot(100)), 0o644); err != nil {
		b.t.Fatal(err)
	}
}
