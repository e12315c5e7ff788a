package services

import (
	"cmp"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// foundHashes counts the hashes by kind and cost, and those that a sign-in can't
// compare with. What cost the service will be set to is not known here.
func foundHashes(p *patient) ([]Finding, error) {
	var counts []models.HashCount
	err := p.db.ReadOnly(p.ctx, func(tx *gorm.DB) (err error) {
		counts, err = countHashes(p.db, tx, bcryptCostMin)
		return err
	})
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, state := range []models.HashState{models.HashUnread, models.HashRenewed, models.HashMissing, models.HashCurrent} {
		count, kinds := hashesIn(state, counts)
		if count > 0 {
			found = append(found, hashFinding(state, count, kinds))
		}
	}
	return found, nil
}

// hashesIn is how many hashes are in that state, and of what kinds they are.
func hashesIn(state models.HashState, counts []models.HashCount) (total int64, kinds string) {
	var names []string
	for _, of := range counts {
		if of.State != state {
			continue
		}
		total += of.Count
		name := cmp.Or(of.Name, "no known kind")
		if of.Cost != "" {
			name += " of cost " + of.Cost
		}
		names = append(names, fmt.Sprintf("%s (%d)", name, of.Count))
	}
	return total, strings.Join(names, ", ")
}

func hashFinding(state models.HashState, count int64, kinds string) Finding {
	switch state {
	case models.HashUnread:
		return Finding{ID: "hashes-foreign", Severity: Warning, Count: count,
			Title:   fmt.Sprintf("%s of a kind, or a cost, that the service can't compare with: %s.", counted(count, "hash is", "hashes are"), kinds),
			Meaning: "These users can't sign in.",
			Advice:  "An admin, or `rolecall user password`, sets each a new one."}
	case models.HashRenewed:
		return Finding{ID: "hashes-renewed", Severity: Note, Count: count,
			Title: fmt.Sprintf("%s: %s.", counted(count, "hash is of another program", "hashes are of other programs"), kinds),
			Meaning: "These users sign in, and each hash is then made anew, as bcrypt in the form of passlib. " +
				"A program beside the service that reads no bcrypt refuses them from then on.",
			Advice: "Let such a program read bcrypt first; with passlib, add it to the schemes of the context."}
	case models.HashMissing:
		return Finding{ID: "hashes-none", Severity: Note, Count: count,
			Title:   fmt.Sprintf("%s no hash.", counted(count, "user has", "users have")),
			Meaning: "They can't sign in. Where that is meant, all is well.",
			Advice:  "To let them, an admin sets each a password.",
			SQL:     []string{`SELECT "UserId", "Username" FROM "Users" WHERE "PasswordHash" IS NULL OR "PasswordHash" = ''`}}
	}
	return Finding{ID: "hashes", Severity: Fine, Count: count, Title: "Hashes: " + kinds + "."}
}
