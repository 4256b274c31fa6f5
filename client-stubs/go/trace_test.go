package headgate_test

import (
	"context"
	"strings"
	"testing"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/idl/gateway"
)

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func headersOf(m *gateway.Message) string {
	var all []string
	for _, h := range m.Headers {
		all = append(all, h.Name+"="+string(h.Value))
	}
	return strings.Join(all, "&")
}

func TestTraceGoesWithCallAndMessage(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	ctx := headgate.ContextWithTrace(t.Context(), headgate.Trace{Parent: parent, State: "a=b", Baggage: "tenant=7"})

	ok(t, send(ctx, client, "x"))

	equal(t, g.Topic.Contexts()[0].GetTraceparent(), parent)
	equal(t, g.Topic.Contexts()[0].GetTracestate(), "a=b")
	equal(t, headersOf(g.Topic.Stored()[0]), "baggage=tenant=7&traceparent="+parent+"&tracestate=a=b")
}

func TestTraceOfAMessageIsNotReplacedAndALongStateStaysHome(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	ctx := headgate.ContextWithTrace(t.Context(), headgate.Trace{Parent: parent, State: strings.Repeat("x", 513)})
	headers := []headgate.Header{{Name: "traceparent", Value: []byte("other")}}

	_, err := client.Producer().Send(ctx, "t", headgate.Message{Headers: headers})

	ok(t, err)
	equal(t, headersOf(g.Topic.Stored()[0]), "traceparent=other")
	equal(t, g.Topic.Contexts()[0].Tracestate == nil, true)
}

func TestHandlerGoesOnWithTheTraceOfItsMessage(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	ctx := headgate.ContextWithTrace(t.Context(), headgate.Trace{Parent: parent, Baggage: "tenant=7"})
	ok(t, send(ctx, client, "x"))
	g.Topic.QueueMessages(g.Topic.Stored()[0])

	consume(t, client, func(ctx context.Context, d *headgate.Delivery) error {
		trace, _ := headgate.TraceFromContext(ctx)
		if trace != (headgate.Trace{Parent: parent, Baggage: "tenant=7"}) {
			t.Errorf("%v", trace)
		}
		return send(ctx, client, "y")
	}, headgate.ConsumerConfig{})

	until(t, "sent on", func() bool { return len(g.Topic.Stored()) == 2 })
	equal(t, headersOf(g.Topic.Stored()[1]), headersOf(g.Topic.Stored()[0]))
}

// b3 stands in for a propagator of another kind.
type b3 struct{}

func (b3) Inject(_ context.Context, c headgate.Carrier) { c.Set("X-B3", "1-2") }

func (b3) Extract(ctx context.Context, c headgate.Carrier) context.Context {
	return headgate.ContextWithTrace(ctx, headgate.Trace{Parent: c.Get("X-B3")})
}

func TestPropagatorDecidesWhatIsCarried(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.Propagator = b3{} })
	ok(t, send(t.Context(), client, "x"))
	g.Topic.QueueMessages(g.Topic.Stored()[0])
	seen := make(chan headgate.Trace, 1)

	consume(t, client, func(ctx context.Context, _ *headgate.Delivery) error {
		trace, _ := headgate.TraceFromContext(ctx)
		seen <- trace
		return nil
	}, headgate.ConsumerConfig{})

	equal(t, headersOf(g.Topic.Stored()[0]), "x-b3=1-2")
	equal(t, (<-seen).Parent, "1-2")
}
