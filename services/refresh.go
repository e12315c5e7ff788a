package services

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// A refresh token is 256 bits at random; the database has its SHA-256. It serves
// once, but for refreshGrace: a client whose answer was lost sends it again.
const (
	refreshBytes = 32
	refreshGrace = 10 * time.Second
)

// errRefresh is the one answer to a refresh token that is not good.
var errRefresh = &models.Error{Kind: models.Unauthenticated, Message: "The refresh token is not valid, has expired, or was revoked. Sign in again."}

func newRefreshToken() string {
	random := make([]byte, refreshBytes)
	_, _ = rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

func refreshHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// keepRefreshToken writes the trace of the token that the session has just got.
func keepRefreshToken(tx *gorm.DB, session models.Session) error {
	token := models.RefreshToken{
		TokenHash: refreshHash(session.RefreshToken), SessionID: session.SessionID, UserID: session.UserID,
		CreatedAt: models.Now(), ExpiresAt: session.ExpiresAt,
	}
	if err := tx.Create(&token).Error; err != nil {
		return fmt.Errorf("keep a refresh token: %w", err)
	}
	return nil
}

// Refresh takes a refresh token for the next one (RFC 6749 §6; rotation as RFC
// 9700 §4.14.2 asks). The same one again within refreshGrace gives another pair in
// the same session; later it ends the session, for either of two holders is a
// thief. A token that is not good is Unauthenticated.
func (s *Sessions) Refresh(ctx context.Context, actor models.Actor, text string) (_ models.User, _ models.Session, err error) {
	defer models.StartSpan(&ctx, "Sessions.Refresh").End(&err)
	defer func() { s.measures.refreshed(err) }()
	var user models.User
	var session models.Session
	var stolen models.RefreshToken
	err = s.db.Tx(ctx, func(tx *gorm.DB) error {
		token, first, err := useRefreshToken(tx, text)
		if err != nil {
			return err
		}
		stolen = models.RefreshToken{}
		if !first && models.Now().Sub(token.UsedAt) > refreshGrace {
			stolen = token
			return s.endReused(tx, actor, token)
		}
		user, session, err = s.renew(tx, actor, token)
		return err
	})
	if err == nil && stolen.TokenHash != "" {
		s.log.WarnContext(ctx, "refresh token reused: its session has ended", "event", "authn_token_reuse", "user_id", stolen.UserID)
		err = errRefresh
	} else if models.KindOf(err) == models.Unauthenticated {
		s.log.InfoContext(ctx, "refresh token refused", "event", "authn_token_fail")
	}
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	s.log.InfoContext(ctx, "token refreshed", "event", "authn_token_created", "user_id", user.UserID)
	return user, session, nil
}

// useRefreshToken marks the token used, which one statement does for one caller
// alone: first says that it was this one.
func useRefreshToken(tx *gorm.DB, text string) (token models.RefreshToken, first bool, err error) {
	now := models.Now()
	use := tx.Model(&models.RefreshToken{}).
		Where(`"TokenHash" = ? AND "UsedAt" = 0 AND "ExpiresAt" > ?`, refreshHash(text), now).UpdateColumn("UsedAt", now)
	if use.Error != nil {
		return token, false, fmt.Errorf("use a refresh token: %w", use.Error)
	}
	token, err = findRefreshToken(tx, text)
	if err == nil && token.ExpiresAt <= now { // or is not there at all
		err = errRefresh
	}
	return token, use.RowsAffected == 1, err
}

// endReused ends the session of a token that came again, and says so in the
// audit: once, however often it comes.
func (s *Sessions) endReused(tx *gorm.DB, actor models.Actor, token models.RefreshToken) error {
	ended, err := deleteSessions(tx, token.UserID, `"UserId" = ? AND "SessionId" = ?`, token.SessionID)
	if err != nil || ended == 0 {
		return err
	}
	user, err := s.db.User(tx, token.UserID)
	if models.KindOf(err) == models.NotFound { // another program deleted the user
		return nil
	}
	if err != nil {
		return err
	}
	return record(tx, actor, "session.token_reused", userTarget(user), models.Changes{
		"session": {Old: fmt.Sprintf("a refresh token was used again after %s", models.Now().Sub(token.UsedAt).Round(time.Second))},
	})
}

// renew gives the session of a good token its next one.
func (s *Sessions) renew(tx *gorm.DB, actor models.Actor, token models.RefreshToken) (models.User, models.Session, error) {
	var none models.User
	var found []models.Session
	if err := tx.Where(`"SessionId" = ? AND "UserId" = ?`, token.SessionID, token.UserID).Find(&found).Error; err != nil {
		return none, models.Session{}, fmt.Errorf("read a session: %w", err)
	}
	if len(found) == 0 {
		return none, models.Session{}, errRefresh
	}
	user, err := s.db.User(tx, token.UserID)
	if models.KindOf(err) == models.NotFound || err == nil && !user.IsActive() {
		return none, models.Session{}, errRefresh
	}
	if err != nil {
		return none, models.Session{}, err
	}
	session := found[0]
	session.LastSeenAt, session.RefreshToken = models.Now(), newRefreshToken()
	session.Address, session.UserAgent = clipRunes(actor.Address, addressMax), clipRunes(actor.UserAgent, models.UserAgentMax)
	err = tx.Model(&models.Session{}).Where(`"SessionId" = ?`, session.SessionID).UpdateColumns(map[string]any{
		"LastSeenAt": session.LastSeenAt, "Address": session.Address, "UserAgent": session.UserAgent,
	}).Error
	if err != nil {
		return none, models.Session{}, fmt.Errorf("see a session: %w", err)
	}
	models.Touched(tx, user.UserID)
	return user, session, keepRefreshToken(tx, session)
}
