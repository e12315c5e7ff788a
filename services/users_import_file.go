package services

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/maphash"
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
	columns []string // of the head
	line    int      // of the last row that was read
	names   nameSet
}

// An importBatch is rows that are taken in together, and what is wrong with those
// that can't be.
type importBatch struct {
	rows    []importRow
	refused int
	faults  []models.ImportFault
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

func (r importRow) fault(column, why string) models.ImportFault {
	return models.ImportFault{Line: r.line, Column: column, Why: why}
}

const (
	importRows = 500      // of one transaction, four parameters each where their users are looked for
	recordMax  = 64 << 10 // bytes of a record
	headMax    = 4 << 10  // bytes in which the first line ends
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
	start, err := buffered.Peek(headMax)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if mark := []byte("\uFEFF"); bytes.HasPrefix(start, mark) {
		_, _ = buffered.Discard(len(mark))
	}
	f := &userFile{records: csv.NewReader(buffered), budget: limited, names: newNameSet()}
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

// batch reads the rows of one transaction; io.EOF comes with the last ones.
func (f *userFile) batch() (importBatch, error) {
	var b importBatch
	for len(b.rows)+b.refused < importRows {
		row, faults, err := f.next()
		if err != nil {
			return b, err
		}
		if len(faults) > 0 {
			b.refused++
			b.faults = append(b.faults, faults...)
		} else {
			b.rows = append(b.rows, row)
		}
	}
	return b, nil
}

// skip passes over rows that were taken in before.
func (f *userFile) skip(rows int) error {
	for range rows {
		if _, _, err := f.next(); err != nil {
			return err
		}
	}
	return nil
}

// next reads a row, or says what is wrong with it as it stands.
func (f *userFile) next() (importRow, []models.ImportFault, error) {
	f.budget.left = recordMax
	cells, err := f.records.Read()
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		f.line = parse.StartLine
		return importRow{}, []models.ImportFault{{Line: f.line, Why: "The quotes of this line do not match."}}, nil
	}
	if err != nil {
		return importRow{}, nil, err
	}
	f.line, _ = f.records.FieldPos(0)
	row := importRow{f.line, f.columns, cells}
	if len(cells) != len(f.columns) {
		why := fmt.Sprintf("Cells in this line: %d; in the first: %d.", len(cells), len(f.columns))
		return row, []models.ImportFault{row.fault("", why)}, nil
	}
	for i, text := range cells {
		if !utf8.ValidString(text) {
			return row, []models.ImportFault{row.fault(f.columns[i], "This is no UTF-8. Save the file as CSV UTF-8.")}, nil
		}
	}
	return row, f.names.repeated(row), nil
}

// A nameSet knows the usernames and addresses that a file has had: it may name nobody
// twice, as no order of its lines is the right one, and as a dry run could not say
// what the second becomes. A name takes some 20 bytes.
type nameSet struct {
	seed maphash.Seed
	seen map[uint64]struct{} // their hashes: in a file of a million users, two names share one with a chance of 10^-7
}

func newNameSet() nameSet { return nameSet{maphash.MakeSeed(), map[uint64]struct{}{}} }

// repeated blames the cells whose name an earlier row has.
func (n nameSet) repeated(row importRow) []models.ImportFault {
	var faults []models.ImportFault
	var keys [2]uint64
	for i, column := range []struct{ name, why string }{
		{"username", "An earlier line has this username."}, {"email", "An earlier line has this e-mail address."},
	} {
		if key := nameKey(row.text(column.name)); key != "" {
			keys[i] = maphash.String(n.seed, key)
			if _, seen := n.seen[keys[i]]; seen {
				faults = append(faults, row.fault(column.name, column.why))
			}
		}
	}
	n.seen[keys[0]], n.seen[keys[1]] = struct{}{}, struct{}{}
	delete(n.seen, 0) // of an empty cell
	return faults
}

// nameKey is equal for names that are one to us, see models.SameName.
func nameKey(name string) string { return strings.ToLower(strings.TrimRight(name, " ")) }

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
