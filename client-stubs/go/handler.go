package headgate

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// ErrStopTimeout is the cause of a handler's cancelled context when its consumer stops and has waited long enough.
var ErrStopTimeout = errors.New("headgate: the consumer has stopped")

// ErrDetached is returned by a handler that has passed its delivery on: the delivery stays in hand and its lease is
// renewed, until somebody settles it by Delivery.Ack or Delivery.Nack.
var ErrDetached = errors.New("headgate: detached")

// RetryLaterError is returned by a handler, wrapped or not, to choose when the message comes again; see RetryLater.
type RetryLaterError struct {
	// Delay is until the next attempt; 0: the group's back-off; AtOnce: without delay.
	Delay time.Duration
	// Reason is kept with the dead letter; cut at 1 KiB.
	Reason string
}

// Error is the reason.
func (e *RetryLaterError) Error() string { return e.Reason }

// RetryLater makes the error that has a handler's message delivered again after a delay of its choice.
func RetryLater(delay time.Duration, reason string) error { return &RetryLaterError{delay, reason} }

// Handler handles one delivery: nil acks it, an error nacks it with its text as the reason, and so does a panic. The
// same message can come more than once. The context carries the message's trace; it is cancelled when the lease is lost
// (cause ErrLeaseLost) or the consumer has waited for it long enough while stopping (cause ErrStopTimeout).
type Handler func(ctx context.Context, d *Delivery) error

func (c *Consumer) workLoop(ctx context.Context) {
	for one := range c.work {
		c.handle(ctx, one)
	}
}

func (c *Consumer) handle(ctx context.Context, one *held) {
	ctx, cancel := context.WithCancelCause(c.consumption.caller.extract(ctx, &one.delivery.Message))
	defer cancel(nil)
	if !one.start(cancel) {
		return
	}
	d := one.delivery
	if !one.alive() { // It could not be renewed while it waited, and comes again.
		c.log.Debug("headgate: lease has expired before the handler", "messageId", d.MessageID)
		c.hand.remove(one)
		return
	}
	err := c.open(d)
	if err == nil {
		err = c.guarded(ctx, d)
	}
	if errors.Is(err, ErrDetached) {
		if !one.detach() {
			c.hand.remove(one)
		}
		return
	}
	if one.isGone() {
		return
	}
	var later *RetryLaterError
	switch {
	case err == nil:
		c.settler.settle(one, nil)
	case errors.As(err, &later):
		c.settler.settle(one, &Nack{d.Lease, later.Delay, err.Error()})
	default:
		c.log.Warn("headgate: message is not handled", "messageId", d.MessageID, "attempt", d.Attempt, "error", err)
		c.settler.settle(one, &Nack{d.Lease, c.config.NackDelay, err.Error()})
	}
}

// open opens a body just before it is handled, so that no more bodies are open than handlers run.
func (c *Consumer) open(d *Delivery) error {
	if c.config.KeepEncoded {
		return nil
	}
	d.OpenError = c.consumption.codec.open(&d.Message)
	return d.OpenError
}

// guarded runs the handler; a panic is an error.
func (c *Consumer) guarded(ctx context.Context, d *Delivery) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			c.log.Error("headgate: handler panics", "messageId", d.MessageID, "panic", reason, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return c.handler(ctx, d)
}
