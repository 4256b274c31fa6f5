/** Receiving: subscriptions, in-flight windows, leases, keyed dispatch, retry and dead letters. */
@NullMarked
package dev.headgate.server.consume;

import org.jspecify.annotations.NullMarked;
