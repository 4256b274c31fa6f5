package headgate

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// lane says which bound a call counts against: parked receives must not keep acks from a connection.
type lane int

const (
	callLane lane = iota
	pollLane
)

// pool hands a connection to one borrower at a time. One that broke, timed out or answered nonsense is closed and never
// handed out again. Calls stay with one address, at first a random one, until it fails, then move to the next that is not
// being avoided. When all are, the pool tries them all the same: a fleet that comes back is found at once.
type pool struct {
	config    *Config
	endpoints []*endpoint
	permits   [2]chan struct{} // By lane; a permit is taken by sending.
	closed    chan struct{}

	mu        sync.Mutex
	preferred int
	inUse     map[*conn]lane
	idle      map[*endpoint][]*conn // Newest last.
	sweeper   *time.Timer           // Set while anything is idle.
}

func newPool(config *Config, endpoints []*endpoint) *pool {
	return &pool{
		config:    config,
		endpoints: endpoints,
		permits:   [2]chan struct{}{make(chan struct{}, config.MaxConnections), make(chan struct{}, config.MaxPolls)},
		closed:    make(chan struct{}),
		preferred: rand.IntN(len(endpoints)),
		inUse:     map[*conn]lane{},
		idle:      map[*endpoint][]*conn{},
	}
}

// borrow answers a usable connection, idle or new; waits for one as long as ctx lasts. Its failure is never applied.
func (p *pool) borrow(ctx context.Context, l lane) (*conn, *Error) {
	select {
	case <-p.closed:
		return nil, closedError()
	case p.permits[l] <- struct{}{}:
	default:
		select {
		case <-p.closed:
			return nil, closedError()
		case p.permits[l] <- struct{}{}:
		case <-ctx.Done():
			if ctx.Err() == context.Canceled {
				return nil, endedError(ctx, OutcomeNotApplied, "cancelled while waiting for a connection")
			}
			return nil, localError(ClientOverloaded, OutcomeNotApplied, ctx.Err(),
				"all connections of this client are busy (MaxConnections %d, MaxPolls %d)",
				p.config.MaxConnections, p.config.MaxPolls)
		}
	}
	c, failure := p.find(ctx)
	if failure == nil && !p.handOut(c, l) {
		c.close()
		failure = closedError()
	}
	if failure != nil {
		<-p.permits[l]
		return nil, failure
	}
	return c, nil
}

func (p *pool) handOut(c *conn, l lane) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isClosed() {
		return false
	}
	p.inUse[c] = l
	return true
}

// giveBack takes a borrowed connection back.
func (p *pool) giveBack(c *conn, usable bool) {
	p.mu.Lock()
	l := p.inUse[c]
	delete(p.inUse, c)
	idle := p.idle[c.endpoint]
	keep := usable && !p.isClosed() && len(idle) < p.config.MaxConnections
	if keep {
		c.idleSince = time.Now()
		p.idle[c.endpoint] = append(idle, c)
		if p.sweeper == nil {
			p.sweeper = time.AfterFunc(p.config.IdleTimeout, p.sweep)
		}
	}
	p.mu.Unlock()
	if !keep {
		c.close()
	}
	<-p.permits[l]
}

// sweep closes what has been idle for long, and comes again when more will have been.
func (p *pool) sweep() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweeper = nil
	var next time.Duration // Until the next is overdue; 0: nothing is idle.
	for e, idle := range p.idle {
		p.idle[e] = slices.DeleteFunc(idle, func(c *conn) bool {
			left := p.config.IdleTimeout - time.Since(c.idleSince)
			if left <= 0 {
				c.close()
				return true
			}
			if next == 0 || left < next {
				next = left
			}
			return false
		})
	}
	if next > 0 && !p.isClosed() {
		p.sweeper = time.AfterFunc(next, p.sweep)
	}
}

// close closes all connections; calls that still run fail. Repeating it is harmless.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isClosed() {
		return
	}
	close(p.closed)
	if p.sweeper != nil {
		p.sweeper.Stop()
	}
	for c := range p.inUse {
		c.close()
	}
	for _, idle := range p.idle {
		for _, c := range idle {
			c.close()
		}
	}
	clear(p.idle)
}

func (p *pool) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

func (p *pool) find(ctx context.Context) (*conn, *Error) {
	var last error
	for _, e := range p.order() {
		c, err := p.connect(ctx, e)
		if err == nil {
			p.mu.Lock()
			p.preferred = slices.Index(p.endpoints, e)
			p.mu.Unlock()
			return c, nil
		}
		if ctx.Err() == context.Canceled {
			return nil, endedError(ctx, OutcomeNotApplied, "cancelled while connecting to %s", e.address)
		}
		last = err
		e.failed()
		p.config.Logger.Debug("headgate: cannot connect", "address", e.address, "error", err)
	}
	return nil, localError(GatewayUnreachable, OutcomeNotApplied, last, "cannot connect to %s: %v", p.config.Addresses, last)
}

// order lists the endpoints from the preferred one on, the avoided ones last.
func (p *pool) order() []*endpoint {
	p.mu.Lock()
	first := p.preferred
	p.mu.Unlock()
	var good, avoided []*endpoint
	for i := range p.endpoints {
		e := p.endpoints[(first+i)%len(p.endpoints)]
		if e.avoided() {
			avoided = append(avoided, e)
		} else {
			good = append(good, e)
		}
	}
	return append(good, avoided...)
}

func (p *pool) connect(ctx context.Context, e *endpoint) (*conn, error) {
	for {
		p.mu.Lock()
		idle := p.idle[e]
		if len(idle) == 0 {
			p.mu.Unlock()
			return connect(ctx, e, p.config)
		}
		c := idle[len(idle)-1]
		p.idle[e] = idle[:len(idle)-1]
		p.mu.Unlock()
		if !stale(c.raw) {
			return c, nil
		}
		c.close()
	}
}

func closedError() *Error {
	return localError(ClientClosed, OutcomeNotApplied, nil, "the client is closed")
}
