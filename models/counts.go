package models

import "database/sql"

// Counts are what a DB has counted since it was opened. To count costs next to
// nothing, so it always does.
type Counts struct {
	Hits, Misses uint64 // of DB.Principal, in memory
	Retries      uint64 // of transactions and statements that the server gave up
}

// Counts returns them as they are now.
func (db *DB) Counts() Counts {
	counts := Counts{Retries: db.retries.Load()}
	for i := range db.snapshot.shards {
		counts.Hits += db.snapshot.shards[i].hits.Load()
		counts.Misses += db.snapshot.shards[i].misses.Load()
	}
	return counts
}

// Pools are the pools of connections, by what they are for: one for all, but for
// SQLite, where reading has one of its own.
func (db *DB) Pools() (map[string]*sql.DB, error) {
	pools := map[string]*sql.DB{}
	for _, pool := range db.pools() {
		std, err := pool.DB()
		if err != nil {
			return nil, err
		}
		name := "all"
		switch {
		case db.read == db.write:
		case pool == db.read:
			name = "reading"
		default:
			name = "writing"
		}
		pools[name] = std
	}
	return pools, nil
}
