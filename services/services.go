// Package services holds what rolecall does: each method checks the actor's
// right, then does its work in one transaction, audit included. API, console
// and commands call the same methods, so they cannot differ.
package services

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Services are the topics of the service, on one database.
type Services struct {
	Users    *Users
	Roles    *Roles
	Sessions *Sessions
	Limits   *Limits
	Tokens   *Tokens
	Acts     *Acts
	Imports  *Imports
	Audit    *Audit
	Figures  *Figures
	Setup    *Setup
	Demo     *Demo
	Measures *Measures // nil where metrics are off
}

// core is what the topics share.
type core struct {
	db     *models.DB
	cfg    Config
	hasher *hasher
	rules  passwordRules
	log    *slog.Logger

	measures *Measures

	counts *memory[int64] // of users, by filter
	blanks *memory[bool]  // parts of the list of users that are empty
	sizes  *memory[[]roleSize]
	roles  *memory[[]models.Role] // with their holders
	strays *memory[bool]          // of which kinds there are none
}

// New returns the services on a database that is prepared. cfg.PublicURL is
// set: it is the issuer of tokens.
func New(db *models.DB, cfg Config, log *slog.Logger) (*Services, error) {
	switch {
	case (len(cfg.Secret) > 0 || len(cfg.Keys) > 0) && cfg.PublicURL == "": // a command has none of them
		return nil, errors.New("tokens need an issuer, but the public URL is not set")
	case cfg.HashingConcurrency < 1:
		return nil, errors.New("no password can be hashed: the hashing concurrency is below 1")
	}
	c := &core{db: db, cfg: cfg, hasher: newHasher(cfg.BcryptCost, cfg.HashingConcurrency), rules: passwordRules{cfg.PasswordMinLength}, log: log,
		counts: newMemory[int64](), blanks: newMemory[bool](), sizes: newMemory[[]roleSize](),
		roles: newMemory[[]models.Role](), strays: newMemory[bool]()}
	c.hasher.gone = db.Gone
	if err := c.measure(); err != nil {
		return nil, err
	}
	db.KeepPrincipals(cfg.RevocationLag)
	users := &Users{c}
	return &Services{
		Users:    users,
		Roles:    &Roles{c},
		Sessions: &Sessions{c},
		Limits:   &Limits{c},
		Tokens:   newTokens(c),
		Acts:     &Acts{c, users},
		Imports:  &Imports{c, users},
		Audit:    &Audit{c},
		Figures:  newFigures(c),
		Setup:    &Setup{core: c, users: users},
		Demo:     &Demo{c},
		Measures: c.measures,
	}, nil
}

// Ready reports whether the database answers within ctx.
func (s *Services) Ready(ctx context.Context) error { return s.Users.db.Present(ctx) }

// PurgeEvery deletes what has expired, now and then until ctx ends.
func (s *Services) PurgeEvery(ctx context.Context, interval time.Duration) {
	for {
		for _, purge := range []func(context.Context) error{s.Sessions.Purge, s.Limits.PurgeAttempts, s.Acts.Purge, s.Imports.Purge, s.Figures.Purge} {
			if err := purge(ctx); err != nil && ctx.Err() == nil {
				s.Sessions.log.WarnContext(ctx, "purge failed", "error", models.LogText(err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

// inTx runs fn in a transaction (see models.DB.Tx) and returns its result.
func inTx[T any](ctx context.Context, db *models.DB, fn func(tx *gorm.DB) (T, error)) (T, error) {
	var result T
	err := db.Tx(ctx, func(tx *gorm.DB) error {
		var err error
		result, err = fn(tx)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}

// lockDirectory lets one transaction at a time change accounts, roles and who
// holds them. So what it checks (a free name, another admin) still holds when
// it writes, on every engine and at every level of isolation.
func lockDirectory(tx *gorm.DB) error {
	return models.LockRow(tx, models.DirectoryLock)
}
