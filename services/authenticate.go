package services

import (
	"context"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// errToken is the one answer to a token that is not good, whatever the reason.
var errToken = &models.Error{Kind: models.Unauthenticated, Message: "The token is not valid, has expired, or was revoked. Sign in again."}

// Authenticate adds to the actor the user that the token of that kind stands
// for, as the database has the account now. A token is refused when it is not
// ours, has expired, when its session has ended, or the account is not active.
func (t *Tokens) Authenticate(ctx context.Context, actor models.Actor, token string, kind models.SessionKind) (_ models.Actor, err error) {
	defer models.StartSpan(&ctx, "Tokens.Authenticate").End(&err)
	c, foreign, err := t.parse(token, kind)
	if err != nil {
		return actor, t.refuse(ctx, actor, c, err.Error())
	}
	p, err := t.db.Principal(ctx, c.UserID, c.SessionID)
	if err != nil {
		return actor, err
	}
	if why := t.refusal(p, c, foreign, kind); why != "" {
		return actor, t.refuse(ctx, actor, c, why)
	}
	if err := t.see(ctx, p, kind); err != nil {
		return actor, err
	}
	actor.User, actor.SessionID = p.User, c.SessionID
	actor.Began, actor.Ends, actor.TokenMade = p.Session.CreatedAt, p.Session.ExpiresAt, timeOf(c.IssuedAt)
	return actor, nil
}

// Renew makes a browser's token anew when the one that came along is old enough
// to: so the cookie of whoever is active never runs out, and a stolen one does. It
// is "" where the token is still new.
func (t *Tokens) Renew(actor models.Actor) (token string, life time.Duration, err error) {
	if models.Now().Sub(actor.TokenMade) < t.cfg.ConsoleIdleTTL/4 {
		return "", 0, nil
	}
	return t.Issue(actor.User, models.Session{SessionID: actor.SessionID, Kind: models.ConsoleSession, ExpiresAt: actor.Ends})
}

func (t *Tokens) refuse(ctx context.Context, actor models.Actor, c claims, why string) error {
	t.log.InfoContext(ctx, "token refused", "event", "authn_token_fail", "why", why, "user_id", c.UserID)
	return errToken
}

// refusal says why the token is refused, or "". A session that has ended hides
// whether there is such a user.
func (t *Tokens) refusal(p models.Principal, c claims, foreign bool, kind models.SessionKind) string {
	now := models.Now()
	switch {
	case p.UserID != c.UserID:
		return "no such user, or session has ended"
	case !p.IsActive():
		return "account is " + string(p.State())
	case foreign && !unchanged(p.User, c):
		return "another program's token, and the account has changed since"
	case foreign:
		return ""
	case p.Session.Kind != kind:
		return "session is of the other kind"
	case p.Session.ExpiresAt < now:
		return "session has expired"
	case kind == models.ConsoleSession && now.Sub(p.Session.LastSeenAt) > t.cfg.ConsoleIdleTTL:
		return "session was idle"
	}
	return ""
}

// unchanged reports whether we changed nothing of the account since the token
// was issued. Without an issue date it has to be nothing at all.
func unchanged(user models.User, c claims) bool {
	if c.IssuedAt == nil {
		return user.UpdatedAt.IsZero()
	}
	return user.UpdatedAt <= models.TimeOf(c.IssuedAt.Time)
}

// How exact a session's last_seen_at is: not a write for each request.
const (
	seenEvery    = time.Minute // a browser's, whose idle time counts
	seenEveryAPI = 5 * time.Minute
)

// see notes that a session is in use.
func (t *Tokens) see(ctx context.Context, p models.Principal, kind models.SessionKind) error {
	now := models.Now()
	every := seenEveryAPI
	if kind == models.ConsoleSession {
		every = min(seenEvery, t.cfg.ConsoleIdleTTL/4)
	}
	if p.Session.SessionID == "" || now.Sub(p.Session.LastSeenAt) < every {
		return nil
	}
	return t.db.Tx(ctx, func(tx *gorm.DB) error {
		models.Touched(tx, p.UserID)
		return tx.Model(&models.Session{}).Where(`"SessionId" = ?`, p.Session.SessionID).UpdateColumn("LastSeenAt", now).Error
	})
}
