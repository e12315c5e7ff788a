package services

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// A Key signs tokens and verifies them, by one algorithm.
type Key struct {
	id      string // the kid
	method  jwt.SigningMethod
	private any
	public  any    // the same as private when it is a secret of HS256
	jwk     JWK    // zero for a secret
	links   []byte // of a key file: see Config.linkSecret
}

// Format prints the key's id, with every verb: no log and no message is to show
// more of a key.
func (k *Key) Format(w fmt.State, _ rune) { fmt.Fprint(w, "key ", k.id) }

// A JWK is the public half of a key: RFC 7517 §4, with the members of RFC 8037
// §2 for Ed25519, RFC 7518 §6.2.1 for P-256 and §6.3.1 for RSA.
type JWK struct {
	Type      string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Curve     string `json:"crv,omitempty"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	Modulus   string `json:"n,omitempty"`
	Exponent  string `json:"e,omitempty"`
}

// A JWKS is a set of public keys (RFC 7517 §5).
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// Limits of keys.
const (
	rsaMin       = 2048    // bits; RFC 7518 §3.3
	rsaGenerated = 3072    // bits; as strong as the other two: NIST SP 800-57 part 1, table 2
	keyFileMax   = 1 << 16 // bytes
)

var errUnfitKey = fmt.Errorf("holds a key that is neither Ed25519, nor ECDSA P-256, nor RSA of at least %d bits", rsaMin)

// signingKeys are those of the files, or else the secret; the first one signs.
func (c Config) signingKeys() []*Key {
	if len(c.Keys) > 0 {
		return slices.Clone(c.Keys)
	}
	return secretKeys(c.Secret)
}

// linkSecret makes one-time links. All replicas agree on it.
func (c Config) linkSecret() []byte {
	if len(c.Keys) > 0 {
		return c.Keys[0].links
	}
	return c.Secret
}

// keys reads the key files. A file that is faulty, or not there, is never passed
// over: another key would sign, or fewer verify.
func (f *faults) keys(name, value string) []*Key {
	var keys []*Key
	known := map[string]string{} // file by id
	paths := commaSeparated(value)
	for _, path := range paths {
		key, err := readKey(path)
		if err == nil && known[key.id] != "" {
			err = fmt.Errorf("holds the same key as %q", known[key.id])
		}
		if err != nil {
			f.add(name, fmt.Sprintf("names %q, which %v", path, err))
			continue
		}
		known[key.id] = path
		keys = append(keys, key)
	}
	if value != "" && len(paths) == 0 {
		f.add(name, "names no file")
	}
	return keys
}

// readKey reads a PEM file with one private key. The error says what the file
// does, without its name and its content.
func readKey(path string) (*Key, error) {
	text, err := readStart(path)
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	if err != nil {
		return nil, fmt.Errorf("can't be read: %w", err)
	}
	return parseKey(text)
}

// readStart reads no more than keyFileMax: what is longer, or has no end, is no
// file of keys.
func readStart(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, keyFileMax))
}

// parseKey takes the one private key of a PEM text. Other blocks may stand
// beside it: openssl writes the parameters of a curve before the key.
func parseKey(text []byte) (*Key, error) {
	var found *pem.Block
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		if found != nil {
			return nil, errors.New("holds more than one private key")
		}
		found = block
	}
	if found == nil {
		return nil, errors.New("holds no private key in PEM")
	}
	private, err := parsePrivate(found)
	if err != nil { // which is not told: what x509 says may be of the content
		return nil, errors.New("holds a private key that is encrypted, damaged or in another form than PKCS#8")
	}
	return newKey(private)
}

func parsePrivate(block *pem.Block) (any, error) {
	switch block.Type {
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	return nil, errors.New("an unknown form")
}

func newKey(private any) (*Key, error) {
	signer, ok := private.(crypto.Signer)
	if !ok { // a key for agreement, such as X25519
		return nil, errUnfitKey
	}
	k := &Key{private: private, public: signer.Public()}
	if k.method, k.jwk = publicMembers(k.public); k.method == nil {
		return nil, errUnfitKey
	}
	k.id = thumbprint(k.jwk)
	k.jwk.Use, k.jwk.Algorithm, k.jwk.KeyID = "sig", k.method.Alg(), k.id
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, errUnfitKey
	}
	k.links, err = hkdf.Key(sha256.New, der, nil, "rolecall one-time links", sha256.Size)
	return k, err
}

// publicMembers returns a public key's algorithm, and the members that make the key
// up; no algorithm when the key is not to be used.
func publicMembers(public crypto.PublicKey) (jwt.SigningMethod, JWK) {
	switch public := public.(type) {
	case ed25519.PublicKey:
		return jwt.SigningMethodEdDSA, JWK{Type: "OKP", Curve: "Ed25519", X: base64URL(public)}
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 4, x, y (SEC 1 §2.3.3): so x and y have their leading zeros
		if public.Curve == elliptic.P256() && err == nil {
			x, y := point[1:33], point[33:]
			return jwt.SigningMethodES256, JWK{Type: "EC", Curve: "P-256", X: base64URL(x), Y: base64URL(y)}
		}
	case *rsa.PublicKey:
		if public.N.BitLen() >= rsaMin {
			e := big.NewInt(int64(public.E))
			return jwt.SigningMethodRS256, JWK{Type: "RSA", Modulus: base64URL(public.N.Bytes()), Exponent: base64URL(e.Bytes())}
		}
	}
	return nil, JWK{}
}

func base64URL(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// thumbprint names a key by the members that make it up: RFC 7638 §3, whose
// canonical form is how a map is marshalled: keys sorted, no white space.
func thumbprint(k JWK) string {
	members := map[string]string{"kty": k.Type, "crv": k.Curve, "x": k.X, "y": k.Y, "n": k.Modulus, "e": k.Exponent}
	for name, value := range members {
		if value == "" {
			delete(members, name)
		}
	}
	text, _ := json.Marshal(members) // can't fail: a map of texts
	sum := sha256.Sum256(text)
	return base64URL(sum[:])
}

// secretKeys makes keys of shared secrets, whose ids tell nothing of them. An
// empty secret would sign and verify, so it makes none.
func secretKeys(secrets ...[]byte) []*Key {
	var keys []*Key
	for _, secret := range secrets {
		if len(secret) > 0 {
			keys = append(keys, &Key{id: keyID(secret), method: jwt.SigningMethodHS256, private: secret, public: secret})
		}
	}
	return keys
}

func keyID(secret []byte) string {
	sum := sha256.Sum256(append([]byte("rolecall key id:"), secret...))
	return base64URL(sum[:12])
}

// GenerateKey makes a private key for EdDSA, ES256 or RS256, as the PEM of its
// PKCS#8 form (RFC 7468 §10).
func GenerateKey(algorithm string) ([]byte, error) {
	private, err := generate(algorithm)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func generate(algorithm string) (any, error) {
	switch algorithm {
	case jwt.SigningMethodEdDSA.Alg():
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	case jwt.SigningMethodES256.Alg():
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jwt.SigningMethodRS256.Alg():
		return rsa.GenerateKey(rand.Reader, rsaGenerated)
	}
	return nil, fmt.Errorf("there is no algorithm %q", algorithm)
}
