package models

import (
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// refusesChanges is false: a transaction can't be READ ONLY.
func (*sqlserverEngine) refusesChanges() bool { return false }

// about reads sys.databases, of whose rows every user sees that of the database
// in use.
func (*sqlserverEngine) about(tx *gorm.DB) (ServerShape, error) {
	var row struct {
		Version, Database, User, Collation string
		Snapshot, MayCreate, MayAlter      bool
	}
	err := tx.Raw(`SELECT @@VERSION AS "Version", DB_NAME() AS "Database", USER_NAME() AS "User",` +
		` d."collation_name" AS "Collation", d."is_read_committed_snapshot_on" AS "Snapshot",` +
		` COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), 'DATABASE', 'CREATE TABLE'), 0) AS "MayCreate",` +
		` COALESCE(HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME()), 'SCHEMA', 'ALTER'), 0) AS "MayAlter"` +
		` FROM "sys"."databases" AS d WHERE d."name" = DB_NAME()`).Scan(&row).Error
	version, _, _ := strings.Cut(row.Version, "\n")
	return ServerShape{
		Engine: "SQL Server", Version: strings.TrimSpace(version), Database: row.Database, User: row.User, Collation: row.Collation,
		Waits: !row.Snapshot, MayCreate: row.MayCreate && row.MayAlter,
	}, err
}

func (*sqlserverEngine) isTable(tx *gorm.DB, name string) (bool, error) {
	return anyRow(tx, fmt.Sprintf(`SELECT COUNT(*) FROM "sys"."tables" WHERE "object_id" = OBJECT_ID('%s')`, name))
}

// columns joins the types by system_type_id, so that an alias type shows as what
// it is. A rowversion, there called timestamp, gets its value by itself.
func (*sqlserverEngine) columns(tx *gorm.DB, table string) ([]ColumnShape, error) {
	var rows []struct {
		ColumnShape
		Bytes, Precision, Scale int64
	}
	err := tx.Raw(fmt.Sprintf(`SELECT c."name" AS "Name", COALESCE(t."name", 'unknown') AS "Kind", c."max_length" AS "Bytes",`+
		` c."precision" AS "Precision", c."scale" AS "Scale", c."is_nullable" AS "Nullable",`+
		` CASE WHEN c."default_object_id" <> 0 THEN 1 ELSE 0 END AS "Default",`+
		` CASE WHEN c."is_identity" = 1 OR c."is_computed" = 1 OR c."generated_always_type" <> 0 OR t."name" = 'timestamp' THEN 1 ELSE 0 END AS "Filled",`+
		` COALESCE(c."collation_name", '') AS "Collation"`+
		` FROM "sys"."columns" AS c LEFT JOIN "sys"."types" AS t ON t."user_type_id" = c."system_type_id"`+
		` WHERE c."object_id" = OBJECT_ID('%s') ORDER BY c."column_id"`, table)).Scan(&rows).Error
	columns := make([]ColumnShape, len(rows))
	for i, row := range rows {
		columns[i] = row.ColumnShape
		columns[i].Type, columns[i].Width = sqlserverType(row.Kind, row.Bytes, row.Precision, row.Scale)
	}
	return columns, err
}

// sqlserverType spells a type with its size. max_length counts bytes, of which
// a character of nvarchar has two; -1 is MAX.
func sqlserverType(kind string, bytes, precision, scale int64) (text string, width int64) {
	switch kind {
	case "nvarchar", "nchar":
		width = bytes / 2
	case "varchar", "char":
		width = bytes
	case "decimal", "numeric":
		return fmt.Sprintf("%s(%d,%d)", kind, precision, scale), 0
	case "datetime2", "datetimeoffset", "time":
		return fmt.Sprintf("%s(%d)", kind, scale), 0
	default:
		return kind, 0
	}
	if bytes < 0 {
		return kind + "(max)", 0
	}
	return fmt.Sprintf("%s(%d)", kind, width), width
}

func (*sqlserverEngine) indexes(tx *gorm.DB, table string) (rows []keyRow, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT i."name" AS "Name", i."is_unique" AS "Unique", i."has_filter" AS "Partial", c."name" AS "Key"`+
		` FROM "sys"."indexes" AS i`+
		` JOIN "sys"."index_columns" AS k ON k."object_id" = i."object_id" AND k."index_id" = i."index_id" AND k."key_ordinal" > 0`+
		` JOIN "sys"."columns" AS c ON c."object_id" = k."object_id" AND c."column_id" = k."column_id"`+
		` WHERE i."object_id" = OBJECT_ID('%s') AND i."is_disabled" = 0 ORDER BY i."index_id", k."key_ordinal"`, table)).Scan(&rows).Error
	return rows, err
}

func (*sqlserverEngine) triggers(tx *gorm.DB, table string) (triggers []TriggerShape, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT "name" AS "Name", CASE WHEN "is_disabled" = 1 THEN 0 ELSE 1 END AS "Enabled", "is_instead_of_trigger" AS "Instead"`+
		` FROM "sys"."triggers" WHERE "parent_id" = OBJECT_ID('%s') ORDER BY "name"`, table)).Scan(&triggers).Error
	return triggers, err
}

func (*sqlserverEngine) lacks(tx *gorm.DB, table string) ([]string, error) {
	return lacking(tx, `COALESCE(HAS_PERMS_BY_NAME('%s', 'OBJECT', '%s'), 0)`, table)
}

// elsewhere: a name without a schema leads to the user's default schema, then to
// dbo.
func (*sqlserverEngine) elsewhere(tx *gorm.DB) (names []string, err error) {
	err = tx.Raw(`SELECT CONCAT(s."name", '.', t."name") FROM "sys"."tables" AS t JOIN "sys"."schemas" AS s ON s."schema_id" = t."schema_id"` +
		` WHERE t."name" IN ('Users', 'Roles', 'UserRoles') AND t."object_id" <> COALESCE(OBJECT_ID(t."name"), 0)`).Scan(&names).Error
	return names, err
}

// alter repeats what shall stay: ALTER COLUMN takes a collation and a NOT NULL
// that it does not name away.
func (*sqlserverEngine) alter(table string, _, to ColumnShape) []string {
	text := fmt.Sprintf(`ALTER TABLE "%s" ALTER COLUMN "%s" %s`, table, to.Name, to.Type)
	if to.Collation != "" {
		text += " COLLATE " + to.Collation
	}
	if !to.Nullable {
		return []string{text + " NOT NULL"}
	}
	return []string{text + " NULL"}
}
