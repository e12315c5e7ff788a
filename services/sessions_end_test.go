package services

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

// in signs the user in and returns the actor of that session.
func (f *fixture) in(name string, kind models.SessionKind) models.Actor {
	f.t.Helper()
	actor, err := f.Tokens.Authenticate(f.t.Context(), f.as(""), f.token(name, goodPassword, kind), kind)
	if err != nil {
		f.t.Fatalf("sign %s in: %v", name, err)
	}
	return actor
}

// alive lists the sessions of the database, sorted.
func (f *fixture) alive(names map[string]string) string {
	f.t.Helper()
	var ids []string
	if err := f.db.Read(f.t.Context()).Model(&models.Session{}).Pluck("SessionId", &ids).Error; err != nil {
		f.t.Fatal(err)
	}
	list := make([]string, 0, len(ids))
	for _, name := range []string{"ann1", "ann2", "ann3", "bob1"} {
		for _, id := range ids {
			if names[name] == id {
				list = append(list, name)
			}
		}
	}
	return strings.Join(list, " ")
}

func TestEndSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root := f.as("root")
		for _, tt := range []struct {
			name  string
			end   func(ann1, ann2, bob models.Actor) error
			want  models.Kind
			left  string
			event string
		}{
			{"another of one's own", func(ann1, ann2, _ models.Actor) error {
				return f.Sessions.End(t.Context(), ann1, ann2.SessionID)
			}, "", "ann1 ann3 bob1", `ann session.ended user:ann {"session":{"old":"192.0.2.7 test","new":null}}`},
			{"one's present one", func(ann1, _, _ models.Actor) error {
				return f.Sessions.End(t.Context(), ann1, ann1.SessionID)
			}, "", "ann2 ann3 bob1", `ann session.ended user:ann {"session":{"old":"192.0.2.7 test","new":null}}`},
			{"another user's", func(ann1, _, bob models.Actor) error {
				return f.Sessions.End(t.Context(), ann1, bob.SessionID)
			}, models.NotFound, "ann1 ann2 ann3 bob1", ""},
			{"an admin, one of another's", func(_, ann2, _ models.Actor) error {
				return f.Sessions.End(t.Context(), root, ann2.SessionID)
			}, models.NotFound, "ann1 ann2 ann3 bob1", ""},
			{"none", func(ann1, _, _ models.Actor) error {
				return f.Sessions.End(t.Context(), ann1, "")
			}, models.NotFound, "ann1 ann2 ann3 bob1", ""},
			{"no text", func(ann1, _, _ models.Actor) error {
				return f.Sessions.End(t.Context(), ann1, "\x00\xff")
			}, models.NotFound, "ann1 ann2 ann3 bob1", ""},
			{"a stranger", func(_, ann2, _ models.Actor) error {
				return f.Sessions.End(t.Context(), f.as(""), ann2.SessionID)
			}, models.Unauthenticated, "ann1 ann2 ann3 bob1", ""},
			{"all others", func(ann1, _, _ models.Actor) error {
				return f.Sessions.EndOthers(t.Context(), ann1)
			}, "", "ann1 bob1", `ann session.ended user:ann {"sessions":{"old":2,"new":null}}`},
			{"a stranger, all others", func(_, _, _ models.Actor) error {
				return f.Sessions.EndOthers(t.Context(), f.as(""))
			}, models.Unauthenticated, "ann1 ann2 ann3 bob1", ""},
			{"all, by an admin", func(ann1, _, _ models.Actor) error {
				return f.Sessions.EndAll(t.Context(), root, ann1.User.UserID)
			}, "", "bob1", `root session.ended user:ann {"sessions":{"old":3,"new":null}}`},
			{"all of nobody, by an admin", func(_, _, _ models.Actor) error {
				return f.Sessions.EndAll(t.Context(), root, 1<<40)
			}, models.NotFound, "ann1 ann2 ann3 bob1", ""},
			{"all of root, who has none", func(_, _, _ models.Actor) error {
				return f.Sessions.EndAll(t.Context(), root, root.User.UserID)
			}, "", "ann1 ann2 ann3 bob1", ""},
			{"all, by another user", func(ann1, _, bob models.Actor) error {
				return f.Sessions.EndAll(t.Context(), bob, ann1.User.UserID)
			}, models.Forbidden, "ann1 ann2 ann3 bob1", ""},
			{"all of one's own, by a user", func(ann1, _, _ models.Actor) error {
				return f.Sessions.EndAll(t.Context(), ann1, ann1.User.UserID)
			}, models.Forbidden, "ann1 ann2 ann3 bob1", ""},
		} {
			f.exec(`DELETE FROM "RolecallSessions"`)
			ann1, ann2 := f.in("ann", models.ConsoleSession), f.in("ann", models.APISession)
			ann3, bob := f.in("ann", models.APISession), f.in("bob", models.APISession)
			names := map[string]string{"ann1": ann1.SessionID, "ann2": ann2.SessionID, "ann3": ann3.SessionID, "bob1": bob.SessionID}
			_, last := f.events(0)
			err := tt.end(ann1, ann2, bob)
			if got := models.KindOf(err); got != tt.want {
				t.Errorf("%s: got kind %q (%v), want %q", tt.name, got, err, tt.want)
			}
			if got := f.alive(names); got != tt.left {
				t.Errorf("%s: left are %q, want %q", tt.name, got, tt.left)
			}
			tokens := f.count(`SELECT COUNT(DISTINCT "SessionId") FROM "RolecallRefreshTokens" WHERE "SessionId" IN ?`, []string{ann2.SessionID, ann3.SessionID, bob.SessionID})
			if want := int64(strings.Count(tt.left, "ann2") + strings.Count(tt.left, "ann3") + 1); tokens != want {
				t.Errorf("%s: refresh tokens of %d sessions are left, want %d", tt.name, tokens, want)
			}
			events, _ := f.events(last)
			if got := strings.Join(events, "\n"); got != tt.event {
				t.Errorf("%s: events are %q, want %q", tt.name, got, tt.event)
			}
		}
	})
}

func TestListSessions(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.in("ann", models.ConsoleSession)
		now := models.Now()
		insert := func(id string, kind models.SessionKind, created, seen, expires time.Duration) {
			f.exec(`INSERT INTO "RolecallSessions" ("SessionId", "UserId", "Kind", "CreatedAt", "LastSeenAt", "ExpiresAt", "Address", "UserAgent") VALUES (?, ?, ?, ?, ?, ?, '', '')`,
				id, ann.User.UserID, kind, int64(now.Add(created)), int64(now.Add(seen)), int64(now.Add(expires)))
		}
		insert("old", models.APISession, -time.Hour, -time.Hour, time.Hour)
		insert("idle", models.ConsoleSession, -2*time.Hour, -31*time.Minute, time.Hour)
		insert("busy", models.ConsoleSession, -3*time.Hour, -29*time.Minute, time.Hour)
		insert("over", models.APISession, -4*time.Hour, 0, -time.Second)
		for _, tt := range []struct {
			as   string
			of   int64
			want models.Kind
		}{{"ann", ann.User.UserID, ""}, {"root", ann.User.UserID, ""}, {"bob", ann.User.UserID, models.Forbidden},
			{"", ann.User.UserID, models.Unauthenticated}, {"root", 1 << 40, models.NotFound}} {
			sessions, err := f.Sessions.List(t.Context(), f.as(tt.as), tt.of)
			if got := models.KindOf(err); got != tt.want {
				t.Errorf("%s lists %d: got kind %q (%v), want %q", tt.as, tt.of, got, err, tt.want)
			}
			var ids []string
			for _, session := range sessions {
				ids = append(ids, session.SessionID)
			}
			want := []string{ann.SessionID, "old", "busy"}
			if tt.want != "" {
				want = nil
			}
			if diff := cmp.Diff(want, ids); diff != "" {
				t.Errorf("%s lists: sessions differ (-want +got):\n%s", tt.as, diff)
			}
		}
		if n, err := f.Sessions.Count(t.Context(), ann, ann.User.UserID); n != 3 || err != nil {
			t.Errorf("Count = %d, %v, want 3", n, err)
		}
		for i := range sessionsMax {
			insert(fmt.Sprint("more", i), models.APISession, time.Minute, 0, time.Hour)
		}
		if sessions, err := f.Sessions.List(t.Context(), ann, ann.User.UserID); len(sessions) != sessionsMax || err != nil {
			t.Errorf("List = %d sessions, %v, want at most %d", len(sessions), err, sessionsMax)
		}
	})
}

// A sign-in takes the place of the session that the same browser had.
func TestSignInEndsTheSessionBefore(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		before := f.in("ann", models.ConsoleSession)
		_, session, err := f.Sessions.SignIn(t.Context(), before, "bob", goodPassword, models.ConsoleSession)
		if err != nil || session.SessionID == before.SessionID {
			t.Fatalf("SignIn = %+v, %v, want another session", session, err)
		}
		if n := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); n != 1 {
			t.Errorf("%d sessions, want the new one alone", n)
		}
		if _, _, err := f.Sessions.SignIn(t.Context(), before, "bob", "wrong", models.ConsoleSession); err == nil {
			t.Error("SignIn with a wrong password succeeded")
		}
		if n := f.count(`SELECT COUNT(*) FROM "RolecallSessions"`); n != 1 {
			t.Errorf("after a refused sign-in there are %d sessions, want the one", n)
		}
	})
}

// What has expired goes, and nothing else.
func TestPurgeWithTokens(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		_, stays := f.begin("ann")
		_, goes := f.begin("bob")
		for _, table := range []string{"RolecallSessions", "RolecallRefreshTokens"} {
			f.exec(`UPDATE "`+table+`" SET "ExpiresAt" = ? WHERE "SessionId" = ?`, int64(models.Now())-1, goes.SessionID)
		}
		if err := f.Sessions.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"RolecallSessions", "RolecallRefreshTokens"} {
			all := f.count(`SELECT COUNT(*) FROM "` + table + `"`)
			if left := f.count(`SELECT COUNT(*) FROM "`+table+`" WHERE "SessionId" = ?`, stays.SessionID); all != 1 || left != 1 {
				t.Errorf("%s: %d rows are left, %d of them good, want the good one", table, all, left)
			}
		}
	})
}
