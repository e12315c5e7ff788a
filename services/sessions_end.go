package services

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// sessionsMax is how many sessions a list shows: the newest.
const sessionsMax = 200

// List returns the sessions of the user that are under way, newest first, at most
// sessionsMax.
func (s *Sessions) List(ctx context.Context, actor models.Actor, userID int64) (_ []models.Session, err error) {
	defer models.StartSpan(&ctx, "Sessions.List").End(&err)
	if err := actor.RequireSelfOrAdmin(userID, "see sessions"); err != nil {
		return nil, err
	}
	if _, err := s.db.User(s.db.Read(ctx), userID); err != nil {
		return nil, err
	}
	sessions := []models.Session{}
	err = s.underWay(s.db.Read(ctx).Where(`"UserId" = ?`, userID)).Order(`"CreatedAt" DESC, "SessionId"`).Limit(sessionsMax).Find(&sessions).Error
	if err != nil {
		return nil, fmt.Errorf("list the sessions of user %d: %w", userID, err)
	}
	return sessions, nil
}

// Count returns how many sessions of the user are under way.
func (s *Sessions) Count(ctx context.Context, actor models.Actor, userID int64) (_ int64, err error) {
	defer models.StartSpan(&ctx, "Sessions.Count").End(&err)
	if err := actor.RequireSelfOrAdmin(userID, "see sessions"); err != nil {
		return 0, err
	}
	var count int64
	if err := s.underWay(s.db.Read(ctx).Where(`"UserId" = ?`, userID)).Count(&count).Error; err != nil {
		return 0, fmt.Errorf("count the sessions of user %d: %w", userID, err)
	}
	return count, nil
}

// underWay starts a query for the sessions that have neither expired nor, in a
// browser, been idle for too long.
func (c *core) underWay(tx *gorm.DB) *gorm.DB {
	now := models.Now()
	return tx.Model(&models.Session{}).Where(`"ExpiresAt" > ? AND ("Kind" <> ? OR "LastSeenAt" >= ?)`,
		now, models.ConsoleSession, now.Add(-c.cfg.ConsoleIdleTTL))
}

// End ends one session of the actor's own; NotFound where it is none of them.
func (s *Sessions) End(ctx context.Context, actor models.Actor, sessionID string) (err error) {
	defer models.StartSpan(&ctx, "Sessions.End").End(&err)
	if err := actor.RequireUser("end a session"); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		var found []models.Session
		err := tx.Where(`"SessionId" = ? AND "UserId" = ?`, clean(sessionID), actor.User.UserID).Find(&found).Error
		if err != nil {
			return fmt.Errorf("look for a session: %w", err)
		}
		if len(found) == 0 || found[0].SessionID != sessionID { // a collation may ignore letter case
			return models.Missing("session")
		}
		if err := endSession(tx, actor.User.UserID, found[0].SessionID); err != nil {
			return err
		}
		return record(tx, actor, "session.ended", userTarget(actor.User), sessionGone(found[0]))
	})
}

// sessionGone tells the audit which session ended.
func sessionGone(session models.Session) models.Changes {
	return models.Changes{"session": {Old: clipRunes(session.Address+" "+session.UserAgent, models.UserAgentMax)}}
}

// EndOthers ends the actor's own sessions but for the present one.
func (s *Sessions) EndOthers(ctx context.Context, actor models.Actor) (err error) {
	defer models.StartSpan(&ctx, "Sessions.EndOthers").End(&err)
	if err := actor.RequireUser("end sessions"); err != nil {
		return err
	}
	return s.endAll(ctx, actor, actor.User.UserID, actor.SessionID)
}

// EndAll ends every session of a user, by an admin.
func (s *Sessions) EndAll(ctx context.Context, actor models.Actor, userID int64) (err error) {
	defer models.StartSpan(&ctx, "Sessions.EndAll").End(&err)
	if err := actor.RequireAdmin("end the sessions of others"); err != nil {
		return err
	}
	return s.endAll(ctx, actor, userID, "")
}

// endAll holds the account, so that no sign-in that is under way slips through.
func (s *Sessions) endAll(ctx context.Context, actor models.Actor, userID int64, but string) error {
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		user, err := s.lockUser(tx, userID)
		if err != nil {
			return err
		}
		ended, err := deleteSessions(tx, userID, `"UserId" = ? AND "SessionId" <> ?`, but)
		if err != nil || ended == 0 {
			return err
		}
		return record(tx, actor, "session.ended", userTarget(user), models.Changes{"sessions": {Old: ended}})
	})
}

// SignOut ends the actor's session. One that has ended already is no error.
func (s *Sessions) SignOut(ctx context.Context, actor models.Actor) (err error) {
	defer models.StartSpan(&ctx, "Sessions.SignOut").End(&err)
	return s.db.Tx(ctx, func(tx *gorm.DB) error { return endSession(tx, actor.User.UserID, actor.SessionID) })
}

// endSession ends one session of the user's, with its refresh tokens; "" is none.
func endSession(tx *gorm.DB, userID int64, sessionID string) error {
	if sessionID == "" {
		return nil
	}
	_, err := deleteSessions(tx, userID, `"UserId" = ? AND "SessionId" = ?`, sessionID)
	return err
}

// endSessions ends the user's sessions but for one ("" for all).
func endSessions(tx *gorm.DB, userID int64, but string) error {
	_, err := deleteSessions(tx, userID, `"UserId" = ? AND "SessionId" <> ?`, but)
	return err
}

// deleteSessions deletes the rows of the user that the condition picks, and
// returns how many sessions were there. The end of a session is the end of its
// row.
func deleteSessions(tx *gorm.DB, userID int64, condition, sessionID string) (ended int64, err error) {
	models.Touched(tx, userID)
	for _, row := range []any{&models.RefreshToken{}, &models.Session{}} {
		deleted := tx.Where(condition, userID, sessionID).Delete(row)
		if deleted.Error != nil {
			return 0, fmt.Errorf("end sessions of user %d: %w", userID, deleted.Error)
		}
		ended = deleted.RowsAffected
	}
	return ended, nil
}

// purgeBatch is how many rows one statement deletes.
const purgeBatch = 500

// Purge deletes the sessions and the refresh tokens that have expired, in small
// batches.
func (s *Sessions) Purge(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Sessions.Purge").End(&err)
	now := models.Now()
	if err := purge(ctx, s.db, &models.Session{}, "SessionId", "ExpiresAt", now); err != nil {
		return err
	}
	return purge(ctx, s.db, &models.RefreshToken{}, "TokenHash", "ExpiresAt", now)
}

// purge deletes the rows whose time in that column is past, by their key.
func purge(ctx context.Context, db *models.DB, row any, key, column string, before models.Time) error {
	for {
		var keys []string
		err := db.Read(ctx).Model(row).Where(`"`+column+`" < ?`, before).Order(`"`+column+`"`).Limit(purgeBatch).Pluck(key, &keys).Error
		if err != nil || len(keys) == 0 {
			return err
		}
		err = db.Tx(ctx, func(tx *gorm.DB) error { return tx.Where(`"`+key+`" IN ?`, keys).Delete(row).Error })
		if err != nil {
			return err
		}
	}
}
