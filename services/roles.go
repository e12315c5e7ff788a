package services

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// Roles keeps the roles and who holds them.
type Roles struct{ *core }

// List returns every role with its number of holders, by name.
func (s *Roles) List(ctx context.Context, actor models.Actor) (_ []models.Role, err error) {
	defer models.StartSpan(&ctx, "Roles.List").End(&err)
	if err := actor.RequireAdmin("list roles"); err != nil {
		return nil, err
	}
	roles, err := s.roles.get(ctx, "", s.db.Changes(), func(ctx context.Context) ([]models.Role, error) {
		list := func(tidy bool) func() ([]models.Role, error) {
			return func() (roles []models.Role, err error) {
				err = s.described(s.db.Read(ctx), tidy).Order(s.db.Fold(`r."RoleName"`)).Find(&roles).Error
				return roles, err
			}
		}
		return unlessStray(ctx, s.core, list(true), list(false), strayMember, doubleMember)
	})
	if err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	return slices.Clone(roles), nil
}

// Choices returns every role by name, without its number of holders: to choose
// from, where counting would take longest.
func (s *Roles) Choices(ctx context.Context, actor models.Actor) (_ []models.Role, err error) {
	defer models.StartSpan(&ctx, "Roles.Choices").End(&err)
	if err := actor.RequireAdmin("list roles"); err != nil {
		return nil, err
	}
	var roles []models.Role
	err = s.described(s.db.Read(ctx), true).Select(roleColumns).Order(s.db.Fold(`r."RoleName"`)).Find(&roles).Error
	if err != nil {
		return nil, fmt.Errorf("list the roles to choose from: %w", err)
	}
	return roles, nil
}

// Get returns one role.
func (s *Roles) Get(ctx context.Context, actor models.Actor, roleID int64) (_ models.Role, err error) {
	defer models.StartSpan(&ctx, "Roles.Get").End(&err)
	if err := actor.RequireAdmin("see roles"); err != nil {
		return models.Role{}, err
	}
	found, err := s.roles.get(ctx, fmt.Sprint(roleID), s.db.Changes(), func(ctx context.Context) ([]models.Role, error) {
		role, err := s.role(s.db.Read(ctx), roleID)
		return []models.Role{role}, err
	})
	if err != nil {
		return models.Role{}, err
	}
	return found[0], nil
}

const roleColumns = `r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description"`

// described starts a query for roles with their descriptions and holders, as r.
// Where UserRoles is known to be tidy, its index has the holders.
func (s *core) described(tx *gorm.DB, tidy bool) *gorm.DB {
	holders := `COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId"`
	if tidy {
		holders = `COUNT(*) FROM "UserRoles" AS ur`
	}
	return tx.Model(&models.Role{}).Table(`"Roles" AS r`).
		Select(roleColumns + `, (SELECT ` + holders + ` WHERE ur."RoleId" = r."RoleId") AS "UserCount"`).
		Joins(`LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId"`)
}

func (s *core) role(tx *gorm.DB, roleID int64) (models.Role, error) {
	var roles []models.Role
	if err := s.described(tx, s.tidy(tx.Statement.Context, strayMember, doubleMember)).Where(`r."RoleId" = ?`, roleID).Find(&roles).Error; err != nil {
		return models.Role{}, fmt.Errorf("read role %d: %w", roleID, err)
	}
	if len(roles) == 0 {
		return models.Role{}, models.Missing("role")
	}
	return roles[0], nil
}

// findRole returns the role of that name, the exact one where several differ by
// letter case, without description and holders; the zero Role where there is none.
func (s *core) findRole(tx *gorm.DB, name string) (models.Role, error) {
	name = clean(name)
	found, err := s.rolesWhere(tx, s.db.Same(`"RoleName"`), name)
	if err != nil {
		return models.Role{}, err
	}
	for _, same := range []func(string) bool{
		func(other string) bool { return other == name },
		func(other string) bool { return models.SameName(other, name) }, // a collation may ignore more
	} {
		for _, role := range found {
			if same(role.RoleName) {
				return role, nil
			}
		}
	}
	return models.Role{}, nil
}

// roleNamed is findRole, but a NotFound error where there is none. A built-in role
// that an owner's table lacks is made when first needed.
func (s *core) roleNamed(tx *gorm.DB, actor models.Actor, name string) (models.Role, error) {
	role, err := s.findRole(tx, name)
	if err != nil || role.RoleID != 0 {
		return role, err
	}
	for _, builtIn := range []string{models.AdminRole, models.UserRole} {
		if models.SameName(name, builtIn) {
			role, err := s.insertRole(tx, builtIn)
			if err != nil {
				return role, err
			}
			return role, record(tx, actor, "role.created", roleTarget(role), models.Changes{"role_name": {New: builtIn}})
		}
	}
	return models.Role{}, models.Missing("role")
}

// rolesNamed returns the roles of those names, each once. Invalid, with the
// field roles, where there is none of a name.
func (s *core) rolesNamed(tx *gorm.DB, actor models.Actor, names []string) ([]models.Role, error) {
	var roles []models.Role
	seen := map[int64]bool{}
	for _, name := range names {
		role, err := s.roleNamed(tx, actor, name)
		if models.KindOf(err) == models.NotFound {
			return nil, models.InvalidField("roles", "There is no role of one of these names.")
		}
		if err != nil {
			return nil, err
		}
		if !seen[role.RoleID] {
			seen[role.RoleID] = true
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// insertRole writes the owner's row. The directory is locked, so the name tells
// the row.
func (s *core) insertRole(tx *gorm.DB, name string) (models.Role, error) {
	if err := tx.Table("Roles").Create(s.db.OwnerRow(map[string]any{"RoleName": name})).Error; err != nil {
		return models.Role{}, fmt.Errorf("insert a role: %w", err)
	}
	roles, err := s.rolesWhere(tx, `"RoleName" = ?`, name)
	if err != nil {
		return models.Role{}, err
	}
	if len(roles) == 0 {
		return models.Role{}, errors.New("the new role is not there")
	}
	return roles[0], nil
}

// rolesWhere reads the owner's rows alone: who looks a role up does not wait
// until its holders are counted.
func (s *core) rolesWhere(tx *gorm.DB, condition, name string) ([]models.Role, error) {
	var roles []models.Role
	err := tx.Model(&models.Role{}).Select(`"RoleId", "RoleName"`).Where(condition, s.db.Param("RoleName", name)).Order(`"RoleId"`).Find(&roles).Error
	if err != nil {
		return nil, fmt.Errorf("look for a role: %w", err)
	}
	return roles, nil
}

// Create makes a role. A name that is taken is a Conflict.
func (s *Roles) Create(ctx context.Context, actor models.Actor, name, description string) (_ models.Role, err error) {
	defer models.StartSpan(&ctx, "Roles.Create").End(&err)
	if err := actor.RequireAdmin("create roles"); err != nil {
		return models.Role{}, err
	}
	if err := s.db.CheckRole(name, description).Err(); err != nil {
		return models.Role{}, err
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.Role, error) {
		if err := lockDirectory(tx); err != nil {
			return models.Role{}, err
		}
		if err := s.roleTaken(tx, name, 0); err != nil {
			return models.Role{}, err
		}
		role, err := s.insertRole(tx, name)
		if err != nil {
			return role, err
		}
		changes := models.Changes{"role_name": {New: name}}
		changes.Set("description", "", description)
		return s.finishRole(tx, actor, "role.created", role, description, changes)
	})
}

// Update renames a role, or describes it anew; nil stays as it is. A built-in
// one keeps its name. revision, unless it is "", must be that of the role as read
// (see models.Role.Revision), else the error is Stale.
func (s *Roles) Update(ctx context.Context, actor models.Actor, roleID int64, name, description *string, revision string) (_ models.Role, err error) {
	defer models.StartSpan(&ctx, "Roles.Update").End(&err)
	if err := actor.RequireAdmin("change roles"); err != nil {
		return models.Role{}, err
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.Role, error) {
		role, err := s.lockRole(tx, roleID)
		if err != nil {
			return role, err
		}
		if revision != "" && revision != role.Revision() {
			return role, models.Outdated("role")
		}
		return s.patchRole(tx, actor, role, name, description)
	})
}

func (s *Roles) patchRole(tx *gorm.DB, actor models.Actor, role models.Role, name, description *string) (models.Role, error) {
	next := role
	if name != nil {
		next.RoleName = *name
	}
	if description != nil {
		next.Description = *description
	}
	changes := models.Changes{}
	changes.Set("role_name", role.RoleName, next.RoleName)
	changes.Set("description", role.Description, next.Description)
	if len(changes) == 0 {
		return role, nil
	}
	_, renamed := changes["role_name"]
	if renamed && role.BuiltIn() {
		return role, builtInConflict("renamed")
	}
	if err := ofChanged(s.db.CheckRole(next.RoleName, next.Description), changes); err != nil {
		return role, err
	}
	if renamed {
		models.TouchedAll(tx)
		if err := s.roleTaken(tx, next.RoleName, role.RoleID); err != nil {
			return role, err
		}
		err := tx.Table("Roles").Where(`"RoleId" = ?`, role.RoleID).Updates(s.db.OwnerRow(map[string]any{"RoleName": next.RoleName})).Error
		if err != nil {
			return role, fmt.Errorf("rename role %d: %w", role.RoleID, err)
		}
	}
	return s.finishRole(tx, actor, "role.updated", role, next.Description, changes)
}

func builtInConflict(fate string) error {
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("A built-in role can't be %s.", fate)}
}

// Delete removes a role. One that somebody holds is a Conflict, unless force
// takes it from its holders.
func (s *Roles) Delete(ctx context.Context, actor models.Actor, roleID int64, force bool) (err error) {
	defer models.StartSpan(&ctx, "Roles.Delete").End(&err)
	if err := actor.RequireAdmin("delete roles"); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		role, err := s.lockRole(tx, roleID)
		if err != nil {
			return err
		}
		if role.BuiltIn() {
			return builtInConflict("deleted")
		}
		if role.UserCount > 0 && !force {
			return &models.Error{Kind: models.Conflict, Message: "Somebody still holds this role. Take it from its holders first, or force it."}
		}
		if err := s.takeFromAll(tx, actor, role); err != nil {
			return err
		}
		for _, table := range []string{"RolecallRoles", "Roles"} {
			if err := tx.Table(table).Where(`"RoleId" = ?`, roleID).Delete(nil).Error; err != nil {
				return fmt.Errorf("delete role %d from %s: %w", roleID, table, err)
			}
		}
		return record(tx, actor, "role.deleted", roleTarget(role), models.Changes{
			"role_name": {Old: role.RoleName}, "description": {Old: role.Description}, "user_count": {Old: role.UserCount},
		})
	})
}

// takeFromAll takes the role from each of its holders, with an event for each.
func (s *Roles) takeFromAll(tx *gorm.DB, actor models.Actor, role models.Role) error {
	var holders []models.User
	err := s.db.Users(tx).Where(`u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" = ?)`, role.RoleID).
		Order(`u."UserId"`).Find(&holders).Error
	if err != nil {
		return fmt.Errorf("list the holders of role %d: %w", role.RoleID, err)
	}
	if err := tx.Where(`"RoleId" = ?`, role.RoleID).Delete(&models.Membership{}).Error; err != nil {
		return fmt.Errorf("take role %d from its holders: %w", role.RoleID, err)
	}
	for _, user := range holders {
		if err := holdAccount(tx, user.UserID, "Version", gorm.Expr(`"Version"`)); err != nil {
			return err
		}
		if err := touch(tx, user, user.Status); err != nil {
			return err
		}
		changes := models.Changes{"role": {Old: role.RoleName}}
		if err := record(tx, actor, "role.revoked", userTarget(user), changes); err != nil {
			return err
		}
	}
	return nil
}

func (s *Roles) lockRole(tx *gorm.DB, roleID int64) (models.Role, error) {
	if err := lockDirectory(tx); err != nil {
		return models.Role{}, err
	}
	return s.role(tx, roleID)
}

func (s *Roles) roleTaken(tx *gorm.DB, name string, except int64) error {
	var found int64
	err := tx.Table("Roles").Where(s.db.Same(`"RoleName"`)+` AND "RoleId" <> ?`, s.db.Param("RoleName", strings.TrimSpace(name)), except).Count(&found).Error
	if err != nil {
		return fmt.Errorf("look for a role: %w", err)
	}
	if found > 0 {
		sentence := "There is a role of this name already."
		return &models.Error{Kind: models.Conflict, Message: sentence, Fields: models.FieldErrors{"role_name": sentence}}
	}
	return nil
}

// finishRole writes the description, records the change, and reads the role.
func (s *Roles) finishRole(tx *gorm.DB, actor models.Actor, action string, role models.Role, description string, changes models.Changes) (models.Role, error) {
	if _, changed := changes["description"]; changed {
		if err := describe(tx, role.RoleID, description); err != nil {
			return role, err
		}
	}
	if err := record(tx, actor, action, roleTarget(role), changes); err != nil {
		return role, err
	}
	return s.role(tx, role.RoleID)
}

func describe(tx *gorm.DB, roleID int64, description string) error {
	update := tx.Model(&models.RoleNote{}).Where(`"RoleId" = ?`, roleID).UpdateColumn("Description", description)
	if update.Error != nil {
		return fmt.Errorf("describe role %d: %w", roleID, update.Error)
	}
	if update.RowsAffected > 0 {
		return nil
	}
	if err := tx.Create(&models.RoleNote{RoleID: roleID, Description: description}).Error; err != nil {
		return fmt.Errorf("describe role %d: %w", roleID, err)
	}
	return nil
}
