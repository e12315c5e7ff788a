// Scaling prints what so many sign-ins a second ask of the service and of its
// database: arithmetic on figures that were measured or counted (a test holds the
// counts), and a simulation of the queue for hashing. docs/scaling.md holds what it
// prints.
//
//	go run ./tests/scaling
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() { report(os.Stdout) }

// report prints each table under its name.
func report(w io.Writer) {
	for _, t := range []struct {
		name  string
		table func() [][]string
	}{
		{"What each act costs", costTable},
		{"What so many sign-ins a second need", needTable},
		{"Rows that many wait for", hotTable},
		{"The queue for hashing", queueTable},
		{"A replica is lost", lossTable},
	} {
		fmt.Fprintf(w, "### %s\n\n", t.name)
		write(w, t.table())
		fmt.Fprintln(w)
	}
}

// write writes a table in Markdown; the first row is its head.
func write(w io.Writer, rows [][]string) {
	for i, row := range rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
}

// amount writes a number so that its size is seen: 3,600 or 2.6 million.
func amount(n float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}} {
		if n >= unit.size {
			return significant(n/unit.size) + unit.name
		}
	}
	return significant(n)
}

// size writes a number of bytes.
func size(n float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1 << 40, " TiB"}, {1 << 30, " GiB"}, {1 << 20, " MiB"}, {1 << 10, " KiB"}} {
		if n >= unit.size {
			return significant(n/unit.size) + unit.name
		}
	}
	return significant(n) + " bytes"
}

// significant keeps two digits of a fraction, and writes thousands apart.
func significant(n float64) string {
	switch {
	case 0 < n && n < 1:
		return fmt.Sprintf("%.2g", n)
	case n < 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0")
	case n < 1000:
		return fmt.Sprintf("%.0f", n)
	}
	text := fmt.Sprintf("%.0f", n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
