package services

import (
	"context"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"rolecall/models"
)

// ImportOptions say how a file of users is taken in.
type ImportOptions struct {
	DryRun bool // check all, change nothing
	Update bool // change users who are there; else they are left as they are
	// Progress, where there is one, is called after each batch.
	Progress func(models.ImportReport)

	// keep, where there is one, is called in the transaction of each batch, or in one
	// of its own in a dry run, with what the report is when that has taken place.
	keep func(tx *gorm.DB, report models.ImportReport) error
}

// Import takes in a file of users whose first line names the columns: UserColumns,
// of which it needs username alone and passes over the id and the times, and
// password_hash. The username tells who is meant. Rows go in batches, each in a
// transaction of its own; one that is wrong is reported, and the others count.
//
// Without a column roles, a new account gets the role User; with one, exactly those
// listed, with semicolons between. A new account needs a hash that we can verify.
// That of one which is there stays: it may be newer than the file.
//
// The error is for what ends the import, such as a head that is wrong. What the
// report counts until then is done.
func (s *Users) Import(ctx context.Context, actor models.Actor, from io.Reader, o ImportOptions) (_ models.ImportReport, err error) {
	defer models.StartSpan(&ctx, "Users.Import").End(&err)
	var report models.ImportReport
	if err := actor.RequireAdmin("import accounts"); err != nil {
		return report, err
	}
	file, err := newUserFile(from)
	if err != nil {
		return report, err
	}
	return s.takeIn(ctx, actor, file, report, o)
}

// takeIn is Import from where the file has been read to. The report so far is of
// what was read before.
func (s *Users) takeIn(ctx context.Context, actor models.Actor, file *userFile, report models.ImportReport, o ImportOptions) (models.ImportReport, error) {
	for {
		batch, end := file.batch()
		if end != nil && end != io.EOF {
			return report, end
		}
		next, err := s.takeBatch(ctx, actor, batch, report, o)
		if err != nil {
			return report, fmt.Errorf("import the rows up to line %d: %w", file.line, err)
		}
		report = next
		if o.Progress != nil {
			o.Progress(report)
		}
		if end == io.EOF {
			return report, nil
		}
	}
}

// takeBatch does a batch, or only plans it, and adds to the report.
func (s *Users) takeBatch(ctx context.Context, actor models.Actor, batch importBatch, report models.ImportReport, o ImportOptions) (models.ImportReport, error) {
	if len(batch.rows)+batch.refused == 0 {
		return report, nil
	}
	if o.DryRun {
		plan, err := s.planImport(s.db.Read(ctx), actor, batch, o)
		if err != nil || o.keep == nil {
			return plan.count(report), err
		}
		return plan.count(report), s.db.Tx(ctx, func(tx *gorm.DB) error { return o.keep(tx, plan.count(report)) })
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.ImportReport, error) {
		plan, err := s.writeImport(tx, actor, batch, o)
		if err != nil {
			return report, err
		}
		next := plan.count(report)
		if o.keep == nil {
			return next, nil
		}
		return next, o.keep(tx, next)
	})
}

func (s *Users) writeImport(tx *gorm.DB, actor models.Actor, batch importBatch, o ImportOptions) (importPlan, error) {
	if err := lockDirectory(tx); err != nil {
		return importPlan{}, err
	}
	if err := s.db.Growing(tx); err != nil {
		return importPlan{}, err
	}
	plan, err := s.planImport(tx, actor, batch, o)
	if err != nil {
		return importPlan{}, err
	}
	return plan, s.carryOutImport(tx, actor, plan)
}

// faultsOf are the faults of the fields that the error blames; false for an error
// that blames none.
func (r importRow) faultsOf(err error) ([]models.ImportFault, bool) {
	known := (*models.Error)(nil)
	if !errors.As(err, &known) || len(known.Fields) == 0 {
		return nil, false
	}
	var faults []models.ImportFault
	for _, column := range r.columns {
		if why := known.Fields[column]; why != "" {
			faults = append(faults, r.fault(column, why))
		}
	}
	for _, column := range []string{"email", "password_hash"} { // which the file may lack
		if _, found := r.cell(column); !found && known.Fields[column] != "" {
			faults = append(faults, r.fault(column, known.Fields[column]))
		}
	}
	return faults, true
}
