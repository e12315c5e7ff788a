package services

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// A Page is a part of a list. Next, Previous and Last are cursors, "" where there
// is nothing more; a cursor is good for the order that it came from.
type Page[T any] struct {
	Items    []T
	First    int64 // the place of the first item in the whole list, from 1; 0 where there is none
	Total    int64 // of the whole list, under the same filters
	More     bool  // there are more than Total, for whoever was in a hurry
	Next     string
	Previous string
	Last     string
}

// Limits of the rows on a page.
const (
	pageLimit    = 50
	pageLimitMax = 200
)

func pageSize(limit int) (int, error) {
	if limit == 0 {
		return pageLimit, nil
	}
	if limit < 1 || limit > pageLimitMax {
		return 0, models.InvalidField("limit", fmt.Sprintf("Use a number from 1 to %d.", pageLimitMax))
	}
	return limit, nil
}

// An order is a total one: by a key, then by the id. Pages continue behind the
// last row seen (keyset), so the thousandth costs what the first does.
type order[T any] struct {
	name         string           // the sort parameter that it belongs to
	key          string           // SQL expression; "" sorts by the id alone
	keyParam     string           // what its parameter is wrapped in, such as LOWER(?)
	keyOf        func(T) any      // the row's key, a string or an int64
	textParam    func(string) any // what a key that is a text goes to the database as
	descending   bool
	id           string // SQL expression
	twin         string // another, of a table joined by it: a server may begin there
	idOf         func(T) int64
	descendingID bool
	collected    bool // and then sorted: no index has the order
}

// A cursor names the row that a page begins behind, or ends before, or else the
// end of the list.
type cursor struct {
	Order   string `json:"o"`
	Stretch string `json:"s,omitempty"` // of the list: see listing
	Text    string `json:"t,omitempty"`
	Int     int64  `json:"n,omitempty"`
	ID      int64  `json:"i,omitempty"`
	Place   int64  `json:"p,omitempty"` // of the row, from 1, as it was then
	Back    bool   `json:"b,omitempty"`
	End     bool   `json:"e,omitempty"` // with Back: the page ends with the list
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// cursorMax bounds what is decoded, in bytes.
const cursorMax = 2048

var errCursor = models.InvalidField("cursor", "This is no cursor of this list in this order. Begin at the first page.")

// given tells a cursor from none.
func (c cursor) given() bool { return c.Order != "" }

// parseCursor reads the cursor of a list in that order; "" is none.
func parseCursor(text, order string) (cursor, error) {
	var c cursor
	if text == "" {
		return c, nil
	}
	if len(text) > cursorMax {
		return c, errCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Order != order {
		return c, errCursor
	}
	c.Text = clean(c.Text)
	return c, nil
}

// page reads the rows that filter leaves, in that order.
func page[T any](ctx context.Context, db *models.DB, filter func(*gorm.DB) *gorm.DB, o order[T], limit int, at string) (Page[T], error) {
	from, err := parseCursor(at, o.name)
	if err != nil {
		return Page[T]{}, err
	}
	l := listing[T]{
		name:      o.name,
		stretches: []stretch[T]{{order: o, parts: wholePart}},
		rows:      func(ctx context.Context, _ *edge) *gorm.DB { return filter(db.Read(ctx)) },
		count: func() (total size, err error) {
			err = filter(db.Read(ctx)).Count(&total.rows).Error
			return total, err
		},
	}
	return l.page(ctx, limit, from)
}

func (o order[T]) cursor(row T, back bool) string { return o.at(row, back).String() }

// at is the cursor behind the row, or before it.
func (o order[T]) at(row T, back bool) cursor {
	c := cursor{Order: o.name, ID: o.idOf(row), Back: back}
	if o.key != "" {
		switch key := o.keyOf(row).(type) {
		case string:
			c.Text = key
		case int64:
			c.Int = key
		}
	}
	return c
}

// behind keeps the rows after the cursor's (or before it, for one that goes back).
func (o order[T]) behind(query *gorm.DB, c cursor) *gorm.DB {
	idSign := sign(o.descendingID != c.Back)
	if o.key == "" {
		if o.twin != "" {
			query = query.Where(o.twin+idSign+"?", c.ID)
		}
		return query.Where(o.id+idSign+"?", c.ID)
	}
	key, keySign := o.keyOfCursor(c), sign(o.descending != c.Back)
	// The first condition is one that an index can begin at.
	return query.Where(o.key+strings.TrimRight(keySign, " ")+"= "+o.keyParam, key).
		Where(fmt.Sprintf("(%s%s%s OR %s%s?)", o.key, keySign, o.keyParam, o.id, idSign), key, c.ID)
}

// where compares the key with the cursor's.
func (o order[T]) where(query *gorm.DB, sign string, c cursor) *gorm.DB {
	return query.Where(o.key+sign+o.keyParam, o.keyOfCursor(c))
}

// keyOfCursor is what the cursor's key goes to the database as.
func (o order[T]) keyOfCursor(c cursor) any {
	if _, isInt := o.keyOf(*new(T)).(int64); isInt {
		return c.Int
	}
	if o.textParam != nil {
		return o.textParam(c.Text)
	}
	return c.Text
}

func (o order[T]) sorted(query *gorm.DB, back bool) *gorm.DB {
	if o.key != "" {
		query = query.Order(o.key + direction(o.descending != back))
	}
	return query.Order(o.id + direction(o.descendingID != back))
}

func sign(down bool) string {
	if down {
		return " < "
	}
	return " > "
}

func direction(down bool) string {
	if down {
		return " DESC"
	}
	return ""
}
