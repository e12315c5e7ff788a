package services

import (
	"context"
	"testing"
	"time"
)

// What somebody else has waited for in vain is not waited for again.
func TestMemoryIsAskedOnce(t *testing.T) {
	m := newMemory[int]()
	ctx, cancel := context.WithCancel(t.Context())
	ask := func(context.Context) (int, error) { <-ctx.Done(); return 7, nil }
	m.begin(t.Context(), "a", 0, ask).begun = time.Now().Add(-time.Minute)
	if value, known, err := m.getSoon(t.Context(), time.Minute, "a", 0, ask); value != 0 || known || err != nil {
		t.Errorf("getSoon = %d, %t, %v; want nothing yet", value, known, err)
	}
	cancel()
	if value, err := m.get(t.Context(), "a", 0, ask); value != 7 || err != nil {
		t.Errorf("get = %d, %v; want what was asked", value, err)
	}
}
