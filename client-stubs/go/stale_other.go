//go:build !unix

package headgate

import "net"

// stale cannot tell here: a connection that the peer has closed while it was idle fails its next call.
func stale(net.Conn) bool { return false }
