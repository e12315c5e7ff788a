package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/golang-jwt/jwt/v5"
)

// serveBare is the least that a service of this stack could do: a Fiber route
// that verifies an HS256 token's signature and times, and asks no database.
func serveBare(ctx context.Context, address string) error {
	var config net.ListenConfig
	config.SetMultipathTCP(false) // as the service does
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	app.Get("/users/me", func(c *fiber.Ctx) error {
		claims := jwt.RegisteredClaims{}
		_, err := parser.ParseWithClaims(c.Get("Authorization")[len("Bearer "):], &claims, func(*jwt.Token) (any, error) { return []byte(secret), nil })
		if err != nil {
			return fiber.ErrUnauthorized
		}
		return c.JSON(fiber.Map{"user_id": claims.Subject, "at": time.Now()})
	})
	fmt.Fprintf(os.Stderr, "url=http://%s\n", listener.Addr())
	context.AfterFunc(ctx, func() { _ = app.Shutdown() })
	return app.Listener(listener)
}

// The comparison with the bare route.
const (
	meRounds  = 5
	meLength  = 3 * time.Second
	meClients = 32
)

// meAgainstBare is figure c: GET /users/me and the bare route by turns, under the
// same load.
func meAgainstBare(ctx context.Context, b *bench) ([]row, error) {
	s, _, user, _, err := b.stage(ctx, "me")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare, err := launch(ctx, nil, self, "-bare", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer bare.stop()
	rows := make([]row, 0, 2)
	for _, tool := range []struct {
		name string
		rate func(ctx context.Context, address, token string) (float64, error)
	}{{"GET /users/me", ownRate}, {"GET /users/me, by wrk", wrkRate}} {
		me, least, err := alternate(ctx, tool.rate, s.address, bare.address, user.Access)
		if err != nil {
			return nil, err
		}
		if me > 0 {
			rows = append(rows, row{tool.name, fmt.Sprintf("%.0f a second, %.2f of the bare route's %.0f", me, me/least, least), "≥ 0.50"})
		}
	}
	return rows, nil
}

// alternate measures two addresses by turns, and returns the median of each.
func alternate(ctx context.Context, rate func(context.Context, string, string) (float64, error), first, second, token string) (float64, float64, error) {
	rates := map[string][]float64{}
	for range meRounds {
		for _, address := range []string{first, second} {
			got, err := rate(ctx, address, token)
			if err != nil {
				return 0, 0, err
			}
			rates[address] = append(rates[address], got)
		}
	}
	slices.Sort(rates[first])
	slices.Sort(rates[second])
	return rates[first][meRounds/2], rates[second][meRounds/2], nil
}

// ownRate is how many good answers a second our own clients get.
func ownRate(ctx context.Context, address, token string) (float64, error) {
	l := load{length: meLength, readers: meClients, read: request(http.MethodGet, address, "/users/me", token, "")}
	got, err := l.apply(ctx, address)
	if err == nil && len(got.refused) > 0 {
		err = fmt.Errorf("some answers were not 200: %s", got.refusedText())
	}
	return got.reads, err
}

var (
	wrkResult  = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	wrkRefused = regexp.MustCompile(`Non-2xx`)
)

// wrkRate asks wrk, which takes less of the processors; 0 where there is none.
func wrkRate(ctx context.Context, address, token string) (float64, error) {
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		return 0, nil
	}
	output, err := exec.CommandContext(ctx, wrk, "-t1", fmt.Sprintf("-c%d", meClients), fmt.Sprintf("-d%.0fs", meLength.Seconds()),
		"-H", "Authorization: Bearer "+token, "http://"+address+"/users/me").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w\n%s", err, output)
	}
	match := wrkResult.FindSubmatch(output)
	if match == nil || wrkRefused.Match(output) {
		return 0, fmt.Errorf("wrk met refusals, or says nothing that is understood:\n%s", output)
	}
	return strconv.ParseFloat(string(match[1]), 64)
}
