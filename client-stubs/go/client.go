package headgate

import (
	"context"
	"sync"
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// Client is a client of a gateway fleet: one pool of connections for its producer, consumers and admin. Safe for concurrent
// use; make one per process and close it at the end. Every call lasts at most as long as its context and Config.Timeout
// allow, and fails with an *Error.
type Client struct {
	pool        *pool
	caller      *caller
	codec       *codec
	consumption *consumption
	producer    *Producer
	admin       *Admin

	mu        sync.Mutex
	closed    bool
	consumers map[*Consumer]struct{}
}

// NewClient makes a client; it opens no connection yet. The error names a field of the configuration that is out of its
// limits.
func NewClient(config Config) (*Client, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	endpoints, err := config.endpoints()
	if err != nil {
		return nil, err
	}
	codec, err := newCodec(&config)
	if err != nil {
		return nil, invalid("MaxOpenedBytes: %v", err)
	}
	pool := newPool(&config, endpoints)
	caller := newCaller(&config, pool)
	return &Client{
		pool:        pool,
		caller:      caller,
		codec:       codec,
		consumption: &consumption{caller, codec},
		producer:    &Producer{caller, codec},
		admin:       &Admin{caller, codec},
		consumers:   map[*Consumer]struct{}{},
	}, nil
}

// Producer sends messages.
func (c *Client) Producer() *Producer { return c.producer }

// Admin administers: topics, groups, dead letters, drain.
func (c *Client) Admin() *Admin { return c.admin }

// NewConsumer makes a consumer of a topic for a group, to be run by Consumer.Run. The error names a field of the
// configuration that is out of its limits.
func (c *Client) NewConsumer(topic, group string, handler Handler, config ConsumerConfig) (*Consumer, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	size := config.Concurrency + config.Prefetch
	hand := newHand(size)
	log := c.caller.config.Logger.With("topic", topic, "group", group)
	return &Consumer{
		topic:       topic,
		group:       group,
		handler:     handler,
		config:      config,
		consumption: c.consumption,
		log:         log,
		hand:        hand,
		settler:     newSettler(c.consumption, hand, log),
		renewer:     newRenewer(c.consumption, hand, log, config.Lease),
		work:        make(chan *held, size),
		register:    c.register,
		unregister:  c.unregister,
		stopping:    make(chan struct{}),
		done:        make(chan struct{}),
	}, nil
}

// Consume makes a consumer and runs it, see Consumer.Run, until ctx ends.
func (c *Client) Consume(ctx context.Context, topic, group string, handler Handler, config ConsumerConfig) error {
	consumer, err := c.NewConsumer(topic, group, handler, config)
	if err != nil {
		return err
	}
	return consumer.Run(ctx)
}

// Receive leases messages. The caller settles each before its lease expires, else it comes again. Compressed bodies are
// opened, each up to Config.MaxOpenedBytes: look at Delivery.OpenError.
func (c *Client) Receive(ctx context.Context, topic, group string, options ReceiveOptions) (Received, error) {
	received, err := c.consumption.receive(ctx, topic, group, &options)
	if !options.KeepEncoded {
		for _, d := range received.Deliveries {
			d.OpenError = c.codec.open(&d.Message)
		}
	}
	return received, err
}

// Ack settles leases: done for good. It answers per lease, in order; with an error come the answers before it.
func (c *Client) Ack(ctx context.Context, leases ...Lease) ([]SettleResult, error) {
	return c.consumption.ack(ctx, leases)
}

// Nack gives leases back, to come again later. It answers as Ack.
func (c *Client) Nack(ctx context.Context, nacks ...Nack) ([]SettleResult, error) {
	return c.consumption.nack(ctx, nacks)
}

// Extend prolongs leases to so much from now; 0: the group's lease. It answers as Ack.
func (c *Client) Extend(ctx context.Context, lease time.Duration, leases ...Lease) ([]SettleResult, error) {
	return c.consumption.prolong(ctx, leases, lease)
}

// Seek moves the position of the whole group; it takes effect on running consumers.
func (c *Client) Seek(ctx context.Context, topic, group string, target SeekTarget) error {
	return c.caller.do(ctx, operation{name: "seek", harmless: true}, func(ctx context.Context, connection *conn, call *gateway.CallContext) error {
		return connection.consume.Seek(ctx, &gateway.SeekRequest{Context: call, Topic: topic, Group: group, Target: target.wire})
	})
}

// Node is a node of the fleet.
type Node struct {
	Name string
	// Address is host:port of this contract, as in Config.Addresses.
	Address string
	// Partitions is how many of the subscription's partitions it owns.
	Partitions int
}

// Locate tells which nodes own partitions of a subscription, best first. Any node serves it, by relaying; consumers of one
// broadcast instance have to connect to one node.
func (c *Client) Locate(ctx context.Context, topic, group string) ([]Node, error) {
	return call(ctx, c.caller, operation{name: "locate", harmless: true}, func(ctx context.Context, connection *conn, call *gateway.CallContext) ([]Node, error) {
		result, err := connection.consume.Locate(ctx, &gateway.LocateRequest{Context: call, Topic: topic, Group: group})
		if err != nil {
			return nil, err
		}
		nodes := make([]Node, len(result.Nodes))
		for i, n := range result.Nodes {
			nodes[i] = Node{n.Node, n.Address, int(n.Partitions)}
		}
		return nodes, nil
	})
}

// Version is who answers.
type Version struct {
	// Contract is the contract's version, major.minor.
	Contract string
	// Gateway is the gateway's own version.
	Gateway string
	// Node is the node's configured name.
	Node string
}

// Version asks who answers: a cheap probe of a node.
func (c *Client) Version(ctx context.Context) (Version, error) {
	return call(ctx, c.caller, operation{name: "version", harmless: true}, func(ctx context.Context, connection *conn, call *gateway.CallContext) (Version, error) {
		info, err := connection.produce.Version(ctx, &gateway.VersionRequest{Context: call})
		if err != nil {
			return Version{}, err
		}
		return Version{info.Contract, info.Gateway, info.Node}, nil
	})
}

// Close stops its consumers gracefully, then closes all connections. It is not to be called by a handler. Repeating it is
// harmless.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	var running []*Consumer
	for consumer := range c.consumers {
		running = append(running, consumer)
	}
	c.mu.Unlock()
	for _, consumer := range running {
		consumer.Stop()
	}
	for _, consumer := range running {
		<-consumer.done
	}
	c.pool.close()
}

func (c *Client) register(consumer *Consumer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return closedError()
	}
	c.consumers[consumer] = struct{}{}
	return nil
}

func (c *Client) unregister(consumer *Consumer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.consumers, consumer)
}
