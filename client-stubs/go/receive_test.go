package headgate_test

import (
	"errors"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/idl/gateway"
)

func TestD15_SettlingByHandAnswersPerLease(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.Queue("a", "b", "c")
	received, err := client.Receive(t.Context(), "t", "g", headgate.ReceiveOptions{MaxMessages: 3})
	ok(t, err)
	a, b, c := received.Deliveries[0], received.Deliveries[1], received.Deliveries[2]

	results, err := client.Extend(t.Context(), 9*time.Second, a.Lease, b.Lease)
	ok(t, err)
	equal(t, results[1], headgate.SettleResult{Status: headgate.SettleDone, Lease: 30 * time.Second})
	results, err = client.Ack(t.Context(), a.Lease)
	ok(t, err)
	equal(t, results[0].Status, headgate.SettleDone)
	_, err = client.Nack(t.Context(), headgate.Nack{Lease: b.Lease, Delay: 3 * time.Second, Reason: "later"})
	ok(t, err)
	equal(t, g.Topic.Nacked()[0].GetDelayMillis(), 3_000)
	results, err = client.Ack(t.Context())
	ok(t, err)
	equal(t, len(results), 0)

	g.Topic.SetSettleStatus(77)
	var settle *headgate.SettleError
	equal(t, errors.As(c.Ack(t.Context()), &settle), true)
	equal(t, settle.Status, headgate.SettleUnrecognized)
}

func TestManyLeasesAreSettledInSeveralCalls(t *testing.T) {
	g := startGateway(t)
	results, err := openClient(t, g.Address()).Ack(t.Context(), make([]headgate.Lease, 2_500)...)

	ok(t, err)
	equal(t, len(results), 2_500)
	equal(t, g.Topic.AckCalls(), 3)
}

func TestD24_SeekAndLocate(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())

	for _, target := range []headgate.SeekTarget{
		headgate.SeekStart(), headgate.SeekEnd(), headgate.SeekTime(time.UnixMilli(5)), headgate.SeekPosition("p:0:7")} {
		ok(t, client.Seek(t.Context(), "t", "g", target))
	}
	nodes, err := client.Locate(t.Context(), "t", "g")

	ok(t, err)
	sought := g.Topic.Sought()
	equal(t, sought[0].GetEdge(), gateway.Edge_START)
	equal(t, sought[1].GetEdge(), gateway.Edge_END)
	equal(t, sought[2].GetTimestampMillis(), 5)
	equal(t, sought[3].GetPosition(), "p:0:7")
	equal(t, nodes[0], headgate.Node{Name: "fake-1", Address: "127.0.0.1:9300", Partitions: 8})
}
