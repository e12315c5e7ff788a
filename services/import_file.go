package services

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"rolecall/models"
)

// A userFile reads users from CSV as spreadsheets write it: with commas,
// semicolons or tabs, and perhaps a byte order mark.
type userFile struct {
	records *csv.Reader
	budget  *budget
	columns []string   // of the head
	ahead   *importRow // read already, but of the next batch
}

// An importRow is a line of the file.
type importRow struct {
	line    int // the first of the record's, from 1
	columns []string
	cells   []string
}

// cell is the text in that column; false where the file has no such column.
func (r importRow) cell(column string) (text string, found bool) {
	i := slices.Index(r.columns, column)
	if i < 0 {
		return "", false
	}
	return textOf(r.cells[i]), true
}

// text is the cell's, or "".
func (r importRow) text(column string) string {
	text, _ := r.cell(column)
	return text
}

func (r importRow) fault(column, why string) ImportFault {
	return ImportFault{Line: r.line, Column: column, Why: why}
}

const (
	importBatch = 200      // rows of one transaction
	recordMax   = 64 << 10 // bytes of a record
	headMax     = 4 << 10  // bytes in which the first line ends
)

// A budget fails a record that is too long to be meant, such as one behind a
// quote that nothing ends: it would be kept whole.
type budget struct {
	from io.Reader
	left int
}

var errRecordLong = &models.Error{Kind: models.Invalid,
	Message: fmt.Sprintf("A record is longer than %d KiB. Is there a quote that nothing ends?", recordMax>>10)}

// Read is part of io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errRecordLong
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// newUserFile reads the head.
func newUserFile(from io.Reader) (*userFile, error) {
	limited := &budget{from, recordMax}
	buffered := bufio.NewReaderSize(limited, headMax)
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		_, _ = buffered.Discard(len(mark))
	}
	start, err := buffered.Peek(headMax)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	f := &userFile{records: csv.NewReader(buffered), budget: limited}
	f.records.Comma, f.records.FieldsPerRecord = separator(start), -1
	head, err := f.records.Read()
	if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: "The first line has to name the columns.", Err: err}
	}
	f.columns, err = columnsOf(head)
	return f, err
}

// separator is the one that the first line has most of.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	most := ','
	for _, other := range []rune{';', '\t'} {
		if strings.Count(string(line), string(other)) > strings.Count(string(line), string(most)) {
			most = other
		}
	}
	return most
}

// columnsOf checks the head. It quotes nothing of it: where it is missing, the
// first line holds a hash.
func columnsOf(head []string) ([]string, error) {
	columns := make([]string, len(head))
	for i, text := range head {
		name := strings.ToLower(strings.TrimSpace(text))
		switch {
		case name == "password":
			return nil, badHead("There is no column for passwords: to hash very many takes hours. Give ready hashes, as password_hash.")
		case name != "password_hash" && !slices.Contains(UserColumns, name):
			return nil, badHead(fmt.Sprintf("Cell %d of the first line names no column. Use %s and password_hash.", i+1, strings.Join(UserColumns, ", ")))
		case slices.Contains(columns, name):
			return nil, badHead(fmt.Sprintf("Cell %d of the first line names a column again.", i+1))
		}
		columns[i] = name
	}
	if !slices.Contains(columns, "username") {
		return nil, badHead("The first line has to name the column username: it tells who is meant.")
	}
	return columns, nil
}

func badHead(sentence string) error {
	return &models.Error{Kind: models.Invalid, Message: sentence}
}

// batch reads the rows of one transaction, and what is wrong with those that can't
// be read; io.EOF comes with the last ones. It ends before a row that has a name of
// another's: that belongs to the next, which sees what became of the first.
func (f *userFile) batch() (rows []importRow, faults []ImportFault, err error) {
	seen := map[string]bool{}
	for len(rows)+len(faults) < importBatch {
		row, fault, err := f.next()
		if err != nil {
			return rows, faults, err
		}
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		keys := []string{nameKey(row.text("username")), nameKey(row.text("email"))}
		if slices.ContainsFunc(keys, func(key string) bool { return key != "" && seen[key] }) {
			f.ahead = &row
			break
		}
		for _, key := range keys {
			seen[key] = true
		}
		rows = append(rows, row)
	}
	return rows, faults, nil
}

// nameKey is equal for names that are one to us, see models.SameName.
func nameKey(name string) string { return strings.ToLower(strings.TrimRight(name, " ")) }

// next reads a row, or says what is wrong with it.
func (f *userFile) next() (importRow, *ImportFault, error) {
	if row := f.ahead; row != nil {
		f.ahead = nil
		return *row, nil, nil
	}
	f.budget.left = recordMax
	cells, err := f.records.Read()
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		return importRow{}, &ImportFault{Line: parse.StartLine, Why: "The quotes of this line do not match."}, nil
	}
	if err != nil {
		return importRow{}, nil, err
	}
	line, _ := f.records.FieldPos(0)
	row := importRow{line, f.columns, cells}
	if len(cells) != len(f.columns) {
		fault := row.fault("", fmt.Sprintf("Cells in this line: %d; in the first: %d.", len(cells), len(f.columns)))
		return row, &fault, nil
	}
	for i, text := range cells {
		if !utf8.ValidString(text) {
			fault := row.fault(f.columns[i], "This is no UTF-8. Save the file as CSV UTF-8.")
			return row, &fault, nil
		}
	}
	return row, nil, nil
}

// splitNames takes apart what joinNames made.
func splitNames(cell string) ([]string, bool) {
	if strings.TrimSpace(cell) == "" {
		return []string{}, true
	}
	line := csv.NewReader(strings.NewReader(cell))
	line.Comma, line.TrimLeadingSpace = ';', true
	names, err := line.Read()
	if err != nil {
		return nil, false
	}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" }), true
}
