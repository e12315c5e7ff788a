package services

import (
	"slices"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// ring has a key of each algorithm; that of HS256 is a previous secret.
func ring(t *testing.T) (map[string]*Key, func(*Config)) {
	t.Helper()
	keys := map[string]*Key{}
	for _, algorithm := range algorithms {
		keys[algorithm] = newTestKey(t, algorithm)
	}
	return keys, func(c *Config) {
		c.Keys = []*Key{keys["EdDSA"], keys["ES256"], keys["RS256"]}
		c.PreviousSecrets = [][]byte{keys["HS256"].private.([]byte)}
	}
}

// Even where the library would find the key to be of another type by itself, no
// key is handed out for another's algorithm, nor a secret for a public key.
func TestKeyServesItsAlgorithmAlone(t *testing.T) {
	keys, config := ring(t)
	f := newFixture(t, modeltest.NewDB(t), config)
	for algorithm, key := range keys {
		for _, alg := range jwt.GetAlgorithms() {
			token := &jwt.Token{Method: jwt.GetSigningMethod(alg), Header: map[string]any{"typ": accessType, "kid": key.id}}
			got, err := f.Tokens.key(token, accessType)
			if (err == nil) != (alg == algorithm) {
				t.Errorf("the key of %s for %s: %v, want it only for its own", algorithm, alg, err)
			}
			if _, bytes := got.([]byte); bytes && algorithm != "HS256" {
				t.Errorf("the key of %s is handed out as bytes", algorithm)
			}
		}
	}
}

// The kid of one key with the signature of another, where both are ours.
func TestKidOfAnotherKey(t *testing.T) {
	keys, config := ring(t)
	f := newFixture(t, modeltest.NewDB(t), config)
	f.cast()
	ann := f.signIn("ann", goodPassword)
	for named, kid := range keys {
		for signed, key := range keys {
			g := genuine(f.Services, ann)
			g.signWith(key)
			g.header["kid"] = kid.id
			_, err := f.Tokens.Authenticate(t.Context(), f.as(""), g.String(), models.APISession)
			if (err == nil) != (named == signed) {
				t.Errorf("kid of %s, signed by %s: %v", named, signed, err)
			}
		}
	}
}

// The parser alone allows just the algorithms of the keys there are.
func TestAllowedAlgorithms(t *testing.T) {
	keys, whole := ring(t)
	previous := func(c *Config) { c.PreviousSecrets = [][]byte{[]byte("previous")} }
	only := func(names ...string) func(*Config) {
		return func(c *Config) {
			for _, name := range names {
				c.Keys = append(c.Keys, keys[name])
			}
		}
	}
	for _, tt := range []struct {
		name    string
		changes []func(*Config)
		want    []string
	}{
		{"a secret", nil, []string{"HS256"}},
		{"one key", []func(*Config){only("EdDSA")}, []string{"EdDSA"}},
		{"two keys", []func(*Config){only("RS256", "ES256")}, []string{"ES256", "RS256"}},
		{"a key and a previous secret", []func(*Config){only("ES256"), previous}, []string{"ES256", "HS256"}},
		{"all", []func(*Config){whole}, []string{"ES256", "EdDSA", "HS256", "RS256"}},
		{"none, as a command has it", []func(*Config){func(c *Config) { c.Secret = nil }}, nil},
	} {
		parser := newTokens(&core{cfg: testConfig(tt.changes...)}).own
		var got []string
		for _, alg := range jwt.GetAlgorithms() {
			asked := false // for the key: the algorithm is allowed
			parser.Parse(forgery{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType, header: map[string]any{"alg": alg}}.String(),
				func(*jwt.Token) (any, error) { asked = true; return nil, jwt.ErrInvalidKey })
			if asked {
				got = append(got, alg)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: the parser allows %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A keyRing is what one replica is configured with.
type keyRing struct {
	name     string
	keys     []*Key
	secret   []byte
	previous [][]byte
}

func (r keyRing) apply(c *Config) { c.Keys, c.Secret, c.PreviousSecrets = r.keys, r.secret, r.previous }

// No token is lost while keys change: each step's verifies at the next one, and
// not any more once its key is gone.
func TestRotation(t *testing.T) {
	one, two, three := newTestKey(t, "EdDSA"), newTestKey(t, "EdDSA"), newTestKey(t, "RS256")
	secret := testConfig().Secret
	steps := []struct {
		keyRing
		signer string
		lives  int // so many of the latest steps' tokens verify, this one's among them
		jwks   []*Key
	}{
		{keyRing{"a secret", nil, secret, nil}, keyID(secret), 1, nil},
		{keyRing{"the first key, with the secret as a previous one", []*Key{one}, nil, [][]byte{secret}}, one.id, 2, []*Key{one}},
		{keyRing{"the secret removed", []*Key{one}, nil, nil}, one.id, 2, []*Key{one}},
		{keyRing{"the next key published", []*Key{one, two}, nil, nil}, one.id, 3, []*Key{one, two}},
		{keyRing{"the next key first", []*Key{two, one}, nil, nil}, two.id, 4, []*Key{two, one}},
		{keyRing{"the first key removed", []*Key{two}, nil, nil}, two.id, 2, []*Key{two}},
		{keyRing{"a key of another algorithm first", []*Key{three, two}, nil, nil}, three.id, 3, []*Key{three, two}},
		{keyRing{"a secret again", nil, secret, nil}, keyID(secret), 1, nil},
	}
	db := modeltest.NewDB(t)
	newFixture(t, db).cast()
	var tokens []string
	for _, step := range steps {
		f := newFixture(t, db, step.apply)
		tokens = append(tokens, f.token("ann", goodPassword, models.APISession))
		if got := f.Tokens.signer.id; got != step.signer {
			t.Errorf("%s: %s signs, want %s", step.name, got, step.signer)
		}
		for i, token := range tokens {
			_, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession)
			want := i > len(tokens)-1-step.lives || i == 0 && step.signer == keyID(secret)
			if (err == nil) != want {
				t.Errorf("%s: a token of %q: %v, want success %t", step.name, steps[i].name, err, want)
			}
		}
		if got := f.Tokens.JWKS().Keys; !slices.EqualFunc(got, step.jwks, func(a JWK, b *Key) bool { return a == b.jwk }) {
			t.Errorf("%s: the JWKS has %v, want %v", step.name, got, step.jwks)
		}
	}
}

// With key files a secret counts only when it is a previous one: for tokens of
// ours, and for those of another program.
func TestSecretBesideKeys(t *testing.T) {
	key := newTestKey(t, "ES256")
	secret := testConfig().Secret
	db := modeltest.NewDB(t)
	f := newFixture(t, db)
	f.cast()
	f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES ('old', ?, 'old@example.com')`, passlibHashes[0].hash)
	ours := f.token("ann", goodPassword, models.APISession)
	foreign := forgery{nil, jwt.MapClaims{"user_id": f.id("old"), "exp": time.Now().Add(time.Hour).Unix()}, secret, jwt.SigningMethodHS256}.String()
	for _, tt := range []struct {
		ring keyRing
		ok   bool
	}{
		{keyRing{"set, but with key files", []*Key{key}, secret, nil}, false},
		{keyRing{"a previous one", []*Key{key}, nil, [][]byte{secret}}, true},
		{keyRing{"another is the previous one", []*Key{key}, secret, [][]byte{[]byte("another")}}, false},
	} {
		f := newFixture(t, db, tt.ring.apply)
		for name, token := range map[string]string{"ours": ours, "another program's": foreign} {
			if _, err := f.Tokens.Authenticate(t.Context(), f.as(""), token, models.APISession); (err == nil) != tt.ok {
				t.Errorf("%s: %s token: %v, want success %t", tt.ring.name, name, err, tt.ok)
			}
			if c, _, err := f.Tokens.parse(token, models.APISession); err == nil && c.ExpiresAt == nil {
				t.Errorf("%s: %s token: no end is told of it", tt.ring.name, name)
			}
		}
	}
}

// What replicas with the same first key have in common, and nobody else.
func TestSetupLinkOfKeys(t *testing.T) {
	db := modeltest.NewDB(t)
	first, second, secret := newTestKey(t, "EdDSA"), newTestKey(t, "RS256"), testConfig().Secret
	again, err := newKey(first.private)
	if err != nil {
		t.Fatal(err)
	}
	link := func(r keyRing) string {
		token, err := newFixture(t, db, r.apply).Setup.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	want := link(keyRing{keys: []*Key{first}})
	for _, tt := range []struct {
		keyRing
		same bool
	}{
		{keyRing{"a replica", []*Key{again}, nil, nil}, true},
		{keyRing{"a replica with more", []*Key{again, second}, secret, [][]byte{secret}}, true},
		{keyRing{"another first key", []*Key{second, first}, nil, nil}, false},
		{keyRing{"a secret", nil, secret, nil}, false},
		{keyRing{"nothing", nil, nil, nil}, false},
		{keyRing{"what the JWKS tells", nil, []byte(first.jwk.X), nil}, false},
	} {
		if got := link(tt.keyRing); (got == want) != tt.same {
			t.Errorf("%s: the link is the same: %t, want %t", tt.name, got == want, tt.same)
		}
	}
}
