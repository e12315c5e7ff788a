package services

import (
	"cmp"
	"log/slog"
	"regexp"
	"testing"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// What a page reads is in the order of an index, so that it ends with the page.
// Only in the order of ids is the table itself gone through; and nothing is sorted
// but those that tie.
func TestListIsIndexed(t *testing.T) {
	db := modeltest.NewDB(t)
	f := newFixture(t, db)
	f.cast()
	walk := regexp.MustCompile(`^\[\{SCAN u\}`)
	search := regexp.MustCompile(`^\[\{(SEARCH [ua] |SCAN u USING INDEX )`)
	sorts := regexp.MustCompile(`USE TEMP B-TREE FOR ORDER BY`)
	for _, key := range UserSorts {
		for _, sort := range []string{key, "-" + key} {
			stretches, err := f.Users.userStretches(db.Read(t.Context()), sort)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range stretches {
				for _, plan := range f.plans(s) {
					if sorts.MatchString(plan) || !search.MatchString(plan) && (s.key != "" || !walk.MatchString(plan)) {
						t.Errorf("%s, stretch %q: %s", sort, s.name, plan)
					}
				}
			}
		}
	}
}

// plans are those of a stretch's parts: from their beginning, and from a cursor.
func (f *fixture) plans(s stretch[models.User]) (plans []string) {
	for _, p := range s.parts {
		for _, at := range []*cursor{nil, {ID: 3, Text: "x", Int: 3}, {ID: 3, Text: "x", Int: 3, Back: true}} {
			plans = append(plans, explain(f.t, f.db, func(tx *gorm.DB) *gorm.DB {
				o, query := s.order, f.db.Users(tx)
				o.id = cmp.Or(p.id, o.id)
				if p.where != "" {
					query = query.Where(p.where, p.args...)
				}
				if at != nil {
					query = o.behind(query, *at)
				}
				return o.sorted(query, at != nil && at.Back).Limit(pageLimit).Find(&[]models.User{})
			}))
		}
	}
	return plans
}

// A search finds its few by four indexes; where there are many, it is left to the
// order.
func TestSearchIsIndexed(t *testing.T) {
	db := modeltest.NewDB(t)
	s := newServices(t, db, slog.New(slog.DiscardHandler))
	for many, want := range map[bool]string{
		false: `^\[\{MULTI-INDEX OR\} .*UX_Users_Username .*UX_Users_Email .*IX_Users_FirstName .*IX_Users_LastName .*IX_Users_(First|Last)Name `,
		true:  `^\[\{SCAN u USING INDEX UX_Users_Username\}`,
	} {
		plan := explain(t, db, func(tx *gorm.DB) *gorm.DB {
			order := s.Users.byText(stretch[models.User]{order: order[models.User]{id: `u."UserId"`}}, `u."Username"`, nil)
			return order.sorted(s.Users.narrow(db.Users(tx), UserQuery{Search: "ann lee"}, many), false).Limit(pageLimit).Find(&[]models.User{})
		})
		if !regexp.MustCompile(want).MatchString(plan) {
			t.Errorf("search, many %t: %s, want %s", many, plan, want)
		}
	}
}
