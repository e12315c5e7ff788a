package models

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// AlterColumn returns the SQL that a DBA would run to make the one shape of the
// other; none where there is no single statement for it.
func (db *DB) AlterColumn(table string, from, to ColumnShape) []string {
	return db.engine.alter(table, from, to)
}

// ColumnSQL returns what a DBA would run to add one of the owner's columns that
// may be NULL, "" for the others: nobody can make up their values.
func (db *DB) ColumnSQL(table, column string) string {
	for _, statement := range db.parse(0, "owner", readSchema("owner.sql")).statements {
		head, body, _ := strings.Cut(statement, "(\n")
		if head != fmt.Sprintf(`CREATE TABLE "%s" `, table) {
			continue
		}
		for line := range strings.SplitSeq(body, "\n") {
			definition := strings.Trim(line, " ,")
			if strings.HasPrefix(definition, `"`+column+`" `) && !strings.Contains(definition, "NOT NULL") && !strings.Contains(definition, "KEY") {
				return fmt.Sprintf(`ALTER TABLE "%s" ADD %s`, table, definition)
			}
		}
	}
	return ""
}

// A WantedIndex is one that statements of ours rely on, and what makes it.
type WantedIndex struct {
	Table string
	IndexShape
	SQL string
}

var indexStatement = regexp.MustCompile(`(?s)^CREATE (UNIQUE )?INDEX "(\w+)" ON "(\w+)" \((.*)\)$`)

// WantedIndexes are those that the owner's tables have where we make them.
func (db *DB) WantedIndexes() []WantedIndex {
	wanted := []WantedIndex{
		{"Users", IndexShape{"UX_Users_UserId", true, []string{"userid"}}, `CREATE UNIQUE INDEX "UX_Users_UserId" ON "Users" ("UserId")`},
		{"UserRoles", IndexShape{"IX_UserRoles_UserId", false, []string{"userid"}}, `CREATE INDEX "IX_UserRoles_UserId" ON "UserRoles" ("UserId")`},
	}
	for _, statement := range db.parse(0, "owner", readSchema("owner.sql")).statements {
		parts := indexStatement.FindStringSubmatch(statement)
		if parts == nil {
			continue
		}
		var keys []string
		for key := range strings.SplitSeq(parts[4], ", ") {
			keys = append(keys, indexKey(key))
		}
		wanted = append(wanted, WantedIndex{parts[3], IndexShape{parts[2], parts[1] != "", keys}, statement})
	}
	return wanted
}

// Index returns an index of the table that begins with the keys.
func (t TableShape) Index(keys []string) (IndexShape, bool) {
	for _, index := range t.Indexes {
		if len(index.Keys) >= len(keys) && slices.Equal(index.Keys[:len(keys)], keys) {
			return index, true
		}
	}
	return IndexShape{}, false
}
