package services

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"rolecall/models"
)

// Undo turns back what the act did, where it still holds, and keeps what became of
// each user as an act of its own. Sessions that have ended stay ended. An act of
// somebody else's, or of which nothing is kept any more, is NotFound; one that is
// older than models.UndoFor, was taken back already or can't be, is a Conflict.
func (s *Acts) Undo(ctx context.Context, actor models.Actor, actID string) (_ models.Act, err error) {
	defer models.StartSpan(&ctx, "Acts.Undo").End(&err)
	act, err := s.own(ctx, actor, actID)
	if err != nil {
		return models.Act{}, err
	}
	if err := undoable(act); err != nil {
		return models.Act{}, err
	}
	var ids []int64
	err = s.db.Read(ctx).Model(&models.ActRow{}).Where(`"ActId" = ? AND "Outcome" = ?`, act.ActID, models.Done).Order(`"UserId"`).Pluck("UserId", &ids).Error
	if err != nil {
		return models.Act{}, fmt.Errorf("read whom an act changed: %w", err)
	}
	if len(ids) == 0 {
		return models.Act{}, errNoUndo
	}
	undo := newAct(actor, act.Action, len(ids))
	undo.RoleName, undo.Undoes = act.RoleName, act.ActID
	return s.run(ctx, actJob{
		actor: actor, act: undo,
		plan:  func(tx *gorm.DB, ids []int64) (plan, error) { return undoPlan(tx, act, ids) },
		begin: func(tx *gorm.DB) error { return markUndone(tx, act) },
	}, ids)
}

var errUndone = &models.Error{Kind: models.Conflict, Message: "This was undone already."}

var errNoUndo = &models.Error{Kind: models.Conflict, Message: "There is nothing to undo."}

// undoable says why the act can't be taken back.
func undoable(act models.Act) error {
	switch {
	case !act.UndoneAt.IsZero():
		return errUndone
	case act.UndoUntil().IsZero():
		return errNoUndo
	case models.Now() > act.UndoUntil():
		return &models.Error{Kind: models.Conflict, Message: "It is too late to undo this: that is possible for a minute."}
	}
	return nil
}

// markUndone lets one of several undo the act.
func markUndone(tx *gorm.DB, act models.Act) error {
	marked := tx.Model(&models.Act{}).Where(`"ActId" = ? AND "UndoneAt" = 0`, act.ActID).UpdateColumn("UndoneAt", models.Now())
	if marked.Error != nil {
		return fmt.Errorf("mark an act as undone: %w", marked.Error)
	}
	if marked.RowsAffected == 0 {
		return errUndone
	}
	return nil
}

// undoPlan reads what the act did to the users, and which of the roles to give
// back there still are.
func undoPlan(tx *gorm.DB, act models.Act, ids []int64) (plan, error) {
	var rows []models.ActRow
	if err := tx.Where(`"ActId" = ? AND "UserId" IN ?`, act.ActID, ids).Find(&rows).Error; err != nil {
		return plan{}, fmt.Errorf("read what an act did: %w", err)
	}
	byUser := map[int64]models.ActRow{}
	took := map[int64]bool{}
	for _, row := range rows {
		byUser[row.UserID] = row
		for _, ref := range row.Took {
			took[ref.ID] = true
		}
	}
	roles, err := rolesByID(tx, took)
	if err != nil {
		return plan{}, err
	}
	return plan{wish: func(user models.User) (models.User, models.Reason) {
		row := byUser[user.UserID]
		if row.Was != "" {
			return switchBack(user, row, act.Action)
		}
		return rolesBack(user, row, roles)
	}}, nil
}

func rolesByID(tx *gorm.DB, ids map[int64]bool) (map[int64]models.Role, error) {
	roles := map[int64]models.Role{}
	if len(ids) == 0 {
		return roles, nil
	}
	var found []models.Role
	err := tx.Model(&models.Role{}).Select(`"RoleId", "RoleName"`).Where(`"RoleId" IN ?`, slices.Sorted(maps.Keys(ids))).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for roles: %w", err)
	}
	for _, role := range found {
		roles[role.RoleID] = role
	}
	return roles, nil
}

// switchBack gives the user the state that was before, unless somebody has given
// another one since.
func switchBack(user models.User, row models.ActRow, action models.ActAction) (models.User, models.Reason) {
	before := user
	before.Status, before.OwnerActive = row.Was, row.WasOwnerActive == 1
	made := models.Active
	if action == models.Disable {
		made = models.Disabled
	}
	if now := user.State(); now != made && now != before.State() {
		return user, models.Changed
	}
	return before, ""
}

// rolesBack takes what was given and gives what was taken, of which somebody may
// have done a part already.
func rolesBack(user models.User, row models.ActRow, there map[int64]models.Role) (models.User, models.Reason) {
	var given, taken []models.Role
	missing := false
	for _, ref := range row.Gave {
		given = append(given, models.Role{RoleID: ref.ID})
	}
	for _, ref := range row.Took {
		role, found := there[ref.ID]
		missing = missing || !found
		if found {
			taken = append(taken, role)
		}
	}
	left := without(user.Roles, given)
	next := slices.Concat(left, without(taken, left))
	if missing && len(without(next, user.Roles))+len(without(user.Roles, next)) == 0 {
		return user, models.RoleGone
	}
	user.Roles = next
	return user, ""
}
