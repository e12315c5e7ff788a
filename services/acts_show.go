package services

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// An ActReport is an act with what became of its users.
type ActReport struct {
	models.Act
	Counts models.ActCounts
	Rows   Page[models.ActRow] // what was refused comes first
}

// Get returns a page of an act of the actor's own; any other is NotFound.
func (s *Acts) Get(ctx context.Context, actor models.Actor, actID, cursor string) (_ ActReport, err error) {
	defer models.StartSpan(&ctx, "Acts.Get").End(&err)
	act, err := s.own(ctx, actor, actID)
	if err != nil {
		return ActReport{}, err
	}
	return s.report(ctx, act, 0, cursor)
}

// Recent is Get, with one row, for an act that was done within models.UndoFor: any
// other is NotFound.
func (s *Acts) Recent(ctx context.Context, actor models.Actor, actID string) (_ ActReport, err error) {
	defer models.StartSpan(&ctx, "Acts.Recent").End(&err)
	act, err := s.own(ctx, actor, actID)
	if err != nil {
		return ActReport{}, err
	}
	if models.Now() > act.At.Add(models.UndoFor) {
		return ActReport{}, errNoAct
	}
	return s.report(ctx, act, 1, "")
}

var errNoAct = &models.Error{Kind: models.NotFound, Message: "There is no such result here. What was done is shown for a day, to whoever did it."}

// own reads an act of the actor's.
func (s *Acts) own(ctx context.Context, actor models.Actor, actID string) (models.Act, error) {
	if err := actor.RequireAdmin("change other accounts"); err != nil {
		return models.Act{}, err
	}
	var found []models.Act
	err := s.db.Read(ctx).Where(`"ActId" = ? AND "ActorId" = ?`, clean(actID), actor.User.UserID).Find(&found).Error
	if err != nil {
		return models.Act{}, fmt.Errorf("read an act: %w", err)
	}
	if len(found) == 0 || found[0].ActID != actID { // a collation may ignore letter case
		return models.Act{}, errNoAct
	}
	return found[0], nil
}

func (s *Acts) report(ctx context.Context, act models.Act, limit int, cursor string) (ActReport, error) {
	report := ActReport{Act: act}
	var found []struct {
		Outcome models.Outcome `gorm:"column:Outcome"`
		Reason  models.Reason  `gorm:"column:Reason"`
		Count   int64          `gorm:"column:Count"`
	}
	rows := func(tx *gorm.DB) *gorm.DB { return tx.Model(&models.ActRow{}).Where(`"ActId" = ?`, act.ActID) }
	err := rows(s.db.Read(ctx)).Select(`"Outcome", "Reason", COUNT(*) AS "Count"`).Group("Outcome").Group("Reason").Find(&found).Error
	if err != nil {
		return report, fmt.Errorf("count the rows of an act: %w", err)
	}
	for _, group := range found {
		report.Counts.Add(group.Outcome, group.Reason, group.Count)
	}
	report.Rows, err = page(ctx, s.db, rows, actOrder, limit, cursor)
	return report, err
}

// actOrder puts first what asks for attention.
var actOrder = order[models.ActRow]{
	name:     "outcome",
	key:      `CASE "Outcome" WHEN 'refused' THEN 0 WHEN 'gone' THEN 1 WHEN 'done' THEN 2 ELSE 3 END`,
	keyParam: "?",
	keyOf:    func(r models.ActRow) any { return int64(rank[r.Outcome]) },
	id:       `"UserId"`,
	idOf:     func(r models.ActRow) int64 { return r.UserID },
}

// actLife is how long what became of an act's users is kept.
const actLife = 24 * time.Hour

// Purge deletes the acts that are a day old, in small batches.
func (s *Acts) Purge(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Acts.Purge").End(&err)
	before := models.Now().Add(-actLife)
	err = purgeRows(ctx, s.db, `"At"`, before, func(tx *gorm.DB, rows []models.ActRow) *gorm.DB {
		return tx.Where(`"ActId" IN ? AND "UserId" IN ?`, keysOf(rows, func(r models.ActRow) any { return r.ActID }),
			keysOf(rows, func(r models.ActRow) any { return r.UserID }))
	})
	if err != nil {
		return err
	}
	return purgeRows(ctx, s.db, `"At"`, before, func(tx *gorm.DB, rows []models.Act) *gorm.DB {
		return tx.Where(`"ActId" IN ?`, keysOf(rows, func(a models.Act) any { return a.ActID }))
	})
}
