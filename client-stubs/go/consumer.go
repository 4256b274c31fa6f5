package headgate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const lastSettlements = 5 * time.Second

var loopBackoff = backoff{200 * time.Millisecond, 5 * time.Second}

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

// Consumer is a worker loop on one topic for one group, made by Client.NewConsumer and run by Run. It holds at most
// Concurrency + Prefetch messages and keeps receiving through failures of the gateway. Messages of one key reach one
// handler after the other on an ordered topic, because the gateway leases them so and the loop keeps the order.
// Safe for concurrent use.
type Consumer struct {
	topic, group string
	handler      Handler
	config       ConsumerConfig
	consumption  *consumption
	log          *slog.Logger
	hand         *hand
	settler      *settler
	renewer      *renewer
	work         chan *held
	register     func(*Consumer) error
	unregister   func(*Consumer)

	started     atomic.Bool
	stopOnce    sync.Once
	stopping    chan struct{}
	done        chan struct{}
	lastFailure atomic.Pointer[error]
}

// InHand tells how many messages are leased to this consumer now.
func (c *Consumer) InHand() int { return c.hand.size() }

// LastFailure tells why the last receive failed; nil when it did not.
func (c *Consumer) LastFailure() error {
	if err := c.lastFailure.Load(); err != nil {
		return *err
	}
	return nil
}

// Stop receives no more and gives back what no handler has begun; what runs goes on. It never blocks, and a handler may
// call it. Run does the rest, and returns.
func (c *Consumer) Stop() {
	c.stopOnce.Do(func() { close(c.stopping) })
	c.giveBackUnstarted()
}

// Run consumes until ctx ends or Stop is called, then stops gracefully: it waits for running handlers up to StopTimeout,
// and settles what is in hand. A receive that is parked is waited for too, up to PollWait, so that no lease gets lost in it.
//
// It returns nil then; an error when handlers or leases were left behind, or the consumer has run before. The end of ctx
// does not reach the handlers; its values do.
func (c *Consumer) Run(ctx context.Context) error {
	if !c.started.CompareAndSwap(false, true) {
		return localError(FailedPrecondition, OutcomeNotApplied, nil, "the consumer has been run before (expected: a new one)")
	}
	defer close(c.done)
	if err := c.register(c); err != nil {
		return err
	}
	defer c.unregister(c)

	base := context.WithoutCancel(ctx)
	background, endBackground := context.WithCancel(base)
	polls, endPolls := context.WithCancel(base)
	handlers, endHandlers := context.WithCancelCause(base)
	defer endHandlers(nil)

	polling, working, settling := &sync.WaitGroup{}, &sync.WaitGroup{}, &sync.WaitGroup{}
	settling.Go(func() { c.settler.run(background) })
	settling.Go(func() { c.renewer.run(background) })
	for range c.config.Concurrency {
		working.Go(func() { c.workLoop(handlers) })
	}
	polling.Go(func() { c.receiveLoop(polls) })

	select {
	case <-ctx.Done():
	case <-c.stopping:
	}
	c.Stop()
	deadline := time.Now().Add(c.config.StopTimeout)
	if !waitUntil(polling, deadline) {
		endPolls()
		polling.Wait()
	}
	endPolls()
	close(c.work)
	idle := waitUntil(working, deadline)
	if !idle {
		endHandlers(ErrStopTimeout)
		idle = waitUntil(working, time.Now().Add(time.Second))
	}
	empty := c.hand.awaitEmpty(c.lastDeadline(deadline, idle))
	endBackground()
	settling.Wait()
	switch {
	case !idle:
		return fmt.Errorf("headgate: handlers of %s still run after %v; their leases expire", c.group, c.config.StopTimeout)
	case !empty:
		return fmt.Errorf("headgate: %d leases of %s are left to expire", c.InHand(), c.group)
	default:
		return nil
	}
}

// lastDeadline is until when settlements may take: those of detached deliveries as long as handlers.
func (c *Consumer) lastDeadline(deadline time.Time, idle bool) time.Time {
	if !idle {
		return time.Now().Add(time.Second)
	}
	if last := time.Now().Add(lastSettlements); last.After(deadline) {
		return last
	}
	return deadline
}

func (c *Consumer) receiveLoop(ctx context.Context) {
	for failures := 0; ; {
		room := c.hand.acquireRoom(maxBatch, c.stopping)
		if c.isStopping() {
			c.hand.releaseRoom(room)
			return
		}
		pause, err := c.receive(ctx, room)
		if err != nil {
			c.hand.releaseRoom(room)
			c.log.Warn("headgate: cannot receive", "error", err)
			c.lastFailure.Store(&err)
			pause = loopBackoff.pause(failures, retryAfter(err))
			failures++
		} else {
			failures = 0
			c.lastFailure.Store(nil)
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-c.stopping:
			}
		}
	}
}

// receive receives into so much room; it answers how long the gateway wants to be left alone.
func (c *Consumer) receive(ctx context.Context, room int) (time.Duration, error) {
	received, err := c.consumption.receive(ctx, c.topic, c.group, &ReceiveOptions{
		MaxMessages:       room,
		Wait:              max(0, c.config.PollWait),
		Lease:             c.config.Lease,
		Tags:              c.config.Tags,
		Expression:        c.config.Expression,
		BroadcastInstance: c.config.BroadcastInstance,
	})
	if err != nil {
		return 0, err
	}
	c.hand.releaseRoom(max(0, room-len(received.Deliveries)))
	for _, d := range received.Deliveries {
		d.settling = c
		one := c.hand.add(d)
		select {
		case c.work <- one:
		case <-c.stopping:
		}
	}
	if c.isStopping() {
		c.giveBackUnstarted()
	}
	if len(received.Deliveries) > 0 {
		c.renewer.woken()
	}
	return received.RetryAfter, nil
}

func (c *Consumer) giveBackUnstarted() {
	for _, one := range c.hand.all() {
		if one.takeBack() {
			c.settler.settle(one, &Nack{one.delivery.Lease, AtOnce, "given back by a stopping consumer"})
		}
	}
}

func (c *Consumer) isStopping() bool {
	select {
	case <-c.stopping:
		return true
	default:
		return false
	}
}

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

// settle settles a delivery for its handler; the loop then leaves it alone.
func (c *Consumer) settle(ctx context.Context, d *Delivery, nack *Nack) (SettleResult, error) {
	result, err := c.consumption.settle(ctx, d, nack)
	if one := c.hand.of(d); one != nil && err == nil && result.Status != SettleUnavailable {
		c.hand.remove(one)
	}
	return result, err
}

func (c *Consumer) extend(ctx context.Context, d *Delivery, lease time.Duration) (SettleResult, error) {
	result, err := c.consumption.extend(ctx, d, lease)
	if one := c.hand.of(d); one != nil && err == nil && result.Status == SettleDone && result.Lease > 0 {
		one.prolonged(result.Lease)
	}
	return result, err
}
