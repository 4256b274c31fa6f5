// Package otel lets a Headgate client carry OpenTelemetry's trace context. A module of its own, so that the client needs no
// OpenTelemetry.
package otel

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"headgate.dev/go/headgate"
)

type propagator struct {
	propagation.TextMapPropagator
}

// Propagator is for headgate.Config.Propagator: p carries the context; nil: OpenTelemetry's global one, as it is at the time
// of the call.
func Propagator(p propagation.TextMapPropagator) headgate.Propagator {
	if p == nil {
		p = otel.GetTextMapPropagator()
	}
	return propagator{p}
}

// Inject implements headgate.Propagator.
func (p propagator) Inject(ctx context.Context, carrier headgate.Carrier) {
	p.TextMapPropagator.Inject(ctx, carrier)
}

// Extract implements headgate.Propagator.
func (p propagator) Extract(ctx context.Context, carrier headgate.Carrier) context.Context {
	return p.TextMapPropagator.Extract(ctx, carrier)
}
