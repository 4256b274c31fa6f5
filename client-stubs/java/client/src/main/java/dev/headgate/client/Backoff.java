package dev.headgate.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential back-off with jitter: the n-th pause is drawn from the upper half of {@code initial *
 * 2^n}, capped.
 *
 * @param initial the first pause at most
 * @param max no pause is longer, save where the gateway asks for it
 */
record Backoff(Duration initial, Duration max) {
  Backoff {
    if (initial.isNegative() || initial.isZero() || max.compareTo(initial) < 0) {
      throw new IllegalArgumentException(
          "backoff: " + initial + " to " + max + " (expected: 0 < initial <= max)");
    }
  }

  /**
   * The pause before attempt {@code retry + 1}, counted from 0; never shorter than the gateway
   * asked.
   */
  Duration pause(int retry, Duration retryAfter) {
    long cap = Math.min(max.toNanos(), initial.toNanos() << Math.min(retry, 20));
    if (cap <= 0) {
      cap = max.toNanos();
    }
    long nanos = cap / 2 + ThreadLocalRandom.current().nextLong(cap / 2 + 1);
    return Duration.ofNanos(Math.max(nanos, retryAfter.toNanos()));
  }
}
