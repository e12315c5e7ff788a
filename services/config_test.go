package services

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const secretText = "canary-secret-of-at-least-32-bytes"

// defaults are the settings of one who sets nothing, but for the database's place.
func defaults(t testing.TB) Settings {
	var s Settings
	kind := reflect.TypeFor[Settings]()
	for i := range kind.NumField() {
		reflect.ValueOf(&s).Elem().Field(i).SetString(kind.Field(i).Tag.Get("default"))
	}
	s.DatabaseURL = "sqlite:" + filepath.Join(t.TempDir(), "rolecall.db")
	return s
}

func TestLoadConfigDefaults(t *testing.T) {
	s := defaults(t)
	got, err := LoadConfig(s, true)
	if err != nil {
		t.Fatalf("LoadConfig: %v", err)
	}
	want := Config{
		Listen: "127.0.0.1:8080", DatabaseURL: s.DatabaseURL, MigrateAtStart: true, Secret: got.Secret,
		AccessTokenTTL: 15 * time.Minute, RefreshTokenTTL: 720 * time.Hour, ConsoleIdleTTL: 30 * time.Minute, ConsoleTTL: 12 * time.Hour,
		LoginLimits: true, RegisterLimit: Rate{20, time.Hour}, RevocationLag: time.Second,
		BcryptCost: 12, PasswordMinLength: 8, Registration: RegistrationOpen, HashingConcurrency: got.HashingConcurrency,
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("LoadConfig differs (-want +got):\n%s", diff)
	}
	if len(got.Secret) < secretMin || got.HashingConcurrency < 1 {
		t.Errorf("a secret of %d bytes and %d hashes at a time", len(got.Secret), got.HashingConcurrency)
	}
}

func TestLoadConfigValues(t *testing.T) {
	s := defaults(t)
	s.PublicURL, s.JWTSecret, s.PreviousSecrets = "HTTPS://accounts.example.com/x/", secretText, " one , two,"
	s.TrustedProxies, s.Migrate, s.LogLevel, s.LogFormat = "10.1.2.3/8, ::1", "check", "debug", "json"
	s.AdminUsername, s.AdminEmail, s.AdminPassword = "boss", "boss@example.com", goodPassword
	c, err := LoadConfig(s, true)
	if err != nil {
		t.Fatalf("LoadConfig: %v", err)
	}
	if c.PublicURL != "https://accounts.example.com/x" || !c.Secure() {
		t.Errorf("PublicURL = %q, secure %t", c.PublicURL, c.Secure())
	}
	if string(c.Secret) != secretText || len(c.PreviousSecrets) != 2 || string(c.PreviousSecrets[1]) != "two" {
		t.Errorf("secrets = %q, %q", c.Secret, c.PreviousSecrets)
	}
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[0].String() != "10.0.0.0/8" || c.TrustedProxies[1].String() != "::1/128" {
		t.Errorf("TrustedProxies = %v", c.TrustedProxies)
	}
	if c.MigrateAtStart || !c.LogJSON || c.LogLevel.String() != "DEBUG" {
		t.Errorf("migrate %t, json %t, level %s", c.MigrateAtStart, c.LogJSON, c.LogLevel)
	}
	if c.FirstAdmin == nil || c.FirstAdmin.Username != "boss" {
		t.Errorf("FirstAdmin = %+v", c.FirstAdmin)
	}
}

// Each change alone is one fault, which names its flag and its variable.
func TestLoadConfigFaults(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Settings)
		flag   string // "" for none
	}{
		{"port 0", func(s *Settings) { s.Listen = ":0" }, ""},
		{"no port", func(s *Settings) { s.Listen = "localhost" }, "listen"},
		{"a port out of range", func(s *Settings) { s.Listen = ":65536" }, "listen"},
		{"metrics on an address", func(s *Settings) { s.MetricsListen = "127.0.0.1:9464" }, ""},
		{"metrics on no address", func(s *Settings) { s.MetricsListen = "9464" }, "metrics-listen"},
		{"metrics for everybody", func(s *Settings) { s.MetricsListen = s.Listen }, "metrics-listen"},
		{"two free ports", func(s *Settings) { s.Listen, s.MetricsListen = ":0", ":0" }, ""},
		{"a URL without a scheme", func(s *Settings) { s.PublicURL = "example.com" }, "public-url"},
		{"a URL with a query", func(s *Settings) { s.PublicURL = "https://example.com?a" }, "public-url"},
		{"a URL with a password", func(s *Settings) { s.PublicURL = "https://u:canary@example.com" }, "public-url"},
		{"a URL of another scheme", func(s *Settings) { s.PublicURL = "ftp://example.com" }, "public-url"},
		{"an unknown database", func(s *Settings) { s.DatabaseURL = "mysql://u:canary@host/db" }, "database-url"},
		{"no database", func(s *Settings) { s.DatabaseURL = "sqlite:" }, "database-url"},
		{"migrate", func(s *Settings) { s.Migrate = "never" }, "migrate"},
		{"a short secret", func(s *Settings) { s.JWTSecret = "canary" }, "jwt-secret"},
		{"a server without a secret", func(s *Settings) { s.DatabaseURL, s.JWTSecret = "postgres://u:canary@host/db", "" }, "jwt-secret"},
		{"a folder that is not there", func(s *Settings) { s.DatabaseURL, s.JWTSecret = "sqlite:/nowhere/x.db", "" }, "jwt-secret"},
		{"no duration", func(s *Settings) { s.AccessTokenTTL = "15" }, "access-token-ttl"},
		{"a negative duration", func(s *Settings) { s.ConsoleIdleTTL = "-1h" }, "console-idle-ttl"},
		{"too long a duration", func(s *Settings) { s.ConsoleTTL = "10000h" }, "console-ttl"},
		{"no lag at all", func(s *Settings) { s.RevocationLag = "0s" }, ""},
		{"too long a lag", func(s *Settings) { s.RevocationLag = "2m" }, "revocation-lag"},
		{"a refresh token for ever", func(s *Settings) { s.RefreshTokenTTL = "8761h" }, "refresh-token-ttl"},
		{"limits switched half", func(s *Settings) { s.LoginLimits = "5" }, "login-limits"},
		{"a limit of none", func(s *Settings) { s.RegisterLimit = "0/h" }, "register-limit"},
		{"a limit without a unit", func(s *Settings) { s.RegisterLimit = "20" }, "register-limit"},
		{"a limit switched off", func(s *Settings) { s.RegisterLimit = "off" }, ""},
		{"cost 3", func(s *Settings) { s.BcryptCost = "3" }, "bcrypt-cost"},
		{"cost 16", func(s *Settings) { s.BcryptCost = "16" }, "bcrypt-cost"},
		{"a length of 7", func(s *Settings) { s.MinLength = "7" }, "password-min-length"},
		{"a length of 65", func(s *Settings) { s.MinLength = "65" }, "password-min-length"},
		{"registration", func(s *Settings) { s.Registration = "maybe" }, "registration"},
		{"a proxy by name", func(s *Settings) { s.TrustedProxies = "10.0.0.0/8,proxy" }, "trusted-proxies"},
		{"a log format", func(s *Settings) { s.LogFormat = "xml" }, "log-format"},
		{"a log level", func(s *Settings) { s.LogLevel = "loud" }, "log-level"},
		{"an admin with a weak password", func(s *Settings) {
			s.AdminUsername, s.AdminEmail, s.AdminPassword = "boss", "boss@example.com", "canary"
		}, "admin-password"},
	} {
		s := defaults(t)
		s.JWTSecret = secretText
		tt.change(&s)
		_, err := LoadConfig(s, true)
		if tt.flag == "" {
			if err != nil {
				t.Errorf("%s: LoadConfig = %v, want nil", tt.name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: LoadConfig = nil, want a fault of --%s", tt.name, tt.flag)
			continue
		}
		want := "--" + tt.flag + " (ROLECALL_" + strings.ToUpper(strings.ReplaceAll(tt.flag, "-", "_")) + ") "
		if text := err.Error(); !strings.HasPrefix(text, want) || strings.Contains(text, "\n") || strings.Contains(text, "canary") {
			t.Errorf("%s: LoadConfig = %q, want one line that begins with %q and holds no secret", tt.name, text, want)
		}
	}
}

func TestLoadConfigReportsAllFaults(t *testing.T) {
	s := Settings{JWTSecret: "canary", PreviousSecrets: "canary", AdminPassword: "canary", DatabaseURL: "x:canary", PublicURL: "canary"}
	_, err := LoadConfig(s, true)
	if err == nil {
		t.Fatal("LoadConfig = nil, want every fault")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 19 || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %d faults, want 19 without a value:\n%v", len(lines), err)
	}
}

func TestLoadConfigForCommands(t *testing.T) {
	s := defaults(t)
	s.DatabaseURL, s.AdminPassword = "postgres://host/db", "weak"
	c, err := LoadConfig(s, false)
	if err != nil || c.Secret != nil || c.FirstAdmin != nil {
		t.Errorf("LoadConfig = %v, secret %q, admin %v, want what only the service needs left out", err, c.Secret, c.FirstAdmin)
	}
}

func TestSecretIsKept(t *testing.T) {
	s := defaults(t)
	path := strings.TrimPrefix(s.DatabaseURL, "sqlite:") + ".jwt-secret"
	secrets := make([][]byte, 8)
	errs := race(8, func(i int) error {
		c, err := LoadConfig(s, true)
		secrets[i] = c.Secret
		return err
	})
	for i, err := range errs {
		if err != nil || !bytes.Equal(secrets[i], secrets[0]) || len(secrets[i]) < secretMin {
			t.Errorf("program %d: %v, a secret of %d bytes, the same %t", i, err, len(secrets[i]), bytes.Equal(secrets[i], secrets[0]))
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, mode %v, want 0600", err, info.Mode())
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the secret alone", left, err)
	}
	if err := os.WriteFile(path, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadConfig(s, true); err == nil || strings.Contains(err.Error(), "short\n") {
		t.Errorf("LoadConfig with a short secret in the file = %v, want a fault", err)
	}
}

// Settings that can't serve leave nothing behind.
func TestNoSecretIsMadeForFaultySettings(t *testing.T) {
	s := defaults(t)
	s.BcryptCost = "99"
	if _, err := LoadConfig(s, true); err == nil {
		t.Error("LoadConfig = nil, want a fault")
	}
	if left, err := os.ReadDir(filepath.Dir(strings.TrimPrefix(s.DatabaseURL, "sqlite:"))); err != nil || len(left) != 0 {
		t.Errorf("the folder holds %v (%v), want nothing", left, err)
	}
}
