package otel_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"headgate.dev/go/headgate"
	"headgate.dev/go/headgate/otel"
)

func TestSpanAndBaggageAreCarried(t *testing.T) {
	propagator := otel.Propagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	member, err := baggage.NewMember("tenant", "7")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx := trace.ContextWithSpanContext(baggage.ContextWithBaggage(t.Context(), bag), span)
	carrier := headgate.Carrier{}

	propagator.Inject(ctx, carrier)
	out := propagator.Extract(context.Background(), carrier)

	if got := trace.SpanContextFromContext(out); got.TraceID() != span.TraceID() || got.SpanID() != span.SpanID() || !got.IsRemote() {
		t.Errorf("%v", got)
	}
	if got := baggage.FromContext(out).Member("tenant").Value(); got != "7" {
		t.Errorf("tenant: %q", got)
	}
}
