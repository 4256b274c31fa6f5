package headgate

import (
	"context"
	"time"

	"headgate.dev/go/headgate/idl/admin"
	"headgate.dev/go/headgate/idl/gateway"
)

// DeadLetter is a message that a group gave up.
type DeadLetter struct {
	// Message is the message, its body as it was sent.
	Message
	// ID names it to ReplayDeadLetters and PurgeDeadLetters; opaque.
	ID        string
	MessageID string
	Topic     string
	Attempts  int
	// Reason is the last one that a consumer gave, or "lease expired".
	Reason string
	DeadAt time.Time
	// Origin is where it lay before.
	Origin string
}

// DeadLetterSelection says which dead letters; a zero field selects all that the others do.
type DeadLetterSelection struct {
	Group string
	Topic string
	// IDs is at most 1,000.
	IDs []string
}

// DeadLetterCount is what a replay or purge has done.
type DeadLetterCount struct {
	Count int64
	// Failed is how many selected ones failed, and Reason the first one's.
	Failed int64
	Reason string
	// More: selected ones are left, since the call's time was up; call again.
	More bool
}

// DrainReport is how a drain ended.
type DrainReport struct {
	// OpenLeases were still open when the grace time had passed; they are delivered again.
	OpenLeases int
	Took       time.Duration
}

// DeadLetters answers a page of at most so many dead letters of a group, oldest first, and the name of the next page, ""
// at the end; it leaves them where they are. topic "" is all topics, page "" the first, most 0 the gateway's 32.
func (a *Admin) DeadLetters(ctx context.Context, group, topic string, most int, page string) (letters []DeadLetter, next string, err error) {
	result, err := administer(ctx, a.caller, "browseDeadLetters", true, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (*admin.BrowseDeadLettersResult_, error) {
		return stub.BrowseDeadLetters(ctx, &admin.BrowseDeadLettersRequest{
			Context:    call,
			Group:      group,
			Topic:      optional(topic),
			MaxLetters: optional(int32(most)),
			Page:       optional(page),
		})
	})
	if err != nil {
		return nil, "", err
	}
	return mapped(result.Letters, letterOf), result.GetNextPage(), nil
}

// ReplayDeadLetters sends dead letters to their group again with attempt 1, then removes them.
func (a *Admin) ReplayDeadLetters(ctx context.Context, which DeadLetterSelection) (DeadLetterCount, error) {
	return administer(ctx, a.caller, "replayDeadLetters", false, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (DeadLetterCount, error) {
		return one(countOf)(stub.ReplayDeadLetters(ctx, which.wire(call)))
	})
}

// PurgeDeadLetters removes dead letters for good.
func (a *Admin) PurgeDeadLetters(ctx context.Context, which DeadLetterSelection) (DeadLetterCount, error) {
	return administer(ctx, a.caller, "purgeDeadLetters", false, func(ctx context.Context, stub *admin.AdminClient, call *gateway.CallContext) (DeadLetterCount, error) {
		return one(countOf)(stub.PurgeDeadLetters(ctx, which.wire(call)))
	})
}

// Drain has the answering node hand out no more leases, wait for the open ones and leave its groups. A grace of 0 is the
// node's (30 s).
func (a *Admin) Drain(ctx context.Context, grace time.Duration) (DrainReport, error) {
	op := operation{name: "drain", harmless: true, parked: grace}
	if grace == 0 {
		op.parked = 30 * time.Second
	}
	return call(ctx, a.caller, op, func(ctx context.Context, c *conn, call *gateway.CallContext) (DrainReport, error) {
		result, err := c.admin.Drain(ctx, &admin.DrainRequest{Context: call, GraceMillis: optional(millis(grace))})
		if err != nil {
			return DrainReport{}, err
		}
		return DrainReport{int(result.OpenLeases), duration(result.TookMillis)}, nil
	})
}

func (s DeadLetterSelection) wire(call *gateway.CallContext) *admin.DeadLetterSelection {
	return &admin.DeadLetterSelection{Context: call, Group: s.Group, Topic: optional(s.Topic), Ids: s.IDs}
}

func letterOf(wire *admin.DeadLetter) DeadLetter {
	return DeadLetter{
		Message:   fromMessage(wire.Message),
		ID:        wire.ID,
		MessageID: wire.MessageId,
		Topic:     wire.Topic,
		Attempts:  int(wire.Attempts),
		Reason:    wire.GetReason(),
		DeadAt:    time.UnixMilli(wire.DeadAtMillis),
		Origin:    wire.GetOrigin(),
	}
}

func countOf(wire *admin.DeadLettersResult_) DeadLetterCount {
	return DeadLetterCount{wire.Count, wire.GetFailed(), wire.GetReason(), wire.GetMore()}
}
