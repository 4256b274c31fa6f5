package headgate

import (
	"context"
	"log/slog"
	"time"
)

const (
	renewTogether   = 50 * time.Millisecond // What comes due so soon after the first goes along with it.
	longestRenewing = 60 * time.Second
)

// renewer renews each lease when half of it has passed, all that are due in one call; on a goroutine of its own, so that
// neither a slow handler nor a slow ack lets a lease lapse.
type renewer struct {
	consumption *consumption
	hand        *hand
	log         *slog.Logger
	lease       time.Duration // 0: the group's.
	wake        chan struct{}
}

func newRenewer(c *consumption, h *hand, log *slog.Logger, lease time.Duration) *renewer {
	return &renewer{consumption: c, hand: h, log: log, lease: lease, wake: make(chan struct{}, 1)}
}

// woken: new leases are in the hand.
func (r *renewer) woken() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// run renews until ctx ends.
func (r *renewer) run(ctx context.Context) {
	timer := time.NewTimer(longestRenewing)
	defer timer.Stop()
	for ctx.Err() == nil {
		due, next := r.due(time.Now())
		if len(due) > 0 {
			r.renew(ctx, due)
			continue
		}
		timer.Reset(next)
		select {
		case <-timer.C:
		case <-r.wake:
		case <-ctx.Done():
		}
	}
}

// due answers what is to be renewed now or, when there is nothing, how long to wait.
func (r *renewer) due(now time.Time) (due []*held, next time.Duration) {
	next = longestRenewing
	overdue := false
	for _, one := range r.hand.all() {
		at, renewed := one.renewal()
		if !renewed {
			continue
		}
		left := at.Sub(now)
		next = min(next, left)
		overdue = overdue || left <= 0
		if left <= renewTogether {
			due = append(due, one)
		}
	}
	if !overdue {
		return nil, next
	}
	return due, 0
}

func (r *renewer) renew(ctx context.Context, due []*held) {
	leases := make([]Lease, len(due))
	for i, one := range due {
		leases[i] = one.delivery.Lease
	}
	results, err := r.consumption.prolong(ctx, leases, r.lease)
	if err != nil && ctx.Err() == nil {
		r.log.Warn("headgate: cannot renew leases", "leases", len(due)-len(results), "error", err)
	}
	for i, one := range due {
		if i < len(results) {
			r.renewed(one, results[i])
		} else {
			one.postponed()
		}
	}
}

func (r *renewer) renewed(one *held, result SettleResult) {
	switch result.Status {
	case SettleDone:
		granted := result.Lease
		if granted == 0 {
			granted = r.lease
		}
		if granted == 0 {
			granted = one.delivery.LeaseTime
		}
		one.prolonged(granted)
	case SettleUnavailable:
		one.postponed()
	default:
		r.log.Debug("headgate: lease is lost", "messageId", one.delivery.MessageID, "status", result.Status)
		if one.lose() {
			r.hand.remove(one)
		}
	}
}
