package routes

import (
	"context"

	"rolecall/services"
)

// discoveryCache is how long clients and proxies may keep what they discover, and
// so how long one of them may not know a new key.
const discoveryCache = "public, max-age=300"

// A metadataJSON is what RFC 8414 §2 tells of an authorization server.
type metadataJSON struct {
	Issuer                string   `json:"issuer" format:"uri" doc:"The iss claim of every token."`
	TokenEndpoint         string   `json:"token_endpoint" format:"uri"`
	RevocationEndpoint    string   `json:"revocation_endpoint" format:"uri"`
	IntrospectionEndpoint string   `json:"introspection_endpoint" format:"uri"`
	JWKSURI               string   `json:"jwks_uri" format:"uri"`
	ServiceDocumentation  string   `json:"service_documentation" format:"uri"`
	GrantTypes            []string `json:"grant_types_supported" nullable:"false"`
	ResponseTypes         []string `json:"response_types_supported" nullable:"false" doc:"None: there is no authorization endpoint."`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported" nullable:"false" doc:"none: clients are public."`
	RevocationAuth        []string `json:"revocation_endpoint_auth_methods_supported" nullable:"false"`
	IntrospectionAuth     []string `json:"introspection_endpoint_auth_methods_supported" nullable:"false" doc:"Bearer: the access token of an admin."`
}

type metadataOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         metadataJSON
}

// apiMetadata serves GET /.well-known/oauth-authorization-server.
func (h *handlers) apiMetadata(context.Context, *struct{}) (*metadataOutput, error) {
	base := h.cfg.PublicURL
	return &metadataOutput{discoveryCache, metadataJSON{
		Issuer: base, TokenEndpoint: base + "/token", RevocationEndpoint: base + "/token/revoke",
		IntrospectionEndpoint: base + "/token/introspect", JWKSURI: base + "/.well-known/jwks.json",
		ServiceDocumentation: base + "/docs",
		GrantTypes:           []string{"password", "refresh_token"}, ResponseTypes: []string{},
		TokenAuth: []string{"none"}, RevocationAuth: []string{"none"}, IntrospectionAuth: []string{"Bearer"},
	}}, nil
}

// A jwksJSON is a set of public keys (RFC 7517 §5).
type jwksJSON struct {
	Keys []services.JWK `json:"keys" nullable:"false" doc:"Empty while tokens are signed with a shared secret."`
}

type jwksOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         jwksJSON
}

// apiJWKS serves GET /.well-known/jwks.json.
func (h *handlers) apiJWKS(context.Context, *struct{}) (*jwksOutput, error) {
	return &jwksOutput{discoveryCache, jwksJSON(h.Tokens.JWKS())}, nil
}
