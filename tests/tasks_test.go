package tests

import (
	"slices"
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
// service, a database and a browser of its own.
func TestTasks(t *testing.T) {
	without, all := 0, 0
	for _, task := range tasks {
		t.Run(task.name, func(t *testing.T) {
			all++
			t.Run("with JavaScript", func(t *testing.T) { task.try(t, true) })
			if task.scriptOnly {
				return
			}
			if t.Run("without JavaScript", func(t *testing.T) { task.try(t, false) }) {
				without++
			}
		})
	}
	t.Logf("%d of %d tasks done without JavaScript", without, all)
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
