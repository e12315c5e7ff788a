// Rolecall is an account service: a JSON API that gives out tokens, and a console
// in which admins manage accounts and roles, on the Users, Roles and UserRoles
// of a database that you own.
package main

import (
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
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/routes"
	"rolecall/services"
	"rolecall/services/commands"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal does not wait
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

// A commandLine is the settings, as flags of every command, and the commands.
type commandLine struct {
	services.Settings

	Serve   serve            `cmd:"" default:"withargs" help:"Run the service (the default)."`
	Migrate commands.Migrate `cmd:"" help:"Apply our migrations."`
	Doctor  commands.Doctor  `cmd:"" help:"Report on the database: what is there, and what would hurt. Changes nothing."`
	User    commands.User    `cmd:"" help:"Manage accounts."`
	Backup  commands.Backup  `cmd:"" help:"Copy the SQLite database, while the service runs."`
	Key     commands.Key     `cmd:"" help:"Manage signing keys."`
	Demo    commands.Demo    `cmd:"" help:"Fill an empty database with people who do not exist, to try things out."`
	Version commands.Version `cmd:"" help:"Print the version."`
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
	var line commandLine
	parser := newParser(&line, getenv, stdout, stderr)
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "rolecall: %v\n", err)
		return exitUsage
	}
	terminal := commands.Terminal{Context: ctx, Settings: line.Settings, Version: routes.Version, Getenv: getenv, Stdin: stdin, Stdout: stdout, Stderr: stderr}
	if err := command.Run(&terminal); err != nil {
		for text := range strings.SplitSeq(sentence(err), "\n") {
			fmt.Fprintf(stderr, "rolecall: %s\n", text)
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
func newParser(line *commandLine, getenv func(string) string, stdout, stderr io.Writer) *kong.Kong {
	settings := map[string]bool{}
	parser := kong.Must(line,
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

// serve is `rolecall serve`.
type serve struct{}

// Times of the start and of the end.
const (
	startLimit    = 30 * time.Second // for the database to answer and be prepared
	drainLimit    = 25 * time.Second // from the signal to the end, whatever is under way
	purgeInterval = time.Hour
)

// Run serves until the context ends, then drains.
func (serve) Run(t *commands.Terminal) error {
	starting, cancel := context.WithTimeout(t, startLimit)
	defer cancel()
	cfg, db, log, err := t.Open(starting, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Prepare(starting, cfg.MigrateAtStart); err != nil {
		return err
	}
	listener, err := routes.Listen(cfg.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	if cfg.PublicURL == "" {
		cfg.PublicURL = addressOf(listener)
	}
	s, err := services.New(db, cfg, log)
	if err != nil {
		return err
	}
	if err := s.Ready(starting); err != nil { // opens the connection that tells whether it still is
		return err
	}
	if err := s.Setup.FirstAdmin(starting); err != nil {
		return fmt.Errorf("create the first administrator: %w", err)
	}
	return attend(t, starting, cfg, s, listener, log)
}

// attend serves on the listener, with what watches it. starting is the time that is
// left for the start.
func attend(t *commands.Terminal, starting context.Context, cfg services.Config, s *services.Services, listener net.Listener, log *slog.Logger) error {
	life, end := context.WithCancel(context.Background())
	defer end()
	var drain routes.Drain
	traces, err := routes.StartTracing(starting, t.Getenv, log)
	if err != nil {
		return err
	}
	defer traces.Stop()
	app, err := routes.New(life, s, cfg, log, &drain, traces)
	if err != nil {
		return err
	}
	stopMetrics, err := routes.ServeMetrics(cfg.MetricsListen, s.Measures, log)
	if err != nil {
		return err
	}
	defer stopMetrics()
	if err := announce(starting, s, cfg, log, addressOf(listener)); err != nil {
		return err
	}
	defer services.ReserveHashing(cfg)()
	go s.PurgeEvery(life, purgeInterval)
	return listen(t, app, listener, log, &drain)
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

// listen runs the server until ctx ends: then clients are sent elsewhere, no
// connection is accepted any more, and what is under way is finished.
func listen(ctx context.Context, app *fiber.App, listener net.Listener, log *slog.Logger, drain *routes.Drain) error {
	failed := make(chan error, 1)
	go func() { failed <- routes.Serve(app, listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("draining")
	ending, cancel := context.WithTimeout(context.Background(), drainLimit)
	defer cancel()
	err := drain.Stop(ending, app, listener)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were still under way at the end of the drain")
		return nil
	}
	return err
}
