package headgate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
)

// Tests against a real gateway: HEADGATE_ADDRESS names it. It creates topics on demand; those that begin with "ordered" are
// ordered.

var serial struct {
	sync.Mutex
	next int64
}

// fresh is a name that nobody has used.
func fresh(prefix string) string {
	serial.Lock()
	defer serial.Unlock()
	if serial.next == 0 {
		serial.next = time.Now().UnixNano()
	}
	serial.next++
	return fmt.Sprintf("%s-go-%x", prefix, serial.next)
}

func realClient(t *testing.T) *headgate.Client {
	t.Helper()
	address := os.Getenv("HEADGATE_ADDRESS")
	if address == "" {
		t.Skip("HEADGATE_ADDRESS is not set")
	}
	return openClient(t, address, func(c *headgate.Config) { c.Timeout = 20 * time.Second })
}

func receiveOne(t *testing.T, client *headgate.Client, topic, group string, options headgate.ReceiveOptions) *headgate.Delivery {
	t.Helper()
	options.MaxMessages, options.Wait = 1, time.Second
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		received, err := client.Receive(t.Context(), topic, group, options)
		ok(t, err)
		if len(received.Deliveries) > 0 {
			return received.Deliveries[0]
		}
	}
	t.Fatal("nothing came")
	return nil
}

func TestReal_BytesThereAndBack(t *testing.T) {
	client, topic := realClient(t), fresh("bytes")
	_, err := client.Admin().CreateTopic(t.Context(), headgate.TopicSpec{Topic: topic})
	ok(t, err)
	sent := headgate.Message{
		Body:    bytes.Repeat([]byte("\x00\xff\xc3("), 10_000),
		Key:     []byte("k\x00"),
		Tag:     "blue",
		Headers: []headgate.Header{{"a", []byte{}}, {"a", nil}, {"ü", []byte{0, 255}}},
	}

	receipt, err := client.Producer().Send(t.Context(), topic, sent)
	ok(t, err)
	d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})

	ok(t, d.OpenError)
	equal(t, d.WireEncoding, "zstd")
	equal(t, d.MessageID, receipt.MessageID)
	equal(t, d.Attempt, 1)
	equal(t, bytes.Equal(d.Body, sent.Body) && bytes.Equal(d.Key, sent.Key) && d.Tag == sent.Tag, true)
	equal(t, fmt.Sprintf("%q", d.Headers), fmt.Sprintf("%q", sent.Headers))
	equal(t, d.Headers[1].Value == nil, true)
	ok(t, d.Ack(t.Context()))
}

func TestReal_D12_NackAndExpiryBringBack(t *testing.T) {
	client, topic := realClient(t), fresh("back")
	ok(t, sendTo(t, client, topic, "x", ""))

	d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})
	ok(t, d.Nack(t.Context(), headgate.AtOnce, "again"))
	d = receiveOne(t, client, topic, "g", headgate.ReceiveOptions{Lease: time.Second})
	equal(t, d.Attempt, 2)
	again := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})
	equal(t, again.Attempt, 3)
	var settle *headgate.SettleError
	equal(t, errors.As(d.Ack(t.Context()), &settle), true)
	ok(t, again.Ack(t.Context()))
}

func TestReal_D19_ConsumerKeepsTheOrderOfEachKey(t *testing.T) {
	client, topic := realClient(t), fresh("ordered")
	const keys, each = 8, 25
	for n := range each {
		for k := range keys {
			ok(t, sendTo(t, client, topic, fmt.Sprint(n), fmt.Sprint("k", k)))
		}
	}
	var mu sync.Mutex
	next, failedOnce, handled := map[string]int{}, map[string]bool{}, 0
	config := headgate.ConsumerConfig{Concurrency: 4}

	consumer, err := client.NewConsumer(topic, "g", func(_ context.Context, d *headgate.Delivery) error {
		mu.Lock()
		defer mu.Unlock()
		key := string(d.Key)
		if string(d.Body) == "5" && !failedOnce[key] {
			failedOnce[key] = true
			return headgate.RetryLater(headgate.AtOnce, "once")
		}
		if want := fmt.Sprint(next[key]); string(d.Body) != want {
			t.Errorf("key %s: got %s, want %s", key, d.Body, want)
		}
		next[key]++
		handled++
		return nil
	}, config)
	ok(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- consumer.Run(ctx) }()

	untilWithin(t, time.Minute, "all handled", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return handled == keys*each
	})
	cancel()
	ok(t, <-ended)
}

func TestReal_D14_LeaseIsRenewed(t *testing.T) {
	client, topic := realClient(t), fresh("renew")
	ok(t, sendTo(t, client, topic, "slow", ""))
	attempts := make(chan int, 10)
	consumer, err := client.NewConsumer(topic, "g", func(_ context.Context, d *headgate.Delivery) error {
		attempts <- d.Attempt
		time.Sleep(3 * time.Second) // Work that outlasts the lease.
		return nil
	}, headgate.ConsumerConfig{Concurrency: 2, Lease: time.Second, PollWait: time.Second})
	ok(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- consumer.Run(ctx) }()

	equal(t, <-attempts, 1)
	until(t, "settled", func() bool { return consumer.InHand() == 0 })
	cancel()
	ok(t, <-ended)
	equal(t, len(attempts), 0)
}

func TestReal_D30_DelayAndCancel(t *testing.T) {
	client, topic := realClient(t), fresh("delay")
	before := time.Now()
	_, err := client.Producer().Send(t.Context(), topic, headgate.Message{Body: []byte("late"), Delay: 2 * time.Second})
	ok(t, err)
	cancelled, err := client.Producer().Send(t.Context(), topic, headgate.Message{Body: []byte("never"), Delay: 4 * time.Second})
	ok(t, err)
	ok(t, client.Producer().Cancel(t.Context(), topic, cancelled.DelayHandle))
	equal(t, errors.Is(client.Producer().Cancel(t.Context(), topic, cancelled.DelayHandle), headgate.NotFound), true)

	d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})

	equal(t, string(d.Body), "late")
	if early := time.Since(before); early < 2*time.Second {
		t.Fatalf("after %v", early)
	}
	ok(t, d.Ack(t.Context()))
	received, err := client.Receive(t.Context(), topic, "g", headgate.ReceiveOptions{Wait: 4 * time.Second})
	ok(t, err)
	equal(t, len(received.Deliveries), 0)
}

func TestReal_D31_Transactions(t *testing.T) {
	client, topic := realClient(t), fresh("tx")
	producer := client.Producer()
	kept, err := producer.Prepare(t.Context(), topic, "shop-go", headgate.Message{Body: []byte("kept")})
	if errors.Is(err, headgate.Unsupported) {
		t.Skip(err)
	}
	ok(t, err)
	dropped, err := producer.Prepare(t.Context(), topic, "shop-go", headgate.Message{Body: []byte("dropped")})
	ok(t, err)
	ok(t, producer.Rollback(t.Context(), dropped.TransactionID))
	ok(t, producer.Commit(t.Context(), kept.TransactionID))

	d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})

	equal(t, string(d.Body), "kept")
	ok(t, d.Ack(t.Context()))
}

func TestReal_D23_D24_D25_BroadcastSeekAndFilter(t *testing.T) {
	client, topic := realClient(t), fresh("some")
	for _, tag := range []string{"red", "blue"} {
		_, err := client.Producer().Send(t.Context(), topic, headgate.Message{Body: []byte(tag), Tag: tag})
		ok(t, err)
	}
	for _, instance := range []string{"a", "b"} {
		d := receiveOne(t, client, topic, "cast", headgate.ReceiveOptions{BroadcastInstance: instance, Tags: []string{"blue"}})
		equal(t, string(d.Body), "blue")
		ok(t, d.Ack(t.Context()))
	}
	d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{Tags: []string{"red"}})
	equal(t, string(d.Body), "red")
	ok(t, d.Ack(t.Context()))

	ok(t, client.Seek(t.Context(), topic, "g", headgate.SeekStart()))
	d = receiveOne(t, client, topic, "g", headgate.ReceiveOptions{Tags: []string{"red"}})
	equal(t, string(d.Body), "red")
	ok(t, d.Ack(t.Context()))
	nodes, err := client.Locate(t.Context(), topic, "g")
	ok(t, err)
	equal(t, len(nodes) > 0, true)
}

func TestReal_RefusalsAreTyped(t *testing.T) {
	client, topic := realClient(t), fresh("refuse")
	_, err := client.Producer().Send(t.Context(), topic, headgate.Message{Headers: []headgate.Header{{"headgate-x", nil}}})
	expect(t, failed(t, err), headgate.InvalidArgument, headgate.OutcomeNotApplied)
	_, err = client.Producer().Send(t.Context(), fresh("ordered"), headgate.Message{})
	expect(t, failed(t, err), headgate.InvalidArgument, headgate.OutcomeNotApplied)
	_, err = client.Producer().Send(t.Context(), topic, headgate.Message{Body: make([]byte, 9<<20), Encoding: "as-is"})
	expect(t, failed(t, err), headgate.MessageTooLarge, headgate.OutcomeNotApplied)
	equal(t, failed(t, err).Details["limitBytes"] != "", true)
	results, err := client.Ack(t.Context(), headgate.Lease("no such lease"))
	ok(t, err)
	equal(t, results[0].Status, headgate.SettleUnknown)
}

func sendTo(t *testing.T, client *headgate.Client, topic, body, key string) error {
	t.Helper()
	m := headgate.Message{Body: []byte(body)}
	if key != "" {
		m.Key = []byte(key)
	}
	_, err := client.Producer().Send(t.Context(), topic, m)
	return err
}
