package models

import (
	"context"
	"log/slog"

	"gorm.io/gorm"
)

// FaultName names the class that the database's engine puts the error in.
func (db *DB) FaultName(err error) string {
	return map[fault]string{
		otherFault: "other", duplicateFault: "duplicate", referenceFault: "reference", tooLongFault: "too long",
		conflictFault: "conflict", awayFault: "away", fullFault: "full", noTableFault: "no table", existsFault: "exists",
	}[db.engine.fault(err)]
}

// WriteHandle is the handle of the pool that writes.
func (db *DB) WriteHandle() *gorm.DB { return db.write }

// TxTries is how often DB.Tx tries.
const TxTries = tries

// OpenFaulty opens the database with an engine that takes the error for a
// conflict.
func OpenFaulty(ctx context.Context, url string, conflict error) (*DB, error) {
	engine, err := engineFor(url)
	if err != nil {
		return nil, err
	}
	return openEngine(ctx, faultyEngine{engine, conflict}, slog.New(slog.DiscardHandler))
}

type faultyEngine struct {
	engine
	conflict error
}

func (e faultyEngine) fault(err error) fault {
	if err == e.conflict {
		return conflictFault
	}
	return e.engine.fault(err)
}

// SQLServerDSN is what go-mssqldb gets for the URL.
func SQLServerDSN(url string) (string, error) {
	engine, err := newSQLServer(url)
	if err != nil {
		return "", err
	}
	return engine.(*sqlserverEngine).dsn, nil
}

// ShardMax is how many sessions of one user are kept.
const ShardMax = shardMax

// KeptPrincipals counts the sessions that are kept, and checks the count that
// the snapshot has of them.
func (db *DB) KeptPrincipals() int {
	total := 0
	for i := range db.snapshot.shards {
		shard := &db.snapshot.shards[i]
		size := 0
		for _, sessions := range shard.users {
			size += len(sessions)
		}
		if size != shard.size {
			panic("the snapshot has lost count")
		}
		total += size
	}
	return total
}

// OpenWatched opens the database with an engine that tells each error that it
// classes.
func OpenWatched(ctx context.Context, url string, seen func(error)) (*DB, error) {
	engine, err := engineFor(url)
	if err != nil {
		return nil, err
	}
	return openEngine(ctx, watchedEngine{engine, seen}, slog.New(slog.DiscardHandler))
}

type watchedEngine struct {
	engine
	seen func(error)
}

func (e watchedEngine) fault(err error) fault {
	e.seen(err)
	return e.engine.fault(err)
}
