package services

import (
	"fmt"
	"sync"
	"time"
)

// A memory keeps, for a moment, what it took long to ask the database for: that
// moment is how old an answer may be in which another program's changes are
// missing. After a change of our own nothing of it is used, and what is quick to
// ask is never kept, so that a small database is always asked.
type memory[V any] struct {
	slow time.Duration // what takes less is not kept
	life time.Duration

	mu   sync.Mutex
	kept map[string]remembered[V]
}

type remembered[V any] struct {
	value   V
	changes uint64 // of our own, that had been made before it was asked for
	until   time.Time
}

// The times of a memory, and how much it holds.
const (
	memorySlow = 10 * time.Millisecond
	memoryLife = 5 * time.Second
	memoryMax  = 1024
)

func newMemory[V any]() *memory[V] {
	return &memory[V]{slow: memorySlow, life: memoryLife, kept: map[string]remembered[V]{}}
}

// get returns what is kept under the key, or else what ask says. changes is how
// many changes we have made by now.
func (m *memory[V]) get(key string, changes uint64, ask func() (V, error)) (V, error) {
	if value, ok := m.recall(key, changes); ok {
		return value, nil
	}
	begin := time.Now()
	value, err := ask()
	if err == nil {
		m.keep(key, changes, begin, value)
	}
	return value, err
}

func (m *memory[V]) recall(key string, changes uint64) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.kept[key]
	return found.value, ok && found.changes == changes && time.Now().Before(found.until)
}

// keep keeps the value if it took long since the beginning.
func (m *memory[V]) keep(key string, changes uint64, begin time.Time, value V) {
	now := time.Now()
	if now.Sub(begin) < m.slow {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= memoryMax {
		clear(m.kept)
	}
	m.kept[key] = remembered[V]{value, changes, now.Add(m.life)}
}

// A blanks remembers which parts of a list are empty: to find nothing may take
// the longest of all.
type blanks struct {
	memory  *memory[bool]
	list    string // names what the list leaves out
	changes uint64
}

// read reads the part, unless it is known to be empty.
func (b blanks) read(p part, read func() (int, error)) error {
	key := fmt.Sprintf("%s %s %q", b.list, p.where, p.args)
	if _, known := b.memory.recall(key, b.changes); known {
		return nil
	}
	begin := time.Now()
	n, err := read()
	if err == nil && n == 0 {
		b.memory.keep(key, b.changes, begin, true)
	}
	return err
}
