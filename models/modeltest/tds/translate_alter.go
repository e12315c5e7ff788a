package tds

import (
	"fmt"
	"slices"
	"strings"
)

// existing finds a table for DDL.
func (s *session) existing(name string) (*table, *sqlError) {
	t := s.catalogue.table(name)
	if t == nil {
		return nil, errorf(4902, `Cannot find the object "%s" because it does not exist or you do not have permissions.`, name)
	}
	return t, nil
}

func (s *session) createIndex(d createIndex) *sqlError {
	t, err := s.existing(d.table)
	if err != nil {
		return errorf(1088, `Cannot find the object "%s" because it does not exist or you do not have permissions.`, d.table)
	}
	where := ""
	if d.where != nil {
		if _, err := s.bind(func(b *binder) *program {
			b.stored = true
			b.scope.sources = []*source{{name: t.Name, columns: t.Columns, bare: true}}
			where = " WHERE " + b.where(d.where)
			return &program{}
		}); err != nil {
			return err
		}
	}
	k := key{Name: d.name, Kind: "INDEX", Columns: d.columns, Filtered: d.where != nil}
	if d.unique {
		k.Kind = "UNIQUE INDEX"
	}
	if err := s.addIndex(t, k, d.descending, where); err != nil {
		return err
	}
	return s.saveTable(t)
}

func (s *session) alterTable(d alterTable) *sqlError {
	t, err := s.existing(d.table)
	if err != nil {
		return err
	}
	switch {
	case d.enable != "":
		return s.setTrigger(setTrigger{d.enable == "ENABLE", d.trigger, d.table})
	case d.change != nil:
		err = s.changeColumn(t, *d.change)
	case d.dropColumn != "":
		err = s.dropColumn(t, d)
	case d.dropKey != "":
		err = s.dropKey(t, d.dropKey, d.dropIfExists)
	default:
		err = s.addColumns(t, d)
	}
	if err != nil {
		return err
	}
	return s.saveTable(t)
}

func (s *session) addColumns(t *table, d alterTable) *sqlError {
	for _, c := range d.add {
		if c.identity {
			return unsupported("ALTER TABLE ADD IDENTITY")
		}
		if err := t.add(c); err != nil {
			return err
		}
		added := t.Columns[len(t.Columns)-1]
		text := added.declaration()
		value, err := s.valueForOldRows(t, added)
		if err != nil {
			return err
		}
		if added.NotNull && value != "" {
			text += " DEFAULT " + value
		}
		if err := s.execSQL(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", quoteName(t.Name), text)); err != nil {
			return err
		}
	}
	for _, k := range d.keys {
		if k.kind != "UNIQUE" {
			return unsupported("ALTER TABLE ADD " + k.kind)
		}
	}
	return s.addUniques(t, d.keys)
}

// changeColumn is ALTER COLUMN: the rows must fit, and what an index has in it
// may only grow.
func (s *session) changeColumn(t *table, d columnDef) *sqlError {
	old, ok := t.column(d.name)
	if !ok {
		return errorf(4924, "ALTER TABLE ALTER COLUMN failed because column '%s' does not exist in table '%s'.", d.name, t.Name)
	}
	changed, err := t.newColumn(d)
	if err != nil {
		return err
	}
	changed.Name, changed.Default = old.Name, old.Default
	if changed.typ().text() != old.typ().text() || old.Identity {
		return unsupported("ALTER COLUMN to " + d.typ.name)
	}
	grown := changed.Type == old.Type && changed.NotNull == old.NotNull && equalName(changed.Collation, old.Collation) && changed.Size >= old.Size
	for _, k := range t.Keys {
		if !grown && slices.ContainsFunc(k.Columns, func(name string) bool { return equalName(name, old.Name) }) {
			return errorf(5074, "The object '%s' is dependent on column '%s'.", k.Name, old.Name)
		}
	}
	for i := range t.Columns {
		if t.Columns[i].Name == old.Name {
			t.Columns[i] = changed
		}
	}
	return s.rewrite(t, changed)
}

// rewrite converts a column's values to its type.
func (s *session) rewrite(t *table, c column) *sqlError {
	p, err := s.bind(func(b *binder) *program {
		b.verb = "UPDATE"
		value := b.intoColumn(t, c, bound{sql: quoteName(c.Name)})
		return &program{sql: fmt.Sprintf("UPDATE %s SET %s = %s", quoteName(t.Name), quoteName(c.Name), value), table: t, command: commandUpdate}
	})
	if err != nil {
		return err
	}
	_, err = s.execute(p)
	return err
}

// valueForOldRows is what a new NOT NULL column has in the rows that there are:
// its default as of now, as a literal. New rows never use SQLite's default.
func (s *session) valueForOldRows(t *table, c column) (string, *sqlError) {
	if !c.NotNull {
		return "", nil
	}
	rows, err := s.queryInt(fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s)", quoteName(t.Name)))
	if err != nil || rows == 0 {
		return "", err
	}
	if c.Default == "" {
		return "", errorf(4901, "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified, or the column being added is an identity or timestamp column, or alternatively if none of the previous conditions are satisfied the table must be empty to allow addition of this column. Column '%s' cannot be added to non-empty table '%s' because it does not satisfy these conditions.", c.Name, t.Name)
	}
	p, err := s.bind(func(b *binder) *program {
		return &program{sql: "SELECT quote(" + b.assign(t, c, defaultValue{}) + ")"}
	})
	if err != nil {
		return "", err
	}
	s.targets = p.targets
	rowsOf, err := s.queryRows(p.sql)
	if err != nil {
		return "", err
	}
	return rowsOf[0][0].(string), nil
}

func (s *session) dropColumn(t *table, d alterTable) *sqlError {
	c, ok := t.column(d.dropColumn)
	if !ok {
		if d.dropIfExists {
			return nil
		}
		return errorf(4924, "ALTER TABLE DROP COLUMN failed because column '%s' does not exist in table '%s'.", d.dropColumn, t.Name)
	}
	for _, k := range t.Keys {
		if slices.ContainsFunc(k.Columns, func(name string) bool { return equalName(name, c.Name) }) {
			return errorf(5074, "The object '%s' is dependent on column '%s'.", k.Name, c.Name)
		}
	}
	if c.Default != "" {
		return errorf(5074, "The object 'DF__%s' is dependent on column '%s'.", c.Name, c.Name)
	}
	t.Columns = slices.DeleteFunc(t.Columns, func(other column) bool { return other.Name == c.Name })
	return s.execSQL(fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", quoteName(t.Name), quoteName(c.Name)))
}

// dropKey drops an index or a constraint that is one.
func (s *session) dropKey(t *table, name string, ifExists bool) *sqlError {
	k, ok := t.key(name)
	if !ok {
		if ifExists {
			return nil
		}
		return errorf(3728, "'%s' is not a constraint.", name)
	}
	if k.Kind == "FOREIGN KEY" || k.Kind == "CHECK" {
		return unsupported("DROP CONSTRAINT of a " + k.Kind)
	}
	t.Keys = slices.DeleteFunc(t.Keys, func(other key) bool { return other.Name == k.Name })
	for _, suffix := range []string{"", ".null"} {
		if err := s.execSQL("DROP INDEX IF EXISTS " + quoteName(t.Name+"."+k.Name+suffix)); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) drop(d dropObject) *sqlError {
	switch d.kind {
	case "TABLE":
		return s.dropTable(d)
	case "TRIGGER":
		return s.dropTrigger(d)
	}
	t := s.catalogue.table(d.table)
	if t != nil {
		if k, ok := t.key(d.name); ok && strings.HasSuffix(k.Kind, "INDEX") {
			if err := s.dropKey(t, d.name, false); err != nil {
				return err
			}
			return s.saveTable(t)
		}
	}
	if d.ifExists {
		return nil
	}
	return errorf(3701, "Cannot drop the index '%s.%s', because it does not exist or you do not have permission.", d.table, d.name)
}

func (s *session) dropTable(d dropObject) *sqlError {
	t := s.catalogue.table(d.name)
	if t == nil {
		if d.ifExists {
			return nil
		}
		return errorf(3701, "Cannot drop the table '%s', because it does not exist or you do not have permission.", d.name)
	}
	for _, child := range s.catalogue.children(t.Name) {
		if child != t {
			return errorf(3726, "Could not drop object '%s' because it is referenced by a FOREIGN KEY constraint.", t.Name)
		}
	}
	if err := s.execSQL("DROP TABLE " + quoteName(t.Name)); err != nil {
		return err
	}
	return s.execSQL(`DELETE FROM "__tds_tables" WHERE "name" = ` + quoteText(t.Name))
}

// createTrigger remembers that there is one. Its body does not run.
func (s *session) createTrigger(d createTrigger) *sqlError {
	t := s.catalogue.table(d.table)
	if t == nil {
		return errorf(8197, "The object '%s' does not exist or is invalid for this operation.", d.table)
	}
	for _, other := range s.catalogue.tables {
		if slices.ContainsFunc(other.Triggers, func(tr trigger) bool { return equalName(tr.Name, d.name) }) {
			return errorf(2714, "There is already an object named '%s' in the database.", d.name)
		}
	}
	t.Triggers = append(t.Triggers, trigger{Name: d.name, Instead: d.instead})
	return s.saveTable(t)
}

func (s *session) setTrigger(d setTrigger) *sqlError {
	t, err := s.existing(d.table)
	if err != nil {
		return err
	}
	found := d.name == "ALL"
	for i := range t.Triggers {
		if d.name == "ALL" || equalName(t.Triggers[i].Name, d.name) {
			t.Triggers[i].Disabled = !d.enable
			found = true
		}
	}
	if !found {
		return errorf(4920, "ALTER TABLE failed because trigger '%s' on table '%s' does not exist.", d.name, t.Name)
	}
	return s.saveTable(t)
}

func (s *session) dropTrigger(d dropObject) *sqlError {
	for _, t := range s.catalogue.tables {
		kept := slices.DeleteFunc(slices.Clone(t.Triggers), func(tr trigger) bool { return equalName(tr.Name, d.name) })
		if len(kept) < len(t.Triggers) {
			t.Triggers = kept
			return s.saveTable(t)
		}
	}
	if d.ifExists {
		return nil
	}
	return errorf(3701, "Cannot drop the trigger '%s', because it does not exist or you do not have permission.", d.name)
}
