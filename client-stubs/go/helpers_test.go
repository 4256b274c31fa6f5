package headgate_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/idl/gateway"
	"headgate.dev/go/headgate/internal/fakegateway"
)

const (
	notApplied = gateway.Outcome_NOT_APPLIED
	unknown    = gateway.Outcome_UNKNOWN
)

func startGateway(t *testing.T) *fakegateway.Gateway {
	t.Helper()
	g := fakegateway.Start()
	t.Cleanup(g.Close)
	return g
}

func openClient(t *testing.T, addresses string, change ...func(*headgate.Config)) *headgate.Client {
	t.Helper()
	config := headgate.Config{
		Addresses:      addresses,
		Timeout:        5 * time.Second,
		BackoffInitial: 5 * time.Millisecond,
		BackoffMax:     50 * time.Millisecond,
	}
	for _, c := range change {
		c(&config)
	}
	client, err := headgate.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func withTimeout(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func send(ctx context.Context, client *headgate.Client, body string, options ...headgate.SendOption) error {
	_, err := client.Producer().Send(ctx, "t", headgate.Message{Body: []byte(body)}, options...)
	return err
}

// failed is the error of a call, as the client's own type.
func failed(t *testing.T, err error) *headgate.Error {
	t.Helper()
	var failure *headgate.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want an *Error", err)
	}
	return failure
}

func expect(t *testing.T, failure *headgate.Error, code headgate.Code, outcome headgate.Outcome) {
	t.Helper()
	if failure.Code != code || failure.Outcome != outcome {
		t.Fatalf("got %v, want code %v and outcome %v", failure, code, outcome)
	}
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until waits for a condition, with a deadline.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	untilWithin(t, 10*time.Second, what, condition)
}

func untilWithin(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// deadAddress is one where nobody listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	ok(t, listener.Close())
	return listener.Addr().String()
}

// expectNoGoroutines fails when goroutines of this client are left.
func expectNoGoroutines(t *testing.T) {
	t.Helper()
	until(t, "goroutines of the client have ended", func() bool {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		return !strings.Contains(string(stacks), "headgate.(*Consumer)") &&
			!strings.Contains(string(stacks), "headgate.(*pool)")
	})
}
