package tds

import "time"

// Expressions. Conditions are a kind apart: T-SQL has no boolean values.
type (
	expr any // one of the types below
	cond any // one of the types further below

	literal struct {
		kind tokenKind // tokenText, tokenNText, tokenNumber or tokenBinary
		text string
	}
	nullLiteral  struct{}
	defaultValue struct{} // the keyword, in VALUES and SET
	variable     struct{ name string }
	systemValue  struct{ name string } // @@ROWCOUNT
	columnRef    struct{ table, name string }
	unaryOp      struct {
		op string
		x  expr
	}
	binaryOp struct {
		op   string
		x, y expr
	}
	call struct {
		name     string // upper case
		args     []expr
		star     bool // COUNT(*)
		distinct bool
		over     *window
	}
	window struct {
		partition []expr
		order     []orderItem
	}
	cast struct {
		x  expr
		to sqlType
	}
	caseExpr struct {
		subject expr // nil for a searched CASE
		whens   []when
		other   expr // nil for none
	}
	when struct {
		cond  cond // of a searched CASE
		match expr // of a simple one
		value expr
	}
	subquery struct{ query *query }
	collated struct {
		x         expr
		collation string
	}
)

type (
	logical struct {
		op   string // AND, OR
		x, y cond
	}
	negation   struct{ x cond }
	comparison struct {
		op   string
		x, y expr
	}
	nullTest struct {
		x   expr
		not bool
	}
	membership struct {
		x     expr
		not   bool
		list  []expr
		query *query
	}
	between struct {
		x, low, high expr
		not          bool
	}
	likeTest struct {
		x, pattern, escape expr
		not                bool
	}
	existence struct{ query *query }
)

// Queries.
type (
	query struct {
		with   []commonTable
		body   any // *selectCore or *setOperation
		order  []orderItem
		offset expr // nil for none
		fetch  expr
	}
	commonTable struct {
		name    string
		columns []string
		query   *query
	}
	setOperation struct {
		op   string // UNION, UNION ALL, EXCEPT, INTERSECT
		x, y any
	}
	selectCore struct {
		distinct bool
		top      expr
		items    []selectItem
		from     []tableSource
		where    cond
		group    []expr
		having   cond
	}
	selectItem struct {
		x     expr
		alias string
		star  bool
		table string // u.*
	}
	orderItem struct {
		x    expr
		desc bool
	}
	// A tableSource is a table, or a query in parentheses, and how it is joined
	// to those before it.
	tableSource struct {
		join    string // "" for the first, "," or JOIN with its words
		on      cond
		schema  string
		name    string
		alias   string
		columns []string
		query   *query
		rows    [][]expr // VALUES
		locks   bool     // a hint asks for more than a shared lock
	}
)

// Statements.
type (
	statement any

	selectStatement struct{ query *query }
	insertStatement struct {
		with    []commonTable
		table   string
		columns []string
		output  []selectItem
		rows    [][]expr
		query   *query
		locks   bool
	}
	updateStatement struct {
		with   []commonTable
		top    expr
		table  string
		set    []assignment
		output []selectItem
		from   []tableSource
		where  cond
	}
	assignment struct {
		column string
		x      expr
	}
	deleteStatement struct {
		with   []commonTable
		top    expr
		table  string
		output []selectItem
		from   []tableSource
		where  cond
	}
	createTable struct {
		table   string
		columns []columnDef
		keys    []keyDef
	}
	columnDef struct {
		name      string
		typ       sqlType
		notNull   bool
		nullWord  bool // NULL or NOT NULL was written
		identity  bool
		seed      int64
		defaultTo string // the T-SQL, "" for none
		collation string
	}
	keyDef struct {
		name     string
		kind     string // PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK
		columns  []string
		parent   string
		parents  []string
		onDelete string
		check    cond
		text     string // of the check
	}
	createIndex struct {
		name, table string
		unique      bool
		columns     []string
		descending  []bool
		where       cond
	}
	alterTable struct {
		table        string
		add          []columnDef
		keys         []keyDef
		change       *columnDef // ALTER COLUMN
		dropColumn   string
		dropKey      string
		enable       string // ENABLE or DISABLE, of a trigger
		trigger      string
		dropIfExists bool
	}
	dropObject struct {
		kind     string // TABLE, INDEX, TRIGGER
		name     string
		table    string
		ifExists bool
	}
	truncateTable struct{ table string }
	createTrigger struct {
		name, table string
		instead     bool
	}
	setTrigger struct {
		enable      bool
		name, table string
	}
	createLogin struct{ name, password string }
	createUser  struct{ name string }
	grant       struct {
		rights      []string
		table, user string
	}
	setSnapshot struct{ on bool } // READ_COMMITTED_SNAPSHOT
	setOption   struct{ name, value string }
	setIdentity struct {
		table string
		on    bool
	}
	setVariable struct {
		name string
		x    expr
	}
	declare struct {
		name string
		typ  sqlType
		x    expr
	}
	transactionStatement struct {
		verb string // BEGIN, COMMIT, ROLLBACK, SAVE
		name string
	}
	ifStatement struct {
		cond        cond
		then, other statement
	}
	block     struct{ body []statement }
	waitFor   struct{ delay time.Duration }
	procedure struct{ name string }
	noop      struct{}
)
