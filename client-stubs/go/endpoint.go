package headgate

import (
	"net"
	"strconv"
	"sync"
	"time"
)

var avoidance = backoff{500 * time.Millisecond, 15 * time.Second}

// endpoint is one address of the fleet, and how long to keep away from it.
type endpoint struct {
	address string
	host    string

	mu         sync.Mutex
	failures   int
	avoidUntil time.Time
}

func newEndpoint(address string) (*endpoint, error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil && host != "" {
		if n, err := strconv.Atoi(port); err == nil && n > 0 && n < 65536 {
			return &endpoint{address: address, host: host}, nil
		}
	}
	return nil, invalid("address: %q (expected: host:port)", address)
}

// avoided tells whether calls should rather go elsewhere for now.
func (e *endpoint) avoided() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failures > 0 && time.Now().Before(e.avoidUntil)
}

// failed: it could not be reached, broke, stayed silent or is draining.
func (e *endpoint) failed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.avoidUntil = time.Now().Add(avoidance.pause(e.failures, 0))
	e.failures++
}

// succeeded: it has answered.
func (e *endpoint) succeeded() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures = 0
}
