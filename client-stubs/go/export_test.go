package headgate

// InUse is how many connections are with a call.
func InUse(c *Client) int {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	return len(c.pool.inUse)
}

// Idle is how many connections wait for one.
func Idle(c *Client) int {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	idle := 0
	for _, conns := range c.pool.idle {
		idle += len(conns)
	}
	return idle
}
