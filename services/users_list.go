package services

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// A UserQuery picks a page of users.
type UserQuery struct {
	Search string   // the beginning of username, e-mail, first or last name
	Roles  []string // those who hold any of them
	Status string   // active, disabled, locked or pending; "" for all
	Sort   string   // a key of UserSorts, with - in front for descending; "" is user_id
	Limit  int      // 1 to 200; 0 is 50
	Cursor string
}

// searchMax bounds a search, in characters.
const searchMax = 200

// List returns a page of users with their roles.
func (s *Users) List(ctx context.Context, actor models.Actor, q UserQuery) (Page[models.User], error) {
	if err := actor.RequireAdmin("list accounts"); err != nil {
		return Page[models.User]{}, err
	}
	if err := checkUserQuery(q); err != nil {
		return Page[models.User]{}, err
	}
	read := s.db.Read(ctx)
	total, how, err := s.size(read, q)
	if err != nil {
		return Page[models.User]{}, fmt.Errorf("count: %w", err)
	}
	list := listing[models.User]{
		name:   cmp.Or(q.Sort, "user_id"),
		count:  func() (int64, error) { return total, nil },
		rows:   func() *gorm.DB { return s.narrow(s.db.Users(read), q, how) },
		blanks: &blanks{s.blanks, q.filterName(), s.db.Changes()},
	}
	if list.stretches, err = s.userStretches(read, list.name, how); err != nil {
		return Page[models.User]{}, err
	}
	page, err := list.page(q.Limit, q.Cursor)
	if err == nil {
		err = s.db.ReadRoles(read, page.Items)
	}
	return page, err
}

func checkUserQuery(q UserQuery) error {
	fields := models.FieldErrors{}
	if len([]rune(q.Search)) > searchMax {
		fields["search"] = "Search for fewer characters."
	}
	switch q.Status {
	case "", string(models.Active), string(models.Disabled), string(models.Pending), string(models.Locked):
	default:
		fields["status"] = "Use active, disabled, locked or pending."
	}
	if len(q.Roles) > pageLimitMax {
		fields["role"] = "Use fewer roles."
	}
	return fields.Err()
}

// filterName names the rows that the query leaves.
func (q UserQuery) filterName() string {
	return fmt.Sprintf("%q %q %s", strings.Fields(q.Search), q.Roles, q.Status)
}

// parts are the query's filters, each alone.
func (q UserQuery) parts() (list []UserQuery) {
	for _, part := range []UserQuery{{Search: q.Search}, {Roles: q.Roles}, {Status: q.Status}} {
		if part.Search != "" || len(part.Roles) > 0 || part.Status != "" {
			list = append(list, part)
		}
	}
	return list
}

// An approach says how to find the users that a query picks: which of its filters leave
// many, so that it is better to ask each user than to begin with those; and whether
// another leaves few, which are collected and then sorted, rather than met on a walk
// in the order of the list. The servers know by themselves, from their statistics;
// SQLite, which has none, takes the words as they are.
type approach struct {
	search, roles, status bool    // leave many
	few                   bool    // are found
	unsorted              bool    // by the search, and so not by their ids
	roleIDs               []int64 // of the query's roles, which the servers have statistics of; nil where nobody looked
}

// manyRows is from how many on it is quicker to walk through the whole list, and
// meet enough of them, than to collect them all and sort.
const manyRows = 3000

// size is how many users the query picks, and how to find them.
func (s *Users) size(read *gorm.DB, q UserQuery) (total int64, how approach, err error) {
	if how.roleIDs, err = s.roleIDs(read, q.Roles); err != nil {
		return 0, how, err
	}
	parts := q.parts()
	for _, part := range parts {
		if total, err = s.count(read, part, approach{roleIDs: how.roleIDs}); err != nil {
			return 0, how, err
		}
		many := total > manyRows
		how.few = how.few || !many
		how.unsorted = how.unsorted || !many && part.Search != ""
		how.search = how.search || many && part.Search != ""
		how.roles = how.roles || many && len(part.Roles) > 0
		how.status = how.status || many && part.Status != ""
	}
	if len(parts) == 1 {
		return total, how, nil
	}
	total, err = s.count(read, q, how)
	return total, how, err
}

// filter leaves the users that the query picks, found by what they have.
func (s *Users) filter(query *gorm.DB, q UserQuery) *gorm.DB { return s.narrow(query, q, approach{}) }

// narrow is filter, by an approach.
func (s *Users) narrow(query *gorm.DB, q UserQuery, how approach) *gorm.DB {
	switch status := models.Status(q.Status); status {
	case "":
	case models.Locked:
		query = query.Where(s.db.StatusIs(models.Active)).Where(models.HeldNow(), models.Now())
	default:
		query = query.Where(s.db.HasStatus(status, how.status))
	}
	switch {
	case len(q.Roles) == 0:
	case how.roleIDs != nil:
		query = query.Where(holding(membersOf, how.roles), how.roleIDs)
	default:
		query = query.Where(holding(s.membersOfNamed(len(q.Roles)), how.roles), s.roleParams(q.Roles)...)
	}
	if words := strings.Fields(clean(q.Search)); len(words) > 0 {
		query = s.search(query, words, how.search)
	}
	return query
}

// roleIDs are those of the roles of these names; nil for no names.
func (s *Users) roleIDs(read *gorm.DB, names []string) ([]int64, error) {
	if len(names) == 0 {
		return nil, nil
	}
	ids := []int64{}
	err := read.Table("Roles").Where(s.isIn(`"RoleName"`, len(names)), s.roleParams(names)...).Order(`"RoleId"`).Pluck("RoleId", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for roles: %w", err)
	}
	return ids, nil
}

func (s *core) roleParams(names []string) []any {
	params := make([]any, len(names))
	for i, name := range names {
		params[i] = s.db.Param("RoleName", clean(name))
	}
	return params
}

// holding is a condition on Users' u: the user is one of these members. With many
// of them, it is asked of each user.
func holding(members string, many bool) string {
	if many {
		return "EXISTS (SELECT 1" + members + ` AND ur."UserId" = u."UserId")`
	}
	return `u."UserId" IN (SELECT ur."UserId"` + members + ")"
}

// membersOf are the holders of the roles whose ids are its parameter.
const membersOf = ` FROM "UserRoles" AS ur WHERE ur."RoleId" IN ?`

// membersOfNamed are the holders of n roles by name.
func (s *core) membersOfNamed(n int) string {
	return ` FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ` + s.isIn(`r."RoleName"`, n)
}

// column is the column's name, in a form that its index is used for or not.
func (s *core) column(name string, indexed bool) string {
	if indexed {
		return name
	}
	return s.db.Unindexed(name)
}

// search matches the beginning of one of the four texts, or, for several words,
// of first and last name in either order, wherever the one ends.
func (s *Users) search(query *gorm.DB, words []string, many bool) *gorm.DB {
	var conditions []string
	var values []any
	whole := models.BeginsWith(strings.Join(words, " "))
	for _, column := range []string{`u."Username"`, `u."Email"`, `u."FirstName"`, `u."LastName"`} {
		conditions = append(conditions, s.db.Begins(s.column(column, !many)))
		values = append(values, s.db.Param(column, whole))
	}
	first, last := func(text string) any { return s.db.Param("FirstName", text) }, func(text string) any { return s.db.Param("LastName", text) }
	// One index has both: it is gone through by the first name.
	both := s.db.Begins(s.column(`u."FirstName"`, !many)) + " AND " + s.db.Begins(s.column(`u."LastName"`, false))
	for i := 1; i < len(words); i++ {
		head, tail := models.BeginsWith(strings.Join(words[:i], " ")), models.BeginsWith(strings.Join(words[i:], " "))
		conditions = append(conditions, both, both)
		values = append(values, first(head), last(tail), first(tail), last(head))
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", values...)
}

// count is how many users the query picks, or picked a moment ago.
func (s *Users) count(read *gorm.DB, q UserQuery, how approach) (int64, error) {
	return s.counts.get(q.filterName(), s.db.Changes(), func() (int64, error) { return s.countNow(read, q, how) })
}

// countNow counts. Those that are active are nearly all, and so are counted as
// all without the others.
func (s *Users) countNow(read *gorm.DB, q UserQuery, how approach) (n int64, err error) {
	if q.Status == string(models.Active) {
		q.Status = ""
		if n, err = s.countNow(read, q, how); err != nil {
			return 0, err
		}
		for _, status := range []models.Status{models.Disabled, models.Pending} {
			q.Status = string(status)
			others, err := s.countNow(read, q, how)
			if err != nil {
				return 0, err
			}
			n -= others
		}
		return max(n, 0), nil
	}
	from := read.Table(`"Users" AS u`)
	if q.Status != "" {
		from = s.db.Users(read)
	}
	err = s.narrow(from, q, how).Count(&n).Error
	return n, err
}

// IsLastAdmin reports whether the user is the only active admin, for the page to
// say so beforehand; what changes an account looks again, behind the lock.
func (s *Users) IsLastAdmin(ctx context.Context, actor models.Actor, user models.User) (bool, error) {
	if err := actor.RequireAdmin("count administrators"); err != nil {
		return false, err
	}
	if !user.IsActive() || !user.HasRole(models.AdminRole) {
		return false, nil
	}
	others, err := s.activeAdmins(s.db.Read(ctx), user.UserID)
	return others == 0, err
}
