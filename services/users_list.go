package services

import (
	"context"
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
	order, err := s.userOrder(q.Sort)
	if err != nil {
		return Page[models.User]{}, err
	}
	if err := checkUserQuery(q); err != nil {
		return Page[models.User]{}, err
	}
	filter := func(tx *gorm.DB) *gorm.DB { return s.filter(s.db.Users(tx), q) }
	result, err := page(s.db.Read(ctx), filter, order, q.Limit, q.Cursor)
	models.SortRoles(result.Items)
	return result, err
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

func (s *Users) filter(query *gorm.DB, q UserQuery) *gorm.DB {
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
		query = query.Where(s.holds(len(names)), names...)
	}
	if words := strings.Fields(clean(q.Search)); len(words) > 0 {
		query = s.search(query, words)
	}
	return query
}

// holds is a condition on Users' u: the user holds one of n roles, by name.
func (s *core) holds(n int) string {
	names := strings.TrimSuffix(strings.Repeat(s.db.Fold("?")+", ", n), ", ")
	return `EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId"` +
		` WHERE ur."UserId" = u."UserId" AND ` + s.db.Fold(`r."RoleName"`) + " IN (" + names + "))"
}

// search matches the beginning of one of the four texts, or, for several words,
// of first and last name in either order, wherever the one ends.
func (s *Users) search(query *gorm.DB, words []string) *gorm.DB {
	var conditions []string
	var values []any
	whole := models.BeginsWith(strings.Join(words, " "))
	for _, column := range []string{`u."Username"`, `u."Email"`, `u."FirstName"`, `u."LastName"`} {
		conditions = append(conditions, s.db.Begins(column))
		values = append(values, s.db.Param(column, whole))
	}
	first, last := func(text string) any { return s.db.Param("FirstName", text) }, func(text string) any { return s.db.Param("LastName", text) }
	both := s.db.Begins(`u."FirstName"`) + " AND " + s.db.Begins(`u."LastName"`)
	for i := 1; i < len(words); i++ {
		head, tail := models.BeginsWith(strings.Join(words[:i], " ")), models.BeginsWith(strings.Join(words[i:], " "))
		conditions = append(conditions, both, both)
		values = append(values, first(head), last(tail), first(tail), last(head))
	}
	return query.Where("("+strings.Join(conditions, " OR ")+")", values...)
}

// UserSorts are the keys that a list of users can be sorted by.
var UserSorts = []string{"user_id", "username", "email", "last_name", "created_at", "last_login_at"}

// userOrder is the order that a sort parameter asks for. The SQL comes from this
// table alone.
func (s *Users) userOrder(sort string) (order[models.User], error) {
	if sort == "" {
		sort = "user_id"
	}
	name, descending := strings.CutPrefix(sort, "-")
	o := order[models.User]{name: sort, preload: "Roles", id: `u."UserId"`, idOf: func(u models.User) int64 { return u.UserID }}
	text := func(column string, of func(models.User) any) {
		o.key, o.keyParam, o.keyOf = s.db.Fold(column), s.db.Fold("?"), of
		o.textParam = func(text string) any { return s.db.Param(column, text) }
	}
	time := func(column string, of func(models.User) any) {
		o.key, o.keyParam, o.keyOf = "COALESCE("+column+", 0)", "?", of
	}
	switch name {
	case "user_id":
		o.descendingID = descending
		return o, nil
	case "username":
		text(`u."Username"`, func(u models.User) any { return u.Username })
	case "email":
		text(`COALESCE(u."Email", '')`, func(u models.User) any { return u.Email })
	case "last_name":
		text(`COALESCE(u."LastName", '')`, func(u models.User) any { return u.LastName })
	case "created_at":
		time(`a."CreatedAt"`, func(u models.User) any { return int64(u.CreatedAt) })
	case "last_login_at":
		time(`a."LastLoginAt"`, func(u models.User) any { return int64(u.LastLoginAt) })
	default:
		return o, models.InvalidField("sort", "Use one of "+strings.Join(UserSorts, ", ")+", with - in front for descending.")
	}
	o.descending = descending
	return o, nil
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
