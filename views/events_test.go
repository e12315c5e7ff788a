package views

import (
	"slices"
	"testing"

	"rolecall/models"
)

func TestEntry(t *testing.T) {
	t.Parallel()
	present := models.Present{Users: map[int64]bool{1: true, 7: true}, Roles: map[int64]bool{3: true}}
	for _, tt := range []struct {
		event                         models.Event
		who, whoURL, words, targetURL string
	}{
		{models.Event{ActorID: 1, ActorName: "ada", Action: "user.updated", TargetType: "user", TargetID: 7}, "ada", "/admin/users/1", "changed the user %s", "/admin/users/7"},
		{models.Event{ActorID: 1, Action: "user.deleted", TargetType: "user", TargetID: 7}, "User 1", "/admin/users/1", "deleted the user %s", "/admin/users/7"},
		{models.Event{ActorID: 2, ActorName: "bob", Action: "user.deleted", TargetType: "user", TargetID: 3, TargetName: "carl"}, "bob", "", "deleted the user %s", ""},
		{models.Event{ActorID: 1, ActorName: "ada", Action: "role.updated", TargetType: "role", TargetID: 7}, "ada", "/admin/users/1", "changed the role %s", ""},
		{models.Event{RequestID: "command", Action: "role.created", TargetType: "role", TargetID: 3}, "Command line", "", "created the role %s", "/admin/roles/3"},
		{models.Event{Action: "new_kind.of_thing", TargetType: "thing", TargetID: 3}, "Visitor", "", "new kind of thing %s", ""},
	} {
		e := Entry{tt.event, present}
		if e.Who().In(english(t)) != tt.who || e.WhoURL() != tt.whoURL || e.Words() != tt.words || e.TargetURL() != tt.targetURL {
			t.Errorf("%+v: %q %q %q %q", tt, e.Who().In(english(t)), e.WhoURL(), e.Words(), e.TargetURL())
		}
	}
	if got := actionLabel("role.assigned"); got != "gave a role" {
		t.Errorf("actionLabel = %q", got)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	e := Entry{Event: models.Event{Changes: models.Changes{
		"roles": {Old: []any{"A", "B"}, New: []string{"C"}}, "is_active": {Old: true, New: false},
		"email": {Old: nil, New: "yes"}, "limit": {Old: 1e6, New: 7.5},
		"locked_until": {New: "2026-03-04T15:06:07Z"}, "reason": {New: "10 failed sign-ins in an hour"},
	}}}
	want := [][3]string{
		{"E-Mail", "", "yes"}, {"aktiv", "ja", "nein"}, {"Rollen", "A, B", "C"}, {"limit", "1.000.000", "7.5"},
		{"gesperrt bis", "", "4. März 2026, 15:06:07 UTC"}, {"Grund", "", "10 Fehlanmeldungen in einer Stunde"},
	}
	var got [][3]string
	for _, line := range e.Lines() {
		got = append(got, [3]string{german(t).Say(line.Field), line.Old.In(german(t)), line.New.In(german(t))})
	}
	if !slices.Equal(got, want) {
		t.Errorf("Lines in German = %q, want %q", got, want)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	day := models.Time(24 * 3600 * 1000)
	days := Events{List: []models.Event{{At: past}, {At: past - 1}, {At: past - day}}}.Days()
	if len(days) != 2 || len(days[0].Entries) != 2 || days[1].At != past-day {
		t.Errorf("Days = %+v", days)
	}
}

// TestAuditChips holds that each part of the filter has a chip that takes it alone
// away, and leads to the first page.
func TestAuditChips(t *testing.T) {
	t.Parallel()
	list := AuditList{UserName: "ada", Query: AuditQuery{
		Actor: "bob", Action: "role.assigned", Target: "Editor", User: 7, From: "2026-03-01", To: "2026-03-31", Limit: 5, Cursor: "x",
	}}
	var got []string
	for _, chip := range list.Chips() {
		got = append(got, chip.Label+" "+chip.Value.In(english(t))+" "+chip.URL)
	}
	want := []string{
		"Actor bob /admin/audit?action=role.assigned&from=2026-03-01&limit=5&target=Editor&to=2026-03-31&user=7",
		"Action gave a role /admin/audit?actor=bob&from=2026-03-01&limit=5&target=Editor&to=2026-03-31&user=7",
		"Target Editor /admin/audit?action=role.assigned&actor=bob&from=2026-03-01&limit=5&to=2026-03-31&user=7",
		"User ada /admin/audit?action=role.assigned&actor=bob&from=2026-03-01&limit=5&target=Editor&to=2026-03-31",
		"From (UTC) 2026-03-01 /admin/audit?action=role.assigned&actor=bob&limit=5&target=Editor&to=2026-03-31&user=7",
		"To (UTC) 2026-03-31 /admin/audit?action=role.assigned&actor=bob&from=2026-03-01&limit=5&target=Editor&user=7",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Chips = %q, want %q", got, want)
	}
	if chips := (AuditList{Query: AuditQuery{Limit: 5, Cursor: "x"}}).Chips(); len(chips) > 0 {
		t.Errorf("without a filter Chips = %v", chips)
	}
}

// TestAuditOfNobody holds that a user who is gone is still named.
func TestAuditOfNobody(t *testing.T) {
	t.Parallel()
	list := AuditList{Query: AuditQuery{User: 7}}
	if got := list.Chips()[0].Value.In(english(t)); got != "User 7" {
		t.Errorf("the chip of a user without events says %q", got)
	}
	list.Events.List = []models.Event{{TargetType: "user", TargetID: 7, TargetName: "seven"}, {TargetType: "user", TargetID: 7, TargetName: "six"}}
	if got := list.Chips()[0].Value.In(english(t)); got != "seven" {
		t.Errorf("the chip of a user who is gone says %q, want the last name", got)
	}
}
