package services

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// Delete removes a user with roles and sessions. The audit stays. The last
// active admin, and a user whom other tables of the owner refer to, is a
// Conflict.
func (s *Users) Delete(ctx context.Context, actor models.Actor, userID int64) (err error) {
	defer models.StartSpan(&ctx, "Users.Delete").End(&err)
	if err := actor.RequireAdmin("delete accounts"); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := models.LockAttempts(tx, models.UserAccount(userID)); err != nil { // first, as a sign-in does
			return err
		}
		user, err := s.lockUser(tx, userID)
		if err != nil {
			return err
		}
		if err := s.keepLastAdmin(tx, user, "deleted"); err != nil {
			return err
		}
		if err := clearAttempts(tx, userID); err != nil {
			return err
		}
		if err := forget(tx, userID, "UserRoles", "Users"); err != nil {
			return err
		}
		return record(tx, actor, "user.deleted", userTarget(user), vanished(user))
	})
}

// forget deletes a user from the tables that we keep, then from those named.
func forget(tx *gorm.DB, userID int64, owners ...string) error {
	return forgetAll(tx, []int64{userID}, owners...)
}

// forgetAll is forget for many.
func forgetAll(tx *gorm.DB, ids []int64, owners ...string) error {
	for _, table := range append([]string{"RolecallRefreshTokens", "RolecallSessions", "RolecallDevices", "RolecallHolds", "RolecallAccounts"}, owners...) {
		if err := tx.Table(table).Where(`"UserId" IN ?`, ids).Delete(nil).Error; err != nil {
			return fmt.Errorf("delete %d users from %s: %w", len(ids), table, err)
		}
	}
	return nil
}

// Traces are what is kept about a user beside the account, its roles and its
// sessions, in rows. All but the events go with a deletion.
type Traces struct {
	Devices  int64 // browsers and addresses that a good sign-in came from
	Attempts int64 // failed sign-ins
	Events   int64 // of the audit, about the user
}

// Traces counts them, to an admin.
func (s *Users) Traces(ctx context.Context, actor models.Actor, userID int64) (_ Traces, err error) {
	defer models.StartSpan(&ctx, "Users.Traces").End(&err)
	if err := actor.RequireAdmin("see what is kept about others"); err != nil {
		return Traces{}, err
	}
	var t Traces
	tx := s.db.Read(ctx)
	for _, of := range []struct {
		count *int64
		rows  *gorm.DB
	}{
		{&t.Devices, tx.Model(&models.Device{}).Where(`"UserId" = ?`, userID)},
		{&t.Attempts, tx.Model(&models.Attempt{}).Where(`"Account" = ?`, models.UserAccount(userID))},
		{&t.Events, tx.Model(&models.Event{}).Where(`"TargetType" = ? AND "TargetId" = ?`, models.UserTarget, userID)},
	} {
		if err := of.rows.Count(of.count).Error; err != nil {
			return Traces{}, fmt.Errorf("count what is kept about user %d: %w", userID, err)
		}
	}
	return t, nil
}
