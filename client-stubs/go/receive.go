package headgate

import (
	"context"
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// ReceiveOptions is what Client.Receive asks for; a zero field means its default.
type ReceiveOptions struct {
	// MaxMessages is 1 to 1,000. Default: 32.
	MaxMessages int
	// MaxBytes bounds bodies, keys and headers together; a first message that is larger comes alone. Default: 4 MiB.
	MaxBytes int
	// Wait is how long to park when there is nothing to deliver, at most 60 s. Default: 0, answer at once.
	Wait time.Duration
	// Lease is the time to settle each message. Default: the group's.
	Lease time.Duration
	// Tags asks only for messages with one of these tags. Default: every message. Not with Expression.
	Tags []string
	// Expression asks only for messages that an SQL-92 expression over headers fits. Default: every message.
	Expression string
	// BroadcastInstance names this instance of a broadcast group, whose instances get every message each. Default: none.
	BroadcastInstance string
	// KeepEncoded leaves compressed bodies as they came. Default: they are opened.
	KeepEncoded bool
}

// Received is what one Receive answered.
type Received struct {
	// Deliveries is empty when the wait has passed with nothing to deliver.
	Deliveries []*Delivery
	// RetryAfter is how long to wait before the next Receive (over quota, draining).
	RetryAfter time.Duration
	// Draining says that the node hands out nothing more; the client's next call goes to another one.
	Draining bool
}

// consumption makes the calls of the Consume service. Safe for concurrent use.
type consumption struct {
	caller *caller
	codec  *codec
}

// receive leaves bodies as they came.
func (c *consumption) receive(ctx context.Context, topic, group string, options *ReceiveOptions) (Received, error) {
	if len(options.Tags) > 0 && options.Expression != "" {
		return Received{}, invalid("Tags and Expression are both set (expected: one)")
	}
	var filter *gateway.Filter
	if len(options.Tags) > 0 || options.Expression != "" {
		filter = &gateway.Filter{Tags: options.Tags, Expression: optional(options.Expression)}
	}
	// Harmless to repeat: a lost answer leaves leases that expire, and the messages come back.
	op := operation{name: "receive", harmless: true, parked: options.Wait}
	return call(ctx, c.caller, op, func(ctx context.Context, connection *conn, call *gateway.CallContext) (Received, error) {
		result, err := connection.consume.Receive(ctx, &gateway.ReceiveRequest{
			Context:           call,
			Topic:             topic,
			Group:             group,
			MaxMessages:       optional(int32(options.MaxMessages)),
			MaxBytes:          optional(int32(options.MaxBytes)),
			WaitMillis:        optional(millis(options.Wait)),
			LeaseMillis:       optional(millis(options.Lease)),
			Filter:            filter,
			BroadcastInstance: optional(options.BroadcastInstance),
		})
		if err != nil {
			return Received{}, err
		}
		if result.GetDraining() {
			connection.endpoint.failed()
		}
		received := Received{RetryAfter: max(0, duration(result.GetRetryAfterMillis())), Draining: result.GetDraining()}
		for _, wire := range result.Deliveries {
			received.Deliveries = append(received.Deliveries, c.delivery(wire))
		}
		return received, nil
	})
}

func (c *consumption) delivery(wire *gateway.Delivery) *Delivery {
	return &Delivery{
		Message:      fromMessage(wire.Message),
		MessageID:    wire.MessageId,
		Attempt:      int(wire.Attempt),
		Lease:        wire.Lease,
		LeaseTime:    duration(wire.LeaseMillis),
		WireEncoding: wire.Message.GetEncoding(),
		BornAt:       time.UnixMilli(wire.BornAtMillis),
		StoredAt:     time.UnixMilli(wire.StoredAtMillis),
		Position:     wire.Position,
		settling:     c,
	}
}

func (c *consumption) settle(ctx context.Context, d *Delivery, nack *Nack) (SettleResult, error) {
	if nack != nil {
		return first(c.nack(ctx, []Nack{*nack}))
	}
	return first(c.ack(ctx, []Lease{d.Lease}))
}

func (c *consumption) extend(ctx context.Context, d *Delivery, lease time.Duration) (SettleResult, error) {
	return first(c.prolong(ctx, []Lease{d.Lease}, lease))
}

func first(results []SettleResult, err error) (SettleResult, error) {
	if err != nil {
		return SettleResult{}, err
	}
	return results[0], nil
}

func (c *consumption) ack(ctx context.Context, leases []Lease) ([]SettleResult, error) {
	return inBatches(ctx, c.caller, "ack", leases, func(ctx context.Context, connection *conn, call *gateway.CallContext, part []Lease) (*gateway.SettleResponse, error) {
		return connection.consume.Ack(ctx, &gateway.AckRequest{Context: call, Leases: bytesOf(part)})
	})
}

func (c *consumption) nack(ctx context.Context, nacks []Nack) ([]SettleResult, error) {
	return inBatches(ctx, c.caller, "nack", nacks, func(ctx context.Context, connection *conn, call *gateway.CallContext, part []Nack) (*gateway.SettleResponse, error) {
		entries := make([]*gateway.NackEntry, len(part))
		for i, n := range part {
			entries[i] = &gateway.NackEntry{Lease: n.Lease, DelayMillis: optional(millis(n.Delay)), Reason: optional(cut(n.Reason))}
			if n.Delay == AtOnce {
				entries[i].DelayMillis = ptr[int64](0)
			}
		}
		return connection.consume.Nack(ctx, &gateway.NackRequest{Context: call, Entries: entries})
	})
}

func (c *consumption) prolong(ctx context.Context, leases []Lease, lease time.Duration) ([]SettleResult, error) {
	return inBatches(ctx, c.caller, "extend", leases, func(ctx context.Context, connection *conn, call *gateway.CallContext, part []Lease) (*gateway.SettleResponse, error) {
		request := &gateway.ExtendRequest{Context: call, Leases: bytesOf(part), LeaseMillis: optional(millis(lease))}
		return connection.consume.Extend(ctx, request)
	})
}

// inBatches settles in as many calls as the contract's limit asks for; with an error come the results before it.
func inBatches[T any](ctx context.Context, c *caller, name string, entries []T,
	run func(context.Context, *conn, *gateway.CallContext, []T) (*gateway.SettleResponse, error)) ([]SettleResult, error) {
	results := make([]SettleResult, 0, len(entries))
	for start := 0; start < len(entries); start += maxBatch {
		part := entries[start:min(start+maxBatch, len(entries))]
		// Harmless to repeat: a lease is settled once, repeating finds it gone and changes nothing.
		response, err := call(ctx, c, operation{name: name, harmless: true}, func(ctx context.Context, connection *conn, call *gateway.CallContext) (*gateway.SettleResponse, error) {
			return run(ctx, connection, call, part)
		})
		if err != nil {
			return results, err
		}
		if len(response.Results) != len(part) {
			return results, miscounted("%d answers to %d leases", len(response.Results), len(part))
		}
		for _, wire := range response.Results {
			results = append(results, settleResultOf(wire))
		}
	}
	return results, nil
}

func bytesOf(leases []Lease) [][]byte {
	bytes := make([][]byte, len(leases))
	for i, lease := range leases {
		bytes[i] = lease
	}
	return bytes
}

func miscounted(format string, args ...any) *Error {
	return localError(BadReply, OutcomeUnknown, nil, format, args...)
}
