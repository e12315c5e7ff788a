package services

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rolecall/models"
)

// FuzzCursor: what is read as a cursor is one in the order that it is for, and the
// same when it is written and read again.
func FuzzCursor(f *testing.F) {
	f.Add(cursor{Order: "username", Text: "ann", ID: 2, Place: 1}.String(), "username")
	f.Add(cursor{Order: "-at", Int: -1, ID: 9, Back: true, End: true}.String(), "-at")
	f.Add("eyJvIjoidXNlcm5hbWUiLCJPIjoiZW1haWwifQ", "email")
	f.Add("e30", "")
	f.Add("====", "user_id")
	f.Fuzz(func(t *testing.T, text, order string) {
		read, err := parseCursor(text, order)
		if err != nil {
			if err != error(errCursor) {
				t.Fatalf("parseCursor = %v, want the one refusal", err)
			}
			return
		}
		if text != "" && read.Order != order {
			t.Fatalf("a cursor of the order %q is taken in the order %q", read.Order, order)
		}
		if !utf8.ValidString(read.Text) || strings.Contains(read.Text, "\x00") {
			t.Fatalf("its text is %q, which PostgreSQL would refuse", read.Text)
		}
		if !read.given() || len(read.String()) > cursorMax { // such as of many signs that JSON escapes
			return
		}
		if again, err := parseCursor(read.String(), order); err != nil || again != read {
			t.Fatalf("written and read again it is %+v, %v; it was %+v", again, err, read)
		}
	})
}

// FuzzUserQuery: any query is a page within its bounds, or refused as the client's
// fault; and so is the page behind it.
func FuzzUserQuery(f *testing.F) {
	s, root := fuzzed(f)
	f.Add("a", "user", "active", "username", 1, "", "", int64(0), int64(0), int64(0), uint8(0))
	f.Add("ann å", "", "", "-last_name", 2, "last_name", "o'neil%", int64(3), int64(0), int64(2), uint8(1))
	f.Add("%_[x]\\", "Admin", "pending", "-last_login_at", 200, "never", "", int64(-1), int64(1)<<62, int64(-9), uint8(3))
	f.Add("", "", "locked", "created_at", 50, "rest", "\x00\xff", int64(1), int64(1), int64(1), uint8(7))
	f.Add("x' OR 1=1 --", "x' OR 1=1 --", "", "user_id; DROP TABLE Users", 0, "", "", int64(0), int64(0), int64(0), uint8(1))
	f.Fuzz(func(t *testing.T, search, role, status, sort string, limit int, stretch, text string, id, number, place int64, flags uint8) {
		q := UserQuery{Search: search, Status: status, Sort: sort, Limit: limit}
		if role != "" {
			q.Roles = []string{role, models.UserRole}
		}
		if flags&1 != 0 {
			q.Cursor = cursor{Order: sort, Stretch: stretch, Text: text, Int: number, ID: id, Place: place, Back: flags&2 != 0, End: flags&4 != 0}.String()
		}
		page, err := s.Users.List(t.Context(), root, q)
		if err != nil {
			if models.KindOf(err) != models.Invalid {
				t.Fatalf("List(%+v) = %v, want a page or Invalid", q, err)
			}
			return
		}
		checkBounds(t, page, limit)
		for _, user := range page.Items {
			if want := models.Status(status); want == models.Active && !user.IsActive() || want == models.Disabled && user.IsActive() {
				t.Fatalf("List(%+v) has %s, who is not %s", q, user.Username, status)
			}
		}
		for _, cursor := range []string{page.Next, page.Previous, page.Last} {
			if q.Cursor = cursor; cursor == "" {
				continue
			}
			if _, err := s.Users.List(t.Context(), root, q); err != nil {
				t.Fatalf("List(%+v), by a cursor of ours = %v", q, err)
			}
		}
	})
}

// FuzzEventQuery: the same of the audit.
func FuzzEventQuery(f *testing.F) {
	s, root := fuzzed(f)
	f.Add("root", "user.created", "ann", "user", int64(2), "2026-01-01", "2026-12-31", 1, int64(1)<<40, int64(3), uint8(1))
	f.Add("", "", "", "", int64(0), "", "", 0, int64(0), int64(0), uint8(0))
	f.Add("a\x00", "\xff", "%", "role", int64(-1), "0000-00-00", "9999-99-99", 200, int64(-1), int64(-1), uint8(7))
	f.Add("", "", "", "", int64(0), "2026-02-30", "10000-01-01", -1, int64(0), int64(0), uint8(3))
	f.Fuzz(func(t *testing.T, actor, action, target, kind string, targetID int64, from, to string, limit int, at, id int64, flags uint8) {
		q := EventQuery{Actor: actor, Action: action, Target: target, TargetType: kind, TargetID: targetID, From: from, To: to, Limit: limit}
		if flags&1 != 0 {
			q.Cursor = cursor{Order: newestFirst.name, Int: at, ID: id, Back: flags&2 != 0, End: flags&4 != 0}.String()
		}
		page, err := s.Audit.List(t.Context(), root, q)
		if err != nil {
			if models.KindOf(err) != models.Invalid {
				t.Fatalf("List(%+v) = %v, want a page or Invalid", q, err)
			}
			return
		}
		checkBounds(t, page, limit)
		for _, event := range page.Items {
			if action != "" && event.Action != action {
				t.Fatalf("List(%+v) has the action %s", q, event.Action)
			}
		}
	})
}

// checkBounds: a page has no more than was asked for, and lies in its list.
func checkBounds[T any](t *testing.T, page Page[T], limit int) {
	t.Helper()
	n := int64(len(page.Items))
	if limit > 0 && n > int64(limit) || n > pageLimitMax || page.Total < n || n > 0 && (page.First < 1 || page.First+n-1 > page.Total) {
		t.Fatalf("a page of %d, asked for %d, begins at %d of %d", n, limit, page.First, page.Total)
	}
}
