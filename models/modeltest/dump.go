package modeltest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
)

// Dump is every row of the tables, each as "column:value column:value" by the columns'
// names. The rows are sorted, those of RolecallEvents by their ids.
func Dump(t testing.TB, db *models.DB, tables []string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range tables {
		query := `SELECT * FROM "` + table + `"`
		if table == "RolecallEvents" {
			query += ` ORDER BY "EventId"`
		}
		rows, err := db.Read(context.Background()).Raw(query).Rows()
		if err != nil {
			t.Fatalf("dump %s: %v", table, err)
		}
		if all[table], err = texts(rows); err != nil {
			t.Fatalf("dump %s: %v", table, err)
		}
		if table != "RolecallEvents" {
			slices.Sort(all[table])
		}
	}
	return all
}

func texts(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, places := make([]any, len(names)), make([]any, len(names))
	order := make([]int, len(names))
	for i := range names {
		places[i], order[i] = &values[i], i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	var all []string
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		var row []byte
		for _, i := range order {
			row = fmt.Appendf(row, "%s:%v ", names[i], values[i])
		}
		all = append(all, string(row))
	}
	return all, rows.Err()
}
