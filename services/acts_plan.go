package services

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"rolecall/models"
)

// A wish is how a user should be, or the reason why that can't be.
type wish func(user models.User) (models.User, models.Reason)

// A plan turns a wish into steps, under the guards.
type plan struct {
	actor        models.Actor
	wish         wish
	endsSessions bool
	role         models.Role // that the act is about, for AssignRole and RevokeRole
	admins       int64       // active ones that are left; 0 until they were counted
}

// A step is what an act does to one user, or why it does nothing.
type step struct {
	models.ActRow
	user, next models.User // as the user is, and will be
	give, take []models.Role
	sessions   int64 // that end, where the act is about them
}

// wishOf is what an order's action wants of each user.
func wishOf(action models.ActAction, role models.Role) wish {
	return func(user models.User) (models.User, models.Reason) {
		one := []models.Role{role}
		switch action {
		case models.AssignRole:
			user.Roles = slices.Concat(user.Roles, without(one, user.Roles))
		case models.RevokeRole:
			user.Roles = without(user.Roles, one)
		case models.Disable:
			if user.State() != models.Disabled {
				user.Status, user.OwnerActive = models.Disabled, false
			}
		case models.Enable:
			user.Status, user.OwnerActive = models.Active, true
		}
		return user, ""
	}
}

// changeWish gives the roles of want that were not shown, and takes those shown
// that are not in want. With a nil was, those that the user holds were shown.
func changeWish(was []string, want []models.Role) wish {
	return func(user models.User) (models.User, models.Reason) {
		shown := func(role models.Role) bool {
			if was == nil {
				return user.HasRole(role.RoleName)
			}
			return slices.ContainsFunc(was, func(name string) bool { return models.SameName(name, role.RoleName) })
		}
		given := slices.DeleteFunc(slices.Clone(want), shown)
		taken := slices.DeleteFunc(without(user.Roles, want), func(role models.Role) bool { return !shown(role) })
		kept := without(user.Roles, taken)
		user.Roles = slices.Concat(kept, without(given, kept))
		return user, ""
	}
}

// steps plans what happens to each of the users, under the guards. Where the plan
// is to be carried out, the directory is locked and the accounts are held.
func (s *Acts) steps(tx *gorm.DB, p *plan, ids []int64) ([]step, error) {
	users, err := s.usersOf(tx, ids)
	if err != nil {
		return nil, err
	}
	sessions := map[int64]int64{}
	if p.endsSessions {
		if sessions, err = s.sessionsOf(tx, ids); err != nil {
			return nil, err
		}
	}
	steps := make([]step, len(ids))
	for i, id := range ids {
		steps[i] = p.step(id, users[id], sessions[id])
	}
	if p.admins == 0 && slices.ContainsFunc(steps, step.losesAdmin) {
		if p.admins, err = s.activeAdmins(tx, 0); err != nil {
			return nil, err
		}
	}
	p.guard(steps)
	return steps, nil
}

// usersOf reads the users with their roles, by id.
func (s *Acts) usersOf(tx *gorm.DB, ids []int64) (map[int64]models.User, error) {
	var found []models.User
	if err := s.db.Users(tx).Preload("Roles").Where(`u."UserId" IN ?`, ids).Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read %d users: %w", len(ids), err)
	}
	models.SortRoles(found)
	users := make(map[int64]models.User, len(found))
	for _, user := range found {
		users[user.UserID] = user
	}
	return users, nil
}

// sessionsOf counts the sessions under way of each user.
func (s *Acts) sessionsOf(tx *gorm.DB, ids []int64) (map[int64]int64, error) {
	var found []struct {
		UserID int64 `gorm:"column:UserId"`
		Count  int64 `gorm:"column:Count"`
	}
	err := s.underWay(tx.Where(`"UserId" IN ?`, ids)).Select(`"UserId", COUNT(*) AS "Count"`).Group("UserId").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("count the sessions of %d users: %w", len(ids), err)
	}
	counts := make(map[int64]int64, len(found))
	for _, row := range found {
		counts[row.UserID] = row.Count
	}
	return counts, nil
}

// step plans for one user, guards aside; the zero user is one who is not there.
func (p *plan) step(id int64, user models.User, sessions int64) step {
	s := step{user: user, next: user, ActRow: models.ActRow{
		UserID: id, Username: clipRunes(user.Username, targetNameMax), Outcome: models.Gone, Gave: []models.RoleRef{}, Took: []models.RoleRef{},
	}}
	if user.UserID == 0 {
		return s
	}
	next, reason := p.wish(user)
	if reason != "" {
		s.refuse(reason)
		return s
	}
	s.next, s.sessions = next, sessions
	s.give, s.take = without(next.Roles, user.Roles), without(user.Roles, next.Roles)
	s.Gave, s.Took = models.RefsTo(s.give), models.RefsTo(s.take)
	s.Outcome = models.Same
	if s.switches() {
		s.Was, s.WasOwnerActive = user.Status, 0
		if user.OwnerActive {
			s.WasOwnerActive = 1
		}
	}
	if s.switches() || len(s.give)+len(s.take) > 0 || sessions > 0 {
		s.Outcome = models.Done
	}
	return s
}

// switches reports whether the user's state changes.
func (s step) switches() bool {
	return s.user.State() != s.next.State()
}

// losesAdmin reports whether there is an active admin less afterwards.
func (s step) losesAdmin() bool {
	return s.Outcome == models.Done && activeAdmin(s.user) && !activeAdmin(s.next)
}

func activeAdmin(user models.User) bool { return user.IsActive() && user.HasRole(models.AdminRole) }

// guard refuses what would leave no active admin, and what nobody may do to the
// own account. The admins that go are counted down from step to step.
func (p *plan) guard(steps []step) {
	for i := range steps {
		s := &steps[i]
		switch {
		case s.losesAdmin() && p.admins <= 1:
			s.refuse(models.LastAdmin)
		case p.actor.Is(s.UserID) && (s.losesAdmin() || s.signsOut()):
			s.refuse(models.OwnAccount)
		case s.losesAdmin():
			p.admins--
		}
	}
}

// signsOut reports whether the sessions of the user end.
func (s step) signsOut() bool {
	return s.sessions > 0 || s.user.IsActive() && !s.next.IsActive()
}

// refuse leaves the user as before.
func (s *step) refuse(reason models.Reason) {
	s.ActRow = models.ActRow{
		UserID: s.UserID, Username: s.Username, Outcome: models.Refused, Reason: reason, Gave: []models.RoleRef{}, Took: []models.RoleRef{},
	}
	s.next, s.give, s.take, s.sessions = s.user, nil, nil, 0
}

// roleOf is the role that the order is about, for a transaction that may have to
// make it; the zero Role for an order about none.
func (s *Acts) roleOf(tx *gorm.DB, order ActOrder, actor models.Actor) (models.Role, error) {
	if !order.Action.OfRole() {
		return models.Role{}, nil
	}
	role, err := s.roleNamed(tx, actor, order.RoleName)
	if models.KindOf(err) == models.NotFound {
		err = errNoRole
	}
	return role, err
}

// roleSeen is roleOf for a preview, which makes none: a built-in role that is not
// there yet is one that nobody holds.
func (s *Acts) roleSeen(tx *gorm.DB, order ActOrder) (models.Role, error) {
	if !order.Action.OfRole() {
		return models.Role{}, nil
	}
	role, err := s.findRole(tx, order.RoleName)
	if err != nil || role.RoleID != 0 {
		return role, err
	}
	for _, name := range []string{models.AdminRole, models.UserRole} {
		if models.SameName(order.RoleName, name) {
			return models.Role{RoleName: name}, nil
		}
	}
	return role, errNoRole
}

var errNoRole = &models.Error{Kind: models.Invalid, Message: "There is no role of this name. Somebody may have renamed or deleted it."}
