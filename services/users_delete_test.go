package services

import (
	"testing"

	"rolecall/models"
)

func TestDelete(t *testing.T) {
	remove := func(as string, id func(*fixture) int64) func(*fixture) error {
		return func(f *fixture) error { return f.Users.Delete(t.Context(), f.as(as), id(f)) }
	}
	of := func(name string) func(*fixture) int64 { return func(f *fixture) int64 { return f.id(name) } }
	each(t, func(t *testing.T, f *fixture) {
		if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", goodPassword, models.APISession); err != nil {
			t.Fatal(err)
		}
		ann := f.id("ann")
		f.play(t, []scenario{
			{"a stranger", remove("", of("ann")), models.Unauthenticated, "", nil},
			{"another user", remove("bob", of("ann")), models.Forbidden, "", nil},
			{"self", remove("ann", of("ann")), models.Forbidden, "", nil},
			{"no such user", remove("root", func(*fixture) int64 { return 9999 }), models.NotFound, "", nil},
			{"the last admin", remove("root", of("root")), models.Conflict, "", nil},
			{"a user", remove("root", of("ann")), "", "", []string{
				`root user.deleted user:ann {"email":{"old":"ann@example.com","new":null},"first_name":{"old":"","new":null},"is_active":{"old":true,"new":null},"last_name":{"old":"","new":null},"roles":{"old":["User"],"new":null},"username":{"old":"ann","new":null}}`}},
			{"again", remove("root", func(*fixture) int64 { return ann }), models.NotFound, "", nil},
		})
		for _, table := range []string{"Users", "UserRoles", "RolecallAccounts", "RolecallSessions"} {
			if got := f.count(`SELECT COUNT(*) FROM "`+table+`" WHERE "UserId" = ?`, ann); got != 0 {
				t.Errorf("%s holds %d rows of the deleted user", table, got)
			}
		}
	})
}

// A deletion takes along all traces but the events.
func TestTraces(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann := f.id("ann")
		for as, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
			if _, err := f.Users.Traces(t.Context(), f.as(as), ann); models.KindOf(err) != want {
				t.Errorf("Traces as %q = %v, want kind %q", as, err, want)
			}
		}
		f.signIn("ann", goodPassword)
		f.signIn("bob", goodPassword)
		for range 2 {
			if _, _, err := f.Sessions.SignIn(t.Context(), f.as(""), "ann", "wrong", models.APISession); err == nil {
				t.Fatal("a wrong password signs in")
			}
		}
		check := func(when string, want Traces) {
			t.Helper()
			if got, err := f.Users.Traces(t.Context(), f.as("root"), ann); err != nil || got != want {
				t.Errorf("%s: Traces = %+v, %v; want %+v", when, got, err, want)
			}
		}
		check("before", Traces{Devices: 1, Attempts: 2, Events: 1})
		if err := f.Users.Delete(t.Context(), f.as("root"), ann); err != nil {
			t.Fatal(err)
		}
		check("after", Traces{Events: 2})
	}, func(c *Config) { c.LoginLimits = true })
}
