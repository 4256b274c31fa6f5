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
 * @param trace goes with the call and into the headers of sent messages that have none; empty: what
 *     the client's {@link Tracing} says
 */
public record CallOptions(@Nullable Duration timeout, boolean retryUncertain, TraceContext trace) {
  private static final CallOptions DEFAULTS = new CallOptions(null, false, TraceContext.NONE);

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
    return new CallOptions(time, retryUncertain, trace);
  }

  /** With another {@link #retryUncertain()}. */
  public CallOptions withRetryUncertain(boolean retry) {
    return new CallOptions(timeout, retry, trace);
  }

  /** With another {@link #trace()}. */
  public CallOptions withTrace(TraceContext other) {
    return new CallOptions(timeout, retryUncertain, other);
  }

  /** With a trace context of a {@code traceparent} and a {@code tracestate}. */
  public CallOptions withTrace(@Nullable String parent, @Nullable String state) {
    return withTrace(new TraceContext(parent, state, null));
  }

  /** W3C {@code traceparent}; null: none. */
  public @Nullable String traceparent() {
    return trace.traceparent();
  }

  /** W3C {@code tracestate}; null: none. */
  public @Nullable String tracestate() {
    return trace.tracestate();
  }
}
