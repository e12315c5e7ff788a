package tests

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// textSpacing is what WCAG 1.4.12 lets a reader ask of every page.
const textSpacing = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`

// adapts looks at the page in the ways that axe does not: in narrow windows (320
// pixels are 1280 at four times the size, 640 at twice), with the text spaced
// out, without movement, and in colours of the reader's own, in which backgrounds
// are lost.
func (b *browser) adapts() {
	b.t.Helper()
	for _, width := range []int64{320, 640, 768, 1024} {
		b.looks("light", width)
		b.fits(width)
	}
	b.wear(textSpacing)
	for _, width := range []int64{320, 1280} {
		b.looks("light", width)
		b.fits(width)
	}
	b.wear("")
	for _, mover := range b.evaluate("*", `filter(e => [...getComputedStyle(e).transitionDuration.split(", "),
		...getComputedStyle(e).animationDuration.split(", ")].some(time => parseFloat(time) > .01)).map(e => e.outerHTML.slice(0, 100))`) {
		b.t.Errorf("at %s this moves, for somebody who asked for less: %s", b.where(), mover)
	}
	b.prefers(map[string]string{"forced-colors": "active"})
	for _, box := range b.evaluate(".form-check-input", "filter(e => getComputedStyle(e).appearance === 'none').map(e => e.outerHTML)") {
		b.t.Errorf("at %s nobody sees with forced colours whether this is ticked: %s", b.where(), box)
	}
}

// wear puts a style sheet of the reader's on the page, "" takes it off.
func (b *browser) wear(sheet string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		"{ const sheet = new CSSStyleSheet(); sheet.replaceSync(%q); document.adoptedStyleSheets = [sheet]; } void 0", sheet)))
}

// A stop is what has the focus after Tab was pressed.
type stop struct {
	Control int     `json:"control"` // its place among the controls of the page, -1 for none of them
	HTML    string  `json:"html"`
	Outline float64 `json:"outline"` // pixels
	Seen    bool    `json:"seen"`    // in the window, with nothing over it
}

const (
	// findControls remembers all that a person can work with, and counts it.
	findControls = `window.controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e =>
		!e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && e.checkVisibility({visibilityProperty: true})), window.controls.length`
	lookAtFocus = `(() => {
		const e = document.activeElement, style = getComputedStyle(e), box = e.getClientRects()[0] ?? e.getBoundingClientRect();
		const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
		return {
			control: window.controls.indexOf(e), html: e.outerHTML.slice(0, 200),
			outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), seen: e.contains(over),
		};
	})()`
)

// TestKeyboard walks through the pages by Tab alone: it comes to every control,
// each shows that it has the focus, and nothing hides it.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	address, s := startService(t)
	people(t, s)
	b := openBrowser(t, address)
	for _, path := range []string{"/login", "/register"} {
		b.open(path)
		b.walk()
	}
	b.signIn("root")
	for _, path := range []string{"/admin", "/admin/users?role=Editor&limit=20", "/admin/users/3", "/admin/roles/3", "/admin/audit?limit=20", "/account"} {
		for _, width := range []int64{1280, 390} {
			b.looks("light", width)
			b.open(path)
			b.walk()
		}
	}
	b.quiet()
}

func (b *browser) walk() {
	b.t.Helper()
	all := ask(b, chromedp.Evaluate[int](findControls))
	met, last := map[int]bool{}, -1
	for range 4*all + 4 { // a date has several stops, and the page itself is one on the way around
		b.keys(kb.Tab)
		stop := ask(b, chromedp.Evaluate[stop](lookAtFocus))
		if stop.Control < 0 || stop.Control == last {
			continue
		}
		if met[stop.Control] {
			break
		}
		last, met[stop.Control] = stop.Control, true
		if stop.Outline < 2 || !stop.Seen {
			b.t.Errorf("at %s the focus on %s has an outline of %g pixels; seen: %t", b.where(), stop.HTML, stop.Outline, stop.Seen)
		}
	}
	if all == 0 || len(met) != all {
		b.t.Errorf("at %s Tab comes to %d of %d controls", b.where(), len(met), all)
	}
}
