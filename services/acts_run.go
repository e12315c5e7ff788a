package services

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"rolecall/models"
)

// An actJob is an act that is carried out.
type actJob struct {
	actor  models.Actor
	act    models.Act
	single bool // of one user: a refusal is an error, and what changes nothing is not kept
	// plan is made anew in each transaction, for what it reads there.
	plan func(tx *gorm.DB, ids []int64) (plan, error)
	// begin, where there is one, belongs to the first transaction.
	begin func(tx *gorm.DB) error
}

// run carries the job out chunk by chunk. Where the first chunk fails, nothing was
// done and the error says why. Where another fails, the rows say how far it came.
func (s *Acts) run(ctx context.Context, j actJob, ids []int64) (models.Act, error) {
	first := true
	for chunk := range slices.Chunk(ids, actChunk) {
		kept, err := s.chunk(ctx, &j, chunk, first)
		if err != nil && first {
			return models.Act{}, err
		}
		if err != nil {
			s.log.ErrorContext(ctx, "an act stopped half-way", "error", models.LogText(err))
			break
		}
		if !kept {
			return models.Act{}, nil
		}
		first = false
	}
	return j.act, nil
}

// chunk does what is to be done to these users in one transaction, and keeps what
// became of each in it: neither is there without the other.
func (s *Acts) chunk(ctx context.Context, j *actJob, ids []int64, first bool) (kept bool, err error) {
	return inTx(ctx, s.db, func(tx *gorm.DB) (bool, error) {
		if err := lockDirectory(tx); err != nil {
			return false, err
		}
		if err := holdAccounts(tx, ids); err != nil {
			return false, err
		}
		plan, err := j.plan(tx, ids)
		if err != nil {
			return false, err
		}
		plan.actor = j.actor
		steps, err := s.steps(tx, &plan, ids)
		if err != nil {
			return false, err
		}
		if j.single && steps[0].Outcome != models.Done {
			return false, leftAlone(j.act.Action, steps[0].ActRow)
		}
		if first {
			if err := beginAct(tx, j, plan.role); err != nil {
				return false, err
			}
		}
		return true, s.carryOut(tx, j, steps)
	})
}

// leftAlone is the error for a single user to whom nothing was done; nil for one
// who is as wanted.
func leftAlone(action models.ActAction, row models.ActRow) error {
	switch {
	case row.Outcome == models.Gone:
		return models.Missing("user")
	case row.Reason == models.LastAdmin && action.ChangesRoles():
		return lastAdmin("demoted")
	case row.Reason == models.LastAdmin:
		return lastAdmin("disabled")
	case row.Outcome == models.Refused:
		return &models.Error{Kind: models.Conflict, Message: row.Reason.Sentence()}
	}
	return nil
}

// beginAct keeps the act itself.
func beginAct(tx *gorm.DB, j *actJob, role models.Role) error {
	if j.act.Undoes == "" { // an undo has that of what it takes back
		j.act.RoleName = clipRunes(role.RoleName, targetNameMax)
	}
	if err := tx.Create(&j.act).Error; err != nil {
		return fmt.Errorf("insert an act: %w", err)
	}
	if j.begin == nil {
		return nil
	}
	return j.begin(tx)
}

// holdAccounts is holdAccount for many: their number costs no statement more.
func holdAccounts(tx *gorm.DB, ids []int64) error {
	for _, id := range ids {
		models.Touched(tx, id)
	}
	held := tx.Model(&models.Account{}).Where(`"UserId" IN ?`, ids).UpdateColumn("Version", gorm.Expr(`"Version"`))
	if held.Error != nil {
		return fmt.Errorf("hold %d accounts: %w", len(ids), held.Error)
	}
	if held.RowsAffected == int64(len(ids)) {
		return nil
	}
	err := tx.Exec(`INSERT INTO "RolecallAccounts" ("UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt")`+
		` SELECT u."UserId", 'active', 0, 0, 0, 0 FROM "Users" AS u WHERE u."UserId" IN ?`+
		` AND NOT EXISTS (SELECT 1 FROM "RolecallAccounts" AS a WHERE a."UserId" = u."UserId")`, ids).Error
	if err != nil {
		return fmt.Errorf("insert the accounts of other programs' users: %w", err)
	}
	return nil
}

// carryOut writes the steps: what changes, an event for each change, and the rows
// of the act. Every statement is for all of them.
func (s *Acts) carryOut(tx *gorm.DB, j *actJob, steps []step) error {
	var done []step
	rows := make([]models.ActRow, len(steps))
	for i, step := range steps {
		rows[i] = step.ActRow
		rows[i].ActID, rows[i].At = j.act.ActID, models.Now()
		if step.Outcome == models.Done {
			done = append(done, step)
		}
	}
	for _, write := range []func(*gorm.DB, []step) error{moveRoles, s.switchStates, endSteps} {
		if err := write(tx, done); err != nil {
			return err
		}
	}
	if err := recordAll(tx, eventsOf(j.actor, done)); err != nil {
		return err
	}
	return insertAll(tx, rows)
}

// insertAll inserts the rows, each of whose fields is a column.
func insertAll[T any](tx *gorm.DB, rows []T) error {
	for chunk := range slices.Chunk(rows, models.InsertMost(reflect.TypeFor[T]().NumField())) {
		if err := tx.Create(&chunk).Error; err != nil {
			return fmt.Errorf("insert %d rows: %w", len(chunk), err)
		}
	}
	return nil
}

// moveRoles gives and takes, and counts the versions up.
func moveRoles(tx *gorm.DB, steps []step) error {
	var given []models.Membership
	var moved []int64
	taken := map[int64][]int64{} // from whom, by role
	for _, step := range steps {
		for _, role := range step.give {
			given = append(given, models.Membership{UserID: step.UserID, RoleID: role.RoleID})
		}
		for _, role := range step.take {
			taken[role.RoleID] = append(taken[role.RoleID], step.UserID)
		}
		if len(step.give)+len(step.take) > 0 {
			moved = append(moved, step.UserID)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	if err := insertAll(tx, given); err != nil {
		return err
	}
	for _, roleID := range slices.Sorted(maps.Keys(taken)) {
		err := tx.Where(`"RoleId" = ? AND "UserId" IN ?`, roleID, taken[roleID]).Delete(&models.Membership{}).Error
		if err != nil {
			return fmt.Errorf("take role %d from %d users: %w", roleID, len(taken[roleID]), err)
		}
	}
	return touchAll(tx, moved, map[string]any{})
}

// touchAll is touch for many, with columns of their accounts.
func touchAll(tx *gorm.DB, ids []int64, columns map[string]any) error {
	columns["Version"], columns["UpdatedAt"] = gorm.Expr(`"Version" + 1`), models.Now()
	if err := tx.Model(&models.Account{}).Where(`"UserId" IN ?`, ids).UpdateColumns(columns).Error; err != nil {
		return fmt.Errorf("update %d accounts: %w", len(ids), err)
	}
	return nil
}

// switchStates writes the new states, the owner's switch included, and ends the
// sessions of whoever can no longer sign in. Users who get the same state are
// written together.
func (s *core) switchStates(tx *gorm.DB, steps []step) error {
	type state struct {
		status models.Status
		owner  bool
	}
	groups := map[state][]int64{}
	var order []state
	for _, step := range steps {
		if !step.switches() {
			continue
		}
		next := state{step.next.Status, step.next.OwnerActive}
		if groups[next] == nil {
			order = append(order, next)
		}
		groups[next] = append(groups[next], step.UserID)
	}
	for _, next := range order {
		if row := s.db.OwnerActive(next.owner); len(row) > 0 {
			if err := tx.Table("Users").Where(`"UserId" IN ?`, groups[next]).Updates(row).Error; err != nil {
				return fmt.Errorf("switch %d users: %w", len(groups[next]), err)
			}
		}
		if err := touchAll(tx, groups[next], map[string]any{"Status": next.status}); err != nil {
			return err
		}
	}
	return nil
}

// endSteps ends the sessions of the users whose steps say so.
func endSteps(tx *gorm.DB, steps []step) error {
	var ids []int64
	for _, step := range steps {
		if step.signsOut() {
			ids = append(ids, step.UserID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for _, row := range []any{&models.RefreshToken{}, &models.Session{}} {
		if err := tx.Where(`"UserId" IN ?`, ids).Delete(row).Error; err != nil {
			return fmt.Errorf("end the sessions of %d users: %w", len(ids), err)
		}
	}
	return nil
}

// eventsOf are the events of the steps, those of the single operations.
func eventsOf(actor models.Actor, steps []step) []models.Event {
	var events []models.Event
	add := func(step step, action string, changes models.Changes) {
		events = append(events, eventOf(actor, action, userTarget(step.user), changes))
	}
	for _, step := range steps {
		for _, role := range step.give {
			add(step, "role.assigned", models.Changes{"role": {New: role.RoleName}})
		}
		for _, role := range step.take {
			add(step, "role.revoked", models.Changes{"role": {Old: role.RoleName}})
		}
		if step.switches() {
			add(step, switchAction(step.next), switched(step.user, step.next))
		}
		if step.sessions > 0 {
			add(step, "session.ended", models.Changes{"sessions": {Old: step.sessions}})
		}
	}
	return events
}

func switchAction(next models.User) string {
	if next.IsActive() {
		return "user.enabled"
	}
	return "user.disabled"
}

// switched names the change of state; the state itself where is_active alone would
// not tell it.
func switched(user, next models.User) models.Changes {
	changes := models.Changes{}
	changes.Set("is_active", user.IsActive(), next.IsActive())
	if len(changes) == 0 || next.State() == models.Pending {
		changes.Set("status", user.State(), next.State())
	}
	return changes
}
