package dev.headgate.server.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one line through, then none for a while. Thread-safe. */
public final class LogThrottle {
  private final long quietNanos;
  private final AtomicLong openAt = new AtomicLong(System.nanoTime());
  private final AtomicLong held = new AtomicLong();

  /** Quiet for so long after each line. */
  public LogThrottle(Duration quiet) {
    this.quietNanos = quiet.toNanos();
  }

  /** How many were held back since the last one that passed; -1 when this one is held back. */
  public long pass(long nowNanos) {
    long open = openAt.get();
    if (nowNanos - open >= 0 && openAt.compareAndSet(open, nowNanos + quietNanos)) {
      return held.getAndSet(0);
    }
    held.incrementAndGet();
    return -1;
  }
}
