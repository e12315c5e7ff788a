package services

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// A UserPatch names what changes; nil stays as it is.
type UserPatch struct {
	Username  *string
	Email     *string
	FirstName *string
	LastName  *string
	IsActive  *bool
}

// Update changes a user, by an admin or by the user, who may change neither the
// username nor is_active. Only a value that differs is checked against the
// rules. revision, unless it is "", must be that of the user as read (see
// models.User.Revision), else the error is Stale. Whoever is disabled loses all
// sessions; the last active admin can't be (Conflict).
func (s *Users) Update(ctx context.Context, actor models.Actor, userID int64, patch UserPatch, revision string) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Update").End(&err)
	if err := actor.RequireSelfOrAdmin(userID, "change other accounts"); err != nil {
		return models.User{}, err
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.User, error) {
		user, err := s.lockUser(tx, userID)
		if err != nil {
			return user, err
		}
		if revision != "" && revision != user.Revision() {
			return user, models.Outdated("account")
		}
		return s.patch(tx, actor, user, patch)
	})
}

// patch writes what differs, all in one version and one event.
func (s *Users) patch(tx *gorm.DB, actor models.Actor, user models.User, patch UserPatch) (models.User, error) {
	next := patch.apply(user)
	changes := difference(user, next, patch)
	if len(changes) == 0 {
		return user, nil
	}
	_, renamed := changes["username"]
	_, switched := changes["is_active"]
	if !actor.Admin() && (renamed || switched) {
		return user, models.Forbid("change your own username or state")
	}
	if err := s.checkChanged(tx, next, changes); err != nil {
		return user, err
	}
	row := map[string]any{}
	for field, column := range map[string]string{"username": "Username", "email": "Email", "first_name": "FirstName", "last_name": "LastName"} {
		if change, found := changes[field]; found {
			row[column] = change.New
		}
	}
	state := user.Status
	if switched {
		if err := s.switchState(tx, user, *patch.IsActive, row); err != nil {
			return user, err
		}
		state = stateFor(*patch.IsActive)
	}
	if len(row) > 0 {
		if err := tx.Table("Users").Where(`"UserId" = ?`, user.UserID).Updates(s.db.OwnerRow(row)).Error; err != nil {
			return user, fmt.Errorf("update user %d: %w", user.UserID, err)
		}
	}
	return s.finish(tx, actor, user, state, updateAction(changes), changes)
}

// apply returns the user as it would be.
func (p UserPatch) apply(user models.User) models.User {
	for _, value := range []struct {
		to   *string
		from *string
	}{{&user.Username, p.Username}, {&user.Email, p.Email}, {&user.FirstName, p.FirstName}, {&user.LastName, p.LastName}} {
		if value.from != nil {
			*value.to = *value.from
		}
	}
	return user
}

func difference(before, after models.User, patch UserPatch) models.Changes {
	changes := models.Changes{}
	changes.Set("username", before.Username, after.Username)
	changes.Set("email", before.Email, after.Email)
	changes.Set("first_name", before.FirstName, after.FirstName)
	changes.Set("last_name", before.LastName, after.LastName)
	if patch.IsActive != nil {
		changes.Set("is_active", before.IsActive(), *patch.IsActive)
	}
	return changes
}

// checkChanged applies the rules to the values that change, and looks whether a
// new name is free. A value that stays was good enough for whoever wrote it.
func (s *Users) checkChanged(tx *gorm.DB, next models.User, changes models.Changes) error {
	err := ofChanged(s.db.CheckUser(next.Username, next.Email, next.FirstName, next.LastName), changes)
	if err != nil {
		return err
	}
	var username, email string
	if _, changed := changes["username"]; changed {
		username = next.Username
	}
	if _, changed := changes["email"]; changed {
		email = next.Email
	}
	return s.taken(tx, username, email, next.UserID)
}

// ofChanged is the error of the fields that change.
func ofChanged(fields models.FieldErrors, changes models.Changes) error {
	for field := range fields {
		if _, changed := changes[field]; !changed {
			delete(fields, field)
		}
	}
	return fields.Err()
}

// switchState adds the owner's switch to the row, keeps the last admin, and ends
// the sessions of whoever is disabled.
func (s *Users) switchState(tx *gorm.DB, user models.User, active bool, row map[string]any) error {
	for column, value := range s.db.OwnerActive(active) {
		row[column] = value
	}
	if active {
		return nil
	}
	if err := s.keepLastAdmin(tx, user, "disabled"); err != nil {
		return err
	}
	return endSessions(tx, user.UserID, "")
}

func stateFor(active bool) models.Status {
	if active {
		return models.Active
	}
	return models.Disabled
}

func updateAction(changes models.Changes) string {
	change, switched := changes["is_active"]
	switch {
	case !switched || len(changes) > 1:
		return "user.updated"
	case change.New == true:
		return "user.enabled"
	}
	return "user.disabled"
}

// lockUser locks the directory and the account, and reads the user.
func (s *core) lockUser(tx *gorm.DB, userID int64) (models.User, error) {
	if err := lockDirectory(tx); err != nil {
		return models.User{}, err
	}
	if err := holdAccount(tx, userID, "Version", gorm.Expr(`"Version"`)); err != nil {
		return models.User{}, err
	}
	return s.db.User(tx, userID)
}

// holdAccount writes a column of the account and so lets one transaction at a
// time go on with it: a sign-in that verified the old password can't begin a
// session behind the change that ends them all. A user of another program's
// making gets a row of ours; with a user who is not there, the transaction fails
// later and takes the row along. What is kept of the user in memory is dropped.
func holdAccount(tx *gorm.DB, userID int64, column string, value any) error {
	models.Touched(tx, userID)
	write := func() *gorm.DB {
		return tx.Model(&models.Account{}).Where(`"UserId" = ?`, userID).UpdateColumn(column, value)
	}
	held := write()
	if held.Error == nil && held.RowsAffected == 0 {
		if err := tx.Create(&models.Account{UserID: userID, Status: models.Active}).Error; err != nil {
			return fmt.Errorf("insert account %d: %w", userID, err)
		}
		held = write()
	}
	if held.Error != nil {
		return fmt.Errorf("hold account %d: %w", userID, held.Error)
	}
	return nil
}

// finish counts the change of a user up, records it, and reads the user again.
func (s *core) finish(tx *gorm.DB, actor models.Actor, user models.User, state models.Status, action string, changes models.Changes) (models.User, error) {
	if err := touch(tx, user, state); err != nil {
		return user, err
	}
	if err := record(tx, actor, action, userTarget(user), changes); err != nil {
		return user, err
	}
	return s.db.User(tx, user.UserID)
}

// touch counts the version of a held account up and sets its state.
func touch(tx *gorm.DB, user models.User, state models.Status) error {
	err := tx.Model(&models.Account{}).Where(`"UserId" = ?`, user.UserID).UpdateColumns(map[string]any{
		"Version": gorm.Expr(`"Version" + 1`), "Status": state, "UpdatedAt": models.Now(),
	}).Error
	if err != nil {
		return fmt.Errorf("update account %d: %w", user.UserID, err)
	}
	return nil
}

// keepLastAdmin is a Conflict when the user is the only active admin. The
// directory is locked, so no other can go meanwhile.
func (s *core) keepLastAdmin(tx *gorm.DB, user models.User, fate string) error {
	if !user.IsActive() || !user.HasRole(models.AdminRole) {
		return nil
	}
	others, err := s.activeAdmins(tx, user.UserID)
	if err != nil || others > 0 {
		return err
	}
	return lastAdmin(fate)
}

func lastAdmin(fate string) error {
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("The last active administrator can't be %s. Make somebody else an administrator first.", fate)}
}

// activeAdmins counts the active admins but for one.
func (s *core) activeAdmins(tx *gorm.DB, except int64) (int64, error) {
	var count int64
	if err := s.admins(tx.Where(`u."UserId" <> ?`, except)).Count(&count).Error; err != nil {
		return 0, fmt.Errorf("count the administrators: %w", err)
	}
	return count, nil
}

// admins are the active ones.
func (s *core) admins(tx *gorm.DB) *gorm.DB {
	return s.db.Users(tx).Where(s.db.StatusIs(models.Active)).Where(s.holding(s.membersOfNamed(1), false), s.db.Param("RoleName", models.AdminRole))
}
