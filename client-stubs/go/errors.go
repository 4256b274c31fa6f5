package headgate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Error is a call that failed: answered so by the gateway, or broken on the way. Look at Outcome before sending again.
//
// errors.Is(err, code) compares the code. A call that ended with its context also matches that context's error
// (context.Canceled, context.DeadlineExceeded).
type Error struct {
	// Code is what happened, by its stable number.
	Code Code
	// Category says who has to act.
	Category Category
	// Outcome says whether the work of the call may have been done.
	Outcome Outcome
	// Retryable says whether the same call may succeed later; to be read together with Outcome.
	Retryable bool
	// RetryAfter is how long to wait before a retry; 0: the caller's own back-off decides.
	RetryAfter time.Duration
	// Message says what happened, to which topic, and what the caller can do. For people; do not parse.
	Message string
	// Details are machine-readable facts, such as topic, sizeBytes, limitBytes.
	Details map[string]string

	cause error
}

// Error is code, outcome and message in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%v, outcome %v: %s", e.Code, e.Outcome, e.Message)
}

// Unwrap is what the client itself has met: a network error or the context's, nil for an answer of the gateway.
func (e *Error) Unwrap() error { return e.cause }

// Is compares with a Code, and DeadlineExceeded with context.DeadlineExceeded.
func (e *Error) Is(target error) bool {
	if code, ok := target.(Code); ok {
		return e.Code == code
	}
	return target == context.DeadlineExceeded && e.Code == DeadlineExceeded
}

// afterUncertainAttempt is this error as the end of a call of which an earlier attempt may have been applied.
func (e *Error) afterUncertainAttempt() *Error {
	if e.Outcome == OutcomeUnknown {
		return e
	}
	uncertain := *e
	uncertain.Outcome = OutcomeUnknown
	uncertain.Message += " (an earlier attempt of this call may have been applied)"
	return &uncertain
}

// localError is a failure that the client itself has noticed.
func localError(code Code, outcome Outcome, cause error, format string, args ...any) *Error {
	e := &Error{Code: code, Outcome: outcome, Message: fmt.Sprintf(format, args...), cause: cause}
	switch code {
	case GatewayUnreachable, DeadlineExceeded:
		e.Category, e.Retryable = CategoryAvailability, true
	case ClientOverloaded:
		e.Category, e.Retryable = CategoryLimit, true
	case BadReply:
		e.Category = CategoryInternal
	default:
		e.Category = CategoryCaller
	}
	return e
}

func invalid(format string, args ...any) *Error {
	return localError(InvalidArgument, OutcomeNotApplied, nil, format, args...)
}

// endedError is a call that its context ended.
func endedError(ctx context.Context, outcome Outcome, format string, args ...any) *Error {
	code := DeadlineExceeded
	if errors.Is(ctx.Err(), context.Canceled) {
		code = Interrupted
	}
	return localError(code, outcome, ctx.Err(), format, args...)
}

// SettleError is a lease that was not settled or prolonged as asked.
type SettleError struct {
	// Status says why; never SettleDone.
	Status SettleStatus
	// Message says more, for people.
	Message string
}

// Error is status and message in one line.
func (e *SettleError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("lease %v", e.Status)
	}
	return fmt.Sprintf("lease %v: %s", e.Status, e.Message)
}

// UnknownEncodingError is a body in an encoding that this client cannot open.
type UnknownEncodingError struct {
	// Encoding is the message's, as it was on the wire.
	Encoding string
}

// Error names the encoding, and those that can be opened.
func (e *UnknownEncodingError) Error() string {
	return fmt.Sprintf("cannot open a body in encoding %q (expected: zstd, gzip)", e.Encoding)
}

// BodyTooLargeError is a compressed body that is larger than the client opens; see Config.MaxOpenedBytes.
type BodyTooLargeError struct {
	// Encoding is the message's, as it was on the wire.
	Encoding string
	// LimitBytes is what it would have passed.
	LimitBytes int
}

// Error names encoding and limit.
func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("the %s body is larger than %d bytes when opened (raise MaxOpenedBytes)", e.Encoding, e.LimitBytes)
}
