package services

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A memory keeps what it took long to ask the database for. What is kept lacks only
// what another program has changed since: after a change of our own nothing of it is
// used, and what is quick to ask is never kept, so that a small database is always
// asked. What has become old serves once more, while it is asked for anew in the
// background: nobody waits because time has passed.
type memory[V any] struct {
	slow time.Duration // what takes less is not kept
	life time.Duration // the least after which something is old
	use  time.Duration // how much longer it serves

	mu     sync.Mutex
	kept   map[string]remembered[V]
	asking map[string]*asking[V]
}

type remembered[V any] struct {
	value   V
	changes uint64 // of our own, that had been made before it was asked for
	old     time.Time
	useless time.Time
}

// An asking is under way, for whoever wants to know the same.
type asking[V any] struct {
	begun time.Time
	done  chan struct{}
	value V
	err   error
}

// The times of a memory, and how much it holds.
const (
	memorySlow  = 10 * time.Millisecond
	memoryLife  = 5 * time.Second
	memoryShare = 20 // of the time at most goes into asking anew: what takes long lives longer
	memoryUse   = time.Minute
	memoryMax   = 1024
	askingLimit = time.Minute // when nobody waits any more
)

func newMemory[V any]() *memory[V] {
	return &memory[V]{slow: memorySlow, life: memoryLife, use: memoryUse, kept: map[string]remembered[V]{}, asking: map[string]*asking[V]{}}
}

// get returns what is kept under the key, or else what ask says; of several who want
// to know it at once, one asks. changes is how many changes we have made by now.
func (m *memory[V]) get(ctx context.Context, key string, changes uint64, ask func(context.Context) (V, error)) (V, error) {
	value, known, err := m.getSoon(ctx, 2*askingLimit, key, changes, ask)
	if err == nil && !known {
		err = context.DeadlineExceeded
	}
	return value, err
}

// getSoon is get, but gives up, with false, when it has been asked for a while, by
// whomever. What was asked goes on, and is soon known.
func (m *memory[V]) getSoon(ctx context.Context, patience time.Duration, key string, changes uint64, ask func(context.Context) (V, error)) (value V, known bool, err error) {
	if value, known := m.recall(ctx, key, changes, ask); known {
		return value, true, nil
	}
	asking := m.begin(ctx, key, changes, ask)
	select {
	case <-asking.done:
		return asking.value, asking.err == nil, asking.err
	case <-time.After(time.Until(asking.begun.Add(patience))):
		return value, false, nil
	case <-ctx.Done():
		return value, false, ctx.Err()
	}
}

// recall returns what is kept, and has what is old asked anew.
func (m *memory[V]) recall(ctx context.Context, key string, changes uint64, ask func(context.Context) (V, error)) (V, bool) {
	now := time.Now()
	m.mu.Lock()
	found, ok := m.kept[key]
	m.mu.Unlock()
	ok = ok && found.changes == changes && now.Before(found.useless)
	if ok && !now.Before(found.old) {
		m.begin(ctx, key, changes, ask)
	}
	return found.value, ok
}

// begin asks in the background, unless somebody does so already. That goes on when
// the request ends that wanted to know.
func (m *memory[V]) begin(ctx context.Context, key string, changes uint64, ask func(context.Context) (V, error)) *asking[V] {
	name := fmt.Sprint(changes, " ", key)
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.asking[name]; a != nil {
		return a
	}
	a := &asking[V]{begun: time.Now(), done: make(chan struct{})}
	m.asking[name] = a
	go m.ask(ctx, a, name, func(ctx context.Context) (V, error) {
		begin := time.Now()
		value, err := ask(ctx)
		if err == nil {
			m.keep(key, changes, begin, value)
		}
		return value, err
	})
	return a
}

func (m *memory[V]) ask(ctx context.Context, a *asking[V], name string, ask func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askingLimit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // nobody above would catch it
			a.err = fmt.Errorf("panic: %v", p)
		}
		m.mu.Lock()
		delete(m.asking, name)
		m.mu.Unlock()
		close(a.done)
	}()
	a.value, a.err = ask(ctx)
}

// keep keeps the value if it took long since the beginning.
func (m *memory[V]) keep(key string, changes uint64, begin time.Time, value V) {
	now := time.Now()
	took := now.Sub(begin)
	if took < m.slow {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= memoryMax {
		clear(m.kept)
	}
	old := now.Add(max(m.life, memoryShare*took))
	m.kept[key] = remembered[V]{value, changes, old, old.Add(m.use)}
}
