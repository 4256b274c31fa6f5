/**
 * The queue checker: compares what was sent with what was delivered, over multisets, as Jepsen's
 * total-queue does, and the order of first deliveries per key.
 */
@NullMarked
package dev.headgate.it.checker;

import org.jspecify.annotations.NullMarked;
