package commands

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"rolecall/models"
	"rolecall/services"
)

// Demo is `rolecall demo`.
type Demo struct {
	Users int    `required:"" help:"How many people, up to 10,000,000."`
	Seed  uint64 `default:"1" help:"Which people: the same seed makes the same ones."`
}

// Run fills the database, and prints how to sign in: the password is in no log
// and nowhere else.
func (d Demo) Run(t *Terminal) error {
	return t.withServices(func(s *services.Services) error {
		bar := t.bar(d.Users)
		crowd, err := s.Demo.Fill(t, models.System(), services.DemoOrder{Users: d.Users, Seed: d.Seed}, bar.show)
		bar.end()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.Stdout, "Made %d users. All of them sign in with the password %s\nAdministrators: %s\n",
			crowd.Users, crowd.Password, strings.Join(crowd.Admins, ", "))
		return err
	})
}

// A bar shows on a terminal how much of the work is done.
type bar struct {
	out   io.Writer // nil where nobody looks
	total int
}

// barWidth is the bar's, in characters.
const barWidth = 40

// bar is on standard error, and shows nothing where that is no terminal.
func (t *Terminal) bar(total int) bar {
	if file, ok := t.Stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return bar{t.Stderr, total}
	}
	return bar{total: total}
}

// show draws the bar over the one before.
func (b bar) show(done int) {
	if b.out == nil || b.total < 1 {
		return
	}
	full := barWidth * done / b.total
	fmt.Fprintf(b.out, "\r[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), done, b.total)
}

// end goes to the next line.
func (b bar) end() {
	if b.out != nil {
		fmt.Fprintln(b.out)
	}
}
