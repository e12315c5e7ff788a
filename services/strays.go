package services

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// A stray is a row that another program has left: we never do. While there is none
// of its kind, an index alone tells what else would have to be asked of each user.
type stray struct {
	name string
	find func(*gorm.DB) *gorm.DB
}

var (
	// strayAccount is a row of ours whose user is gone. Those that are active tell
	// nothing.
	strayAccount = stray{"account", func(tx *gorm.DB) *gorm.DB {
		return tx.Table(`"RolecallAccounts" AS a`).Select(`a."UserId"`).Where(`a."Status" IN ?`, []models.Status{models.Disabled, models.Pending}).
			Where(`NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = a."UserId")`)
	}}
	// strayMember is a row of UserRoles whose user is gone.
	strayMember = stray{"member", func(tx *gorm.DB) *gorm.DB {
		return tx.Table(`"UserRoles" AS ur`).Select(`ur."UserId"`).Where(`NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = ur."UserId")`)
	}}
	// doubleMember is a row of UserRoles that is there twice.
	doubleMember = stray{"double member", func(tx *gorm.DB) *gorm.DB {
		return tx.Table(`"UserRoles" AS ur`).Select(`ur."UserId"`).Group(`ur."UserId", ur."RoleId"`).Having("COUNT(*) > 1")
	}}
)

// tidy reports whether it is known that there are none.
func (s *core) tidy(ctx context.Context, of ...stray) bool {
	for _, kind := range of {
		if none, known := s.strays.recall(ctx, kind.name, 0, s.none(kind)); !none || !known {
			return false
		}
	}
	return true
}

func (s *core) none(of stray) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		var found []int64
		if err := of.find(s.db.Read(ctx)).Limit(1).Find(&found).Error; err != nil {
			return false, fmt.Errorf("look for a stray %s: %w", of.name, err)
		}
		return len(found) == 0, nil
	}
}

// unlessStray is what quick says where there is no stray. Until that is known, it is
// what exact says; where that is slow, the strays are looked for meanwhile.
func unlessStray[V any](ctx context.Context, s *core, quick, exact func() (V, error), of ...stray) (V, error) {
	if s.tidy(ctx, of...) {
		return quick()
	}
	begin := time.Now()
	value, err := exact()
	if err == nil && time.Since(begin) >= s.strays.slow {
		for _, kind := range of {
			if _, known := s.strays.recall(ctx, kind.name, 0, s.none(kind)); !known {
				s.strays.begin(ctx, kind.name, 0, s.none(kind))
			}
		}
	}
	return value, err
}
