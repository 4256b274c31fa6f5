package headgate

import (
	"context"

	"headgate.dev/go/headgate/idl/gateway"
)

// maxBatch is the contract's limit of one batch of messages or leases.
const maxBatch = 1_000

// Producer sends messages. Safe for concurrent use; lives as long as its client.
type Producer struct {
	caller *caller
	codec  *codec
}

// SendOption changes one send.
type SendOption func(*operation)

// RetryUncertain retries also when the message may have been stored, at the price of possible duplicates.
func RetryUncertain() SendOption { return func(op *operation) { op.harmless = true } }

// Send stores one message, and returns when the engine has confirmed it. The error is an *Error: the message is not known
// to be stored, and its Outcome says whether it may be.
//
// A large body is compressed (see Config.CompressFrom), and the trace of ctx goes into the headers.
func (p *Producer) Send(ctx context.Context, topic string, m Message, options ...SendOption) (Receipt, error) {
	wire, failure := p.prepared(ctx, m)
	if failure != nil {
		return Receipt{}, failure
	}
	return call(ctx, p.caller, sending("send", options), func(ctx context.Context, c *conn, call *gateway.CallContext) (Receipt, error) {
		result, err := c.produce.Send(ctx, &gateway.SendRequest{Context: call, Topic: topic, Message: wire})
		if err != nil {
			return Receipt{}, err
		}
		return receiptOf(result), nil
	})
}

// SendBatch stores 1 to 1,000 messages in one call; each is answered for itself, in their order. The error is an *Error of
// the whole call, and then there are no outcomes. No entry is retried on its own: sent again, it could end behind a later
// one of its key.
func (p *Producer) SendBatch(ctx context.Context, topic string, messages []Message, options ...SendOption) ([]SendOutcome, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	wire := make([]*gateway.Message, len(messages))
	for i, m := range messages {
		one, failure := p.prepared(ctx, m)
		if failure != nil {
			return nil, failure
		}
		wire[i] = one
	}
	return call(ctx, p.caller, sending("sendBatch", options), func(ctx context.Context, c *conn, call *gateway.CallContext) ([]SendOutcome, error) {
		result, err := c.produce.SendBatch(ctx, &gateway.SendBatchRequest{Context: call, Topic: topic, Messages: wire})
		if err != nil {
			return nil, err
		}
		if len(result.Outcomes) != len(wire) {
			return nil, miscounted("%d answers to %d messages", len(result.Outcomes), len(wire))
		}
		outcomes := make([]SendOutcome, len(wire))
		for i, outcome := range result.Outcomes {
			outcomes[i] = outcomeOf(outcome)
		}
		return outcomes, nil
	})
}

// Cancel withdraws a delayed message that is not yet due. The error is NotFound when it is due, cancelled or unknown.
func (p *Producer) Cancel(ctx context.Context, topic, delayHandle string) error {
	// A repeated cancel answers NotFound, which would hide that the first one worked.
	return p.caller.do(ctx, operation{name: "cancel"}, func(ctx context.Context, c *conn, call *gateway.CallContext) error {
		return c.produce.Cancel(ctx, &gateway.CancelRequest{Context: call, Topic: topic, DelayHandle: delayHandle})
	})
}

// Compress answers the message with its body in zstd, whatever its size; unchanged when it has an encoding.
func (p *Producer) Compress(m Message) Message { return p.codec.compress(m) }

func (p *Producer) prepared(ctx context.Context, m Message) (*gateway.Message, *Error) {
	return toMessage(p.codec.packed(p.caller.traced(ctx, m)))
}

func sending(name string, options []SendOption) operation {
	op := operation{name: name}
	for _, option := range options {
		option(&op)
	}
	return op
}
