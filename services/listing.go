package services

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// A listing is a list that is read in pages. It falls into stretches, one behind
// the other: those without a last name, say, and then the others by it. So each
// statement asks for what one index has in that very order.
type listing[T any] struct {
	name      string // the sort parameter that its cursors belong to
	stretches []stretch[T]
	rows      func(context.Context, *edge) *gorm.DB // a fresh query of them, from the edge on, if there is one
	count     func() (size, error)
	blanks    *blanks // nil remembers nothing
}

// A stretch is in an order of its own. Of several parts, none has a key.
type stretch[T any] struct {
	order[T]
	name  string // in cursors
	parts []part
}

// A part is some of the rows of a stretch, found by a condition of their own:
// where there is a key, the least that it may be.
type part struct {
	where string // "" for all
	args  []any
	id    string // what the order has as its id, by which this part is found; "" for the same

	// foreign is for rows that only other programs make: there are none of them for as
	// long as there were none, whatever we change.
	foreign bool
}

// wholePart is for a stretch that has no parts.
var wholePart = []part{{}}

// A placed row knows in which stretch it was found.
type placed[T any] struct {
	item    T
	stretch *stretch[T]
}

// page reads the page that the cursor names, the first one where it names none.
func (l listing[T]) page(ctx context.Context, limit int, from cursor) (Page[T], error) {
	limit, err := pageSize(limit)
	if err != nil {
		return Page[T]{}, err
	}
	total, err := l.count()
	if err != nil {
		return Page[T]{}, fmt.Errorf("count: %w", err)
	}
	if from.End && total.rows > 0 { // the last page ends where it would if one had gone through all
		limit = int((total.rows-1)%int64(limit)) + 1
	}
	rows, err := l.read(ctx, from, limit+1)
	if err != nil {
		return Page[T]{}, fmt.Errorf("list: %w", err)
	}
	more := len(rows) > limit
	rows = rows[:min(limit, len(rows))]
	if from.Back {
		slices.Reverse(rows)
	}
	return l.assemble(rows, from, total, from.given() && (more || !from.Back), more && !from.Back || from.Back && !from.End), nil
}

// assemble makes the page of its rows. before and after say whether there are
// more in that direction; a page without rows has none that a cursor could name.
func (l listing[T]) assemble(rows []placed[T], from cursor, total size, before, after bool) Page[T] {
	page := Page[T]{Total: total.rows}
	end := cursor{Order: l.name, Back: true, End: true}.String()
	if len(rows) == 0 {
		if before && total.rows > 0 { // the rows here are gone
			page.Last = end
		}
		return page
	}
	for _, row := range rows {
		page.Items = append(page.Items, row.item)
	}
	n := int64(len(rows))
	if page.First, page.Total = place(from, n, total.rows, before, after); total.more {
		page.First, page.Total = placeOfMore(from, n, total.rows, before, after)
		page.More = after
	}
	if after {
		page.Next, page.Last = rows[n-1].cursor(page.First+n-1, false), end
	}
	if before {
		page.Previous = rows[0].cursor(page.First, true)
	}
	return page
}

func (p placed[T]) cursor(place int64, back bool) string {
	c := p.stretch.at(p.item, back)
	c.Stretch, c.Place = p.stretch.name, place
	return c.String()
}

// place is where a page of n rows begins in the whole list, and how many that
// has. What the cursor says, and a count that was kept, is right but for rows
// that came or went meanwhile: what is known for sure corrects it.
func place(from cursor, n, total int64, before, after bool) (first, all int64) {
	switch {
	case !before && !after:
		return 1, n
	case !before:
		return 1, max(total, n+1)
	case !after:
		total = max(total, n+1)
		return total - n + 1, total
	}
	total = max(total, n+2)
	first = from.Place + 1
	if from.Back {
		first = from.Place - n
	}
	return min(max(first, 2), total-n), total
}

// placeOfMore is place where there are more than least, as far as is known: more than
// are seen to be, if that says more.
func placeOfMore(from cursor, n, least int64, before, after bool) (first, all int64) {
	first = from.Place + 1
	if from.Back {
		first = from.Place - n
	}
	if first = max(first, 2); !before {
		first = 1
	}
	if !after {
		return first, first + n - 1
	}
	return first, max(least, first+n-1)
}

// read returns up to n rows in the cursor's direction: behind its row, or, where
// it is at none, from the end of the list that it begins at.
func (l listing[T]) read(ctx context.Context, from cursor, n int) ([]placed[T], error) {
	behind := &from
	if !from.given() || from.End {
		behind = nil
	}
	ahead, err := l.ahead(from, behind)
	if err != nil {
		return nil, err
	}
	var rows []placed[T]
	for _, s := range ahead {
		items, err := l.readStretch(ctx, s, behind, from.Back, n-len(rows))
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			rows = append(rows, placed[T]{item, s})
		}
		if len(rows) == n {
			break
		}
		behind = nil
	}
	return rows, nil
}

// ahead are the stretches from the cursor's on, in its direction.
func (l listing[T]) ahead(from cursor, behind *cursor) ([]*stretch[T], error) {
	list := make([]*stretch[T], len(l.stretches))
	for i := range l.stretches {
		list[i] = &l.stretches[i]
	}
	if from.Back {
		slices.Reverse(list)
	}
	if behind == nil {
		return list, nil
	}
	i := slices.IndexFunc(list, func(s *stretch[T]) bool { return s.name == from.Stretch })
	if i < 0 {
		return nil, errCursor
	}
	return list[i:], nil
}

// readStretch merges the rows of the parts.
func (l listing[T]) readStretch(ctx context.Context, s *stretch[T], behind *cursor, back bool, n int) ([]T, error) {
	var rows []T
	for _, p := range s.parts {
		r := reading[T]{order: s.order, part: p, back: back, list: l.rows}
		if p.id != "" {
			r.id, r.twin = p.id, r.id
		}
		found, err := l.readPart(ctx, r, behind, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	if len(s.parts) > 1 {
		slices.SortFunc(rows, func(a, b T) int {
			if s.descendingID != back {
				a, b = b, a
			}
			return cmp.Compare(s.idOf(a), s.idOf(b))
		})
	}
	return rows[:min(n, len(rows))], nil
}

// readPart reads the rows, unless it is known that the part has none.
func (l listing[T]) readPart(ctx context.Context, r reading[T], behind *cursor, n int) ([]T, error) {
	if l.blanks == nil {
		return r.read(ctx, behind, n)
	}
	blank := func(ctx context.Context) (bool, error) {
		rows, err := r.read(ctx, nil, 1)
		return len(rows) == 0, err
	}
	if empty, err := l.blanks.has(ctx, r.part, behind, blank); empty || err != nil {
		return nil, err
	}
	begin := time.Now()
	rows, err := r.read(ctx, behind, n)
	if err == nil && behind == nil && len(rows) == 0 {
		l.blanks.keep(r.part, begin)
	}
	return rows, err
}

// A blanks remembers which parts of a list are empty: to find nothing may take
// the longest of all.
type blanks struct {
	memory  *memory[bool]
	list    string // names what the list leaves out
	changes uint64
}

// has reports whether the part is known to be empty. Of what is foreign that is
// found out first, for a page from the middle would never come to know it.
func (b blanks) has(ctx context.Context, p part, behind *cursor, blank func(context.Context) (bool, error)) (bool, error) {
	key, changes := b.key(p)
	if p.foreign && behind != nil {
		return b.memory.get(ctx, key, changes, blank)
	}
	empty, known := b.memory.recall(ctx, key, changes, blank)
	return empty && known, nil
}

func (b blanks) keep(p part, begin time.Time) {
	key, changes := b.key(p)
	b.memory.keep(key, changes, begin, true)
}

func (b blanks) key(p part) (key string, changes uint64) {
	if p.foreign {
		return fmt.Sprintf("%s %q", p.where, p.args), 0
	}
	return fmt.Sprintf("%s %s %q", b.list, p.where, p.args), b.changes
}
