package services

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// HashKinds counts the accounts by kind and cost of their hashes, in the order of
// our table of kinds and then of the costs. It asks for every account's row.
func (s *Figures) HashKinds(ctx context.Context, actor models.Actor) (_ []models.HashCount, err error) {
	defer models.StartSpan(&ctx, "Figures.HashKinds").End(&err)
	if err := actor.RequireAdmin("count the hashes"); err != nil {
		return nil, err
	}
	return countHashes(s.db, s.db.Read(ctx), s.hasher.cost)
}

// countHashes counts for a service that makes hashes of that cost of bcrypt.
func countHashes(db *models.DB, tx *gorm.DB, cost int) ([]models.HashCount, error) {
	var heads []struct {
		Sample string
		Count  int64
	}
	if err := tx.Raw(hashHeadsSQL(db)).Find(&heads).Error; err != nil {
		return nil, fmt.Errorf("count the hashes: %w", err)
	}
	counts := hashCounts{}
	for _, head := range heads {
		counts.add(cost, head.Sample, head.Count)
	}
	return counts.sorted(), nil
}

// hashHeadsSQL groups the hashes by what tells kind and cost, and gives of each
// group one hash and the number. Hashes of no kind that we know are one group, so
// there are about as many as there are costs.
func hashHeadsSQL(db *models.DB) string {
	const hash = `"PasswordHash"`
	var heads strings.Builder
	for _, kind := range hashKinds {
		for _, head := range kind.heads {
			fmt.Fprintf(&heads, " WHEN %s LIKE '%s%s%%' THEN %s", hash, head.begins, head.rest, db.HeadOf(hash, head.begins, head.characters))
		}
	}
	return `SELECT COALESCE(MIN("PasswordHash"), '') AS "Sample", COUNT(*) AS "Count" FROM (SELECT "PasswordHash", CASE` +
		` WHEN "PasswordHash" IS NULL OR RTRIM("PasswordHash") = '' THEN ''` + heads.String() + ` ELSE '-' END AS "Head" FROM "Users") AS h GROUP BY "Head"`
}

// hashCounts are the numbers by kind, cost and state, with the work for the order.
type hashCounts map[models.HashCount]hashRank

type hashRank struct {
	count int64
	kind  int
	units int64
}

// add counts hashes that look like the sample.
func (c hashCounts) add(cost int, sample string, count int64) {
	key, rank := models.HashCount{State: models.HashUnread}, hashRank{kind: len(hashKinds)}
	d, kind, ok := readHash(sample)
	if kind != nil {
		key.Name = kind.name
		rank.kind = slices.IndexFunc(hashKinds, func(k hashKind) bool { return k.name == kind.name })
	}
	if d != nil {
		key.Cost, rank.units = d.cost(), d.work("").units
	}
	switch {
	case strings.TrimSpace(sample) == "":
		key.State = models.HashMissing
	case ok && current(d, cost):
		key.State = models.HashCurrent
	case ok:
		key.State = models.HashRenewed
	}
	rank.count = c[key].count + count
	c[key] = rank
}

func (c hashCounts) sorted() []models.HashCount {
	keys := make([]models.HashCount, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b models.HashCount) int {
		x, y := c[a], c[b]
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.units, y.units), strings.Compare(a.Cost, b.Cost), strings.Compare(string(a.State), string(b.State)))
	})
	for i, key := range keys {
		keys[i].Count = c[key].count
	}
	return merged(keys)
}

// hashCostsMax bounds the costs of one kind that are told apart: a program may make
// each hash at another.
const hashCostsMax = 4

// merged makes one count of those of a kind and state that are too many. They stand
// side by side, the cheapest first.
func merged(counts []models.HashCount) []models.HashCount {
	var all []models.HashCount
	for len(counts) > 0 {
		n := 1
		for n < len(counts) && counts[n].Name == counts[0].Name && counts[n].State == counts[0].State {
			n++
		}
		of := counts[:n]
		if n > hashCostsMax {
			whole := of[0]
			whole.Cost += "\u2013" + of[n-1].Cost
			for _, more := range of[1:] {
				whole.Count += more.Count
			}
			of = []models.HashCount{whole}
		}
		all, counts = append(all, of...), counts[n:]
	}
	return all
}
