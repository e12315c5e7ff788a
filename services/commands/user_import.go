package commands

import (
	"fmt"
	"io"
	"os"
	"strings"

	"rolecall/models"
	"rolecall/services"
)

// UserImport is `rolecall user import`.
type UserImport struct {
	File     string `arg:"" help:"CSV file whose first line names the columns: those of an export, and password_hash. - is standard input."`
	DryRun   bool   `help:"Check everything and say what would be done; change nothing."`
	Existing string `enum:"skip,update" default:"skip" help:"What to do with users who are there already, by username: ${enum}."`
}

// Run takes the file in, and fails where a row was refused; the good ones count.
func (u UserImport) Run(t *Terminal) error {
	return t.withServices(func(s *services.Services) error {
		file, err := t.input(u.File)
		if err != nil {
			return err
		}
		defer file.Close()
		from, bar := meter(file), t.bar(100)
		report, err := s.Users.Import(t, models.System(), from, services.ImportOptions{
			DryRun: u.DryRun, Update: u.Existing == "update", Progress: func(models.ImportReport) { bar.show(from.percent()) },
		})
		bar.end()
		if report.Rows() > 0 || err == nil {
			if _, err := io.WriteString(t.Stdout, importText(report, u.DryRun)); err != nil {
				return err
			}
		}
		switch {
		case err != nil:
			return err
		case report.Refused > 0:
			return fmt.Errorf("rows refused: %d", report.Refused)
		}
		return nil
	})
}

// input opens the file that is named; - is standard input.
func (t *Terminal) input(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(t.Stdin), nil
	}
	return os.Open(name)
}

// importText is the report, as a person reads it.
func importText(r models.ImportReport, dry bool) string {
	var text strings.Builder
	for _, fault := range r.Faults {
		place := fmt.Sprintf("Line %d", fault.Line)
		if fault.Column != "" {
			place += ", " + fault.Column
		}
		fmt.Fprintf(&text, "%s: %s\n", place, fault.Why)
	}
	if more := r.FaultCount - len(r.Faults); more > 0 {
		fmt.Fprintf(&text, "And more faults: %d.\n", more)
	}
	if dry {
		text.WriteString("Nothing is changed. This is what would be done:\n")
	}
	fmt.Fprintf(&text, "Rows: %d. Created: %d, updated: %d, as they were: %d, skipped: %d, refused: %d.\n",
		r.Rows(), r.Created, r.Updated, r.Same, r.Skipped, r.Refused)
	return text.String()
}

// A metered reader knows how much of a file has been read.
type metered struct {
	from       io.Reader
	read, size int64 // in bytes; size is 0 where it is not known
}

func meter(from io.Reader) *metered {
	m := &metered{from: from}
	if file, ok := from.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			m.size = info.Size()
		}
	}
	return m
}

// Read is part of io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.read += int64(n)
	return n, err
}

// percent is what has been read, 0 where the size is not known.
func (m *metered) percent() int {
	if m.size == 0 {
		return 0
	}
	return int(100 * min(m.read, m.size) / m.size)
}
