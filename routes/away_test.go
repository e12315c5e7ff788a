package routes

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// TestPanic: a fault of ours is told in constant words, and logged with the
// request's id.
func TestPanic(t *testing.T) {
	t.Parallel()
	s := build(t, modeltest.NewDB(t))
	s.app.Get("/broken", func(c *fiber.Ctx) error { panic("canary " + c.Query("q")) })
	s.app.Get("/admin/broken", func(*fiber.Ctx) error { panic(io.ErrUnexpectedEOF) })
	s.app.Get("/failed", func(*fiber.Ctx) error { return fmt.Errorf("canary: %w", io.EOF) })
	s.listen()
	for _, path := range []string{"/broken?q=canary", "/admin/broken", "/failed"} {
		a := s.send(t, s.request(t, "GET "+path, "")).want(t, path, 500)
		id := a.Header.Get("X-Request-Id")
		if strings.Contains(a.body, "canary") || strings.Contains(a.body, "EOF") || !strings.Contains(a.body, id) || !strings.Contains(a.body, "Something went wrong") {
			t.Errorf("%s: the answer is %s", path, a.body)
		}
		told := func(line string) bool { return strings.Contains(line, "level=ERROR") && strings.Contains(line, id) }
		if lines := slices.DeleteFunc(strings.Split(s.log.String(), "\n"), func(line string) bool { return !told(line) }); len(lines) != 1 {
			t.Errorf("%s: the log has %d errors with the id %s, want 1:\n%s", path, len(lines), id, s.log)
		}
	}
	s.send(t, s.request(t, "GET /healthz", "")).want(t, "the next request", 200)
}

// checkAway asks a server whose database does not answer for this and that, with the
// tokens of an admin.
func (s *server) checkAway(t *testing.T, bearer, cookie string) {
	t.Helper()
	for _, tt := range []struct {
		call, body string
		head       []string
		want       int
	}{
		{"GET /healthz", "", nil, 200},
		{"GET /readyz", "", nil, 503},
		{"GET /login", "", nil, 200},
		{"GET /openapi.json", "", nil, 200},
		{"GET /users", "", []string{"Authorization: Bearer " + bearer}, 503},
		{"GET /users/me", "", []string{"Authorization: Bearer x"}, 401},
		{"GET /users/me", "", nil, 401},
		{"POST /register", `{"username":"carl","password":"` + goodPassword + `","email":"carl@example.com"}`, []string{"Content-Type: application/json"}, 503},
		{"POST /token", credentials("ann", goodPassword), []string{formType}, 503},
		{"POST /login", credentials("ann", goodPassword), []string{formType}, 503},
		{"GET /admin/users", "", []string{"Cookie: rolecall=" + cookie}, 503},
		{"GET /admin", "", []string{"Cookie: rolecall=" + cookie}, 503},
	} {
		a := s.send(t, s.request(t, tt.call, tt.body, tt.head...))
		if a.StatusCode != tt.want {
			t.Errorf("%s: got %d, want %d: %s", tt.call, a.StatusCode, tt.want, a.body)
		}
		if (a.Header.Get("Retry-After") != "") != (tt.want == 503) {
			t.Errorf("%s (%d): Retry-After is %q", tt.call, a.StatusCode, a.Header.Get("Retry-After"))
		}
		if strings.Contains(a.body, "closed") {
			t.Errorf("%s: the database's words: %s", tt.call, a.body)
		}
	}
}

// TestAway: without its database the service says so, and lives.
func TestAway(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		bearer, cookie := s.token("root", models.APISession), s.token("root", models.ConsoleSession)
		s.send(t, s.request(t, "GET /readyz", "")).want(t, "readyz before", 200)
		if err := s.db.Close(); err != nil {
			t.Fatalf("close the database: %v", err)
		}
		if err := s.Ready(t.Context()); models.KindOf(err) != models.Busy {
			t.Skipf("skipped: a closed database is not busy: %v", err)
		}
		s.checkAway(t, bearer, cookie)
		s.send(t, s.request(t, "GET /users/me", "", "Authorization: Bearer "+bearer)).want(t, "me", 503)
	})
}

// TestOutOfTime: a database that does not answer in a request's time is as good
// as away.
func TestOutOfTime(t *testing.T) {
	each(t, func(t *testing.T, s *server) {
		life, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
		defer cancel()
		late := s.again(t, life)
		late.checkAway(t, s.token("root", models.APISession), s.token("root", models.ConsoleSession))
	})
}

// again is a second server on the same database.
func (s *server) again(t *testing.T, life context.Context) *server {
	t.Helper()
	app, err := New(life, s.Services, s.cfg, slog.New(slog.DiscardHandler), new(Drain), nil)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	other := &server{t: t, db: s.db, cfg: s.cfg, app: app, Services: s.Services, log: &logBuffer{}, ids: s.ids, given: map[string]string{}}
	other.listen()
	return other
}

// TestDraining: a program that is about to stop is not ready, but serves, on
// connections that end with the answer.
func TestDraining(t *testing.T) {
	t.Parallel()
	s := one(t)
	calls := map[string]int{"GET /readyz": 200, "GET /login": 200, "GET /users/me": 401, "GET /nowhere": 404, "DELETE /login": 405}
	for call, want := range calls {
		if a := s.send(t, s.request(t, call, "")).want(t, call, want); a.Close {
			t.Errorf("%s: the connection ends before the drain begins", call)
		}
	}
	s.drain.begin()
	calls["GET /readyz"] = 503
	for call, want := range calls {
		a := s.send(t, s.request(t, call, "")).want(t, call, want)
		if !a.Close {
			t.Errorf("%s: the connection goes on while the program drains", call)
		}
		if call == "GET /readyz" {
			checkAPI(t, s, call, a)
		}
	}
}

// TestDrainIsQuiet: what is asked puts the end off, a probe does not, and the
// context ends the wait.
func TestDrainIsQuiet(t *testing.T) {
	t.Parallel()
	const long = 50 * time.Millisecond
	var drain Drain
	answer := func(path string) {
		var ctx fasthttp.RequestCtx
		ctx.Request.SetRequestURI(path)
		drain.answer(&ctx)
	}
	begun := time.Now()
	drain.begin()
	time.Sleep(long / 2)
	answer("/users/me")
	last := time.Now()
	time.Sleep(long / 4)
	answer("/readyz")
	answer("/healthz")
	asked := drain.asked.Load()
	drain.quiet(t.Context(), long)
	if got := time.Since(begun); got < long*3/2 || asked > last.UnixNano() {
		t.Errorf("it was quiet after %s, want %s from the last request that was no probe", got, long)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	answer("/users/me")
	drain.quiet(ended, time.Hour)
}
