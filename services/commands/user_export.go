package commands

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"rolecall/models"
	"rolecall/services"
)

// UserExport is `rolecall user export`.
type UserExport struct {
	File   string   `arg:"" optional:"" help:"File to write; standard output if none is named."`
	Search string   `help:"Only users whose username, e-mail, first or last name begins so."`
	Role   []string `help:"Only users who hold this role; may repeat, then any of them."`
	Status string   `help:"Only accounts that are active, disabled, locked or pending."`
}

// Run writes the users as CSV, batch by batch. A file that could not be written
// to its end is no file: it is removed.
func (u UserExport) Run(t *Terminal) error {
	return t.withServices(func(s *services.Services) error {
		query := services.UserQuery{Search: u.Search, Roles: u.Role, Status: u.Status}
		if u.File == "" {
			_, err := writeUsers(t, s, query, t.Stdout)
			return err
		}
		file, err := os.OpenFile(u.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // e-mail addresses are nobody else's business
		if err != nil {
			return err
		}
		count, err := writeUsers(t, s, query, file)
		if err = errors.Join(err, file.Close()); err != nil {
			return errors.Join(err, os.Remove(u.File))
		}
		_, err = fmt.Fprintf(t.Stdout, "Users exported to %s: %d.\n", u.File, count)
		return err
	})
}

// writeUsers writes all whom the query picks, and returns how many they are.
func writeUsers(t *Terminal, s *services.Services, query services.UserQuery, to io.Writer) (count int, err error) {
	file := bufio.NewWriter(to)
	rows := [][]string{services.UserColumns}
	for {
		users, next, err := s.Users.Batch(t, models.System(), query)
		if err != nil {
			return count, err
		}
		count += len(users)
		if err := services.WriteCSV(file, append(rows, services.UserRows(users)...)); err != nil {
			return count, err
		}
		if next == "" {
			return count, file.Flush()
		}
		rows, query.Cursor = nil, next
	}
}
