package services

import (
	"crypto/sha256"
	"sync"
	"time"

	"rolecall/models"
)

// verified keeps what was found in tokens whose signature held, so that a client
// who sends the same one with each request is not verified each time. It says
// nothing of what the token is good for: that is read anew (see DB.Principal), and
// the keys do not change while the program runs. Only the token's SHA-256 is kept.
type verified struct {
	shards [verifiedShards]struct {
		mu     sync.RWMutex
		tokens map[[sha256.Size]byte]verdict
	}
}

// At most so many tokens are kept in all, a kilobyte each.
const (
	verifiedShards = 16
	verifiedMax    = 512 // in a shard
)

// A verdict is what a token says, and to whom it was said.
type verdict struct {
	claims  claims
	foreign bool
	kind    models.SessionKind
}

func (v *verified) get(token string, kind models.SessionKind, now time.Time) (verdict, bool) {
	sum := sha256.Sum256([]byte(token))
	shard := &v.shards[sum[0]%verifiedShards]
	shard.mu.RLock()
	found, ok := shard.tokens[sum]
	shard.mu.RUnlock()
	return found, ok && found.kind == kind && now.Before(found.claims.ExpiresAt.Time)
}

// put keeps the verdict; another makes room, for the order of a map is as good as
// any.
func (v *verified) put(token string, found verdict) {
	if found.claims.ExpiresAt == nil {
		return
	}
	sum := sha256.Sum256([]byte(token))
	shard := &v.shards[sum[0]%verifiedShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.tokens == nil {
		shard.tokens = map[[sha256.Size]byte]verdict{}
	}
	for other := range shard.tokens {
		if len(shard.tokens) < verifiedMax {
			break
		}
		delete(shard.tokens, other)
	}
	shard.tokens[sum] = found
}
