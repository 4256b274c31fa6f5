package headgate

import (
	"sync"
	"time"
)

// hand is what a consumer holds leased, and the room for more. Safe for concurrent use.
type hand struct {
	mu      sync.Mutex
	room    int
	held    map[*Delivery]*held
	changed chan struct{} // Closed, and replaced, when room is given back.
}

func newHand(size int) *hand {
	return &hand{room: size, held: make(map[*Delivery]*held, size), changed: make(chan struct{})}
}

// acquireRoom waits for room and takes as much as there is, at most so much; 0 when stopped.
func (h *hand) acquireRoom(most int, stopped <-chan struct{}) int {
	for {
		h.mu.Lock()
		taken := min(h.room, most)
		h.room -= taken
		changed := h.changed
		h.mu.Unlock()
		if taken > 0 {
			return taken
		}
		select {
		case <-changed:
		case <-stopped:
			return 0
		}
	}
}

// releaseRoom gives back room that was taken.
func (h *hand) releaseRoom(places int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.release(places)
}

func (h *hand) release(places int) {
	h.room += places
	close(h.changed)
	h.changed = make(chan struct{})
}

// add puts a delivery into room that was taken.
func (h *hand) add(d *Delivery) *held {
	one := newHeld(d)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held[d] = one
	return one
}

// remove frees its place; repeating it is harmless.
func (h *hand) remove(one *held) {
	if !one.remove() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, one.delivery)
	h.release(1)
}

// of is what is held of a delivery, or nil.
func (h *hand) of(d *Delivery) *held {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held[d]
}

// all is a copy of what is held.
func (h *hand) all() []*held {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*held, 0, len(h.held))
	for _, one := range h.held {
		all = append(all, one)
	}
	return all
}

func (h *hand) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.held)
}

// awaitEmpty waits until nothing is held, or until the deadline.
func (h *hand) awaitEmpty(deadline time.Time) bool {
	timeout := time.NewTimer(time.Until(deadline))
	defer timeout.Stop()
	for {
		h.mu.Lock()
		empty := len(h.held) == 0
		changed := h.changed
		h.mu.Unlock()
		if empty {
			return true
		}
		select {
		case <-changed:
		case <-timeout.C:
			return false
		}
	}
}
