package services

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

func TestIntrospect(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		root := f.as("root")
		user, session := f.begin("ann")
		access, _, err := f.Tokens.Issue(user, session)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Tokens.Introspect(t.Context(), root, access)
		if err != nil || !got.Active || got.User.UserID != user.UserID || got.SessionID != session.SessionID || len(got.TokenID) < 26 ||
			got.Refresh || got.ExpiresAt.Sub(got.IssuedAt) != 15*time.Minute || got.User.PasswordHash != "" {
			t.Errorf("Introspect of an access token = %+v, %v", got, err)
		}
		want := Introspection{Active: true, User: got.User, SessionID: session.SessionID, IssuedAt: session.CreatedAt, ExpiresAt: session.ExpiresAt, Refresh: true}
		refresh, err := f.Tokens.Introspect(t.Context(), root, session.RefreshToken)
		if refresh.IssuedAt >= session.CreatedAt && refresh.IssuedAt <= models.Now() {
			refresh.IssuedAt = session.CreatedAt
		}
		if diff := cmp.Diff(want, refresh); diff != "" || err != nil {
			t.Errorf("Introspect of a refresh token = %v (-want +got):\n%s", err, diff)
		}
		next, err := f.refresh(session.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		inactive := func(name, token string) {
			t.Helper()
			if got, err := f.Tokens.Introspect(t.Context(), root, token); !cmp.Equal(Introspection{}, got) || err != nil {
				t.Errorf("%s: Introspect = %+v, %v, want inactive and nothing else", name, got, err)
			}
		}
		inactive("a used refresh token", session.RefreshToken)
		inactive("nothing", "")
		inactive("garbage", "a.b.c")
		inactive("a cookie", f.token("ann", goodPassword, models.ConsoleSession))
		if _, err := f.Users.Update(t.Context(), root, user.UserID, UserPatch{IsActive: ptr(false)}, ""); err != nil {
			t.Fatal(err)
		}
		inactive("an access token of a disabled account", access)
		inactive("a refresh token of a disabled account", next.RefreshToken)
		for as, want := range map[string]models.Kind{"bob": models.Forbidden, "": models.Unauthenticated} {
			if _, err := f.Tokens.Introspect(t.Context(), f.as(as), access); models.KindOf(err) != want {
				t.Errorf("Introspect by %q = %v, want kind %q", as, err, want)
			}
		}
	})
}

func TestRevokeToken(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, tt := range []struct {
			name string
			pick func(access, refresh string) string
			live bool
		}{
			{"the access token", func(access, _ string) string { return access }, false},
			{"the refresh token", func(_, refresh string) string { return refresh }, false},
			{"an unknown token", func(_, _ string) string { return newRefreshToken() }, true},
			{"garbage", func(_, _ string) string { return "a.b.c\x00" }, true},
			{"nothing", func(_, _ string) string { return "" }, true},
		} {
			user, session := f.begin("ann")
			_, other := f.begin("ann")
			access, _, err := f.Tokens.Issue(user, session)
			if err != nil {
				t.Fatal(err)
			}
			if !f.live(user, session) { // and kept in memory
				t.Fatal("the session is not live")
			}
			if err := f.Tokens.Revoke(t.Context(), f.as(""), tt.pick(access, session.RefreshToken)); err != nil {
				t.Errorf("%s: Revoke = %v, want nil", tt.name, err)
			}
			if got := f.live(user, session); got != tt.live {
				t.Errorf("%s: the session is live: %t, want %t", tt.name, got, tt.live)
			}
			if _, err := f.refresh(session.RefreshToken); (err == nil) != tt.live {
				t.Errorf("%s: Refresh = %v, want success %t", tt.name, err, tt.live)
			}
			if !f.live(user, other) {
				t.Errorf("%s: the other session has ended", tt.name)
			}
		}
		cookie := f.token("ann", goodPassword, models.ConsoleSession)
		if err := f.Tokens.Revoke(t.Context(), f.as(""), cookie); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), cookie, models.ConsoleSession); err != nil {
			t.Errorf("a cookie was revoked as a token of the API: %v", err)
		}
	})
}
