package services

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Figures counts, for an admin's first look.
type Figures struct {
	*core
	states *memory[models.Figures]
	hashes *memory[[]models.HashCount]
}

// FigureDays is how many days the figures go back, today included.
const FigureDays = 30

// Read counts anew, but for the hashes, which it does now and then, as they ask for
// every account's row, and for the states where there are so many that it takes
// long: see memory.
func (s *Figures) Read(ctx context.Context, actor models.Actor) (models.Figures, error) {
	var figures models.Figures
	if err := actor.RequireAdmin("count accounts"); err != nil {
		return figures, err
	}
	figures.Days = make([]models.DayFigures, FigureDays)
	first := models.Now().Day() - FigureDays + 1
	for i := range figures.Days {
		figures.Days[i].Day = first + models.Day(i)
	}
	for _, part := range []func(context.Context, *models.Figures) error{
		s.countStates, s.countSessions, s.countRegistrations, s.countSignIns, s.countHashes,
	} {
		if err := part(ctx, &figures); err != nil {
			return models.Figures{}, err
		}
	}
	return figures, nil
}

func (s *Figures) countStates(ctx context.Context, figures *models.Figures) error {
	states, err := s.states.get(ctx, "", s.db.Changes(), func(ctx context.Context) (models.Figures, error) {
		quick, exact := func() (models.Figures, error) { return s.statesByIndex(ctx) }, func() (models.Figures, error) { return s.statesNow(ctx) }
		if !s.isMarked(models.Disabled) {
			return exact()
		}
		return unlessStray(ctx, s.core, quick, exact, strayAccount)
	})
	figures.Active, figures.Disabled, figures.Pending, figures.Locked = states.Active, states.Disabled, states.Pending, states.Locked
	figures.Users = states.Active + states.Disabled + states.Pending
	return err
}

// statesByIndex counts each state as the list of users does.
func (s *Figures) statesByIndex(ctx context.Context) (states models.Figures, err error) {
	users := &Users{s.core}
	for status, count := range map[models.Status]*int64{
		models.Active: &states.Active, models.Disabled: &states.Disabled, models.Pending: &states.Pending, models.Locked: &states.Locked,
	} {
		if *count, err = users.countNow(ctx, UserQuery{Status: string(status)}, approach{}); err != nil {
			return states, fmt.Errorf("count the accounts that are %s: %w", status, err)
		}
	}
	return states, nil
}

// statesNow goes through the accounts once.
func (s *Figures) statesNow(ctx context.Context) (models.Figures, error) {
	var counted struct{ Active, Disabled, Pending, Locked int64 }
	when := func(condition string) string { return "COUNT(CASE WHEN " + condition + " THEN 1 END)" }
	active := s.db.StatusIs(models.Active)
	err := s.db.Users(s.db.Read(ctx)).Joins(`LEFT JOIN "RolecallHolds" AS h ON h."UserId" = u."UserId"`).
		Select(when(active)+` AS "Active", `+when(s.db.StatusIs(models.Disabled))+` AS "Disabled", `+
			when(s.db.StatusIs(models.Pending))+` AS "Pending", `+when(active+` AND h."Until" > ?`)+` AS "Locked"`, models.Now()).
		Find(&counted).Error
	if err != nil {
		return models.Figures{}, fmt.Errorf("count the accounts: %w", err)
	}
	return models.Figures{Active: counted.Active, Disabled: counted.Disabled, Pending: counted.Pending, Locked: counted.Locked}, nil
}

func (s *Figures) countSessions(ctx context.Context, figures *models.Figures) error {
	var rows []struct {
		Kind  models.SessionKind `gorm:"column:Kind"`
		Count int64              `gorm:"column:Count"`
	}
	err := s.underWay(s.db.Read(ctx)).Select(`"Kind", COUNT(*) AS "Count"`).Group("Kind").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("count the sessions: %w", err)
	}
	for _, row := range rows {
		if row.Kind == models.ConsoleSession {
			figures.ConsoleSessions = row.Count
		} else {
			figures.APISessions = row.Count
		}
	}
	return nil
}

func (s *Figures) countRegistrations(ctx context.Context, figures *models.Figures) error {
	const day = `"CreatedAt" / 86400000`
	err := addDays(s.db.Read(ctx).Model(&models.Account{}).Select(day+` AS "Day", COUNT(*) AS "Registered"`).
		Where(`"CreatedAt" >= ?`, figures.Days[0].Day.Begin()).Group(day), figures.Days)
	if err != nil {
		return fmt.Errorf("count the registrations: %w", err)
	}
	return nil
}

func (s *Figures) countSignIns(ctx context.Context, figures *models.Figures) error {
	err := addDays(s.db.Read(ctx).Model(&models.SignIns{}).Select(`"Day", SUM("Good") AS "Good", SUM("Bad") AS "Bad"`).
		Where(`"Day" >= ?`, figures.Days[0].Day).Group("Day"), figures.Days)
	if err != nil {
		return fmt.Errorf("count the sign-ins: %w", err)
	}
	return nil
}

// addDays adds the numbers that the query has of each day. One of the future,
// which a clock of another replica may have made, belongs to none.
func addDays(query *gorm.DB, days []models.DayFigures) error {
	var rows []models.DayFigures
	if err := query.Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		if i := int(row.Day - days[0].Day); i >= 0 && i < len(days) {
			days[i].Registered += row.Registered
			days[i].Good += row.Good
			days[i].Bad += row.Bad
		}
	}
	return nil
}

// The numbers of hashes are good for so long, and are shown for an hour more while
// they are counted anew.
const (
	hashesLife = 5 * time.Minute
	hashesUse  = time.Hour
)

func newFigures(c *core) *Figures {
	s := &Figures{core: c, states: newMemory[models.Figures](), hashes: newMemory[[]models.HashCount]()}
	s.hashes.slow, s.hashes.life, s.hashes.use = 0, hashesLife, hashesUse
	return s
}

func (s *Figures) countHashes(ctx context.Context, figures *models.Figures) (err error) {
	figures.Hashes, err = s.hashes.get(ctx, "", 0, func(ctx context.Context) ([]models.HashCount, error) {
		return countHashes(s.db, s.db.Read(ctx), s.hasher.cost)
	})
	for _, of := range figures.Hashes {
		if of.State == models.HashRenewed || of.State == models.HashUnread {
			figures.OldHashes += of.Count
		}
	}
	return err
}
