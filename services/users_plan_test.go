package services

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// What a page reads is in the order of an index, so that it ends with the page.
// Only in the order of ids is the table itself gone through; and nothing is sorted
// but ties of keys that are known to be few: see reading.readMixed.
func TestListIsIndexed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	db, s := loggedServices(t, &log)
	f := &fixture{t, db, s}
	f.cast()
	f.mixture()
	root := f.as("root")
	log.Reset()
	for _, key := range UserSorts {
		for _, sort := range []string{key, "-" + key} {
			page, err := s.Users.List(t.Context(), root, UserQuery{Sort: sort, Limit: 7})
			for _, cursor := range []string{page.Last, page.Next} {
				if err == nil {
					page, err = s.Users.List(t.Context(), root, UserQuery{Sort: sort, Limit: 7, Cursor: cursor})
				}
			}
			if err == nil {
				page, err = s.Users.List(t.Context(), root, UserQuery{Sort: sort, Limit: 7, Cursor: page.Previous})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	indexed := regexp.MustCompile(`^\[\{(SEARCH [ua] |SCAN u USING INDEX )`)
	walked := regexp.MustCompile(`^\[\{SCAN u\}`)
	for _, statement := range sorted(t, &log) {
		plan := explainText(t, db, statement)
		byID := regexp.MustCompile(`ORDER BY [ua]\."UserId"`).MatchString(statement)
		if strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") || !indexed.MatchString(plan) && !(byID && walked.MatchString(plan)) {
			t.Errorf("%s\nis done by %s", statement, plan)
		}
	}
}

// sorted are the statements in the log that sort users, each once.
func sorted(t *testing.T, log *bytes.Buffer) (list []string) {
	t.Helper()
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ SQL string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line.SQL, `FROM "Users" AS u`) && strings.Contains(line.SQL, "ORDER BY") {
			list = append(list, line.SQL)
		}
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) < 50 {
		t.Errorf("%d statements sort users, want some for each order", len(list))
	}
	return list
}

// explainText is explain for a statement whose values do not matter.
func explainText(t *testing.T, db *models.DB, statement string) string {
	t.Helper()
	return explain(t, db, func(tx *gorm.DB) *gorm.DB {
		return tx.Raw(statement, slices.Repeat([]any{1}, strings.Count(statement, "?"))...).Find(&[]models.User{})
	})
}

// A search finds its few by four indexes; where there are many, it is left to the
// order. So it is with a status.
func TestFiltersOfTheListAreIndexed(t *testing.T) {
	db := modeltest.NewDB(t)
	s := newServices(t, db, slog.New(slog.DiscardHandler))
	for _, tt := range []struct {
		name string
		q    UserQuery
		how  approach
		want string
	}{
		{"search, few", UserQuery{Search: "ann lee"}, approach{few: true},
			`^\[\{MULTI-INDEX OR\} .*UX_Users_Username .*UX_Users_Email .*IX_Users_FirstName .*IX_Users_LastName .*IX_Users_FirstName .*IX_Users_FirstName `},
		{"search, many", UserQuery{Search: "ann lee"}, approach{search: true}, `^\[\{SCAN u USING INDEX UX_Users_Username\}`},
		{"a role, few", UserQuery{Roles: []string{"Editor"}}, approach{few: true}, `^\[\{SEARCH u USING INTEGER PRIMARY KEY \(rowid=\?\)\} .*IX_UserRoles_RoleId`},
		{"a role, many", UserQuery{Roles: []string{"Editor"}}, approach{roles: true}, `^\[\{SCAN u USING INDEX UX_Users_Username\}`},
		{"a status, few", UserQuery{Status: "disabled"}, approach{few: true}, `^\[\{SEARCH a USING INDEX IX_RolecallAccounts_Status`},
		{"a status, many", UserQuery{Status: "disabled"}, approach{status: true}, `^\[\{SCAN u USING INDEX UX_Users_Username\}`},
	} {
		plan := explain(t, db, func(tx *gorm.DB) *gorm.DB {
			stretches, err := s.Users.userStretches(t.Context(), "username", tt.how)
			if err != nil {
				t.Fatal(err)
			}
			return stretches[0].sorted(s.Users.narrow(db.Users(tx), tt.q, tt.how), false).Limit(pageLimit).Find(&[]models.User{})
		})
		if !regexp.MustCompile(tt.want).MatchString(plan) {
			t.Errorf("%s: %s, want %s", tt.name, plan, tt.want)
		}
	}
}
