package services

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Limits shows which accounts failed sign-ins hold back, and unlocks them.
type Limits struct{ *core }

// Locked returns which of the users failed sign-ins hold back, and until when, to
// an admin.
func (s *Limits) Locked(ctx context.Context, actor models.Actor, userIDs []int64) (_ map[int64]models.Time, err error) {
	defer models.StartSpan(&ctx, "Limits.Locked").End(&err)
	if err := actor.RequireAdmin("see which accounts are locked"); err != nil {
		return nil, err
	}
	locked := map[int64]models.Time{}
	if len(userIDs) == 0 {
		return locked, nil
	}
	var holds []models.Hold
	err = s.db.Read(ctx).Where(`"UserId" IN ? AND "Until" > ?`, userIDs, models.Now()).Find(&holds).Error
	if err != nil {
		return nil, fmt.Errorf("look for locked accounts: %w", err)
	}
	for _, hold := range holds {
		locked[hold.UserID] = hold.Until
	}
	return locked, nil
}

// Unlock forgets the failed sign-ins at an account, as an admin. With none, it
// changes nothing.
func (s *Limits) Unlock(ctx context.Context, actor models.Actor, userID int64) (err error) {
	defer models.StartSpan(&ctx, "Limits.Unlock").End(&err)
	if err := actor.RequireAdmin("unlock accounts"); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := models.LockAttempts(tx, models.UserAccount(userID)); err != nil {
			return err
		}
		user, err := s.db.User(tx, userID)
		if err != nil {
			return err
		}
		changes, err := clearable(tx, userID)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := clearAttempts(tx, userID); err != nil {
			return err
		}
		return record(tx, actor, "user.unlocked", userTarget(user), changes)
	})
}

// clearable are the failed sign-ins and the hold that an admin would clear.
func clearable(tx *gorm.DB, userID int64) (models.Changes, error) {
	now, changes := models.Now(), models.Changes{}
	rows, err := attemptsAt(tx, models.UserAccount(userID), now)
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		changes["failed_sign_ins"] = models.Change{Old: len(rows)}
	}
	var holds []models.Hold
	if err := tx.Where(`"UserId" = ? AND "Until" > ?`, userID, now).Find(&holds).Error; err != nil {
		return nil, fmt.Errorf("look for the hold of user %d: %w", userID, err)
	}
	for _, hold := range holds {
		changes["locked_until"] = models.Change{Old: hold.Until.Std().Format(time.RFC3339)}
	}
	return changes, nil
}

// clearAttempts deletes what the limits know of an account, but for its devices.
func clearAttempts(tx *gorm.DB, userID int64) error {
	err := tx.Where(`"Account" = ?`, models.UserAccount(userID)).Delete(&models.Attempt{}).Error
	if err == nil {
		err = tx.Where(`"UserId" = ?`, userID).Delete(&models.Hold{}).Error
	}
	if err != nil {
		return fmt.Errorf("clear the attempts at user %d: %w", userID, err)
	}
	return nil
}

// PurgeAttempts deletes the attempts that no limit looks at any more, the holds
// that are over, and the devices that are forgotten, in small batches.
func (s *Limits) PurgeAttempts(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Limits.PurgeAttempts").End(&err)
	now := models.Now()
	longest := max(accountLimit.Window, s.cfg.RegisterLimit.Window)
	err = purgeRows(ctx, s.db, `"At"`, now.Add(-longest), func(tx *gorm.DB, rows []models.Attempt) *gorm.DB {
		return tx.Where(`"AttemptId" IN ?`, keysOf(rows, func(a models.Attempt) any { return a.AttemptID }))
	})
	if err != nil {
		return err
	}
	err = purgeRows(ctx, s.db, `"Until"`, now, func(tx *gorm.DB, rows []models.Hold) *gorm.DB {
		return tx.Where(`"UserId" IN ?`, keysOf(rows, func(h models.Hold) any { return h.UserID }))
	})
	if err != nil {
		return err
	}
	return purgeRows(ctx, s.db, `"SeenAt"`, now.Add(-deviceLife), func(tx *gorm.DB, rows []models.Device) *gorm.DB {
		return tx.Where(`"UserId" IN ? AND "Device" IN ?`, keysOf(rows, func(d models.Device) any { return d.UserID }),
			keysOf(rows, func(d models.Device) any { return d.Device }))
	})
}

// purgeRows deletes the rows whose time in that column is past. Whatever has
// become younger meanwhile stays.
func purgeRows[T any](ctx context.Context, db *models.DB, column string, before models.Time, among func(tx *gorm.DB, rows []T) *gorm.DB) error {
	old := column + " < ?"
	for {
		var rows []T
		err := db.Read(ctx).Where(old, before).Order(column).Limit(purgeBatch).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("look for rows to purge: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		err = db.Tx(ctx, func(tx *gorm.DB) error { return among(tx.Where(old, before), rows).Delete(new(T)).Error })
		if err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
}

func keysOf[T any](rows []T, key func(T) any) []any {
	keys := make([]any, len(rows))
	for i, row := range rows {
		keys[i] = key(row)
	}
	return keys
}
