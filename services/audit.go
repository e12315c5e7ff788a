package services

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"gorm.io/gorm"

	"rolecall/models"
)

// Audit reads the record of changes.
type Audit struct{ *core }

// Actions are all that an event may be, to choose from.
var Actions = []string{
	"user.registered", "user.created", "user.updated", "user.enabled", "user.disabled", "user.deleted",
	"user.password_changed", "user.locked", "user.unlocked", "session.ended", "session.token_reused",
	"role.assigned", "role.revoked", "role.created", "role.updated", "role.deleted",
}

// An EventQuery picks a page of events.
type EventQuery struct {
	Actor      string // a username; "" for all
	Action     string // "" for all
	Target     string // the name of a user or a role; "" for all
	TargetType string // with TargetID, the events of one user or role; "" for all
	TargetID   int64
	Limit      int // 1 to 200; 0 is 50
	Cursor     string
}

// List returns a page of events, newest first.
func (s *Audit) List(ctx context.Context, actor models.Actor, q EventQuery) (Page[models.Event], error) {
	if err := actor.RequireAdmin("read the audit"); err != nil {
		return Page[models.Event]{}, err
	}
	filter := func(tx *gorm.DB) *gorm.DB {
		tx = tx.Model(&models.Event{})
		if q.Actor != "" {
			tx = tx.Where(s.db.Same(`"ActorName"`), clean(q.Actor))
		}
		if q.Action != "" {
			tx = tx.Where(`"Action" = ?`, clean(q.Action))
		}
		if q.Target != "" {
			tx = tx.Where(s.db.Same(`"TargetName"`), clean(q.Target))
		}
		if q.TargetType != "" {
			tx = tx.Where(`"TargetType" = ? AND "TargetId" = ?`, q.TargetType, q.TargetID)
		}
		return tx
	}
	order := order[models.Event]{
		name: "-event_id", id: `"EventId"`, descendingID: true,
		idOf: func(e models.Event) int64 { return e.EventID },
	}
	return page(s.db.Read(ctx), filter, order, q.Limit, q.Cursor)
}

// A target is what an event is about.
type target struct {
	kind string
	id   int64
	name string
}

func userTarget(user models.User) target {
	return target{models.UserTarget, user.UserID, user.Username}
}

func roleTarget(role models.Role) target {
	return target{models.RoleTarget, role.RoleID, role.RoleName}
}

// Widths of the names that an event keeps, in characters.
const (
	actorNameMax  = 64
	targetNameMax = 254
	addressMax    = 64
)

// record writes the event in the change's own transaction: neither is there
// without the other.
func record(tx *gorm.DB, actor models.Actor, action string, t target, changes models.Changes) error {
	event := models.Event{
		At: models.Now(), ActorID: actor.User.UserID, ActorName: clipRunes(actor.User.Username, actorNameMax),
		Action: action, TargetType: t.kind, TargetID: t.id, TargetName: clipRunes(t.name, targetNameMax),
		Changes: changes, Address: clipRunes(actor.Address, addressMax), RequestID: clipRunes(actor.RequestID, addressMax),
	}
	if err := tx.Create(&event).Error; err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	return nil
}

// clean replaces what PostgreSQL takes in no text: NUL, and bytes that are no
// UTF-8. What is left matches no name that the rules let through.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// clipRunes cleans text and cuts it to at most n characters, as NVARCHAR counts
// them (UTF-16).
func clipRunes(text string, n int) string {
	text = clean(text)
	for i, r := range text {
		if n -= utf16.RuneLen(r); n < 0 {
			return text[:i]
		}
	}
	return text
}
