package fakegateway

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// Topic is the one topic and group: what is sent is stored, what is queued is delivered.
type Topic struct {
	mu       sync.Mutex
	changed  chan struct{} // Closed, and replaced, at each change.
	closed   bool
	failures []*gateway.GatewayError
	contexts []*gateway.CallContext
	stored   []*gateway.Message

	ready     []*gateway.Message
	leased    map[string]*gateway.Message
	nextLease int
	parked    int
	received  []*gateway.ReceiveRequest
	acked     []string
	ackCalls  int
	nacked    []*gateway.NackEntry
	extended  []string

	leaseMillis  int64
	settleStatus gateway.SettleStatus
	extendStatus gateway.SettleStatus
	prepared     map[string]*gateway.PrepareRequest
	sought       []*gateway.SeekTarget
}

func newTopic() *Topic {
	return &Topic{
		changed:      make(chan struct{}),
		leased:       map[string]*gateway.Message{},
		leaseMillis:  30_000,
		settleStatus: gateway.SettleStatus_DONE,
		extendStatus: gateway.SettleStatus_DONE,
		prepared:     map[string]*gateway.PrepareRequest{},
	}
}

// Failure is a scripted refusal.
func Failure(code int32, retryable bool, outcome gateway.Outcome) *gateway.GatewayError {
	return &gateway.GatewayError{Failure: &gateway.Failure{
		Code:      code,
		Category:  gateway.Category_AVAILABILITY,
		Message:   fmt.Sprintf("scripted %d", code),
		Retryable: retryable,
		Outcome:   outcome,
	}}
}

// Fail refuses the next calls, one each.
func (t *Topic) Fail(failures ...*gateway.GatewayError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, failures...)
}

// Queue delivers bodies.
func (t *Topic) Queue(bodies ...string) {
	for _, body := range bodies {
		t.QueueMessages(&gateway.Message{Body: []byte(body)})
	}
}

// QueueMessages delivers messages.
func (t *Topic) QueueMessages(messages ...*gateway.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ready = append(t.ready, messages...)
	t.change()
}

// SetLease is how long leases last, and what extend grants.
func (t *Topic) SetLease(millis int64) { t.set(func() { t.leaseMillis = millis }) }

// SetSettleStatus is the answer to acks and nacks.
func (t *Topic) SetSettleStatus(status gateway.SettleStatus) {
	t.set(func() { t.settleStatus = status })
}

// SetExtendStatus is the answer to extends.
func (t *Topic) SetExtendStatus(status gateway.SettleStatus) {
	t.set(func() { t.extendStatus = status })
}

func (t *Topic) set(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
}

// Contexts are those of all calls.
func (t *Topic) Contexts() []*gateway.CallContext { return copied(t, &t.contexts) }

// Stored are the messages that were sent.
func (t *Topic) Stored() []*gateway.Message { return copied(t, &t.stored) }

// Bodies are those of the messages that were sent.
func (t *Topic) Bodies() []string {
	var bodies []string
	for _, m := range t.Stored() {
		bodies = append(bodies, string(m.Body))
	}
	return bodies
}

// Received are the requests of all receives.
func (t *Topic) Received() []*gateway.ReceiveRequest { return copied(t, &t.received) }

// Acked are the bodies that were acked.
func (t *Topic) Acked() []string { return copied(t, &t.acked) }

// Nacked are the leases that were nacked.
func (t *Topic) Nacked() []*gateway.NackEntry { return copied(t, &t.nacked) }

// Extended are the leases that were extended, as often as they were.
func (t *Topic) Extended() []string { return copied(t, &t.extended) }

// Sought are the targets of all seeks.
func (t *Topic) Sought() []*gateway.SeekTarget { return copied(t, &t.sought) }

// AckCalls is how many there were.
func (t *Topic) AckCalls() int { return counted(t, func() int { return t.ackCalls }) }

// Parked is how many receives are.
func (t *Topic) Parked() int { return counted(t, func() int { return t.parked }) }

// Leased is how many messages are.
func (t *Topic) Leased() int { return counted(t, func() int { return len(t.leased) }) }

func copied[T any](t *Topic, slice *[]T) []T {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(*slice)
}

func counted(t *Topic, count func() int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return count()
}

func (t *Topic) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.change()
}

func (t *Topic) change() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// begin records a call; it answers the scripted failure.
func (t *Topic) begin(call *gateway.CallContext) error {
	t.contexts = append(t.contexts, call)
	if len(t.failures) == 0 {
		return nil
	}
	failure := t.failures[0]
	t.failures = t.failures[1:]
	return failure
}

// Version implements gateway.Meta.
func (t *Topic) Version(_ context.Context, r *gateway.VersionRequest) (*gateway.VersionInfo, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &gateway.VersionInfo{Contract: "1.0", Gateway: "fake", Node: "fake-1"}, t.begin(r.Context)
}

// Receive implements gateway.Consume.
func (t *Topic) Receive(_ context.Context, r *gateway.ReceiveRequest) (*gateway.ReceiveResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.received = append(t.received, r)
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	t.park(time.Duration(r.GetWaitMillis()) * time.Millisecond)
	most := int(r.GetMaxMessages())
	if most == 0 {
		most = 32
	}
	result := &gateway.ReceiveResult_{Deliveries: []*gateway.Delivery{}}
	for len(t.ready) > 0 && len(result.Deliveries) < most {
		result.Deliveries = append(result.Deliveries, t.lease(t.ready[0]))
		t.ready = t.ready[1:]
	}
	return result, nil
}

func (t *Topic) park(wait time.Duration) {
	t.parked++
	defer func() { t.parked-- }()
	timeout := time.After(wait)
	for len(t.ready) == 0 && !t.closed {
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
			t.mu.Lock()
		case <-timeout:
			t.mu.Lock()
			return
		}
	}
}

func (t *Topic) lease(m *gateway.Message) *gateway.Delivery {
	lease := fmt.Sprintf("lease-%d", t.nextLease)
	t.nextLease++
	t.leased[lease] = m
	return &gateway.Delivery{
		Lease:          []byte(lease),
		LeaseMillis:    t.leaseMillis,
		Attempt:        1,
		MessageId:      "id-" + lease,
		Message:        m,
		BornAtMillis:   1,
		StoredAtMillis: 2,
		Position:       "p:0:0",
	}
}

// Ack implements gateway.Consume.
func (t *Topic) Ack(_ context.Context, r *gateway.AckRequest) (*gateway.SettleResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ackCalls++
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	for _, lease := range r.Leases {
		if m, held := t.leased[string(lease)]; held && t.settleStatus == gateway.SettleStatus_DONE {
			delete(t.leased, string(lease))
			t.acked = append(t.acked, string(m.Body))
		}
	}
	return results(len(r.Leases), &gateway.SettleResult_{Status: t.settleStatus}), nil
}

// Nack implements gateway.Consume.
func (t *Topic) Nack(_ context.Context, r *gateway.NackRequest) (*gateway.SettleResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	for _, entry := range r.Entries {
		delete(t.leased, string(entry.Lease))
		t.nacked = append(t.nacked, entry)
	}
	return results(len(r.Entries), &gateway.SettleResult_{Status: t.settleStatus}), nil
}

// Extend implements gateway.Consume.
func (t *Topic) Extend(_ context.Context, r *gateway.ExtendRequest) (*gateway.SettleResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.begin(r.Context); err != nil {
		return nil, err
	}
	for _, lease := range r.Leases {
		t.extended = append(t.extended, string(lease))
	}
	granted := t.leaseMillis
	return results(len(r.Leases), &gateway.SettleResult_{Status: t.extendStatus, LeaseMillis: &granted}), nil
}

func results(count int, result *gateway.SettleResult_) *gateway.SettleResponse {
	return &gateway.SettleResponse{Results: slices.Repeat([]*gateway.SettleResult_{result}, count)}
}

// Seek implements gateway.Consume.
func (t *Topic) Seek(_ context.Context, r *gateway.SeekRequest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sought = append(t.sought, r.Target)
	return t.begin(r.Context)
}

// Locate implements gateway.Consume.
func (t *Topic) Locate(_ context.Context, r *gateway.LocateRequest) (*gateway.LocateResult_, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	nodes := []*gateway.NodeInfo{{Node: "fake-1", Address: "127.0.0.1:9300", Partitions: 8}}
	return &gateway.LocateResult_{Nodes: nodes}, t.begin(r.Context)
}

func tooLarge(m *gateway.Message) bool { return strings.HasPrefix(string(m.Body), "bad") }
