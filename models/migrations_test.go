package models_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// open opens the database without preparing it.
func open(t testing.TB, url string, log *slog.Logger) *models.DB {
	t.Helper()
	db, err := models.Open(context.Background(), url, log)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// What a new database lacks beside its record: the files of the history, and the
// owner's tables.
const (
	steps       = 9
	ownerTables = 3
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// rows are all rows of a table, as text, sorted.
func rows(t testing.TB, db *models.DB, query string) []string {
	t.Helper()
	var found []map[string]any
	if err := db.Read(context.Background()).Raw(query).Scan(&found).Error; err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	texts := make([]string, len(found))
	for i, row := range found {
		texts[i] = fmt.Sprint(row)
	}
	slices.Sort(texts)
	return texts
}

func TestPrepareIsIdempotent(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := modeltest.Open(t, url)
		before := rows(t, db, `SELECT * FROM "RolecallMigrations"`)
		if len(before) != 1+steps {
			t.Errorf("the record has %d rows, want the lock and %d steps: %v", len(before), steps, before)
		}
		if got := rows(t, db, `SELECT "RoleName" FROM "Roles"`); len(got) != 2 {
			t.Errorf("a new database has the roles %v, want the two built-in ones", got)
		}
		var log bytes.Buffer
		again := open(t, url, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		for _, apply := range []bool{true, false} {
			if err := again.Prepare(t.Context(), apply); err != nil {
				t.Errorf("Prepare(%t) again = %v, want nil", apply, err)
			}
		}
		if diff := cmp.Diff(before, rows(t, db, `SELECT * FROM "RolecallMigrations"`)); diff != "" {
			t.Errorf("the record changed (-before +after):\n%s", diff)
		}
		if !strings.Contains(log.String(), "msg=statement") {
			t.Errorf("no statement is in the log:\n%s", &log)
		}
		for line := range strings.SplitSeq(strings.TrimSpace(log.String()), "\n") {
			if strings.Contains(line, "msg=statement") && !strings.Contains(line, `sql="SELECT `) {
				t.Errorf("Prepare on a prepared database sent %s", line)
			}
		}
	})
}

func TestPrepareAtOnce(t *testing.T) {
	for _, n := range []int{2, 8} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			modeltest.EachURL(t, func(t *testing.T, _, url string) {
				errs := make([]error, n)
				var all sync.WaitGroup
				for i := range n {
					all.Go(func() {
						db, err := models.Open(context.Background(), url, quiet())
						if err == nil {
							err = db.Prepare(context.Background(), true)
							_ = db.Close()
						}
						errs[i] = err
					})
				}
				all.Wait()
				for i, err := range errs {
					if err != nil {
						t.Errorf("program %d: %v", i, err)
					}
				}
				db := modeltest.Open(t, url)
				for table, want := range map[string]int{"RolecallMigrations": 1 + steps, "RolecallLocks": 18, "Roles": 2} {
					if got := rows(t, db, `SELECT * FROM "`+table+`"`); len(got) != want {
						t.Errorf("%s holds %v, want %d rows", table, got, want)
					}
				}
			})
		})
	}
}

func TestCheckRefusesAnOldSchema(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := open(t, url, quiet())
		err := db.Prepare(t.Context(), false)
		want := fmt.Sprintf("%d steps", 1+ownerTables+steps)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Prepare of an empty database = %v, want a refusal that counts %s", err, want)
		}
		if err := db.Prepare(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `DELETE FROM "RolecallMigrations" WHERE "Version" = 3`, `DROP TABLE "RolecallEvents"`)
		err = db.Prepare(t.Context(), false)
		if err == nil || !strings.Contains(err.Error(), "1 steps") || !strings.Contains(err.Error(), "0003_events") {
			t.Errorf("Prepare of an old schema = %v, want a refusal that names 0003_events", err)
		}
		if err := db.Prepare(t.Context(), true); err != nil {
			t.Errorf("Prepare of an old schema = %v, want nil", err)
		}
	})
}

func exec(t testing.TB, db *models.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if err := db.WriteHandle().WithContext(context.Background()).Exec(statement).Error; err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// A DBA runs what PrintMigrations prints; then nothing is left to do.
func TestPrintMigrations(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := open(t, url, quiet())
		var text bytes.Buffer
		if err := db.PrintMigrations(t.Context(), &text); err != nil {
			t.Fatalf("PrintMigrations: %v", err)
		}
		if strings.Contains(text.String(), "{") || strings.Contains(text.String(), ";;") {
			t.Errorf("the SQL has words that no engine knows:\n%s", &text)
		}
		for statement := range strings.SplitSeq(text.String(), ";\n") {
			if strings.TrimSpace(statement) != "" {
				exec(t, db, statement)
			}
		}
		if err := db.Prepare(t.Context(), false); err != nil {
			t.Errorf("Prepare(check) after the printed SQL = %v, want nil", err)
		}
		text.Reset()
		if err := db.PrintMigrations(t.Context(), &text); err != nil || text.Len() != 0 {
			t.Errorf("PrintMigrations afterwards = %q, %v, want nothing", &text, err)
		}
	})
}

// A step that fails leaves nothing, and the next start goes on from there.
func TestFailedStepLeavesNothing(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, _, url string) {
		db := open(t, url, quiet())
		exec(t, db, `CREATE TABLE "RolecallLocks" ("X" INTEGER)`) // 0001 makes it last
		if err := db.Prepare(t.Context(), true); err == nil || !strings.Contains(err.Error(), "0001_accounts") {
			t.Fatalf("Prepare = %v, want a failure of 0001_accounts", err)
		}
		exec(t, db, `DROP TABLE "RolecallLocks"`)
		if err := db.Prepare(t.Context(), true); err != nil {
			t.Errorf("Prepare after the obstacle went = %v, want nil", err)
		}
	})
}

// Every column of a model is in its migrated table, and the other way round.
// Each table has a model here.
func TestMigrationsFitModels(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		left := db.OwnTables()
		for _, model := range []any{
			&models.User{}, &models.Role{}, &models.Membership{}, &models.Account{}, &models.RoleNote{},
			&models.Lock{}, &models.Session{}, &models.Event{}, &models.Migration{},
			&models.RefreshToken{}, &models.Attempt{}, &models.Device{}, &models.Hold{}, &models.Act{}, &models.ActRow{},
			&models.SignIns{}, &models.Import{}, &models.ImportPiece{},
		} {
			statement := &gorm.Statement{DB: db.WriteHandle()}
			if err := statement.Parse(model); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, field := range statement.Schema.Fields {
				if field.DBName != "" && (field.Creatable || field.PrimaryKey) { // what is only read comes from a join
					want = append(want, field.DBName)
				}
			}
			found, err := db.Read(t.Context()).Raw(`SELECT * FROM "` + statement.Schema.Table + `" WHERE 1 = 0`).Rows()
			if err != nil {
				t.Fatal(err)
			}
			got, err := found.Columns()
			if err := found.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %v; columns of the model and the table (-model +table):\n%s", statement.Schema.Table, err, diff)
			}
			left = slices.DeleteFunc(left, func(table string) bool { return table == statement.Schema.Table })
		}
		if len(left) > 0 {
			t.Errorf("the tables %q have no model in this test", left)
		}
	})
}
