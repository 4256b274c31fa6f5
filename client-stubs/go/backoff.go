package headgate

import (
	"math/rand/v2"
	"time"
)

// backoff is exponential, with jitter: the n-th pause is drawn from the upper half of initial * 2^n, capped.
type backoff struct {
	initial, max time.Duration
}

// pause is the one before attempt retry+1, from 0; never shorter than the gateway asked.
func (b backoff) pause(retry int, retryAfter time.Duration) time.Duration {
	limit := min(b.max, b.initial<<min(retry, 20))
	return max(limit/2+rand.N(limit/2+1), retryAfter)
}
