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
func (s *Users) List(ctx context.Context, actor models.Actor, q UserQuery) (_ Page[models.User], err error) {
	defer models.StartSpan(&ctx, "Users.List").End(&err)
	return s.list(ctx, actor, q, false)
}

// ListSoon is List for a reader who would rather not wait: where it takes long to
// count, the page says how many there are at least. See Page.More.
func (s *Users) ListSoon(ctx context.Context, actor models.Actor, q UserQuery) (_ Page[models.User], err error) {
	defer models.StartSpan(&ctx, "Users.ListSoon").End(&err)
	return s.list(ctx, actor, q, true)
}

func (s *Users) list(ctx context.Context, actor models.Actor, q UserQuery, hurried bool) (Page[models.User], error) {
	if err := actor.RequireAdmin("list accounts"); err != nil {
		return Page[models.User]{}, err
	}
	if err := checkUserQuery(q); err != nil {
		return Page[models.User]{}, err
	}
	name, read := cmp.Or(q.Sort, "user_id"), s.db.Read(ctx)
	from, err := parseCursor(q.Cursor, name)
	if err != nil {
		return Page[models.User]{}, err
	}
	total, how, err := s.size(ctx, q, hurried && !from.End) // the total tells how many are on the last page
	if err != nil {
		return Page[models.User]{}, fmt.Errorf("count: %w", err)
	}
	how.marked = len(q.parts()) == 1 && s.isMarked(models.Status(q.Status)) && strings.TrimPrefix(name, "-") == "user_id"
	list := listing[models.User]{
		name:   name,
		count:  func() (size, error) { return total, nil },
		rows:   func(ctx context.Context, from *edge) *gorm.DB { return s.narrow(s.usersFrom(ctx, from), q, how) },
		blanks: &blanks{s.blanks, q.filterName(), s.db.Changes()},
	}
	if list.stretches, err = s.userStretches(ctx, list.name, how); err != nil {
		return Page[models.User]{}, err
	}
	page, err := list.page(ctx, q.Limit, from)
	if err == nil {
		err = s.db.ReadRoles(read, page.Items)
	}
	return page, err
}

func (s *Users) usersFrom(ctx context.Context, from *edge) *gorm.DB {
	if from == nil {
		return s.db.Users(s.db.Read(ctx))
	}
	return s.db.UsersFrom(s.db.Read(ctx), from.comparison, from.id)
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
func (s *Users) filter(query *gorm.DB, q UserQuery) *gorm.DB { return s.narrow(query, q, approach{}) }

// narrow is filter, by an approach.
func (s *Users) narrow(query *gorm.DB, q UserQuery, how approach) *gorm.DB {
	switch status := models.Status(q.Status); status {
	case "":
	case models.Locked:
		query = query.Where(s.db.StatusIs(models.Active)).Where(models.HeldNow(), models.Now())
	default:
		query = query.Where(s.hasStatus(status, how))
	}
	switch {
	case len(q.Roles) == 0:
	case how.roleIDs != nil:
		query = query.Where(s.holding(membersOf, how.roles), how.roleIDs)
	default:
		query = query.Where(s.holding(s.membersOfNamed(len(q.Roles)), how.roles), s.roleParams(q.Roles)...)
	}
	if words := strings.Fields(clean(q.Search)); len(words) > 0 {
		query = s.search(query, words, how.search)
	}
	return query
}

func (s *Users) hasStatus(status models.Status, how approach) string {
	if how.marked {
		return s.db.MarkedAs(status)
	}
	return s.db.HasStatus(status, how.status)
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
func (s *core) holding(members string, many bool) string {
	if many {
		return "EXISTS (SELECT 1" + members + ` AND ur."UserId" = u."UserId"` + s.db.Apart() + ")"
	}
	return `u."UserId" IN (SELECT ur."UserId"` + members + ")"
}

// membersOf are the holders of the roles whose ids are its parameter.
const membersOf = ` FROM "UserRoles" AS ur WHERE ur."RoleId" IN ?`

// membersOfNamed are the holders of n roles by name.
func (s *core) membersOfNamed(n int) string {
	return ` FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ` + s.isIn(`r."RoleName"`, n)
}

// isIn is a condition: the text expression equals one of n parameters, letter case
// aside.
func (s *core) isIn(expression string, n int) string {
	texts := strings.TrimSuffix(strings.Repeat(s.db.Fold("?")+", ", n), ", ")
	return s.db.Fold(expression) + " IN (" + texts + ")"
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

// IsLastAdmin reports whether the user is the only active admin, for the page to
// say so beforehand; what changes an account looks again, behind the lock.
func (s *Users) IsLastAdmin(ctx context.Context, actor models.Actor, user models.User) (_ bool, err error) {
	defer models.StartSpan(&ctx, "Users.IsLastAdmin").End(&err)
	if err := actor.RequireAdmin("count administrators"); err != nil {
		return false, err
	}
	if !user.IsActive() || !user.HasRole(models.AdminRole) {
		return false, nil
	}
	others, err := s.activeAdmins(s.db.Read(ctx), user.UserID)
	return others == 0, err
}
