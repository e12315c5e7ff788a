package services

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"rolecall/models"
)

// Settings are the flags and variables as they were given, each a text: so all
// faults are found together, and by one function. The tags are kong's.
type Settings struct {
	Listen          string `default:"127.0.0.1:8080" help:"Address to listen on; port 0 picks a free one."`
	MetricsListen   string `name:"metrics-listen" help:"Address of a second listener, which serves /metrics alone, for Prometheus. Unset: none."`
	PublicURL       string `name:"public-url" help:"Issuer of tokens and base of links; https:// makes cookies Secure. Default: from the address listened on."`
	DatabaseURL     string `name:"database-url" default:"sqlite:rolecall.db" help:"sqlite:PATH, sqlserver://user:pass@host:port?database=… (encrypt=true unless it says otherwise), or postgres://…"`
	Migrate         string `name:"migrate" default:"auto" help:"auto: apply our own migrations at start; check: refuse to start on an old schema."`
	JWTSecret       string `name:"jwt-secret" help:"HS256 secret of at least 32 bytes. Unset on SQLite: generated once and kept beside the database file. Not used with key files."`
	PreviousSecrets string `name:"jwt-previous-secrets" help:"Comma-separated secrets that verify only: for rotation and for a cut-over from another application."`
	KeyFiles        string `name:"jwt-key-files" help:"Comma-separated PEM files with a private key (Ed25519, P-256, or RSA of at least 2048 bits): the first signs, all verify. HS256 is then off, save for previous secrets."`
	Audience        string `name:"audience" help:"The aud claim, checked when set."`
	AccessTokenTTL  string `name:"access-token-ttl" default:"15m" help:"Life of an access token."`
	RefreshTokenTTL string `name:"refresh-token-ttl" default:"720h" help:"Life of an API session, and so of its refresh tokens."`
	ConsoleIdleTTL  string `name:"console-idle-ttl" default:"30m" help:"Idle life of a browser session."`
	ConsoleTTL      string `name:"console-ttl" default:"12h" help:"Absolute life of a browser session."`
	BcryptCost      string `name:"bcrypt-cost" default:"12" help:"Cost of new password hashes, 4 to 15."`
	MinLength       string `name:"password-min-length" default:"8" help:"Shortest new password, 8 to 64 characters; NIST SP 800-63B-4 asks for 15."`
	Registration    string `name:"registration" default:"open" help:"open, approval (an admin activates the account) or closed."`
	AdminUsername   string `name:"admin-username" help:"Username of the first admin, created at start when there is none."`
	AdminEmail      string `name:"admin-email" help:"E-mail address of the first admin."`
	AdminPassword   string `name:"admin-password" help:"Password of the first admin."`
	LoginLimits     string `name:"login-limits" default:"on" help:"on: failed sign-ins are limited; off."`
	RegisterLimit   string `name:"register-limit" default:"20/h" help:"Registrations from one address, such as 20/h; off."`
	RevocationLag   string `name:"revocation-lag" default:"1s" help:"The longest that another replica may accept what this one revoked; 0s reads the database at each request."`
	TrustedProxies  string `name:"trusted-proxies" help:"Comma-separated CIDRs of proxies whose X-Forwarded-For and X-Request-Id are believed."`
	LogFormat       string `name:"log-format" default:"text" help:"text or json."`
	LogLevel        string `name:"log-level" default:"info" help:"debug, info, warn or error."`
}

// A Registration says who may open an account.
type Registration string

// The ways of registration.
const (
	RegistrationOpen     Registration = "open"
	RegistrationApproval Registration = "approval"
	RegistrationClosed   Registration = "closed"
)

// A Config is what the settings mean.
type Config struct {
	Listen             string
	MetricsListen      string // "" for none
	PublicURL          string // without a slash at the end; "" until the listener has its port
	DatabaseURL        string
	MigrateAtStart     bool
	Secret             []byte   // signs and verifies, when there are no Keys
	PreviousSecrets    [][]byte // verify only
	Keys               []*Key   // all verify, the first signs
	Audience           string
	AccessTokenTTL     time.Duration
	RefreshTokenTTL    time.Duration
	ConsoleIdleTTL     time.Duration
	ConsoleTTL         time.Duration
	BcryptCost         int
	PasswordMinLength  int
	Registration       Registration
	FirstAdmin         *NewUser // nil when none is asked for
	LoginLimits        bool
	RegisterLimit      Rate // the zero Rate is no limit
	RevocationLag      time.Duration
	TrustedProxies     []netip.Prefix
	LogJSON            bool
	LogLevel           slog.Level
	HashingConcurrency int
}

// A Rate is so many in so long. The zero Rate is no limit.
type Rate struct {
	Count  int
	Window time.Duration
}

// Secure reports whether browsers reach the service by https.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Limits of the settings.
const (
	secretMin      = 32 // bytes; RFC 7518 §3.2 asks HS256 for a key as long as its hash
	bcryptCostMin  = 4
	bcryptCostMax  = 15
	minLengthMin   = 8
	minLengthMax   = 64
	accessTTLMax   = 24 * time.Hour
	refreshTTLMax  = 365 * 24 * time.Hour
	lagMax         = time.Minute
	consoleTTLMax  = 30 * 24 * time.Hour
	generatedBytes = 48
)

// LoadConfig reads the settings; serving asks for what only the service itself
// needs, such as the secret. Every fault is in the error, one line each and none
// with the value of a secret; the error is nil when there are none.
func LoadConfig(s Settings, serving bool) (Config, error) {
	f := &faults{}
	c := Config{
		Listen:             f.address("listen", s.Listen),
		MetricsListen:      f.metricsListen(s),
		PublicURL:          f.publicURL(s.PublicURL),
		DatabaseURL:        f.databaseURL(s.DatabaseURL),
		MigrateAtStart:     f.oneOf("migrate", s.Migrate, "auto", "check") == "auto",
		PreviousSecrets:    secrets(s.PreviousSecrets),
		Audience:           s.Audience,
		AccessTokenTTL:     f.duration("access-token-ttl", s.AccessTokenTTL, time.Second, accessTTLMax),
		RefreshTokenTTL:    f.duration("refresh-token-ttl", s.RefreshTokenTTL, time.Second, refreshTTLMax),
		ConsoleIdleTTL:     f.duration("console-idle-ttl", s.ConsoleIdleTTL, time.Second, consoleTTLMax),
		ConsoleTTL:         f.duration("console-ttl", s.ConsoleTTL, time.Second, consoleTTLMax),
		BcryptCost:         f.number("bcrypt-cost", s.BcryptCost, bcryptCostMin, bcryptCostMax),
		PasswordMinLength:  f.number("password-min-length", s.MinLength, minLengthMin, minLengthMax),
		Registration:       Registration(f.oneOf("registration", s.Registration, "open", "approval", "closed")),
		LoginLimits:        f.oneOf("login-limits", s.LoginLimits, "on", "off") == "on",
		RegisterLimit:      f.rate("register-limit", s.RegisterLimit),
		RevocationLag:      f.duration("revocation-lag", s.RevocationLag, 0, lagMax),
		TrustedProxies:     f.prefixes("trusted-proxies", s.TrustedProxies),
		LogJSON:            f.oneOf("log-format", s.LogFormat, "text", "json") == "json",
		HashingConcurrency: runtime.GOMAXPROCS(0),
	}
	f.check("log-level", c.LogLevel.UnmarshalText([]byte(s.LogLevel)), "is none of debug, info, warn and error")
	if serving {
		c.FirstAdmin = f.firstAdmin(s, c)
		c.Keys = f.keys("jwt-key-files", s.KeyFiles)
		if s.KeyFiles == "" {
			c.Secret = f.secret(s, c)
		}
	}
	return c, errors.Join(f.errs...)
}

// faults collects what is wrong with the settings.
type faults struct{ errs []error }

func (f *faults) add(name, fault string) {
	f.errs = append(f.errs, fmt.Errorf("--%s (ROLECALL_%s) %s", name, strings.ToUpper(strings.ReplaceAll(name, "-", "_")), fault))
}

func (f *faults) check(name string, err error, fault string) {
	if err != nil {
		f.add(name, fault)
	}
}

func (f *faults) address(name, value string) string {
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	f.check(name, err, "is no address such as 127.0.0.1:8080")
	return value
}

// metricsListen is off when unset. On the service's own address, the metrics would be
// for everybody.
func (f *faults) metricsListen(s Settings) string {
	if s.MetricsListen == "" {
		return ""
	}
	if _, port, _ := net.SplitHostPort(s.Listen); s.MetricsListen == s.Listen && port != "0" {
		f.add("metrics-listen", "is the address of the service itself")
	}
	return f.address("metrics-listen", s.MetricsListen)
}

func (f *faults) publicURL(value string) string {
	parsed, err := url.Parse(value)
	known := err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != "" &&
		parsed.User == nil && parsed.RawQuery == "" && parsed.Fragment == ""
	if value != "" && !known {
		f.add("public-url", "is no URL such as https://accounts.example.com")
		return ""
	}
	return strings.TrimRight(parsed.String(), "/") // the scheme in lower case
}

func (f *faults) databaseURL(value string) string {
	scheme, rest, _ := strings.Cut(value, ":")
	switch scheme {
	case "sqlite", "sqlserver", "postgres", "postgresql":
		if rest == "" {
			f.add("database-url", "names no database")
		}
	default:
		f.add("database-url", "begins with none of sqlite:, sqlserver:// and postgres://")
	}
	return value
}

func (f *faults) oneOf(name, value string, known ...string) string {
	for _, word := range known {
		if value == word {
			return value
		}
	}
	f.add(name, "is none of "+strings.Join(known, ", "))
	return ""
}

func (f *faults) duration(name, value string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil || d < least || d > most {
		f.add(name, fmt.Sprintf("is no duration such as 15m, from %s to %s", least, most))
	}
	return d
}

// rate reads a limit such as 20/h; off is none.
func (f *faults) rate(name, value string) Rate {
	if value == "off" {
		return Rate{}
	}
	windows := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	digits, unit, _ := strings.Cut(value, "/")
	count, err := strconv.Atoi(digits)
	if err != nil || count < 1 || windows[unit] == 0 {
		f.add(name, "is neither off nor a number in a minute, an hour or a day, such as 20/h")
	}
	return Rate{count, windows[unit]}
}

func (f *faults) number(name, value string, least, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		f.add(name, fmt.Sprintf("is no number from %d to %d", least, most))
	}
	return n
}

func (f *faults) prefixes(name, value string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, part := range commaSeparated(value) {
		prefix, err := netip.ParsePrefix(part)
		if addr, addrErr := netip.ParseAddr(part); addrErr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			f.add(name, "holds what is no CIDR such as 10.0.0.0/8")
			continue
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes
}

// commaSeparated returns the parts of a list, without the blanks around them.
func commaSeparated(value string) []string {
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func secrets(value string) [][]byte {
	var secrets [][]byte
	for _, part := range commaSeparated(value) {
		secrets = append(secrets, []byte(part))
	}
	return secrets
}

// secret takes the given one; without, an embedded database gets one of its own.
// A server database may have several replicas, which must agree, so there it is
// asked for.
func (f *faults) secret(s Settings, c Config) []byte {
	if s.JWTSecret != "" {
		if len(s.JWTSecret) < secretMin {
			f.add("jwt-secret", fmt.Sprintf("has fewer than %d bytes", secretMin))
		}
		return []byte(s.JWTSecret)
	}
	path, embedded := models.IsSQLite(c.DatabaseURL)
	if !embedded {
		f.add("jwt-secret", "must be set, or --jwt-key-files, when the database is on a server: all replicas share it")
		return nil
	}
	if len(f.errs) > 0 {
		return nil // nothing is written for settings that can't serve
	}
	secret, err := keptSecret(path + secretSuffix)
	f.check("jwt-secret", err, "is unset, and none can be kept beside the database file: "+fmt.Sprint(err))
	return secret
}

// keptSecret reads the file, or makes it with a new secret. Two programs that
// start at once agree: the name appears with its content or not at all.
func keptSecret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeSecret(path); err != nil {
			return nil, err
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	secret := []byte(strings.TrimSpace(string(text)))
	if len(secret) < secretMin {
		return nil, fmt.Errorf("%s holds fewer than %d bytes", path, secretMin)
	}
	return secret, nil
}

func makeSecret(path string) error {
	random := make([]byte, generatedBytes)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	draft := path + "." + rand.Text()
	if err := os.WriteFile(draft, []byte(base64.RawURLEncoding.EncodeToString(random)+"\n"), 0o600); err != nil {
		return err
	}
	err := os.Link(draft, path)
	if errors.Is(err, os.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(draft))
}

// firstAdmin checks the three settings together: all, or none.
func (f *faults) firstAdmin(s Settings, c Config) *NewUser {
	if s.AdminUsername == "" && s.AdminEmail == "" && s.AdminPassword == "" {
		return nil
	}
	fields := models.CheckUser(s.AdminUsername, s.AdminEmail, "", "")
	if sentence := (passwordRules{c.PasswordMinLength}).check(s.AdminPassword, s.AdminUsername, s.AdminEmail); sentence != "" {
		fields["password"] = sentence
	}
	for _, field := range []string{"username", "email", "password"} {
		if sentence := fields[field]; sentence != "" {
			f.add("admin-"+field, "is not acceptable: "+sentence)
		}
	}
	return &NewUser{
		Username: s.AdminUsername, Email: s.AdminEmail, Password: s.AdminPassword,
		Roles: []string{models.AdminRole, models.UserRole}, IsActive: true,
	}
}
