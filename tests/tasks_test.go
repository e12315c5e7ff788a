package tests

import (
	"slices"
	"sync/atomic"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

// A task is something that a person comes to the pages for, done from the
// beginning to the end in a browser that is not signed in yet.
type task struct {
	name       string
	run        func(b *browser, s *services.Services)
	scriptOnly bool // a convenience that needs JavaScript
	noAdmin    bool // on an empty database; else there is the admin root

	settings func(*services.Config) // changes the settings of the service
}

// tasks are all of them; each topic has a file of its own.
var tasks = slices.Concat(
	sessionTasks,
	userTasks,
	listTasks,
	roleTasks,
	languageTasks,
	peopleTasks,
	actTasks,
	auditTasks,
	importTasks,
)

// TestTasks does each task with JavaScript, and without it, each time with a
// service, a database and a browser of its own. As many go on at a time as there
// are cores.
func TestTasks(t *testing.T) {
	t.Parallel()
	var without, all atomic.Int32
	t.Cleanup(func() { t.Logf("%d of %d tasks done without JavaScript", without.Load(), all.Load()) })
	for _, task := range tasks {
		t.Run(task.name, func(t *testing.T) {
			t.Parallel()
			all.Add(1)
			t.Run("with JavaScript", func(t *testing.T) {
				t.Parallel()
				task.try(t, true)
			})
			if task.scriptOnly {
				return
			}
			t.Run("without JavaScript", func(t *testing.T) {
				t.Parallel()
				task.try(t, false)
				without.Add(1)
			})
		})
	}
}

func (task task) try(t *testing.T, script bool) {
	db := modeltest.NewDB(t)
	address, s := serveOn(t, db, task.change)
	if !task.noAdmin {
		makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	}
	b := openBrowserWith(t, address, script)
	b.db = db
	task.run(b, s)
	b.quiet()
}

func (task task) change(cfg *services.Config) {
	if task.settings != nil {
		task.settings(cfg)
	}
}
