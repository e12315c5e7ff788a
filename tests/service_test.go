package tests

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/routes"
	"rolecall/services"
)

// password is everybody's in these tests.
const password = "correct horse battery staple"

// startService runs the whole service on an empty SQLite database with one admin,
// root, and returns its address.
func startService(t *testing.T) (address string, s *services.Services) {
	t.Helper()
	address, s = serveOn(t, modeltest.NewDB(t))
	makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
	return address, s
}

// serveOn runs the service on a database that the test goes on to use itself,
// with settings that may be changed.
func serveOn(t *testing.T, db *models.DB, change ...func(*services.Config)) (address string, s *services.Services) {
	t.Helper()
	listener, err := routes.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = "http://" + listener.Addr().String()
	cfg := services.Config{
		PublicURL: address, Secret: []byte("a secret of at least thirty-two bytes"),
		AccessTokenTTL: time.Minute, RefreshTokenTTL: 720 * time.Hour, ConsoleIdleTTL: time.Minute, ConsoleTTL: time.Hour,
		BcryptCost: 4, PasswordMinLength: 8, Registration: services.RegistrationOpen, HashingConcurrency: 2,
		LoginLimits: true, RevocationLag: time.Second,
	}
	for _, set := range change {
		set(&cfg)
	}
	log := slog.New(slog.DiscardHandler)
	s, err = services.New(db, cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	app, err := routes.New(context.Background(), s, cfg, log, new(routes.Drain), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- routes.Serve(app, listener) }()
	if _, err := http.Get(address + "/healthz"); err != nil { // a server that does not serve yet can't be shut down
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return address, s
}
