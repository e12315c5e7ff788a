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
	list := listing[models.User]{
		name:   cmp.Or(q.Sort, "user_id"),
		count:  func() (int64, error) { return s.count(read, q) },
		rows:   func(many bool) *gorm.DB { return s.narrow(s.db.Users(read), q, many) },
		blanks: &blanks{s.blanks, q.filterName(), s.db.Changes()},
	}
	var err error
	if list.stretches, err = s.userStretches(read, list.name); err != nil {
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

// filter leaves the users that the query picks, found by what they have.
func (s *Users) filter(query *gorm.DB, q UserQuery) *gorm.DB { return s.narrow(query, q, false) }

// narrow is filter. With many, it is for a walk through all users: whether they
// hold a role is asked of each, rather than of the role. The servers choose by
// themselves, from their statistics; SQLite takes the words as they are.
func (s *Users) narrow(query *gorm.DB, q UserQuery, many bool) *gorm.DB {
	switch status := models.Status(q.Status); status {
	case "":
	case models.Locked:
		query = query.Where(s.db.StatusIs(models.Active)).Where(models.HeldNow(), models.Now())
	default:
		query = query.Where(s.db.StatusIs(status))
	}
	if len(q.Roles) > 0 {
		names := make([]any, len(q.Roles))
		for i, name := range q.Roles {
			names[i] = s.db.Param("RoleName", clean(name))
		}
		query = query.Where(s.holding(len(names), many), names...)
	}
	if words := strings.Fields(clean(q.Search)); len(words) > 0 {
		query = s.search(query, words, many)
	}
	return query
}

// holding is holds, found by the holders of the roles unless there are many.
func (s *core) holding(n int, many bool) string {
	if many {
		return s.holds(n)
	}
	return `u."UserId" IN (SELECT ur."UserId"` + s.membersOf(n) + ")"
}

// holds is a condition on Users' u: the user holds one of n roles, by name.
func (s *core) holds(n int) string {
	return "EXISTS (SELECT 1" + s.membersOf(n) + ` AND ur."UserId" = u."UserId")`
}

func (s *core) membersOf(n int) string {
	return ` FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId"` +
		` WHERE ` + s.isIn(`r."RoleName"`, n)
}

// search matches the beginning of one of the four texts, or, for several words,
// of first and last name in either order, wherever the one ends.
func (s *Users) search(query *gorm.DB, words []string, many bool) *gorm.DB {
	var conditions []string
	var values []any
	whole := models.BeginsWith(strings.Join(words, " "))
	for _, column := range []string{`u."Username"`, `u."Email"`, `u."FirstName"`, `u."LastName"`} {
		conditions = append(conditions, s.db.Begins(column, many))
		values = append(values, s.db.Param(column, whole))
	}
	first, last := func(text string) any { return s.db.Param("FirstName", text) }, func(text string) any { return s.db.Param("LastName", text) }
	both := s.db.Begins(`u."FirstName"`, many) + " AND " + s.db.Begins(`u."LastName"`, many)
	for i := 1; i < len(words); i++ {
		head, tail := models.BeginsWith(strings.Join(words[:i], " ")), models.BeginsWith(strings.Join(words[i:], " "))
		conditions = append(conditions, both, both)
		values = append(values, first(head), last(tail), first(tail), last(head))
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", values...)
}

// count is how many users the query picks, or picked a moment ago.
func (s *Users) count(read *gorm.DB, q UserQuery) (int64, error) {
	return s.counts.get(q.filterName(), s.db.Changes(), func() (int64, error) { return s.countNow(read, q) })
}

// countNow counts. Those that are active are nearly all, and so are counted as
// all without the others.
func (s *Users) countNow(read *gorm.DB, q UserQuery) (n int64, err error) {
	if q.Status == string(models.Active) {
		q.Status = ""
		if n, err = s.countNow(read, q); err != nil {
			return 0, err
		}
		for _, status := range []models.Status{models.Disabled, models.Pending} {
			q.Status = string(status)
			others, err := s.countNow(read, q)
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
	err = s.filter(from, q).Count(&n).Error
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
