package models

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

// A snapshot keeps what was read of sessions and their users, for no longer than
// lag: so long another replica, or another program, may have changed it without
// our knowing. What this program changes is dropped at once.
type snapshot struct {
	lag    time.Duration // 0 keeps nothing
	shards [snapshotShards]shard
}

// At most so many sessions are kept in all.
const (
	snapshotShards = 16
	shardMax       = 1024
)

// A shard holds the users whose id falls into it.
type shard struct {
	mu    sync.RWMutex
	drops uint64                     // counts what was dropped
	users map[int64]map[string]*kept // by user, then by session
	size  int                        // sessions

	hits, misses atomic.Uint64
}

type kept struct {
	principal Principal
	readAt    time.Time // before the statement was sent
}

// KeepPrincipals lets DB.Principal answer from memory for that long after it
// asked the database. It is called before the first request.
func (db *DB) KeepPrincipals(lag time.Duration) { db.snapshot.lag = lag }

func (s *snapshot) shard(userID int64) *shard { return &s.shards[uint64(userID)%snapshotShards] }

// get returns what is kept and still good.
func (s *snapshot) get(userID int64, sessionID string) (Principal, bool) {
	shard := s.shard(userID)
	shard.mu.RLock()
	found := shard.users[userID][sessionID]
	shard.mu.RUnlock()
	if found == nil || time.Since(found.readAt) >= s.lag {
		shard.misses.Add(1)
		return Principal{}, false
	}
	shard.hits.Add(1)
	return found.principal, true
}

// fill reads, and keeps what it read unless the user was dropped meanwhile: the
// statement may have been answered before the change that dropped it.
func (s *snapshot) fill(userID int64, sessionID string, read func() (Principal, error)) (Principal, error) {
	shard := s.shard(userID)
	shard.mu.RLock()
	drops := shard.drops
	shard.mu.RUnlock()
	readAt := time.Now()
	p, err := read()
	if err == nil && s.lag > 0 && p.UserID == userID {
		shard.put(userID, sessionID, &kept{p, readAt}, drops)
	}
	return p, err
}

func (s *shard) put(userID int64, sessionID string, entry *kept, drops uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drops != drops {
		return
	}
	if s.users[userID][sessionID] == nil && s.size >= shardMax {
		s.makeRoom()
	}
	if s.users == nil {
		s.users = map[int64]map[string]*kept{}
	}
	if s.users[userID] == nil {
		s.users[userID] = map[string]*kept{}
	}
	if s.users[userID][sessionID] == nil {
		s.size++
	}
	s.users[userID][sessionID] = entry
}

// makeRoom drops some user: the order of a map is as good as any.
func (s *shard) makeRoom() {
	for userID := range s.users {
		s.forget(userID)
		return
	}
}

func (s *shard) forget(userID int64) {
	s.size -= len(s.users[userID])
	delete(s.users, userID)
}

// A change is what a transaction touched of what is kept.
type change struct {
	users     []int64
	all       bool
	directory bool // it held DirectoryLock
	events    []Event
}

type changeKey struct{}

// Touched tells the transaction that it changes the user, a role the user holds,
// or one of the user's sessions: DB.Tx drops what is kept of the user when the
// transaction ends.
func Touched(tx *gorm.DB, userID int64) {
	if c, ok := tx.Statement.Context.Value(changeKey{}).(*change); ok {
		c.users = append(c.users, userID)
	}
}

// TouchedAll is Touched for every user.
func TouchedAll(tx *gorm.DB) {
	if c, ok := tx.Statement.Context.Value(changeKey{}).(*change); ok {
		c.all = true
	}
}

// Recorded tells the transaction of events that it writes: DB.Tx logs them when it
// has been committed.
func Recorded(tx *gorm.DB, events ...Event) {
	if c, ok := tx.Statement.Context.Value(changeKey{}).(*change); ok {
		c.events = append(c.events, events...)
	}
}

func withChange(ctx context.Context) (context.Context, *change) {
	c := &change{}
	return context.WithValue(ctx, changeKey{}, c), c
}

// drop forgets what the transaction touched.
func (s *snapshot) drop(c *change) {
	if c.all {
		for i := range s.shards {
			s.shards[i].clear()
		}
		return
	}
	for _, userID := range c.users {
		shard := s.shard(userID)
		shard.mu.Lock()
		shard.drops++
		shard.forget(userID)
		shard.mu.Unlock()
	}
}

func (s *shard) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drops++
	s.users, s.size = nil, 0
}
