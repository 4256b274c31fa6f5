package headgate

import (
	"context"
	"errors"
	"sync"
	"time"
	"unicode/utf8"
)

const maxReason = 1_000

// sleep pauses, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// waitUntil waits for a group; false when the deadline has come first.
func waitUntil(group *sync.WaitGroup, deadline time.Time) bool {
	ended := make(chan struct{})
	go func() {
		group.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-time.After(time.Until(deadline)):
		return false
	}
}

// retryAfter is how long the gateway wants to be left alone.
func retryAfter(err error) time.Duration {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.RetryAfter
	}
	return 0
}

// cut shortens a reason to what the contract keeps, between characters.
func cut(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	end := maxReason
	for end > 0 && !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}
