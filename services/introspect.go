package services

import (
	"context"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
	"gorm.io/gorm"

	"rolecall/models"
)

// An Introspection is what RFC 7662 §2.2 tells of a token. The zero one is
// inactive, whatever the reason.
type Introspection struct {
	Active    bool
	User      models.User // as the database has it, with roles
	SessionID string      // "" for a token of another program
	TokenID   string      // jti; "" for a refresh token
	IssuedAt  models.Time // zero for one that does not say
	ExpiresAt models.Time
	Refresh   bool
}

// Introspect tells an admin what a token of the API is good for now, an access
// token or a refresh token.
func (t *Tokens) Introspect(ctx context.Context, actor models.Actor, token string) (_ Introspection, err error) {
	defer models.StartSpan(&ctx, "Tokens.Introspect").End(&err)
	if err := actor.RequireAdmin("introspect tokens"); err != nil {
		return Introspection{}, err
	}
	c, foreign, err := t.parse(token, models.APISession)
	if err != nil {
		return t.introspectRefresh(ctx, token)
	}
	p, err := t.db.Principal(ctx, c.UserID, c.SessionID)
	if err != nil || t.refusal(p, c, foreign, models.APISession) != "" {
		return Introspection{}, err
	}
	return Introspection{
		Active: true, User: p.User, SessionID: c.SessionID, TokenID: c.ID,
		IssuedAt: timeOf(c.IssuedAt), ExpiresAt: timeOf(c.ExpiresAt),
	}, nil
}

// timeOf is zero for a claim that is not there.
func timeOf(date *jwt.NumericDate) models.Time {
	if date == nil {
		return 0
	}
	return models.TimeOf(date.Time)
}

func (t *Tokens) introspectRefresh(ctx context.Context, text string) (Introspection, error) {
	token, err := findRefreshToken(t.db.Read(ctx), text)
	if err != nil || token.UsedAt != 0 || token.ExpiresAt <= models.Now() {
		return Introspection{}, err
	}
	p, err := t.db.Principal(ctx, token.UserID, token.SessionID)
	if err != nil || p.UserID != token.UserID || !p.IsActive() {
		return Introspection{}, err
	}
	return Introspection{
		Active: true, User: p.User, SessionID: token.SessionID,
		IssuedAt: token.CreatedAt, ExpiresAt: token.ExpiresAt, Refresh: true,
	}, nil
}

// findRefreshToken returns the trace of the token, the zero one where there is
// none.
func findRefreshToken(tx *gorm.DB, text string) (models.RefreshToken, error) {
	var found []models.RefreshToken
	if err := tx.Where(`"TokenHash" = ?`, refreshHash(text)).Find(&found).Error; err != nil {
		return models.RefreshToken{}, fmt.Errorf("read a refresh token: %w", err)
	}
	if len(found) == 0 {
		return models.RefreshToken{}, nil
	}
	return found[0], nil
}

// Revoke ends the session of an access token or a refresh token, for whom holds
// it (RFC 7009). One that is not good is no error.
func (t *Tokens) Revoke(ctx context.Context, actor models.Actor, token string) (err error) {
	defer models.StartSpan(&ctx, "Tokens.Revoke").End(&err)
	userID, sessionID, err := t.sessionOf(ctx, token)
	if err != nil || sessionID == "" {
		return err
	}
	t.log.InfoContext(ctx, "token revoked", "event", "authn_token_revoked", "user_id", userID)
	return t.db.Tx(ctx, func(tx *gorm.DB) error { return endSession(tx, userID, sessionID) })
}

// sessionOf returns the session that the token belongs to, "" for none.
func (t *Tokens) sessionOf(ctx context.Context, token string) (userID int64, sessionID string, err error) {
	if c, _, err := t.parse(token, models.APISession); err == nil {
		return c.UserID, c.SessionID, nil
	}
	found, err := findRefreshToken(t.db.Read(ctx), token)
	return found.UserID, found.SessionID, err
}
