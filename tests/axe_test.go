package tests

import (
	_ "embed"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeScript is axe-core, which finds the faults of a page that a program can
// find. The policy of the pages does not hold for what the test evaluates.
//
//go:embed testdata/axe/axe.min.js
var axeScript string

// What a page is judged by: WCAG 2.2 AA, and what is good practice besides. The rule
// target-size is off in axe unless it is named. In other colours all but the colours
// is as it was.
const (
	allRules = `runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		rules: {"target-size": {enabled: true}}`
	rulesOfColour = `runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

const axeRun = `axe.run(document, {%s, resultTypes: ["violations"], preload: false}).then(result => ({
	held: result.passes.map(rule => rule.id),
	faults: result.violations.flatMap(rule => rule.nodes.map(node => ({
		rule: rule.id, at: node.target.flat().join(" "), why: node.failureSummary, html: node.html,
	}))),
}))`

type axeResult struct {
	Held   []string   `json:"held"` // rules that the page was judged by, and holds
	Faults []axeFault `json:"faults"`
}

type axeFault struct {
	Rule string `json:"rule"`
	At   string `json:"at"` // a selector
	Why  string `json:"why"`
	HTML string `json:"html"`
}

// axe judges the page as it is now by the rules.
func (b *browser) axe(rules string) axeResult {
	b.t.Helper()
	if !ask(b, chromedp.Evaluate[bool]("typeof axe === 'object'")) {
		b.do(chromedp.Evaluate[chromedp.Void](axeScript + "; void 0"))
	}
	return ask(b, chromedp.Evaluate[axeResult](fmt.Sprintf(axeRun, rules), chromedp.EvalAwaitPromise))
}

// accessible wants axe to find nothing on the page as it is now.
func (b *browser) accessible(rules string) {
	b.t.Helper()
	for _, fault := range b.axe(rules).Faults {
		b.t.Errorf("axe finds %s at %s: %s\n%s\n%s", fault.Rule, b.where(), fault.At, fault.HTML, fault.Why)
	}
}

// TestAxe: the instrument that TestPages trusts in finds faults, of the kinds
// that it is to find.
func TestAxe(t *testing.T) {
	t.Parallel()
	address, _ := startService(t)
	b := openBrowser(t, address)
	b.open("/login")
	if held := b.axe(allRules).Held; !slices.Contains(held, "color-contrast") || !slices.Contains(held, "target-size") {
		t.Errorf("axe judges a page by %v, want colours and targets among them", held)
	}
	b.do(chromedp.Navigate("about:blank")) // which has no policy against styles
	b.evaluate("body", `map(e => e.innerHTML = '<main><img src="none.png"><p style="color: #bbb; background: #fff">pale</p>' +
		'<input><h1>Top</h1><h4>Too deep</h4><button style="padding: 0; width: 9px">a</button><button style="padding: 0; width: 9px">b</button></main>')`)
	for rules, wanted := range map[string][]string{
		allRules:      {"image-alt", "color-contrast", "label", "heading-order", "target-size"},
		rulesOfColour: {"color-contrast"},
	} {
		found := map[string]bool{}
		for _, fault := range b.axe(rules).Faults {
			found[fault.Rule] = true
		}
		for _, rule := range wanted {
			if !found[rule] {
				t.Errorf("axe does not find the fault %s; it finds %v", rule, found)
			}
		}
	}
}
