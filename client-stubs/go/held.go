package headgate

import (
	"context"
	"errors"
	"sync"
	"time"
)

const minRenewal = 100 * time.Millisecond

// ErrLeaseLost is the cause of a handler's cancelled context when the gateway no longer honours the lease of its message:
// somebody else has it, or will. See context.Cause.
var ErrLeaseLost = errors.New("headgate: the lease is lost")

type heldState int

const (
	waiting heldState = iota
	running
	detached // By its handler, which has returned.
	returned // Given back before a handler has begun.
	gone
)

// held is one delivery, from when it was received until its lease is settled or lost. Its handler, the renewer and a
// stopping consumer race for it.
type held struct {
	delivery *Delivery

	mu      sync.Mutex
	state   heldState
	lost    bool
	expires time.Time
	renewAt time.Time
	cancel  context.CancelCauseFunc // Of a running handler.
}

func newHeld(d *Delivery) *held {
	h := &held{delivery: d}
	h.prolonged(d.LeaseTime)
	return h
}

// start answers true once, for the worker that may run the handler.
func (h *held) start(cancel context.CancelCauseFunc) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state != waiting {
		return false
	}
	h.state, h.cancel = running, cancel
	return true
}

// takeBack answers true once, when no handler has begun and none will.
func (h *held) takeBack() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state != waiting {
		return false
	}
	h.state = returned
	return true
}

// detach leaves it to whoever settles it; false when it is lost already.
func (h *held) detach() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.state == running {
		h.state = detached
	}
	return !h.lost
}

// remove answers true once, for the one that removes it from the hand.
func (h *held) remove() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := h.state != gone
	h.state = gone
	return first
}

// prolonged: the lease now lasts so long; it is renewed when half of that has passed.
func (h *held) prolonged(lease time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.expires = now.Add(lease)
	h.renewAt = now.Add(max(minRenewal, lease/2))
}

// postponed: a renewal failed; try again when half of what is left has passed.
func (h *held) postponed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.renewAt = now.Add(max(minRenewal, h.expires.Sub(now)/2))
}

// lose: the gateway no longer honours the lease; it is not renewed again, and a running handler is told. It answers
// whether there is none, so that nobody else removes it from the hand.
func (h *held) lose() (abandoned bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost = true
	if h.cancel != nil {
		h.cancel(ErrLeaseLost)
	}
	if h.state == waiting {
		h.state = returned
		return true
	}
	return h.state == detached
}

// alive tells whether the lease can still be settled, as far as this side knows.
func (h *held) alive() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.lost && time.Now().Before(h.expires)
}

// isGone tells whether it has been settled.
func (h *held) isGone() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state == gone
}

// renewal is when it is due for renewal; false: never.
func (h *held) renewal() (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.renewAt, !h.lost && h.state != gone
}
