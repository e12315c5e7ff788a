package services

import (
	"fmt"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
)

// keptTokens counts what is kept.
func (v *verified) keptTokens() int {
	total := 0
	for i := range v.shards {
		total += len(v.shards[i].tokens)
	}
	return total
}

// A token that was verified once is as good as before, at its own face, until it
// expires; and what it is good for is asked each time.
func TestVerifiedOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		user, session := f.begin("ann")
		token, _, err := f.Tokens.Issue(user, session)
		if err != nil {
			t.Fatal(err)
		}
		authenticate := func(token string, kind models.SessionKind) error {
			_, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, kind)
			return err
		}
		for i := range 2 {
			if err := authenticate(token, models.APISession); err != nil || f.Tokens.verified.keptTokens() != 1 {
				t.Errorf("time %d: %v with %d kept, want it good and kept", i, err, f.Tokens.verified.keptTokens())
			}
			if err := authenticate(token, models.ConsoleSession); err != error(errToken) {
				t.Errorf("time %d, at the console: %v, want the one answer", i, err)
			}
			if err := authenticate(token[:len(token)-1], models.APISession); err != error(errToken) {
				t.Errorf("time %d, cut short: %v, want the one answer", i, err)
			}
		}
		kept, ok := f.Tokens.verified.get(token, models.APISession, time.Now())
		if !ok || kept.claims.UserID != user.UserID {
			t.Fatalf("kept is %+v, %t", kept, ok)
		}
		if _, ok := f.Tokens.verified.get(token, models.APISession, kept.claims.ExpiresAt.Time); ok {
			t.Error("a token is still good at the moment when it expires")
		}
		if err := f.Sessions.EndAll(t.Context(), f.as("root"), user.UserID); err != nil {
			t.Fatal(err)
		}
		if err := authenticate(token, models.APISession); err != error(errToken) {
			t.Errorf("after its session has ended: %v, want the one answer", err)
		}
	})
}

// However many tokens there are, so many are kept and no more.
func TestVerifiedIsBounded(t *testing.T) {
	var v verified
	const most = verifiedShards * verifiedMax
	c := claims{RegisteredClaims: jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Hour))}}
	for i := range 2 * most {
		v.put(fmt.Sprint(i), verdict{claims: c, kind: models.APISession})
	}
	if got := v.keptTokens(); got > most || got < most*9/10 {
		t.Errorf("%d tokens are kept, want %d at most, and nearly so many", got, most)
	}
	if _, ok := v.get(fmt.Sprint(2*most-1), models.APISession, time.Now()); !ok {
		t.Error("the last token is not kept")
	}
	v.put("for ever", verdict{kind: models.APISession})
	if _, ok := v.get("for ever", models.APISession, time.Now()); ok {
		t.Error("a token that never expires is kept")
	}
}
