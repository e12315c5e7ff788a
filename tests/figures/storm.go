package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// The storm.
const (
	stormCost    = 12
	stormSigners = 64
	stormUsers   = 8
	stormLength  = 14 * time.Second
	calmLength   = 5 * time.Second // of what it is compared with
	readers      = 4
	steadyReads  = 500 // a second
)

// stormSteady is figure a: reads at a steady rate.
func stormSteady(ctx context.Context, b *bench) ([]row, error) {
	return storm(ctx, b, load{readers: readers, every: readers * time.Second / steadyReads}, "≥ 0.90 of raw", "p99 ≤ 20 ms")
}

// stormSaturated is figure b: reads as fast as few connections can.
func stormSaturated(ctx context.Context, b *bench) ([]row, error) {
	return storm(ctx, b, load{readers: readers}, "≥ 0.40 of raw", "≥ 5000 a second, p99 ≤ 20 ms")
}

// storm measures the reads without sign-ins, raw bcrypt, both together, and raw
// bcrypt again.
func storm(ctx context.Context, b *bench, l load, wantSignIns, wantReads string) ([]row, error) {
	s, root, user, _, err := b.stage(ctx, "storm", fmt.Sprintf("ROLECALL_BCRYPT_COST=%d", stormCost))
	if err != nil {
		return nil, err
	}
	defer s.stop()
	l.read = request(http.MethodGet, s.address, "/users/me", user.Access, "")
	l.length = calmLength
	calm, err := l.apply(ctx, s.address)
	if err != nil {
		return nil, err
	}
	before, err := rawBcrypt(stormCost, calmLength)
	if err != nil {
		return nil, err
	}
	if l.signIn, err = b.signIns(ctx, s, root.Access); err != nil {
		return nil, err
	}
	l.length = stormLength
	got, err := l.apply(ctx, s.address)
	if err != nil {
		return nil, err
	}
	after, err := rawBcrypt(stormCost, calmLength)
	raw := (before + after) / 2
	return []row{
		{"sign-ins", fmt.Sprintf("%.2f a second, %.2f of raw bcrypt's %.2f", got.signIns, got.signIns/raw, raw), wantSignIns},
		{"reads", got.waitText(), wantReads},
		{"answers that were not 200", got.refusedText(), "none"},
		{"reads without the storm", calm.waitText(), ""},
	}, err
}

// signIns makes users, and a request for each connection.
func (b *bench) signIns(ctx context.Context, s *server, root string) ([][]byte, error) {
	var forms []string
	for i := range stormUsers {
		user, err := b.makeUser(ctx, s, root, fmt.Sprintf("signer%d", i))
		if err != nil {
			return nil, err
		}
		forms = append(forms, signInForm(user.Username, password))
	}
	requests := make([][]byte, stormSigners)
	for i := range requests {
		requests[i] = request(http.MethodPost, s.address, "/token", "", forms[i%len(forms)])
	}
	return requests, nil
}
