package models_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/ncruces/go-sqlite3"

	"rolecall/models"
)

func TestCheckUsername(t *testing.T) {
	for name, ok := range map[string]bool{
		"bob": true, "Bob.O_b@e+x-y": true, "0ab": true, strings.Repeat("a", 64): true,
		"": false, "ab": false, strings.Repeat("a", 65): false, ".ab": false, "_ab": false, "@ab": false, "a b": false,
		" bob": false, "bob ": false, "bob\n": false, "böb": false, "bоb": false, "bob\x00": false, "bob😀": false, "a/b": false, "a'b": false, "ｂｏｂ": false,
	} {
		if got := models.CheckUsername(name); (got == "") != ok {
			t.Errorf("CheckUsername(%q) = %q, want acceptable %t", name, got, ok)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for email, ok := range map[string]bool{
		"a@b": true, "o'brien+tag@example.co.uk": true, "jörg@münchen.example": true, strings.Repeat("a", 242) + "@example.com": true,
		"": false, "a": false, "@b": false, "a@": false, "a@b@c": false, "a@@b": false, "a b@c": false, "a@b\n": false, "a@b\x00": false,
		"a\u00a0b@c": false, "a\u200bb@c": false, "a@b\xff": false, strings.Repeat("a", 243) + "@example.com": false, strings.Repeat("ä", 242) + "@example.com": true,
	} {
		if got := models.CheckEmail(email); (got == "") != ok {
			t.Errorf("CheckEmail(%q) = %q, want acceptable %t", email, got, ok)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"": true, "Anna Maria": true, "O'Brien": true, "Łukasz": true, "李": true, strings.Repeat("😀", 100): true, "👩‍👩‍👧": true, "<script>": true,
		strings.Repeat("a", 101): false, "a\tb": false, "a\nb": false, "a\x00": false, "a\x7f": false, "a\u0085": false, "a\xff": false,
	} {
		if got := models.CheckName(name); (got == "") != ok {
			t.Errorf("CheckName(%q) = %q, want acceptable %t", name, got, ok)
		}
	}
}

func TestCheckRole(t *testing.T) {
	for _, tt := range []struct{ name, description, want string }{
		{"Editor", "", ""},
		{"Chef de cuisine", "Kocht, brät & gärt", ""},
		{strings.Repeat("😀", 64), strings.Repeat("ä", 200), ""},
		{"", "", "role_name"}, {"  ", "", "role_name"}, {" a", "", "role_name"}, {"a ", "", "role_name"}, {"a\n", "", "role_name"}, {"a\x00b", "", "role_name"},
		{"a\u200b", "", "role_name"}, {"a\xff", "", "role_name"}, {strings.Repeat("a", 65), "", "role_name"},
		{"a", strings.Repeat("a", 201), "description"}, {"a", "a\nb", "description"}, {"a", "\xff", "description"},
	} {
		fields := models.CheckRole(tt.name, tt.description)
		if _, found := fields[tt.want]; found != (tt.want != "") || len(fields) > 1 {
			t.Errorf("CheckRole(%q, %q) = %v, want %q to blame", tt.name, tt.description, fields, tt.want)
		}
	}
}

func TestSameName(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"Bob", "bOB", true}, {"bob", "bob  ", true}, {"bob", " bob", false}, {"bob", "bo", false}, {"Ä", "ä", true}, {"ß", "ss", false}, {"", "  ", true}} {
		if got := models.SameName(tt.a, tt.b); got != tt.want {
			t.Errorf("SameName(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestTime(t *testing.T) {
	var never models.Time
	if !never.IsZero() || !never.Std().IsZero() {
		t.Errorf("never is %v, %v", never, never.Std())
	}
	at := time.Date(2026, 3, 29, 2, 30, 0, 123_999_999, time.FixedZone("", 7200))
	got := models.TimeOf(at)
	if want := "2026-03-29T00:30:00.123Z"; got.Std().Format(time.RFC3339Nano) != want {
		t.Errorf("TimeOf = %s, want %s", got.Std().Format(time.RFC3339Nano), want)
	}
	if later := got.Add(90 * time.Second); later.Sub(got) != 90*time.Second {
		t.Errorf("Add and Sub = %s, want 90s", later.Sub(got))
	}
	if since := models.Now().Sub(models.TimeOf(time.Now())); since < -time.Second || since > time.Second {
		t.Errorf("Now is %s off", since)
	}
}

func TestDay(t *testing.T) {
	day, err := models.DayOf("2026-03-04")
	if err != nil || day.Std().Format(time.RFC3339) != "2026-03-04T00:00:00Z" {
		t.Errorf("DayOf = %s, %v, want the day's midnight", day.Std().Format(time.RFC3339), err)
	}
	for at, want := range map[models.Time]models.Day{day.Begin(): day, day.Begin() - 1: day - 1, (day + 1).Begin() - 1: day, 0: 0} {
		if got := at.Day(); got != want {
			t.Errorf("%s is on day %d, want %d", at.Std().Format(time.RFC3339Nano), got, want)
		}
	}
	if early, err := models.DayOf("1969-12-31"); err != nil || early != -1 {
		t.Errorf("DayOf 1969-12-31 = %d, %v, want -1", early, err)
	}
	for _, date := range []string{"", "2026-02-29", "2026-3-4", "04.03.2026", "2026-03-04 ", "2026-03-04T00:00:00Z"} {
		if _, err := models.DayOf(date); err == nil {
			t.Errorf("DayOf(%q) = nil, want an error", date)
		}
	}
}

type timeout struct{}

func (timeout) Error() string   { return "i/o timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want models.Kind
	}{
		{"nil", nil, ""},
		{"an error of ours", models.Missing("user"), models.NotFound},
		{"wrapped", fmt.Errorf("x: %w", models.Forbid("x")), models.Forbidden},
		{"a field", models.InvalidField("a", "b"), models.Invalid},
		{"a stranger", errors.New("x"), models.Internal},
		{"end of file", io.EOF, models.Internal},
		{"end of an answer of PostgreSQL's", io.ErrUnexpectedEOF, models.Busy},
		{"a connection of PostgreSQL's that has broken", fmt.Errorf("x: %w", pgconn.ErrConnClosed), models.Busy},
		{"cancelled", context.Canceled, models.Busy},
		{"deadline", fmt.Errorf("x: %w", context.DeadlineExceeded), models.Busy},
		{"a broken connection", driver.ErrBadConn, models.Busy},
		{"a network's timeout", fmt.Errorf("x: %w", net.Error(timeout{})), models.Busy},
		{"refused", &net.OpError{Op: "dial", Err: errors.New("refused")}, models.Busy},
		{"SQL Server's deadlock", fmt.Errorf("x: %w", mssql.Error{Number: 1205}), models.Busy},
		{"SQL Server's syntax", mssql.Error{Number: 102}, models.Internal},
		{"PostgreSQL's serialization", &pgconn.PgError{Code: "40001"}, models.Busy},
		{"PostgreSQL's shutdown", &pgconn.PgError{Code: "57P01"}, models.Busy},
		{"PostgreSQL's standby", &pgconn.PgError{Code: "25006"}, models.Busy},
		{"PostgreSQL's broken connection", &pgconn.PgError{Code: "08006"}, models.Busy},
		{"SQL Server's secondary", mssql.Error{Number: 3906}, models.Busy},
		{"Azure SQL's failover", mssql.Error{Number: 40197}, models.Busy},
		{"PostgreSQL's syntax", &pgconn.PgError{Code: "42601"}, models.Internal},
		{"SQLite's lock", fmt.Errorf("x: %w", sqlite3.BUSY), models.Busy},
		{"SQLite's interrupt", sqlite3.INTERRUPT, models.Busy},
		{"SQLite's corruption", sqlite3.CORRUPT, models.Internal},
	} {
		if got := models.KindOf(tt.err); got != tt.want {
			t.Errorf("%s: KindOf(%v) = %q, want %q", tt.name, tt.err, got, tt.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	err := &models.Error{Kind: models.Invalid, Message: "No.", Fields: models.FieldErrors{"b": "2", "a": "1"}, Err: io.EOF}
	if got, want := err.Error(), "No. (a: 1; b: 2): EOF"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
	if !errors.Is(err, io.EOF) {
		t.Error("the cause is not there")
	}
}

func TestChanges(t *testing.T) {
	changes := models.Changes{}
	changes.Set("same", "a", "a")
	changes.Set("text", "a", "b")
	changes.Set("flag", true, false)
	want := models.Changes{"text": {Old: "a", New: "b"}, "flag": {Old: true, New: false}}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("Set (-want +got):\n%s", diff)
	}
	if got, want := changes.String(), `{"flag":{"old":true,"new":false},"text":{"old":"a","new":"b"}}`; got != want {
		t.Errorf("String = %s, want %s", got, want)
	}
}

func TestUserState(t *testing.T) {
	for _, tt := range []struct {
		owner  bool
		status models.Status
		want   models.Status
	}{
		{true, models.Active, models.Active}, {false, models.Active, models.Disabled}, {true, models.Disabled, models.Disabled},
		{false, models.Disabled, models.Disabled}, {true, models.Pending, models.Pending}, {false, models.Pending, models.Pending},
	} {
		user := models.User{OwnerActive: tt.owner, Status: tt.status}
		if user.State() != tt.want || user.IsActive() != (tt.want == models.Active) {
			t.Errorf("owner %t, status %s: State = %s, active %t, want %s", tt.owner, tt.status, user.State(), user.IsActive(), tt.want)
		}
	}
}

func TestActor(t *testing.T) {
	admin := models.Actor{User: models.User{UserID: 1, Roles: []models.Role{{RoleName: "ADMIN"}}}}
	user := models.Actor{User: models.User{UserID: 2, Roles: []models.Role{{RoleName: "User"}, {RoleName: "Administrators"}}}}
	stranger := models.Actor{User: models.User{Roles: []models.Role{{RoleName: "Admin"}}}} // a role, but nobody
	for _, tt := range []struct {
		name              string
		actor             models.Actor
		admin, self, user models.Kind
	}{
		{"a stranger", stranger, models.Unauthenticated, models.Unauthenticated, models.Unauthenticated},
		{"a user", user, models.Forbidden, "", ""},
		{"an admin", admin, "", "", ""},
		{"a command", models.System(), "", "", models.Unauthenticated},
	} {
		if got := models.KindOf(tt.actor.RequireAdmin("x")); got != tt.admin {
			t.Errorf("%s: RequireAdmin = %q, want %q", tt.name, got, tt.admin)
		}
		if got := models.KindOf(tt.actor.RequireSelfOrAdmin(2, "x")); got != tt.self {
			t.Errorf("%s: RequireSelfOrAdmin = %q, want %q", tt.name, got, tt.self)
		}
		if got := models.KindOf(tt.actor.RequireUser("x")); got != tt.user {
			t.Errorf("%s: RequireUser = %q, want %q", tt.name, got, tt.user)
		}
	}
	if stranger.Is(0) {
		t.Error("a stranger is user 0")
	}
}
