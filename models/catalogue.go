package models

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"gorm.io/gorm"
)

// A Catalogue is what a database says of itself: what the service would find
// there, before anything is done to it.
type Catalogue struct {
	Server    ServerShape  `json:"server"`
	Tables    []TableShape `json:"tables"`              // Users, Roles and UserRoles, then ours that are there
	Elsewhere []string     `json:"elsewhere,omitempty"` // tables of those names that our statements would not reach
	Pending   []string     `json:"pending,omitempty"`   // what Prepare would apply
	Unread    []Unread     `json:"unread,omitempty"`    // what the login could not find out
}

// A ServerShape is the server and the database, as far as it matters to us.
type ServerShape struct {
	Engine    string `json:"engine"`   // "SQLite", "PostgreSQL" or "SQL Server"
	Version   string `json:"version"`  // in the server's own words
	Database  string `json:"database"` // its name, or the file's path
	Missing   bool   `json:"missing"`  // there is no such file yet
	User      string `json:"user"`     // whom the login is to the database; "" on SQLite
	Collation string `json:"collation"`
	// Waits: those who read wait for those who write (SQL Server without
	// READ_COMMITTED_SNAPSHOT).
	Waits     bool `json:"waits"`
	MayCreate bool `json:"may_create"` // tables, where our statements look for them
}

// A TableShape is a table or a view.
type TableShape struct {
	Name     string         `json:"name"`
	Found    bool           `json:"found"`
	View     bool           `json:"view"`              // a view, or a synonym: what is beneath is not seen here
	Missing  []string       `json:"missing,omitempty"` // columns that the service needs and would not find
	Columns  []ColumnShape  `json:"columns,omitempty"`
	Indexes  []IndexShape   `json:"indexes,omitempty"`
	Triggers []TriggerShape `json:"triggers,omitempty"`
	Lacks    []string       `json:"lacks,omitempty"` // which of SELECT, INSERT, UPDATE, DELETE the login may not
}

// A ColumnShape is a column.
type ColumnShape struct {
	Name      string `json:"name"`
	Type      string `json:"type"`  // in full, such as "varchar(50)"
	Kind      string `json:"kind"`  // without its size, in lower case
	Width     int64  `json:"width"` // in characters; 0 where there is no bound
	Nullable  bool   `json:"nullable"`
	Default   bool   `json:"default"`   // there is one
	Filled    bool   `json:"filled"`    // by the database: an identity, or computed
	Collation string `json:"collation"` // "" for the database's, and for what is no text
}

// An IndexShape is an index, a key or a constraint with one.
type IndexShape struct {
	Name   string   `json:"name"`
	Unique bool     `json:"unique"`
	Keys   []string `json:"keys"` // columns or expressions, as indexKey writes them
}

// A TriggerShape is a trigger.
type TriggerShape struct {
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
	Instead bool   `json:"instead"` // INSTEAD OF
}

// Unread is a part of the catalogue that was not to be had, and why.
type Unread struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// A reader reads an engine's catalogue. It sends SELECTs, and changes nothing.
type reader interface {
	about(tx *gorm.DB) (ServerShape, error)
	// isTable tells a table from a view.
	isTable(tx *gorm.DB, name string) (bool, error)
	columns(tx *gorm.DB, table string) ([]ColumnShape, error)
	indexes(tx *gorm.DB, table string) ([]keyRow, error)
	triggers(tx *gorm.DB, table string) ([]TriggerShape, error)
	// lacks returns which of the four rights the login has not.
	lacks(tx *gorm.DB, table string) ([]string, error)
	// elsewhere looks for the owner's tables where an unqualified, quoted name
	// does not lead.
	elsewhere(tx *gorm.DB) ([]string, error)
	// alter returns what a DBA runs to make the one column of the other, none
	// where the engine has no such statement. We never run it.
	alter(table string, from, to ColumnShape) []string
}

// OpenToRead is Open for a report on the database: no file and no journal is
// made, and what the DB reads by ReadOnly changes nothing.
func OpenToRead(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	engine, err := engineFor(url)
	if err != nil {
		return nil, err
	}
	if file, ok := engine.(sqliteEngine); ok {
		engine = file.readingOnly()
	}
	return openEngine(ctx, engine, log)
}

// ReadOnly runs fn in a transaction in which the server refuses every change,
// where there is such a thing; else without one.
func (db *DB) ReadOnly(ctx context.Context, fn func(tx *gorm.DB) error) error {
	if db.engine.refusesChanges() {
		return db.read.WithContext(ctx).Transaction(fn, &sql.TxOptions{ReadOnly: true})
	}
	return fn(db.read.WithContext(ctx))
}

// Catalogue reads the catalogue. What this login may not read is among Unread;
// an error is a database that does not answer.
func (db *DB) Catalogue(ctx context.Context) (Catalogue, error) {
	var c Catalogue
	db.unread(ctx, &c, "the server's settings", func(tx *gorm.DB) (err error) {
		c.Server, err = db.engine.about(tx)
		return err
	})
	for _, want := range ownerColumns {
		c.Tables = append(c.Tables, db.tableShape(ctx, &c, want.table, want.columns))
	}
	for _, name := range db.OwnTables() {
		if table := db.tableShape(ctx, &c, name, nil); table.Found {
			c.Tables = append(c.Tables, table)
		}
	}
	db.unread(ctx, &c, "tables of the same names elsewhere", func(tx *gorm.DB) (err error) {
		c.Elsewhere, err = db.engine.elsewhere(tx)
		return err
	})
	steps, err := db.pending(ctx)
	if err != nil {
		c.Unread = append(c.Unread, Unread{"the record of migrations", LogText(err)})
	}
	for _, step := range steps {
		c.Pending = append(c.Pending, step.name)
	}
	return c, db.Ping(ctx)
}

// unread runs fn, and notes where it failed.
func (db *DB) unread(ctx context.Context, c *Catalogue, what string, fn func(tx *gorm.DB) error) {
	if err := db.ReadOnly(ctx, fn); err != nil {
		c.Unread = append(c.Unread, Unread{what, LogText(err)})
	}
}

// tableShape reads what there is to know of one table. Whether there is one, and
// which columns, is asked as our statements ask: by selecting from it.
func (db *DB) tableShape(ctx context.Context, c *Catalogue, name string, needed []string) TableShape {
	table := TableShape{Name: name}
	selected, err := db.columnsOf(db.Read(ctx), name)
	if table.Found = selected != nil || err != nil; !table.Found {
		return table
	}
	for _, column := range needed {
		if err == nil && !db.readable(ctx, name, column, find(selected, column)) {
			table.Missing = append(table.Missing, column)
		}
	}
	for _, part := range []struct {
		what string
		read func(tx *gorm.DB) error
	}{
		{"what " + name + " is", func(tx *gorm.DB) error {
			found, err := db.engine.isTable(tx, name)
			table.View = err == nil && !found && selected != nil // one that is denied is in no catalogue
			return err
		}},
		{"the columns of " + name, into(&table.Columns, name, db.engine.columns)},
		{"the indexes of " + name, func(tx *gorm.DB) error {
			rows, err := db.engine.indexes(tx, name)
			table.Indexes = indexesOf(rows)
			return err
		}},
		{"the triggers of " + name, into(&table.Triggers, name, db.engine.triggers)},
		{"the rights to " + name, into(&table.Lacks, name, db.engine.lacks)},
	} {
		db.unread(ctx, c, part.what, part.read)
	}
	return table
}

// into reads a part of the table to where it belongs.
func into[T any](to *[]T, table string, read func(*gorm.DB, string) ([]T, error)) func(*gorm.DB) error {
	return func(tx *gorm.DB) (err error) {
		*to, err = read(tx, table)
		return err
	}
}

// Table returns the shape of the named table.
func (c Catalogue) Table(name string) TableShape {
	for _, table := range c.Tables {
		if table.Name == name {
			return table
		}
	}
	return TableShape{Name: name}
}

// Column finds a column of the owner's as DB.Prepare does, letter case aside.
func (t TableShape) Column(name string) (ColumnShape, bool) {
	for _, column := range t.Columns {
		if strings.EqualFold(column.Name, name) {
			return column, true
		}
	}
	return ColumnShape{}, false
}

// A keyRow is one key of an index, as an engine's catalogue tells it.
type keyRow struct {
	Name    string `gorm:"column:Name"`
	Unique  bool   `gorm:"column:Unique"`
	Partial bool   `gorm:"column:Partial"`
	Key     string `gorm:"column:Key"`
}

// indexesOf puts the rows of one index together. One over a part of the rows
// serves no statement of ours.
func indexesOf(rows []keyRow) []IndexShape {
	var indexes []IndexShape
	for _, row := range rows {
		if row.Partial {
			continue
		}
		last := len(indexes) - 1
		if last < 0 || indexes[last].Name != row.Name {
			indexes = append(indexes, IndexShape{Name: row.Name, Unique: row.Unique})
			last++
		}
		indexes[last].Keys = append(indexes[last].Keys, indexKey(row.Key))
	}
	return indexes
}

var keySigns = strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "", "::text", "", "::character varying", "", "varchar_pattern_ops", "text_pattern_ops")

// indexKey is one spelling of a key, for ours and for what a catalogue says:
// PostgreSQL shows lower("Username") as lower(("Username")::text).
func indexKey(text string) string {
	text = strings.ToLower(strings.TrimSpace(keySigns.Replace(text)))
	return strings.NewReplacer("((", "(", "))", ")").Replace(text)
}

var createdTable = regexp.MustCompile(`CREATE TABLE "(Rolecall\w+)"`)

// OwnTables are the tables that our history makes.
func (db *DB) OwnTables() []string {
	names := []string{Migration{}.TableName()}
	for _, step := range db.history() {
		for _, statement := range step.statements {
			if parts := createdTable.FindStringSubmatch(statement); parts != nil {
				names = append(names, parts[1])
			}
		}
	}
	return names
}

// fourRights are what the service needs of each table.
var fourRights = []string{"SELECT", "INSERT", "UPDATE", "DELETE"}

// anyRow reports whether the query for a number finds one.
func anyRow(tx *gorm.DB, query string) (bool, error) {
	var count int64
	err := tx.Raw(query).Row().Scan(&count)
	return count > 0, err
}

// lacking returns those of the four rights that a row of four answers denies.
func lacking(tx *gorm.DB, answer string, table string) ([]string, error) {
	expressions := make([]string, len(fourRights))
	for i, right := range fourRights {
		expressions[i] = fmt.Sprintf(`SELECT '%s' AS "Name", %s AS "May"`, right, fmt.Sprintf(answer, table, right))
	}
	var rows []struct {
		Name string `gorm:"column:Name"`
		May  int    `gorm:"column:May"`
	}
	err := tx.Raw(strings.Join(expressions, " UNION ALL ")).Scan(&rows).Error
	var lacks []string
	for _, row := range rows {
		if row.May == 0 {
			lacks = append(lacks, row.Name)
		}
	}
	return lacks, err
}
