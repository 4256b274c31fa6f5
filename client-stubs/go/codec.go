package headgate

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	encodingZstd = "zstd"
	encodingGzip = "gzip"

	// Encoders that do not know the size of a body ask for a window of up to this, however small the body.
	usualWindow = 8 << 20
)

// codec compresses bodies and opens them again, end to end: the gateway never opens one. Safe for concurrent use.
type codec struct {
	from     int
	limit    int
	encoder  *zstd.Encoder
	decoders sync.Pool // Of *zstd.Decoder, which have no goroutines.
}

func newCodec(config *Config) (*codec, error) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	return &codec{from: config.CompressFrom, limit: config.MaxOpenedBytes, encoder: encoder}, nil
}

// compress answers the message with its body in zstd; unchanged when it has an encoding.
func (c *codec) compress(m Message) Message {
	if m.Encoding == "" {
		m.Body = c.encoder.EncodeAll(m.Body, nil)
		m.Encoding = encodingZstd
	}
	return m
}

// packed compresses a large body where that makes it smaller.
func (c *codec) packed(m Message) Message {
	if m.Encoding != "" || c.from < 0 || len(m.Body) < c.from {
		return m
	}
	if packed := c.compress(m); len(packed.Body) < len(m.Body) {
		return packed
	}
	return m
}

// open replaces an encoded body by the plain one; on an error the message stays as it is.
func (c *codec) open(m *Message) error {
	var body []byte
	var err error
	switch m.Encoding {
	case "":
		return nil
	case encodingZstd:
		body, err = c.unzstd(m.Body)
	case encodingGzip:
		body, err = c.gunzip(m.Body)
	default:
		err = &UnknownEncodingError{Encoding: m.Encoding}
	}
	if err != nil {
		return err
	}
	m.Body, m.Encoding = body, ""
	return nil
}

func (c *codec) unzstd(packed []byte) ([]byte, error) {
	decoder, ok := c.decoders.Get().(*zstd.Decoder)
	if !ok {
		var err error
		decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(uint64(max(c.limit, usualWindow))), zstd.WithDecodeBuffersBelow(0))
		if err != nil {
			return nil, err
		}
	}
	if err := decoder.Reset(bytes.NewReader(packed)); err != nil {
		return nil, err
	}
	body, err := c.bounded(decoder, encodingZstd)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = &BodyTooLargeError{Encoding: encodingZstd, LimitBytes: c.limit}
	}
	_ = decoder.Reset(nil) // Lets go of the body.
	c.decoders.Put(decoder)
	return body, err
}

func (c *codec) gunzip(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return c.bounded(reader, encodingGzip)
}

// bounded reads no more than the limit, whatever the body says of its size.
func (c *codec) bounded(reader io.Reader, encoding string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(reader, int64(c.limit)+1))
	if err == nil && len(body) > c.limit {
		err = &BodyTooLargeError{Encoding: encoding, LimitBytes: c.limit}
	}
	return body, err
}
