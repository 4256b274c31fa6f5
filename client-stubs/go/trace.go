package headgate

import (
	"context"
	"slices"
	"strings"
)

const (
	traceparent = "traceparent"
	tracestate  = "tracestate"
	baggage     = "baggage"

	maxTracestateBytes = 512 // Past it the gateway refuses a call; W3C lets it be dropped.
)

// Carrier holds trace headers by their lower-case names. It has the methods of an OpenTelemetry TextMapCarrier.
type Carrier map[string]string

// Get answers the value of a header, or "".
func (c Carrier) Get(name string) string { return c[strings.ToLower(name)] }

// Set sets a header.
func (c Carrier) Set(name, value string) { c[strings.ToLower(name)] = value }

// Keys lists the headers.
func (c Carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for name := range c {
		keys = append(keys, name)
	}
	return keys
}

// Propagator carries trace context between a context and the headers of a message. An OpenTelemetry propagator p becomes
// one with two methods that call p.Inject(ctx, carrier) and p.Extract(ctx, carrier).
type Propagator interface {
	// Inject writes what ctx carries. It goes with the call, and into the headers of sent messages that lack them.
	Inject(ctx context.Context, carrier Carrier)
	// Extract answers a context that carries what a received message brought; it becomes the handler's.
	Extract(ctx context.Context, carrier Carrier) context.Context
}

// Trace is W3C trace context, as it stands in headers.
type Trace struct {
	// Parent is the traceparent: version, trace id, span id and flags.
	Parent string
	// State is the tracestate. Default: none.
	State string
	// Baggage is the baggage; it goes with messages only. Default: none.
	Baggage string
}

type traceKey struct{}

// ContextWithTrace answers a context whose calls and messages carry the trace, unless the client has another Propagator.
func ContextWithTrace(ctx context.Context, trace Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// TraceFromContext answers what ContextWithTrace, or the message of a handler's context, brought.
func TraceFromContext(ctx context.Context) (Trace, bool) {
	trace, ok := ctx.Value(traceKey{}).(Trace)
	return trace, ok
}

// w3c is the Propagator of Trace.
type w3c struct{}

func (w3c) Inject(ctx context.Context, carrier Carrier) {
	trace, _ := TraceFromContext(ctx)
	for name, value := range map[string]string{traceparent: trace.Parent, tracestate: trace.State, baggage: trace.Baggage} {
		if value != "" {
			carrier.Set(name, value)
		}
	}
}

func (w3c) Extract(ctx context.Context, carrier Carrier) context.Context {
	trace := Trace{carrier.Get(traceparent), carrier.Get(tracestate), carrier.Get(baggage)}
	if trace == (Trace{}) {
		return ctx
	}
	return ContextWithTrace(ctx, trace)
}

func (c *caller) inject(ctx context.Context) Carrier {
	carrier := Carrier{}
	c.config.Propagator.Inject(ctx, carrier)
	return carrier
}

// traced answers the message with the trace of ctx among its headers. One that it has already goes on unchanged.
func (c *caller) traced(ctx context.Context, m Message) Message {
	carrier := c.inject(ctx)
	if len(carrier) == 0 {
		return m
	}
	if _, has := m.Header(traceparent); has {
		return m
	}
	names := carrier.Keys()
	slices.Sort(names)
	headers := slices.Clip(m.Headers)
	for _, name := range names {
		if _, has := m.Header(name); !has {
			headers = append(headers, Header{Name: name, Value: []byte(carrier[name])})
		}
	}
	m.Headers = headers
	return m
}

// extract answers a context that carries the trace of a message.
func (c *caller) extract(ctx context.Context, m *Message) context.Context {
	carrier := Carrier{}
	for _, h := range m.Headers {
		if h.Value != nil && carrier.Get(h.Name) == "" {
			carrier.Set(h.Name, string(h.Value))
		}
	}
	return c.config.Propagator.Extract(ctx, carrier)
}
