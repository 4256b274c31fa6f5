package headgate

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"headgate.dev/go/headgate/idl/gateway"
)

const (
	maxTimeout = 600 * time.Second
	// The gateway is told of a deadline that is sooner by this much, or by a tenth of a short one, so that its answer, with
	// the outcome, is here by the caller's.
	answerMargin = 250 * time.Millisecond
	modulePath   = "headgate.dev/go/headgate"
)

// caller makes one call of the contract out of as many exchanges as its deadline allows.
//
// A failed exchange is repeated when that is of use and cannot do harm. It is of use when the failure is retryable; it does
// no harm when nothing was applied, or the operation is repeatable, or the caller has accepted duplicates. Once an exchange
// may have been applied, no later refusal makes the call "not applied" again.
type caller struct {
	config    *Config
	pool      *pool
	userAgent string
}

func newCaller(config *Config, p *pool) *caller {
	return &caller{config: config, pool: p, userAgent: "headgate-go/" + version()}
}

// operation is what a call is, apart from its arguments.
type operation struct {
	name string
	// harmless: repeating it does no harm, whatever became of it before.
	harmless bool
	// parked is how long a long poll may park, on top of the timeout.
	parked time.Duration
}

// exchange is what is said over one connection.
type exchange[T any] func(ctx context.Context, c *conn, call *gateway.CallContext) (T, error)

func call[T any](ctx context.Context, c *caller, op operation, run exchange[T]) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout+op.parked)
	defer cancel()
	if ctx.Err() != nil {
		var none T
		return none, endedError(ctx, OutcomeNotApplied, "the context had ended before the call")
	}
	pauses := backoff{c.config.BackoffInitial, c.config.BackoffMax}
	uncertain := false
	for retry := 0; ; retry++ {
		answer, failure := attempt(ctx, c, op, run)
		if failure == nil {
			return answer, nil
		}
		uncertain = uncertain || failure.Outcome == OutcomeUnknown
		if uncertain {
			failure = failure.afterUncertainAttempt()
		}
		pause := pauses.pause(retry, failure.RetryAfter)
		deadline, _ := ctx.Deadline()
		if !failure.Retryable || uncertain && !op.harmless || time.Until(deadline) <= pause {
			return answer, failure
		}
		c.config.Logger.Debug("headgate: trying again", "call", op.name, "error", failure)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return answer, endedError(ctx, failure.Outcome, "ended between retries, after: %v", failure)
		}
	}
}

// do is a call without a result.
func (c *caller) do(ctx context.Context, op operation, run func(context.Context, *conn, *gateway.CallContext) error) error {
	_, err := call(ctx, c, op, func(ctx context.Context, connection *conn, call *gateway.CallContext) (struct{}, error) {
		return struct{}{}, run(ctx, connection, call)
	})
	return err
}

func attempt[T any](ctx context.Context, c *caller, op operation, run exchange[T]) (answer T, failure *Error) {
	l := callLane
	if op.parked > 0 {
		l = pollLane
	}
	connection, failure := c.pool.borrow(ctx, l)
	if failure != nil {
		return answer, failure
	}
	end := connection.begin(ctx)
	answer, err := run(ctx, connection, c.context(ctx))
	usable := true
	if err == nil {
		connection.endpoint.succeeded()
	} else {
		failure, usable = c.failure(ctx, connection, err)
	}
	c.pool.giveBack(connection, end() && usable)
	return answer, failure
}

// failure is what a failed exchange means, and whether its connection is still of use.
func (c *caller) failure(ctx context.Context, connection *conn, err error) (*Error, bool) {
	var own *Error
	if errors.As(err, &own) {
		return own, false
	}
	var refused *gateway.GatewayError
	if errors.As(err, &refused) {
		failure := errorOf(refused.Failure)
		if failure.Code == Draining {
			connection.endpoint.failed()
		}
		return failure, true
	}
	var unknown thrift.TApplicationException
	if errors.As(err, &unknown) {
		if unknown.TypeId() == thrift.UNKNOWN_METHOD {
			return localError(Unsupported, OutcomeNotApplied, err, "the gateway does not know this call: %v", err), true
		}
		return localError(BadReply, OutcomeUnknown, err, "Thrift failure: %v", err), false
	}
	outcome := OutcomeNotApplied
	if connection.written() {
		outcome = OutcomeUnknown
	}
	node := connection.endpoint.address
	switch {
	case ctx.Err() == context.Canceled:
		return endedError(ctx, outcome, "cancelled in a call to %s", node), false
	case connection.lost():
		select {
		case <-c.pool.closed:
			return localError(ClientClosed, outcome, nil, "the client was closed in a call to %s", node), false
		default:
		}
		connection.endpoint.failed()
		if deadline, _ := ctx.Deadline(); !time.Now().Before(deadline) {
			<-ctx.Done()
			return endedError(ctx, outcome, "no answer in time from %s: %v", node, err), false
		}
		return localError(GatewayUnreachable, outcome, err, "connection lost to %s: %v", node, err), false
	case connection.written():
		return localError(BadReply, outcome, err, "unreadable answer of %s: %v", node, err), false
	default:
		return localError(InvalidArgument, outcome, err, "request that cannot be written: %v", err), false
	}
}

func (c *caller) context(ctx context.Context) *gateway.CallContext {
	deadline, _ := ctx.Deadline()
	left := time.Until(deadline)
	left = min(left-min(answerMargin, left/10), maxTimeout)
	trace := c.inject(ctx)
	call := &gateway.CallContext{
		TimeoutMillis: ptr(max(1, left.Milliseconds())),
		Traceparent:   optional(trace.Get(traceparent)),
		ClientId:      optional(c.config.ClientID),
		Token:         optional(c.config.Token),
		UserAgent:     &c.userAgent,
	}
	if state := trace.Get(tracestate); len(state) <= maxTracestateBytes {
		call.Tracestate = optional(state)
	}
	return call
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range append(info.Deps, &info.Main) {
			if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
				return module.Version
			}
		}
	}
	return "dev"
}
