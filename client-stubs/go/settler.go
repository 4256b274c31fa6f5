package headgate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

var settleBackoff = backoff{100 * time.Millisecond, 2 * time.Second}

// settlement is one lease to be acked, or nacked.
type settlement struct {
	held *held
	nack *Nack
}

// settler sends, on a goroutine of its own, what has gathered while the call before was under way. What cannot be settled
// yet is tried again for as long as its lease lives.
type settler struct {
	consumption *consumption
	hand        *hand
	log         *slog.Logger
	wake        chan struct{}

	mu      sync.Mutex
	waiting []settlement
}

func newSettler(c *consumption, h *hand, log *slog.Logger) *settler {
	return &settler{consumption: c, hand: h, log: log, wake: make(chan struct{}, 1)}
}

// settle acks soon, or nacks.
func (s *settler) settle(one *held, nack *Nack) {
	s.mu.Lock()
	s.waiting = append(s.waiting, settlement{one, nack})
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run settles until ctx ends.
func (s *settler) run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		batch := s.take()
		if len(batch) == 0 {
			select {
			case <-s.wake:
			case <-ctx.Done():
			}
			continue
		}
		again := s.settleAll(ctx, batch)
		if len(again) == 0 {
			failures = 0
			continue
		}
		s.mu.Lock()
		s.waiting = append(again, s.waiting...)
		s.mu.Unlock()
		sleep(ctx, settleBackoff.pause(failures, 0))
		failures++
	}
}

func (s *settler) take() []settlement {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := s.waiting
	s.waiting = nil
	return batch
}

// settleAll answers what is to be tried again.
func (s *settler) settleAll(ctx context.Context, batch []settlement) (again []settlement) {
	var acks, nacks []settlement
	var leases []Lease
	var entries []Nack
	for _, one := range batch {
		if one.nack == nil {
			acks, leases = append(acks, one), append(leases, one.held.delivery.Lease)
		} else {
			nacks, entries = append(nacks, one), append(entries, *one.nack)
		}
	}
	if len(acks) > 0 {
		results, err := s.consumption.ack(ctx, leases)
		again = append(again, s.settled(acks, results, err)...)
	}
	if len(nacks) > 0 {
		results, err := s.consumption.nack(ctx, entries)
		again = append(again, s.settled(nacks, results, err)...)
	}
	return again
}

// settled files the results, of which an error has cut off the rest, and answers what is to be tried again.
func (s *settler) settled(batch []settlement, results []SettleResult, err error) (again []settlement) {
	if err != nil {
		s.log.Warn("headgate: cannot settle leases", "leases", len(batch)-len(results), "error", err)
	}
	for i, one := range batch {
		var later bool
		switch {
		case i >= len(results):
			var failure *Error
			later = errors.As(err, &failure) && failure.Retryable
		case results[i].Status == SettleUnavailable:
			later = true
		case results[i].Status != SettleDone:
			s.log.Debug("headgate: message comes again", "messageId", one.held.delivery.MessageID, "status", results[i].Status)
		}
		if later && one.held.alive() {
			again = append(again, one)
		} else {
			s.hand.remove(one.held)
		}
	}
	return again
}
