package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// A Migration is a row of RolecallMigrations: a step of the history that this
// database has taken.
type Migration struct {
	Version   int64  `gorm:"column:Version;primaryKey;autoIncrement:false"`
	Name      string `gorm:"column:Name"`
	AppliedAt Time   `gorm:"column:AppliedAt"`
}

// TableName is the table's name.
func (Migration) TableName() string { return "RolecallMigrations" }

// The record's own table, and its row 0, which a program updates first and so
// holds until its step is committed. That is a lock on every engine, also where
// sp_getapplock is refused.
const (
	recordTable = `CREATE TABLE "RolecallMigrations" (
  "Version" {long} NOT NULL PRIMARY KEY,
  "Name" {string 100} NOT NULL,
  "AppliedAt" {long} NOT NULL
)`
	recordLock = 0
)

// A step is one file of the history: statements that are applied together.
type step struct {
	version    int64
	name       string
	statements []string
}

// Prepare makes the database ready for use: it applies the steps that are
// missing (or, with apply false, refuses when there are any), and checks that
// the owner's tables have what the service needs. Where nothing is missing it
// only reads.
func (db *DB) Prepare(ctx context.Context, apply bool) error {
	steps, err := db.pending(ctx)
	if err != nil {
		return err
	}
	if len(steps) > 0 && !apply {
		return fmt.Errorf("the schema lacks %d steps, the first is %s: run `rolecall migrate`", len(steps), steps[0].name)
	}
	for _, step := range steps {
		if err := db.apply(ctx, step); err != nil {
			return err
		}
	}
	return db.inspect(ctx)
}

// PrintMigrations writes the SQL that Prepare would run, for a DBA to run
// instead.
func (db *DB) PrintMigrations(ctx context.Context, w io.Writer) error {
	steps, err := db.pending(ctx)
	if err != nil {
		return err
	}
	for _, step := range steps {
		fmt.Fprintf(w, "-- %s\n", step.name)
		for _, statement := range step.statements {
			fmt.Fprintf(w, "%s;\n", statement)
		}
		if step.version > recordLock {
			fmt.Fprintf(w, "INSERT INTO \"RolecallMigrations\" (\"Version\", \"Name\", \"AppliedAt\") VALUES (%d, '%s', %d);\n",
				step.version, step.name, Now())
		}
		fmt.Fprintln(w)
	}
	return nil
}

// pending returns the steps that are missing: the record's table itself, the
// owner's tables that are not there, and what the history has beyond the record.
func (db *DB) pending(ctx context.Context) ([]step, error) {
	var steps []step
	applied, err := db.applied(db.write.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if applied == nil {
		steps = append(steps, db.parse(recordLock, "record", recordTable+`;
INSERT INTO "RolecallMigrations" ("Version", "Name", "AppliedAt") VALUES (0, 'lock', 0)`))
	}
	owner, err := db.missingOwnerTables(ctx)
	if err != nil {
		return nil, err
	}
	steps = append(steps, owner...)
	for _, step := range db.history() {
		if !applied[step.version] {
			steps = append(steps, step)
		}
	}
	return steps, nil
}

// applied returns the versions on record, nil where there is no record.
func (db *DB) applied(tx *gorm.DB) (map[int64]bool, error) {
	var rows []Migration
	err := tx.Find(&rows).Error
	if err != nil && db.engine.fault(err) == noTableFault {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the record of migrations: %w", err)
	}
	versions := map[int64]bool{}
	for _, row := range rows {
		versions[row.Version] = true
	}
	return versions, nil
}

// apply takes one step in a transaction of its own. Two programs that start at
// once may both try: behind the lock the second one sees that it is done. Before
// there is a lock, their statements on the catalogue may be each other's victims.
func (db *DB) apply(ctx context.Context, step step) error {
	err := db.Tx(ctx, func(tx *gorm.DB) error {
		if step.version != recordLock {
			if done, err := db.lockRecord(tx, step); done || err != nil {
				return err
			}
		}
		for _, statement := range step.statements {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		if step.version <= recordLock {
			return nil
		}
		return tx.Create(&Migration{Version: step.version, Name: step.name, AppliedAt: Now()}).Error
	})
	if step.version == recordLock && err != nil {
		return db.awaitRecord(ctx, err)
	}
	if err != nil {
		return fmt.Errorf("apply migration %s: %w", step.name, db.unwritable(inServersWords(err)))
	}
	return nil
}

// inServersWords is the cause of an error that DB.Tx has put into words for the
// users of an API: who migrates has to know what the server said.
func inServersWords(err error) error {
	if known := (*Error)(nil); errors.As(err, &known) && known.Err != nil {
		return known.Err
	}
	return err
}

// unwritable puts the meaning before the words of a database that can't be written to.
func (db *DB) unwritable(err error) error {
	if db.faultOf(err) == fullFault {
		return fmt.Errorf("no space is left, or the database or its folder is read-only: %w", err)
	}
	return err
}

// awaitRecord forgives a lost race for the record's table: it is there now.
func (db *DB) awaitRecord(ctx context.Context, err error) error {
	applied, readErr := db.applied(db.write.WithContext(ctx))
	if readErr != nil || !applied[recordLock] {
		return fmt.Errorf("create the record of migrations: %w", db.unwritable(inServersWords(err)))
	}
	return nil
}

// lockRecord holds the record and reports whether the step has been taken.
func (db *DB) lockRecord(tx *gorm.DB, step step) (done bool, err error) {
	hold := tx.Model(&Migration{}).Where(`"Version" = ?`, recordLock).UpdateColumn("AppliedAt", Now())
	if hold.Error != nil {
		return false, hold.Error
	}
	if step.version < recordLock { // an owner's table
		columns, err := db.columnsOf(db.read.WithContext(tx.Statement.Context), step.name)
		return columns != nil, err // asked outside: on PostgreSQL a refused statement ends the transaction
	}
	applied, err := db.applied(tx)
	return applied[step.version], err
}

// history returns every step in order, in this engine's words.
func (db *DB) history() []step {
	names, err := schemaFiles.ReadDir("schema")
	if err != nil {
		panic(err) // the files are in the binary
	}
	var steps []step
	for _, entry := range names {
		digits, _, _ := strings.Cut(entry.Name(), "_")
		version, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			continue // owner.sql
		}
		steps = append(steps, db.parse(version, strings.TrimSuffix(entry.Name(), ".sql"), readSchema(entry.Name())))
	}
	return steps
}

func readSchema(name string) string {
	text, err := schemaFiles.ReadFile(path.Join("schema", name))
	if err != nil {
		panic(err) // the files are in the binary
	}
	return string(text)
}

var (
	sqlComment = regexp.MustCompile(`(?m)^--.*\n`)
	schemaWord = regexp.MustCompile(`\{(\w+) ?([^}]*)\}`)
)

// parse splits the text of a step into statements in this engine's words.
func (db *DB) parse(version int64, name, text string) step {
	text = sqlComment.ReplaceAllString(text, "")
	text = schemaWord.ReplaceAllStringFunc(text, func(match string) string {
		parts := schemaWord.FindStringSubmatch(match)
		return db.engine.word(parts[1], parts[2])
	})
	result := step{version: version, name: name}
	for statement := range strings.SplitSeq(text, ";\n") {
		if statement = strings.TrimSuffix(strings.TrimSpace(statement), ";"); statement != "" {
			result.statements = append(result.statements, statement)
		}
	}
	return result
}
