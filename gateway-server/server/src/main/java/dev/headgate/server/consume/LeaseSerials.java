package dev.headgate.server.consume;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The numbers of this run's leases, of all subscriptions together, and which of the last few
 * hundred thousand were acknowledged, so that an ack that is repeated is DONE again (D15).
 * Thread-safe.
 */
final class LeaseSerials {
  private static final int KEPT = 1 << 18;

  private final AtomicLong next = new AtomicLong(1);
  private final AtomicLongArray acknowledged = new AtomicLongArray(KEPT);

  /** Of a new lease. */
  long take() {
    return next.getAndIncrement();
  }

  /** That of the next lease: every lease so far has a smaller one. */
  long next() {
    return next.get();
  }

  /** The lease was acknowledged. */
  void acknowledged(long serial) {
    acknowledged.lazySet((int) (serial % KEPT), serial);
  }

  /** Whether it was, as far as that is remembered. */
  boolean wasAcknowledged(long serial) {
    return serial > 0 && acknowledged.get((int) (serial % KEPT)) == serial;
  }
}
