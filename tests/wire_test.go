package tests

import (
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// What a view of a page may weigh on the wire, in bytes: the files that belong to
// it, headers and redirections included.
const (
	firstViewMost = 150_000
	laterViewMost = 20_000
)

// TestWire weighs the first page that a browser sees of us, when it has none of
// our files yet, and then others.
func TestWire(t *testing.T) {
	t.Parallel()
	address, s := serveOn(t, modeltest.NewDB(t))
	makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	people(t, s)
	b := openBrowser(t, address)
	scale := b.weigh()
	weigh := func(name string, most float64, do func()) {
		t.Helper()
		before, files := scale.read(b)
		do()
		after, all := scale.read(b)
		t.Logf("%-45s %7.0f bytes, %2d answers", name, after-before, all-files)
		if after-before > most {
			t.Errorf("%s weighs %.0f bytes, want at most %.0f", name, after-before, most)
		}
	}
	weigh("the sign-in, before all else", firstViewMost, func() { b.open("/login") })
	weigh("the sign-in itself, and the overview", laterViewMost, func() {
		b.submit("/login", map[string]string{"username": "root", "password": password})
	})
	for _, path := range []string{
		"/admin/users", "/admin/users?search=a&sort=-last_name", "/admin/users/3", "/admin/users/new", "/admin/users/3/delete",
		"/admin/roles", "/admin/roles/3", "/admin/audit", "/account", "/register",
	} {
		weigh(path, laterViewMost, func() { b.open(path) })
	}
	b.open("/admin/users")
	b.dressed()
	weigh("a filter chosen in the list", laterViewMost, func() {
		b.do(chromedp.SendKeys(chromedp.CSS("#f-search"), "arch"))
		b.finds(9, "arch")
	})
	b.quiet()
}

// A scale weighs what comes to a browser.
type scale struct {
	mu      sync.Mutex
	bytes   float64
	answers int // that did not lie in the browser's cache
	pending int // requests on their way
	events  int // of all kinds
}

func (b *browser) weigh() *scale {
	b.t.Helper()
	s := &scale{}
	watch(b, s, network.RequestWillBeSent, func(e network.EventRequestWillBeSent) {
		if e.RedirectResponse != nil {
			s.bytes += e.RedirectResponse.EncodedDataLength
			s.answers++
			return
		}
		s.pending++
	})
	watch(b, s, network.LoadingFailed, func(network.EventLoadingFailed) { s.pending-- })
	watch(b, s, network.LoadingFinished, func(e network.EventLoadingFinished) {
		s.pending--
		if s.bytes += e.EncodedDataLength; e.EncodedDataLength > 0 {
			s.answers++
		}
	})
	if _, err := chromedp.Call(b, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	return s
}

func watch[T any](b *browser, s *scale, event cdp.Event[T], do func(T)) {
	events := chromedp.Events(b, event)
	go func() {
		for e, err := range events {
			if err == nil {
				s.mu.Lock()
				s.events++
				do(e)
				s.mu.Unlock()
			}
		}
	}()
}

// read waits until all that was asked for has come.
func (s *scale) read(b *browser) (bytes float64, answers int) {
	b.t.Helper()
	seen := -1
	b.until("all has come", func() bool {
		time.Sleep(quietTime)
		s.mu.Lock()
		defer s.mu.Unlock()
		before := seen
		bytes, answers, seen = s.bytes, s.answers, s.events
		return seen == before && s.pending == 0
	})
	return bytes, answers
}

// quietTime without an event, with nothing on its way, is the end of a page's loading.
const quietTime = 200 * time.Millisecond
