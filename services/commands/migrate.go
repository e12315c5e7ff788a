package commands

// Migrate is `rolecall migrate`.
type Migrate struct {
	DryRun bool `help:"Print the SQL instead."`
}

// Run applies our migrations, or prints them.
func (m Migrate) Run(t *Terminal) error {
	_, db, _, err := t.Open(t, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if m.DryRun {
		return db.PrintMigrations(t, t.Stdout)
	}
	return db.Prepare(t, true)
}
