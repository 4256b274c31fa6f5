package headgate

import (
	"context"
	"fmt"
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// Lease is the right to settle one delivery; opaque, and good on any node until it expires.
type Lease []byte

// AtOnce is the delay of a nack that asks for the next attempt without delay; a delay of 0 is the group's back-off.
const AtOnce time.Duration = -1

// Delivery is one message, leased to this client: no other member of the group gets it meanwhile.
type Delivery struct {
	// Message is the message; its Body is opened, and Encoding then empty.
	Message
	// MessageID is the same for each delivery of a message.
	MessageID string
	// Attempt counts deliveries of the message to the group, from 1.
	Attempt int
	// Lease settles it.
	Lease Lease
	// LeaseTime is how long the lease lasts, counted from when the gateway wrote the answer.
	LeaseTime time.Duration
	// WireEncoding is the encoding that the body came in; empty: plain.
	WireEncoding string
	// OpenError is why Body could not be opened, such as *UnknownEncodingError or *BodyTooLargeError; Body is then as it
	// came. A consumer's handler never sees one: the message is nacked with this reason.
	OpenError error
	// BornAt is when the producer's call reached the gateway, or a native producer made the message.
	BornAt time.Time
	// StoredAt is when the engine stored it.
	StoredAt time.Time
	// Position is where it lies; opaque, for people and for SeekPosition.
	Position string

	settling settling
}

// settling settles a delivery for the one who has received it: a client, or a consumer.
type settling interface {
	settle(ctx context.Context, d *Delivery, nack *Nack) (SettleResult, error)
	extend(ctx context.Context, d *Delivery, lease time.Duration) (SettleResult, error)
}

// Ack settles the delivery: done for good. The error is an *Error, or a *SettleError when the lease is no longer good.
// A handler need not: what it returns decides. Once it has settled its delivery, what it returns no longer counts.
func (d *Delivery) Ack(ctx context.Context) error {
	return settled(d.settling.settle(ctx, d, nil))
}

// Nack gives the delivery back, to come again after the delay: 0 for the group's back-off, or AtOnce. The reason is kept
// with the dead letter, cut at 1 KiB. Errors are as those of Ack.
func (d *Delivery) Nack(ctx context.Context, delay time.Duration, reason string) error {
	return settled(d.settling.settle(ctx, d, &Nack{d.Lease, delay, reason}))
}

// Extend prolongs the lease to so much from now, 0 for the group's lease, and answers what was granted: less at the
// group's maximum. A consumer's loop does it by itself. Errors are as those of Ack.
func (d *Delivery) Extend(ctx context.Context, lease time.Duration) (time.Duration, error) {
	result, err := d.settling.extend(ctx, d, lease)
	return result.Lease, settled(result, err)
}

func settled(result SettleResult, err error) error {
	if err == nil && result.Status != SettleDone {
		return &SettleError{result.Status, result.Message}
	}
	return err
}

// Nack is one lease to be given back.
type Nack struct {
	Lease Lease
	// Delay is when to deliver again. Default: the group's back-off for this attempt. AtOnce: without delay.
	Delay time.Duration
	// Reason is kept with the dead letter; cut at 1 KiB. Default: none.
	Reason string
}

// SettleStatus says what became of one lease.
type SettleStatus int

const (
	// SettleUnrecognized: a status of a newer contract; counts as SettleUnknown.
	SettleUnrecognized SettleStatus = iota
	// SettleDone: the lease was valid and is now settled, or prolonged.
	SettleDone
	// SettleExpired: its time had passed; the message is, or will be, delivered again.
	SettleExpired
	// SettleFenced: the message has been given to another, or its partition has moved.
	SettleFenced
	// SettleUnknown: not a lease that the gateway knows.
	SettleUnknown
	// SettleUnavailable: the owner could not be reached in time; the lease stays. Try again before it expires.
	SettleUnavailable
)

// String is the contract's name of the status.
func (s SettleStatus) String() string {
	if s == SettleUnrecognized {
		return "UNRECOGNIZED"
	}
	if name := gateway.SettleStatus(s).String(); name != "<UNSET>" {
		return name
	}
	return fmt.Sprintf("status %d", int(s))
}

// SettleResult is the answer to one lease.
type SettleResult struct {
	Status SettleStatus
	// Message says why it is not done, for people.
	Message string
	// Lease is, after an extend, how long the lease now lasts; less than asked at the group's maximum.
	Lease time.Duration
}
