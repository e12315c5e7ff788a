package routes

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
	"rolecall/services"
)

// hangs is far above the two seconds in which a request is refused, and below what a
// request may take that waits for a database: who waits so long was not refused.
const hangs = requestLimit / 2

// An outage is a server whose database is at the other end of a wire.
type outage struct {
	*server
	wire  *modeltest.Wire
	watch *logBuffer // what the database's watch says

	mu     sync.Mutex
	tried  int      // usernames
	opened []string // those that were acknowledged
}

// eachOutage runs the test on both drivers of servers.
func eachOutage(t *testing.T, test func(t *testing.T, o *outage)) {
	t.Parallel()
	t.Run("tds", func(t *testing.T) {
		t.Parallel()
		test(t, newOutage(t, tds.Start(t).URL()))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newOutage(t, modeltest.PostgresURL(t)))
	})
}

func newOutage(t *testing.T, databaseURL string) *outage {
	t.Helper()
	wire := modeltest.NewWire(t, databaseURL)
	o := serveAt(t, wire.URL)
	o.wire = wire
	return o
}

// serveAt serves on that database, and has its watch ask it once.
func serveAt(t *testing.T, databaseURL string) *outage {
	t.Helper()
	o := &outage{watch: &logBuffer{}}
	db, err := models.Open(t.Context(), databaseURL, slog.New(slog.NewTextHandler(o.watch, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Prepare(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	o.server = start(t, db, func(c *services.Config) { c.RevocationLag = 0 })
	o.client.Transport.(*http.Transport).MaxIdleConnsPerHost = 200
	o.client.Timeout = hangs
	o.token("root", models.APISession)
	o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 200)
	return o
}

// An attempt is a request that needs the database.
type attempt struct{ call, body, head string }

var attempts = []attempt{
	{"GET /users/me", "", ""}, {"GET /users", "", ""},
	{"POST /token", credentials("ann", goodPassword), formType},
	{"POST /roles/assign", `{"user_id":{ann},"role_name":"Editor"}`, "Content-Type: application/json"},
	{"POST /register", `{"username":"NAME","email":"NAME@example.com","password":"` + goodPassword + `"}`, "Content-Type: application/json"},
}

// storm sends so many requests at once, of each kind, and counts the statuses. Each
// refusal says when to come again; none comes later than hangs.
func (o *outage) storm(t *testing.T, n int) map[int]int {
	t.Helper()
	var all sync.WaitGroup
	counts := map[int]int{}
	for i := range n {
		try := attempts[i%len(attempts)]
		head := []string{"Authorization: Bearer " + o.token("root", models.APISession)}
		if try.head != "" {
			head = append(head, try.head)
		}
		o.tried++
		name := fmt.Sprint("user", o.tried)
		request := o.request(t, try.call, strings.ReplaceAll(try.body, "NAME", name), head...)
		all.Go(func() {
			answer, err := o.client.Do(request)
			if err != nil {
				t.Errorf("%s: %v", try.call, err)
				return
			}
			defer answer.Body.Close()
			text, _ := io.ReadAll(answer.Body)
			if refused := answer.StatusCode == http.StatusServiceUnavailable; refused != (answer.Header.Get("Retry-After") != "") || answer.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s: %d, Retry-After %q: %s", try.call, answer.StatusCode, answer.Header.Get("Retry-After"), text)
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			counts[answer.StatusCode]++
			if answer.StatusCode == http.StatusCreated {
				o.opened = append(o.opened, name)
			}
		})
	}
	all.Wait()
	return counts
}

// checkAbsence wants a server whose database is away to live, refuse and not to pile
// anything up.
func (o *outage) checkAbsence(t *testing.T, times int) {
	t.Helper()
	o.await(t, "the database is away", times)
	o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 503)
	o.send(t, o.request(t, "GET /healthz", "")).want(t, "healthz", 200)
	goroutines, threads := runtime.NumGoroutine(), o.connections()
	for range 5 {
		if counts := o.storm(t, 20); counts[503] != 20 {
			t.Errorf("while the database is away the answers are %v, want 20 times 503", counts)
		}
	}
	const own = 20 // a few try again whether it is back
	if more := o.connections() - threads; more > own {
		t.Errorf("100 requests connected %d times to a database that is away", more)
	}
	// Some are of connections to the clients, and of tests beside this one, which end;
	// those of requests that pile up would stay.
	left := func() int { return runtime.NumGoroutine() - goroutines }
	for end := time.Now().Add(time.Minute); left() > 200; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("100 refused requests left %d goroutines", left())
		}
	}
}

// connections is how many were made, where there is a wire to be asked.
func (o *outage) connections() int64 {
	if o.wire == nil {
		return 0
	}
	return o.wire.Accepted()
}

// checkReturn wants a server whose database is back to serve everybody, and to have
// said so once each time.
func (o *outage) checkReturn(t *testing.T, times int) {
	t.Helper()
	o.await(t, "the database is back", times)
	o.send(t, o.request(t, "GET /readyz", "")).want(t, "readyz", 200)
	if counts := o.storm(t, 20); counts[503] > 0 {
		t.Errorf("once the database is back the answers are %v, want no 503", counts)
	}
	text := o.watch.String()
	if strings.Count(text, "the database is away") != times || strings.Count(text, "the database is back") != times || strings.Count(text, " away=") != times {
		t.Errorf("the log has not one line for each end and one for each return:\n%s", text)
	}
	if refused := strings.Count(o.log.String(), "level=WARN msg=\"request refused: busy\""); refused > serverPool*times {
		t.Errorf("%d refusals are told in the log one by one", refused)
	}
	o.checkUsers(t)
}

// serverPool is how many requests may have been with the database when it went.
const serverPool = 32

// await waits until the watch has said that so often.
func (o *outage) await(t *testing.T, text string, times int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); strings.Count(o.watch.String(), text) < times; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the log never says %q:\n%s", text, o.watch)
		}
	}
}

// checkUsers wants all users who were acknowledged to be there, and none by halves.
func (o *outage) checkUsers(t *testing.T) {
	t.Helper()
	var there int64
	if err := o.db.Read(t.Context()).Table("Users").Where(`"Username" IN ?`, o.opened).Count(&there).Error; err != nil || there != int64(len(o.opened)) {
		t.Errorf("of %d users who were acknowledged %d are there, %v", len(o.opened), there, err)
	}
	var counts []int64
	for _, query := range []string{
		`SELECT COUNT(*) FROM "Users"`, `SELECT COUNT(*) FROM "RolecallAccounts"`, `SELECT COUNT(DISTINCT "UserId") FROM "UserRoles"`,
		`SELECT COUNT(*) FROM "RolecallEvents" WHERE "Action" IN ('user.created', 'user.registered')`,
	} {
		var count int64
		if err := o.db.Read(t.Context()).Raw(query).Row().Scan(&count); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, count)
	}
	for _, count := range counts {
		if count != counts[0] {
			t.Errorf("users, accounts, holders of roles and events are %v, want as many of each", counts)
			return
		}
	}
}

// TestOutage: the wire to the database is cut, or hears and never answers. What needs
// the database is refused within two seconds, and served again when it is mended.
func TestOutage(t *testing.T) {
	for name, breaks := range map[string]func(*modeltest.Wire){
		"refused": (*modeltest.Wire).Refuse,
		"stalled": (*modeltest.Wire).Stall,
		"hole":    func(w *modeltest.Wire) { w.Stall(); w.Cut() }, // who connects is accepted, and hears nothing
	} {
		t.Run(name, func(t *testing.T) {
			eachOutage(t, func(t *testing.T, o *outage) {
				if counts := o.storm(t, 20); counts[503] > 0 {
					t.Errorf("before, the answers are %v", counts)
				}
				breaks(o.wire)
				begun := time.Now()
				counts := o.storm(t, 50)
				t.Logf("50 requests were answered by %v within %s", counts, time.Since(begun).Round(time.Millisecond))
				if counts[503] != 50 {
					t.Errorf("as the database goes the answers are %v, want 50 times 503", counts)
				}
				o.checkAbsence(t, 1)
				o.wire.Resume()
				o.checkReturn(t, 1)
			})
		})
	}
}

// TestPostgresStops: a real server is stopped under requests, and started again.
func TestPostgresStops(t *testing.T) {
	t.Parallel()
	cluster := modeltest.NewCluster(t)
	o := serveAt(t, cluster.URL)
	for i, mode := range []string{"fast", "immediate"} {
		o.storm(t, 20)
		var asking sync.WaitGroup
		var stopped atomic.Bool
		asking.Go(func() {
			for !stopped.Load() {
				o.storm(t, 20) // of which some are served
			}
		})
		cluster.Stop(mode)
		stopped.Store(true)
		asking.Wait()
		o.storm(t, 1) // somebody has to ask
		o.checkAbsence(t, i+1)
		cluster.Start()
		o.checkReturn(t, i+1)
	}
}

// TestCommitInFlight: the server carries a commit out, and its answer never comes.
// Nobody knows what became of it: it is refused, and is there as a whole or not at all.
func TestCommitInFlight(t *testing.T) {
	eachOutage(t, func(t *testing.T, o *outage) {
		text := "commit\x00"
		if strings.HasPrefix(o.wire.URL, "sqlserver:") {
			text = "\x01\x00\x00\x00\x07\x00" // of TDS: one request is outstanding, and asks for TM_COMMIT_XACT
		}
		o.wire.StallAfter(text)
		o.call(t, "", "POST /register", `{"username":"joe","email":"joe@example.com","password":"`+goodPassword+`"}`).want(t, "register", 503)
		o.wire.Resume()
		o.checkReturn(t, 1)
	})
}

// TestRestedConnections: connections that the server has closed while nobody used them
// are handed to no request.
func TestRestedConnections(t *testing.T) {
	eachOutage(t, func(t *testing.T, o *outage) {
		for range 3 {
			o.storm(t, 20) // opens some
			o.wire.Cut()
			time.Sleep(200 * time.Millisecond)
			if counts := o.storm(t, 20); counts[503] > 0 {
				t.Errorf("after the connections were closed the answers are %v, want no 503", counts)
			}
		}
		if text := o.watch.String(); strings.Contains(text, "away") {
			t.Errorf("the watch says %s", text)
		}
	})
}

// TestSlowIsNotAway: a database that takes its time is waited for, for longer than one
// that is away.
func TestSlowIsNotAway(t *testing.T) {
	eachOutage(t, func(t *testing.T, o *outage) {
		o.wire.Delay(5 * time.Millisecond)
		held := make(chan error)
		go func() {
			held <- o.db.Tx(t.Context(), func(tx *gorm.DB) error {
				defer time.Sleep(3 * time.Second)
				return models.LockRow(tx, models.DirectoryLock)
			})
		}()
		if counts := o.storm(t, 10); counts[503] > 0 {
			t.Errorf("the answers are %v, want no 503", counts)
		}
		if err := <-held; err != nil {
			t.Error(err)
		}
		if text := o.watch.String(); strings.Contains(text, "away") {
			t.Errorf("the watch says %s", text)
		}
	})
}
