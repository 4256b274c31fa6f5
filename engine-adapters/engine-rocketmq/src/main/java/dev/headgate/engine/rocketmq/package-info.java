/**
 * The adapter for RocketMQ 5. It speaks the broker's remoting protocol without blocking: batched
 * sends, long-poll pulls by queue and offset, and the broker's own group membership and queue
 * locks.
 */
@NullMarked
package dev.headgate.engine.rocketmq;

import org.jspecify.annotations.NullMarked;
