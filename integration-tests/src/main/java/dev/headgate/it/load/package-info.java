/**
 * Load generators that cost little: encoded frames over non-blocking sockets, one thread a process,
 * so that the machine's processors are left to the gateway and the broker.
 */
@NullMarked
package dev.headgate.it.load;

import org.jspecify.annotations.NullMarked;
