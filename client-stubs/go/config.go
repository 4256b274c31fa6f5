package headgate

import (
	"crypto/tls"
	"log/slog"
	"math"
	"strings"
	"time"
)

// Config is how a client is made. Only Addresses is needed; a zero field means its default.
type Config struct {
	// Addresses are host:port of gateway nodes, parted by commas. A client keeps to one and moves on when it fails or drains.
	Addresses string
	// Timeout is the deadline of a call, retries included, where its context has none that is sooner; a long poll adds
	// its wait. Default: 10 s.
	Timeout time.Duration
	// ConnectTimeout is how long one connect may take, TLS included. Default: 2 s.
	ConnectTimeout time.Duration
	// IdleTimeout is when an idle connection is closed. Default: 30 s.
	IdleTimeout time.Duration
	// MaxConnections is how many calls may run at once; further ones wait. Default: 32.
	MaxConnections int
	// MaxPolls is how many long polls may be parked at once, on connections of their own. Default: 64.
	MaxPolls int
	// MaxFrameBytes is the largest answer that is accepted. Default: 64 MiB.
	MaxFrameBytes int
	// BackoffInitial is the pause before the first retry; it doubles up to BackoffMax, with jitter. Default: 50 ms.
	BackoffInitial time.Duration
	// BackoffMax is the longest pause between retries. Default: 2 s.
	BackoffMax time.Duration
	// CompressFrom is the body size in bytes from which the producer compresses with zstd, where that makes it smaller and
	// the message has no encoding of its own. Default: 4096. Negative: never.
	CompressFrom int
	// MaxOpenedBytes bounds a compressed body when it is opened. Default: 64 MiB.
	MaxOpenedBytes int
	// TLS makes all connections TLS; a configuration without ServerName checks each node's certificate against the host of
	// its address. Default: nil, plain TCP.
	TLS *tls.Config
	// ClientID is a stable name of this process, shown to operators. Default: none, the peer's address is shown.
	ClientID string
	// Token is the credential, where the connection itself has none. Default: none.
	Token string
	// Propagator carries trace context between contexts and messages. Default: W3C, see ContextWithTrace.
	Propagator Propagator
	// Logger gets warnings of the consumer loop, and retries at debug level. Default: slog.Default().
	Logger *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	for _, d := range []struct {
		name  string
		value *time.Duration
		def   time.Duration
	}{
		{"Timeout", &c.Timeout, 10 * time.Second},
		{"ConnectTimeout", &c.ConnectTimeout, 2 * time.Second},
		{"IdleTimeout", &c.IdleTimeout, 30 * time.Second},
		{"BackoffInitial", &c.BackoffInitial, 50 * time.Millisecond},
		{"BackoffMax", &c.BackoffMax, 2 * time.Second},
	} {
		if *d.value < 0 {
			return c, invalid("%s: %v (expected: > 0)", d.name, *d.value)
		}
		if *d.value == 0 {
			*d.value = d.def
		}
	}
	for _, n := range []struct {
		name  string
		value *int
		def   int
	}{
		{"MaxConnections", &c.MaxConnections, 32},
		{"MaxPolls", &c.MaxPolls, 64},
		{"MaxFrameBytes", &c.MaxFrameBytes, 64 << 20},
		{"MaxOpenedBytes", &c.MaxOpenedBytes, 64 << 20},
	} {
		if *n.value < 0 {
			return c, invalid("%s: %d (expected: > 0)", n.name, *n.value)
		}
		if *n.value == 0 {
			*n.value = n.def
		}
	}
	if c.MaxFrameBytes > math.MaxInt32 {
		return c, invalid("MaxFrameBytes: %d (expected: at most %d)", c.MaxFrameBytes, math.MaxInt32)
	}
	if c.BackoffInitial > c.BackoffMax {
		return c, invalid("BackoffInitial: %v (expected: at most BackoffMax, %v)", c.BackoffInitial, c.BackoffMax)
	}
	if c.CompressFrom == 0 {
		c.CompressFrom = 4096
	}
	if c.Propagator == nil {
		c.Propagator = w3c{}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c, nil
}

func (c Config) endpoints() ([]*endpoint, error) {
	var endpoints []*endpoint
	for address := range strings.SplitSeq(c.Addresses, ",") {
		e, err := newEndpoint(strings.TrimSpace(address))
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, e)
	}
	return endpoints, nil
}
