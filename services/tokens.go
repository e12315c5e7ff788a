package services

import (
	"crypto/rand"
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
	signer   *Key            // nil when there is none
	keys     map[string]*Key // that verify, by kid
	previous []*Key          // secrets, those of another program among them
	own      *jwt.Parser
	others   *jwt.Parser
	verified *verified
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
	t := &Tokens{core: c, verified: &verified{}, keys: map[string]*Key{}, previous: secretKeys(c.cfg.PreviousSecrets...)}
	present := c.cfg.signingKeys()
	if len(present) > 0 {
		t.signer = present[0]
	}
	methods := []string{} // not nil, which would allow them all
	for _, key := range append(present, t.previous...) {
		t.keys[key.id] = key
		methods = append(methods, key.method.Alg())
	}
	t.own = strictParser(methods, append(audience(c.cfg), jwt.WithIssuer(c.cfg.PublicURL))...)
	t.others = strictParser([]string{jwt.SigningMethodHS256.Alg()}, jwt.WithIssuedAt(), jwt.WithJSONNumber())
	return t
}

// strictParser checks what a parser would not by itself: an algorithm fixed in
// advance, an expiry, every bit of the signature.
func strictParser(methods []string, more ...jwt.ParserOption) *jwt.Parser {
	return jwt.NewParser(append(more, jwt.WithValidMethods(methods), jwt.WithExpirationRequired(), jwt.WithStrictDecoding())...)
}

func audience(cfg Config) []jwt.ParserOption {
	if cfg.Audience == "" {
		return nil
	}
	return []jwt.ParserOption{jwt.WithAudience(cfg.Audience)}
}

// JWKS returns the public keys that verify our tokens, the one that signs first.
// A secret has no public half, so with secrets only the set is empty.
func (t *Tokens) JWKS() JWKS {
	set := JWKS{Keys: []JWK{}} // [] in JSON, not null
	for _, key := range t.cfg.Keys {
		set.Keys = append(set.Keys, key.jwk)
	}
	return set
}

// Issue makes the token of a session, and says how long it is good.
func (t *Tokens) Issue(user models.User, session models.Session) (token string, life time.Duration, err error) {
	if t.signer == nil {
		return "", 0, errors.New("sign a token: there is no key")
	}
	now := time.Now()
	kind, expires := t.kindAndEnd(session, now)
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
	signed := jwt.NewWithClaims(t.signer.method, c)
	signed.Header["typ"], signed.Header["kid"] = kind, t.signer.id
	if token, err = signed.SignedString(t.signer.private); err != nil {
		return "", 0, fmt.Errorf("sign a token: %w", err)
	}
	return token, expires.Sub(now), nil
}

// kindAndEnd: no token outlives its session. A browser's lives the idle time and a
// quarter, within which Renew makes it anew.
func (t *Tokens) kindAndEnd(session models.Session, now time.Time) (kind string, expires time.Time) {
	kind, expires = consoleType, now.Add(t.cfg.ConsoleIdleTTL*5/4)
	if session.Kind == models.APISession {
		kind, expires = accessType, now.Add(t.cfg.AccessTokenTTL)
	}
	if end := session.ExpiresAt.Std(); end.Before(expires) {
		expires = end
	}
	return kind, expires
}

// parse verifies the token and returns its claims; foreign says that another
// program made it, with a previous secret and before the cut-over.
func (t *Tokens) parse(token string, kind models.SessionKind) (c claims, foreign bool, err error) {
	if len(token) > tokenMax {
		return c, false, fmt.Errorf("a token of %d bytes", len(token))
	}
	if found, ok := t.verified.get(token, kind, time.Now()); ok {
		return found.claims, found.foreign, nil
	}
	if c, foreign, err = t.verify(token, kind); err == nil {
		t.verified.put(token, verdict{c, foreign, kind})
	}
	return c, foreign, err
}

func (t *Tokens) verify(token string, kind models.SessionKind) (c claims, foreign bool, err error) {
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

// key finds the key that the header names. It serves its own algorithm alone, so
// that a public key is never taken for a secret (RFC 8725 §2.1, §3.1).
func (t *Tokens) key(token *jwt.Token, kind string) (any, error) {
	if err := checkHeader(token, kind); err != nil {
		return nil, err
	}
	kid, _ := token.Header["kid"].(string)
	key, found := t.keys[kid]
	if !found {
		return nil, fmt.Errorf("the header's kid is unknown")
	}
	if token.Method.Alg() != key.method.Alg() {
		return nil, fmt.Errorf("the header's alg is not that of the key")
	}
	return key.public, nil
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
	for _, key := range t.previous {
		found := jwt.MapClaims{}
		_, err := t.others.ParseWithClaims(token, found, func(head *jwt.Token) (any, error) {
			return key.public, checkHeader(head, "JWT", "")
		})
		if err != nil {
			continue
		}
		_, issued := found["iss"]
		_, hasSession := found["sid"]
		number, _ := found["user_id"].(json.Number)
		id, err := number.Int64()
		at, atErr := found.GetIssuedAt()
		expires, expiresErr := found.GetExpirationTime()
		c := claims{UserID: id, RegisteredClaims: jwt.RegisteredClaims{IssuedAt: at, ExpiresAt: expires}}
		return c, !issued && !hasSession && err == nil && atErr == nil && expiresErr == nil && id > 0
	}
	return claims{}, false
}
