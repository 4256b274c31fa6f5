package dev.headgate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a consumer works.
 *
 * @param concurrency how many handlers run at once; default 1
 * @param prefetch how many more messages may wait leased in this process; default: as many as
 *     {@code concurrency}
 * @param lease time to settle that is asked for, renewed at half of it; null: the group's
 * @param nackDelay when a message whose handler threw is delivered again; null: the group's
 *     back-off
 * @param pollWait how long one receive parks; also the longest that closing waits for it; default 5
 *     s, at most 60 s
 * @param closeTimeout how long closing waits for running handlers; default 30 s
 * @param filter which messages; null: all
 * @param broadcastInstance names this instance of a broadcast group; null: messages are shared out
 * @param keepEncoded whether handlers get bodies as they came, for services with encodings of their
 *     own; default: they are opened, and what cannot be opened is nacked without the handler
 */
public record ConsumerOptions(
    int concurrency,
    int prefetch,
    @Nullable Duration lease,
    @Nullable Duration nackDelay,
    Duration pollWait,
    Duration closeTimeout,
    @Nullable MessageFilter filter,
    @Nullable String broadcastInstance,
    boolean keepEncoded) {
  private static final ConsumerOptions DEFAULTS =
      new ConsumerOptions(
          1, 1, null, null, Duration.ofSeconds(5), Duration.ofSeconds(30), null, null, false);

  public ConsumerOptions {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
    }
    if (prefetch < 0) {
      throw new IllegalArgumentException("prefetch: " + prefetch + " (expected: >= 0)");
    }
    if (pollWait.isNegative() || pollWait.toSeconds() > 60) {
      throw new IllegalArgumentException("pollWait: " + pollWait + " (expected: 0 to 60 s)");
    }
  }

  /** One handler at a time, one message waiting. */
  public static ConsumerOptions defaults() {
    return DEFAULTS;
  }

  /** With so many handlers at once, and as many messages waiting. */
  public ConsumerOptions withConcurrency(int handlers) {
    return new ConsumerOptions(
        handlers,
        handlers,
        lease,
        nackDelay,
        pollWait,
        closeTimeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #prefetch()}. */
  public ConsumerOptions withPrefetch(int messages) {
    return new ConsumerOptions(
        concurrency,
        messages,
        lease,
        nackDelay,
        pollWait,
        closeTimeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #lease()}. */
  public ConsumerOptions withLease(@Nullable Duration time) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        time,
        nackDelay,
        pollWait,
        closeTimeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #nackDelay()}. */
  public ConsumerOptions withNackDelay(@Nullable Duration delay) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        delay,
        pollWait,
        closeTimeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #pollWait()}. */
  public ConsumerOptions withPollWait(Duration wait) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        nackDelay,
        wait,
        closeTimeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #closeTimeout()}. */
  public ConsumerOptions withCloseTimeout(Duration timeout) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        nackDelay,
        pollWait,
        timeout,
        filter,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #filter()}. */
  public ConsumerOptions withFilter(@Nullable MessageFilter wanted) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        nackDelay,
        pollWait,
        closeTimeout,
        wanted,
        broadcastInstance,
        keepEncoded);
  }

  /** With another {@link #broadcastInstance()}. */
  public ConsumerOptions withBroadcastInstance(@Nullable String instance) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        nackDelay,
        pollWait,
        closeTimeout,
        filter,
        instance,
        keepEncoded);
  }

  /** With another {@link #keepEncoded()}. */
  public ConsumerOptions withKeepEncoded(boolean keep) {
    return new ConsumerOptions(
        concurrency,
        prefetch,
        lease,
        nackDelay,
        pollWait,
        closeTimeout,
        filter,
        broadcastInstance,
        keep);
  }
}
