package routes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// rowsBut gives n rows in batches of ten, and does something before each batch.
func rowsBut(n int, before func(batch int) error) func(context.Context) ([][]string, error) {
	batch := 0
	return func(ctx context.Context) (rows [][]string, err error) {
		batch++
		if err := errors.Join(ctx.Err(), before(batch)); err != nil {
			return nil, err
		}
		for i := range min(10, n) {
			rows = append(rows, []string{strconv.Itoa(n - i), "x,y"})
		}
		if n -= 10; n <= 0 {
			err = io.EOF
		}
		return rows, err
	}
}

// TestDownload: a file is whole, or it breaks off and the log says why. What fails
// before the first row is answered like any other request.
func TestDownload(t *testing.T) {
	t.Parallel()
	nothing := func(int) error { return nil }
	thirdFails := func(batch int) error {
		if batch == 3 {
			return errors.New("canary")
		}
		return nil
	}
	thirdPanics := func(batch int) error {
		if thirdFails(batch) != nil {
			panic("canary")
		}
		return nil
	}
	for _, tt := range []struct {
		name   string
		source func(context.Context) ([][]string, error)
		status int
		breaks bool
		body   string
		log    string
	}{
		{"rows", rowsBut(12, nothing), 200, false, "2,\"x,y\"\r\n1,\"x,y\"\r\n", "msg=downloaded file=things rows=13"},
		{"none", rowsBut(0, nothing), 200, false, "a,b\r\n", "msg=downloaded file=things rows=1"},
		{"an error at once", func(context.Context) ([][]string, error) { return nil, models.Missing("thing") }, 404, false, "There is no such thing.", ""},
		{"a panic at once", rowsBut(9, func(int) error { panic("canary") }), 500, false, "Something went wrong", "panic: canary"},
		{"an error later", rowsBut(50, thirdFails), 200, true, "a,b\r\n50,\"x,y\"\r\n", "error=canary"},
		{"a panic later", rowsBut(50, thirdPanics), 200, true, "a,b\r\n50,\"x,y\"\r\n", "panic: canary"},
	} {
		s := build(t, modeltest.NewDB(t))
		h := &handlers{life: t.Context(), log: models.NewLog(slog.NewTextHandler(s.log, nil))}
		s.app.Get("/things", func(c *fiber.Ctx) error { return h.sendCSV(c, "things", []string{"a", "b"}, tt.source) })
		s.listen()
		response, err := s.client.Do(s.request(t, "GET /things", ""))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != tt.status || (err != nil) != tt.breaks || !strings.Contains(string(body), tt.body) {
			t.Errorf("%s: got %d, %v, want %d, broken off %t, and %q in\n%s", tt.name, response.StatusCode, err, tt.status, tt.breaks, tt.body, body)
		}
		if !strings.Contains(s.log.String(), tt.log) {
			t.Errorf("%s: the log lacks %q:\n%s", tt.name, tt.log, s.log)
		}
	}
}

// deadlines is a connection that counts how often its deadline for writing is
// moved on.
type deadlines struct {
	net.Conn
	moved int
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	if left := time.Until(at); left > 0 && left <= writeLimit {
		d.moved++
	}
	return nil
}

// TestDownloadMovesItsDeadline: the limit for an answer is one for each batch.
func TestDownloadMovesItsDeadline(t *testing.T) {
	t.Parallel()
	conn := &deadlines{}
	d := &download{next: rowsBut(50, func(int) error { return nil }), ctx: t.Context(), conn: conn, log: slog.New(slog.DiscardHandler)}
	text, err := io.ReadAll(d)
	if err != nil || strings.Count(string(text), "\n") != 50 || conn.moved != 5 {
		t.Errorf("ReadAll = %d bytes, %v, with %d new deadlines, want 50 rows with 5", len(text), err, conn.moved)
	}
}

// fillAudit writes so many events, of so many bytes each, in the place of those
// there are.
func (s *server) fillAudit(t *testing.T, events, size int) {
	t.Helper()
	const at = 200 // in one statement
	err := s.db.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Exec(`DELETE FROM "RolecallEvents"`).Error; err != nil {
			return err
		}
		for first := 0; first < events; first += at {
			rows := make([]models.Event, min(at, events-first))
			for i := range rows {
				rows[i] = models.Event{At: models.Time(first + i + 1), Action: "user.updated", Changes: models.Changes{"email": {New: strings.Repeat("x", size)}}}
			}
			if err := tx.Create(&rows).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLongExport: twenty thousand events come whole and in order.
func TestLongExport(t *testing.T) {
	t.Parallel()
	s := one(t)
	const events = 20_000
	s.fillAudit(t, events, 200)
	response, err := s.client.Do(s.request(t, "GET /admin/audit/export", "", "Cookie: "+s.cookieName()+"="+s.token("root", models.ConsoleSession)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Scan() // the head
	for left := events; left > 0; left-- {
		if at := time.UnixMilli(int64(left)).UTC().Format(time.RFC3339Nano); !lines.Scan() || !strings.Contains(lines.Text(), ","+at+",") {
			t.Fatalf("after %d of %d events comes %q: %v", events-left, events, lines.Text(), lines.Err())
		}
	}
	if lines.Scan() || lines.Err() != nil {
		t.Errorf("after the last event comes %q: %v", lines.Text(), lines.Err())
	}
}

// TestExportTakesNoMemory: what is made while it is sent weighs no more with ten
// thousand events than with a thousand. It is not parallel, as it weighs the heap.
func TestExportTakesNoMemory(t *testing.T) {
	s := one(t)
	h := &handlers{Services: s.Services}
	const few, many, size = 1_000, 10_000, 1_500
	weight := map[int]int64{}
	for _, events := range []int{few, many} {
		s.fillAudit(t, events, size)
		weight[events] = weigh(t, &download{
			next: h.eventBatches(services.EventQuery{}), ctx: models.WithActor(t.Context(), models.System()), conn: &deadlines{}, log: slog.New(slog.DiscardHandler),
		})
	}
	more := weight[many] - weight[few] // all the rows at once would be fifteen million bytes and more
	if more > 2<<20 {
		t.Errorf("the heap has %d bytes more with %d events than with %d", more, many, few)
	}
	t.Logf("the heap grew by %d bytes with %d events, by %d more with %d", weight[few], few, more, many)
}

// weigh reads to the end, and returns the most that the heap grew to meanwhile.
func weigh(t *testing.T, d *download) (most int64) {
	t.Helper()
	const step = 500_000 // bytes
	before := heap()
	for {
		n, err := io.CopyN(io.Discard, d, step)
		if most = max(most, heap()-before); err == io.EOF && n < step {
			return most
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// heap is what is in use, in bytes.
func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // for what had a finalizer, or lay in a pool
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestExportOfABrokenDatabase: the database goes while the file is sent, which is
// too large for any buffer on its way.
func TestExportOfABrokenDatabase(t *testing.T) {
	t.Parallel()
	s := one(t)
	s.fillAudit(t, 20_000, 1_500)
	response, err := s.client.Do(s.request(t, "GET /admin/audit/export", "", "Cookie: "+s.cookieName()+"="+s.token("root", models.ConsoleSession)))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the export begins with %v, %v", response, err)
	}
	defer response.Body.Close()
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("after %d bytes the export ends with %v, want an unexpected end", n, err)
	}
	if !strings.Contains(s.log.String(), "download broken off") {
		t.Errorf("the log does not say so:\n%s", s.log)
	}
}

// TestExportHead: a HEAD is answered without a row, and its connection goes on.
func TestExportHead(t *testing.T) {
	t.Parallel()
	s := one(t)
	for range 3 {
		a := s.page(t, "root", "HEAD /admin/audit/export", "").want(t, "HEAD", 200)
		if a.body != "" || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("HEAD gives %q as %s", a.body, a.Header.Get("Content-Type"))
		}
	}
	if rows := s.export(t, "?action=user.created"); len(rows) != 4*6 {
		t.Errorf("then the export has %d rows, want %d: %s", len(rows), 4*6, fmt.Sprint(rows))
	}
}
