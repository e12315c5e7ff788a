package services

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// happened writes an event as of that instant.
func (f *fixture) happened(at models.Time, event models.Event) {
	f.t.Helper()
	f.exec(`INSERT INTO "RolecallEvents" ("At", "ActorId", "ActorName", "Action", "TargetType", "TargetId", "TargetName", "Changes", "Address", "RequestId")`+
		` VALUES (?, ?, ?, ?, ?, ?, ?, '{}', '', '')`,
		int64(at), event.ActorID, event.ActorName, event.Action, event.TargetType, event.TargetID, event.TargetName)
}

// targetsOf are the events' targets.
func targetsOf(events []models.Event) []string {
	list := []string{}
	for _, e := range events {
		list = append(list, e.TargetName)
	}
	return list
}

func TestEventsBetweenDays(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.exec(`DELETE FROM "RolecallEvents"`)
		day, err := models.DayOf("2026-03-04")
		if err != nil {
			t.Fatal(err)
		}
		for name, at := range map[string]models.Time{ // in no order
			"c": (day + 1).Begin() - 1, "b": day.Begin(), "a": day.Begin() - 1, "e": (day + 2).Begin(), "d": (day + 1).Begin(),
		} {
			f.happened(at, models.Event{TargetName: name})
		}
		for _, tt := range []struct {
			name, from, to string
			want           []string
		}{
			{"no bound, newest first", "", "", []string{"e", "d", "c", "b", "a"}},
			{"one day", "2026-03-04", "2026-03-04", []string{"c", "b"}},
			{"two days", "2026-03-04", "2026-03-05", []string{"d", "c", "b"}},
			{"from", "2026-03-05", "", []string{"e", "d"}},
			{"to", "", "2026-03-03", []string{"a"}},
			{"ends before it begins", "2026-03-05", "2026-03-04", []string{}},
			{"long ago", "0001-01-01", "1969-12-31", []string{}},
			{"all there is", "0001-01-01", "9999-12-31", []string{"e", "d", "c", "b", "a"}},
		} {
			page, err := f.Audit.List(t.Context(), f.as("root"), EventQuery{From: tt.from, To: tt.to})
			if diff := cmp.Diff(tt.want, targetsOf(page.Items)); err != nil || diff != "" || page.Total != int64(len(tt.want)) {
				t.Errorf("%s: List = %v, %d in all (-want +got):\n%s", tt.name, err, page.Total, diff)
			}
		}
		for _, tt := range []struct{ from, to, fields string }{
			{"x", "", "from"}, {"", "2026-02-30", "to"}, {"4.3.2026", "20260304", "from,to"}, {"2026-03-04T00:00:00Z", "", "from"}, {"\x00", " ", "from,to"},
		} {
			query := EventQuery{From: tt.from, To: tt.to}
			_, err := f.Audit.List(t.Context(), f.as("root"), query)
			_, _, batchErr := f.Audit.Batch(t.Context(), f.as("root"), query)
			if models.KindOf(err) != models.Invalid || fieldsOf(err) != tt.fields || fieldsOf(batchErr) != tt.fields {
				t.Errorf("from %q to %q: List = %v, Batch = %v, want invalid %s", tt.from, tt.to, err, batchErr, tt.fields)
			}
		}
	})
}

// A page ends between two events of one millisecond, and no id is needed to rise
// with the time.
func TestWalkEventsOfOneInstant(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.exec(`DELETE FROM "RolecallEvents"`)
		for i, at := range []models.Time{5, 9, 5, 7, 7, 7, 5, 1} {
			f.happened(at, models.Event{TargetName: fmt.Sprint(i)})
		}
		want := []string{"1", "5", "4", "3", "6", "2", "0", "7"}
		for limit := 1; limit <= len(want); limit++ {
			var forth, back []string
			q := EventQuery{Limit: limit}
			for more := true; more; more = q.Cursor != "" {
				page, err := f.Audit.List(t.Context(), f.as("root"), q)
				if err != nil {
					t.Fatal(err)
				}
				forth = append(forth, targetsOf(page.Items)...)
				q.Cursor = page.Next
			}
			q.Cursor = cursor{Order: newestFirst.name, Back: true}.String() // behind the last
			for q.Cursor != "" {
				page, err := f.Audit.List(t.Context(), f.as("root"), q)
				if err != nil {
					t.Fatal(err)
				}
				back = append(targetsOf(page.Items), back...)
				q.Cursor = page.Previous
			}
			if !slices.Equal(forth, want) || !slices.Equal(back, want) {
				t.Errorf("by %d: forth %v, back %v, want %v", limit, forth, back, want)
			}
		}
	})
}

// A walk in batches meets every event once, those of one instant included.
func TestBatch(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.exec(`DELETE FROM "RolecallEvents"`)
		const all = 2*batchSize + 3
		for i := range all {
			f.happened(models.Time(i/100), models.Event{TargetName: fmt.Sprint(i), Action: []string{"odd", "even"}[i%2]})
		}
		for _, tt := range []struct {
			action  string
			want    int
			batches int
		}{{"", all, 3}, {"odd", all/2 + 1, 2}, {"none", 0, 1}} {
			var seen []models.Event
			q, batches := EventQuery{Action: tt.action, Limit: 1}, 0
			for more := true; more; more = q.Cursor != "" {
				batch, next, err := f.Audit.Batch(t.Context(), f.as("root"), q)
				if err != nil {
					t.Fatal(err)
				}
				seen, q.Cursor = append(seen, batch...), next
				batches++
			}
			sorted := slices.IsSortedFunc(seen, func(a, b models.Event) int { return int(b.EventID - a.EventID) })
			if len(seen) != tt.want || len(slices.Compact(targetsOf(seen))) != tt.want || !sorted || batches != tt.batches {
				t.Errorf("%q: met %d events in %d batches, newest first %t, want %d in %d", tt.action, len(seen), batches, sorted, tt.want, tt.batches)
			}
		}
		for name, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
			if events, _, err := f.Audit.Batch(t.Context(), f.as(name), EventQuery{}); models.KindOf(err) != want || len(events) != 0 {
				t.Errorf("Batch for %q = %d events, %v, want kind %q", name, len(events), err, want)
			}
		}
		if _, _, err := f.Audit.Batch(t.Context(), f.as("root"), EventQuery{Cursor: "x"}); fieldsOf(err) != "cursor" {
			t.Errorf("Batch at a bad cursor = %v, want it to be invalid", err)
		}
	})
}

func TestPresent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, bob, role := f.id("ann"), f.id("bob"), f.roleID(models.UserRole)
		if err := f.Users.Delete(t.Context(), f.as("root"), bob); err != nil {
			t.Fatal(err)
		}
		events := []models.Event{
			{ActorID: ann, TargetType: models.UserTarget, TargetID: bob},
			{ActorID: bob, TargetType: models.RoleTarget, TargetID: role},
			{TargetType: models.RoleTarget, TargetID: 9999},
			{TargetType: "thing", TargetID: 9998},
		}
		got, err := f.Audit.Present(t.Context(), f.as("root"), events)
		want := models.Present{Users: map[int64]bool{ann: true}, Roles: map[int64]bool{role: true}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Present = %v (-want +got):\n%s", err, diff)
		}
		if _, err := f.Audit.Present(t.Context(), f.as("ann"), events); models.KindOf(err) != models.Forbidden {
			t.Errorf("Present for a user = %v, want forbidden", err)
		}
		if got, err := f.Audit.Present(t.Context(), f.as("root"), nil); err != nil || len(got.Users)+len(got.Roles) != 0 {
			t.Errorf("Present of nothing = %+v, %v, want nothing", got, err)
		}
	})
}

// SQLite says how it would find the events: each filter by an index, in order,
// also behind a cursor.
func TestFiltersAreIndexed(t *testing.T) {
	db := modeltest.NewDB(t)
	s := newServices(t, db, slog.New(slog.DiscardHandler))
	for index, queries := range map[string][]EventQuery{
		"At":         {{}, {From: "2026-03-04"}, {To: "2026-03-04"}},
		"Action":     {{Action: "user.updated"}, {Action: "user.updated", From: "2026-03-04"}},
		"ActorName":  {{Actor: "ann"}, {Actor: "ann", To: "2026-03-04"}},
		"TargetName": {{Target: "ann"}, {Target: "ann", From: "2026-03-04"}},
	} {
		for _, q := range queries {
			filter, err := s.Audit.filter(q)
			if err != nil {
				t.Fatal(err)
			}
			for _, behind := range []bool{false, true} {
				plan := explain(t, db, func(tx *gorm.DB) *gorm.DB {
					if tx = filter(tx); behind {
						tx = newestFirst.behind(tx, cursor{Int: 7, ID: 7})
					}
					return newestFirst.sorted(tx, false).Limit(batchSize).Find(&[]models.Event{})
				})
				if !regexp.MustCompile(`^\[\{\w+ RolecallEvents USING INDEX IX_RolecallEvents_` + index + `[^}]*\}\]$`).MatchString(plan) {
					t.Errorf("%+v, behind a cursor %t: %s, want it by the index of %s", q, behind, plan, index)
				}
			}
		}
	}
}

// explain is what the engine says of its plan.
func explain(t *testing.T, db *models.DB, query func(tx *gorm.DB) *gorm.DB) string {
	t.Helper()
	var steps []struct {
		Detail string `gorm:"column:detail"`
	}
	read := db.Read(t.Context())
	asked := query(read.Session(&gorm.Session{DryRun: true})).Statement
	if err := read.Raw("EXPLAIN QUERY PLAN "+asked.SQL.String(), asked.Vars...).Scan(&steps).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(steps)
}
