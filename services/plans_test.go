package services

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// crowdSize is of how many people the plans are: so many that a server does not go
// through all of them because they are few.
const crowdSize = 20_000

// A statement is one that was sent, with its parameters. It is full when it found as
// many rows as it asked for, and so ended before it had met all.
type statement struct {
	sql  string
	args []any
	full bool
}

// A watch notes the queries that GORM sends. Counts go on in the background.
type watch struct {
	mu   sync.Mutex
	sent []statement
}

func (w *watch) note(tx *gorm.DB) {
	if tx.DryRun { // a part of another
		return
	}
	limit, _ := tx.Statement.Clauses["LIMIT"].Expression.(clause.Limit)
	full := limit.Limit != nil && tx.RowsAffected >= int64(*limit.Limit)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, statement{tx.Statement.SQL.String(), slices.Clone(tx.Statement.Vars), full})
}

// take returns what was sent since it was last called.
func (w *watch) take() []statement {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	return sent
}

// watch begins one.
func (f *fixture) watch() *watch {
	f.t.Helper()
	w := &watch{}
	pools := []*gorm.DB{f.db.Read(f.t.Context())}
	if err := f.db.Tx(f.t.Context(), func(tx *gorm.DB) error { pools = append(pools, tx); return nil }); err != nil {
		f.t.Fatal(err)
	}
	for i, pool := range pools {
		name := fmt.Sprint("watch ", i)
		if err := pool.Callback().Query().After("gorm:query").Register(name, w.note); err != nil {
			f.t.Fatal(err)
		}
		if err := pool.Callback().Row().After("gorm:row").Register(name, w.note); err != nil {
			f.t.Fatal(err)
		}
	}
	return w
}

// plan is what the engine says of how it goes about the statement, a line a step.
// The database is in memory, as one of these people is soon, so that to read here
// and there costs hardly more than in a row.
func (f *fixture) plan(s statement) (lines []string) {
	f.t.Helper()
	std, err := f.db.Read(f.t.Context()).DB()
	if err != nil {
		f.t.Fatal(err)
	}
	conn, err := std.Conn(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	defer conn.Close()
	explain := "EXPLAIN QUERY PLAN "
	if f.engine() == "postgres" {
		explain = "EXPLAIN (COSTS OFF) "
		if _, err := conn.ExecContext(f.t.Context(), "SET random_page_cost = 1.1"); err != nil {
			f.t.Fatal(err)
		}
	}
	rows, err := conn.QueryContext(f.t.Context(), explain+s.sql, s.args...)
	if err != nil {
		f.t.Fatalf("%s: %v", s.sql, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for err == nil && rows.Next() {
		var step string
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		into[len(into)-1] = &step // SQLite's detail comes last
		err = rows.Scan(into...)
		lines = append(lines, strings.TrimSpace(step))
	}
	if err != nil || len(lines) == 0 {
		f.t.Fatalf("the plan of %s: %q, %v", s.sql, lines, err)
	}
	return lines
}

func (f *fixture) engine() string { return f.db.Read(f.t.Context()).Dialector.Name() }

var (
	goesThrough = regexp.MustCompile(`Seq Scan on "(Users|RolecallAccounts|UserRoles|RolecallEvents)"|^SCAN (u|a|ur|f|Users|RolecallAccounts|UserRoles|RolecallEvents)\b`)
	// What is kept in memory when it takes long: counts, and whether there are users
	// without a row of ours, or without a role.
	isKept = regexp.MustCompile(`(?i)^SELECT COUNT\([^()]*\) FROM "Users"|^SELECT COALESCE\(MIN\("PasswordHash"\)|` +
		`"UserId" IS NULL|NOT EXISTS \(SELECT 1 FROM "UserRoles" AS f .* IS NOT NULL\)`)
	// What ends at once: a count with a limit that leaves out next to nobody, and
	// SQLite's search for a NULL in a column that has none.
	isBounded = regexp.MustCompile(`FROM "Users" AS u( LEFT JOIN [^?$]* = 'active'\))? LIMIT|u\."Email" IS NULL`)
)

// grows is the step that takes the longer the more users there are; "" for none. A
// walk ends with the page, unless all is sorted afterwards, or the page is not full.
func grows(s statement, plan []string) string {
	sorts := slices.ContainsFunc(plan, func(step string) bool { return strings.Contains(step, "TEMP B-TREE FOR ORDER BY") })
	for _, step := range plan {
		walks := strings.HasPrefix(step, "SCAN") && s.full && !sorts
		if goesThrough.MatchString(step) && !walks {
			return step
		}
	}
	return ""
}

// crowded is a fixture on each engine whose plans can be read, with many people.
func crowded(t *testing.T, test func(t *testing.T, f *fixture)) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		if f.engine() == "sqlserver" {
			t.Skip("the plans of SQL Server are not to be had: see indexes_test.go")
		}
		f.create("root", models.AdminRole, models.UserRole)
		if _, err := f.Demo.Fill(t.Context(), models.System(), DemoOrder{Users: crowdSize, Seed: 1}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if f.engine() == "postgres" {
			f.exec("ANALYZE")
		}
		test(t, f)
	})
}

// TestNothingGrows: no statement goes through all users, whoever asks for what, but
// those that count, and the search for users of whom there is no row of ours: what
// they say is kept for a while.
func TestNothingGrows(t *testing.T) {
	crowded(t, func(t *testing.T, f *fixture) {
		sent := f.watch()
		f.askForAll()
		seen := map[string]bool{}
		for _, s := range sent.take() {
			if seen[s.sql] || isKept.MatchString(s.sql) || isBounded.MatchString(s.sql) || !strings.HasPrefix(s.sql, "SELECT") {
				continue
			}
			seen[s.sql] = true
			plan := f.plan(s)
			if step := grows(s, plan); step != "" {
				t.Errorf("%s\nparameters %v\nis done by %q, for it does\n%s", s.sql, s.args, step, strings.Join(plan, "\n"))
			}
		}
		if len(seen) < 100 {
			t.Errorf("%d statements were looked at, want all", len(seen))
		}
	})
}

// askForAll asks for what there is: the list in all orders, searched and filtered,
// first pages and others, and what concerns one account.
func (f *fixture) askForAll() {
	f.t.Helper()
	ctx, root := f.t.Context(), f.as("root")
	var user models.User
	for _, key := range UserSorts {
		for _, sort := range []string{key, "-" + key} {
			user = f.pages(root, UserQuery{Sort: sort})
		}
	}
	for _, q := range queries {
		for _, q.Sort = range []string{"user_id", "-email", "last_login_at"} {
			f.pages(root, q)
		}
	}
	for name, ask := range map[string]func() error{
		"Figures.Read": func() error { _, err := f.Figures.Read(ctx, root); return err },
		"Users.Get":    func() error { _, err := f.Users.Get(ctx, root, user.UserID); return err },
		"Users.Named":  func() error { _, err := f.Users.Named(ctx, root, user.Email); return err },
		"Users.Create": func() error { f.create("newcomer", models.UserRole); return nil },
		"Audit.List": func() error {
			_, err := f.Audit.List(ctx, root, EventQuery{TargetType: models.UserTarget, TargetID: user.UserID})
			return err
		},
		"Roles.Assign": func() error { _, err := f.Roles.Assign(ctx, root, user.UserID, "Editor"); return err },
		"Sessions.SignIn": func() error {
			_, _, err := f.Sessions.SignIn(ctx, models.Actor{Address: "192.0.2.9"}, "root@example.com", goodPassword, models.APISession)
			return err
		},
	} {
		if err := ask(); err != nil {
			f.t.Fatalf("%s: %v", name, err)
		}
	}
}

// queries are the filters, with few users behind them and with many.
var queries = []UserQuery{
	{Search: "zz"}, {Search: "lorenzo"}, {Search: "Emma Smith"}, {Search: "m"},
	{Status: "active"}, {Status: "disabled"}, {Status: "pending"}, {Status: "locked"},
	{Roles: []string{"Auditor"}}, {Roles: []string{"User"}}, {Roles: []string{"Auditor", "Editor"}},
	{Search: "lorenzo", Roles: []string{"Editor"}}, {Search: "lorenzo", Status: "active"}, {Roles: []string{"Editor"}, Status: "disabled"},
}

// pages looks at the first page of the list, the next, the last, and the one before
// it, as the console and the API do. It returns one of the users.
func (f *fixture) pages(actor models.Actor, q UserQuery) (one models.User) {
	f.t.Helper()
	for _, list := range []func(context.Context, models.Actor, UserQuery) (Page[models.User], error){f.Users.List, f.Users.ListSoon} {
		q.Cursor = ""
		first, err := list(f.t.Context(), actor, q)
		page := first
		for _, next := range []func(Page[models.User]) string{
			func(Page[models.User]) string { return first.Next },
			func(Page[models.User]) string { return first.Last },
			func(page Page[models.User]) string { return page.Previous },
		} {
			if q.Cursor = next(page); q.Cursor == "" || err != nil {
				break
			}
			page, err = list(f.t.Context(), actor, q)
		}
		if err != nil {
			f.t.Fatalf("list %+v: %v", q, err)
		}
		if len(first.Items) > 0 {
			one = first.Items[0]
		}
	}
	return one
}

// TestAMissingIndexIsNoticed: without one of the indexes a search goes through all.
func TestAMissingIndexIsNoticed(t *testing.T) {
	crowded(t, func(t *testing.T, f *fixture) {
		indexes := []string{"IX_Users_FirstName", "IX_UserRoles_RoleId"}
		for _, index := range indexes {
			f.exec(`DROP INDEX "` + index + `"`)
		}
		sent := f.watch()
		f.pages(f.as("root"), UserQuery{Search: "zz"})
		f.pages(f.as("root"), UserQuery{Roles: []string{"Auditor"}})
		bad := 0
		for _, s := range sent.take() {
			if grows(s, f.plan(s)) != "" {
				bad++
			}
		}
		if bad < len(indexes) {
			t.Errorf("%d statements go through all users, want some that search and some that look for roles", bad)
		}
	})
}

// joinsAll is a step of PostgreSQL's that goes through rows of users who are not on the
// page: a hash is of all, and a merge begins at the first, unless both of its sides
// begin at the cursor.
var joinsAll = regexp.MustCompile(`Hash .*Join|Merge (Semi |Anti )?Join|Merge Left Join.* on "RolecallAccounts" a( [^I]| I[^n]|$)`)

// TestDeepPagesBeginAtTheirCursor: what is asked of each user behind a cursor is not
// joined with the rows of all who are before it.
func TestDeepPagesBeginAtTheirCursor(t *testing.T) {
	crowded(t, func(t *testing.T, f *fixture) {
		sent := f.watch()
		for _, q := range []UserQuery{{}, {Sort: "-user_id"}, {Sort: "roles"}, {Sort: "-roles"}, {Sort: "status"}, {Status: "active"}, {Roles: []string{"User"}}, {Roles: []string{"User"}, Sort: "email"}} {
			asked := 0
			for _, s := range f.deep(sent, q) {
				if !strings.Contains(s.sql, `FROM "Users" AS u`) || !strings.Contains(s.sql, "ORDER BY") {
					continue
				}
				asked++
				if plan := strings.Join(f.plan(s), " "); joinsAll.MatchString(plan) {
					t.Errorf("%+v: %s\nis done by %s", q, s.sql, plan)
				}
			}
			if asked == 0 {
				t.Errorf("%+v: no statement reads the page", q)
			}
		}
	})
}

// deep returns what is sent for a page in the middle of the list.
func (f *fixture) deep(sent *watch, q UserQuery) []statement {
	f.t.Helper()
	q.Limit = pageLimitMax
	for range 40 {
		sent.take()
		page, err := f.Users.List(f.t.Context(), f.as("root"), q)
		if err != nil {
			f.t.Fatalf("list %+v: %v", q, err)
		}
		q.Cursor = page.Next
	}
	return sent.take()
}
