package tds

import (
	"fmt"
	"strings"
)

// maxKeyBytes of a nonclustered index, since SQL Server 2016.
const maxKeyBytes = 1700

// createTable makes the table, then an index for each UNIQUE.
func (s *session) createTable(d createTable) *sqlError {
	if s.catalogue.table(d.table) != nil {
		return errorf(2714, "There is already an object named '%s' in the database.", d.table)
	}
	t := &table{Name: d.table, ID: s.server.nextVersion() + 1_000_000}
	for _, c := range d.columns {
		if err := t.add(c); err != nil {
			return err
		}
	}
	if err := t.primaryKey(d.keys); err != nil {
		return err
	}
	parts, err := s.tableParts(t, d.keys)
	if err != nil {
		return err
	}
	if err := s.execSQL(fmt.Sprintf("CREATE TABLE %s (%s)", quoteName(t.Name), strings.Join(parts, ", "))); err != nil {
		return err
	}
	for _, c := range d.columns {
		if c.identity && c.seed != 1 {
			if err := s.execSQL(fmt.Sprintf(`INSERT INTO sqlite_sequence VALUES (%s, %d)`, quoteText(t.Name), c.seed-1)); err != nil {
				return err
			}
		}
	}
	if err := s.addUniques(t, d.keys); err != nil {
		return err
	}
	return s.saveTable(t)
}

// add checks a column and adds it to the table.
func (t *table) add(d columnDef) *sqlError {
	if _, ok := t.column(d.name); ok {
		return errorf(2705, "Column names in each table must be unique. Column name '%s' in table '%s' is specified more than once.", d.name, t.Name)
	}
	c, err := t.newColumn(d)
	if err != nil {
		return err
	}
	t.Columns = append(t.Columns, c)
	return nil
}

func (t *table) newColumn(d columnDef) (column, *sqlError) {
	c := column{Name: d.name, Type: d.typ.name, Size: d.typ.size, Scale: d.typ.scale,
		NotNull: d.notNull, Identity: d.identity, Default: d.defaultTo}
	if d.identity {
		if _, ok := t.identity(); ok {
			return c, errorf(2744, "Multiple identity columns specified for table '%s'. Only one identity column per table is allowed.", t.Name)
		}
		if !d.typ.in("INT", "BIGINT", "SMALLINT", "TINYINT") || d.nullWord && !d.notNull {
			return c, errorf(8147, "Could not create IDENTITY attribute on nullable column '%s', table '%s'.", d.name, t.Name)
		}
		c.NotNull = true
	}
	if d.collation != "" {
		if err := checkCollation(d.collation); err != nil {
			return c, err
		}
		if !d.typ.text() {
			return c, errorf(447, "Expression type %s is invalid for COLLATE clause.", strings.ToLower(d.typ.name))
		}
	}
	if d.typ.text() {
		if c.Collation = d.collation; c.Collation == "" || equalName(c.Collation, "DATABASE_DEFAULT") {
			c.Collation = defaultCollation
		}
	}
	return c, nil
}

// primaryKey makes the columns of the primary key NOT NULL.
func (t *table) primaryKey(keys []keyDef) *sqlError {
	primary := false
	for _, k := range keys {
		if k.kind != "PRIMARY KEY" {
			continue
		}
		if primary {
			return errorf(8110, "Cannot add multiple PRIMARY KEY constraints to table '%s'.", t.Name)
		}
		primary = true
		for _, name := range k.columns {
			for i := range t.Columns {
				if equalName(t.Columns[i].Name, name) {
					t.Columns[i].NotNull = true
				}
			}
		}
	}
	return nil
}

// tableParts are the columns and constraints of SQLite's CREATE TABLE. The
// identity is its rowid; a primary key elsewhere is then a unique index.
func (s *session) tableParts(t *table, keys []keyDef) ([]string, *sqlError) {
	var parts []string
	for _, c := range t.Columns {
		parts = append(parts, c.declaration())
	}
	for _, d := range keys {
		switch d.kind {
		case "FOREIGN KEY", "CHECK":
			part, err := s.constraint(t, d)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// declaration is the column for SQLite. What may be in it is checked when a
// value is assigned, so that ALTER COLUMN need change the catalogue alone.
func (c column) declaration() string {
	if c.Identity {
		return quoteName(c.Name) + " INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"
	}
	text := quoteName(c.Name) + " " + c.typ().declaration()
	if c.Collation != "" {
		text += " COLLATE " + sequence(c.Collation)
	}
	return text
}

// constraint adds a foreign key or a check to the table, and returns its text.
func (s *session) constraint(t *table, d keyDef) (string, *sqlError) {
	k := key{Name: d.name, Kind: d.kind, Columns: d.columns, Parent: d.parent, ParentKeys: d.parents}
	if d.kind == "CHECK" {
		if k.Name == "" {
			k.Name = generatedName("CK", t.Name, []string{d.text})
		}
		var sql string
		_, err := s.bind(func(b *binder) *program {
			b.stored = true
			b.scope.sources = []*source{{name: t.Name, columns: t.Columns, bare: true}}
			sql = b.where(d.check)
			return &program{}
		})
		t.Keys = append(t.Keys, k)
		return fmt.Sprintf("CONSTRAINT %s CHECK (%s)", quoteName(k.Name), sql), err
	}
	if k.Name == "" {
		k.Name = generatedName("FK", t.Name, d.columns)
	}
	if err := t.checkColumns(d.columns, 1769); err != nil {
		return "", err
	}
	parent := t
	if !equalName(d.parent, t.Name) {
		parent = s.catalogue.table(d.parent)
	}
	if parent == nil {
		return "", errorf(1767, "Foreign key '%s' references invalid table '%s'.", k.Name, d.parent)
	}
	if len(k.ParentKeys) == 0 {
		for _, other := range parent.Keys {
			if other.Kind == "PRIMARY KEY" {
				k.ParentKeys = other.Columns
			}
		}
	}
	if _, ok := parent.uniqueOver(k.ParentKeys); !ok && parent != t {
		return "", errorf(1776, "There are no primary or candidate keys in the referenced table '%s' that match the referencing column list in the foreign key '%s'.", d.parent, k.Name)
	}
	k.Parent = parent.Name
	t.Keys = append(t.Keys, k)
	return fmt.Sprintf("CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s", quoteName(k.Name), quoteNames(d.columns),
		quoteName(parent.Name), quoteNames(k.ParentKeys), d.onDelete), nil
}

// addUniques makes the indexes of the primary key and of the UNIQUEs.
func (s *session) addUniques(t *table, keys []keyDef) *sqlError {
	for _, d := range keys {
		if d.kind != "PRIMARY KEY" && d.kind != "UNIQUE" {
			continue
		}
		name := d.name
		if name == "" && d.kind == "PRIMARY KEY" {
			name = generatedName("PK", t.Name, d.columns)
		} else if name == "" {
			name = generatedName("UQ", t.Name, d.columns)
		}
		if err := s.addIndex(t, key{Name: name, Kind: d.kind, Columns: d.columns}, nil, ""); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) checkColumns(names []string, number int32) *sqlError {
	for _, name := range names {
		if _, ok := t.column(name); !ok {
			return errorf(number, "Column name '%s' does not exist in the target table or view.", name)
		}
	}
	return nil
}

// addIndex makes an index. SQLite's indexes share one name space, so the
// table's name is put before. A unique one gets a sister over its rows with
// NULL: they are equal to SQL Server, and never to SQLite.
func (s *session) addIndex(t *table, k key, descending []bool, where string) *sqlError {
	if _, ok := t.key(k.Name); ok {
		return errorf(1913, "The operation failed because an index or statistics with name '%s' already exists on table '%s'.", k.Name, t.Name)
	}
	if err := t.checkColumns(k.Columns, 1911); err != nil {
		return err
	}
	var list, nulls []string
	nullable, size := false, 0
	for i, name := range k.Columns {
		c, _ := t.column(name)
		if size += c.typ().bytes(); c.Size == maxSize || size > maxKeyBytes {
			return errorf(1919, "Column '%s' in table '%s' is of a type that is invalid for use as a key column in an index.", c.Name, t.Name)
		}
		list = append(list, quoteName(c.Name)+direction(i < len(descending) && descending[i]))
		null := fmt.Sprintf("COALESCE(%s, x'00')", quoteName(c.Name))
		if c.Collation != "" {
			null += " COLLATE " + sequence(c.Collation)
		}
		nulls = append(nulls, null)
		nullable = nullable || !c.NotNull
	}
	unique := ""
	if k.unique() {
		unique = "UNIQUE "
	}
	name := t.Name + "." + k.Name
	if err := s.execIndex(t, k, fmt.Sprintf("CREATE %sINDEX %s ON %s (%s)%s", unique, quoteName(name), quoteName(t.Name), strings.Join(list, ", "), where)); err != nil {
		return err
	}
	if nullable && k.unique() {
		if err := s.execIndex(t, k, fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s)%s", quoteName(name+".null"), quoteName(t.Name), strings.Join(nulls, ", "), where)); err != nil {
			return err
		}
	}
	t.Keys = append(t.Keys, k)
	return nil
}

// execIndex names the index and not the rows when there are equal ones already.
func (s *session) execIndex(t *table, k key, sql string) *sqlError {
	err := s.execSQL(sql)
	if err != nil && (err.number == 2627 || err.number == 2601) {
		return errorf(1505, "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name 'dbo.%s' and the index name '%s'.", t.Name, k.Name)
	}
	return err
}
