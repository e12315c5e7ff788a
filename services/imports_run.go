package services

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"

	"gorm.io/gorm"

	"rolecall/models"
)

var (
	errImportRuns    = &models.Error{Kind: models.Conflict, Message: "This file is being worked on."}
	errImportStopped = &models.Error{Kind: models.Conflict, Message: "The import was stopped."}
)

// Check reads the whole file and keeps what an import would do. It changes nothing
// else, and may be called again after it stopped.
func (s *Imports) Check(ctx context.Context, actor models.Actor, importID string, existing models.Existing) (err error) {
	defer models.StartSpan(&ctx, "Imports.Check").End(&err)
	one, err := s.Get(ctx, actor, importID)
	if err != nil {
		return err
	}
	if existing != models.SkipExisting && existing != models.UpdateExisting {
		return models.InvalidField("existing", "Choose what to do with users who are there already.")
	}
	if one.Phase != models.Receiving && one.Phase != models.Checking {
		return errImportRuns
	}
	next := one
	next.Phase, next.Existing, next.Position, next.Report = models.Checking, existing, 0, models.ImportReport{}
	return s.run(ctx, actor, one, next, models.Checked)
}

// Write carries out what Check has found, as Users.Import does, in the transactions
// of which the report is kept, too. Where it stopped, it goes on.
func (s *Imports) Write(ctx context.Context, actor models.Actor, importID string) (err error) {
	defer models.StartSpan(&ctx, "Imports.Write").End(&err)
	one, err := s.Get(ctx, actor, importID)
	if err != nil {
		return err
	}
	next := one
	switch {
	case one.Phase == models.Checked && one.Report.Broken == "":
		next.Phase, next.Position, next.Report = models.Writing, 0, models.ImportReport{}
	case one.Phase != models.Writing:
		return &models.Error{Kind: models.Conflict, Message: "This file has to be checked first."}
	}
	return s.run(ctx, actor, one, next, models.Written)
}

// Stop has whoever is at work stop before the next batch. What is written stays.
func (s *Imports) Stop(ctx context.Context, actor models.Actor, importID string) (err error) {
	defer models.StartSpan(&ctx, "Imports.Stop").End(&err)
	one, err := s.Get(ctx, actor, importID)
	if err != nil || !one.Unfinished() {
		return err
	}
	return s.mark(ctx, one, map[string]any{"Worker": "", "SeenAt": 0})
}

// run makes this the worker, works, and leaves the import in the phase that comes
// then.
func (s *Imports) run(ctx context.Context, actor models.Actor, one, next models.Import, then models.ImportPhase) error {
	if one.Running() {
		return errImportRuns
	}
	next.Worker, next.SeenAt = rand.Text(), models.Now()
	if err := s.mark(ctx, one, next); err != nil {
		return err
	}
	err := s.work(ctx, actor, &next)
	if err == nil {
		done := next
		done.Phase, done.Position = then, done.Size
		err = s.mark(ctx, next, done)
	}
	if err != nil {
		s.leave(ctx, next)
		return err
	}
	if then == models.Written && next.Report.Refused == 0 {
		return s.forget(ctx, next)
	}
	return nil
}

// mark changes the row of the import, where it is as it was read: else somebody
// else has taken it over.
func (s *Imports) mark(ctx context.Context, was models.Import, to any) error {
	return s.db.Tx(ctx, func(tx *gorm.DB) error { return markImport(tx, was, to) })
}

func markImport(tx *gorm.DB, was models.Import, to any) error {
	marked := tx.Model(&models.Import{}).Where(`"ImportId" = ? AND "Phase" = ? AND "Worker" = ?`, was.ImportID, was.Phase, was.Worker)
	if next, whole := to.(models.Import); whole {
		marked = marked.Select("Phase", "Existing", "Worker", "SeenAt", "Position", "Report").UpdateColumns(next)
	} else {
		marked = marked.UpdateColumns(to)
	}
	if marked.Error != nil {
		return fmt.Errorf("mark an import: %w", marked.Error)
	}
	if marked.RowsAffected == 0 {
		return errImportStopped
	}
	return nil
}

// leave says that nobody is at work any more, so that nobody waits for it.
func (s *Imports) leave(ctx context.Context, one models.Import) {
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), cleanupLimit)
	defer end()
	if err := s.mark(ctx, one, map[string]any{"Worker": "", "SeenAt": 0}); err != nil {
		s.log.DebugContext(ctx, "an import that failed is not marked so", "error", models.LogText(err))
	}
}

// forget deletes the file of which everything was taken in, hashes and all.
func (s *Imports) forget(ctx context.Context, one models.Import) error {
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Where(`"ImportId" = ?`, one.ImportID).Delete(&models.ImportPiece{}).Error; err != nil {
			return fmt.Errorf("delete the pieces of an import: %w", err)
		}
		return nil
	})
}

// work takes the file in, or only checks it, from where it stopped. After each
// batch it says how far it is, and hears whether it is still to go on.
func (s *Imports) work(ctx context.Context, actor models.Actor, one *models.Import) error {
	from := s.open(ctx, one.ImportID)
	file, err := newUserFile(from)
	if err != nil {
		return err
	}
	if err := file.skip(one.Report.Rows()); err != nil && err != io.EOF {
		return err
	}
	options := ImportOptions{DryRun: one.Phase == models.Checking, Update: one.Existing == models.UpdateExisting}
	options.keep = func(tx *gorm.DB, report models.ImportReport) error {
		if err := s.stillAdmin(tx, actor); err != nil {
			return err
		}
		next := *one
		next.SeenAt, next.Position, next.Report = models.Now(), from.read, report
		return markImport(tx, *one, next)
	}
	one.Report, err = s.users.takeIn(ctx, actor, file, one.Report, options)
	if errors.Is(err, errRecordLong) && options.DryRun {
		one.Report.Broken, err = errRecordLong.Message, nil
	}
	return err
}

// stillAdmin: what an admin changes binds at once, also somebody whose work was
// begun before.
func (s *Imports) stillAdmin(tx *gorm.DB, actor models.Actor) error {
	var count int64
	if err := s.admins(tx.Where(`u."UserId" = ?`, actor.User.UserID)).Count(&count).Error; err != nil {
		return fmt.Errorf("look whether the actor is still an administrator: %w", err)
	}
	if count == 0 {
		return models.Forbid("import accounts")
	}
	return nil
}

// Faults walks through all that is wrong with the rows of the file, as things are
// now: each call returns that of the next rows, if anything, and io.EOF with the
// last.
func (s *Imports) Faults(ctx context.Context, actor models.Actor, importID string) (next func(context.Context) ([]models.ImportFault, error), err error) {
	defer models.StartSpan(&ctx, "Imports.Faults").End(&err)
	one, err := s.Get(ctx, actor, importID)
	if err != nil {
		return nil, err
	}
	from := s.open(ctx, importID)
	file, err := newUserFile(from)
	if err != nil {
		return nil, err
	}
	options := ImportOptions{DryRun: true, Update: one.Existing == models.UpdateExisting}
	return func(ctx context.Context) ([]models.ImportFault, error) {
		from.ctx = ctx
		batch, end := file.batch()
		if end != nil && end != io.EOF {
			return nil, end
		}
		plan, err := s.users.planImport(s.db.Read(ctx), actor, batch, options)
		if err != nil {
			return nil, err
		}
		return plan.faults, end
	}, nil
}

// FaultColumns are the columns of a file of faults.
var FaultColumns = []string{"line", "column", "fault"}

// FaultRows are the faults as rows with FaultColumns.
func FaultRows(faults []models.ImportFault) [][]string {
	rows := make([][]string, len(faults))
	for i, fault := range faults {
		rows[i] = []string{strconv.Itoa(fault.Line), fault.Column, fault.Why}
	}
	return rows
}
