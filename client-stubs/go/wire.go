package headgate

import (
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// Between the types of this client and the generated ones.

func ptr[T any](v T) *T { return &v }

// optional is an unset field for the zero value.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// millis is a duration as whole milliseconds, a short one as 1.
func millis(d time.Duration) int64 {
	if d > 0 && d < time.Millisecond {
		return 1
	}
	return d.Round(time.Millisecond).Milliseconds()
}

func duration(millis int64) time.Duration { return time.Duration(millis) * time.Millisecond }

func toMessage(m Message) (*gateway.Message, *Error) {
	if !m.DeliverAt.IsZero() && m.Delay != 0 {
		return nil, invalid("DeliverAt and Delay are both set (expected: one)")
	}
	wire := &gateway.Message{
		Body:        m.Body,
		Key:         m.Key,
		Tag:         optional(m.Tag),
		Encoding:    optional(m.Encoding),
		DelayMillis: optional(millis(m.Delay)),
	}
	if m.Body == nil {
		wire.Body = []byte{}
	}
	if !m.DeliverAt.IsZero() {
		wire.DeliverAtMillis = ptr(m.DeliverAt.UnixMilli())
	}
	for _, h := range m.Headers {
		wire.Headers = append(wire.Headers, &gateway.Header{Name: h.Name, Value: h.Value})
	}
	return wire, nil
}

func fromMessage(wire *gateway.Message) Message {
	m := Message{
		Body:     wire.Body,
		Key:      wire.Key,
		Tag:      wire.GetTag(),
		Encoding: wire.GetEncoding(),
		Delay:    duration(wire.GetDelayMillis()),
	}
	if wire.DeliverAtMillis != nil {
		m.DeliverAt = time.UnixMilli(*wire.DeliverAtMillis)
	}
	for _, h := range wire.Headers {
		m.Headers = append(m.Headers, Header{Name: h.Name, Value: h.Value})
	}
	return m
}

func receiptOf(wire *gateway.SendResult_) Receipt {
	return Receipt{wire.MessageId, wire.GetPosition(), wire.GetDelayHandle()}
}

func outcomeOf(wire *gateway.SendOutcome) SendOutcome {
	switch {
	case wire.Result_ != nil:
		return SendOutcome{Receipt: receiptOf(wire.Result_)}
	case wire.Failure != nil:
		return SendOutcome{Err: errorOf(wire.Failure)}
	default:
		return SendOutcome{Err: localError(BadReply, OutcomeUnknown, nil, "the gateway gave this entry no answer")}
	}
}

// errorOf is a failure from the wire; what is missing or unknown counts as the most careful value.
func errorOf(wire *gateway.Failure) *Error {
	e := &Error{
		Code:       Code(wire.Code),
		Retryable:  wire.Retryable,
		RetryAfter: max(0, duration(wire.GetRetryAfterMillis())),
		Message:    wire.Message,
		Details:    wire.Details,
	}
	switch wire.Category {
	case gateway.Category_CALLER:
		e.Category = CategoryCaller
	case gateway.Category_LIMIT:
		e.Category = CategoryLimit
	case gateway.Category_AVAILABILITY:
		e.Category = CategoryAvailability
	}
	if wire.Outcome == gateway.Outcome_NOT_APPLIED {
		e.Outcome = OutcomeNotApplied
	}
	return e
}

func settleResultOf(wire *gateway.SettleResult_) SettleResult {
	r := SettleResult{Message: wire.GetMessage(), Lease: duration(wire.GetLeaseMillis())}
	if s := SettleStatus(wire.Status); s >= SettleDone && s <= SettleUnavailable {
		r.Status = s
	}
	return r
}
