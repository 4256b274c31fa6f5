package headgate

import (
	"fmt"

	"headgate.dev/go/headgate/idl/gateway"
)

// Code is the stable number of a failure, the same for every engine. Numbers below 100 are the client's own and never
// come over the wire. A code is an error, so that errors.Is(err, headgate.NotFound) works.
type Code int32

// The codes. A number that is not here comes from a gateway that is newer than this client.
const (
	// GatewayUnreachable: no gateway node could be reached, or the connection broke before the answer came.
	GatewayUnreachable Code = 1
	// BadReply: what came back is not an answer of this contract.
	BadReply Code = 2
	// Interrupted: the call's context was cancelled.
	Interrupted Code = 3
	// ClientClosed: the client is closed.
	ClientClosed Code = 4
	// ClientOverloaded: the client's own bound of connections is spent.
	ClientOverloaded Code = 5
	// InvalidArgument: a field is missing, malformed or outside its limits; the text names it.
	InvalidArgument Code = 100
	// UnknownTopic: no route, or no topic on the engine, has this name.
	UnknownTopic Code = 101
	// UnknownGroup: the group may not be created on demand and does not exist.
	UnknownGroup Code = 102
	// MessageTooLarge: body, key and headers together are larger than the topic allows.
	MessageTooLarge Code = 103
	// PermissionDenied: the caller's identity may not do this on this topic or group.
	PermissionDenied Code = 104
	// Unauthenticated: no identity, or one that could not be proven.
	Unauthenticated Code = 105
	// Unsupported: the engine behind the topic cannot do this.
	Unsupported Code = 106
	// FailedPrecondition: the call contradicts the state of its object.
	FailedPrecondition Code = 107
	// AlreadyExists: the object to be created exists already.
	AlreadyExists Code = 108
	// NotFound: the object named by the call does not exist or is settled.
	NotFound Code = 109
	// QuotaExceeded: over a quota of tenant or topic.
	QuotaExceeded Code = 200
	// Overloaded: the gateway's own bound is spent.
	Overloaded Code = 201
	// EngineUnavailable: the engine cannot be reached or has no writable partition.
	EngineUnavailable Code = 300
	// Draining: the node is draining or stopping; another one serves.
	Draining Code = 301
	// DeadlineExceeded: the call's deadline has passed; the outcome says whether the work may have been done.
	DeadlineExceeded Code = 302
	// StoreUncertain: stored, perhaps, at less than the asked durability, or the engine's answer was lost.
	StoreUncertain Code = 303
	// Fenced: an epoch, lease or ownership has moved on.
	Fenced Code = 304
	// Internal: a defect of the gateway or its engine adapter.
	Internal Code = 400
)

var ownCodes = map[Code]string{
	GatewayUnreachable: "GATEWAY_UNREACHABLE",
	BadReply:           "BAD_REPLY",
	Interrupted:        "INTERRUPTED",
	ClientClosed:       "CLIENT_CLOSED",
	ClientOverloaded:   "CLIENT_OVERLOADED",
}

// String is the name of the contract, such as NOT_FOUND, or "code 4711" for one that this client does not know.
func (c Code) String() string {
	if name, own := ownCodes[c]; own {
		return name
	}
	if name := gateway.ErrorCode(c).String(); name != "<UNSET>" {
		return name
	}
	return fmt.Sprintf("code %d", int32(c))
}

// Error makes a code a target of errors.Is.
func (c Code) Error() string { return c.String() }

// Outcome says what became of the work that a failed call asked for.
type Outcome int

const (
	// OutcomeUnknown: nobody can know. Sending again may make a duplicate; not sending again may lose the message.
	OutcomeUnknown Outcome = iota
	// OutcomeNotApplied: nothing was stored or changed. Sending again cannot make a duplicate.
	OutcomeNotApplied
)

// String is NOT_APPLIED or UNKNOWN.
func (o Outcome) String() string {
	if o == OutcomeNotApplied {
		return "NOT_APPLIED"
	}
	return "UNKNOWN"
}

// Category says who has to act on a failure.
type Category int

const (
	// CategoryInternal: a defect or broken configuration; also a category that this client does not know.
	CategoryInternal Category = iota
	// CategoryCaller: the call is wrong; the same call fails again.
	CategoryCaller
	// CategoryLimit: the caller is over a limit; slow down.
	CategoryLimit
	// CategoryAvailability: the gateway or a broker cannot serve right now; retry, perhaps on another node.
	CategoryAvailability
)

// String is CALLER, LIMIT, AVAILABILITY or INTERNAL.
func (c Category) String() string {
	switch c {
	case CategoryCaller:
		return "CALLER"
	case CategoryLimit:
		return "LIMIT"
	case CategoryAvailability:
		return "AVAILABILITY"
	default:
		return "INTERNAL"
	}
}
