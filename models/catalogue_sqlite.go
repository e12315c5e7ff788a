package models

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/ncruces/go-sqlite3/driver"
	"gorm.io/gorm"
)

// readingOnly returns the engine for one who only reads.
func (e sqliteEngine) readingOnly() sqliteEngine {
	e.reading = true
	return e
}

// openToRead opens the file so that nothing of it changes, and no other file
// appears beside it. One that is not there is taken for an empty one.
func (e sqliteEngine) openToRead(config *gorm.Config) (*gorm.DB, error) {
	if _, err := os.Stat(e.path); errors.Is(err, fs.ErrNotExist) {
		return openSQLite("file::memory:?_pragma=query_only(1)", config, 1)
	}
	mode := "mode=ro"
	if e.closedWAL() {
		mode += "&immutable=1"
	}
	return openSQLite(e.file()+"?"+mode+"&_pragma=busy_timeout(5000)&_pragma=query_only(1)", config, 1)
}

// closedWAL reports whether the file has a write-ahead log by its header (SQLite's
// file format, section 1.3) that no program has open now. A reader would make the
// log's two files, and could not remove them when it goes.
func (e sqliteEngine) closedWAL() bool {
	const versions, wal = 18, 2
	file, err := os.Open(e.path)
	if err != nil {
		return false
	}
	defer file.Close()
	var first [versions + 2]byte
	if _, err := io.ReadFull(file, first[:]); err != nil || first[versions+1] != wal {
		return false
	}
	_, err = os.Stat(e.path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}

// refusesChanges is false: the whole connection is.
func (sqliteEngine) refusesChanges() bool { return false }

// about: the rights are the file's.
func (e sqliteEngine) about(tx *gorm.DB) (server ServerShape, err error) {
	err = tx.Raw(`SELECT 'SQLite' AS "Engine", sqlite_version() AS "Version", 'BINARY' AS "Collation"`).Scan(&server).Error
	server.Database = e.path
	_, statErr := os.Stat(e.path)
	server.Missing = errors.Is(statErr, fs.ErrNotExist)
	server.MayCreate = server.Missing || e.writable()
	return server, err
}

func (e sqliteEngine) writable() bool {
	file, err := os.OpenFile(e.path, os.O_RDWR, 0)
	return err == nil && file.Close() == nil
}

func (sqliteEngine) isTable(tx *gorm.DB, name string) (bool, error) {
	return anyRow(tx, fmt.Sprintf(`SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '%s' COLLATE NOCASE`, name))
}

// columns: a type is a word here, and no bound. The declared collation of a
// column is in no PRAGMA, only in the C interface.
func (sqliteEngine) columns(tx *gorm.DB, table string) ([]ColumnShape, error) {
	var rows []struct {
		ColumnShape
		Key, Keys int
	}
	err := tx.Raw(fmt.Sprintf(`SELECT x.name AS "Name", x.type AS "Type", x."notnull" = 0 AND x.pk = 0 AS "Nullable",`+
		` x.dflt_value IS NOT NULL AS "Default", x.hidden > 1 AS "Filled", x.pk AS "Key",`+
		` (SELECT COUNT(*) FROM pragma_table_xinfo('%[1]s') AS k WHERE k.pk > 0) AS "Keys"`+
		` FROM pragma_table_xinfo('%[1]s') AS x ORDER BY x.cid`, table)).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	columns := make([]ColumnShape, len(rows))
	for i, row := range rows {
		columns[i] = row.ColumnShape
		columns[i].Kind = strings.ToLower(row.Type)
		columns[i].Filled = row.Filled || row.Key == 1 && row.Keys == 1 && columns[i].Kind == "integer" // the rowid
	}
	return columns, collations(tx, table, columns)
}

func collations(tx *gorm.DB, table string, columns []ColumnShape) error {
	std, err := tx.DB()
	if err != nil {
		return err
	}
	conn, err := std.Conn(tx.Statement.Context)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		for i, column := range columns {
			_, collation, _, _, _, err := raw.(driver.Conn).Raw().TableColumnMetadata("main", table, column.Name)
			if err == nil && collation != "BINARY" { // a view's columns have none
				columns[i].Collation = collation
			}
		}
		return nil
	})
}

// indexes adds the rowid, which is its column's index.
func (sqliteEngine) indexes(tx *gorm.DB, table string) (rows []keyRow, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT 'rowid' AS "Name", 1 AS "Unique", 0 AS "Partial", x.name AS "Key", -1 AS "Seq", 0 AS "KeySeq"`+
		` FROM pragma_table_xinfo('%[1]s') AS x WHERE x.pk = 1 AND upper(x.type) = 'INTEGER' AND (SELECT COUNT(*) FROM pragma_table_xinfo('%[1]s') AS k WHERE k.pk > 0) = 1`+
		` UNION ALL SELECT l.name, l."unique", l.partial, COALESCE(x.name, '') || CASE WHEN x.coll = 'BINARY' THEN '' ELSE ' COLLATE ' || x.coll END, l.seq, x.seqno`+
		` FROM pragma_index_list('%[1]s') AS l, pragma_index_xinfo(l.name) AS x WHERE x.key = 1 ORDER BY "Seq", "KeySeq"`, table)).Scan(&rows).Error
	return rows, err
}

func (sqliteEngine) triggers(tx *gorm.DB, table string) (triggers []TriggerShape, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT name AS "Name", 1 AS "Enabled", sql LIKE '%%INSTEAD OF%%' AS "Instead"`+
		` FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '%s' COLLATE NOCASE ORDER BY name`, table)).Scan(&triggers).Error
	return triggers, err
}

func (e sqliteEngine) lacks(*gorm.DB, string) ([]string, error) {
	if e.writable() {
		return nil, nil
	}
	return fourRights[1:], nil
}

// elsewhere: there is one schema, and names ignore letter case.
func (sqliteEngine) elsewhere(*gorm.DB) ([]string, error) { return nil, nil }

// alter: SQLite changes a column by making the table anew.
func (sqliteEngine) alter(string, ColumnShape, ColumnShape) []string { return nil }
