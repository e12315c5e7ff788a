package routes

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/golang-jwt/jwt/v5"
	"github.com/valyala/fasthttp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// BenchmarkMe compares GET /users/me with the least that a service of this stack
// could do: a Fiber route that verifies an HS256 token, and asks no database.
// Both handle the request in memory, without a network.
func BenchmarkMe(b *testing.B) {
	s := build(b, modeltest.NewDB(b))
	s.user("ann", models.UserRole)
	token := s.token("ann", models.APISession)
	quiet, err := New(context.Background(), s.Services, s.cfg, slog.New(slog.DiscardHandler), new(Drain), nil)
	if err != nil {
		b.Fatalf("New: %v", err)
	}
	b.Run("bare", func(b *testing.B) { benchmarkGet(b, bareApp(s.cfg.Secret).Handler(), token) })
	b.Run("me", func(b *testing.B) { benchmarkGet(b, quiet.Server().Handler, token) })
}

// bareApp verifies the token's signature and times, and answers with its subject.
func bareApp(secret []byte) *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	app.Get("/users/me", func(c *fiber.Ctx) error {
		claims := jwt.RegisteredClaims{}
		_, err := parser.ParseWithClaims(c.Get("Authorization")[len("Bearer "):], &claims, func(*jwt.Token) (any, error) { return secret, nil })
		if err != nil {
			return fiber.ErrUnauthorized
		}
		return c.JSON(fiber.Map{"user_id": claims.Subject, "at": time.Now()})
	})
	return app
}

// getMe has the handler answer GET /users/me.
func getMe(ctx *fasthttp.RequestCtx, handler fasthttp.RequestHandler, token string) {
	ctx.Request.Reset()
	ctx.Response.Reset()
	ctx.Request.SetRequestURI("/users/me")
	ctx.Request.Header.SetHost("rolecall.test")
	ctx.Request.Header.Set("Authorization", "Bearer "+token)
	handler(ctx)
}

func benchmarkGet(b *testing.B, handler fasthttp.RequestHandler, token string) {
	b.Helper()
	b.ReportAllocs()
	var ctx fasthttp.RequestCtx
	for b.Loop() {
		getMe(&ctx, handler, token)
		if ctx.Response.StatusCode() != fasthttp.StatusOK {
			b.Fatalf("got %s", ctx.Response.String())
		}
	}
}
