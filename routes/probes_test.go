package routes

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// TestProbesShare: however many probes ask at once, one connection answers them, and
// does where requests have all others.
func TestProbesShare(t *testing.T) {
	eachOutage(t, func(t *testing.T, o *outage) {
		free := holdConnections(t, o.db, serverPool)
		defer free()
		o.wire.Delay(5 * time.Millisecond)
		before := o.wire.Accepted()
		for _, path := range []string{"readyz", "healthz"} {
			if counts := o.probe(t, "GET /"+path, 100); counts[200] != 100 {
				t.Errorf("100 times %s: %v, want 200", path, counts)
			}
		}
		if more := o.wire.Accepted() - before; more > 0 {
			t.Errorf("200 probes made %d connections to the database", more)
		}
	})
}

// probe asks so often at once, and counts the statuses.
func (s *server) probe(t *testing.T, call string, n int) map[int]int {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	counts := map[int]int{}
	for range n {
		all.Go(func() {
			answer, err := s.client.Do(s.request(t, call, ""))
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			counts[answer.StatusCode]++
		})
	}
	all.Wait()
	return counts
}

// holdConnections takes so many of the pool, until free.
func holdConnections(t *testing.T, db *models.DB, n int) (free func()) {
	t.Helper()
	var held, all sync.WaitGroup
	held.Add(n)
	release := make(chan struct{})
	for range n {
		all.Go(func() {
			var once sync.Once
			err := db.Tx(t.Context(), func(*gorm.DB) error {
				once.Do(held.Done)
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	held.Wait()
	return func() { close(release); all.Wait() }
}

// TestHealthWhenCrowded: who asks whether the program lives is answered while all hash,
// the queue for that is full, and every connection to the database is taken.
func TestHealthWhenCrowded(t *testing.T) {
	t.Parallel()
	db := modeltest.NewDB(t)
	s := build(t, db, func(c *services.Config) { c.BcryptCost, c.HashingConcurrency = 9, 1 })
	s.listen()
	s.client.Transport.(*http.Transport).MaxIdleConnsPerHost = 200
	var all sync.WaitGroup
	var refused, served atomic.Int32
	for i := range 100 {
		request := s.request(t, "POST /register", strings.ReplaceAll(attempts[4].body, "NAME", fmt.Sprint("crowd", i)), "Content-Type: application/json")
		all.Go(func() {
			answer, err := s.client.Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusServiceUnavailable {
				refused.Add(1)
			} else {
				served.Add(1)
			}
		})
	}
	for refused.Load() == 0 && served.Load() < 100 { // the queue is full now
		time.Sleep(time.Millisecond)
	}
	free := holdConnections(t, db, 1)
	if counts := s.probe(t, "GET /healthz", 20); counts[200] != 20 {
		t.Errorf("20 times healthz: %v, want 200", counts)
	}
	if waiting := 100 - refused.Load() - served.Load(); waiting == 0 {
		t.Error("nobody hashes any more: the test tests nothing")
	}
	free()
	all.Wait()
}
