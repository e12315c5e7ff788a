package services

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gorm.io/gorm"

	"rolecall/models"
)

const (
	// signInShards is how many rows a day has, for sign-ins at once to count in.
	signInShards = 16
	// signInDays is how long the numbers are kept: a year, to compare with.
	signInDays = 400
)

// The columns that sign-ins are counted in.
const (
	goodSignIns = "Good"
	badSignIns  = "Bad"
)

// countSignIn adds one to the day's number. It comes last in its transaction, so
// that its row, which others may wait for, is held for a short while, and no lock
// is waited for behind it. Whoever meets the day's first row being written gets a
// duplicate, and DB.Tx runs again.
func countSignIn(tx *gorm.DB, column string) error {
	row := models.SignIns{Day: models.Now().Day(), Shard: rand.Int64N(signInShards)}
	count := func() *gorm.DB {
		return tx.Model(&models.SignIns{}).Where(`"Day" = ? AND "Shard" = ?`, row.Day, row.Shard).
			UpdateColumn(column, gorm.Expr(`"`+column+`" + 1`))
	}
	counted := count()
	if counted.Error == nil && counted.RowsAffected == 0 {
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("begin to count the sign-ins of a day: %w", err)
		}
		counted = count()
	}
	if counted.Error != nil {
		return fmt.Errorf("count a sign-in: %w", counted.Error)
	}
	return nil
}

// Purge deletes the numbers of days that are long past.
func (s *Figures) Purge(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Figures.Purge").End(&err)
	before := models.Now().Day() - signInDays
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		return tx.Where(`"Day" < ?`, before).Delete(&models.SignIns{}).Error
	})
}
