package tds

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// A table is what the catalogue knows of one. It is kept as JSON in a table of
// the same SQLite file, so that it is as transactional as the rows.
type table struct {
	ID       int64
	Name     string
	Columns  []column
	Keys     []key
	Triggers []trigger
	Grants   map[string][]string // rights by user, both in the spelling of their first letter case
}

type column struct {
	Name      string
	Type      string
	Size      int
	Scale     int
	NotNull   bool
	Identity  bool
	Default   string // T-SQL
	Collation string // "" for what is no text
}

func (c column) typ() sqlType { return sqlType{c.Type, c.Size, c.Scale} }

// A key is a constraint or an index.
type key struct {
	Name       string
	Kind       string // PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK, UNIQUE INDEX, INDEX
	Columns    []string
	Filtered   bool // an index with a WHERE
	Parent     string
	ParentKeys []string
}

type trigger struct {
	Name     string
	Disabled bool
	Instead  bool // INSTEAD OF, not AFTER
}

// catalogSchema is the catalogue's own table; its name is no one's who asks.
const catalogSchema = `CREATE TABLE "__tds_tables" ("name" TEXT PRIMARY KEY COLLATE NOCASE, "id" INTEGER NOT NULL, "body" TEXT NOT NULL)`

func (t *table) column(name string) (column, bool) {
	for _, c := range t.Columns {
		if equalName(c.Name, name) {
			return c, true
		}
	}
	return column{}, false
}

func (t *table) identity() (column, bool) {
	for _, c := range t.Columns {
		if c.Identity {
			return c, true
		}
	}
	return column{}, false
}

func (t *table) key(name string) (key, bool) {
	for _, k := range t.Keys {
		if equalName(k.Name, name) {
			return k, true
		}
	}
	return key{}, false
}

// uniqueOver is the key whose columns those are, in any order.
func (t *table) uniqueOver(columns []string) (key, bool) {
	for _, k := range t.Keys {
		if k.unique() && sameNames(k.Columns, columns) {
			return k, true
		}
	}
	return key{}, false
}

func (k key) unique() bool {
	return k.Kind == "PRIMARY KEY" || k.Kind == "UNIQUE" || k.Kind == "UNIQUE INDEX"
}

func (t *table) hasTrigger() bool {
	return slices.ContainsFunc(t.Triggers, func(tr trigger) bool { return !tr.Disabled })
}

func sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, name := range a {
		if !slices.ContainsFunc(b, func(other string) bool { return equalName(name, other) }) {
			return false
		}
	}
	return true
}

// generatedName is a name for a constraint without: SQL Server's are as odd.
func generatedName(prefix, table string, columns []string) string {
	h := fnv.New64a()
	fmt.Fprint(h, prefix, table, columns)
	return fmt.Sprintf("%s__%.9s__%016X", prefix, table, h.Sum64())
}

// A catalogue is the tables as one version of the file has them.
type catalogue struct {
	version int64
	tables  []*table
}

func (c *catalogue) table(name string) *table {
	for _, t := range c.tables {
		if equalName(t.Name, name) {
			return t
		}
	}
	return nil
}

// children are the tables with a foreign key to the named one.
func (c *catalogue) children(name string) []*table {
	var list []*table
	for _, t := range c.tables {
		if slices.ContainsFunc(t.Keys, func(k key) bool { return equalName(k.Parent, name) && k.Kind == "FOREIGN KEY" }) {
			list = append(list, t)
		}
	}
	return list
}

// loadCatalogue makes the catalogue that of the file's version, which is read from
// there unless another session of the server has done so. Nobody changes it:
// changeCatalogue reads one of its own.
func (s *session) loadCatalogue() *sqlError {
	version, err := s.queryInt(`PRAGMA user_version`)
	if err != nil {
		return err
	}
	if known := s.server.knownCatalogue(); known != nil && known.version == version {
		s.catalogue = known
	}
	if s.catalogue != nil && s.catalogue.version == version {
		return nil
	}
	if err := s.readCatalogue(version); err != nil {
		return err
	}
	s.server.knowCatalogue(s.catalogue)
	return nil
}

func (s *session) readCatalogue(version int64) *sqlError {
	fresh := &catalogue{version: version}
	rows, err := s.queryRows(`SELECT "body" FROM "__tds_tables" ORDER BY "id"`)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t := &table{}
		if err := json.Unmarshal([]byte(row[0].(string)), t); err != nil {
			return internal(err)
		}
		fresh.tables = append(fresh.tables, t)
	}
	s.catalogue = fresh
	return nil
}

// saveTable writes a table's entry; changeCatalogue is around it.
func (s *session) saveTable(t *table) *sqlError {
	body, err := json.Marshal(t)
	if err != nil {
		return internal(err)
	}
	return s.execSQL(fmt.Sprintf(`INSERT OR REPLACE INTO "__tds_tables" VALUES (%s, %d, %s)`, quoteText(t.Name), t.ID, quoteText(string(body))))
}

// changeCatalogue runs a change of the schema as a whole or not at all.
func (s *session) changeCatalogue(change func() *sqlError) *sqlError {
	if s.tranCount > 0 {
		if err := s.beginWrite(); err != nil {
			return err
		}
	} else if err := s.execSQL("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := s.execSQL(`SAVEPOINT "__tds_change"`); err != nil {
		return err
	}
	version, err := s.queryInt(`PRAGMA user_version`)
	if err == nil {
		err = s.readCatalogue(version)
	}
	if err == nil {
		err = change()
	}
	if err == nil {
		err = s.execSQL(fmt.Sprintf("PRAGMA user_version = %d", s.server.nextVersion()))
	}
	s.catalogue = nil
	if err != nil {
		s.execSQL(`ROLLBACK TO "__tds_change"`)
	}
	s.execSQL(`RELEASE "__tds_change"`)
	if s.tranCount > 0 {
		return err
	}
	if err != nil {
		s.execSQL("ROLLBACK")
		return err
	}
	return s.execSQL("COMMIT")
}

func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ", ")
}
