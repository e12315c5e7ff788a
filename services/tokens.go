package services

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
)

// Tokens issues and verifies JWTs. A token says who somebody was at a sign-in;
// what the account may do now is read at each request.
type Tokens struct {
	*core
	keys   map[string][]byte // by kid
	kid    string            // of the key that signs
	own    *jwt.Parser
	others *jwt.Parser
}

// The typ header of our tokens: RFC 9068 §2.1 for the API; the browser's is a
// type of its own, so that neither serves in the other's place.
const (
	accessType  = "at+jwt"
	consoleType = "console+jwt"
)

// tokenMax bounds what is parsed, in bytes.
const tokenMax = 8192

// claims are those of an access token.
type claims struct {
	jwt.RegisteredClaims
	SessionID string   `json:"sid,omitempty"`
	UserID    int64    `json:"user_id"`
	Username  string   `json:"username"`
	Roles     []string `json:"roles"`
}

// One audience is written as a text, not as a list of one (RFC 7519 §4.1.3): some
// clients compare it. The library has one switch for the process.
func init() { jwt.MarshalSingleStringAsArray = false }

func newTokens(c *core) *Tokens {
	t := &Tokens{core: c, keys: map[string][]byte{}, kid: keyID(c.cfg.Secret)}
	for _, secret := range append([][]byte{c.cfg.Secret}, c.cfg.PreviousSecrets...) {
		if len(secret) > 0 { // an empty one would sign and verify
			t.keys[keyID(secret)] = secret
		}
	}
	// What the parser would not check by itself: an algorithm fixed in advance,
	// an expiry, every bit of the signature.
	strict := []jwt.ParserOption{
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(),
		jwt.WithStrictDecoding(),
	}
	t.others = jwt.NewParser(append(strict[:len(strict):len(strict)], jwt.WithIssuedAt(), jwt.WithJSONNumber())...)
	strict = append(strict, jwt.WithIssuer(c.cfg.PublicURL))
	if c.cfg.Audience != "" {
		strict = append(strict, jwt.WithAudience(c.cfg.Audience))
	}
	t.own = jwt.NewParser(strict...)
	return t
}

// keyID names a secret without telling anything of it.
func keyID(secret []byte) string {
	sum := sha256.Sum256(append([]byte("rolecall key id:"), secret...))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Issue makes the token of a session, and says how long it is good.
func (t *Tokens) Issue(user models.User, session models.Session) (token string, life time.Duration, err error) {
	now := time.Now()
	expires := session.ExpiresAt.Std()
	kind := consoleType
	if session.Kind == models.APISession {
		kind = accessType
		expires = now.Add(t.cfg.AccessTokenTTL)
	}
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.cfg.PublicURL, Subject: strconv.FormatInt(user.UserID, 10),
			ExpiresAt: jwt.NewNumericDate(expires), IssuedAt: jwt.NewNumericDate(now), ID: rand.Text(),
		},
		SessionID: session.SessionID, UserID: user.UserID, Username: user.Username, Roles: user.RoleNames(),
	}
	if t.cfg.Audience != "" {
		c.Audience = jwt.ClaimStrings{t.cfg.Audience}
	}
	signed := jwt.NewWithClaims(jwt.SigningMethodHS256, c)
	signed.Header["typ"], signed.Header["kid"] = kind, t.kid
	key, found := t.keys[t.kid]
	if !found {
		return "", 0, errors.New("sign a token: there is no secret")
	}
	token, err = signed.SignedString(key)
	if err != nil {
		return "", 0, fmt.Errorf("sign a token: %w", err)
	}
	return token, expires.Sub(now), nil
}

// parse verifies the token and returns its claims; foreign says that another
// program made it, with a previous secret and before the cut-over.
func (t *Tokens) parse(token string, kind models.SessionKind) (c claims, foreign bool, err error) {
	if len(token) > tokenMax {
		return c, false, fmt.Errorf("a token of %d bytes", len(token))
	}
	want := accessType
	if kind == models.ConsoleSession {
		want = consoleType
	}
	_, err = t.own.ParseWithClaims(token, &c, func(found *jwt.Token) (any, error) { return t.key(found, want) })
	if err == nil {
		return c, false, checkSubject(c)
	}
	if kind == models.APISession {
		if c, ok := t.parseForeign(token); ok {
			return c, true, nil
		}
	}
	return claims{}, false, err
}

// checkHeader wants a typ of those kinds. Headers that would have us look
// elsewhere, or that we do not understand, are refused (RFC 7515 §4.1.11).
func checkHeader(token *jwt.Token, kinds ...string) error {
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "x5c", "b64"} {
		if _, found := token.Header[name]; found {
			return fmt.Errorf("the header has %s", name)
		}
	}
	if found, _ := token.Header["typ"].(string); !slices.Contains(kinds, found) {
		return fmt.Errorf("the header's typ is not %s", kinds[0])
	}
	return nil
}

// key finds the key that the header names.
func (t *Tokens) key(token *jwt.Token, kind string) (any, error) {
	if err := checkHeader(token, kind); err != nil {
		return nil, err
	}
	kid, _ := token.Header["kid"].(string)
	key, found := t.keys[kid]
	if !found {
		return nil, fmt.Errorf("the header's kid is unknown")
	}
	return key, nil
}

// clockSkew is how far ahead the clock of another replica may be.
const clockSkew = 30 * time.Second

func checkSubject(c claims) error {
	if c.IssuedAt == nil || c.IssuedAt.After(time.Now().Add(clockSkew)) {
		return fmt.Errorf("iat is in the future")
	}
	if c.UserID <= 0 || c.Subject != strconv.FormatInt(c.UserID, 10) || c.SessionID == "" {
		return fmt.Errorf("sub, user_id and sid do not fit together")
	}
	return nil
}

// parseForeign takes a token of the program that served before us: signed with a
// previous secret, and without iss, sid and a typ of ours. What sub and roles are
// there is not known; only user_id and the times count.
func (t *Tokens) parseForeign(token string) (claims, bool) {
	for _, secret := range t.cfg.PreviousSecrets {
		found := jwt.MapClaims{}
		_, err := t.others.ParseWithClaims(token, found, func(head *jwt.Token) (any, error) {
			return secret, checkHeader(head, "JWT", "")
		})
		if err != nil {
			continue
		}
		_, issued := found["iss"]
		_, hasSession := found["sid"]
		number, _ := found["user_id"].(json.Number)
		id, err := number.Int64()
		at, atErr := found.GetIssuedAt()
		c := claims{UserID: id, RegisteredClaims: jwt.RegisteredClaims{IssuedAt: at}}
		return c, !issued && !hasSession && err == nil && atErr == nil && id > 0
	}
	return claims{}, false
}
