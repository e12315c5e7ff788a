package services

import (
	"context"
	"fmt"
	"time"

	"rolecall/models"
)

// Figures counts, for an admin's first look.
type Figures struct {
	*core
	states *memory[models.Figures]
	opened *memory[[]models.DayFigures] // accounts, by day
	hashes *memory[[]models.HashCount]
}

// FigureDays is how many days the figures go back, today included.
const FigureDays = 30

// Read counts anew, but for the hashes, which it does now and then, as they ask for
// every account's row, and for the states where there are so many that it takes
// long: see memory.
func (s *Figures) Read(ctx context.Context, actor models.Actor) (_ models.Figures, err error) {
	defer models.StartSpan(&ctx, "Figures.Read").End(&err)
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
	states, err := s.states.get(ctx, "", s.db.Changes(), s.statesNow)
	figures.Active, figures.Disabled, figures.Pending, figures.Locked = states.Active, states.Disabled, states.Pending, states.Locked
	figures.Users = states.Active + states.Disabled + states.Pending
	return err
}

// statesNow counts each state as the list of users does.
func (s *Figures) statesNow(ctx context.Context) (states models.Figures, err error) {
	users := &Users{s.core}
	if states, err = users.countStates(ctx); err != nil {
		return states, err
	}
	if states.Locked, err = users.countNow(ctx, UserQuery{Status: string(models.Locked)}, approach{}); err != nil {
		return states, fmt.Errorf("count the accounts that are locked: %w", err)
	}
	return states, nil
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
	first := figures.Days[0].Day
	opened, err := s.opened.get(ctx, fmt.Sprint(first), s.db.Changes(), func(ctx context.Context) (rows []models.DayFigures, err error) {
		err = s.db.Read(ctx).Model(&models.Account{}).Select(day+` AS "Day", COUNT(*) AS "Registered"`).
			Where(`"CreatedAt" >= ?`, first.Begin()).Group(day).Find(&rows).Error
		return rows, err
	})
	if err != nil {
		return fmt.Errorf("count the registrations: %w", err)
	}
	addDays(figures.Days, opened)
	return nil
}

func (s *Figures) countSignIns(ctx context.Context, figures *models.Figures) error {
	var rows []models.DayFigures
	err := s.db.Read(ctx).Model(&models.SignIns{}).Select(`"Day", SUM("Good") AS "Good", SUM("Bad") AS "Bad"`).
		Where(`"Day" >= ?`, figures.Days[0].Day).Group("Day").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("count the sign-ins: %w", err)
	}
	addDays(figures.Days, rows)
	return nil
}

// addDays adds the numbers of each day. One of the future, which a clock of another
// replica may have made, belongs to none.
func addDays(days, rows []models.DayFigures) {
	for _, row := range rows {
		if i := int(row.Day - days[0].Day); i >= 0 && i < len(days) {
			days[i].Registered += row.Registered
			days[i].Good += row.Good
			days[i].Bad += row.Bad
		}
	}
}

// The numbers of hashes are good for so long, and are shown for an hour more while
// they are counted anew.
const (
	hashesLife     = 5 * time.Minute
	hashesUse      = time.Hour
	hashesPatience = time.Second / 2
)

func newFigures(c *core) *Figures {
	s := &Figures{core: c, states: newMemory[models.Figures](), opened: newMemory[[]models.DayFigures](), hashes: newMemory[[]models.HashCount]()}
	s.hashes.slow, s.hashes.life, s.hashes.use = 0, hashesLife, hashesUse
	return s
}

// countHashes asks for every account's row, and so is not waited for when it does so
// for the first time.
func (s *Figures) countHashes(ctx context.Context, figures *models.Figures) error {
	hashes, known, err := s.hashes.getSoon(ctx, hashesPatience, "", 0, func(ctx context.Context) ([]models.HashCount, error) {
		return countHashes(s.db, s.db.Read(ctx), s.hasher.cost)
	})
	figures.Hashes, figures.HashesUnknown = hashes, !known
	for _, of := range figures.Hashes {
		if of.State == models.HashRenewed || of.State == models.HashUnread {
			figures.OldHashes += of.Count
		}
	}
	return err
}
