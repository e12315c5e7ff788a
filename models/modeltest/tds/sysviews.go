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
	"sys.columns": {
		systemColumns("object_id:INT name column_id:INT max_length:SMALLINT collation_name is_nullable:BIT is_identity:BIT"),
		`SELECT t."id" AS "object_id", c.value->>'Name' AS "name", c.key + 1 AS "column_id",
 CASE WHEN c.value->>'Size' > 0 AND c.value->>'Type' LIKE 'N%' THEN 2 * (c.value->>'Size') ELSE c.value->>'Size' END AS "max_length",
 nullif(c.value->>'Collation', '') AS "collation_name", NOT (c.value->>'NotNull') AS "is_nullable", c.value->>'Identity' AS "is_identity"` + fromColumns,
	},
	"sys.indexes": {
		systemColumns("object_id:INT name index_id:INT is_unique:BIT is_primary_key:BIT is_unique_constraint:BIT"),
		`SELECT t."id" AS "object_id", k.value->>'Name' AS "name", k.key + 1 AS "index_id", k.value->>'Kind' <> 'INDEX' AS "is_unique",
 k.value->>'Kind' = 'PRIMARY KEY' AS "is_primary_key", k.value->>'Kind' = 'UNIQUE' AS "is_unique_constraint"` + fromKeys +
			` WHERE k.value->>'Kind' NOT IN ('FOREIGN KEY', 'CHECK')`,
	},
	"sys.triggers": {
		systemColumns("name object_id:INT parent_id:INT is_disabled:BIT"),
		`SELECT r.value->>'Name' AS "name", t."id" * 100 + r.key AS "object_id", t."id" AS "parent_id", r.value->>'Disabled' AS "is_disabled"
 FROM "__tds_tables" AS t, json_each(t."body", '$.Triggers') AS r`,
	},
}
