package services

import (
	"context"

	"gorm.io/gorm"
)

// A reading goes through the rows of one part of a list, in one direction.
type reading[T any] struct {
	order[T]
	part part
	list func(context.Context, *edge) *gorm.DB // a fresh query of the whole list
	edge *edge
	back bool
}

// An edge is an id behind which all rows of a page are, which is in the order of ids.
type edge struct {
	comparison string
	id         int64
}

// rows is a fresh query of the part. With another condition on the key that says
// as much, its own is left out, lest an index begins at that.
func (r reading[T]) rows(ctx context.Context, bounded bool) *gorm.DB {
	if bounded && r.key != "" || r.part.where == "" {
		return r.list(ctx, r.edge)
	}
	return r.list(ctx, r.edge).Where(r.part.where, r.part.args...)
}

// rises reports whether the keys go up.
func (r reading[T]) rises() bool { return r.descending == r.back }

// read returns the next n rows behind the cursor, or from the beginning.
func (r reading[T]) read(ctx context.Context, behind *cursor, n int) ([]T, error) {
	if r.key != "" && r.descending != r.descendingID && !r.collected {
		return r.readMixed(ctx, behind, n)
	}
	if behind == nil {
		return find[T](r.sorted(r.rows(ctx, false), r.back), n)
	}
	if r.key == "" {
		r.edge = &edge{sign(r.descendingID != r.back), behind.ID}
	}
	return find[T](r.sorted(r.behind(r.rows(ctx, r.rises()), *behind), r.back), n)
}

// readMixed is for keys that go down while the ids of those that tie go up, as no
// index does: an engine might sort all that is behind the cursor. So it reads the
// ties of the cursor, then the keys that fit on the page as a whole, which are
// few, and last the first ties of the key that does not.
func (r reading[T]) readMixed(ctx context.Context, behind *cursor, n int) (rows []T, err error) {
	if behind != nil {
		ties := r.where(r.rows(ctx, true), " = ", *behind).Where(r.id+sign(r.descendingID != r.back)+"?", behind.ID)
		if rows, err = find[T](r.sorted(ties, r.back), n); err != nil || len(rows) == n {
			return rows, err
		}
	}
	last, found, err := r.keyAt(r.beyond(ctx, behind, false), n-len(rows))
	if err != nil {
		return nil, err
	}
	whole := r.beyond(ctx, behind, found)
	if found {
		whole = r.where(whole, sign(r.rises()), last)
	}
	more, err := find[T](r.sorted(whole, r.back), n-len(rows))
	if rows = append(rows, more...); err != nil || !found || len(rows) == n {
		return rows, err
	}
	more, err = find[T](r.sorted(r.where(r.rows(ctx, true), " = ", last), r.back), n-len(rows))
	return append(rows, more...), err
}

// beyond is a query of the keys after the cursor's. With ends, their other end is
// still to be named.
func (r reading[T]) beyond(ctx context.Context, behind *cursor, ends bool) *gorm.DB {
	bounded := ends && !r.rises() || behind != nil && r.rises()
	if behind == nil {
		return r.rows(ctx, bounded)
	}
	return r.where(r.rows(ctx, bounded), sign(!r.rises()), *behind)
}

// keyAt is the cursor of the nth row, in the order of an index; not found where
// there are fewer.
func (r reading[T]) keyAt(query *gorm.DB, n int) (last cursor, found bool, err error) {
	o := r.order
	o.descendingID = o.descending
	rows, err := find[T](o.sorted(query, r.back).Offset(n-1), 1)
	if err != nil || len(rows) == 0 {
		return last, false, err
	}
	return r.at(rows[0], r.back), true, nil
}

func find[T any](query *gorm.DB, n int) (rows []T, err error) {
	err = query.Limit(n).Find(&rows).Error
	return rows, err
}
