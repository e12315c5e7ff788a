package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/models/modeltest/tds"
	"rolecall/services"
)

const password = "correct horse battery staple"

// serviceOn is the service on that database.
func serviceOn(t *testing.T, db *models.DB) *services.Services {
	t.Helper()
	s, err := services.New(db, services.Config{
		PublicURL: "http://rolecall.test", Secret: []byte("a secret of at least thirty-two bytes"),
		AccessTokenTTL: 15 * time.Minute, RefreshTokenTTL: 720 * time.Hour, ConsoleIdleTTL: 30 * time.Minute, ConsoleTTL: 12 * time.Hour,
		BcryptCost: 4, PasswordMinLength: 8, Registration: services.RegistrationOpen, HashingConcurrency: 2,
		LoginLimits: true, RegisterLimit: services.Rate{Count: 20, Window: time.Hour},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// from is a client at the nth address, with a user agent of the usual length.
func from(n int) models.Actor {
	return models.Actor{
		Address: netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}).String(), RequestID: strings.Repeat("R", 26),
		UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
	}
}

// A client is one user and what the last act gave.
type client struct {
	*services.Services
	t       *testing.T
	n       int
	refresh string
	token   string

	signedIn int // how often this user has
}

func (c *client) name() string { return fmt.Sprintf("user%07d", c.n) }

// do does the act once.
func (c *client) do(act *cost) {
	c.t.Helper()
	var err error
	switch act {
	case &registration:
		c.signedIn = 0
		_, err = c.Users.Register(c.t.Context(), from(c.n), services.NewUser{
			Username: c.name(), Email: c.name() + "@example.com", Password: password, FirstName: "Margaret", LastName: "Hamilton",
		})
	case &signIn:
		var user models.User
		var session models.Session
		user, session, err = c.Sessions.SignIn(c.t.Context(), from(c.n), c.name(), password, models.APISession)
		if err == nil {
			c.signedIn++
			c.refresh = session.RefreshToken
			c.token, _, err = c.Tokens.Issue(user, session)
		}
	case &refresh:
		var session models.Session
		_, session, err = c.Sessions.Refresh(c.t.Context(), from(c.n), c.refresh)
		c.refresh = session.RefreshToken
	case &request:
		_, err = c.Tokens.Authenticate(c.t.Context(), from(c.n), c.token, models.APISession)
	case &failure:
		_, _, err = c.Sessions.SignIn(c.t.Context(), from(c.n), c.name(), "wrong horse", models.APISession)
		if models.KindOf(err) == models.Unauthenticated {
			err = nil
		}
	}
	if err != nil {
		c.t.Fatalf("%s: %v", act.what, err)
	}
}

// TestCosts counts what SQL Server is sent for each act. The second sign-in from a
// place is counted: at the first one the place becomes known.
func TestCosts(t *testing.T) {
	server := tds.Start(t)
	c := &client{Services: serviceOn(t, modeltest.Open(t, server.URL())), t: t}
	beginDay(t, server)
	for range 2 { // the first registration makes a role
		c.n++
		for _, act := range []*cost{&registration, &signIn, &signIn, &refresh, &request, &failure} {
			before := len(server.Statements())
			c.do(act)
			got := counted(server.Statements()[before:])
			got.what, got.log = act.what, act.log
			if last := act != &signIn || c.signedIn == 2; last && c.n == 2 && got != *act {
				t.Errorf("it costs %+v, want %+v", got, *act)
			}
		}
	}
}

// beginDay makes the rows that the day's sign-ins are counted in.
func beginDay(t *testing.T, server *tds.Server) {
	t.Helper()
	today := models.Now().Day()
	for day := today; day <= today+1; day++ {
		for shard := range counters {
			server.Exec(t, fmt.Sprintf(`INSERT INTO "RolecallSignIns" ("Day", "Shard", "Good", "Bad") VALUES (%d, %d, 0, 0)`, day, shard))
		}
	}
}

// counted sums up the statements of one act.
func counted(sent []tds.Statement) (c cost) {
	inside, locked := false, false
	for _, statement := range sent {
		verb, _, _ := strings.Cut(statement.SQL, " ")
		switch {
		case statement.SQL == "BEGIN TRANSACTION":
			inside = true
			c.transactions++
			continue
		case statement.SQL == "COMMIT TRANSACTION":
			inside = false
			continue
		case inside:
			c.inside++
		default:
			c.reads++
		}
		if verb != "SELECT" {
			c.writes++
		}
		if strings.HasPrefix(statement.SQL, `UPDATE "RolecallLocks"`) {
			c.behind = 0
			locked = true
		}
		if locked {
			c.behind++
		}
	}
	return c
}
