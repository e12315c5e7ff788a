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
// still by the id, upwards.
func (s *Users) userStretches(read *gorm.DB, sort string) ([]stretch[models.User], error) {
	key, descending := strings.CutPrefix(sort, "-")
	byID := stretch[models.User]{
		order: order[models.User]{name: sort, id: `u."UserId"`, idOf: func(u models.User) int64 { return u.UserID }},
		parts: wholePart,
	}
	var list []stretch[models.User]
	switch key {
	case "user_id":
		byID.descendingID = descending
		return []stretch[models.User]{byID}, nil
	case "username":
		list = []stretch[models.User]{s.byText(byID, `u."Username"`, func(u models.User) any { return u.Username })}
	case "email":
		list = s.byOptionalText(byID, `u."Email"`, func(u models.User) any { return u.Email })
	case "last_name":
		list = s.byOptionalText(byID, `u."LastName"`, func(u models.User) any { return u.LastName })
	case "created_at":
		list = byTime(byID, `a."CreatedAt"`, func(u models.User) any { return int64(u.CreatedAt) })
	case "last_login_at":
		list = byTime(byID, `a."LastLoginAt"`, func(u models.User) any { return int64(u.LastLoginAt) })
	case "status":
		list = s.byStatus(byID)
	case "roles":
		var err error
		if list, err = s.byFirstRole(byID, read); err != nil {
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

func (s *Users) byText(o stretch[models.User], column string, of func(models.User) any) stretch[models.User] {
	o.key, o.keyParam, o.keyOf = s.db.Fold(column), s.db.Fold("?"), of
	o.textParam = func(text string) any { return s.db.Param(column, text) }
	return o
}

// byOptionalText: without the text, then by it. A NULL is "" to us.
func (s *Users) byOptionalText(o stretch[models.User], column string, of func(models.User) any) []stretch[models.User] {
	without, with := o, s.byText(o, column, of)
	without.name, without.parts = "none", []part{{where: s.db.IsNull(column)}, {where: with.key + " = ''"}}
	with.parts = []part{{where: with.key + " > ''"}}
	return []stretch[models.User]{without, with}
}

// byTime: never, then by the time. Of a user that another program made there may
// be no row that has the time.
func byTime(o stretch[models.User], column string, of func(models.User) any) []stretch[models.User] {
	never, once := o, o
	never.name, never.parts = "never", []part{{where: `a."UserId" IS NULL`}, {where: column + " = 0", id: `a."UserId"`}}
	once.key, once.keyParam, once.keyOf = column, "?", of
	once.parts = []part{{where: column + " > 0", id: `a."UserId"`}}
	return []stretch[models.User]{never, once}
}

// byStatus: active, disabled, locked, pending. Locked is a matter of time: whoever
// is released meanwhile has moved, as has whoever was enabled.
func (s *Users) byStatus(o stretch[models.User]) []stretch[models.User] {
	now := models.Now()
	disabled := []part{{where: s.db.MarkedAs(models.Disabled), id: `a."UserId"`}}
	if off := s.db.SwitchedOff(); off != "" {
		disabled = append(disabled, part{where: off})
	}
	stretches := []stretch[models.User]{o, o, o, o}
	for i, status := range []struct {
		name  models.Status
		parts []part
	}{
		{models.Active, []part{{where: s.db.StatusIs(models.Active) + " AND NOT " + models.HeldNow(), args: []any{now}}}},
		{models.Disabled, disabled},
		{models.Locked, []part{{where: s.db.StatusIs(models.Active) + " AND " + models.HeldNow(), args: []any{now}}}},
		{models.Pending, []part{{where: s.db.MarkedAs(models.Pending), id: `a."UserId"`}}},
	} {
		stretches[i].name, stretches[i].parts = string(status.name), status.parts
	}
	return stretches
}

// byFirstRole: without a role, then for each role those who hold it and none that
// comes before.
func (s *Users) byFirstRole(o stretch[models.User], read *gorm.DB) ([]stretch[models.User], error) {
	roles, err := s.roleSizes(read)
	if err != nil {
		return nil, err
	}
	const held = `EXISTS (SELECT 1 FROM "UserRoles" AS f JOIN "Roles" AS e ON e."RoleId" = f."RoleId" WHERE f."UserId" = u."UserId" AND `
	name := s.db.Fold(`e."RoleName"`)
	without := o
	without.name, without.parts = "none", []part{{where: "NOT " + held + name + " IS NOT NULL)"}}
	list := []stretch[models.User]{without}
	for _, role := range roles {
		holders := o
		holders.name, holders.parts = "role "+role.RoleName, nil
		if role.Holders > 0 {
			first := s.holding(1, role.Holders > manyRows) + " AND NOT " + held + name + " < " + s.db.Fold("?") + ")"
			name := s.db.Param("RoleName", role.RoleName)
			holders.parts = []part{{where: first, args: []any{name, name}}}
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
