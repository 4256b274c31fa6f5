package dev.headgate.server.consume;

import com.codahale.metrics.Counter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget of bodies held for consumers (D22). When it is spent subscriptions stop to
 * pull, and say so; they are woken when some of it is free again. Thread-safe.
 */
final class HeldBytes {
  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final Set<Runnable> starved = ConcurrentHashMap.newKeySet();
  private final Counter metric;

  HeldBytes(long limit, Counter metric) {
    this.limit = limit;
    this.metric = metric;
  }

  /**
   * Whether nothing is free; if so {@code wake} runs once, on some thread, after something has
   * become free.
   */
  boolean spent(Runnable wake) {
    if (used.get() < limit) {
      return false;
    }
    starved.add(wake);
    // Freed between the two lines above: nobody else would wake it.
    return used.get() >= limit || !starved.remove(wake);
  }

  void add(long bytes) {
    used.addAndGet(bytes);
    metric.inc(bytes);
  }

  /**
   * Gives bytes back; returns whether starved subscriptions are to be woken by {@link
   * #wakeStarved}, without locks.
   */
  boolean release(long bytes) {
    metric.dec(bytes);
    return used.addAndGet(-bytes) < limit && !starved.isEmpty();
  }

  void wakeStarved() {
    for (Runnable wake : starved) {
      if (starved.remove(wake)) {
        wake.run();
      }
    }
  }

  long used() {
    return used.get();
  }
}
