package services

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// The examples of the two standards.
func TestThumbprint(t *testing.T) {
	for _, tt := range []struct {
		source string
		key    JWK
		want   string
	}{
		{"RFC 7638 §3.1", JWK{Type: "RSA", Use: "sig", Algorithm: "RS256", KeyID: "2011-04-29", Exponent: "AQAB", Modulus: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx" +
			"4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6" +
			"qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"},
			"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		{"RFC 8037 A.3", JWK{Type: "OKP", Curve: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		if got := thumbprint(tt.key); got != tt.want {
			t.Errorf("%s: thumbprint = %s, want %s", tt.source, got, tt.want)
		}
	}
}

// published is the JWKS as a client reads it.
func published(t *testing.T, tokens *Tokens) []map[string]string {
	t.Helper()
	text, err := json.Marshal(tokens.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	var set map[string][]map[string]string
	if err := json.Unmarshal(text, &set); err != nil || len(set) != 1 || set["keys"] == nil {
		t.Fatalf("the JWKS is %s, %v; want a list of keys alone", text, err)
	}
	return set["keys"]
}

// Public members, all of them, and no other: no d, p, q, dp, dq, qi, oth or k.
func TestJWKSMembers(t *testing.T) {
	keys, config := ring(t)
	tokens := newFixture(t, modeltest.NewDB(t), config).Tokens
	want := map[string][]string{
		"EdDSA": {"alg", "crv", "kid", "kty", "use", "x"},
		"ES256": {"alg", "crv", "kid", "kty", "use", "x", "y"},
		"RS256": {"alg", "e", "kid", "kty", "n", "use"},
	}
	set := published(t, tokens)
	if len(set) != len(want) {
		t.Errorf("the JWKS has %d keys, want %d", len(set), len(want))
	}
	for _, key := range set {
		algorithm := key["alg"]
		if got := slices.Sorted(maps.Keys(key)); !slices.Equal(got, want[algorithm]) {
			t.Errorf("%s has the members %q, want %q", algorithm, got, want[algorithm])
		}
		if key["use"] != "sig" || key["kid"] != keys[algorithm].id || key["kid"] == "" {
			t.Errorf("%s is %v, want it for signatures and with its kid", algorithm, key)
		}
	}
}

func TestJWKSOfSecrets(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t), func(c *Config) { c.PreviousSecrets = [][]byte{[]byte("previous")} })
	if text, err := json.Marshal(f.Tokens.JWKS()); err != nil || string(text) != `{"keys":[]}` {
		t.Errorf("the JWKS is %s, %v; want an empty list", text, err)
	}
}

// A resource server that has the JWKS alone verifies our tokens, by each key.
func TestJWKSVerifies(t *testing.T) {
	keys, config := ring(t)
	db := modeltest.NewDB(t)
	newFixture(t, db).cast()
	for _, algorithm := range []string{"EdDSA", "ES256", "RS256"} {
		f := newFixture(t, db, config, func(c *Config) {
			c.Keys = slices.DeleteFunc(slices.Clone(c.Keys), func(k *Key) bool { return k == keys[algorithm] })
			c.Keys = append([]*Key{keys[algorithm]}, c.Keys...)
		})
		verifiers := map[string]any{}
		for _, key := range published(t, f.Tokens) {
			verifiers[key["kid"]] = clientKey(t, key)
		}
		claims := jwt.MapClaims{}
		token, err := jwt.ParseWithClaims(f.token("ann", goodPassword, models.APISession), claims, func(token *jwt.Token) (any, error) {
			return verifiers[token.Header["kid"].(string)], nil
		})
		if err != nil || token.Header["alg"] != algorithm || token.Header["typ"] != accessType || claims["username"] != "ann" {
			t.Errorf("%s: the header %v and the claims %v, %v; want ann's", algorithm, token.Header, claims, err)
		}
	}
}

// clientKey is made of the members alone.
func clientKey(t *testing.T, key map[string]string) any {
	t.Helper()
	decode := func(name string) []byte { return must(base64.RawURLEncoding.DecodeString(key[name])) }
	switch key["kty"] + " " + key["crv"] {
	case "OKP Ed25519":
		return ed25519.PublicKey(decode("x"))
	case "EC P-256":
		return must(ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, decode("x"), decode("y"))))
	case "RSA ":
		return &rsa.PublicKey{N: new(big.Int).SetBytes(decode("n")), E: int(new(big.Int).SetBytes(decode("e")).Int64())}
	}
	t.Fatalf("a key of the type %s on the curve %s", key["kty"], key["crv"])
	return nil
}

// Coordinates have 32 bytes each, zeros at the beginning among them (RFC 7518
// §6.2.1.2).
func TestCoordinatesKeepTheirZeros(t *testing.T) {
	for range 10_000 {
		private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		if must(private.PublicKey.Bytes())[1] != 0 {
			continue
		}
		if key := must(newKey(private)); len(key.jwk.X) != 43 || len(key.jwk.Y) != 43 {
			t.Errorf("x has %d characters and y %d, want 43 each", len(key.jwk.X), len(key.jwk.Y))
		}
		return
	}
	t.Fatal("no key has a coordinate with a zero")
}
