package services

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"
)

// A listing is a list that is read in pages. It falls into stretches, one behind
// the other: those without a last name, say, and then the others by it. So each
// statement asks for what one index has in that very order.
type listing[T any] struct {
	name      string // the sort parameter that its cursors belong to
	stretches []stretch[T]
	rows      func() *gorm.DB // a fresh query of them
	count     func() (int64, error)
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
}

// wholePart is for a stretch that has no parts.
var wholePart = []part{{}}

// A placed row knows in which stretch it was found.
type placed[T any] struct {
	item    T
	stretch *stretch[T]
}

// page reads the page that the cursor names, "" for the first.
func (l listing[T]) page(limit int, at string) (Page[T], error) {
	limit, err := pageSize(limit)
	if err != nil {
		return Page[T]{}, err
	}
	var from cursor
	if at != "" {
		if from, err = parseCursor(at, l.name); err != nil {
			return Page[T]{}, err
		}
	}
	total, err := l.count()
	if err != nil {
		return Page[T]{}, fmt.Errorf("count: %w", err)
	}
	if from.End && total > 0 { // the last page ends where it would if one had gone through all
		limit = int((total-1)%int64(limit)) + 1
	}
	rows, err := l.read(from, at != "", limit+1)
	if err != nil {
		return Page[T]{}, fmt.Errorf("list: %w", err)
	}
	more := len(rows) > limit
	rows = rows[:min(limit, len(rows))]
	if from.Back {
		slices.Reverse(rows)
	}
	return l.assemble(rows, from, total, at != "" && (more || !from.Back), more && !from.Back || from.Back && !from.End), nil
}

// assemble makes the page of its rows. before and after say whether there are
// more in that direction; a page without rows has none that a cursor could name.
func (l listing[T]) assemble(rows []placed[T], from cursor, total int64, before, after bool) Page[T] {
	page := Page[T]{Total: total}
	end := cursor{Order: l.name, Back: true, End: true}.String()
	if len(rows) == 0 {
		if before && total > 0 { // the rows here are gone
			page.Last = end
		}
		return page
	}
	for _, row := range rows {
		page.Items = append(page.Items, row.item)
	}
	page.First, page.Total = place(from, int64(len(rows)), total, before, after)
	if after {
		page.Next, page.Last = rows[len(rows)-1].cursor(page.First+int64(len(rows))-1, false), end
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

// read returns up to n rows in the cursor's direction: behind its row, or, where
// it is at none, from the end of the list that it begins at.
func (l listing[T]) read(from cursor, at bool, n int) ([]placed[T], error) {
	behind := &from
	if !at || from.End {
		behind = nil
	}
	ahead, err := l.ahead(from, behind)
	if err != nil {
		return nil, err
	}
	var rows []placed[T]
	for _, s := range ahead {
		items, err := l.readStretch(s, behind, from.Back, n-len(rows))
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
func (l listing[T]) readStretch(s *stretch[T], behind *cursor, back bool, n int) ([]T, error) {
	var rows []T
	for _, p := range s.parts {
		r := reading[T]{order: s.order, part: p, back: back, list: l.rows}
		r.id = cmp.Or(p.id, r.id)
		found, err := l.readPart(r, behind, n)
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

// readPart reads the rows. Of a whole part it may be known that there are none.
func (l listing[T]) readPart(r reading[T], behind *cursor, n int) (rows []T, err error) {
	if behind != nil || l.blanks == nil {
		return r.read(behind, n)
	}
	err = l.blanks.read(r.part, func() (int, error) {
		rows, err = r.read(nil, n)
		return len(rows), err
	})
	return rows, err
}
