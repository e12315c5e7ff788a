// Scan lets two scanners, sqlmap and wapiti, loose on a service of its own: with an
// admin's token on the API, with an admin's cookie on the console, and as a stranger.
// It ends with status 1 if they find something that is not explained here, or if the
// service answers or logs a fault of its own.
//
//	go run ./tests/scan [-database postgres://…] [-only wapiti] [-level 1] [-attack 2m]
//
// Both are packages of Debian: apt-get install sqlmap wapiti. Everything stays on
// this machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options are those of the command line.
type options struct {
	database string
	level    int
	only     string
	attack   time.Duration
}

func main() {
	o := options{}
	flag.StringVar(&o.database, "database", "", "an empty database; one of SQLite, which is thrown away, if there is none")
	flag.IntVar(&o.level, "level", 1, "sqlmap's level, 1 to 5: how much it tries")
	flag.StringVar(&o.only, "only", "", "sqlmap or wapiti, for one of them alone")
	flag.DurationVar(&o.attack, "attack", 2*time.Minute, "the longest that one of wapiti's modules may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := scan(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func scan(ctx context.Context, o options) error {
	folder, err := os.MkdirTemp("", "rolecall-scan-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s, err := startService(ctx, folder, o.database)
	if err != nil {
		return err
	}
	defer s.stop()
	var findings []string
	for _, scanner := range []struct {
		name string
		run  func(context.Context, *service, options) ([]string, error)
	}{{"sqlmap", sqlmap}, {"wapiti", wapiti}} {
		if o.only != "" && o.only != scanner.name {
			continue
		}
		found, err := scanner.run(ctx, s, o)
		if err != nil {
			return err
		}
		findings = append(findings, found...)
	}
	s.stop()
	findings = append(findings, s.faults()...)
	for _, finding := range findings {
		fmt.Println("FOUND:", finding)
	}
	if len(findings) > 0 {
		return fmt.Errorf("%d findings", len(findings))
	}
	fmt.Println("nothing found")
	return nil
}

// inFolder is a file for what goes to or comes from a scanner.
func (s *service) inFolder(name string) string { return filepath.Join(s.folder, name) }
