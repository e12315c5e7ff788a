package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// A Copy is what is known of a copy of an SQLite database that was made and checked.
type Copy struct {
	Users int64
}

// CopySQLite writes a copy of the SQLite file at from, as it is at one moment, into
// the file at to, which must be empty or missing, and checks it. Other programs go on
// reading and writing meanwhile. Rows that were deleted are not in the copy, nor are
// their remains.
func CopySQLite(ctx context.Context, from, to string) (Copy, error) {
	source := sqliteEngine{path: from, reading: true}
	closed := source.closedWAL()
	err := source.once(ctx, func(tx *gorm.DB) error {
		// The file is open to be read alone; the copy is to be written.
		if err := tx.Exec("PRAGMA query_only = 0").Error; err != nil {
			return err
		}
		return tx.Exec("VACUUM INTO ?", to).Error
	})
	if err != nil {
		if source.fault(err) == fullFault || errors.Is(err, sqlite3.IOERR) {
			err = fmt.Errorf("is there space where the copy goes? %w", err)
		}
		return Copy{}, fmt.Errorf("copy the database: %w", err)
	}
	if closed && !source.closedWAL() { // it was read as a file that nobody changes
		return Copy{}, errors.New("another program opened the database while it was copied: try again")
	}
	return checkCopy(ctx, to)
}

// checkCopy has SQLite look at every page, every index and every reference.
func checkCopy(ctx context.Context, path string) (result Copy, err error) {
	err = sqliteEngine{path: path, reading: true}.once(ctx, func(tx *gorm.DB) error {
		var said []string
		if err := tx.Raw("PRAGMA integrity_check").Scan(&said).Error; err != nil {
			return err
		}
		if len(said) != 1 || said[0] != "ok" {
			return fmt.Errorf("the database is damaged: %q", said)
		}
		broken, err := anyRow(tx, "SELECT COUNT(*) FROM pragma_foreign_key_check")
		if err != nil {
			return err
		}
		if broken {
			return errors.New("the database is damaged: rows refer to others that are not there")
		}
		return tx.Raw(`SELECT COUNT(*) FROM "Users"`).Row().Scan(&result.Users)
	})
	if err != nil {
		return Copy{}, fmt.Errorf("check the copy: %w", err)
	}
	return result, nil
}

// once opens the file to read it, for as long as fn takes.
func (e sqliteEngine) once(ctx context.Context, fn func(tx *gorm.DB) error) error {
	db, err := e.openToRead(&gorm.Config{Logger: logger.Discard})
	if err != nil {
		return err
	}
	std, err := db.DB()
	if err != nil {
		return err
	}
	return errors.Join(fn(db.WithContext(ctx)), std.Close())
}
