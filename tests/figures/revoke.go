package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// The revocations.
const (
	revokeTries = 100
	revokeWarm  = time.Second // the longest that a token is used before it is revoked
	revokeLimit = 10 * time.Second
)

// revokeAcross is figure f: replicas A and B share a database; how long B goes on
// to accept the token of an account that A has disabled.
func revokeAcross(ctx context.Context, b *bench) ([]row, error) {
	first, root, _, user, err := b.stage(ctx, "revoke", "ROLECALL_BCRYPT_COST=4")
	if err != nil {
		return nil, err
	}
	defer first.stop()
	second, err := b.start(ctx, "revoke", "ROLECALL_BCRYPT_COST=4")
	if err != nil {
		return nil, err
	}
	defer second.stop()
	reader, err := dial(second.address)
	if err != nil {
		return nil, err
	}
	defer reader.conn.Close()
	var waits []time.Duration
	for range revokeTries {
		wait, err := revokeOnce(ctx, first, second, reader, root.Access, user)
		if err != nil {
			return nil, err
		}
		waits = append(waits, wait)
	}
	return []row{{
		fmt.Sprintf("from a disable on A to its effect on B, %d tries", revokeTries),
		fmt.Sprintf("median %s, largest %s", millis(median(waits)), millis(slices.Max(waits))), "≤ 1000 ms (ROLECALL_REVOCATION_LAG)",
	}}, nil
}

// revokeOnce signs the user in, uses the token on B for a while, disables the
// account on A, and returns the time from A's answer to B's first refusal.
func revokeOnce(ctx context.Context, first, second *server, reader *client, root string, user account) (time.Duration, error) {
	t, err := first.signIn(ctx, user.Username)
	if err != nil {
		return 0, err
	}
	read := request(http.MethodGet, second.address, "/users/me", t.Access, "")
	for end := time.Now().Add(rand.N(revokeWarm)); ; { // at any moment of B's rhythm, if it has one
		status, _, err := reader.do(read)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("a good token is answered by %d", status)
		}
		if err != nil {
			return 0, err
		}
		if time.Now().After(end) {
			break
		}
	}
	if err := first.setActive(ctx, root, user, false); err != nil {
		return 0, err
	}
	wait, err := untilRefused(reader, read)
	if err != nil {
		return 0, err
	}
	return wait, first.setActive(ctx, root, user, true)
}

// untilRefused reads until the answer is 401.
func untilRefused(reader *client, read []byte) (time.Duration, error) {
	for begin := time.Now(); ; {
		status, _, err := reader.do(read)
		wait := time.Since(begin)
		switch {
		case err != nil:
			return 0, err
		case status == http.StatusUnauthorized:
			return wait, nil
		case wait > revokeLimit:
			return 0, fmt.Errorf("still accepted after %s", revokeLimit)
		}
	}
}

func (s *server) setActive(ctx context.Context, root string, user account, active bool) error {
	return s.call(ctx, http.MethodPut, fmt.Sprintf("/users/%d", user.ID), root, map[string]bool{"is_active": active}, nil)
}
