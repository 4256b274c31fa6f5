package headgate_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/idl/gateway"
	"headgate.dev/go/headgate/internal/fakegateway"
)

// consume runs a consumer until the test ends; stop ends it sooner and answers what Run does.
func consume(t *testing.T, client *headgate.Client, handler headgate.Handler, config headgate.ConsumerConfig) (*headgate.Consumer, func() error) {
	t.Helper()
	if config.PollWait == 0 {
		config.PollWait = 200 * time.Millisecond
	}
	if config.StopTimeout == 0 {
		config.StopTimeout = 5 * time.Second
	}
	consumer, err := client.NewConsumer("t", "g", handler, config)
	ok(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	stop := sync.OnceValue(func() error { return nil })
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = stop() })
	return consumer, stop
}

func nothing(context.Context, *headgate.Delivery) error { return nil }

// numbered are so many different bodies.
func numbered(count int) []string {
	bodies := make([]string, count)
	for i := range bodies {
		bodies[i] = fmt.Sprint("x", i)
	}
	return bodies
}

func TestD11_WhatTheHandlerReturnsFromIsAcked(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("a", "b", "c")

	consume(t, openClient(t, g.Address()), nothing, headgate.ConsumerConfig{})

	until(t, "all acked", func() bool { return len(g.Topic.Acked()) == 3 })
	equal(t, len(g.Topic.Nacked()), 0)
}

func TestOneHandlerSeesMessagesInTheirOrder(t *testing.T) {
	g := startGateway(t)
	bodies := numbered(200)
	g.Topic.Queue(bodies...)
	var seen []string

	_, stop := consume(t, openClient(t, g.Address()), func(_ context.Context, d *headgate.Delivery) error {
		seen = append(seen, string(d.Body))
		return nil
	}, headgate.ConsumerConfig{Prefetch: 20})

	until(t, "all acked", func() bool { return len(g.Topic.Acked()) == 200 })
	ok(t, stop())
	equal(t, fmt.Sprint(seen), fmt.Sprint(bodies))
}

func TestD12_WhatTheHandlerFailsOnIsNacked(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("bad", "good", "panic")

	consume(t, openClient(t, g.Address()), func(_ context.Context, d *headgate.Delivery) error {
		switch string(d.Body) {
		case "bad":
			return errors.New("no stock")
		case "panic":
			panic("at the disco")
		}
		return nil
	}, headgate.ConsumerConfig{NackDelay: 7 * time.Second})

	until(t, "settled", func() bool { return len(g.Topic.Acked()) == 1 && len(g.Topic.Nacked()) == 2 })
	for _, nack := range g.Topic.Nacked() {
		equal(t, nack.GetDelayMillis(), 7_000)
		if reason := nack.GetReason(); reason != "no stock" && reason != "panic: at the disco" {
			t.Fatal(reason)
		}
	}
}

func TestD12_HandlerChoosesTheDelay(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("x", "y", "z")

	consume(t, openClient(t, g.Address()), func(_ context.Context, d *headgate.Delivery) error {
		switch string(d.Body) {
		case "x":
			return fmt.Errorf("not yet: %w", headgate.RetryLater(2*time.Minute, "closed until then"))
		case "y":
			return headgate.RetryLater(headgate.AtOnce, "again")
		default:
			return headgate.RetryLater(0, "as the group says")
		}
	}, headgate.ConsumerConfig{})

	until(t, "nacked", func() bool { return len(g.Topic.Nacked()) == 3 })
	for _, nack := range g.Topic.Nacked() {
		switch nack.GetReason() {
		case "not yet: closed until then":
			equal(t, *nack.DelayMillis, 120_000)
		case "again":
			equal(t, *nack.DelayMillis, 0)
		default:
			equal(t, nack.DelayMillis == nil, true)
		}
	}
}

func TestHandlersRunAtOnceUpToTheConcurrency(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue(numbered(12)...)
	var running, most atomic.Int32
	three := make(chan struct{}, 3)
	var arrived sync.WaitGroup
	arrived.Add(3)
	go func() { arrived.Wait(); close(three) }()
	var first atomic.Int32

	consume(t, openClient(t, g.Address()), func(ctx context.Context, _ *headgate.Delivery) error {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		if first.Add(1) <= 3 {
			arrived.Done()
			<-three
		}
		return nil
	}, headgate.ConsumerConfig{Concurrency: 3})

	until(t, "all acked", func() bool { return len(g.Topic.Acked()) == 12 })
	equal(t, most.Load(), 3)
}

func TestConsumerHoldsNoMoreThanItAskedFor(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue(numbered(50)...)
	turn := make(chan struct{})
	consumer, _ := consume(t, openClient(t, g.Address()), func(context.Context, *headgate.Delivery) error {
		<-turn
		return nil
	}, headgate.ConsumerConfig{Concurrency: 2, Prefetch: 3})

	until(t, "hand is full", func() bool { return consumer.InHand() == 5 })
	equal(t, g.Topic.Leased(), 5)
	close(turn)
	until(t, "all acked", func() bool { return len(g.Topic.Acked()) == 50 })
}

func TestAcksGatherIntoBatches(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue(numbered(300)...)

	consume(t, openClient(t, g.Address()), nothing, headgate.ConsumerConfig{Concurrency: 4, Prefetch: 300})

	until(t, "all acked", func() bool { return len(g.Topic.Acked()) == 300 })
	equal(t, g.Topic.AckCalls() < 300, true)
}

func TestD14_LeaseIsRenewedWhileTheHandlerRuns(t *testing.T) {
	g := startGateway(t)
	g.Topic.SetLease(400)
	g.Topic.Queue("slow", "waits")
	finish := make(chan struct{})

	consume(t, openClient(t, g.Address()), func(context.Context, *headgate.Delivery) error {
		<-finish
		return nil
	}, headgate.ConsumerConfig{})

	until(t, "both renewed thrice", func() bool { return len(g.Topic.Extended()) >= 6 })
	close(finish)
	until(t, "acked", func() bool { return len(g.Topic.Acked()) == 2 })
}

func TestMessageWhoseLeaseIsLostIsNotHandledAndARunningHandlerIsTold(t *testing.T) {
	g := startGateway(t)
	g.Topic.SetLease(300)
	g.Topic.SetExtendStatus(gateway.SettleStatus_FENCED)
	g.Topic.Queue("running", "waiting")
	var handled atomic.Int32
	var cause atomic.Value

	consumer, _ := consume(t, openClient(t, g.Address()), func(ctx context.Context, _ *headgate.Delivery) error {
		handled.Add(1)
		<-ctx.Done()
		cause.Store(context.Cause(ctx))
		return context.Cause(ctx)
	}, headgate.ConsumerConfig{})

	until(t, "both are gone", func() bool { return cause.Load() != nil && consumer.InHand() == 0 })
	equal(t, cause.Load().(error), headgate.ErrLeaseLost)
	equal(t, handled.Load(), 1)
}

func TestMessageWhoseLeaseHasExpiredInTheQueueIsNotHandled(t *testing.T) {
	g := startGateway(t)
	g.Topic.SetLease(200)
	g.Topic.SetExtendStatus(gateway.SettleStatus_UNAVAILABLE)
	g.Topic.Queue("first", "second")
	var handled atomic.Int32
	consumer, _ := consume(t, openClient(t, g.Address()), func(context.Context, *headgate.Delivery) error {
		handled.Add(1)
		until(t, "the lease has expired", func() bool { return len(g.Topic.Extended()) >= 6 })
		return nil
	}, headgate.ConsumerConfig{})

	until(t, "both are gone", func() bool { return handled.Load() == 1 && consumer.InHand() == 0 })
	equal(t, handled.Load(), 1)
}

func TestAckIsRepeatedWhenItsReplyIsLost(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("a")

	consume(t, openClient(t, g.Address()), func(context.Context, *headgate.Delivery) error {
		g.Script(fakegateway.DropReply, fakegateway.DropReply)
		return nil
	}, headgate.ConsumerConfig{})

	until(t, "acked", func() bool { return len(g.Topic.Acked()) == 1 })
}

func TestAckIsRepeatedWhileTheOwnerCannotBeReached(t *testing.T) {
	g := startGateway(t)
	g.Topic.SetSettleStatus(gateway.SettleStatus_UNAVAILABLE)
	g.Topic.Queue("a")
	consumer, _ := consume(t, openClient(t, g.Address()), nothing, headgate.ConsumerConfig{})

	until(t, "tried twice", func() bool { return g.Topic.AckCalls() >= 2 })
	g.Topic.SetSettleStatus(gateway.SettleStatus_DONE)

	until(t, "settled", func() bool { return consumer.InHand() == 0 })
	equal(t, len(g.Topic.Acked()), 1)
}

func TestReceivingGoesOnAfterFailures(t *testing.T) {
	g := startGateway(t)
	for range 3 {
		g.Topic.Fail(fakegateway.Failure(104, false, notApplied))
	}
	consumer, _ := consume(t, openClient(t, g.Address()), nothing, headgate.ConsumerConfig{})
	until(t, "failure shown", func() bool { return errors.Is(consumer.LastFailure(), headgate.PermissionDenied) })

	g.Topic.Queue("x")

	until(t, "acked", func() bool { return len(g.Topic.Acked()) == 1 })
	until(t, "failure forgotten", func() bool { return consumer.LastFailure() == nil })
}

func TestHandlerSettlesByItself(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("ack", "nack", "extend")
	consumer, _ := consume(t, openClient(t, g.Address()), func(ctx context.Context, d *headgate.Delivery) error {
		switch string(d.Body) {
		case "ack":
			return errors.Join(d.Ack(ctx), errors.New("no longer counts"))
		case "nack":
			return d.Nack(ctx, time.Hour, "by hand")
		default:
			granted, err := d.Extend(ctx, time.Minute)
			if granted != 30*time.Second {
				t.Errorf("granted %v", granted)
			}
			return err
		}
	}, headgate.ConsumerConfig{})

	until(t, "settled", func() bool { return len(g.Topic.Acked()) == 2 && consumer.InHand() == 0 })
	equal(t, len(g.Topic.Nacked()), 1)
	equal(t, g.Topic.Nacked()[0].GetReason(), "by hand")
}

func TestDetachedDeliveryStaysInHandUntilItIsSettled(t *testing.T) {
	g := startGateway(t)
	g.Topic.SetLease(300)
	g.Topic.Queue("a")
	passed := make(chan *headgate.Delivery, 1)
	consumer, stop := consume(t, openClient(t, g.Address()), func(_ context.Context, d *headgate.Delivery) error {
		passed <- d
		return headgate.ErrDetached
	}, headgate.ConsumerConfig{})
	d := <-passed
	until(t, "renewed after the handler", func() bool { return len(g.Topic.Extended()) >= 3 })
	equal(t, consumer.InHand(), 1)

	stopped := make(chan error)
	go func() { stopped <- stop() }()
	ok(t, d.Ack(t.Context()))

	ok(t, <-stopped)
	equal(t, len(g.Topic.Acked()), 1)
}

func TestConsumerAsksForWhatItWasToldTo(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	consume(t, client, nothing, headgate.ConsumerConfig{
		Concurrency: 2, Prefetch: -1, Lease: time.Minute, Tags: []string{"a", "b"}, BroadcastInstance: "cache-3"})
	until(t, "received", func() bool { return len(g.Topic.Received()) > 0 })

	asked := g.Topic.Received()[0]
	equal(t, asked.GetMaxMessages(), 2)
	equal(t, asked.GetLeaseMillis(), 60_000)
	equal(t, asked.GetWaitMillis(), 200)
	equal(t, fmt.Sprint(asked.Filter.Tags), "[a b]")
	equal(t, asked.GetBroadcastInstance(), "cache-3")
	_, err := client.NewConsumer("t", "g", nothing, headgate.ConsumerConfig{Tags: []string{"a"}, Expression: "b = 1"})
	equal(t, errors.Is(err, headgate.InvalidArgument), true)
}
