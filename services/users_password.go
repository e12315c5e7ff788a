package services

import (
	"cmp"
	"context"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// ChangePassword sets the actor's own password, for whom knows the present one
// (Invalid, with the field current_password, otherwise, which counts as a failed
// sign-in). Every other session of the user ends.
func (s *Users) ChangePassword(ctx context.Context, actor models.Actor, current, next string) (err error) {
	defer models.StartSpan(&ctx, "Users.ChangePassword").End(&err)
	if err := actor.RequireUser("change a password"); err != nil {
		return err
	}
	if err := s.checkPassword(actor.User, next); err != nil {
		return err
	}
	user, err := s.db.User(s.db.Read(ctx), actor.User.UserID)
	if err != nil {
		return err
	}
	try, err := s.admit(ctx, actor, user, user.Username)
	if err != nil {
		return err
	}
	match, err := s.hasher.verify(ctx, user.PasswordHash, current)
	if err != nil {
		return err
	}
	if !match {
		s.log.WarnContext(ctx, "password change refused", "event", "authn_password_change_fail", "user_id", actor.User.UserID, "why", "wrong current password")
		err = cmp.Or(s.failed(ctx, actor, try, user), errCurrentPassword)
		s.measures.signedIn(wrongPassword, err)
		return err
	}
	return s.storePassword(ctx, actor, try, user, next)
}

var errCurrentPassword = models.InvalidField("current_password", "This is not your present password.")

// SetPassword sets the password of any account, by an admin. Every session of
// that user ends.
func (s *Users) SetPassword(ctx context.Context, actor models.Actor, userID int64, next string) (err error) {
	defer models.StartSpan(&ctx, "Users.SetPassword").End(&err)
	if err := actor.RequireAdmin("set passwords"); err != nil {
		return err
	}
	user, err := s.db.User(s.db.Read(ctx), userID)
	if err != nil {
		return err
	}
	if err := s.checkPassword(user, next); err != nil {
		return err
	}
	return s.storePassword(ctx, actor, attempt{}, models.User{UserID: userID}, next)
}

// CheckPassword says in a sentence what is wrong with a new password for whoever
// has that username and e-mail address, or "". It is for hints while somebody
// types: what stores a password asks the same rules once more.
func (s *Users) CheckPassword(password, username, email string) string {
	return s.rules.check(password, username, email)
}

func (s *Users) checkPassword(user models.User, next string) error {
	if sentence := s.rules.check(next, user.Username, user.Email); sentence != "" {
		return models.InvalidField("new_password", sentence)
	}
	return nil
}

// storePassword hashes outside the transaction and ends all sessions, but for the
// one of an actor who knew the present password: of gives its hash, and another
// is there by now if somebody else was quicker.
func (s *Users) storePassword(ctx context.Context, actor models.Actor, try attempt, of models.User, password string) error {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := s.settle(tx, actor, try, of); err != nil {
			return err
		}
		user, err := s.lockUser(tx, of.UserID)
		if err != nil {
			return err
		}
		keep := ""
		if of.PasswordHash != "" {
			if user.PasswordHash != of.PasswordHash {
				return errCurrentPassword
			}
			keep = actor.SessionID
		}
		err = tx.Table("Users").Where(`"UserId" = ?`, user.UserID).Updates(s.db.OwnerRow(map[string]any{"PasswordHash": hash})).Error
		if err != nil {
			return fmt.Errorf("set the password of user %d: %w", user.UserID, err)
		}
		if err := endSessions(tx, user.UserID, keep); err != nil {
			return err
		}
		_, err = s.finish(tx, actor, user, user.Status, "user.password_changed", models.Changes{})
		return err
	})
}

// Named returns the user with that username, for the commands.
func (s *Users) Named(ctx context.Context, actor models.Actor, username string) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Named").End(&err)
	if err := actor.RequireAdmin("look up accounts"); err != nil {
		return models.User{}, err
	}
	user, err := s.find(ctx, username)
	if err == nil && user.UserID == 0 {
		err = models.Missing("user")
	}
	return user, err
}
