package services

import (
	"context"
	"fmt"
	"slices"
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

// An EventQuery picks events.
type EventQuery struct {
	Actor      string // a username; "" for all
	Action     string // "" for all
	Target     string // the name of a user or a role; "" for all
	TargetType string // with TargetID, the events of one user or role; "" for all
	TargetID   int64
	From, To   string // days in UTC, both included, such as 2026-03-04; "" for no bound
	Limit      int    // of the events on a page, 1 to 200; 0 is 50
	Cursor     string
}

// newestFirst is the order of events. The ids alone would not do: of two programs
// that write at once, the one with the earlier time may get the later id.
var newestFirst = order[models.Event]{
	name: "-at", key: `"At"`, keyParam: "?", keyOf: func(e models.Event) any { return int64(e.At) }, descending: true,
	id: `"EventId"`, idOf: func(e models.Event) int64 { return e.EventID }, descendingID: true,
}

// List returns a page of events, newest first.
func (s *Audit) List(ctx context.Context, actor models.Actor, q EventQuery) (_ Page[models.Event], err error) {
	defer models.StartSpan(&ctx, "Audit.List").End(&err)
	if err := actor.RequireAdmin("read the audit"); err != nil {
		return Page[models.Event]{}, err
	}
	filter, err := s.filter(q)
	if err != nil {
		return Page[models.Event]{}, err
	}
	return page(ctx, s.db, filter, newestFirst, q.Limit, q.Cursor)
}

// batchSize is how many events Batch reads, in a statement that is soon done.
const batchSize = 500

// Batch returns the next events of a long walk, and the cursor to go on with, ""
// at its end. Unlike List it counts nothing, and q.Limit has no say.
func (s *Audit) Batch(ctx context.Context, actor models.Actor, q EventQuery) (events []models.Event, next string, err error) {
	defer models.StartSpan(&ctx, "Audit.Batch").End(&err)
	if err := actor.RequireAdmin("export the audit"); err != nil {
		return nil, "", err
	}
	filter, err := s.filter(q)
	if err != nil {
		return nil, "", err
	}
	query := filter(s.db.Read(ctx))
	if q.Cursor != "" {
		from, err := parseCursor(q.Cursor, newestFirst.name)
		if err != nil {
			return nil, "", err
		}
		query = newestFirst.behind(query, from)
	}
	if err := newestFirst.sorted(query, false).Limit(batchSize).Find(&events).Error; err != nil {
		return nil, "", fmt.Errorf("read a batch of the audit: %w", err)
	}
	if len(events) == batchSize {
		next = newestFirst.cursor(events[batchSize-1], false)
	}
	return events, next, nil
}

// filter returns what leaves the events that the query picks.
func (s *Audit) filter(q EventQuery) (func(tx *gorm.DB) *gorm.DB, error) {
	from, to, err := q.days()
	if err != nil {
		return nil, err
	}
	return func(tx *gorm.DB) *gorm.DB {
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
		if q.From != "" {
			tx = tx.Where(`"At" >= ?`, from.Begin())
		}
		if q.To != "" {
			tx = tx.Where(`"At" < ?`, (to + 1).Begin())
		}
		return tx
	}, nil
}

// days are those that From and To name, zero for what is "".
func (q EventQuery) days() (from, to models.Day, err error) {
	fields := models.FieldErrors{}
	for _, bound := range []struct {
		field, date string
		to          *models.Day
	}{{"from", q.From, &from}, {"to", q.To, &to}} {
		if bound.date == "" {
			continue
		}
		if *bound.to, err = models.DayOf(bound.date); err != nil {
			fields[bound.field] = "Use a date such as 2026-03-04."
		}
	}
	return from, to, fields.Err()
}

// Present tells which of the users and roles that the events name are still there.
func (s *Audit) Present(ctx context.Context, actor models.Actor, events []models.Event) (_ models.Present, err error) {
	defer models.StartSpan(&ctx, "Audit.Present").End(&err)
	var present models.Present
	if err := actor.RequireAdmin("read the audit"); err != nil {
		return present, err
	}
	var users, roles []int64
	for _, e := range events {
		users = append(users, e.ActorID)
		switch e.TargetType {
		case models.UserTarget:
			users = append(users, e.TargetID)
		case models.RoleTarget:
			roles = append(roles, e.TargetID)
		}
	}
	if present.Users, err = presentIn(s.db.Read(ctx).Table("Users"), "UserId", users); err != nil {
		return present, err
	}
	present.Roles, err = presentIn(s.db.Read(ctx).Table("Roles"), "RoleId", roles)
	return present, err
}

// presentIn returns which of the ids the table has.
func presentIn(table *gorm.DB, key string, ids []int64) (map[int64]bool, error) {
	present := map[int64]bool{}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return present, nil
	}
	var found []int64
	if err := table.Where(`"`+key+`" IN ?`, ids).Pluck(key, &found).Error; err != nil {
		return nil, fmt.Errorf("look for what events name: %w", err)
	}
	for _, id := range found {
		present[id] = true
	}
	return present, nil
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
	event := eventOf(actor, action, t, changes)
	if err := tx.Create(&event).Error; err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	models.Recorded(tx, event)
	return nil
}

// recordAll is record for many events, in few statements.
func recordAll(tx *gorm.DB, events []models.Event) error {
	if err := insertAll(tx, events); err != nil {
		return err
	}
	models.Recorded(tx, events...)
	return nil
}

// eventOf is the event of a change that happens now.
func eventOf(actor models.Actor, action string, t target, changes models.Changes) models.Event {
	return models.Event{
		At: models.Now(), ActorID: actor.User.UserID, ActorName: clipRunes(actor.User.Username, actorNameMax),
		Action: action, TargetType: t.kind, TargetID: t.id, TargetName: clipRunes(t.name, targetNameMax),
		Changes: changes, Address: clipRunes(actor.Address, addressMax), RequestID: clipRunes(actor.RequestID, addressMax),
	}
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
