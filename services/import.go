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
	Progress func(ImportReport)
}

// An ImportReport counts the rows by what became of them, or would.
type ImportReport struct {
	Created, Updated int
	Same             int // there already, and as the file has them
	Skipped          int // there already, and not to be updated
	Refused          int
	Faults           []ImportFault // the first faultsKept
	FaultCount       int
}

// faultsKept bounds what a report holds of a file that is wrong throughout.
const faultsKept = 100

// An ImportFault is what is wrong with a row. It quotes nothing of it.
type ImportFault struct {
	Line   int    // where the record begins, from 1
	Column string // "" for the whole line
	Why    string // a sentence
}

// Rows are all that were read.
func (r ImportReport) Rows() int { return r.Created + r.Updated + r.Same + r.Skipped + r.Refused }

func (r *ImportReport) blame(faults ...ImportFault) {
	r.FaultCount += len(faults)
	r.Faults = append(r.Faults, faults[:min(len(faults), faultsKept-len(r.Faults))]...)
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
func (s *Users) Import(ctx context.Context, actor models.Actor, from io.Reader, o ImportOptions) (ImportReport, error) {
	var report ImportReport
	if err := actor.RequireAdmin("import accounts"); err != nil {
		return report, err
	}
	file, err := newUserFile(from)
	if err != nil {
		return report, err
	}
	for {
		rows, faults, end := file.batch()
		if end != nil && end != io.EOF {
			return report, end
		}
		report.Refused += len(faults)
		report.blame(faults...)
		if len(rows) > 0 {
			plan, err := s.importRows(ctx, actor, rows, o)
			if err != nil {
				return report, fmt.Errorf("import the rows from line %d on: %w", rows[0].line, err)
			}
			plan.count(&report)
		}
		if o.Progress != nil {
			o.Progress(report)
		}
		if end == io.EOF {
			return report, nil
		}
	}
}

// importRows does one batch, or only plans it.
func (s *Users) importRows(ctx context.Context, actor models.Actor, rows []importRow, o ImportOptions) (*importPlan, error) {
	if o.DryRun {
		return s.planImport(s.db.Read(ctx), actor, rows, o)
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (*importPlan, error) {
		if err := lockDirectory(tx); err != nil {
			return nil, err
		}
		if err := s.db.Growing(tx); err != nil {
			return nil, err
		}
		plan, err := s.planImport(tx, actor, rows, o)
		if err != nil {
			return nil, err
		}
		return plan, s.carryOutImport(tx, actor, plan)
	})
}

// faultsOf are the faults of the fields that the error blames; false for an error
// that blames none.
func (r importRow) faultsOf(err error) ([]ImportFault, bool) {
	known := (*models.Error)(nil)
	if !errors.As(err, &known) || len(known.Fields) == 0 {
		return nil, false
	}
	var faults []ImportFault
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
