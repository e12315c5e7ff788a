package services

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rolecall/models"
)

// FuzzToken: whatever is sent, in the place of either kind of token, nothing is
// verified but what has our signature, and as the kind that it is. Processes that
// fuzz share the seeds, and the secret, but not the sessions.
func FuzzToken(f *testing.F) {
	s, root := fuzzed(f)
	for _, kind := range []models.SessionKind{models.APISession, models.ConsoleSession} {
		user, session, err := s.Sessions.SignIn(f.Context(), root, "ann", goodPassword, kind)
		if err != nil {
			f.Fatal(err)
		}
		token, _, err := s.Tokens.Issue(user, session)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(token)
		f.Add(token + "=")
		f.Add(token[:strings.LastIndex(token, ".")+1])
		f.Add("." + token)
	}
	f.Add("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJ1c2VyX2lkIjoxLCJzdWIiOiIxIn0.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		for kind, typ := range map[models.SessionKind]string{models.APISession: accessType, models.ConsoleSession: consoleType} {
			genuine := hasSignature(token, testConfig().Secret) && strings.Contains(header(token), `"typ":"`+typ+`"`)
			if _, foreign, err := s.Tokens.parse(token, kind); err == nil && (foreign || !genuine) {
				t.Fatalf("%q is verified as one of the kind %s", token, kind)
			}
			actor, err := s.Tokens.Authenticate(t.Context(), models.Actor{}, token, kind)
			if err == nil && (!genuine || actor.User.Username != "ann") || err != nil && models.KindOf(err) != models.Unauthenticated {
				t.Fatalf("Authenticate(%q) as %s = %s, %v", token, kind, actor.User.Username, err)
			}
		}
	})
}

// hasSignature is what RFC 7515 §5.2 says of HS256, written down once more.
func hasSignature(token string, secret []byte) bool {
	dot := max(0, strings.LastIndex(token, "."))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(token[:dot]))
	return token[dot:] == "."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func header(token string) string {
	first, _, _ := strings.Cut(token, ".")
	text, _ := base64.RawURLEncoding.DecodeString(first)
	return string(text)
}

// FuzzSignedToken: of what is signed with our key, only what we would issue is taken:
// the right header, a user whom all claims name, a session, and times that include
// now. With another key, nothing is.
func FuzzSignedToken(f *testing.F) {
	s, _ := fuzzed(f)
	now := time.Now().Unix()
	f.Add(`{"alg":"HS256","typ":"at+jwt"}`, `{"sub":"2","user_id":2,"sid":"x","iss":"http://rolecall.test"}`, now, now+60)
	f.Add(`{"alg":"none","typ":"at+jwt"}`, `{}`, int64(0), int64(0))
	f.Add(`{"alg":"HS256","typ":"console+jwt","crit":["exp"],"jwk":{}}`, `{"sub":"02","user_id":2,"iss":"http://rolecall.test"}`, now, now+60)
	f.Add(`{"ALG":"HS256","alg":"RS256","typ":"AT+JWT"}`, `{"sub":2,"user_id":2.5,"sid":["x"],"iss":"http://rolecall.test"}`, now+60, now-60)
	signer := s.Tokens.signer
	stranger := secretKeys([]byte("another secret of thirty-two bytes"))[0]
	f.Fuzz(func(t *testing.T, header, claims string, issued, expires int64) {
		head, body := jwt.MapClaims{}, jwt.MapClaims{}
		if jsonInto(header, &head) != nil || jsonInto(claims, &body) != nil {
			return
		}
		head["kid"], body["iat"], body["exp"] = signer.id, issued, expires
		for _, key := range []*Key{signer, stranger} {
			text := segment(t, head) + "." + segment(t, body)
			signature, err := key.method.Sign(text, key.private)
			if err != nil {
				t.Fatal(err)
			}
			token := text + "." + base64.RawURLEncoding.EncodeToString(signature)
			c, foreign, err := s.Tokens.verify(token, models.APISession)
			if err != nil {
				continue
			}
			what := slices.Sorted(maps.Keys(head))
			if key == stranger || foreign || head["typ"] != accessType || head["alg"] != "HS256" || slices.Contains(what, "crit") || slices.Contains(what, "jwk") {
				t.Fatalf("a token with the header %s is taken", header)
			}
			if now := time.Now(); c.ExpiresAt.Before(now) || c.IssuedAt.After(now.Add(clockSkew)) || c.UserID <= 0 || c.SessionID == "" || c.Issuer != s.Tokens.cfg.PublicURL {
				t.Fatalf("a token with the claims %s is taken, as %+v", claims, c)
			}
		}
	})
}

func jsonInto(text string, into *jwt.MapClaims) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if *into == nil { // null
		*into = jwt.MapClaims{}
	}
	return nil
}

// segment is a part of a token.
func segment(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
