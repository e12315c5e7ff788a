package commands

import (
	"fmt"
	"strings"

	"rolecall/models"
	"rolecall/services"
)

// User is `rolecall user`.
type User struct {
	Create   UserCreate   `cmd:"" help:"Create an account; the password comes from a prompt or standard input."`
	Password UserPassword `cmd:"" help:"Set an account's password, likewise."`
	Export   UserExport   `cmd:"" help:"Write accounts as CSV, never with their hashes."`
	Import   UserImport   `cmd:"" help:"Create and update accounts from CSV, with ready hashes."`
}

// UserCreate is `rolecall user create`.
type UserCreate struct {
	Username  string   `required:"" help:"3 to 64 letters, digits and . _ @ + -."`
	Email     string   `required:"" help:"E-mail address."`
	FirstName string   `help:"First name."`
	LastName  string   `help:"Last name."`
	Role      []string `help:"Role to give; may repeat. Default: User."`
}

// Run creates an account.
func (u UserCreate) Run(t *Terminal) error {
	return t.withServices(func(s *services.Services) error {
		password, err := t.password()
		if err != nil {
			return err
		}
		user, err := s.Users.Create(t, models.System(), services.NewUser{
			Username: u.Username, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
			Password: password, Roles: u.Role, IsActive: true,
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.Stdout, "Created user %d, %s, with the roles %s.\n", user.UserID, user.Username, strings.Join(user.RoleNames(), ", "))
		return err
	})
}

// UserPassword is `rolecall user password`.
type UserPassword struct {
	Username string `required:"" help:"Of the account."`
}

// Run sets a password.
func (u UserPassword) Run(t *Terminal) error {
	return t.withServices(func(s *services.Services) error {
		user, err := s.Users.Named(t, models.System(), u.Username)
		if err != nil {
			return err
		}
		password, err := t.password()
		if err != nil {
			return err
		}
		if err := s.Users.SetPassword(t, models.System(), user.UserID, password); err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.Stdout, "The password of %s is set, and all sessions of the account have ended.\n", user.Username)
		return err
	})
}
