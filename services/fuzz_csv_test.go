package services

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
)

// FuzzCell: a cell that we write is none that a spreadsheet runs, and what we read
// of it is the text that it was made of.
func FuzzCell(f *testing.F) {
	for _, text := range []string{"", "=1+1", "'=1", "''@x", "'", "+1", "-1", "\tx", "a;b", `"`, "\n=1", "ann", "'ann", " =1", "＝1", "＠", "\xef"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "\r", "") // csv.Reader takes a \r\n in quotes for a \n
		var file bytes.Buffer
		if err := WriteCSV(&file, [][]string{{text, "end"}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 {
			t.Fatalf("%q is read as %q, %v", text, rows, err)
		}
		if cell := rows[0][0]; isFormula(cell) || textOf(cell) != text {
			t.Fatalf("%q is written as %q and read as %q", text, cell, textOf(cell))
		}
	})
}

// FuzzUserFile: each record of a file is a row or refused with its line, the lines go
// on, no record is longer than may be, and what ends it is the file's fault.
func FuzzUserFile(f *testing.F) {
	for _, text := range []string{
		"username,email\nann,ann@example.com\n", "\uFEFFUsername;Roles\r\nann;\"a;b\"\r\n", "username\n\"ann\n", "username\temail\nx\ty\tz\n\xff\ta\n",
		"username\nann\nANN\n", "password\n", "username,username\n", "", "\"", "username\n" + strings.Repeat("a", 300), "username\n\n\n\"\"\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := newUserFile(bytes.NewReader(text))
		line, most := 1, bytes.Count(text, []byte("\n"))+1
		for err == nil {
			var row importRow
			var faults []models.ImportFault
			if row, faults, err = file.next(); err != nil {
				break
			}
			for _, fault := range faults {
				if fault.Line != file.line || fault.Why == "" || fault.Column != "" && !slices.Contains(file.columns, fault.Column) {
					t.Fatalf("a fault in line %d is %+v", file.line, fault)
				}
			}
			if file.line < line || file.line > most {
				t.Fatalf("behind line %d comes %d, of %d", line, file.line, most)
			}
			line = file.line
			if size := len(strings.Join(row.cells, "")); size > recordMax+headMax {
				t.Fatalf("a record has %d bytes", size)
			}
		}
		if known := (*models.Error)(nil); err != io.EOF && !(errors.As(err, &known) && known.Kind == models.Invalid) {
			t.Fatalf("the file ends with %v, want its end or what is wrong with it", err)
		}
	})
}

// FuzzImport: a check tells what the import then does, that accounts for every row,
// and whoever it has made is exported and imported again as they are.
func FuzzImport(f *testing.F) {
	s, root := fuzzed(f)
	hash := "," + fixtureOf(f, "bcrypt").hash + "\n"
	const head = "username,email,first_name,last_name,is_active,roles,password_hash\n"
	f.Add("kim,kim@example.com,Kim,Kay,,User"+hash+"lee,lee@example.com,=Lee,'-Lee,false,\"User;Admin\""+hash, true)
	f.Add("ann,ann@example.com,Ann,,true,User"+hash+"root,root@example.com,,,false,"+hash, true)
	f.Add("a b,x,,,maybe,Nobody,x\n"+"mia,mia@example.com,\"a\nb\",,,\"\"\"\""+hash, false)
	f.Add("'=x,'@example.com,'',''=1,1,'User"+hash, true)
	f.Fuzz(func(t *testing.T, rows string, update bool) {
		take := func(text string, o ImportOptions) models.ImportReport {
			report, err := s.Users.Import(t.Context(), root, strings.NewReader(text), o)
			if err != nil && models.KindOf(err) != models.Invalid {
				t.Fatalf("Import(%q) = %v", text, err)
			}
			return report
		}
		told := take(head+rows, ImportOptions{Update: update, DryRun: true})
		done := take(head+rows, ImportOptions{Update: update})
		if told.Created != done.Created || told.Updated != done.Updated || told.Refused != done.Refused || told.Rows() != done.Rows() {
			t.Fatalf("the check tells %+v, and done is %+v", told, done)
		}
		if done.Refused > 0 && done.FaultCount < done.Refused {
			t.Fatalf("%d rows are refused, with %d reasons", done.Refused, done.FaultCount)
		}
		var all bytes.Buffer
		page, err := s.Users.List(t.Context(), root, UserQuery{Limit: pageLimitMax, Sort: "-user_id"})
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteCSV(&all, append([][]string{UserColumns}, UserRows(page.Items)...)); err != nil {
			t.Fatal(err)
		}
		if again := take(all.String(), ImportOptions{Update: true}); again.Same != len(page.Items) || again.Rows() != len(page.Items) {
			t.Fatalf("what was exported is imported as %+v, want %d the same:\n%s", again, len(page.Items), all.String())
		}
	})
}
