package models

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// A column is one of the owner's: its name as the database spells it, "" where
// there is none, its type in the driver's word, and its width in characters, 0
// where the driver tells none.
type column struct {
	name, kind string
	width      int64
}

// ownerColumns are what the service needs of the owner's tables.
var ownerColumns = []struct {
	table   string
	model   any
	columns []string
}{
	{"Users", &User{}, []string{"UserId", "Username", "PasswordHash", "Email", "FirstName", "LastName"}},
	{"Roles", &Role{}, []string{"RoleId", "RoleName"}},
	{"UserRoles", &Membership{}, []string{"UserId", "RoleId"}},
}

// activeColumn is the owner's own switch, obeyed where there is one.
const activeColumn = "IsActive"

// HashWidth is that of a bcrypt hash, in characters.
const HashWidth = 60

// inspect reads the shape of the owner's tables and fails, naming all that is
// missing, when the service could not work on them.
func (db *DB) inspect(ctx context.Context) error {
	var missing []string
	db.owner = map[string]column{}
	for _, want := range ownerColumns {
		found, err := db.columnsOf(db.write.WithContext(ctx), want.table)
		if err != nil {
			return err
		}
		for _, name := range want.columns {
			db.owner[name] = find(found, name)
			if !db.readable(ctx, want.table, name, find(found, name)) {
				missing = append(missing, want.table+"."+name)
			}
		}
		if err := db.spell(want.model, found); err != nil {
			return err
		}
		if want.table == "Users" {
			db.ownerActive = find(found, activeColumn)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the database lacks %s", strings.Join(missing, ", "))
	}
	if width := db.owner["PasswordHash"].width; width > 0 && width < HashWidth {
		return fmt.Errorf("Users.PasswordHash holds %d characters, and a hash has %d", width, HashWidth)
	}
	if err := db.preparePrincipal(ctx); err != nil {
		return fmt.Errorf("prepare the statement of every request: %w", err)
	}
	return db.engine.inspect(db.write.WithContext(ctx), db.owner)
}

// columnsOf returns the columns of a table, nil where there is no such table.
// An empty result set tells them, so no engine's catalogue is asked, and what
// counts is what this login may read.
func (db *DB) columnsOf(tx *gorm.DB, table string) ([]column, error) {
	rows, err := tx.Raw(fmt.Sprintf(`SELECT * FROM "%s" WHERE 1 = 0`, table)).Rows()
	if err != nil && db.engine.fault(err) == noTableFault {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	columns := make([]column, len(types))
	for i, kind := range types {
		width, _ := kind.Length()
		columns[i] = column{kind.Name(), strings.ToUpper(kind.DatabaseTypeName()), width}
	}
	return columns, rows.Err()
}

// readable reports whether our statements find the column. A spelling that
// differs from ours is the same name to some engines only, so the server is asked.
func (db *DB) readable(ctx context.Context, table, name string, found column) bool {
	if found.name == name || found.name == "" {
		return found.name == name
	}
	rows, err := db.write.WithContext(ctx).Raw(fmt.Sprintf(`SELECT "%s" FROM "%s" WHERE 1 = 0`, name, table)).Rows()
	if err != nil {
		return false
	}
	return errors.Join(rows.Err(), rows.Close()) == nil
}

// spell tells GORM how the owner spells the columns: it looks those of a result
// up by their exact names.
func (db *DB) spell(model any, columns []column) error {
	for _, pool := range db.pools() {
		statement := &gorm.Statement{DB: pool}
		if err := statement.Parse(model); err != nil {
			return fmt.Errorf("map %T: %w", model, err)
		}
		fields := statement.Schema.FieldsByDBName
		for _, name := range statement.Schema.DBNames {
			if owner := find(columns, name).name; owner != "" {
				fields[owner] = fields[name]
			}
		}
	}
	return nil
}

// characters is the measure of the engines whose columns hold every text.
func characters(text string) (length int64, holds bool) {
	return int64(utf8.RuneCountInString(text)), true
}

// find ignores letter case, as SQL Server does under its default collation.
func find(columns []column, name string) column {
	for _, column := range columns {
		if strings.EqualFold(column.name, name) {
			return column
		}
	}
	return column{}
}

// missingOwnerTables returns a step for each of the owner's tables that is not
// there. Such a step has a version below the history's and the table's name.
func (db *DB) missingOwnerTables(ctx context.Context) ([]step, error) {
	var steps []step
	for i, section := range strings.Split(readSchema("owner.sql"), "\n\n")[1:] {
		title, text, _ := strings.Cut(section, "\n")
		table := strings.TrimPrefix(title, "-- ")
		found, err := db.columnsOf(db.write.WithContext(ctx), table)
		if err != nil {
			return nil, err
		}
		if found == nil {
			steps = append(steps, db.parse(int64(-1-i), table, text))
		}
	}
	return steps, nil
}

// CheckUser is CheckUser, and that each value fits into the owner's column.
func (db *DB) CheckUser(username, email, firstName, lastName string) FieldErrors {
	fields := CheckUser(username, email, firstName, lastName)
	fields.check("username", db.checkText("Username", username))
	fields.check("email", db.checkText("Email", email))
	fields.check("first_name", db.checkText("FirstName", firstName))
	fields.check("last_name", db.checkText("LastName", lastName))
	return fields
}

// CheckRole is CheckRole, and that the name fits into the owner's column.
func (db *DB) CheckRole(name, description string) FieldErrors {
	fields := CheckRole(name, description)
	fields.check("role_name", db.checkText("RoleName", name))
	return fields
}

// CheckHash says in a sentence why the owner's column can't keep the hash, or "".
func (db *DB) CheckHash(hash string) string { return db.checkText("PasswordHash", hash) }

func (db *DB) checkText(column, value string) string {
	length, holds := db.engine.measure(column, value)
	if !holds {
		return "Use other characters: this database can't keep all of these."
	}
	if width := db.owner[column].width; width > 0 && length > width {
		return fmt.Sprintf("Use at most %d characters: this database keeps no more.", width)
	}
	return ""
}

var quotedName = regexp.MustCompile(`"(\w+)"`)

// Param is what a text goes to the database as, to be compared with the text
// column that the SQL expression names. Where the column can't hold the text,
// nothing equals it.
func (db *DB) Param(expression, text string) any {
	column := expression
	if names := quotedName.FindAllStringSubmatch(expression, -1); names != nil {
		column = names[len(names)-1][1]
	}
	return db.engine.param(column, text)
}

// OwnerRow makes of the values for a row of the owner's what goes to the
// database.
func (db *DB) OwnerRow(values map[string]any) map[string]any {
	row := maps.Clone(values)
	for column, value := range values {
		if text, ok := value.(string); ok {
			row[column] = db.engine.param(column, text)
		}
	}
	return row
}

// OwnerActive returns what writes the state into the owner's Users: nothing
// where the owner keeps none.
func (db *DB) OwnerActive(active bool) map[string]any {
	if db.ownerActive.name == "" {
		return map[string]any{}
	}
	if kind := db.ownerActive.kind; strings.HasPrefix(kind, "BOOL") || kind == "BIT" {
		return map[string]any{db.ownerActive.name: active}
	}
	if active {
		return map[string]any{db.ownerActive.name: 1}
	}
	return map[string]any{db.ownerActive.name: 0}
}

// ownerActiveSQL is the owner's state as 1 or 0; a NULL is no refusal.
func (db *DB) ownerActiveSQL() string {
	if db.ownerActive.name == "" {
		return "1"
	}
	return fmt.Sprintf(`CASE WHEN u."%s" = %s THEN 0 ELSE 1 END`, db.ownerActive.name, db.engine.off(db.ownerActive.kind))
}
