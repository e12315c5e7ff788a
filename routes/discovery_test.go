package routes

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/services"
)

// TestMetadata: what RFC 8414 tells is what is there.
func TestMetadata(t *testing.T) {
	for _, base := range []string{"http://rolecall.test", "https://id.example:8443"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			s := one(t, withPublicURL(base))
			a := s.call(t, "", "GET /.well-known/oauth-authorization-server", "").want(t, "metadata", 200)
			checkAPI(t, s, "GET /.well-known/oauth-authorization-server", a)
			want := map[string]any{
				"issuer": base, "token_endpoint": base + "/token", "revocation_endpoint": base + "/token/revoke",
				"introspection_endpoint": base + "/token/introspect", "jwks_uri": base + "/.well-known/jwks.json",
				"service_documentation": base + "/docs",
				"grant_types_supported": []any{"password", "refresh_token"}, "response_types_supported": []any{},
				"token_endpoint_auth_methods_supported":         []any{"none"},
				"revocation_endpoint_auth_methods_supported":    []any{"none"},
				"introspection_endpoint_auth_methods_supported": []any{"Bearer"},
			}
			told := parse[map[string]any](t, a)
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("metadata differ (-want +got):\n%s", diff)
			}
			if issuer := part(t, s.pair(t, "ann").AccessToken, 1)["iss"]; issuer != told["issuer"] {
				t.Errorf("the issuer is %v, in tokens %v", told["issuer"], issuer)
			}
			for name, address := range told {
				text, isText := address.(string)
				path, ours := strings.CutPrefix(text, base+"/")
				if !isText || name == "issuer" {
					continue
				}
				if got := s.send(t, s.request(t, "GET /"+path, "")).StatusCode; !ours || got != 200 && got != 405 {
					t.Errorf("%s is %s: got %d", name, text, got)
				}
			}
		})
	}
}

// keys generates a key of each algorithm, as its files would bring them.
func keys(t *testing.T, algorithms ...string) []*services.Key {
	t.Helper()
	var settings services.Settings
	kind := reflect.TypeFor[services.Settings]()
	for i := range kind.NumField() {
		reflect.ValueOf(&settings).Elem().Field(i).SetString(kind.Field(i).Tag.Get("default"))
	}
	var files []string
	for _, algorithm := range algorithms {
		text, err := services.GenerateKey(algorithm)
		if err != nil {
			t.Fatalf("generate a key: %v", err)
		}
		files = append(files, filepath.Join(t.TempDir(), "key.pem"))
		if err := os.WriteFile(files[len(files)-1], text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	settings.KeyFiles = strings.Join(files, ",")
	cfg, err := services.LoadConfig(settings, true)
	if err != nil || len(cfg.Keys) != len(algorithms) {
		t.Fatalf("load %d keys: %v", len(algorithms), err)
	}
	return cfg.Keys
}

// TestJWKS: the public half of each key, and no more.
func TestJWKS(t *testing.T) {
	t.Parallel()
	s := one(t)
	a := s.call(t, "", "GET /.well-known/jwks.json", "").want(t, "with a secret", 200)
	checkAPI(t, s, "GET /.well-known/jwks.json", a)
	if got := strings.TrimSpace(a.body); got != `{"keys":[]}` {
		t.Errorf("with a secret the keys are %s", got)
	}
	s = one(t, func(c *services.Config) { c.Keys = keys(t, "EdDSA", "ES256", "RS256") })
	a = s.call(t, "", "GET /.well-known/jwks.json", "").want(t, "with keys", 200)
	checkAPI(t, s, "GET /.well-known/jwks.json", a)
	set := parse[struct{ Keys []map[string]string }](t, a)
	if len(set.Keys) != 3 {
		t.Fatalf("the keys are %s, want 3", a.body)
	}
	for i, want := range []string{"alg crv kid kty use x", "alg crv kid kty use x y", "alg e kid kty n use"} {
		if got := strings.Join(slices.Sorted(maps.Keys(set.Keys[i])), " "); got != want {
			t.Errorf("key %d has %s, want %s", i, got, want)
		}
	}
	header := part(t, s.pair(t, "ann").AccessToken, 0)
	if header["kid"] != set.Keys[0]["kid"] || header["alg"] != "EdDSA" {
		t.Errorf("the header is %v, want the first key's: %v", header, set.Keys[0])
	}
}
