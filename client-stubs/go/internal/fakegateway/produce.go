package fakegateway

import (
	"context"
	"fmt"

	"headgate.dev/go/headgate/idl/gateway"
)

func (t *Topic) store(m *gateway.Message) *gateway.SendResult_ {
	t.stored = append(t.stored, m)
	position, handle := "p:0:0", "handle"
	result := &gateway.SendResult_{MessageId: fmt.Sprintf("m%d", len(t.stored)), Position: &position}
	if m.DelayMillis != nil {
		result.Position, result.DelayHandle = nil, &handle
	}
	return result
}

// Send implements gateway.Produce.
func (t *Topic) Send(_ context.Context, r *gateway.SendRequest) (*gateway.SendResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	return t.store(r.Message), nil
}

// SendBatch implements gateway.Produce; it refuses entries that begin with "bad".
func (t *Topic) SendBatch(_ context.Context, r *gateway.SendBatchRequest) (*gateway.SendBatchResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	result := &gateway.SendBatchResult_{}
	for _, m := range r.Messages {
		if tooLarge(m) {
			failure := Failure(int32(gateway.ErrorCode_MESSAGE_TOO_LARGE), false, gateway.Outcome_NOT_APPLIED).Failure
			result.Outcomes = append(result.Outcomes, &gateway.SendOutcome{Failure: failure})
		} else {
			result.Outcomes = append(result.Outcomes, &gateway.SendOutcome{Result_: t.store(m)})
		}
	}
	return result, nil
}

// Cancel implements gateway.Produce.
func (t *Topic) Cancel(_ context.Context, r *gateway.CancelRequest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin(r.Context)
}

// Prepare implements gateway.Produce.
func (t *Topic) Prepare(_ context.Context, r *gateway.PrepareRequest) (*gateway.PrepareResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	id := fmt.Sprintf("tx-%d", len(t.prepared))
	t.prepared[id] = r
	return &gateway.PrepareResult_{MessageId: "m", TransactionId: id}, nil
}

// Commit implements gateway.Produce.
func (t *Topic) Commit(_ context.Context, r *gateway.EndTransactionRequest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	half, err := t.half(r)
	if err == nil {
		t.store(half.Message)
	}
	return err
}

// Rollback implements gateway.Produce.
func (t *Topic) Rollback(_ context.Context, r *gateway.EndTransactionRequest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.half(r)
	return err
}

func (t *Topic) half(r *gateway.EndTransactionRequest) (*gateway.PrepareRequest, error) {
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	half, known := t.prepared[r.TransactionId]
	if !known {
		return nil, Failure(int32(gateway.ErrorCode_NOT_FOUND), false, gateway.Outcome_NOT_APPLIED)
	}
	delete(t.prepared, r.TransactionId)
	return half, nil
}

// PendingChecks implements gateway.Produce: all that is prepared is asked about.
func (t *Topic) PendingChecks(_ context.Context, r *gateway.PendingChecksRequest) (*gateway.PendingChecksResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	result := &gateway.PendingChecksResult_{Checks: []*gateway.PendingCheck{}}
	for id, half := range t.prepared {
		if half.ProducerGroup == r.ProducerGroup {
			check := &gateway.PendingCheck{TransactionId: id, Topic: half.Topic, MessageId: "m", Message: half.Message, Attempt: 1}
			result.Checks = append(result.Checks, check)
		}
	}
	return result, nil
}
