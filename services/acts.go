package services

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"rolecall/models"
)

// Acts do one thing to one user or to many. What became of each is kept for a
// day, and can be taken back for a minute.
type Acts struct {
	*core
	users *Users
}

// An ActOrder says what to do, and to whom.
type ActOrder struct {
	Action   models.ActAction
	RoleName string    // for AssignRole and RevokeRole
	UserIDs  []int64   // the users, unless All
	All      bool      // everybody whom Query finds
	Query    UserQuery // its Search, Roles and Status count
}

const (
	actMax      = 10_000 // users of one act
	actChunk    = 100    // users of one transaction
	actRead     = 500    // users of one statement that only reads
	previewRows = 50
)

// An ActPreview is what an order would do, as things are now.
type ActPreview struct {
	Total    int64  // users that are meant
	RoleName string // of the role that the order is about, as it is spelled
	Counts   models.ActCounts
	Rows     []PlannedRow // the first few: what is refused comes first
}

// A PlannedRow is what would become of a user.
type PlannedRow struct {
	models.ActRow
	User models.User // zero for one who is not there
}

// Preview tells what Do would do, and changes nothing.
func (s *Acts) Preview(ctx context.Context, actor models.Actor, order ActOrder) (_ ActPreview, err error) {
	defer models.StartSpan(&ctx, "Acts.Preview").End(&err)
	ids, err := s.selected(ctx, actor, order)
	if err != nil {
		return ActPreview{}, err
	}
	read := s.db.Read(ctx)
	role, err := s.roleSeen(read, order)
	if err != nil {
		return ActPreview{}, err
	}
	preview := ActPreview{Total: int64(len(ids)), RoleName: role.RoleName}
	plan := plan{actor: actor, wish: wishOf(order.Action, role), endsSessions: order.Action == models.EndSessions}
	for chunk := range slices.Chunk(ids, actRead) {
		steps, err := s.steps(read, &plan, chunk)
		if err != nil {
			return ActPreview{}, err
		}
		preview.add(steps)
	}
	return preview, nil
}

// rank is the order of the rows on a page: what asks for attention first.
var rank = map[models.Outcome]int{models.Refused: 0, models.Gone: 1, models.Done: 2, models.Same: 3}

func (p *ActPreview) add(steps []step) {
	for _, step := range steps {
		p.Counts.Add(step.Outcome, step.Reason, 1)
		p.Rows = append(p.Rows, PlannedRow{step.ActRow, step.user})
	}
	slices.SortStableFunc(p.Rows, func(a, b PlannedRow) int { return rank[a.Outcome] - rank[b.Outcome] })
	p.Rows = p.Rows[:min(len(p.Rows), previewRows)]
}

// Do carries the order out, a chunk of users in a transaction each, and keeps what
// became of each user. expected is how many users the actor saw in the preview:
// with any other number nothing is done, and the error is Stale. An act that fails
// half-way is no error: it has fewer rows than its Total.
func (s *Acts) Do(ctx context.Context, actor models.Actor, order ActOrder, expected int64) (_ models.Act, err error) {
	defer models.StartSpan(&ctx, "Acts.Do").End(&err)
	ids, err := s.selected(ctx, actor, order)
	if err != nil {
		return models.Act{}, err
	}
	if int64(len(ids)) != expected {
		return models.Act{}, &models.Error{Kind: models.Stale, Message: "The selection has changed since you looked at it. Nothing was done: look at it once more."}
	}
	return s.run(ctx, actJob{actor: actor, act: newAct(actor, order.Action, len(ids)), plan: func(tx *gorm.DB, _ []int64) (plan, error) {
		role, err := s.roleOf(tx, order, actor)
		return plan{wish: wishOf(order.Action, role), endsSessions: order.Action == models.EndSessions, role: role}, err
	}}, ids)
}

func newAct(actor models.Actor, action models.ActAction, total int) models.Act {
	return models.Act{ActID: rand.Text(), ActorID: actor.User.UserID, At: models.Now(), Action: action, Total: int64(total)}
}

// Switch disables the user, or enables (approves) one. The zero Act says that
// there was nothing to do. A guard's refusal is a Conflict.
func (s *Acts) Switch(ctx context.Context, actor models.Actor, userID int64, active bool) (_ models.Act, err error) {
	defer models.StartSpan(&ctx, "Acts.Switch").End(&err)
	if err := actor.RequireAdmin("change other accounts"); err != nil {
		return models.Act{}, err
	}
	action := models.Disable
	if active {
		action = models.Enable
	}
	return s.run(ctx, actJob{actor: actor, act: newAct(actor, action, 1), single: true, plan: func(*gorm.DB, []int64) (plan, error) {
		return plan{wish: wishOf(action, models.Role{})}, nil
	}}, []int64{userID})
}

// ChangeRoles gives the user the roles of want that are not in was, and takes
// those of was that are not in want: what else somebody has changed stays. A nil
// was stands for whatever the user holds. The zero Act says that there was nothing
// to do. A role that there is not is Invalid; a guard's refusal is a Conflict.
func (s *Acts) ChangeRoles(ctx context.Context, actor models.Actor, userID int64, was, want []string) (_ models.Act, err error) {
	defer models.StartSpan(&ctx, "Acts.ChangeRoles").End(&err)
	if err := actor.RequireAdmin("assign roles"); err != nil {
		return models.Act{}, err
	}
	return s.run(ctx, actJob{actor: actor, act: newAct(actor, models.ChangeRoles, 1), single: true, plan: func(tx *gorm.DB, _ []int64) (plan, error) {
		roles, err := s.rolesNamed(tx, actor, want)
		return plan{wish: changeWish(was, roles)}, err
	}}, []int64{userID})
}

// selected are the users that the order means, by id, each once.
func (s *Acts) selected(ctx context.Context, actor models.Actor, order ActOrder) ([]int64, error) {
	if err := actor.RequireAdmin("change other accounts"); err != nil {
		return nil, err
	}
	if !slices.Contains([]models.ActAction{models.AssignRole, models.RevokeRole, models.Disable, models.Enable, models.EndSessions}, order.Action) {
		return nil, &models.Error{Kind: models.Invalid, Message: "Choose what to do with the users."}
	}
	ids := slices.Clone(order.UserIDs)
	if order.All {
		var err error
		if ids, err = s.matching(ctx, order.Query); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch {
	case len(ids) == 0:
		return nil, &models.Error{Kind: models.Invalid, Message: "Nobody is selected. Select users in the list, or all that match."}
	case len(ids) > actMax:
		return nil, &models.Error{Kind: models.Invalid, Message: "That is more than 10,000 users, the most at a time. Narrow the selection with a filter."}
	}
	return ids, nil
}

// matching are the users whom the query finds: one more than an act takes, at
// most.
func (s *Acts) matching(ctx context.Context, q UserQuery) ([]int64, error) {
	if err := checkUserQuery(q); err != nil {
		return nil, err
	}
	var ids []int64
	err := s.users.filter(s.db.Users(s.db.Read(ctx)), q).Select(`u."UserId"`).Order(`u."UserId"`).Limit(actMax+1).Pluck("UserId", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("select users: %w", err)
	}
	return ids, nil
}
