package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"gorm.io/driver/sqlserver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Bounds of the pools of both servers.
const (
	serverConnections = 32
	serverConnLife    = 30 * time.Minute
	serverConnIdle    = 5 * time.Minute
)

type sqlserverEngine struct {
	dsn  string
	pool *sql.DB // where it was made elsewhere
	// caseSensitive is set unless the server said that Users compares names
	// without regard to case. LOWER on a column costs the index, so a column
	// that needs none gets none.
	caseSensitive bool
	narrow        map[string]narrowColumn
}

// A narrowColumn is a CHAR or VARCHAR of the owner's: it holds the characters of
// one code page. A parameter of NVARCHAR, which texts are to the driver, would
// have each of its values converted for the comparison, and its index unused.
type narrowColumn struct {
	page      codePage
	collation string
}

// newSQLServer takes everything that go-mssqldb takes. A URL that does not say
// encrypt gets encrypt=true: the driver's default would send the data in clear
// and verify no certificate.
func newSQLServer(text string) (engine, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("the database URL is no URL: a special character of the password may need %-encoding")
	}
	query := parsed.Query()
	if !hasKey(query, "encrypt") {
		query.Set("encrypt", "true")
	}
	if !hasKey(query, "app name") {
		query.Set("app name", "rolecall")
	}
	parsed.RawQuery = query.Encode()
	return &sqlserverEngine{dsn: parsed.String(), caseSensitive: true}, nil
}

// OpenSQLServer is Open for connections that are made elsewhere, as by a driver
// that records what SQL Server would be sent.
func OpenSQLServer(ctx context.Context, connections *sql.DB, log *slog.Logger) (*DB, error) {
	return openEngine(ctx, &sqlserverEngine{pool: connections, caseSensitive: true}, log)
}

func hasKey(query url.Values, key string) bool {
	for name := range query {
		if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

func (e *sqlserverEngine) open(config *gorm.Config, log *slog.Logger) (write, read *gorm.DB, w *watch, err error) {
	pool := e.pool
	if pool == nil {
		if w, pool, err = newWatch(log, e.connect); err != nil {
			return nil, nil, nil, err
		}
	}
	db, err := openServer(sqlserver.New(sqlserver.Config{Conn: pool}), config)
	return db, db, w, err
}

func (e *sqlserverEngine) connect(d dial) (*sql.DB, error) {
	connector, err := mssql.NewConnector(e.dsn)
	if err != nil {
		return nil, err
	}
	connector.Dialer = d
	return sql.OpenDB(connector), nil
}

func openServer(dialector gorm.Dialector, config *gorm.Config) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, config)
	if err != nil {
		return nil, err
	}
	std, err := db.DB()
	if err != nil {
		return nil, err
	}
	std.SetMaxOpenConns(serverConnections)
	std.SetMaxIdleConns(serverConnections)
	std.SetConnMaxLifetime(serverConnLife)
	std.SetConnMaxIdleTime(serverConnIdle)
	return db, nil
}

// inPlace: a server's files are its own affair.
func (*sqlserverEngine) inPlace() error { return nil }

// inspect asks for the collations of the texts. A server that can't tell, or
// tells of one that is not CI, gets comparisons with LOWER: right, if slower. Which
// columns are narrow the driver knows too, save for those of UTF-8.
func (e *sqlserverEngine) inspect(db *gorm.DB, owner map[string]column) error {
	e.narrow = map[string]narrowColumn{}
	for name, column := range owner {
		if narrowKind(column.kind) {
			e.narrow[name] = narrowColumn{}
		}
	}
	var texts []struct {
		Name, Kind, Collation string
		Page                  codePage
	}
	err := db.Raw(`SELECT "COLUMN_NAME" AS "Name", "DATA_TYPE" AS "Kind", COALESCE("COLLATION_NAME", '') AS "Collation",` +
		` COALESCE(CAST(COLLATIONPROPERTY("COLLATION_NAME", 'CodePage') AS INT), 0) AS "Page"` +
		` FROM "INFORMATION_SCHEMA"."COLUMNS" WHERE "TABLE_NAME" IN ('Users', 'Roles')` +
		` AND "COLUMN_NAME" IN ('Username', 'PasswordHash', 'Email', 'FirstName', 'LastName', 'RoleName')`).Scan(&texts).Error
	e.caseSensitive = err != nil || len(texts) == 0
	for _, text := range texts {
		name := ownName(owner, text.Name)
		if name != "PasswordHash" && !strings.Contains(strings.ToUpper(text.Collation), "_CI") {
			e.caseSensitive = true
		}
		if narrowKind(text.Kind) {
			e.narrow[name] = narrowColumn{text.Page, text.Collation}
		}
	}
	return nil
}

func narrowKind(kind string) bool {
	return strings.EqualFold(kind, "varchar") || strings.EqualFold(kind, "char")
}

// ownName is ours for a column, which the server may spell in another case.
func ownName(owner map[string]column, name string) string {
	for own := range owner {
		if strings.EqualFold(own, name) {
			return own
		}
	}
	return name
}

// param: the driver sends the bytes of a mssql.VarChar as they are, so that only
// ASCII is the same text in every code page. Another text is cast by the server,
// under the column's collation. What the column can't hold equals nothing in it.
func (e *sqlserverEngine) param(column, text string) any {
	narrow, found := e.narrow[column]
	if !found {
		return text
	}
	if _, holds := narrow.page.measure(text); !holds {
		return gorm.Expr("CAST(NULL AS VARCHAR(1))")
	}
	if ascii(text) {
		return mssql.VarChar(text)
	}
	return gorm.Expr("CAST(? COLLATE "+narrow.collation+" AS VARCHAR(8000))", text)
}

func (e *sqlserverEngine) measure(column, text string) (length int64, holds bool) {
	if narrow, found := e.narrow[column]; found {
		return narrow.page.measure(text)
	}
	return characters(text)
}

func (e *sqlserverEngine) fold(expression string) string {
	if e.caseSensitive {
		return "LOWER(" + expression + ")"
	}
	return expression
}

// growing: the server plans anew when a table has grown by a good part.
func (e *sqlserverEngine) growing() string { return "" }

func (e *sqlserverEngine) begins(column string) string {
	return e.fold(column) + " LIKE " + e.fold("?") + ` ESCAPE '\'`
}

// unindexed: the server knows by its statistics.
func (*sqlserverEngine) unindexed(column string) string { return column }

// sorted: it has statistics of columns together, where they are needed.
func (*sqlserverEngine) sorted(column, _ string) string { return column }

func (*sqlserverEngine) apart() string { return "" }

func (e *sqlserverEngine) isNull(column string) string { return e.fold(column) + " IS NULL" }

// embedded is false; go-mssqldb sends a prepared statement like any other.
func (*sqlserverEngine) embedded() bool { return false }

func (*sqlserverEngine) system() string { return "microsoft.sql_server" }

func (*sqlserverEngine) cacheSQL(bool) string { return "" }

func (e *sqlserverEngine) among(column string, texts []string) clause.Expr {
	return amongParams(e, column, texts)
}

func (*sqlserverEngine) position(text, expression string) string {
	return "CHARINDEX('" + text + "', " + expression + ")"
}

func (*sqlserverEngine) off(string) string { return "0" }

func (*sqlserverEngine) word(word, argument string) string {
	switch word {
	case "id":
		return "INT IDENTITY(1,1) NOT NULL PRIMARY KEY"
	case "bigid":
		return "BIGINT IDENTITY(1,1) NOT NULL PRIMARY KEY"
	case "ref":
		return "INT"
	case "long":
		return "BIGINT"
	case "name", "string":
		return fmt.Sprintf("NVARCHAR(%s)", argument)
	case "text":
		return "NVARCHAR(MAX)"
	case "bytes":
		return "VARBINARY(MAX)"
	case "fold", "beginning":
		return argument
	}
	return ""
}

func (*sqlserverEngine) transaction() *sql.TxOptions { return nil }

func (*sqlserverEngine) rowsMost(columns int) int { return InsertMost(columns) }

func (*sqlserverEngine) insertRows(tx *gorm.DB, table string, columns []string, values []any) error {
	return insertValues(tx, "INSERT INTO", table, columns, values)
}

// fault takes 2627 (constraint) and 2601 (index) as one; which of the two a
// server reports depends on how the key was declared.
func (*sqlserverEngine) fault(err error) fault {
	var server mssql.Error
	if !errors.As(err, &server) {
		return otherFault
	}
	switch server.Number {
	case 2627, 2601:
		return duplicateFault
	case 547:
		return referenceFault
	case 2628, 8152:
		return tooLongFault
	case 1205, 1222, 3960, 40501, 40613, 10928, 10929:
		return conflictFault
	case 6005, // shutdown is in progress
		976, 983, 3906, // of an availability group: not the primary, or not yet
		40197, 49918, 49919, 49920: // Azure SQL: fails over, or has no resources
		return awayFault
	case 1105, 9002: // the files, or the log
		return fullFault
	case 208:
		return noTableFault
	case 2714:
		return existsFault
	}
	return otherFault
}

// LogText is the error's text for the log. SQL Server alone quotes values in its
// messages (2627 the key, 2628 what did not fit, 245 what is no number), and one
// may be a hash: its words are left out, its number is not.
func LogText(err error) string {
	var server mssql.Error
	if !errors.As(err, &server) || server.Message == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), server.Message, fmt.Sprintf("state %d", server.State))
}
