package services

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

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
func (s *Users) userStretches(read *gorm.DB, sort string, how approach) ([]stretch[models.User], error) {
	key, descending := strings.CutPrefix(sort, "-")
	o := userOrder{s, how.few, order[models.User]{name: sort, idOf: func(u models.User) int64 { return u.UserID }}}
	o.id = o.column(`u."UserId"`)
	var list []stretch[models.User]
	switch key {
	case "user_id":
		o.descendingID, o.id = descending, o.core.column(`u."UserId"`, !how.unsorted)
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
		if list, err = o.byFirstRole(read); err != nil {
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
	few bool
	order[models.User]
}

func (o userOrder) stretch(name string, parts ...part) stretch[models.User] {
	return stretch[models.User]{order: o.order, name: name, parts: parts}
}

// column is the column's name, for its index unless few have been found.
func (o userOrder) column(name string) string { return o.core.column(name, !o.few) }

func (o userOrder) byText(name string, of func(models.User) any) stretch[models.User] {
	o.key, o.keyParam, o.keyOf = o.db.Fold(o.column(name)), o.db.Fold("?"), of
	o.textParam = func(text string) any { return o.db.Param(name, text) }
	return o.stretch("", part{})
}

// byOptionalText: without the text, then by it. A NULL is "" to us.
func (o userOrder) byOptionalText(name string, of func(models.User) any) []stretch[models.User] {
	with := o.byText(name, of)
	with.parts = []part{{where: with.key + " > ''"}}
	without := o.stretch("none", part{where: o.db.IsNull(o.column(name))}, part{where: with.key + " = ''"})
	return []stretch[models.User]{without, with}
}

// byTime: never, then by the time. Of a user that another program made there may
// be no row that has the time.
func (o userOrder) byTime(name string, of func(models.User) any) []stretch[models.User] {
	column, id := o.column(name), o.column(`a."UserId"`)
	never := o.stretch("never", part{where: `a."UserId" IS NULL`}, part{where: column + " = 0", id: id})
	o.key, o.keyParam, o.keyOf = column, "?", of
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
	if o.few {
		return part{where: o.db.Unindexed(o.db.MarkedAs(status))}
	}
	return part{where: o.db.MarkedAs(status), id: `a."UserId"`}
}

// byFirstRole: without a role, then for each role those who hold it and none that
// comes before.
func (o userOrder) byFirstRole(read *gorm.DB) ([]stretch[models.User], error) {
	roles, err := o.roleSizes(read)
	if err != nil {
		return nil, err
	}
	const held = `EXISTS (SELECT 1 FROM "UserRoles" AS f JOIN "Roles" AS e ON e."RoleId" = f."RoleId" WHERE f."UserId" = u."UserId" AND `
	name := o.db.Fold(`e."RoleName"`)
	list := []stretch[models.User]{o.stretch("none", part{where: "NOT " + held + name + " IS NOT NULL)"})}
	for _, role := range roles {
		holders := o.stretch("role " + role.RoleName)
		if role.Holders > 0 {
			first := holding(o.membersOfNamed(1), o.few || role.Holders > manyRows) + " AND NOT " + held + name + " < " + o.db.Fold("?") + ")"
			param := o.db.Param("RoleName", role.RoleName)
			holders.parts = []part{{where: first, args: []any{param, param}}}
		}
		list = append(list, holders)
	}
	return list, nil
}

// A roleSize is how many rows of UserRoles give a role. Of several whose names
// differ by letter case alone, one stands for all.
type roleSize struct {
	RoleName string `gorm:"column:RoleName"`
	Holders  int64  `gorm:"column:Holders"`
}

// roleSizes are all roles in the order of their names, as they were a moment ago.
func (s *core) roleSizes(read *gorm.DB) ([]roleSize, error) {
	return s.sizes.get("", s.db.Changes(), func() (sizes []roleSize, err error) {
		name := s.db.Fold(`r."RoleName"`)
		err = read.Table(`"Roles" AS r`).Select(`MIN(r."RoleName") AS "RoleName", COUNT(ur."UserId") AS "Holders"`).
			Joins(`LEFT JOIN "UserRoles" AS ur ON ur."RoleId" = r."RoleId"`).
			Where(`r."RoleName" IS NOT NULL`).Group(name).Order(name).Find(&sizes).Error
		if err != nil {
			return nil, fmt.Errorf("count the holders of roles: %w", err)
		}
		return sizes, nil
	})
}
