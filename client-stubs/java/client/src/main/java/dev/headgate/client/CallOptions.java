package dev.headgate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one call may differ in.
 *
 * @param timeout how long the caller waits for the answer, all retries included; a long poll adds
 *     its wait; null: the client's ({@link HeadgateClient.Builder#timeout}); 1 ms to 600 s
 * @param retryUncertain whether to retry a send whose outcome is UNKNOWN, at the price of possible
 *     duplicates
 * @param traceparent W3C trace context; goes with the call and into the headers of sent messages;
 *     null: none
 * @param tracestate W3C {@code tracestate}, at most 512 bytes; null: none
 */
public record CallOptions(
    @Nullable Duration timeout,
    boolean retryUncertain,
    @Nullable String traceparent,
    @Nullable String tracestate) {
  private static final CallOptions DEFAULTS = new CallOptions(null, false, null, null);

  public CallOptions {
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
  }

  /** The client's timeout, no uncertain retries, no trace. */
  public static CallOptions defaults() {
    return DEFAULTS;
  }

  /** With another {@link #timeout()}. */
  public CallOptions withTimeout(@Nullable Duration time) {
    return new CallOptions(time, retryUncertain, traceparent, tracestate);
  }

  /** With another {@link #retryUncertain()}. */
  public CallOptions withRetryUncertain(boolean retry) {
    return new CallOptions(timeout, retry, traceparent, tracestate);
  }

  /** With a trace context. */
  public CallOptions withTrace(@Nullable String parent, @Nullable String state) {
    return new CallOptions(timeout, retryUncertain, parent, state);
  }
}
