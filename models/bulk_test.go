package models_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// Rows that fill no statement, one, or several and a bit more are all there.
func TestBulk(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		for _, rows := range []int64{0, 1, 500, 1203} {
			err := db.BulkTx(t.Context(), func(tx *gorm.DB) error {
				if err := tx.Where("1 = 1").Delete(&models.SignIns{}).Error; err != nil {
					return err
				}
				bulk := db.NewBulk(tx, "RolecallSignIns", "Day", "Shard", "Good", "Bad")
				for i := range rows {
					if err := bulk.Add(i, int64(1), 2*i, int64(0)); err != nil {
						return err
					}
				}
				return bulk.Flush()
			})
			var count, sum int64
			read := db.Read(t.Context()).Table("RolecallSignIns").Select(`COUNT(*), COALESCE(SUM("Good"), 0)`).Row().Scan(&count, &sum)
			if err != nil || read != nil || count != rows || sum != rows*(rows-1) {
				t.Errorf("of %d rows there are %d with the sum %d: %v, %v", rows, count, sum, err, read)
			}
		}
	})
}

// What fails in a bulk transaction leaves nothing, and the cache of other
// transactions as it was.
func TestBulkTxFails(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		canary := errors.New("canary")
		err := db.BulkTx(t.Context(), func(tx *gorm.DB) error {
			bulk := db.NewBulk(tx, "RolecallRoles", "RoleId", "Description")
			return errors.Join(bulk.Add(int64(7), "x"), bulk.Flush(), canary)
		})
		var count int64
		read := db.Read(t.Context()).Table("RolecallRoles").Count(&count).Error
		if !errors.Is(err, canary) || read != nil || count != 0 {
			t.Errorf("BulkTx = %v, and %d rows are left (%v)", err, count, read)
		}
	})
}

// So does a row that can't be there, behind others of its statement: what is
// inserted fails as a whole.
func TestBulkTxIsWhole(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		err := db.BulkTx(t.Context(), func(tx *gorm.DB) error {
			bulk := db.NewBulk(tx, "RolecallRoles", "RoleId", "Description")
			return errors.Join(bulk.Add(int64(7), "x"), bulk.Add(int64(8), "x"), bulk.Add(int64(7), "y"), bulk.Flush())
		})
		var count int64
		read := db.Read(t.Context()).Table("RolecallRoles").Count(&count).Error
		if models.KindOf(err) != models.Conflict || read != nil || count != 0 {
			t.Errorf("BulkTx = %v, and %d rows are left (%v)", err, count, read)
		}
	})
}

func TestBulkTxCache(t *testing.T) {
	db := modeltest.NewDB(t)
	size := func(tx *gorm.DB) (pages int) {
		if err := tx.Raw("PRAGMA cache_size").Row().Scan(&pages); err != nil {
			t.Error(err)
		}
		return pages
	}
	var usual, much, after int
	for _, of := range []struct {
		tx   func(fn func(tx *gorm.DB) error) error
		size *int
	}{
		{func(fn func(*gorm.DB) error) error { return db.Tx(t.Context(), fn) }, &usual},
		{func(fn func(*gorm.DB) error) error { return db.BulkTx(t.Context(), fn) }, &much},
		{func(fn func(*gorm.DB) error) error { return db.Tx(t.Context(), fn) }, &after},
	} {
		err := of.tx(func(tx *gorm.DB) error {
			*of.size = size(tx)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if usual != after || much == usual {
		t.Errorf("the cache is %d, for a bulk %d, and then %d", usual, much, after)
	}
}
