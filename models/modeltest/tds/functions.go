package tds

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// Flags of tds_like.
const (
	likeFolds = 1
	likeWide  = 2
)

// A scalar is a function for SQLite. No argument of its is NULL, unless nulls
// is set: NULL gives NULL.
type scalar struct {
	name  string
	args  int
	call  func(args []any) (any, *sqlError)
	nulls bool
	own   bool // it depends on the session: SQLite may not keep it in a schema
}

// registerFunctions gives the session's connection the functions that the
// binder writes.
func (s *session) registerFunctions() error {
	scalars := append(textFunctions(),
		scalar{name: "tds_divide", args: 2, call: divide},
		scalar{name: "tds_modulo", args: 2, call: modulo},
		scalar{name: "tds_cast", args: 2, call: s.castCall, nulls: true, own: true},
		scalar{name: "tds_assign", args: 2, call: s.assignCall, nulls: true, own: true},
		scalar{name: "tds_object_id", args: 1, call: s.objectIDCall, own: true},
		scalar{name: "tds_has_perms", args: 3, call: s.hasPermsCall, own: true},
		scalar{name: "tds_snapshot", args: 0, call: s.snapshotCall, own: true})
	var errs []error
	for _, f := range scalars {
		flags := sqlite3.INNOCUOUS
		if !f.own {
			flags |= sqlite3.DETERMINISTIC
		}
		errs = append(errs, s.db.CreateFunction(f.name, f.args, flags, s.scalarFunction(f)))
	}
	return errors.Join(errs...)
}

// scalarFunction carries arguments, results and errors over to SQLite.
func (s *session) scalarFunction(f scalar) sqlite3.ScalarFunction {
	return func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		args := make([]any, len(arg))
		for i, v := range arg {
			args[i] = argument(v)
			if args[i] == nil && !f.nulls {
				ctx.ResultNull()
				return
			}
		}
		result, err := f.call(args)
		if err != nil {
			s.raised = err
			ctx.ResultError(err)
			return
		}
		switch v := result.(type) {
		case nil:
			ctx.ResultNull()
		case int:
			ctx.ResultInt(v)
		case int64:
			ctx.ResultInt64(v)
		case float64:
			ctx.ResultFloat(v)
		case bool:
			ctx.ResultBool(v)
		case string:
			ctx.ResultText(v)
		case []byte:
			ctx.ResultBlob(v)
		}
	}
}

func argument(v sqlite3.Value) any {
	switch v.Type() {
	case sqlite3.INTEGER:
		return v.Int64()
	case sqlite3.FLOAT:
		return v.Float()
	case sqlite3.TEXT:
		return v.Text()
	case sqlite3.BLOB:
		return v.Blob(nil)
	}
	return nil
}

func (s *session) castCall(args []any) (any, *sqlError) {
	return convertValue(args[0], s.targets[args[1].(int64)].to)
}

// assignCall remembers the value for the text of errors 2601 and 2627.
func (s *session) assignCall(args []any) (any, *sqlError) {
	c := s.targets[args[1].(int64)]
	v, err := assignValue(args[0], c)
	shown := "<NULL>"
	if v != nil {
		shown = fmt.Sprint(v)
	}
	s.assigned[[2]string{c.table, c.column}] = shown
	return v, err
}

func (s *session) objectIDCall(args []any) (any, *sqlError) {
	name := strings.NewReplacer("[", "", "]", "", `"`, "").Replace(asText(args[0]))
	name = name[strings.LastIndexByte(name, '.')+1:]
	if t := s.catalogueTable(name); t != nil && s.sees(t) {
		return t.ID, nil
	}
	return nil, nil
}

func divide(args []any) (any, *sqlError) {
	x, xInt := args[0].(int64)
	y, yInt := args[1].(int64)
	switch {
	case asFloat(args[1]) == 0:
		return nil, errorf(8134, "Divide by zero error encountered.")
	case xInt && yInt:
		return x / y, nil
	}
	return asFloat(args[0]) / asFloat(args[1]), nil
}

func modulo(args []any) (any, *sqlError) {
	x, xInt := args[0].(int64)
	y, yInt := args[1].(int64)
	switch {
	case !xInt || !yInt:
		return nil, errorf(402, "The data types are incompatible in the modulo operator.")
	case y == 0:
		return nil, errorf(8134, "Divide by zero error encountered.")
	}
	return x % y, nil
}

func asFloat(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

func asText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return fmt.Sprint(v)
}

func asInt(v any) int {
	switch v := v.(type) {
	case int64:
		return int(v)
	case float64:
		return int(v)
	}
	return 0
}
