package models

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// ErrAway is the answer to whoever needs a database that is away: Busy.
var ErrAway = &Error{Kind: Busy, Message: "The database does not answer. Try again in a moment.", RetryAfter: 1}

// An inquiry is shared by all who make it at once.
type inquiry struct{ asking singleflight.Group }

// ask waits for the answer within ctx. What was asked for others goes on, within askLimit.
func (i *inquiry) ask(ctx context.Context, question func(context.Context) error) error {
	asked := i.asking.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), askLimit)
		defer cancel()
		return nil, question(ctx)
	})
	select {
	case answer := <-asked:
		return answer.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Present reports within ctx whether the database is there. However many want to know
// at once, it is asked once, and a server on a connection of its own: so there is an
// answer also where all others are taken.
func (db *DB) Present(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if db.watch != nil {
		return db.watch.present(ctx)
	}
	if err := db.inPlace(); err != nil {
		return err
	}
	return db.inquiry.ask(ctx, func(ctx context.Context) error {
		var one int
		return db.Read(ctx).Raw(`SELECT COUNT(*) FROM "RolecallLocks"`).Row().Scan(&one)
	})
}

// Gone is closed once the server is away: nobody need begin what would need it, or
// wait any longer. It never is for SQLite.
func (db *DB) Gone() <-chan struct{} {
	if db.watch == nil {
		return nil
	}
	return db.watch.gone()
}

// A place is where the file of an embedded database is, or is no more.
type place struct {
	log  *slog.Logger
	left atomic.Int64 // since when it is not there; 0 while it is
}

// inPlace wants an SQLite file to be where it was opened. What is written to one that
// was deleted, or has another in its place, would be gone with the program.
func (db *DB) inPlace() error {
	err := db.engine.inPlace()
	if err == nil {
		if left := db.place.left.Swap(0); left != 0 {
			db.place.log.Info("the database file is back", "away", time.Duration(clock()-left).Round(time.Millisecond))
		}
		return nil
	}
	if db.place.left.CompareAndSwap(0, clock()) {
		db.place.log.Error("the database file was moved, deleted or replaced; nothing is written until it is back: "+
			"stop the program before another takes its place", "error", err)
	}
	return &Error{Kind: Busy, Message: ErrAway.Message, RetryAfter: ErrAway.RetryAfter, Err: errors.Join(ErrAway, err)}
}
