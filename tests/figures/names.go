package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// namesTries is how often each name is tried.
const namesTries = 40

// knownAgainstUnknown is figure d: how long a wrong password takes for a name
// that there is, and for one that there is not, by turns.
func knownAgainstUnknown(ctx context.Context, b *bench) ([]row, error) {
	s, _, _, user, err := b.stage(ctx, "names", fmt.Sprintf("ROLECALL_BCRYPT_COST=%d", stormCost), "ROLECALL_LOGIN_LIMITS=off")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c, err := dial(s.address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	names := []string{user.Username, "nobody-" + b.run}
	waits := make([][]time.Duration, len(names))
	for range namesTries {
		for i, name := range names {
			begin := time.Now()
			status, _, err := c.do(request(http.MethodPost, s.address, "/token", "", signInForm(name, "not "+password)))
			if err == nil && status != http.StatusUnauthorized {
				err = fmt.Errorf("a wrong password is answered by %d", status)
			}
			if err != nil {
				return nil, err
			}
			waits[i] = append(waits[i], time.Since(begin))
		}
	}
	known, unknown := median(waits[0]), median(waits[1])
	return []row{{
		"median of a wrong password", fmt.Sprintf("known name %s, unknown %s: ratio %.3f", millis(known), millis(unknown), float64(known)/float64(unknown)),
		"0.90 to 1.10",
	}}, nil
}
