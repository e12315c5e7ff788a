package services

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// bcryptBegin is how a bcrypt hash begins: that tells the cost, and nothing of the
// salt.
var bcryptBegin = regexp.MustCompile(`^\$2[aby]\$(\d\d)\$$`)

// foundHashes counts the hashes by kind and cost, and those of no kind that a
// sign-in could compare with.
func foundHashes(p *patient) ([]Finding, error) {
	begins, err := p.groups(`SELECT COALESCE(SUBSTRING("PasswordHash", 1, 7), '') AS "Name", COUNT(*) AS "Rows" FROM "Users" GROUP BY COALESCE(SUBSTRING("PasswordHash", 1, 7), '')`)
	if err != nil {
		return nil, err
	}
	var none, other, known int64
	var kinds []string
	for _, begin := range begins {
		switch cost := bcryptBegin.FindStringSubmatch(begin.Name); {
		case strings.TrimSpace(begin.Name) == "":
			none += begin.Rows
		case cost == nil:
			other += begin.Rows
		default:
			known += begin.Rows
			kinds = append(kinds, fmt.Sprintf("bcrypt of cost %s (%d)", cost[1], begin.Rows))
		}
	}
	slices.Sort(kinds)
	return hashFindings(known, kinds, none, other), nil
}

func hashFindings(known int64, kinds []string, none, other int64) (found []Finding) {
	if other > 0 {
		found = append(found, Finding{ID: "hashes-foreign", Severity: Warning, Count: other,
			Title:   fmt.Sprintf("%s of a kind that the service can't compare with.", counted(other, "hash is", "hashes are")),
			Meaning: "These users can't sign in.",
			Advice:  "An admin, or `rolecall user password`, sets each a new one."})
	}
	if none > 0 {
		found = append(found, Finding{ID: "hashes-none", Severity: Note, Count: none,
			Title:   fmt.Sprintf("%s no hash.", counted(none, "user has", "users have")),
			Meaning: "They can't sign in. Where that is meant, all is well.",
			Advice:  "To let them, an admin sets each a password.",
			SQL:     []string{`SELECT "UserId", "Username" FROM "Users" WHERE "PasswordHash" IS NULL OR "PasswordHash" = ''`}})
	}
	if known > 0 {
		found = append(found, Finding{ID: "hashes", Severity: Fine, Count: known, Title: "Hashes: " + strings.Join(kinds, ", ") + "."})
	}
	return found
}
