package headgate_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
)

func TestStoppingSettlesWhatRunsAndGivesBackTheRest(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("running", "unstarted-1", "unstarted-2")
	started, finish := make(chan struct{}), make(chan struct{})
	client := openClient(t, g.Address())
	consumer, stop := consume(t, client, func(context.Context, *headgate.Delivery) error {
		close(started)
		<-finish
		return nil
	}, headgate.ConsumerConfig{Prefetch: 2})
	<-started
	until(t, "hand is full", func() bool { return consumer.InHand() == 3 })

	stopped := make(chan error)
	go func() { stopped <- stop() }()
	until(t, "unstarted given back", func() bool { return len(g.Topic.Nacked()) == 2 })
	equal(t, len(g.Topic.Acked()), 0)
	close(finish)

	ok(t, <-stopped)
	equal(t, fmt.Sprint(g.Topic.Acked()), "[running]")
	for _, nack := range g.Topic.Nacked() {
		equal(t, *nack.DelayMillis, 0)
	}
	equal(t, g.Topic.Leased(), 0)
	equal(t, headgate.InUse(client), 0)
	expectNoGoroutines(t)
}

func TestStoppingGivesBackWhatItsLastReceiveBrought(t *testing.T) {
	g := startGateway(t)
	consumer, stop := consume(t, openClient(t, g.Address()), nothing, headgate.ConsumerConfig{PollWait: 5 * time.Second})
	until(t, "receive parked", func() bool { return g.Topic.Parked() == 1 })

	consumer.Stop()
	g.Topic.Queue("late")

	ok(t, stop())
	equal(t, g.Topic.Leased(), 0)
	equal(t, len(g.Topic.Acked())+len(g.Topic.Nacked()), 1)
}

func TestStoppingDoesNotWaitForEver(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("stuck")
	started, finish := make(chan struct{}), make(chan struct{})
	defer close(finish)
	_, stop := consume(t, openClient(t, g.Address()), func(context.Context, *headgate.Delivery) error {
		close(started)
		<-finish
		return nil
	}, headgate.ConsumerConfig{StopTimeout: 300 * time.Millisecond})
	<-started
	before := time.Now()

	equal(t, stop() != nil, true)
	if took := time.Since(before); took > 5*time.Second {
		t.Fatalf("took %v", took)
	}
}

func TestStoppingCancelsHandlersInTheEnd(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("slow")
	started := make(chan struct{})
	_, stop := consume(t, openClient(t, g.Address()), func(ctx context.Context, _ *headgate.Delivery) error {
		close(started)
		<-ctx.Done()
		return context.Cause(ctx)
	}, headgate.ConsumerConfig{StopTimeout: 300 * time.Millisecond})
	<-started

	ok(t, stop())
	equal(t, g.Topic.Nacked()[0].GetReason(), headgate.ErrStopTimeout.Error())
}

func TestClosingTheClientStopsItsConsumers(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue(numbered(20)...)
	client := openClient(t, g.Address())
	var handled atomic.Int32
	_, stop := consume(t, client, func(context.Context, *headgate.Delivery) error {
		handled.Add(1)
		return nil
	}, headgate.ConsumerConfig{})
	until(t, "some handled", func() bool { return handled.Load() > 3 })

	client.Close()

	ok(t, stop())
	equal(t, g.Topic.Leased(), 0)
	equal(t, len(g.Topic.Acked()), int(handled.Load()))
	expectNoGoroutines(t)
}

func TestConsumerRunsOnce(t *testing.T) {
	client := openClient(t, startGateway(t).Address())
	consumer, stop := consume(t, client, nothing, headgate.ConsumerConfig{PollWait: time.Millisecond})
	ok(t, stop())

	equal(t, errors.Is(consumer.Run(t.Context()), headgate.FailedPrecondition), true)
	client.Close()
	late, err := client.NewConsumer("t", "g", nothing, headgate.ConsumerConfig{})
	ok(t, err)
	equal(t, errors.Is(late.Run(t.Context()), headgate.ClientClosed), true)
}
