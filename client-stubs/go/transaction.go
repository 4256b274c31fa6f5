package headgate

import (
	"context"
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// Prepared is proof that a message is stored, and that nobody sees it before it is committed.
type Prepared struct {
	MessageID string
	// TransactionID is for Commit and Rollback, by any client through any node; opaque.
	TransactionID string
}

// Check asks what became of a prepared message whose producer has been silent.
type Check struct {
	// Message is the message; its Body is opened, and Encoding then empty.
	Message
	MessageID string
	// TransactionID is to answer by; another one than that of Prepared, perhaps.
	TransactionID string
	Topic         string
	// Attempt is from 1; after the last one the message is rolled back.
	Attempt int
	// OpenError is why Body could not be opened; it is then as it came.
	OpenError error
}

// Verdict answers a check.
type Verdict int

const (
	// Undecided: the check comes again.
	Undecided Verdict = iota
	// Commit: the message becomes visible.
	Commit
	// Rollback: the message is discarded.
	Rollback
)

// ChecksOptions is how PendingChecks asks; a zero field means its default.
type ChecksOptions struct {
	// Max is how many checks to answer at the most, 1 to 1,000. Default: 16.
	Max int
	// Wait is how long to park when there are none, at most 60 s. Default: 0, answer at once.
	Wait time.Duration
}

// Prepare stores a message that nobody sees until Commit. Any member of the producer group may answer when the gateway
// asks what became of it.
//
// Not retried when it may have been stored: what was stored without an answer is asked about, and rolled back in the end.
func (p *Producer) Prepare(ctx context.Context, topic, producerGroup string, m Message) (Prepared, error) {
	wire, failure := p.prepared(ctx, m)
	if failure != nil {
		return Prepared{}, failure
	}
	return call(ctx, p.caller, operation{name: "prepare"}, func(ctx context.Context, c *conn, call *gateway.CallContext) (Prepared, error) {
		request := &gateway.PrepareRequest{Context: call, Topic: topic, ProducerGroup: producerGroup, Message: wire}
		result, err := c.produce.Prepare(ctx, request)
		if err != nil {
			return Prepared{}, err
		}
		return Prepared{result.MessageId, result.TransactionId}, nil
	})
}

// Commit makes a prepared message visible. Repeating it is harmless. The error is NotFound when the transaction is unknown
// or has been rolled back.
func (p *Producer) Commit(ctx context.Context, transactionID string) error {
	return p.caller.do(ctx, operation{name: "commit", harmless: true}, func(ctx context.Context, c *conn, call *gateway.CallContext) error {
		return c.produce.Commit(ctx, &gateway.EndTransactionRequest{Context: call, TransactionId: transactionID})
	})
}

// Rollback discards a prepared message. Repeating it is harmless. The error is NotFound when the transaction is unknown or
// has been committed.
func (p *Producer) Rollback(ctx context.Context, transactionID string) error {
	return p.caller.do(ctx, operation{name: "rollback", harmless: true}, func(ctx context.Context, c *conn, call *gateway.CallContext) error {
		return c.produce.Rollback(ctx, &gateway.EndTransactionRequest{Context: call, TransactionId: transactionID})
	})
}

// PendingChecks asks for prepared messages of the group that wait for an answer by Commit or Rollback.
func (p *Producer) PendingChecks(ctx context.Context, producerGroup string, options ChecksOptions) ([]Check, error) {
	op := operation{name: "pendingChecks", harmless: true, parked: options.Wait}
	return call(ctx, p.caller, op, func(ctx context.Context, c *conn, call *gateway.CallContext) ([]Check, error) {
		result, err := c.produce.PendingChecks(ctx, &gateway.PendingChecksRequest{
			Context:       call,
			ProducerGroup: producerGroup,
			MaxChecks:     optional(int32(options.Max)),
			WaitMillis:    optional(millis(options.Wait)),
		})
		if err != nil {
			return nil, err
		}
		checks := make([]Check, len(result.Checks))
		for i, wire := range result.Checks {
			checks[i] = Check{
				Message:       fromMessage(wire.Message),
				MessageID:     wire.MessageId,
				TransactionID: wire.TransactionId,
				Topic:         wire.Topic,
				Attempt:       int(wire.Attempt),
			}
			checks[i].OpenError = p.codec.open(&checks[i].Message)
		}
		return checks, nil
	})
}

// AnswerChecks asks for pending checks and answers each as decide says, one after the other, until ctx ends. Each service
// that prepares messages runs it on a goroutine of its own: a group is asked while a member does. An error of decide means
// Undecided, and is logged. Failures of the gateway are waited out.
func (p *Producer) AnswerChecks(ctx context.Context, producerGroup string, decide func(context.Context, Check) (Verdict, error)) {
	log := p.caller.config.Logger.With("producerGroup", producerGroup)
	for failures := 0; ctx.Err() == nil; {
		checks, err := p.PendingChecks(ctx, producerGroup, ChecksOptions{Wait: 20 * time.Second})
		if err != nil && ctx.Err() == nil {
			log.Warn("headgate: cannot ask for pending checks", "error", err)
			sleep(ctx, loopBackoff.pause(failures, retryAfter(err)))
			failures++
			continue
		}
		failures = 0
		for _, check := range checks {
			if err := p.answer(ctx, check, decide); err != nil && ctx.Err() == nil {
				log.Warn("headgate: cannot answer a check", "messageId", check.MessageID, "error", err)
			}
		}
	}
}

func (p *Producer) answer(ctx context.Context, check Check, decide func(context.Context, Check) (Verdict, error)) error {
	verdict, err := decide(p.caller.extract(ctx, &check.Message), check)
	switch {
	case err != nil:
		return err
	case verdict == Commit:
		return p.Commit(ctx, check.TransactionID)
	case verdict == Rollback:
		return p.Rollback(ctx, check.TransactionID)
	default:
		return nil
	}
}
