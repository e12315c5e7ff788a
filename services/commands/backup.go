package commands

import (
	"errors"
	"fmt"

	"rolecall/models"
	"rolecall/services"
)

// Backup is `rolecall backup`.
type Backup struct {
	File string `arg:"" help:"File to write; it must not be there yet."`
}

// Run copies the SQLite database while the service runs, and says what is needed
// beside the copy to go on with it.
func (b Backup) Run(t *Terminal) error {
	cfg, err := services.LoadConfig(t.Settings, false)
	if err != nil {
		return err
	}
	path, embedded := models.IsSQLite(cfg.DatabaseURL)
	if !embedded {
		return errors.New("backup copies an SQLite file, and this database is on a server: use the server's own tools, BACKUP DATABASE of SQL Server or pg_dump of PostgreSQL")
	}
	done, err := services.BackUp(t, path, b.File)
	if err != nil {
		return err
	}
	secret := "The secret that signs tokens is kept elsewhere, and is not in the backup."
	if done.Secret != "" {
		secret = "The secret that signs tokens is in " + done.Secret + ": whoever reads it can sign in as anybody."
	}
	_, err = fmt.Fprintf(t.Stdout, "Copied to %s, and checked (users: %d, bytes: %d).\n%s\n", b.File, done.Users, done.Bytes, secret)
	return err
}
