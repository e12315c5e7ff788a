package services

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolecall/models/modeltest"
)

// keyFile writes the PEM blocks to a file of its own.
func keyFile(t *testing.T, blocks ...*pem.Block) string {
	t.Helper()
	var text bytes.Buffer
	for _, block := range blocks {
		if err := pem.Encode(&text, block); err != nil {
			t.Fatal(err)
		}
	}
	return textFile(t, text.String())
}

func textFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pkcs8 is the block of a private key.
func pkcs8(private any) *pem.Block {
	return &pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(private))}
}

// must is for keys that are made with what can't fail.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestKeyFiles(t *testing.T) {
	ed, ec, rs := newTestKey(t, "EdDSA"), newTestKey(t, "ES256"), newTestKey(t, "RS256")
	sec1 := &pem.Block{Type: "EC PRIVATE KEY", Bytes: must(x509.MarshalECPrivateKey(ec.private.(*ecdsa.PrivateKey)))}
	pkcs1 := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rs.private.(*rsa.PrivateKey))}
	parameters := &pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}}
	edFile := keyFile(t, pkcs8(ed.private))
	for _, tt := range []struct {
		name  string
		files string
		want  []*Key
	}{
		{"Ed25519", edFile, []*Key{ed}},
		{"P-256", keyFile(t, pkcs8(ec.private)), []*Key{ec}},
		{"RSA", keyFile(t, pkcs8(rs.private)), []*Key{rs}},
		{"P-256 as SEC 1, behind its parameters", keyFile(t, parameters, sec1), []*Key{ec}},
		{"RSA as PKCS#1", keyFile(t, pkcs1), []*Key{rs}},
		{"text around it, and CR LF", textFile(t, "A key:\r\n"+strings.ReplaceAll(string(pem.EncodeToMemory(pkcs8(ed.private))), "\n", "\r\n")+"the end"), []*Key{ed}},
		{"a list in its order", " " + keyFile(t, pkcs1) + ", " + edFile + "," + keyFile(t, sec1) + ",", []*Key{rs, ed, ec}},
		{"none", "", nil},
	} {
		s := defaults(t)
		s.JWTSecret, s.KeyFiles = secretText, tt.files
		c, err := LoadConfig(s, true)
		if err != nil {
			t.Errorf("%s: LoadConfig: %v", tt.name, err)
		}
		if !slices.EqualFunc(c.Keys, tt.want, func(a, b *Key) bool { return a.id == b.id && a.method == b.method && a.jwk == b.jwk }) {
			t.Errorf("%s: the keys are %v, want %v", tt.name, c.Keys, tt.want)
		}
		if (c.Secret == nil) != (len(tt.want) > 0) {
			t.Errorf("%s: a secret of %d bytes, want one only without key files", tt.name, len(c.Secret))
		}
	}
}

// Each is one line, which names the file and tells nothing of what is in it.
func TestKeyFileFaults(t *testing.T) {
	ed := newTestKey(t, "EdDSA")
	good := pkcs8(ed.private)
	public := &pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(ed.public))}
	sealed := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: bytes.Repeat([]byte("canary"), 20),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00112233445566778899AABBCCDDEEFF"}}
	short := func(bits int) *pem.Block { return pkcs8(must(rsa.GenerateKey(rand.Reader, bits))) }
	edFile := keyFile(t, good)
	for _, tt := range []struct {
		name  string
		files string
		fault string
	}{
		{"no such file", "/no/such/key.pem", "can't be read: no such file"},
		{"a folder", t.TempDir(), "can't be read: is a directory"},
		{"an empty file", textFile(t, ""), "no private key"},
		{"no PEM", textFile(t, "canary"), "no private key"},
		{"half a PEM", textFile(t, strings.SplitAfter(string(pem.EncodeToMemory(good)), "\n")[0]+"canary\n"), "no private key"},
		{"the public half", keyFile(t, public), "no private key"},
		{"a certificate", keyFile(t, &pem.Block{Type: "CERTIFICATE", Bytes: good.Bytes}), "no private key"},
		{"two keys", keyFile(t, good, pkcs8(newTestKey(t, "ES256").private)), "more than one private key"},
		{"an encrypted key", keyFile(t, &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: good.Bytes}), "encrypted, damaged"},
		{"an encrypted key of old", keyFile(t, sealed), "encrypted, damaged"},
		{"an OpenSSH key", keyFile(t, &pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: good.Bytes}), "encrypted, damaged"},
		{"a damaged key", keyFile(t, &pem.Block{Type: "PRIVATE KEY", Bytes: good.Bytes[:40]}), "encrypted, damaged"},
		{"P-384", keyFile(t, pkcs8(must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)))), "neither Ed25519"},
		{"X25519", keyFile(t, pkcs8(must(ecdh.X25519().GenerateKey(rand.Reader)))), "neither Ed25519"},
		{"RSA of 1024 bits", keyFile(t, short(1024)), "neither Ed25519"},
		{"RSA of 2047 bits", keyFile(t, short(2047)), "neither Ed25519"},
		{"the same key twice", edFile + "," + keyFile(t, good), "the same key as"},
		{"the same file twice", edFile + "," + edFile, "the same key as"},
		{"a good one and a bad one", edFile + ",/no/such/key.pem", "can't be read"},
		{"no file at all", " ,", "names no file"},
		{"a blank", "\t", "names no file"},
	} {
		s := defaults(t)
		s.KeyFiles, s.DatabaseURL = tt.files, "postgres://host/db" // where a lack of a secret would be a second fault
		c, err := LoadConfig(s, true)
		text := fmt.Sprint(err)
		if err == nil || !strings.HasPrefix(text, "--jwt-key-files (ROLECALL_JWT_KEY_FILES) names ") || !strings.Contains(text, tt.fault) {
			t.Errorf("%s: LoadConfig = %v, want a fault like %q", tt.name, err, tt.fault)
		}
		files := strings.Split(tt.files, ",")
		if path := strings.TrimSpace(files[len(files)-1]); strings.Contains(text, "\n") || !strings.Contains(text, path) {
			t.Errorf("%s: LoadConfig = %q, want one line with %s", tt.name, text, path)
		}
		if strings.Contains(text, "canary") || strings.Contains(text, "asn1") || strings.Contains(text, "x509") {
			t.Errorf("%s: LoadConfig = %q tells of the content", tt.name, text)
		}
		if c.Secret != nil {
			t.Errorf("%s: a secret took the place of the keys", tt.name)
		}
	}
}

// A line break in a name does not make a second line.
func TestKeyFileOfAStrangeName(t *testing.T) {
	s := defaults(t)
	s.KeyFiles = "/no/such\nkey"
	if _, err := LoadConfig(s, true); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("LoadConfig = %v, want one line", err)
	}
}

// With key files no secret is asked for, none is made, and a given one is not
// used, not even looked at.
func TestKeyFilesInsteadOfASecret(t *testing.T) {
	file := keyFile(t, pkcs8(newTestKey(t, "EdDSA").private))
	for name, change := range map[string]func(*Settings){
		"beside SQLite":        func(*Settings) {},
		"with a server":        func(s *Settings) { s.DatabaseURL = "postgres://host/db" },
		"with a secret":        func(s *Settings) { s.JWTSecret = secretText },
		"with a short secret":  func(s *Settings) { s.JWTSecret = "short" },
		"with previous ones":   func(s *Settings) { s.PreviousSecrets = "one,two" },
		"with a server's name": func(s *Settings) { s.DatabaseURL = "sqlserver://host?database=db" },
	} {
		s := defaults(t)
		folder := filepath.Dir(strings.TrimPrefix(s.DatabaseURL, "sqlite:"))
		s.KeyFiles = file
		change(&s)
		c, err := LoadConfig(s, true)
		if err != nil || c.Secret != nil || len(c.Keys) != 1 {
			t.Errorf("%s: LoadConfig = %d keys, a secret of %d bytes, %v; want the key alone", name, len(c.Keys), len(c.Secret), err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("%s: the folder holds %v (%v), want nothing", name, left, err)
		}
	}
}

// A command that is not the service needs no key.
func TestKeyFilesForCommands(t *testing.T) {
	s := defaults(t)
	s.KeyFiles = "/no/such/key.pem"
	if c, err := LoadConfig(s, false); err != nil || c.Keys != nil {
		t.Errorf("LoadConfig = %v, %v, want the key files left alone", c.Keys, err)
	}
}

func TestGenerateKey(t *testing.T) {
	for _, algorithm := range algorithms {
		text, err := GenerateKey(algorithm)
		if algorithm == "HS256" {
			if err == nil {
				t.Errorf("GenerateKey(%s) = %d bytes, want an error", algorithm, len(text))
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		block, rest := pem.Decode(text)
		if block == nil || block.Type != "PRIVATE KEY" || len(rest) > 0 || !bytes.HasPrefix(text, []byte("-----BEGIN")) {
			t.Errorf("GenerateKey(%s) = %.30q…, want one PKCS#8 block", algorithm, text)
		}
		s := defaults(t)
		s.KeyFiles = textFile(t, string(text))
		c, err := LoadConfig(s, true)
		if err != nil || c.Keys[0].method.Alg() != algorithm {
			t.Fatalf("LoadConfig with a generated key of %s: %v", algorithm, err)
		}
		if private, ok := c.Keys[0].private.(*rsa.PrivateKey); ok && private.N.BitLen() != 3072 {
			t.Errorf("the RSA key has %d bits, want 3072", private.N.BitLen())
		}
		if again := must(GenerateKey(algorithm)); bytes.Equal(again, text) {
			t.Errorf("GenerateKey(%s) made the same key twice", algorithm)
		}
	}
}

// Whatever prints a configuration or the services shows no key.
func TestKeysAreNotPrinted(t *testing.T) {
	key := newTestKey(t, "EdDSA")
	seed := key.private.(ed25519.PrivateKey).Seed()[:6]
	f := newFixture(t, modeltest.NewDB(t), func(c *Config) { c.Keys, c.Secret = []*Key{key}, nil })
	printed := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed[verb] = fmt.Sprintf(strings.Repeat(verb+"\n", 3), key, f.Tokens.cfg, f.Tokens.cfg.Keys)
	}
	printed["the services"] = fmt.Sprintf("%v\n%+v\n%#v", *f.Tokens, *f.Tokens, *f.Tokens)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", key, "config", f.Tokens.cfg)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", key, "config", f.Tokens.cfg)
	printed["log"] = log.String()
	for _, secret := range [][]byte{seed, key.links[:6]} {
		forms := map[string]bool{
			strings.Trim(fmt.Sprint(secret), "[]"): true, fmt.Sprintf("%x", secret): true, fmt.Sprintf("% x", secret): true,
			strings.Trim(fmt.Sprintf("%#v", secret), "[]byte{}"): true, base64URL(secret): true, string(secret): true,
		}
		for verb, text := range printed {
			for form := range maps.Keys(forms) {
				if strings.Contains(text, form) {
					t.Errorf("%s shows the key as %q", verb, form)
				}
			}
		}
	}
	if got := fmt.Sprint(key); got != "key "+key.id {
		t.Errorf("a key prints as %q", got)
	}
}
