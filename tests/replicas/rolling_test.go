package replicas

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The replicas are replaced one after the other behind a balancer, which sends
// requests where /readyz says so, while clients go on: no request fails, and what
// was acknowledged is there in the end.
func TestRollingRestart(t *testing.T) {
	eachFleet(t, 3, func(t *testing.T, f *fleet) {
		crowd := newCrowd(t, f, true)
		for _, r := range f.replicas {
			crowd.served(t, r)
			r.restart()
		}
		for _, r := range f.replicas {
			crowd.served(t, r)
		}
		crowd.leave()
		crowd.check(t)
	})
}

// Clients that ask the replica until it is gone lose no request either: all that
// they meet is a connection that is refused. Meanwhile a probe is told.
func TestRestartUnderClients(t *testing.T) {
	eachFleet(t, 2, func(t *testing.T, f *fleet) {
		crowd := newCrowd(t, f, false)
		crowd.served(t, f.replicas[1])
		f.replicas[1].restart()
		crowd.served(t, f.replicas[1])
		crowd.leave()
		crowd.check(t)
		if crowd.told.Load() == 0 {
			t.Error("no probe was told that a replica is about to stop")
		}
	})
}

// A crowd is clients of every sort, which send for as long as they are there.
type crowd struct {
	fleet *fleet
	ready []atomic.Bool // which replicas the balancer sends to
	told  atomic.Int32  // how often a probe was answered that a replica is not ready
	gone  chan struct{}
	group sync.WaitGroup

	mu       sync.Mutex
	patient  bool // a 503 is no failure
	busy     int  // how many of them there were
	refused  int
	failures []string
	answers  map[string]int // by replica's address and what was asked
	opened   []string       // usernames of accounts that were acknowledged
	editor   map[string]bool
}

// A habit is what a client does over and over. It reports what was not as it
// should be.
type habit func(c *crowd, w *wire, round int) error

func newCrowd(t *testing.T, f *fleet, balanced bool) *crowd {
	t.Helper()
	root := f.replicas[0].tokens(t, rootName).Access
	f.replicas[0].api(t, "POST /roles", root, `{"role_name":"Editor"}`).want(t, "create a role", http.StatusCreated)
	c := &crowd{fleet: f, ready: make([]atomic.Bool, len(f.replicas)), gone: make(chan struct{}), answers: map[string]int{}, editor: map[string]bool{}}
	ann, bob := f.create("ann"), f.create("bob")
	reader := f.replicas[0].tokens(t, "ann")
	for i, does := range []habit{
		signsIn("ann"), signsIn("bob"),
		reads("GET /users/me", reader.Access), reads("GET /users/me", root), reads("GET /users?limit=5&sort=-created_at", root),
		registers("early"), registers("late"),
		changesRoles(root, ann), changesRoles(root, bob),
		refreshes(f.replicas[0].tokens(t, "bob").Refresh),
	} {
		c.group.Go(func() { c.live(i, does) })
	}
	for i, r := range f.replicas {
		c.ready[i].Store(true)
		c.group.Go(func() { c.probe(r, func(ready bool) { c.ready[i].Store(ready || !balanced) }) })
	}
	t.Cleanup(c.leave)
	return c
}

// probe asks now and then whether the replica is ready, as a balancer does.
func (c *crowd) probe(r *replica, found func(ready bool)) {
	for c.pause(50 * time.Millisecond) {
		w := &wire{replica: r}
		a, err := w.json("GET /readyz", "", "")
		if err == nil && a.StatusCode == http.StatusServiceUnavailable {
			c.told.Add(1)
		}
		found(err == nil && a.StatusCode == http.StatusOK)
		w.close()
	}
}

// pause waits, and reports whether to go on.
func (c *crowd) pause(long time.Duration) bool {
	select {
	case <-c.gone:
		return false
	case <-time.After(long):
		return true
	}
}

// live sends to a few replicas in turns, by connections that are kept.
func (c *crowd) live(i int, does habit) {
	wires := make([]*wire, len(c.fleet.replicas))
	for j, r := range c.fleet.replicas {
		wires[j] = &wire{replica: r}
		defer wires[j].close()
	}
	for round := 0; c.pause(10 * time.Millisecond); round++ {
		if round%10 == 0 {
			i++
		}
		for range wires {
			if !c.ready[i%len(wires)].Load() {
				i++
			}
		}
		err := does(c, wires[i%len(wires)], round)
		if err != nil {
			c.fails(err)
			i++
		}
	}
}

// errBusy is for a request that may have been carried out, or not.
var errBusy = errors.New("the service is busy")

// mayBeBusy makes a 503 no failure from now on.
func (c *crowd) mayBeBusy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.patient = true
}

func (c *crowd) isPatient() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.patient
}

func (c *crowd) fails(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case errors.Is(err, errRefused):
		c.refused++
		return
	case errors.Is(err, errBusy):
		c.busy++
		return
	}
	c.failures = append(c.failures, time.Now().Format("05.000 ")+err.Error())
}

// counts notes the answer, and reports one of another status.
func (c *crowd) counts(w *wire, what string, a answer, err error, status int) error {
	if err != nil {
		return err
	}
	if a.StatusCode == http.StatusServiceUnavailable && c.isPatient() {
		return errBusy
	}
	if a.StatusCode != status {
		return fmt.Errorf("%s is answered by %d, not by %d: %s", what, a.StatusCode, status, a.body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[w.replica.address+" "+what]++
	return nil
}

func signsIn(username string) habit {
	return func(c *crowd, w *wire, _ int) error {
		a, err := w.grant("username", username, "password", password)
		return c.counts(w, "sign-in", a, err, http.StatusOK)
	}
}

func reads(call, token string) habit {
	return func(c *crowd, w *wire, _ int) error {
		a, err := w.json(call, token, "")
		return c.counts(w, call, a, err, http.StatusOK)
	}
}

func registers(prefix string) habit {
	return func(c *crowd, w *wire, round int) error {
		name := fmt.Sprintf("%s%d", prefix, round)
		a, err := w.json("POST /register", "", fmt.Sprintf(`{"username":%q,"email":"%s@example.com","password":%q}`, name, name, password))
		if err = c.counts(w, "registration", a, err, http.StatusCreated); err == nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.opened = append(c.opened, name)
		}
		return err
	}
}

// changesRoles gives and takes a role in turns.
func changesRoles(root string, who user) habit {
	give := true
	return func(c *crowd, w *wire, _ int) error {
		call := map[bool]string{true: "POST /roles/assign", false: "POST /roles/revoke"}[give]
		a, err := w.json(call, root, fmt.Sprintf(`{"user_id":%d,"role_name":"Editor"}`, who.ID))
		err = c.counts(w, "role change", a, err, http.StatusOK)
		c.mu.Lock()
		defer c.mu.Unlock()
		switch {
		case err == nil:
			c.editor[who.Username], give = give, !give
		case errors.Is(err, errBusy): // nobody knows
			delete(c.editor, who.Username)
		}
		return err
	}
}

func refreshes(token string) habit {
	return func(c *crowd, w *wire, _ int) error {
		a, err := w.grant("grant_type", "refresh_token", "refresh_token", token)
		if err = c.counts(w, "refresh", a, err, http.StatusOK); err == nil {
			_, rest, _ := strings.Cut(a.body, `"refresh_token":"`)
			token, _, _ = strings.Cut(rest, `"`)
		}
		return err
	}
}

// served waits until this replica has answered all that is asked, anew.
func (c *crowd) served(t *testing.T, r *replica) {
	t.Helper()
	count := func() map[string]int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return maps.Clone(c.answers)
	}
	before := count()
	for {
		now, all := count(), true
		for _, what := range []string{"sign-in", "GET /users/me", "registration", "role change", "refresh"} {
			all = all && now[r.address+" "+what] > before[r.address+" "+what]
		}
		if all {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("a replica is not asked any more")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// leave ends the crowd, whose last requests are answered first.
func (c *crowd) leave() {
	select {
	case <-c.gone:
	default:
		close(c.gone)
	}
	c.group.Wait()
}

// patiently asks again where the crowd would: a connection that the database has
// broken is known by the next statement on it.
func (c *crowd) patiently(ask func() answer) answer {
	a := ask()
	for c.patient && a.StatusCode == http.StatusServiceUnavailable {
		a = ask()
	}
	return a
}

// check wants nothing to have failed, and all that was acknowledged to be there.
func (c *crowd) check(t *testing.T) {
	t.Helper()
	total := 0
	for _, n := range c.answers {
		total += n
	}
	t.Logf("%d requests were answered, %d connections refused", total, c.refused)
	if len(c.failures) > 0 {
		t.Errorf("%d requests failed:\n%s", len(c.failures), strings.Join(c.failures[:min(20, len(c.failures))], "\n"))
	}
	r := c.fleet.replicas[0]
	var root tokens
	c.patiently(func() answer { return r.signIn(t, rootName, password) }).want(t, "sign-in", http.StatusOK).into(t, &root)
	roles := map[string][]string{}
	for cursor := ""; ; {
		var page struct {
			Items []user `json:"items"`
			Next  string `json:"next"`
		}
		list := func() answer { return r.api(t, "GET /users?limit=200&cursor="+cursor, root.Access, "") }
		c.patiently(list).want(t, "list", http.StatusOK).into(t, &page)
		for _, u := range page.Items {
			roles[u.Username] = u.Roles
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for _, name := range c.opened {
		if roles[name] == nil {
			t.Errorf("%s, whose registration was acknowledged, is not there", name)
		}
	}
	for name, editor := range c.editor {
		if slices.Contains(roles[name], "Editor") != editor {
			t.Errorf("%s has the roles %v, want an editor: %t", name, roles[name], editor)
		}
	}
}
