package services

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// algorithms are those that we sign with.
var algorithms = []string{"HS256", "EdDSA", "ES256", "RS256"}

// newTestKey makes a key. That of RSA is the shortest, whose signature does not
// use every bit of its last character.
func newTestKey(t testing.TB, algorithm string) *Key {
	t.Helper()
	if algorithm == "HS256" {
		return secretKeys([]byte("a secret of its own: " + rand.Text()))[0]
	}
	private, err := generate(algorithm)
	if algorithm == "RS256" {
		private, err = rsa.GenerateKey(rand.Reader, rsaMin)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := newKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signedBy has tokens signed by the algorithm; HS256 is the tests' own.
func signedBy(t testing.TB, algorithm string) func(*Config) {
	if algorithm == "HS256" {
		return func(*Config) {}
	}
	key := newTestKey(t, algorithm)
	return func(c *Config) { c.Keys = []*Key{key} }
}

// A forgery is a token made by hand.
type forgery struct {
	header map[string]any
	claims jwt.MapClaims
	key    any
	method jwt.SigningMethod
}

func (f forgery) String() string {
	token := jwt.NewWithClaims(f.method, f.claims)
	maps.Copy(token.Header, f.header)
	for name, value := range token.Header {
		if value == nil {
			delete(token.Header, name)
		}
	}
	text, err := token.SignedString(f.key)
	if err != nil {
		panic(err)
	}
	return text
}

// genuine is as Issue makes it, for a session.
func genuine(s *Services, actor models.Actor) forgery {
	g := forgery{claims: jwt.MapClaims{
		"iss": "http://rolecall.test", "aud": "tests", "sub": "2", "user_id": actor.User.UserID, "sid": actor.SessionID,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}}
	g.signWith(s.Tokens.signer)
	return g
}

func (f *forgery) signWith(key *Key) {
	f.header = map[string]any{"typ": accessType, "kid": key.id}
	f.method, f.key = key.method, key.private
}

// A forgedCase changes what is genuine.
type forgedCase struct {
	name   string
	change func(*forgery)
	ok     bool
}

// What the library accepts by itself, and what an attacker may try: the same
// table for each algorithm.
func TestForgedTokens(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(algorithm, func(t *testing.T) {
			f := newFixture(t, modeltest.NewDB(t), signedBy(t, algorithm), func(c *Config) { c.Audience = "tests" })
			f.cast()
			ann, bob := f.signIn("ann", goodPassword), f.signIn("bob", goodPassword)
			for _, tt := range slices.Concat(forgedClaims(bob), forgedHeaders(), forgedKeys(t, f.Tokens.signer)) {
				g := genuine(f.Services, ann)
				tt.change(&g)
				actor, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.APISession)
				if (err == nil) != tt.ok || actor.SignedIn() != tt.ok {
					t.Errorf("%s: Authenticate = user %d, %v, want success %t", tt.name, actor.User.UserID, err, tt.ok)
				}
				if err != nil && err != error(errToken) {
					t.Errorf("%s: Authenticate = %v, want the one answer", tt.name, err)
				}
			}
			testAltered(t, f, genuine(f.Services, ann).String())
		})
	}
}

func forgedClaims(bob models.Actor) []forgedCase {
	set := func(name string, value any) func(*forgery) {
		return func(g *forgery) { g.claims[name] = value }
	}
	inAnHour, justNow := time.Now().Add(time.Hour).Unix(), time.Now().Add(-time.Second).Unix()
	return []forgedCase{
		{"genuine", func(*forgery) {}, true},
		{"several audiences", set("aud", []string{"x", "tests"}), true},
		{"no exp", set("exp", nil), false},
		{"expired", set("exp", justNow), false},
		{"exp as a text", set("exp", "9999999999"), true},
		{"exp as another text", set("exp", "never"), false},
		{"issued in the future", set("iat", inAnHour), false},
		{"issued by a clock that is ahead", set("iat", time.Now().Add(clockSkew/2).Unix()), true},
		{"no iat", set("iat", nil), false},
		{"not before the future", set("nbf", inAnHour), false},
		{"another issuer", set("iss", "http://evil.test"), false},
		{"an empty issuer", set("iss", ""), false},
		{"no issuer", set("iss", nil), false},
		{"another audience", set("aud", "x"), false},
		{"an empty audience", set("aud", ""), false},
		{"no audience", set("aud", nil), false},
		{"no sub", set("sub", nil), false},
		{"another sub", set("sub", "3"), false},
		{"user_id of another", set("user_id", bob.User.UserID), false},
		{"user_id and sub of another", func(g *forgery) { g.claims["user_id"], g.claims["sub"] = bob.User.UserID, "3" }, false},
		{"session of another", set("sid", bob.SessionID), false},
		{"no session", set("sid", nil), false},
		{"an unknown session", set("sid", "x"), false},
		{"user_id 0", func(g *forgery) { g.claims["user_id"], g.claims["sub"] = 0, "0" }, false},
		{"user_id as a text", set("user_id", "2"), false},
		{"a huge user_id", func(g *forgery) { g.claims["user_id"], g.claims["sub"] = int64(1)<<53+1, "9007199254740993" }, false},
		{"oversize", set("x", strings.Repeat("x", tokenMax)), false},
		{"1 MiB", set("x", strings.Repeat("x", 1<<20)), false},
	}
}

func forgedHeaders() []forgedCase {
	head := func(name string, value any) func(*forgery) {
		return func(g *forgery) { g.header[name] = value }
	}
	return []forgedCase{
		{"an unknown crit", head("crit", []string{"x"}), false},
		{"an empty crit", head("crit", []string{}), false},
		{"b64", head("b64", false), false},
		{"jku", head("jku", "http://evil.test/keys"), false},
		{"jwk", head("jwk", map[string]any{"kty": "oct"}), false},
		{"x5u", head("x5u", "http://evil.test"), false},
		{"x5c", head("x5c", []string{"x"}), false},
		{"typ of the console", head("typ", consoleType), false},
		{"typ of a refresh token", head("typ", "refresh+jwt"), false},
		{"typ JWT", head("typ", "JWT"), false},
		{"no typ", head("typ", nil), false},
		{"typ of no text", head("typ", 1), false},
		{"an unknown kid", head("kid", "x"), false},
		{"kid as a path", head("kid", "../../../dev/null"), false},
		{"kid of no text", head("kid", 1), false},
		{"no kid", head("kid", nil), false},
	}
}

// forgedKeys sign otherwise than the key that the kid names.
func forgedKeys(t *testing.T, real *Key) []forgedCase {
	with := func(method jwt.SigningMethod, key any) func(*forgery) {
		return func(g *forgery) { g.method, g.key = method, key }
	}
	stranger := newTestKey(t, real.method.Alg())
	cases := []forgedCase{
		{"alg none", with(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType), false},
		{"another key", with(stranger.method, stranger.private), false},
		{"another key by its own kid", func(g *forgery) { g.signWith(stranger) }, false},
		{"another key that it brings along", func(g *forgery) { g.signWith(stranger); g.header["jwk"] = stranger.jwk }, false},
		{"an empty secret", with(jwt.SigningMethodHS256, []byte{}), false},
		{"an empty secret by its kid", func(g *forgery) { g.method, g.key, g.header["kid"] = jwt.SigningMethodHS256, []byte{}, keyID(nil) }, false},
		{"kid as the secret", with(jwt.SigningMethodHS256, []byte(real.id)), false},
	}
	for _, alg := range jwt.GetAlgorithms() {
		if alg == real.method.Alg() || alg == "none" {
			continue
		}
		method := jwt.GetSigningMethod(alg)
		for name, key := range misusedKeys(t, method, real) {
			cases = append(cases, forgedCase{alg + " by " + name, with(method, key), false})
		}
	}
	return cases
}

// strangerRSA is made once, as that takes long.
var strangerRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, rsaMin)) })

// misusedKeys sign by the method: with the key itself where it can, else with
// what everybody knows of it, else with a stranger's.
func misusedKeys(t *testing.T, method jwt.SigningMethod, real *Key) map[string]any {
	t.Helper()
	switch method := method.(type) {
	case *jwt.SigningMethodHMAC:
		return publicBytes(real)
	case *jwt.SigningMethodRSA, *jwt.SigningMethodRSAPSS:
		if _, ok := real.private.(*rsa.PrivateKey); ok {
			return map[string]any{"the key": real.private}
		}
		return map[string]any{"a stranger": strangerRSA()}
	case *jwt.SigningMethodECDSA:
		curve := map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}[method.CurveBits]
		return map[string]any{"a stranger": must(ecdsa.GenerateKey(curve, rand.Reader))}
	}
	return map[string]any{"a stranger": newTestKey(t, "EdDSA").private}
}

// publicBytes are the forms of a public key that could be taken for a secret.
func publicBytes(real *Key) map[string]any {
	if secret, ok := real.private.([]byte); ok {
		return map[string]any{"the secret": secret}
	}
	der := must(x509.MarshalPKIXPublicKey(real.public))
	forms := map[string]any{"the public DER": der, "the public PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})}
	switch public := real.public.(type) {
	case ed25519.PublicKey:
		forms["the public bytes"] = []byte(public)
	case *rsa.PublicKey:
		forms["the public PKCS#1"] = x509.MarshalPKCS1PublicKey(public)
	}
	return forms
}

// testAltered changes single bits and whole parts of a good token.
func testAltered(t *testing.T, f *fixture, good string) {
	last := good[len(good)-1]
	alphabet := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	next := alphabet[strings.IndexByte(alphabet, last)^1] // a bit of the last character that the signature does not use
	parts := strings.Split(good, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + parts[1] + "."
	for name, token := range map[string]string{
		"none": "", "a word": "x", "two dots": "..", "unused bit": good[:len(good)-1] + string(next),
		"another first bit": parts[0] + "." + parts[1] + "." + flip(parts[2]), "another claim": parts[0] + "." + flip(parts[1]) + "." + parts[2],
		"no signature": parts[0] + "." + parts[1] + ".", "unsigned": unsigned, "padded": good + "=", "a blank behind": good + " ", "NUL": good + "\x00",
	} {
		if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession); err != error(errToken) {
			t.Errorf("%s: Authenticate = %v, want the one answer", name, err)
		}
	}
}

func flip(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}

// A claim that is no float64 stays exact.
func TestHugeUserID(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	const huge = int64(1)<<53 + 1
	g := genuine(f.Services, models.Actor{SessionID: "x"})
	g.claims["user_id"], g.claims["sub"] = huge, "9007199254740993"
	if c, _, err := f.Tokens.parse(g.String(), models.APISession); err != nil || c.UserID != huge {
		t.Errorf("parse = user_id %d, %v, want %d", c.UserID, err, huge)
	}
}
