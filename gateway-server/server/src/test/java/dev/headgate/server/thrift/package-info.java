/** Proves the edge with real sockets, stock clients and raw bytes; the core behind it is a fake. */
@NullMarked
package dev.headgate.server.thrift;

import org.jspecify.annotations.NullMarked;
