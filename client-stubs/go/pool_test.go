package headgate_test

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/internal/fakegateway"
)

func TestConnectionIsReused(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	for range 20 {
		ok(t, send(t.Context(), client, "x"))
	}

	equal(t, g.Accepted(), 1)
}

func TestBrokenConnectionIsNeverReused(t *testing.T) {
	for name, fault := range map[string]fakegateway.Fault{
		"silence": fakegateway.Silence, "trickle": fakegateway.Trickle, "garbage": fakegateway.Garbage} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t)
			client := openClient(t, g.Address())
			g.Script(fault)
			failed(t, send(withTimeout(t, 100*time.Millisecond), client, "x"))

			ok(t, send(t.Context(), client, "y"))

			equal(t, g.Accepted(), 2)
			equal(t, strings.Join(g.Topic.Bodies(), ""), "xy")
		})
	}
}

func TestConnectionClosedWhileIdleIsReplacedWithoutAnError(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	ok(t, send(t.Context(), client, "x"))
	g.DropConnections()
	until(t, "connection closed", func() bool { return g.Open() == 0 })

	ok(t, send(t.Context(), client, "y"))

	equal(t, len(g.Topic.Stored()), 2)
}

func TestIdleConnectionIsClosedAfterAWhile(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.IdleTimeout = 50 * time.Millisecond })
	ok(t, send(t.Context(), client, "x"))
	equal(t, headgate.Idle(client), 1)

	until(t, "idle connection closed", func() bool { return headgate.Idle(client) == 0 && g.Open() == 0 })
}

func TestNoConnectionLeaks(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	for range 20 {
		for _, fault := range []fakegateway.Fault{fakegateway.None, fakegateway.DropReply, fakegateway.DropRequest, fakegateway.Garbage} {
			g.Script(fault)
			if err := send(withTimeout(t, time.Second), client, "x"); err != nil {
				equal(t, failed(t, err).Outcome, headgate.OutcomeUnknown)
			}
		}
	}

	equal(t, headgate.InUse(client), 0)
	equal(t, headgate.Idle(client) <= 1, true)
	until(t, "connections closed", func() bool { return g.Open() <= 1 })
	client.Close()
	until(t, "all closed", func() bool { return g.Open() == 0 })
	expectNoGoroutines(t)
}

func TestPoolBoundsConnections(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.MaxConnections = 3 })
	var sending sync.WaitGroup
	for range 16 {
		sending.Go(func() {
			for range 12 {
				if err := send(t.Context(), client, "x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sending.Wait()

	equal(t, len(g.Topic.Stored()), 192)
	equal(t, g.Accepted() <= 3, true)
}

func TestCallThatFindsNoConnectionFreeFailsAtItsDeadline(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.MaxConnections = 1 })
	g.Script(fakegateway.Silence)
	hanging := make(chan error)
	go func() { hanging <- send(withTimeout(t, time.Second), client, "x") }()
	until(t, "first call under way", func() bool { return len(g.Topic.Stored()) == 1 })

	_, err := client.Version(withTimeout(t, 50*time.Millisecond))

	expect(t, failed(t, err), headgate.ClientOverloaded, headgate.OutcomeNotApplied)
	equal(t, failed(t, err).Category, headgate.CategoryLimit)
	failed(t, <-hanging)
}

func TestParkedReceivesLeaveConnectionsToOtherCalls(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.MaxConnections = 1 })
	got := make(chan headgate.Received)
	go func() {
		received, err := client.Receive(t.Context(), "t", "g", headgate.ReceiveOptions{Wait: 5 * time.Second})
		if err != nil {
			t.Error(err)
		}
		got <- received
	}()
	until(t, "receive parked", func() bool { return g.Topic.Parked() == 1 })

	_, err := client.Version(t.Context())
	ok(t, err)
	g.Topic.Queue("x")

	equal(t, string((<-got).Deliveries[0].Body), "x")
}

func TestCallMovesToAnAddressThatAnswers(t *testing.T) {
	g := startGateway(t)
	dead := deadAddress(t)
	for range 10 { // The first address is chosen at random.
		ok(t, send(t.Context(), openClient(t, dead+", "+g.Address()), "x"))
	}

	equal(t, len(g.Topic.Stored()), 10)
}

func TestDrainingNodeIsLeftForAnother(t *testing.T) {
	first, second := startGateway(t), startGateway(t)
	for _, g := range []*fakegateway.Gateway{first, second} {
		g.Topic.Fail(fakegateway.Failure(301, true, notApplied))
	}

	ok(t, send(t.Context(), openClient(t, first.Address()+","+second.Address()), "x"))

	equal(t, len(first.Topic.Stored())+len(second.Topic.Stored()), 1)
	equal(t, first.Accepted() > 0 && second.Accepted() > 0, true)
}

func TestNobodyThereIsUnreachableAndNothingApplied(t *testing.T) {
	dead := deadAddress(t)
	failure := failed(t, send(withTimeout(t, 200*time.Millisecond), openClient(t, dead), "x"))

	expect(t, failure, headgate.GatewayUnreachable, headgate.OutcomeNotApplied)
	equal(t, strings.Contains(failure.Message, dead), true)
}

func TestGatewayThatComesBackIsFoundWithinTheCall(t *testing.T) {
	address := deadAddress(t)
	client := openClient(t, address)
	sent := make(chan error)
	go func() { sent <- send(t.Context(), client, "x") }()

	listener, err := net.Listen("tcp", address)
	ok(t, err)
	g := fakegateway.Serve(listener)
	defer g.Close()

	ok(t, <-sent)
	equal(t, len(g.Topic.Stored()), 1)
}
