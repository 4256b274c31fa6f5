package headgate

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const lastSettlements = 5 * time.Second

var loopBackoff = backoff{200 * time.Millisecond, 5 * time.Second}

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
