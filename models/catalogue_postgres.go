package models

import (
	"fmt"

	"gorm.io/gorm"
)

// refusesChanges is true: a transaction can be READ ONLY.
func (postgresEngine) refusesChanges() bool { return true }

func (postgresEngine) about(tx *gorm.DB) (server ServerShape, err error) {
	err = tx.Raw(`SELECT 'PostgreSQL' AS "Engine", split_part(version(), ' on ', 1) AS "Version", current_database() AS "Database", current_user AS "User",` +
		` (SELECT d.datcollate FROM pg_database AS d WHERE d.datname = current_database()) AS "Collation", FALSE AS "Waits",` +
		` COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE) AS "MayCreate"`).Scan(&server).Error
	return server, err
}

func (postgresEngine) isTable(tx *gorm.DB, name string) (bool, error) {
	return anyRow(tx, fmt.Sprintf(`SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('"%s"') AND relkind IN ('r', 'p')`, name))
}

// columns: the modifier of a varchar is its length and four more.
func (postgresEngine) columns(tx *gorm.DB, table string) (columns []ColumnShape, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT a.attname AS "Name", format_type(a.atttypid, a.atttypmod) AS "Type", t.typname AS "Kind",`+
		` CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END AS "Width",`+
		` NOT a.attnotnull AS "Nullable", a.atthasdef AS "Default", (a.attidentity <> '' OR a.attgenerated <> '') AS "Filled",`+
		` CASE WHEN c.collname IS NULL OR c.collname = 'default' THEN '' ELSE c.collname END AS "Collation"`+
		` FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_collation AS c ON c.oid = a.attcollation`+
		` WHERE a.attrelid = to_regclass('"%s"') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, table)).Scan(&columns).Error
	return columns, err
}

// indexes names the operator class where it is one for LIKE.
func (postgresEngine) indexes(tx *gorm.DB, table string) (rows []keyRow, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT i.relname AS "Name", x.indisunique AS "Unique", x.indpred IS NOT NULL AS "Partial",`+
		` pg_get_indexdef(x.indexrelid, k.n, TRUE) || CASE WHEN o.opcname LIKE '%%pattern_ops' THEN ' ' || o.opcname ELSE '' END AS "Key"`+
		` FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid`+
		` CROSS JOIN LATERAL generate_series(1, x.indnkeyatts::int) AS k(n) JOIN pg_opclass AS o ON o.oid = x.indclass[k.n - 1]`+
		` WHERE x.indrelid = to_regclass('"%s"') AND x.indisvalid ORDER BY i.relname, k.n`, table)).Scan(&rows).Error
	return rows, err
}

// triggers: bit 6 of tgtype is INSTEAD OF.
func (postgresEngine) triggers(tx *gorm.DB, table string) (triggers []TriggerShape, err error) {
	err = tx.Raw(fmt.Sprintf(`SELECT tgname AS "Name", tgenabled <> 'D' AS "Enabled", (tgtype & 64) <> 0 AS "Instead"`+
		` FROM pg_trigger WHERE tgrelid = to_regclass('"%s"') AND NOT tgisinternal ORDER BY tgname`, table)).Scan(&triggers).Error
	return triggers, err
}

// lacks counts a right to single columns as one. Who may insert needs the
// sequence of a SERIAL column too; an identity column asks for no right.
func (postgresEngine) lacks(tx *gorm.DB, table string) ([]string, error) {
	lacks, err := lacking(tx, `CASE WHEN has_table_privilege(to_regclass('"%[1]s"'), '%[2]s')`+
		` OR '%[2]s' <> 'DELETE' AND has_any_column_privilege(to_regclass('"%[1]s"'), NULLIF('%[2]s', 'DELETE')) THEN 1 ELSE 0 END`, table)
	if err != nil {
		return nil, err
	}
	var sequences []string
	err = tx.Raw(fmt.Sprintf(`SELECT s.relname FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid`+
		` WHERE d.refobjid = to_regclass('"%s"') AND d.deptype = 'a' AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') END`, table)).Scan(&sequences).Error
	for _, name := range sequences {
		lacks = append(lacks, `USAGE ON SEQUENCE "`+name+`"`)
	}
	return lacks, err
}

// elsewhere: an unquoted name became lower case when the table was made, and
// search_path may not lead to its schema.
func (postgresEngine) elsewhere(tx *gorm.DB) (names []string, err error) {
	err = tx.Raw(`SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace` +
		` WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND lower(c.relname) IN ('users', 'roles', 'userroles')` +
		` AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE')` +
		` AND c.oid NOT IN (SELECT r FROM unnest(ARRAY[to_regclass('"Users"'), to_regclass('"Roles"'), to_regclass('"UserRoles"')]) AS r WHERE r IS NOT NULL)` +
		` ORDER BY n.nspname = current_schema() DESC, 1`).Scan(&names).Error
	return names, err
}

func (postgresEngine) alter(table string, from, to ColumnShape) (statements []string) {
	start := fmt.Sprintf(`ALTER TABLE "%s" ALTER COLUMN "%s" `, table, to.Name)
	if to.Type != from.Type {
		statements = append(statements, start+"TYPE "+to.Type)
	}
	if to.Nullable && !from.Nullable {
		statements = append(statements, start+"DROP NOT NULL")
	}
	return statements
}
