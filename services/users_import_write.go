package services

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// carryOutImport writes what the plan says, with the events of the single
// operations. Each statement is for all of its rows.
func (s *Users) carryOutImport(tx *gorm.DB, actor models.Actor, p importPlan) error {
	if err := s.createAll(tx, actor, p.create); err != nil {
		return err
	}
	return s.changeAll(tx, actor, p.change)
}

// createAll is insert for many, whose values are checked.
func (s *Users) createAll(tx *gorm.DB, actor models.Actor, users []models.User) error {
	if len(users) == 0 {
		return nil
	}
	orphans, err := orphans(tx)
	if err != nil {
		return err
	}
	if err := s.insertRows(tx, users); err != nil {
		return err
	}
	ids := make([]int64, len(users))
	for i, user := range users {
		ids[i] = user.UserID
	}
	if err := s.clear(tx, ids, orphans); err != nil {
		return err
	}
	accounts, events := make([]models.Account, len(users)), make([]models.Event, len(users))
	now := models.Now()
	for i, user := range users {
		accounts[i] = models.Account{UserID: user.UserID, Status: user.Status, Version: 1, CreatedAt: now, UpdatedAt: now}
	}
	if err := insertAll(tx, accounts); err != nil {
		return err
	}
	if err := s.giveAll(tx, users); err != nil {
		return err
	}
	for i, user := range users {
		events[i] = eventOf(actor, "user.created", userTarget(user), appeared(user))
	}
	return recordAll(tx, events)
}

// insertRows writes the owner's rows and sets the users' ids, as insertRow does.
func (s *Users) insertRows(tx *gorm.DB, users []models.User) error {
	for chunk := range slices.Chunk(users, models.InsertMost(len(s.ownerRow(users[0])))) {
		rows := make([]map[string]any, len(chunk))
		for i, user := range chunk {
			rows[i] = s.ownerRow(user)
		}
		if err := tx.Table("Users").Create(&rows).Error; err != nil {
			return fmt.Errorf("insert %d users: %w", len(rows), err)
		}
		if err := s.readIDs(tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (s *Users) ownerRow(user models.User) map[string]any {
	row := s.db.OwnerActive(user.OwnerActive)
	maps.Copy(row, map[string]any{
		"Username": user.Username, "PasswordHash": user.PasswordHash, "Email": user.Email,
		"FirstName": user.FirstName, "LastName": user.LastName,
	})
	return s.db.OwnerRow(row)
}

// readIDs sets the ids of users whose rows are new.
func (s *Users) readIDs(tx *gorm.DB, users []models.User) error {
	names, places := make([]string, len(users)), make(map[string]int, len(users))
	for i, user := range users {
		names[i], places[user.Username] = user.Username, i
	}
	var found []models.User
	err := tx.Table("Users").Select(`"UserId", "Username", "PasswordHash"`).Where(s.db.Among("Username", names)).Find(&found).Error
	if err != nil {
		return fmt.Errorf("read the new users' ids: %w", err)
	}
	read := 0
	for _, row := range found {
		i, named := places[strings.TrimRight(row.Username, " ")]
		if named && strings.TrimRight(row.PasswordHash, " ") == users[i].PasswordHash {
			users[i].UserID = row.UserID
			read++
		}
	}
	if read != len(users) {
		return fmt.Errorf("of %d new users, %d are there", len(users), read)
	}
	return nil
}

// clear deletes what earlier users of these ids have left, see insertOurs.
func (s *Users) clear(tx *gorm.DB, ids []int64, orphans map[int64][]models.Membership) error {
	if err := forgetAll(tx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := dropOrphans(tx, orphans[id]); err != nil {
			return err
		}
	}
	return nil
}

// giveAll gives the new users their roles, but for those that a trigger of the
// owner's has just given, and sets all that they now have.
func (s *Users) giveAll(tx *gorm.DB, users []models.User) error {
	given := make([]models.User, len(users))
	for i, user := range users {
		given[i].UserID = user.UserID
	}
	if err := s.db.ReadRoles(tx, given); err != nil {
		return err
	}
	var memberships []models.Membership
	for i, user := range users {
		missing := without(user.Roles, given[i].Roles)
		for _, role := range missing {
			memberships = append(memberships, models.Membership{UserID: user.UserID, RoleID: role.RoleID})
		}
		users[i].Roles = append(given[i].Roles, missing...)
	}
	models.SortRoles(users)
	return insertAll(tx, memberships)
}

// changeAll is Update and the change of roles for many. The directory is locked:
// none of what the plan has read changes before the accounts are held.
func (s *Users) changeAll(tx *gorm.DB, actor models.Actor, changes []importChange) error {
	if len(changes) == 0 {
		return nil
	}
	ids, steps := make([]int64, len(changes)), make([]step, len(changes))
	for i, change := range changes {
		ids[i], steps[i] = change.UserID, change.step
	}
	if err := holdAccounts(tx, ids); err != nil {
		return err
	}
	if err := s.patchAll(tx, actor, changes); err != nil {
		return err
	}
	if err := moveRoles(tx, steps); err != nil {
		return err
	}
	if err := s.switchStates(tx, steps); err != nil {
		return err
	}
	if err := endSteps(tx, steps); err != nil {
		return err
	}
	return recordAll(tx, eventsOf(actor, steps))
}

// patchAll writes the columns that change, each in one statement for all users.
func (s *Users) patchAll(tx *gorm.DB, actor models.Actor, all []importChange) error {
	var ids []int64
	var events []models.Event
	for _, change := range all {
		if len(change.changes) > 0 {
			ids = append(ids, change.UserID)
			events = append(events, eventOf(actor, "user.updated", userTarget(change.user), change.changes))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for _, column := range []struct{ field, name string }{{"email", "Email"}, {"first_name", "FirstName"}, {"last_name", "LastName"}} {
		if err := s.patchColumn(tx, column.field, column.name, all); err != nil {
			return err
		}
	}
	if err := touchAll(tx, ids, map[string]any{}); err != nil {
		return err
	}
	return recordAll(tx, events)
}

func (s *Users) patchColumn(tx *gorm.DB, field, column string, all []importChange) error {
	var cases strings.Builder
	var values []any
	var ids []int64
	for _, change := range all {
		if of, changed := change.changes[field]; changed {
			text, _ := of.New.(string)
			cases.WriteString(" WHEN ? THEN ?")
			values = append(values, change.UserID, s.db.OwnerRow(map[string]any{column: text})[column])
			ids = append(ids, change.UserID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	quoted := `"` + column + `"`
	err := tx.Exec(`UPDATE "Users" SET `+quoted+` = CASE "UserId"`+cases.String()+` ELSE `+quoted+` END WHERE "UserId" IN ?`, append(values, ids)...).Error
	if err != nil {
		return fmt.Errorf("update %s of %d users: %w", column, len(ids), err)
	}
	return nil
}
