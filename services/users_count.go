package services

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// A size is how many rows a list has: so many, or, with more, at least so many.
type size struct {
	rows int64
	more bool
}

// An approach says how to find the users that a query picks: which of its filters leave
// many, so that it is better to ask each user than to begin with those; and whether
// another leaves few, which are collected and then sorted, rather than met on a walk
// in the order of the list. SQLite, which has no statistics, takes the words as they
// are. The servers know by themselves, but for what is said at many.
type approach struct {
	planned               bool    // by a server
	search, roles, status bool    // leave many
	few                   bool    // are found
	marked                bool    // our rows of the status have them in the order of their ids
	roleIDs               []int64 // of the query's roles, which the servers have statistics of; nil where nobody looked
}

// manyRows is from how many on it is quicker to walk through the whole list, and
// meet enough of them, than to collect them all and sort.
const manyRows = 5000

// manyByTime is manyRows for those of a status in the order of a time: who are pending
// have come lately, and who are disabled were here last long ago, so that a walk might
// meet them at its end.
const manyByTime = 8 * manyRows

// manyToServers is manyRows for a search on a server.
const manyToServers = manyRows / 2

// fewAmongMany is up to how many have to be found by several filters, each of which
// leaves many, so that a walk would meet them too seldom.
const fewAmongMany = manyRows / 10

// countPatience is how long a page waits for an exact total, once it is known to be
// more than countFloor.
const (
	countPatience = 15 * time.Millisecond
	countFloor    = 1000
)

// parts are the query's filters, each alone.
func (q UserQuery) parts() (list []UserQuery) {
	for _, part := range []UserQuery{{Search: q.Search}, {Roles: q.Roles}, {Status: q.Status}} {
		if part.filtered() {
			list = append(list, part)
		}
	}
	return list
}

func (q UserQuery) filtered() bool { return q.Search != "" || len(q.Roles) > 0 || q.Status != "" }

// size is how many users the query picks, and how to find them.
func (s *Users) size(ctx context.Context, q UserQuery, hurried bool) (total size, how approach, err error) {
	if how.roleIDs, err = s.roleIDs(s.db.Read(ctx), q.Roles); err != nil {
		return total, how, err
	}
	how.planned = s.db.Plans()
	if len(q.parts()) < 2 {
		total, err = s.total(ctx, q, how, hurried)
		how = how.with(q, total.more || total.rows > q.many(how.planned))
		// A server, too, would join the roles of all who are before a deep page.
		how.roles = len(q.Roles) > 0 && (total.more || total.rows > manyRows)
		return total, how, err
	}
	if how, err = s.weigh(ctx, q, how); err != nil {
		return total, how, err
	}
	total, err = s.total(ctx, q, how.narrowed(q), false)
	if total.rows <= fewAmongMany {
		how = how.narrowed(q)
	}
	return total, how, err
}

// weigh looks how many each of several filters leaves, for an engine that does not
// know.
func (s *Users) weigh(ctx context.Context, q UserQuery, how approach) (approach, error) {
	if how.planned {
		return how, nil
	}
	for _, part := range q.parts() {
		if part.Status == string(models.Active) {
			how = how.with(part, true)
			continue
		}
		n, err := s.countUpTo(ctx, part, approach{roleIDs: how.roleIDs}, manyRows+1)
		if err != nil {
			return how, err
		}
		how = how.with(part, n > manyRows)
	}
	return how, nil
}

// many is how many one filter may leave, so that they are still few. A server knows by
// itself, but not how times go with a status, or how many begin with two texts.
func (q UserQuery) many(planned bool) int64 {
	byTime := strings.HasSuffix(q.Sort, "_at")
	switch {
	case q.Status != "" && byTime:
		return manyByTime
	case !planned:
		return manyRows
	case q.Search != "" && !byTime:
		return manyToServers
	}
	return -1
}

// with adds what is known of one filter. Those that are active are nearly all, and
// nothing begins with them.
func (how approach) with(part UserQuery, many bool) approach {
	many = many || part.Status == string(models.Active)
	how.few = how.few || !many && part.filtered()
	if how.planned {
		return how
	}
	how.search = how.search || many && part.Search != ""
	how.roles = how.roles || many && len(part.Roles) > 0
	how.status = how.status || many && part.Status != ""
	return how
}

// narrowed is the approach that begins with one of the filters, though each leaves many.
func (how approach) narrowed(q UserQuery) approach {
	if how.few || how.planned {
		return how
	}
	how.few = true
	switch {
	case q.Status != "" && q.Status != string(models.Active):
		how.status = false
	case q.Search != "":
		how.search = false
	default:
		how.roles = false
	}
	return how
}

// total counts, or knows from a moment ago. Who is in a hurry does not wait for long
// where one filter leaves many.
func (s *Users) total(ctx context.Context, q UserQuery, how approach, hurried bool) (size, error) {
	key, changes := q.filterName(), s.db.Changes()
	ask := func(ctx context.Context) (int64, error) { return s.countNow(ctx, q, how) }
	if hurried && len(q.parts()) < 2 {
		if n, known := s.counts.recall(ctx, key, changes, ask); known {
			return size{rows: n}, nil
		}
		floor, err := s.countUpTo(ctx, q, how, countFloor+1)
		if err != nil {
			return size{}, err
		}
		if floor > countFloor {
			n, known, err := s.counts.getSoon(ctx, countPatience, key, changes, ask)
			if known || err != nil {
				return size{rows: n}, err
			}
			return size{rows: countFloor, more: true}, nil
		}
	}
	n, err := s.counts.get(ctx, key, changes, ask)
	return size{rows: n}, err
}

// countUpTo counts the users whom one filter picks, or all, no further than to n. It
// is about right: roles and a status are looked up where strays may be.
func (s *Users) countUpTo(ctx context.Context, q UserQuery, how approach, n int64) (count int64, err error) {
	read := s.db.Read(ctx)
	query := s.counted(read, q, how).Select(`u."UserId"`)
	switch {
	case len(q.Roles) > 0:
		query = read.Table("UserRoles").Select(`"UserId"`).Where(`"RoleId" IN ?`, how.roleIDs)
	case s.isMarked(models.Status(q.Status)):
		query = read.Table("RolecallAccounts").Select(`"UserId"`).Where(`"Status" = ?`, q.Status)
	}
	err = read.Table("(?) AS n", query.Limit(int(n))).Count(&count).Error
	if err != nil {
		return 0, fmt.Errorf("count up to %d: %w", n, err)
	}
	return count, nil
}

// counted is the query of the users to count. Of those without a status nothing of
// ours is asked.
func (s *Users) counted(read *gorm.DB, q UserQuery, how approach) *gorm.DB {
	from := read.Table(`"Users" AS u`)
	if q.Status != "" {
		from = s.db.Users(read)
	}
	return s.narrow(from, q, how)
}

// countNow counts. One status or one role has an index that tells.
func (s *Users) countNow(ctx context.Context, q UserQuery, how approach) (int64, error) {
	exact := func() (n int64, err error) {
		err = s.counted(s.db.Read(ctx), q, how).Count(&n).Error
		return n, err
	}
	of := func(table, column string, value any) func() (int64, error) {
		return func() (n int64, err error) {
			err = s.db.Read(ctx).Table(table).Where(`"`+column+`" = ?`, value).Count(&n).Error
			return n, err
		}
	}
	status := models.Status(q.Status)
	switch {
	case len(q.parts()) == 1 && status == models.Active:
		return s.countActive(ctx)
	case len(q.parts()) == 1 && s.isMarked(status):
		return unlessStray(ctx, s.core, of("RolecallAccounts", "Status", status), exact, strayAccount)
	case len(q.parts()) == 1 && len(how.roleIDs) == 1:
		return unlessStray(ctx, s.core, of("UserRoles", "RoleId", how.roleIDs[0]), exact, strayMember, doubleMember)
	}
	return exact()
}

// isMarked reports whether our rows alone tell who has that status.
func (s *core) isMarked(status models.Status) bool {
	return status == models.Pending || status == models.Disabled && s.db.SwitchedOff() == ""
}

// countActive counts all without the others: those that are active are nearly all.
func (s *Users) countActive(ctx context.Context) (int64, error) {
	states, err := s.countStates(ctx)
	return states.Active, err
}

// countStates counts who is active, disabled and pending.
func (s *Users) countStates(ctx context.Context) (states models.Figures, err error) {
	if states.Active, err = s.countNow(ctx, UserQuery{}, approach{}); err != nil {
		return states, err
	}
	for _, of := range []struct {
		status models.Status
		count  *int64
	}{{models.Disabled, &states.Disabled}, {models.Pending, &states.Pending}} {
		if *of.count, err = s.countNow(ctx, UserQuery{Status: string(of.status)}, approach{}); err != nil {
			return states, fmt.Errorf("count the accounts that are %s: %w", of.status, err)
		}
		states.Active -= *of.count
	}
	states.Active = max(states.Active, 0)
	return states, nil
}
