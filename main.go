// Rolecall is an account service: a JSON API that gives out tokens, and a console
// in which admins manage accounts and roles, on the Users, Roles and UserRoles
// of a database that you own.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/term"

	"rolecall/models"
	"rolecall/routes"
	"rolecall/services"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands are the command line: the settings, as flags of every command, and
// the commands.
type commands struct {
	services.Settings

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Run the service (the default)."`
	Migrate migrateCommand `cmd:"" name:"migrate" help:"Apply our migrations."`
	User    struct {
		Create   userCreateCommand   `cmd:"" help:"Create an account; the password comes from a prompt or standard input."`
		Password userPasswordCommand `cmd:"" help:"Set an account's password, likewise."`
	} `cmd:"" help:"Manage accounts."`
	Key struct {
		Generate keyGenerateCommand `cmd:"" help:"Print a new private key, in PEM, for --jwt-key-files."`
	} `cmd:"" help:"Manage signing keys."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// A terminal is where a command runs.
type terminal struct {
	context.Context
	settings       services.Settings
	stdin          io.Reader
	stdout, stderr io.Writer
}

// exited carries the status that kong asks for, such as 0 after --help.
type exited int

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case exited:
			code = int(reason)
		default:
			panic(reason)
		}
	}()
	var cli commands
	parser := newParser(&cli, getenv, stdout, stderr)
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "rolecall: %v\n", err)
		return exitUsage
	}
	if err := command.Run(&terminal{ctx, cli.Settings, stdin, stdout, stderr}); err != nil {
		for line := range strings.SplitSeq(sentence(err), "\n") {
			fmt.Fprintf(stderr, "rolecall: %s\n", line)
		}
		return exitFailed
	}
	return exitDone
}

// sentence is what a person at the terminal is told: an error of ours without
// its cause, and the field to blame.
func sentence(err error) string {
	known := (*models.Error)(nil)
	if !errors.As(err, &known) {
		return err.Error()
	}
	if len(known.Fields) > 0 {
		return known.Fields.Error()
	}
	return known.Message
}

// newParser reads flags and, for a setting that is not given as one, its
// variable. An empty variable counts as unset, as compose files leave them.
func newParser(cli *commands, getenv func(string) string, stdout, stderr io.Writer) *kong.Kong {
	settings := map[string]bool{}
	parser := kong.Must(cli,
		kong.Name("rolecall"), kong.Description("An account service: sign-in, tokens and roles on your own database."),
		kong.Writers(stdout, stderr), kong.Exit(func(status int) { panic(exited(status)) }),
		kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
			if value := getenv(variable(flag.Name)); value != "" && settings[flag.Name] {
				return value, nil
			}
			return nil, nil
		})),
		kong.ValueFormatter(func(value *kong.Value) string {
			if !settings[value.Name] {
				return kong.DefaultHelpValueFormatter(value)
			}
			return kong.DefaultHelpValueFormatter(value) + " ($" + variable(value.Name) + ")"
		}),
	)
	for _, flag := range parser.Model.Flags { // those of every command
		settings[flag.Name] = flag.Name != "help"
	}
	return parser
}

func variable(flag string) string {
	return "ROLECALL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// newLog writes to standard error.
func newLog(w io.Writer, cfg services.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.stdout, "rolecall", routes.Version)
	return err
}

type keyGenerateCommand struct {
	Alg string `default:"EdDSA" enum:"EdDSA,ES256,RS256" help:"What the key is for: ${enum}."`
}

// Run prints a key, and nothing else.
func (k keyGenerateCommand) Run(t *terminal) error {
	text, err := services.GenerateKey(k.Alg)
	if err != nil {
		return err
	}
	_, err = t.stdout.Write(text)
	return err
}

// open reads the settings and opens the database, prepared for use.
func (t *terminal) open(ctx context.Context, serving bool) (services.Config, *models.DB, *slog.Logger, error) {
	cfg, err := services.LoadConfig(t.settings, serving)
	if err != nil {
		return cfg, nil, nil, err
	}
	log := newLog(t.stderr, cfg)
	db, err := models.Open(ctx, cfg.DatabaseURL, log)
	if err != nil {
		return cfg, nil, nil, err
	}
	return cfg, db, log, nil
}

type migrateCommand struct {
	DryRun bool `help:"Print the SQL instead."`
}

// Run applies our migrations, or prints them.
func (m migrateCommand) Run(t *terminal) error {
	_, db, _, err := t.open(t, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if m.DryRun {
		return db.PrintMigrations(t, t.stdout)
	}
	return db.Prepare(t, true)
}

type userCreateCommand struct {
	Username  string   `required:"" help:"3 to 64 letters, digits and . _ @ + -."`
	Email     string   `required:"" help:"E-mail address."`
	FirstName string   `help:"First name."`
	LastName  string   `help:"Last name."`
	Role      []string `help:"Role to give; may repeat. Default: User."`
}

// Run creates an account.
func (u userCreateCommand) Run(t *terminal) error {
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
		_, err = fmt.Fprintf(t.stdout, "Created user %d, %s, with the roles %s.\n", user.UserID, user.Username, strings.Join(user.RoleNames(), ", "))
		return err
	})
}

type userPasswordCommand struct {
	Username string `required:"" help:"Of the account."`
}

// Run sets a password.
func (u userPasswordCommand) Run(t *terminal) error {
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
		_, err = fmt.Fprintf(t.stdout, "The password of %s is set, and all sessions of the account have ended.\n", user.Username)
		return err
	})
}

// withServices runs fn on the prepared database.
func (t *terminal) withServices(fn func(*services.Services) error) error {
	cfg, db, log, err := t.open(t, false)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Prepare(t, cfg.MigrateAtStart); err != nil {
		return err
	}
	s, err := services.New(db, cfg, log)
	if err != nil {
		return err
	}
	return fn(s)
}

// password asks twice at a terminal, without an echo; else it is the first line
// of standard input.
func (t *terminal) password() (string, error) {
	file, ok := t.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(t.stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var entered [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(t.stderr, prompt)
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(t.stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		entered[i] = string(typed)
	}
	if entered[0] != entered[1] {
		return "", errors.New("the two passwords differ")
	}
	return entered[0], nil
}

type serveCommand struct{}

// Times of the start and of the end.
const (
	startLimit    = 30 * time.Second // for the database to answer and be prepared
	drainLimit    = 25 * time.Second // for the requests that are under way
	purgeInterval = time.Hour
)

// Run serves until the context ends, then drains.
func (serveCommand) Run(t *terminal) error {
	starting, cancel := context.WithTimeout(t, startLimit)
	defer cancel()
	cfg, db, log, err := t.open(starting, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Prepare(starting, cfg.MigrateAtStart); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	address := addressOf(listener)
	if cfg.PublicURL == "" {
		cfg.PublicURL = address
	}
	s, err := services.New(db, cfg, log)
	if err != nil {
		return err
	}
	if err := s.Setup.FirstAdmin(starting); err != nil {
		return fmt.Errorf("create the first administrator: %w", err)
	}
	life, end := context.WithCancel(context.Background())
	defer end()
	var draining atomic.Bool
	app, err := routes.New(life, s, cfg, log, draining.Load)
	if err != nil {
		return err
	}
	if err := announce(starting, s, cfg, log, address); err != nil {
		return err
	}
	defer services.ReserveHashing(cfg)()
	go s.PurgeEvery(life, purgeInterval)
	return serve(t, app, listener, log, &draining)
}

// announce logs where the service is and, while there is no admin, how to make
// one.
func announce(ctx context.Context, s *services.Services, cfg services.Config, log *slog.Logger, address string) error {
	token, err := s.Setup.Token(ctx)
	if err != nil {
		return err
	}
	log.Info("listening", "url", address)
	if token != "" {
		log.Info("there is no administrator yet; this link makes the first, once", "setup", cfg.PublicURL+"/setup?token="+token)
	}
	return nil
}

// addressOf is the listener's, in a form that a browser on this machine opens.
func addressOf(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return (&url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}).String()
}

// serve runs the server until ctx ends: then /readyz says so, no connection is
// accepted any more, and what is under way is finished.
func serve(ctx context.Context, app *fiber.App, listener net.Listener, log *slog.Logger, draining *atomic.Bool) error {
	failed := make(chan error, 1)
	go func() { failed <- app.Listener(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("draining")
	draining.Store(true)
	err := app.ShutdownWithTimeout(drainLimit)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were still under way at the end of the drain")
		return nil
	}
	return err
}
