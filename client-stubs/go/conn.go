package headgate

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"headgate.dev/go/headgate/idl/admin"
	"headgate.dev/go/headgate/idl/gateway"
)

var longAgo = time.Unix(1, 0)

// conn is one connection to one node, with the stubs of all services over it. It serves one call at a time.
type conn struct {
	endpoint *endpoint
	produce  *gateway.ProduceClient
	consume  *gateway.ConsumeClient
	admin    *admin.AdminClient

	socket    *watchedSocket
	frames    *watchedFrames
	raw       net.Conn // Beneath TLS.
	idleSince time.Time
}

func connect(ctx context.Context, e *endpoint, config *Config) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, config.ConnectTimeout)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.address)
	if err != nil {
		return nil, err
	}
	secured := raw
	if config.TLS != nil {
		settings := config.TLS.Clone()
		if settings.ServerName == "" {
			settings.ServerName = e.host
		}
		client := tls.Client(raw, settings)
		if err := client.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, err
		}
		secured = client
	}
	return newConn(e, raw, secured, config.MaxFrameBytes), nil
}

func newConn(e *endpoint, raw, secured net.Conn, maxFrameBytes int) *conn {
	limits := &thrift.TConfiguration{
		MaxMessageSize:    int32(maxFrameBytes),
		MaxFrameSize:      int32(maxFrameBytes),
		TBinaryStrictRead: ptr(true), // Else nonsense is taken for the length of a name, and waited for.
	}
	socket := &watchedSocket{Conn: secured}
	frames := &watchedFrames{
		TFramedTransport: thrift.NewTFramedTransportConf(thrift.NewStreamTransportRW(socket), limits),
	}
	protocol := thrift.NewTBinaryProtocolConf(frames, limits)
	client := func(service string) thrift.TClient {
		return thrift.NewTStandardClient(protocol, thrift.NewTMultiplexedProtocol(protocol, service))
	}
	return &conn{
		endpoint: e,
		produce:  gateway.NewProduceClient(client("Produce")),
		consume:  gateway.NewConsumeClient(client("Consume")),
		admin:    admin.NewAdminClient(client("Admin")),
		socket:   socket,
		frames:   frames,
		raw:      raw,
	}
}

// begin begins an exchange that ends with ctx. The connection is of no more use when the returned function,
// to be called at the end of the exchange, answers false.
func (c *conn) begin(ctx context.Context) (end func() bool) {
	c.frames.written = false
	deadline, _ := ctx.Deadline()
	_ = c.socket.SetDeadline(deadline)
	return context.AfterFunc(ctx, func() { _ = c.socket.SetDeadline(longAgo) })
}

// written tells whether the request has left whole; if not, no node can have understood it.
func (c *conn) written() bool { return c.frames.written }

// lost tells whether the network failed, as against nonsense that was read.
func (c *conn) lost() bool { return c.socket.failure != nil }

func (c *conn) close() { _ = c.socket.Close() }

// watchedSocket remembers that it has failed, which the layers above wrap in various ways.
type watchedSocket struct {
	net.Conn
	failure error
}

func (s *watchedSocket) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if err != nil {
		s.failure = err
	}
	return n, err
}

func (s *watchedSocket) Write(b []byte) (int, error) {
	n, err := s.Conn.Write(b)
	if err != nil {
		s.failure = err
	}
	return n, err
}

// watchedFrames remembers whether the last request has left.
type watchedFrames struct {
	*thrift.TFramedTransport
	written bool
}

func (f *watchedFrames) Flush(ctx context.Context) error {
	err := f.TFramedTransport.Flush(ctx)
	f.written = err == nil
	return err
}
