package headgate

import "time"

// ConsumerConfig is how a consumer works; a zero field means its default.
type ConsumerConfig struct {
	// Concurrency is how many handlers run at once. Default: 1.
	Concurrency int
	// Prefetch is how many more messages may wait leased here. Default: as many as Concurrency. Negative: none.
	Prefetch int
	// Lease is the time to settle that is asked for, renewed at half of it. Default: the group's.
	Lease time.Duration
	// NackDelay is when a message whose handler failed comes again, where the handler does not say. Default: the group's
	// back-off. AtOnce: without delay.
	NackDelay time.Duration
	// PollWait is how long one receive parks, at most 60 s; also the longest that stopping waits for it. Default: 5 s.
	PollWait time.Duration
	// StopTimeout is how long stopping waits for running handlers. Default: 30 s.
	StopTimeout time.Duration
	// Tags asks only for messages with one of these tags. Default: every message. Not with Expression.
	Tags []string
	// Expression asks only for messages that an SQL-92 expression over headers fits. Default: every message.
	Expression string
	// BroadcastInstance names this instance of a broadcast group, whose instances get every message each. Default: none.
	BroadcastInstance string
	// KeepEncoded leaves compressed bodies as they came. Default: they are opened.
	KeepEncoded bool
}

func (c ConsumerConfig) withDefaults() (ConsumerConfig, error) {
	switch {
	case c.Concurrency < 0:
		return c, invalid("Concurrency: %d (expected: >= 1)", c.Concurrency)
	case c.PollWait < 0 || c.PollWait > 60*time.Second:
		return c, invalid("PollWait: %v (expected: up to 60 s)", c.PollWait)
	case c.Lease < 0:
		return c, invalid("Lease: %v (expected: > 0)", c.Lease)
	case c.StopTimeout < 0:
		return c, invalid("StopTimeout: %v (expected: > 0)", c.StopTimeout)
	case len(c.Tags) > 0 && c.Expression != "":
		return c, invalid("Tags and Expression are both set (expected: one)")
	}
	if c.Concurrency == 0 {
		c.Concurrency = 1
	}
	if c.Prefetch == 0 {
		c.Prefetch = c.Concurrency
	}
	c.Prefetch = max(0, c.Prefetch)
	if c.PollWait == 0 {
		c.PollWait = 5 * time.Second
	}
	if c.StopTimeout == 0 {
		c.StopTimeout = 30 * time.Second
	}
	return c, nil
}
