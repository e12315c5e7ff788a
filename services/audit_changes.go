package services

import (
	"context"
	"fmt"

	"rolecall/models"
)

// lastEvents is how far back LastChanges looks. What it is for changed a moment
// ago.
const lastEvents = 50

// LastChanges returns, by field, the newest event of a user or a role that changed
// it: to an admin, and of the own account to everybody, without who else it was
// and from where.
func (s *Audit) LastChanges(ctx context.Context, actor models.Actor, targetType string, targetID int64) (_ map[string]models.Event, err error) {
	defer models.StartSpan(&ctx, "Audit.LastChanges").End(&err)
	if targetType != models.UserTarget || !actor.Is(targetID) {
		if err := actor.RequireAdmin("read the audit"); err != nil {
			return nil, err
		}
	}
	var events []models.Event
	err = s.db.Read(ctx).Where(`"TargetType" = ? AND "TargetId" = ?`, targetType, targetID).
		Order(`"EventId" DESC`).Limit(lastEvents).Find(&events).Error
	if err != nil {
		return nil, fmt.Errorf("read the last events of %s %d: %w", targetType, targetID, err)
	}
	changes := map[string]models.Event{}
	for _, event := range events {
		if !actor.Admin() && !actor.Is(event.ActorID) {
			event.ActorName, event.Address, event.RequestID = "", "", ""
		}
		for field := range event.Changes {
			if _, found := changes[field]; !found {
				changes[field] = event
			}
		}
	}
	return changes, nil
}
