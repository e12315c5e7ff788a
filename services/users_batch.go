package services

import (
	"context"
	"fmt"

	"rolecall/models"
)

// userBatch is how many users Batch reads, in a statement that is soon done.
const userBatch = 500

// Batch returns the next users of a long walk through all whom the query picks,
// with their roles, by their ids, and the cursor to go on with, "" at its end.
// Unlike List it counts nothing; q.Sort and q.Limit have no say.
func (s *Users) Batch(ctx context.Context, actor models.Actor, q UserQuery) (users []models.User, next string, err error) {
	defer models.StartSpan(&ctx, "Users.Batch").End(&err)
	if err := actor.RequireAdmin("export accounts"); err != nil {
		return nil, "", err
	}
	if err := checkUserQuery(q); err != nil {
		return nil, "", err
	}
	read := s.db.Read(ctx)
	stretches, err := s.userStretches(ctx, "user_id", approach{})
	if err != nil {
		return nil, "", err
	}
	byID := stretches[0].order
	query := s.narrow(s.db.Users(read), q, approach{search: true, roles: true, status: true})
	if q.Cursor != "" {
		from, err := parseCursor(q.Cursor, byID.name)
		if err != nil {
			return nil, "", err
		}
		query = byID.behind(query, from)
	}
	if err := byID.sorted(query, false).Limit(userBatch).Find(&users).Error; err != nil {
		return nil, "", fmt.Errorf("read a batch of users: %w", err)
	}
	if len(users) == userBatch {
		next = byID.cursor(users[userBatch-1], false)
	}
	return users, next, s.db.ReadRoles(read, users)
}
