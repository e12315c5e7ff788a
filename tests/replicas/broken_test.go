package replicas

import (
	"testing"
	"time"

	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
)

// The database breaks all connections, as in a failover, while clients go on: they
// are told to come again, and nothing else; what was acknowledged is there.
func TestBrokenConnections(t *testing.T) {
	t.Run("tds", func(t *testing.T) {
		t.Parallel()
		server := tds.Start(t)
		breakConnections(t, server.URL(), server.DropConnections)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		text := modeltest.PostgresURL(t)
		breakConnections(t, text+"&application_name=replicas", func() {
			modeltest.Exec(t, text, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'replicas'`)
		})
	})
}

func breakConnections(t *testing.T, databaseURL string, breakAll func()) {
	t.Helper()
	f := startFleet(t, databaseURL, 2)
	crowd := newCrowd(t, f, false)
	crowd.mayBeBusy()
	for range 5 {
		for _, r := range f.replicas {
			crowd.served(t, r)
		}
		breakAll()
		time.Sleep(50 * time.Millisecond) // in the midst of what comes next, too
		breakAll()
	}
	for _, r := range f.replicas {
		crowd.served(t, r)
	}
	crowd.leave()
	crowd.check(t)
	t.Logf("%d requests were told to come again", crowd.busy)
}
