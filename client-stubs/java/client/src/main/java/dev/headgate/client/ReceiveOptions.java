package dev.headgate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to receive. Null means the gateway's default.
 *
 * @param maxMessages 1 to 1,000; default 32
 * @param maxBytes bodies, keys and headers together; a first message that is larger comes alone;
 *     default 4 MiB
 * @param maxWait how long to park when there is nothing to deliver; default zero (answer at once),
 *     at most 60 s
 * @param lease time to settle each message; default and limit: the group's
 * @param filter default: every message
 * @param broadcastInstance names this instance of a broadcast group, whose instances get every
 *     message each
 */
public record ReceiveOptions(
    @Nullable Integer maxMessages,
    @Nullable Integer maxBytes,
    Duration maxWait,
    @Nullable Duration lease,
    @Nullable MessageFilter filter,
    @Nullable String broadcastInstance) {
  private static final ReceiveOptions DEFAULTS =
      new ReceiveOptions(null, null, Duration.ZERO, null, null, null);

  /** All defaults: up to 32 messages, answered at once. */
  public static ReceiveOptions defaults() {
    return DEFAULTS;
  }

  /** With another {@link #maxMessages()}. */
  public ReceiveOptions withMaxMessages(int messages) {
    return new ReceiveOptions(messages, maxBytes, maxWait, lease, filter, broadcastInstance);
  }

  /** With another {@link #maxBytes()}. */
  public ReceiveOptions withMaxBytes(int bytes) {
    return new ReceiveOptions(maxMessages, bytes, maxWait, lease, filter, broadcastInstance);
  }

  /** With another {@link #maxWait()}. */
  public ReceiveOptions withMaxWait(Duration wait) {
    return new ReceiveOptions(maxMessages, maxBytes, wait, lease, filter, broadcastInstance);
  }

  /** With another {@link #lease()}. */
  public ReceiveOptions withLease(@Nullable Duration time) {
    return new ReceiveOptions(maxMessages, maxBytes, maxWait, time, filter, broadcastInstance);
  }

  /** With another {@link #filter()}. */
  public ReceiveOptions withFilter(@Nullable MessageFilter wanted) {
    return new ReceiveOptions(maxMessages, maxBytes, maxWait, lease, wanted, broadcastInstance);
  }

  /** With another {@link #broadcastInstance()}. */
  public ReceiveOptions withBroadcastInstance(@Nullable String instance) {
    return new ReceiveOptions(maxMessages, maxBytes, maxWait, lease, filter, instance);
  }
}
