// Figures measures the running service and prints a table: how it bears a storm
// of sign-ins, what it costs over a bare route, how fast what was revoked is
// refused. It builds rolecall, starts it on a database of its own, and loads it
// through its API. Each ratio is of one run: the machine's speed cancels out.
//
//	go run ./tests/figures [-run regexp] [-database URL] [-binary FILE] [-users N]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// A figure is a measurement; its name is what -run picks.
type figure struct {
	name    string
	measure func(context.Context, *bench) ([]row, error)
}

var figures = []figure{
	{"a-storm-steady", stormSteady},
	{"b-storm-saturated", stormSaturated},
	{"c-me", meAgainstBare},
	{"d-names", knownAgainstUnknown},
	{"e-refresh", parallelRefreshes},
	{"f-revoke", revokeAcross},
	{"g-list", listOfMany},
	{"h-observed", observed},
}

// A row is a line of the table.
type row struct{ what, got, want string }

// errAbsent is for what this version of the service does not have.
var errAbsent = errors.New("not available")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	pick := flag.String("run", "", "measure only the figures whose names match this `regexp`")
	database := flag.String("database", "", "measure on this database `URL`, not on a new SQLite file")
	binary := flag.String("binary", "", "measure this `file`, not what is built from here")
	users := flag.Int("users", 100_000, "the list of many has so many `users`")
	bare := flag.String("bare", "", "serve only the bare route that figure c compares with, on this `address`")
	flag.Parse()
	if *bare != "" {
		return serveBare(ctx, *bare)
	}
	wanted, err := regexp.Compile(*pick)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, *binary, *database)
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	b.users = *users
	return printFigures(ctx, b, wanted)
}

// printFigures writes each row as soon as it is known.
func printFigures(ctx context.Context, b *bench, wanted *regexp.Regexp) error {
	fmt.Printf("| figure | got | want |\n|---|---|---|\n")
	for _, f := range figures {
		if !wanted.MatchString(f.name) {
			continue
		}
		rows, err := f.measure(ctx, b)
		if errors.Is(err, errAbsent) {
			rows, err = []row{{"", err.Error(), ""}}, nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		for _, r := range rows {
			fmt.Printf("| %s | %s | %s |\n", strings.TrimSuffix(f.name+": "+r.what, ": "), r.got, r.want)
		}
	}
	return nil
}

// A bench is what the figures are measured with.
type bench struct {
	binary   string
	database string // "" for a new SQLite file for each figure
	users    int    // in the list of many
	folder   string // for files, removed at the end
	run      string // with made, makes the names of users new in a database that had others
	made     int
}

func newBench(ctx context.Context, binary, database string) (*bench, error) {
	const prefix = "rolecall-figures-"
	folder, err := os.MkdirTemp("", prefix)
	if err != nil {
		return nil, err
	}
	b := &bench{binary: binary, database: database, folder: folder, run: strings.TrimPrefix(filepath.Base(folder), prefix)}
	if binary != "" {
		return b, nil
	}
	b.binary = filepath.Join(folder, "rolecall.exe") // the ending matters on one system, and harms on none
	if output, err := exec.CommandContext(ctx, "go", "build", "-o", b.binary, "rolecall").CombinedOutput(); err != nil {
		os.RemoveAll(folder)
		return nil, fmt.Errorf("build rolecall: %w\n%s", err, output)
	}
	return b, nil
}
