package commands

import "fmt"

// Version is `rolecall version`.
type Version struct{}

// Run prints the version.
func (Version) Run(t *Terminal) error {
	_, err := fmt.Fprintln(t.Stdout, "rolecall", t.Version)
	return err
}
