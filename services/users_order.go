package services

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rolecall/models"
)

// UserSorts are the keys that a list of users can be sorted by. By roles is by the
// first name of each user's; those without a role come before. By status is by
// its name; an account counts as locked for as long as it is.
var UserSorts = []string{"user_id", "username", "email", "last_name", "created_at", "last_login_at", "roles", "status"}

// userStretches is the order that a sort parameter asks for. The SQL comes from
// here alone. Descending, the stretches and their keys are turned, but ties are
// still by the id, upwards. Where few users are found by a filter and then sorted, no
// index is used for the order.
func (s *Users) userStretches(ctx context.Context, sort string, how approach) ([]stretch[models.User], error) {
	key, descending := strings.CutPrefix(sort, "-")
	o := userOrder{s, order[models.User]{name: sort, idOf: func(u models.User) int64 { return u.UserID }, collected: how.few}}
	o.id = o.number(`u."UserId"`)
	var list []stretch[models.User]
	switch key {
	case "user_id":
		o.descendingID = descending
		if how.marked {
			o.id = `a."UserId"`
		}
		return []stretch[models.User]{o.stretch("", part{})}, nil
	case "username":
		list = []stretch[models.User]{o.byText(`u."Username"`, func(u models.User) any { return u.Username })}
	case "email":
		list = o.byOptionalText(`u."Email"`, func(u models.User) any { return u.Email })
	case "last_name":
		list = o.byOptionalText(`u."LastName"`, func(u models.User) any { return u.LastName })
	case "created_at":
		list = o.byTime(`a."CreatedAt"`, func(u models.User) any { return int64(u.CreatedAt) })
	case "last_login_at":
		list = o.byTime(`a."LastLoginAt"`, func(u models.User) any { return int64(u.LastLoginAt) })
	case "status":
		list = o.byStatus()
	case "roles":
		var err error
		if list, err = o.byFirstRole(ctx); err != nil {
			return nil, err
		}
	default:
		return nil, models.InvalidField("sort", "Use one of "+strings.Join(UserSorts, ", ")+", with - in front for descending.")
	}
	if descending {
		slices.Reverse(list)
		for i := range list {
			list[i].descending = true
		}
	}
	return list, nil
}

// A userOrder makes stretches.
type userOrder struct {
	*Users
	order[models.User]
}

func (o userOrder) stretch(name string, parts ...part) stretch[models.User] {
	return stretch[models.User]{order: o.order, name: name, parts: parts}
}

// number is the column's name, for its index unless few have been found.
func (o userOrder) number(name string) string {
	if o.collected {
		return o.db.SortedNumber(name)
	}
	return name
}

// text is number for a text.
func (o userOrder) text(name string) string {
	if o.collected {
		return o.db.SortedText(name)
	}
	return name
}

// bare is the column for a condition that says what nearly all have in common, which
// SQLite would begin with.
func (o userOrder) bare(name string) string { return o.core.column(name, !o.collected) }

func (o userOrder) byText(name string, of func(models.User) any) stretch[models.User] {
	o.key, o.keyParam, o.keyOf = o.db.Fold(o.text(name)), o.db.Fold("?"), of
	o.textParam = func(text string) any { return o.db.Param(name, text) }
	return o.stretch("", part{})
}

// byOptionalText: without the text, then by it. A NULL is "" to us.
func (o userOrder) byOptionalText(name string, of func(models.User) any) []stretch[models.User] {
	with := o.byText(name, of)
	with.parts = []part{{where: o.db.Fold(o.bare(name)) + " > ''"}}
	without := o.stretch("none", part{where: o.db.IsNull(o.bare(name))}, part{where: o.db.Fold(o.bare(name)) + " = ''"})
	return []stretch[models.User]{without, with}
}

// byTime: never, then by the time. Of a user that another program made there may
// be no row that has the time.
func (o userOrder) byTime(name string, of func(models.User) any) []stretch[models.User] {
	column, id := o.bare(name), o.number(`a."UserId"`)
	never := o.stretch("never", part{where: `a."UserId" IS NULL`, foreign: true}, part{where: column + " = 0", id: id})
	o.key, o.keyParam, o.keyOf = o.number(name), "?", of
	return []stretch[models.User]{never, o.stretch("", part{where: column + " > 0", id: id})}
}

// byStatus: active, disabled, locked, pending. Locked is a matter of time: whoever
// is released meanwhile has moved, as has whoever was enabled.
func (o userOrder) byStatus() []stretch[models.User] {
	now := models.Now()
	active := func(name models.Status, held string) stretch[models.User] {
		return o.stretch(string(name), part{where: o.db.StatusIs(models.Active) + " AND " + held, args: []any{now}})
	}
	disabled := []part{o.marked(models.Disabled)}
	if off := o.db.SwitchedOff(); off != "" {
		disabled = append(disabled, part{where: off})
	}
	return []stretch[models.User]{
		active(models.Active, "NOT "+models.HeldNow()),
		o.stretch(string(models.Disabled), disabled...),
		active(models.Locked, models.HeldNow()),
		o.stretch(string(models.Pending), o.marked(models.Pending)),
	}
}

// marked are those whose row of ours has that status.
func (o userOrder) marked(status models.Status) part {
	if o.collected {
		return part{where: o.bare(`a."Status"`) + " = '" + string(status) + "'"}
	}
	return part{where: o.db.MarkedAs(status), id: `a."UserId"`}
}

// byFirstRole: without a role, then for each role those who hold it and none that
// comes before.
func (o userOrder) byFirstRole(ctx context.Context) ([]stretch[models.User], error) {
	roles, err := o.roleSizes(ctx)
	if err != nil {
		return nil, err
	}
	const held = `EXISTS (SELECT 1 FROM "UserRoles" AS f JOIN "Roles" AS e ON e."RoleId" = f."RoleId" WHERE f."UserId" = u."UserId" AND `
	name := o.db.Fold(`e."RoleName"`)
	list := []stretch[models.User]{o.stretch("none", part{where: "NOT " + held + name + " IS NOT NULL)"})}
	for _, role := range roles {
		holders := o.stretch("role " + role.RoleName)
		if role.Holders > 0 {
			first := o.holding(o.membersOfNamed(1), o.collected || role.Holders > manyRows) + " AND NOT " + held + name + " < " + o.db.Fold("?") + o.db.Apart() + ")"
			param := o.db.Param("RoleName", role.RoleName)
			holders.parts = []part{{where: first, args: []any{param, param}}}
		}
		list = append(list, holders)
	}
	return list, nil
}

// A roleSize is how many rows of UserRoles give a role, up to manyRows and one. Of
// several whose names differ by letter case alone, one stands for all.
type roleSize struct {
	RoleName string `gorm:"column:RoleName"`
	Holders  int64  `gorm:"column:Holders"`
}

// roleSizes are all roles in the order of their names, as they were a moment ago.
func (s *core) roleSizes(ctx context.Context) ([]roleSize, error) {
	return s.sizes.get(ctx, "", s.db.Changes(), func(ctx context.Context) (sizes []roleSize, err error) {
		read, name := s.db.Read(ctx), s.db.Fold(`r."RoleName"`)
		some := read.Table(`"UserRoles" AS ur`).Select(`ur."UserId"`).Where(`ur."RoleId" = r."RoleId"`).Limit(manyRows + 1)
		each := read.Table(`"Roles" AS r`).Select(`r."RoleName", (SELECT COUNT(*) FROM (?) AS m) AS "Holders"`, some)
		err = read.Table("(?) AS r", each).Select(`MIN(r."RoleName") AS "RoleName", SUM(r."Holders") AS "Holders"`).
			Where(`r."RoleName" IS NOT NULL`).Group(name).Order(name).Find(&sizes).Error
		if err != nil {
			return nil, fmt.Errorf("count the holders of roles: %w", err)
		}
		return sizes, nil
	})
}
