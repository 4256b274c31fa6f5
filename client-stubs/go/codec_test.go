package headgate_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/idl/gateway"
)

func zstded(t *testing.T, body []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := zstd.NewWriter(&packed)
	ok(t, err)
	_, err = w.Write(body)
	ok(t, err)
	ok(t, w.Close())
	return packed.Bytes()
}

func gzipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	ok(t, err)
	_, err = w.Write(body)
	ok(t, err)
	ok(t, w.Close())
	return packed.Bytes()
}

func encoded(encoding string, body []byte) *gateway.Message {
	return &gateway.Message{Body: body, Encoding: &encoding}
}

func TestLargeBodyIsCompressedWhereThatMakesItSmaller(t *testing.T) {
	g := startGateway(t)
	producer := openClient(t, g.Address()).Producer()
	noise := make([]byte, 8192)
	_, _ = rand.Read(noise)
	for _, m := range []headgate.Message{
		{Body: make([]byte, 4096)},
		{Body: make([]byte, 4095)},
		{Body: noise},
		{Body: make([]byte, 8192), Encoding: "mine"},
		producer.Compress(headgate.Message{Body: []byte("x")}),
	} {
		_, err := producer.Send(t.Context(), "t", m)
		ok(t, err)
	}

	stored := g.Topic.Stored()
	equal(t, stored[0].GetEncoding(), "zstd")
	equal(t, len(stored[0].Body) < 100, true)
	equal(t, stored[1].Encoding == nil && len(stored[1].Body) == 4095, true)
	equal(t, stored[2].Encoding == nil && bytes.Equal(stored[2].Body, noise), true)
	equal(t, stored[3].GetEncoding(), "mine")
	equal(t, stored[4].GetEncoding(), "zstd")
}

func TestCompressedBodiesAreOpened(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.QueueMessages(encoded("zstd", zstded(t, []byte("za"))), encoded("gzip", gzipped(t, []byte("ga"))),
		encoded("zstd", zstded(t, nil)), encoded("gzip", gzipped(t, nil)))

	received, err := client.Receive(t.Context(), "t", "g", headgate.ReceiveOptions{})

	ok(t, err)
	for i, want := range []string{"za", "ga", "", ""} {
		d := received.Deliveries[i]
		ok(t, d.OpenError)
		equal(t, string(d.Body), want)
		equal(t, d.Encoding, "")
		equal(t, d.WireEncoding, []string{"zstd", "gzip"}[i%2])
	}
	equal(t, received.Deliveries[2].Body != nil, true)
}

func TestCompressedBodiesAreKeptWhereAsked(t *testing.T) {
	g := startGateway(t)
	g.Topic.QueueMessages(encoded("br", []byte("x")))

	received, err := openClient(t, g.Address()).Receive(t.Context(), "t", "g", headgate.ReceiveOptions{KeepEncoded: true})

	ok(t, err)
	ok(t, received.Deliveries[0].OpenError)
	equal(t, received.Deliveries[0].Encoding, "br")
}

func TestBodyThatCannotBeOpenedSaysWhy(t *testing.T) {
	g := startGateway(t)
	client := openClient(t, g.Address())
	g.Topic.QueueMessages(encoded("br", []byte("x")), encoded("zstd", []byte("nonsense")), encoded("gzip", []byte("nonsense")))

	received, err := client.Receive(t.Context(), "t", "g", headgate.ReceiveOptions{})

	ok(t, err)
	var strange *headgate.UnknownEncodingError
	equal(t, errors.As(received.Deliveries[0].OpenError, &strange), true)
	equal(t, strange.Encoding, "br")
	equal(t, string(received.Deliveries[0].Body), "x")
	equal(t, received.Deliveries[1].OpenError != nil && received.Deliveries[1].Encoding == "zstd", true)
	equal(t, received.Deliveries[2].OpenError != nil && received.Deliveries[2].Encoding == "gzip", true)
}

func TestDecompressionIsBounded(t *testing.T) {
	const limit = 256 << 10
	g := startGateway(t)
	client := openClient(t, g.Address(), func(c *headgate.Config) { c.MaxOpenedBytes = limit })
	bomb := make([]byte, 32<<20)
	manyFrames := bytes.Repeat(zstded(t, bomb[:limit]), 4)
	fits := bytes.Repeat([]byte("fits"), limit/4)
	g.Topic.QueueMessages(encoded("zstd", zstded(t, bomb)), encoded("zstd", manyFrames), encoded("gzip", gzipped(t, bomb)),
		encoded("zstd", zstded(t, fits)), encoded("gzip", gzipped(t, fits)))
	bomb = nil
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)

	received, err := client.Receive(t.Context(), "t", "g", headgate.ReceiveOptions{})

	ok(t, err)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 48<<20 {
		t.Fatalf("allocated %d MiB", grown>>20)
	}
	for i, d := range received.Deliveries {
		var tooLarge *headgate.BodyTooLargeError
		if i < 3 {
			if !errors.As(d.OpenError, &tooLarge) || tooLarge.LimitBytes != limit {
				t.Fatalf("%d: %v", i, d.OpenError)
			}
		} else {
			ok(t, d.OpenError)
			equal(t, bytes.Equal(d.Body, fits), true)
		}
	}
}

func TestConsumerNacksWhatItCannotOpen(t *testing.T) {
	g := startGateway(t)
	g.Topic.QueueMessages(encoded("br", []byte("x")), encoded("gzip", gzipped(t, []byte("y"))))
	var seen []string

	consume(t, openClient(t, g.Address()), func(_ context.Context, d *headgate.Delivery) error {
		seen = append(seen, string(d.Body))
		return nil
	}, headgate.ConsumerConfig{})

	until(t, "settled", func() bool { return len(g.Topic.Acked()) == 1 && len(g.Topic.Nacked()) == 1 })
	equal(t, len(seen), 1)
	equal(t, seen[0], "y")
	equal(t, g.Topic.Nacked()[0].GetReason(), `cannot open a body in encoding "br" (expected: zstd, gzip)`)
}
