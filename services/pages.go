package services

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// A Page is a part of a list. Next and Previous are cursors, "" where there is
// nothing more; a cursor is good for the order that it came from.
type Page[T any] struct {
	Items    []T
	Total    int64 // of the whole list, under the same filters
	Next     string
	Previous string
}

// Limits of the rows on a page.
const (
	pageLimit    = 50
	pageLimitMax = 200
)

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
	idOf         func(T) int64
	descendingID bool
	preload      string // the association to read along, "" for none
}

// A cursor names the row that a page begins behind, or ends before.
type cursor struct {
	Order string `json:"o"`
	Text  string `json:"t,omitempty"`
	Int   int64  `json:"n,omitempty"`
	ID    int64  `json:"i"`
	Back  bool   `json:"b,omitempty"`
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

func parseCursor(text, order string) (cursor, error) {
	refused := models.InvalidField("cursor", "This is no cursor of this list in this order. Begin at the first page.")
	var c cursor
	if len(text) > cursorMax {
		return c, refused
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Order != order {
		return c, refused
	}
	c.Text = clean(c.Text)
	return c, nil
}

// page reads the rows that filter leaves, in that order. read gives a fresh
// handle each time it is asked.
func page[T any](db *gorm.DB, filter func(*gorm.DB) *gorm.DB, o order[T], limit int, at string) (Page[T], error) {
	var result Page[T]
	if limit == 0 {
		limit = pageLimit
	}
	if limit < 1 || limit > pageLimitMax {
		return result, models.InvalidField("limit", fmt.Sprintf("Use a number from 1 to %d.", pageLimitMax))
	}
	var from cursor
	query := filter(db)
	if at != "" {
		var err error
		if from, err = parseCursor(at, o.name); err != nil {
			return result, err
		}
		query = o.behind(query, from)
	}
	if err := filter(db).Count(&result.Total).Error; err != nil {
		return result, fmt.Errorf("count: %w", err)
	}
	if err := o.sorted(query, from.Back).Limit(limit + 1).Find(&result.Items).Error; err != nil {
		return result, fmt.Errorf("list: %w", err)
	}
	more := len(result.Items) > limit
	result.Items = result.Items[:min(limit, len(result.Items))]
	if from.Back {
		slices.Reverse(result.Items)
	}
	if n := len(result.Items); n > 0 {
		if more || from.Back {
			result.Next = o.cursor(result.Items[n-1], false)
		}
		if at != "" && (more || !from.Back) {
			result.Previous = o.cursor(result.Items[0], true)
		}
	}
	return result, nil
}

func (o order[T]) cursor(row T, back bool) string {
	c := cursor{Order: o.name, ID: o.idOf(row), Back: back}
	if o.key != "" {
		switch key := o.keyOf(row).(type) {
		case string:
			c.Text = key
		case int64:
			c.Int = key
		}
	}
	return c.String()
}

// behind keeps the rows after the cursor's (or before it, for one that goes back).
func (o order[T]) behind(query *gorm.DB, c cursor) *gorm.DB {
	idSign := sign(o.descendingID != c.Back)
	if o.key == "" {
		return query.Where(o.id+idSign+"?", c.ID)
	}
	var key any = c.Text
	if o.textParam != nil {
		key = o.textParam(c.Text)
	}
	if _, isInt := o.keyOf(*new(T)).(int64); isInt {
		key = c.Int
	}
	keySign := sign(o.descending != c.Back)
	// The first condition says nothing new, but is one that an index can begin at.
	return query.Where(o.key+strings.TrimRight(keySign, " ")+"= "+o.keyParam, key).
		Where(fmt.Sprintf("(%[1]s%[2]s%[3]s OR %[1]s = %[3]s AND %[4]s%[5]s?)", o.key, keySign, o.keyParam, o.id, idSign),
			key, key, c.ID)
}

func (o order[T]) sorted(query *gorm.DB, back bool) *gorm.DB {
	if o.preload != "" {
		query = query.Preload(o.preload)
	}
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
