package headgate_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/internal/fakegateway"
)

func TestSendAnswersWithAReceipt(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())

	receipt, err := client.Producer().Send(t.Context(), "t", headgate.Message{Body: []byte("hällo"), Key: []byte("k")})

	ok(t, err)
	equal(t, receipt.MessageID, "m1")
	equal(t, string(g.Topic.Stored()[0].Body), "hällo")
	equal(t, string(g.Topic.Stored()[0].Key), "k")
}

func TestD3_EveryCallCarriesItsDeadline(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.ClientID, c.Token = "me", "secret" })

	ok(t, send(withTimeout(t, 1234*time.Millisecond), client, "x"))

	call := g.Topic.Contexts()[0]
	if millis := call.GetTimeoutMillis(); millis < 900 || millis > 1234 {
		t.Fatalf("timeoutMillis: %d", millis)
	}
	equal(t, strings.HasPrefix(call.GetUserAgent(), "headgate-go/"), true)
	equal(t, call.GetClientId(), "me")
	equal(t, call.GetToken(), "secret")
}

func TestRetryableRefusalThatAppliedNothingIsRetried(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.Fail(fakegateway.Failure(300, true, notApplied), fakegateway.Failure(201, true, notApplied))

	ok(t, send(t.Context(), client, "x"))

	equal(t, len(g.Topic.Stored()), 1)
	equal(t, g.Accepted(), 1)
}

func TestFinalRefusalIsNotRetried(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.Fail(fakegateway.Failure(101, false, notApplied))

	err := send(t.Context(), client, "x")

	equal(t, errors.Is(err, headgate.UnknownTopic), true)
	equal(t, errors.Is(err, headgate.NotFound), false)
	equal(t, len(g.Topic.Contexts()), 1)
}

func TestD2_UncertainSendIsNotRetriedUnasked(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.Fail(fakegateway.Failure(303, true, unknown))

	expect(t, failed(t, send(t.Context(), client, "x")), headgate.StoreUncertain, headgate.OutcomeUnknown)
	equal(t, len(g.Topic.Contexts()), 1)
}

func TestD2_LostReplyOfASendIsUnknown(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Script(fakegateway.DropReply)

	failure := failed(t, send(t.Context(), client, "x"))

	expect(t, failure, headgate.GatewayUnreachable, headgate.OutcomeUnknown)
	equal(t, failure.Category, headgate.CategoryAvailability)
	equal(t, len(g.Topic.Stored()), 1)
}

func TestUncertainSendIsRetriedWhenTheCallerAcceptsDuplicates(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Script(fakegateway.DropReply)

	ok(t, send(t.Context(), client, "x", headgate.RetryUncertain()))

	equal(t, len(g.Topic.Stored()), 2)
}

func TestD2_RefusalAfterAnUncertainAttemptStaysUnknown(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.Fail(fakegateway.Failure(303, true, unknown), fakegateway.Failure(104, false, notApplied))

	failure := failed(t, send(t.Context(), client, "x", headgate.RetryUncertain()))

	expect(t, failure, headgate.PermissionDenied, headgate.OutcomeUnknown)
}

func TestRepeatableCallIsRetriedAfterALostReply(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Script(fakegateway.DropReply, fakegateway.DropRequest)

	version, err := client.Version(t.Context())

	ok(t, err)
	equal(t, version.Node, "fake-1")
}

func TestD3_CallEndsAtItsDeadline(t *testing.T) {
	for name, fault := range map[string]fakegateway.Fault{"silence": fakegateway.Silence, "trickle": fakegateway.Trickle} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t)
			client := openClient(t, g.Address())
			g.Script(fault)
			before := time.Now()

			err := send(withTimeout(t, 200*time.Millisecond), client, "x")

			expect(t, failed(t, err), headgate.DeadlineExceeded, headgate.OutcomeUnknown)
			equal(t, errors.Is(err, context.DeadlineExceeded), true)
			if took := time.Since(before); took < 200*time.Millisecond || took > 2*time.Second {
				t.Fatalf("took %v", took)
			}
		})
	}
}

func TestD3_WriteThatNobodyReadsEndsAtItsDeadline(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer deaf.Close()
	client := openClient(t, deaf.Addr().String(), func(c *headgate.Config) { c.CompressFrom = -1 })

	_, err = client.Producer().Send(withTimeout(t, 300*time.Millisecond), "t", headgate.Message{Body: make([]byte, 32<<20)})

	expect(t, failed(t, err), headgate.DeadlineExceeded, headgate.OutcomeNotApplied)
	equal(t, headgate.InUse(client), 0)
}

func TestCancelledCallEndsAtOnce(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Script(fakegateway.Silence)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- send(ctx, client, "x") }()
	until(t, "call under way", func() bool { return len(g.Topic.Stored()) == 1 })

	cancel()
	err := <-ended

	expect(t, failed(t, err), headgate.Interrupted, headgate.OutcomeUnknown)
	equal(t, errors.Is(err, context.Canceled), true)
	equal(t, headgate.InUse(client), 0)
	expect(t, failed(t, send(ctx, client, "y")), headgate.Interrupted, headgate.OutcomeNotApplied)
	ok(t, send(t.Context(), client, "z"))
}

func TestRetriesStayInsideTheDeadline(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	for range 1000 {
		g.Topic.Fail(fakegateway.Failure(201, true, notApplied))
	}
	before := time.Now()

	// The last refusal, or the end of the time between two tries: nothing is stored either way.
	failure := failed(t, send(withTimeout(t, 300*time.Millisecond), client, "x"))
	code := headgate.Overloaded
	if failure.Code == headgate.DeadlineExceeded {
		code = headgate.DeadlineExceeded
	}
	expect(t, failure, code, headgate.OutcomeNotApplied)
	if took := time.Since(before); took > time.Second {
		t.Fatalf("took %v", took)
	}
}

func TestRetryAfterPastTheDeadlineEndsTheCallAtOnce(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	failure := fakegateway.Failure(200, true, notApplied)
	minute := int64(60_000)
	failure.Failure.RetryAfterMillis = &minute
	g.Topic.Fail(failure)

	equal(t, failed(t, send(t.Context(), client, "x")).RetryAfter, time.Minute)
	equal(t, len(g.Topic.Contexts()), 1)
}

func TestNonsenseIsABadReply(t *testing.T) {
	for name, fault := range map[string]fakegateway.Fault{"garbage": fakegateway.Garbage, "huge": fakegateway.Huge} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t)
			client := openClient(t, g.Address())
			g.Script(fault)

			expect(t, failed(t, send(t.Context(), client, "x")), headgate.BadReply, headgate.OutcomeUnknown)

			ok(t, send(t.Context(), client, "y"))
			equal(t, g.Accepted(), 2)
		})
	}
}

func TestCodeOfANewerContractKeepsItsNumber(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	newer := fakegateway.Failure(4711, false, 0)
	newer.Failure.Category = 99
	g.Topic.Fail(newer)

	failure := failed(t, send(t.Context(), client, "x"))

	expect(t, failure, headgate.Code(4711), headgate.OutcomeUnknown)
	equal(t, failure.Code.String(), "code 4711")
	equal(t, failure.Category, headgate.CategoryInternal)
}

func TestD5_BytesArriveAsTheyWere(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	message := headgate.Message{
		Body:      []byte("\x00\xff\xc3(\x00"),
		Key:       []byte{0, 1},
		Tag:       "blue",
		Headers:   []headgate.Header{{"empty", []byte{}}, {"absent", nil}, {"absent", []byte("ü")}},
		Encoding:  "br",
		DeliverAt: time.UnixMilli(1893553445678),
	}

	_, err := client.Producer().Send(t.Context(), "t", message)

	ok(t, err)
	wire := g.Topic.Stored()[0]
	equal(t, bytes.Equal(wire.Body, message.Body) && bytes.Equal(wire.Key, message.Key), true)
	equal(t, wire.GetTag(), "blue")
	equal(t, wire.GetEncoding(), "br")
	equal(t, wire.GetDeliverAtMillis(), 1893553445678)
	equal(t, len(wire.Headers), 3)
	equal(t, wire.Headers[0].Value != nil && len(wire.Headers[0].Value) == 0, true)
	equal(t, wire.Headers[1].Value == nil, true)
	equal(t, string(wire.Headers[2].Value), "ü")
}

func TestD5_EmptyAndLargeBodies(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.CompressFrom = -1 })

	ok(t, send(t.Context(), client, ""))
	ok(t, send(t.Context(), client, string(make([]byte, 4<<20))))

	equal(t, len(g.Topic.Stored()[0].Body), 0)
	equal(t, len(g.Topic.Stored()[1].Body), 4<<20)
	equal(t, g.Accepted(), 1)
}

func TestD4_BatchIsAnsweredEntryByEntry(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())

	outcomes, err := client.Producer().SendBatch(t.Context(), "t", []headgate.Message{
		{Body: []byte("a")}, {Body: []byte("bad")}, {Body: []byte("c")}})

	ok(t, err)
	equal(t, outcomes[0].Receipt.MessageID, "m1")
	equal(t, errors.Is(outcomes[1].Err, headgate.MessageTooLarge), true)
	equal(t, outcomes[2].Receipt.MessageID, "m2")
}

func TestD30_DelayAndCancel(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())

	receipt, err := client.Producer().Send(t.Context(), "t", headgate.Message{Delay: 90 * time.Second})
	ok(t, err)
	ok(t, client.Producer().Cancel(t.Context(), "t", receipt.DelayHandle))

	equal(t, g.Topic.Stored()[0].GetDelayMillis(), 90_000)
	_, err = client.Producer().Send(t.Context(), "t", headgate.Message{Delay: 1, DeliverAt: time.Now()})
	expect(t, failed(t, err), headgate.InvalidArgument, headgate.OutcomeNotApplied)
}

func TestClosedClientRefuses(t *testing.T) {
	client := openClient(t, startGateway(t).Address())
	client.Close()

	expect(t, failed(t, send(t.Context(), client, "x")), headgate.ClientClosed, headgate.OutcomeNotApplied)
}

func TestConfigurationIsChecked(t *testing.T) {
	for _, address := range []string{"", "localhost", "localhost:", ":9300", "localhost:0", "a:b", "a:1,"} {
		_, err := headgate.NewClient(headgate.Config{Addresses: address})
		if !errors.Is(err, headgate.InvalidArgument) || !strings.Contains(err.Error(), "host:port") {
			t.Errorf("%q: %v", address, err)
		}
	}
	_, err := headgate.NewClient(headgate.Config{Addresses: "a:1", MaxPolls: -1})
	equal(t, strings.Contains(err.Error(), "MaxPolls"), true)
}

func TestAdminCallsAnswer(t *testing.T) {
	admin := openClient(t, startGateway(t).Address()).Admin()

	topic, err := admin.CreateTopic(t.Context(), headgate.TopicSpec{Topic: "t", Partitions: 4, Ordered: true})
	ok(t, err)
	equal(t, topic.Partitions, 4)
	topics, err := admin.Topics(t.Context(), "", false)
	ok(t, err)
	equal(t, topics[0], topic)
	groups, err := admin.Groups(t.Context(), "", "")
	ok(t, err)
	equal(t, groups[0].LagMessages, 7)
	letters, next, err := admin.DeadLetters(t.Context(), "g", "", 0, "")
	ok(t, err)
	equal(t, letters[0].Reason, "no stock")
	equal(t, next, "page-2")
	count, err := admin.ReplayDeadLetters(t.Context(), headgate.DeadLetterSelection{Group: "g", IDs: []string{"d1"}})
	ok(t, err)
	equal(t, count.Count, 1)
	report, err := admin.Drain(t.Context(), 10*time.Millisecond)
	ok(t, err)
	equal(t, report.Took, 10*time.Millisecond)
	_, err = admin.Topic(t.Context(), "nope")
	equal(t, errors.Is(err, headgate.UnknownTopic), true)
}
