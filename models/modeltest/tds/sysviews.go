package tds

import "strings"

// A systemView is a view that SQL Server has by itself, over the catalogue.
type systemView struct {
	columns []column
	sql     string
}

func systemColumns(words string) []column {
	var list []column
	for _, word := range strings.Fields(words) {
		name, kind, _ := strings.Cut(word, ":")
		c := column{Name: name, Type: kind}
		if kind == "" {
			c.Type, c.Size, c.Collation = typeSysname.name, typeSysname.size, defaultCollation
		}
		list = append(list, c)
	}
	return list
}

const (
	fromColumns = ` FROM "__tds_tables" AS t, json_each(t."body", '$.Columns') AS c`
	fromKeys    = ` FROM "__tds_tables" AS t, json_each(t."body", '$.Keys') AS k`
)

const onlyIndexes = ` WHERE k.value->>'Kind' NOT IN ('FOREIGN KEY', 'CHECK')`

// systemTypes have a name, an id, and a size and a precision where the type has
// none of its own.
const systemTypes = `VALUES ('DATE', 40, 3, 10), ('DATETIME2', 42, 8, 27), ('DATETIMEOFFSET', 43, 10, 34), ('TINYINT', 48, 1, 3),
 ('SMALLINT', 52, 2, 5), ('INT', 56, 4, 10), ('SMALLDATETIME', 58, 4, 16), ('REAL', 59, 4, 24), ('DATETIME', 61, 8, 23),
 ('FLOAT', 62, 8, 53), ('BIT', 104, 1, 1), ('BIGINT', 127, 8, 19), ('VARBINARY', 165, 0, 0), ('VARCHAR', 167, 0, 0),
 ('BINARY', 173, 0, 0), ('CHAR', 175, 0, 0), ('NVARCHAR', 231, 0, 0), ('NCHAR', 239, 0, 0)`

// systemViews by schema and name.
var systemViews = map[string]systemView{
	"information_schema.tables": {
		systemColumns("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE"),
		`SELECT 'rolecall' AS "TABLE_CATALOG", 'dbo' AS "TABLE_SCHEMA", t."name" AS "TABLE_NAME", 'BASE TABLE' AS "TABLE_TYPE" FROM "__tds_tables" AS t`,
	},
	"information_schema.columns": {
		systemColumns("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION:INT COLUMN_DEFAULT IS_NULLABLE DATA_TYPE CHARACTER_MAXIMUM_LENGTH:INT CHARACTER_OCTET_LENGTH:INT COLLATION_NAME"),
		`SELECT 'rolecall' AS "TABLE_CATALOG", 'dbo' AS "TABLE_SCHEMA", t."name" AS "TABLE_NAME", c.value->>'Name' AS "COLUMN_NAME",
 c.key + 1 AS "ORDINAL_POSITION", CASE WHEN c.value->>'Default' <> '' THEN '(' || (c.value->>'Default') || ')' END AS "COLUMN_DEFAULT",
 CASE WHEN c.value->>'NotNull' THEN 'NO' ELSE 'YES' END AS "IS_NULLABLE", lower(c.value->>'Type') AS "DATA_TYPE",
 nullif(c.value->>'Size', 0) AS "CHARACTER_MAXIMUM_LENGTH",
 CASE WHEN c.value->>'Size' > 0 AND c.value->>'Type' LIKE 'N%' THEN 2 * (c.value->>'Size') ELSE nullif(c.value->>'Size', 0) END AS "CHARACTER_OCTET_LENGTH",
 nullif(c.value->>'Collation', '') AS "COLLATION_NAME"` + fromColumns,
	},
	"information_schema.table_constraints": {
		systemColumns("CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE"),
		`SELECT 'rolecall' AS "CONSTRAINT_CATALOG", 'dbo' AS "CONSTRAINT_SCHEMA", k.value->>'Name' AS "CONSTRAINT_NAME", 'rolecall' AS "TABLE_CATALOG",
 'dbo' AS "TABLE_SCHEMA", t."name" AS "TABLE_NAME", k.value->>'Kind' AS "CONSTRAINT_TYPE"` + fromKeys + ` WHERE k.value->>'Kind' NOT LIKE '%INDEX'`,
	},
	"sys.tables": {
		systemColumns("name object_id:INT schema_id:INT type"),
		`SELECT t."name" AS "name", t."id" AS "object_id", 1 AS "schema_id", 'U ' AS "type" FROM "__tds_tables" AS t`,
	},
	"sys.schemas": {
		systemColumns("name schema_id:INT"),
		`SELECT 'dbo' AS "name", 1 AS "schema_id"`,
	},
	"sys.types": {
		systemColumns("name system_type_id:TINYINT user_type_id:INT"),
		`SELECT lower(column1) AS "name", column2 AS "system_type_id", column2 AS "user_type_id" FROM (` + systemTypes + `)`,
	},
	"sys.columns": {
		systemColumns("object_id:INT name column_id:INT system_type_id:TINYINT user_type_id:INT max_length:SMALLINT precision:TINYINT scale:TINYINT" +
			" collation_name is_nullable:BIT is_identity:BIT is_computed:BIT default_object_id:INT generated_always_type:TINYINT"),
		`SELECT t."id" AS "object_id", c.value->>'Name' AS "name", c.key + 1 AS "column_id", s.column2 AS "system_type_id", s.column2 AS "user_type_id",
 CASE WHEN c.value->>'Size' > 0 AND c.value->>'Type' LIKE 'N%' THEN 2 * (c.value->>'Size') WHEN c.value->>'Size' <> 0 THEN c.value->>'Size' ELSE s.column3 END AS "max_length",
 s.column4 AS "precision", c.value->>'Scale' AS "scale", nullif(c.value->>'Collation', '') AS "collation_name",
 NOT (c.value->>'NotNull') AS "is_nullable", c.value->>'Identity' AS "is_identity", 0 AS "is_computed",
 CASE WHEN c.value->>'Default' <> '' THEN t."id" * 1000 + c.key + 1 ELSE 0 END AS "default_object_id", 0 AS "generated_always_type"` + fromColumns +
			` JOIN (` + systemTypes + `) AS s ON s.column1 = c.value->>'Type'`,
	},
	"sys.indexes": {
		systemColumns("object_id:INT name index_id:INT is_unique:BIT is_primary_key:BIT is_unique_constraint:BIT is_disabled:BIT has_filter:BIT"),
		`SELECT t."id" AS "object_id", k.value->>'Name' AS "name", k.key + 1 AS "index_id", k.value->>'Kind' <> 'INDEX' AS "is_unique",
 k.value->>'Kind' = 'PRIMARY KEY' AS "is_primary_key", k.value->>'Kind' = 'UNIQUE' AS "is_unique_constraint",
 0 AS "is_disabled", k.value->>'Filtered' AS "has_filter"` + fromKeys + onlyIndexes,
	},
	"sys.index_columns": {
		systemColumns("object_id:INT index_id:INT index_column_id:INT column_id:INT key_ordinal:TINYINT is_included_column:BIT"),
		`SELECT t."id" AS "object_id", k.key + 1 AS "index_id", n.key + 1 AS "index_column_id", c.key + 1 AS "column_id",
 n.key + 1 AS "key_ordinal", 0 AS "is_included_column"` + fromKeys + `, json_each(k.value, '$.Columns') AS n
 JOIN json_each(t."body", '$.Columns') AS c ON c.value->>'Name' = n.value COLLATE NOCASE` + onlyIndexes,
	},
	"sys.triggers": {
		systemColumns("name object_id:INT parent_id:INT is_disabled:BIT is_instead_of_trigger:BIT"),
		`SELECT r.value->>'Name' AS "name", t."id" * 100 + r.key AS "object_id", t."id" AS "parent_id", r.value->>'Disabled' AS "is_disabled",
 r.value->>'Instead' AS "is_instead_of_trigger" FROM "__tds_tables" AS t, json_each(t."body", '$.Triggers') AS r WHERE r.type = 'object'`,
	},
	"sys.databases": {
		systemColumns("name database_id:INT compatibility_level:TINYINT collation_name is_read_committed_snapshot_on:BIT"),
		`SELECT 'rolecall' AS "name", 5 AS "database_id", 130 AS "compatibility_level", '` + defaultCollation + `' AS "collation_name",
 tds_snapshot() AS "is_read_committed_snapshot_on"`,
	},
}
