// Package fakegateway is a gateway of one process and no broker, whose failures follow a script. For tests.
package fakegateway

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"headgate.dev/go/headgate/idl/admin"
	"headgate.dev/go/headgate/idl/gateway"
)

// Fault is what happens to one request.
type Fault int

const (
	// None: it is answered.
	None Fault = iota
	// DropRequest: the connection closes before anything is done.
	DropRequest
	// DropReply: the work is done, and the connection closes instead of an answer.
	DropReply
	// Silence: the work is done, and the answer never comes.
	Silence
	// Garbage: the answer is a frame of nonsense.
	Garbage
	// Trickle: the answer comes a byte at a time.
	Trickle
	// Huge: the answer announces a frame of 2 GiB.
	Huge
)

// Gateway serves each connection on a goroutine of its own, until closed.
type Gateway struct {
	Topic *Topic

	listener  net.Listener
	processor *thrift.TMultiplexedProcessor
	closed    chan struct{}
	serving   sync.WaitGroup

	mu       sync.Mutex
	script   []Fault
	accepted int
	open     map[net.Conn]struct{}
}

// Start serves on a free port of the loopback interface.
func Start() *Gateway {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return Serve(listener)
}

// Serve serves a listener, which it closes in the end.
func Serve(listener net.Listener) *Gateway {
	g := &Gateway{
		Topic:     newTopic(),
		listener:  listener,
		processor: thrift.NewTMultiplexedProcessor(),
		closed:    make(chan struct{}),
		open:      map[net.Conn]struct{}{},
	}
	g.processor.RegisterProcessor("Produce", gateway.NewProduceProcessor(g.Topic))
	g.processor.RegisterProcessor("Consume", gateway.NewConsumeProcessor(g.Topic))
	g.processor.RegisterProcessor("Admin", admin.NewAdminProcessor(&adminService{}))
	g.serving.Go(g.accept)
	return g
}

// Address is where it listens.
func (g *Gateway) Address() string { return g.listener.Addr().String() }

// Script says what happens to the next requests, one each.
func (g *Gateway) Script(faults ...Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.script = append(g.script, faults...)
}

// Accepted is how many connections there have been.
func (g *Gateway) Accepted() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.accepted
}

// Open is how many connections there are.
func (g *Gateway) Open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open)
}

// DropConnections closes them all.
func (g *Gateway) DropConnections() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		_ = c.Close()
	}
}

// Close stops it, and waits until it has. Repeating it is harmless.
func (g *Gateway) Close() {
	select {
	case <-g.closed:
		return
	default:
	}
	close(g.closed)
	_ = g.listener.Close()
	g.Topic.close()
	g.DropConnections()
	g.serving.Wait()
}

func (g *Gateway) accept() {
	for {
		c, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mu.Lock()
		g.accepted++
		g.open[c] = struct{}{}
		g.mu.Unlock()
		g.serving.Go(func() { g.serve(c) })
		select {
		case <-g.closed:
			_ = c.Close()
		default:
		}
	}
}

func (g *Gateway) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		g.mu.Lock()
		delete(g.open, c)
		g.mu.Unlock()
	}()
	for g.exchange(c) == nil {
	}
}

func (g *Gateway) exchange(c net.Conn) error {
	var size [4]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return err
	}
	frame := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(c, frame); err != nil {
		return err
	}
	fault := g.nextFault()
	if fault == DropRequest {
		return io.EOF
	}
	request, reply := thrift.NewTMemoryBufferLen(len(frame)), thrift.NewTMemoryBuffer()
	_, _ = request.Write(frame)
	if _, err := g.processor.Process(context.Background(), thrift.NewTBinaryProtocolConf(request, nil), thrift.NewTBinaryProtocolConf(reply, nil)); err != nil && reply.Len() == 0 {
		return err
	}
	body := reply.Bytes()
	switch fault {
	case DropReply:
		return io.EOF
	case Silence:
		<-g.closed
		return io.EOF
	case Garbage:
		body = []byte("HTTP/1.1")
	}
	framed := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
	switch fault {
	case Trickle:
		return g.trickle(c, framed)
	case Huge:
		binary.BigEndian.PutUint32(framed, 1<<31)
	}
	_, err := c.Write(framed)
	return err
}

func (g *Gateway) trickle(c net.Conn, framed []byte) error {
	for i := range framed {
		if _, err := c.Write(framed[i : i+1]); err != nil {
			return err
		}
		select {
		case <-g.closed:
			return io.EOF
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func (g *Gateway) nextFault() Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.script) == 0 {
		return None
	}
	fault := g.script[0]
	g.script = g.script[1:]
	return fault
}
