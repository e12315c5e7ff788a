package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// The refreshes at once.
const (
	refreshRounds  = 200
	refreshClients = 50
)

// parallelRefreshes is figure e: one refresh token, used by many at once, must
// leave one family of tokens, which is a session.
func parallelRefreshes(ctx context.Context, b *bench) ([]row, error) {
	s, _, watcher, user, err := b.stage(ctx, "refresh", "ROLECALL_BCRYPT_COST=4")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if watcher.Refresh == "" {
		return nil, errAbsent
	}
	clients, err := dialAll(s.address, refreshClients)
	if err != nil {
		return nil, err
	}
	defer closeAll(clients)
	var sum refreshSum
	for range refreshRounds {
		if err := sum.round(ctx, s, clients, user.Username, watcher.Access); err != nil {
			return nil, err
		}
	}
	return []row{
		{fmt.Sprintf("rounds of %d with two live families", refreshRounds), fmt.Sprint(sum.twice), "0"},
		{"rounds with none", fmt.Sprint(sum.none), "0"},
		{fmt.Sprintf("of %d at once got a pair", refreshClients), fmt.Sprintf("%.1f in the mean, %d at least", float64(sum.pairs)/refreshRounds, refreshClients-sum.mostRefused), ""},
	}, nil
}

// A refreshSum adds up the rounds.
type refreshSum struct{ twice, none, pairs, mostRefused int }

// round signs in, refreshes, counts, and signs out. The watcher's session is there
// all the time.
func (sum *refreshSum) round(ctx context.Context, s *server, clients []*client, username, watcher string) error {
	before, err := s.sessions(ctx, watcher)
	if err != nil {
		return err
	}
	t, err := s.signIn(ctx, username)
	if err != nil {
		return err
	}
	pairs, err := refreshAll(s.address, clients, t.Refresh)
	if err != nil {
		return err
	}
	after, err := s.sessions(ctx, watcher)
	if err != nil {
		return err
	}
	families := map[string]bool{}
	for _, pair := range append(pairs, t) {
		sid, err := sessionOf(pair.Access)
		if err != nil {
			return err
		}
		families[sid] = true
	}
	switch {
	case after-before > 1 || len(families) > 1:
		sum.twice++
	case after == before:
		sum.none++
	}
	sum.pairs += len(pairs)
	sum.mostRefused = max(sum.mostRefused, len(clients)-len(pairs))
	return s.signOut(ctx, t.Access)
}

// refreshAll sends the refresh token once on each connection, all at once, and
// returns the pairs that came back.
func refreshAll(address string, clients []*client, token string) ([]tokens, error) {
	text := request(http.MethodPost, address, "/token", "", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}.Encode())
	answers, errs := make([]tokens, len(clients)), make([]error, len(clients))
	start := make(chan struct{})
	var group sync.WaitGroup
	for i, c := range clients {
		group.Go(func() {
			<-start
			status, body, err := c.do(text)
			if err == nil && status == http.StatusOK {
				err = json.Unmarshal(body, &answers[i])
			}
			errs[i] = err
		})
	}
	close(start)
	group.Wait()
	var pairs []tokens
	for i, answer := range answers {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if answer.Access != "" {
			pairs = append(pairs, answer)
		}
	}
	return pairs, nil
}

// sessionOf is the token's sid claim.
func sessionOf(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("an access token has %d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims struct {
		SID string `json:"sid"`
	}
	return claims.SID, json.Unmarshal(text, &claims)
}

// sessions counts those of the token's user.
func (s *server) sessions(ctx context.Context, token string) (int, error) {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	err := s.call(ctx, http.MethodGet, "/users/me/sessions", token, nil, &list)
	return len(list.Items), err
}

// signOut ends the token's session.
func (s *server) signOut(ctx context.Context, token string) error {
	sid, err := sessionOf(token)
	if err != nil {
		return err
	}
	return s.call(ctx, http.MethodDelete, "/users/me/sessions/"+sid, token, nil, nil)
}
