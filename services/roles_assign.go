package services

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// Assign gives the user the role. Giving a role twice is not an error.
func (s *Roles) Assign(ctx context.Context, actor models.Actor, userID int64, roleName string) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Roles.Assign").End(&err)
	if err := actor.RequireAdmin("assign roles"); err != nil {
		return models.User{}, err
	}
	return s.withRole(ctx, actor, userID, roleName, func(tx *gorm.DB, user models.User, role []models.Role) (models.User, error) {
		return s.setRoles(tx, actor, user, role, nil)
	})
}

// Revoke takes the role from the user. Taking what the user does not hold is not
// an error; taking Admin from the last active admin is a Conflict.
func (s *Roles) Revoke(ctx context.Context, actor models.Actor, userID int64, roleName string) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Roles.Revoke").End(&err)
	if err := actor.RequireAdmin("revoke roles"); err != nil {
		return models.User{}, err
	}
	return s.withRole(ctx, actor, userID, roleName, func(tx *gorm.DB, user models.User, role []models.Role) (models.User, error) {
		return s.setRoles(tx, actor, user, nil, role)
	})
}

// withRole locks the user, finds the role, and runs fn with both in a transaction.
func (s *Roles) withRole(ctx context.Context, actor models.Actor, userID int64, roleName string,
	fn func(tx *gorm.DB, user models.User, role []models.Role) (models.User, error),
) (models.User, error) {
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.User, error) {
		user, err := s.lockUser(tx, userID)
		if err != nil {
			return user, err
		}
		role, err := s.roleNamed(tx, actor, roleName)
		if err != nil {
			return user, err
		}
		return fn(tx, user, []models.Role{role})
	})
}

// setRoles gives and takes what differs from what the user holds, with one event
// for each role.
func (s *Roles) setRoles(tx *gorm.DB, actor models.Actor, user models.User, give, take []models.Role) (models.User, error) {
	give = without(give, user.Roles)
	take = without(take, without(take, user.Roles))
	for _, role := range give {
		if err := tx.Create(&models.Membership{UserID: user.UserID, RoleID: role.RoleID}).Error; err != nil {
			return user, fmt.Errorf("give role %d to user %d: %w", role.RoleID, user.UserID, err)
		}
		if err := record(tx, actor, "role.assigned", userTarget(user), models.Changes{"role": {New: role.RoleName}}); err != nil {
			return user, err
		}
	}
	for _, role := range take {
		if err := s.take(tx, actor, user, role); err != nil {
			return user, err
		}
	}
	if len(give)+len(take) == 0 {
		return user, nil
	}
	if err := touch(tx, user, user.Status); err != nil {
		return user, err
	}
	return s.db.User(tx, user.UserID)
}

func (s *Roles) take(tx *gorm.DB, actor models.Actor, user models.User, role models.Role) error {
	if models.SameName(role.RoleName, models.AdminRole) {
		if err := s.keepLastAdmin(tx, user, "demoted"); err != nil {
			return err
		}
	}
	err := tx.Where(`"UserId" = ? AND "RoleId" = ?`, user.UserID, role.RoleID).Delete(&models.Membership{}).Error
	if err != nil {
		return fmt.Errorf("take role %d from user %d: %w", role.RoleID, user.UserID, err)
	}
	return record(tx, actor, "role.revoked", userTarget(user), models.Changes{"role": {Old: role.RoleName}})
}

// without returns the roles of a that are not in b.
func without(a, b []models.Role) []models.Role {
	var left []models.Role
	for _, role := range a {
		found := false
		for _, other := range b {
			found = found || role.RoleID == other.RoleID
		}
		if !found {
			left = append(left, role)
		}
	}
	return left
}
