// Package commands holds the commands of the command line, save the one that
// serves: each is a small type whose fields are its flags and whose Run does it.
package commands

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"rolecall/models"
	"rolecall/services"
)

// A Terminal is where a command runs: until when, with which settings, and what
// it reads and writes.
type Terminal struct {
	context.Context
	Settings       services.Settings
	Version        string // of the program
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Open reads the settings and opens the database, not yet prepared. With serving,
// the settings that only the service needs are required too.
func (t *Terminal) Open(ctx context.Context, serving bool) (services.Config, *models.DB, *slog.Logger, error) {
	cfg, err := services.LoadConfig(t.Settings, serving)
	if err != nil {
		return cfg, nil, nil, err
	}
	log := newLog(t.Stderr, cfg)
	db, err := models.Open(ctx, cfg.DatabaseURL, log)
	if err != nil {
		return cfg, nil, nil, err
	}
	return cfg, db, log, nil
}

func newLog(w io.Writer, cfg services.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogJSON {
		return models.NewLog(slog.NewJSONHandler(w, options))
	}
	return models.NewLog(slog.NewTextHandler(w, options))
}

// withServices runs fn on the prepared database.
func (t *Terminal) withServices(fn func(*services.Services) error) error {
	cfg, db, log, err := t.Open(t, false)
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
func (t *Terminal) password() (string, error) {
	file, ok := t.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(t.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var entered [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(t.Stderr, prompt)
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(t.Stderr)
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
