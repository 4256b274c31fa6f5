package headgate

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	encodingZstd = "zstd"
	encodingGzip = "gzip"
)

// codec compresses bodies and opens them again, end to end: the gateway never opens one. Safe for concurrent use.
type codec struct {
	from    int
	limit   int
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec(config *Config) (*codec, error) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(uint64(config.MaxOpenedBytes)))
	if err != nil {
		return nil, err
	}
	return &codec{from: config.CompressFrom, limit: config.MaxOpenedBytes, encoder: encoder, decoder: decoder}, nil
}

func (c *codec) close() {
	_ = c.encoder.Close()
	c.decoder.Close()
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
		body, err = c.decoder.DecodeAll(m.Body, []byte{})
		if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
			err = &BodyTooLargeError{Encoding: m.Encoding, LimitBytes: c.limit}
		}
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

func (c *codec) gunzip(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(reader, int64(c.limit)+1))
	if err == nil && len(body) > c.limit {
		err = &BodyTooLargeError{Encoding: encodingGzip, LimitBytes: c.limit}
	}
	return body, err
}
