package dev.headgate.server.consume;

import com.codahale.metrics.Counter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget of bodies held for consumers (D22), those that a fetch under way is expected to
 * bring included. When it is spent subscriptions stop to pull, and say so; they are woken when some
 * of it is free again. A reserve on top, as large as the budget, is open to subscriptions that hold
 * nothing, for one small fetch: so those whose clients are slow cannot starve the others.
 * Thread-safe.
 */
final class HeldBytes {
  private final long limit;
  private final long limitWithReserve;
  private final AtomicLong used = new AtomicLong();
  private final Set<Runnable> starved = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> emptyAndStarved = ConcurrentHashMap.newKeySet();
  private final Counter metric;

  HeldBytes(long limit, Counter metric) {
    this.limit = limit;
    this.limitWithReserve = 2 * limit;
    this.metric = metric;
  }

  /**
   * Whether nothing is free; if so {@code wake} runs once, on some thread, after something has
   * become free.
   *
   * @param holdsNothing whether who asks holds no bodies, and so may use the reserve
   */
  boolean spent(boolean holdsNothing, Runnable wake) {
    long bound = holdsNothing ? limitWithReserve : limit;
    if (used.get() < bound) {
      return false;
    }
    Set<Runnable> waiting = holdsNothing ? emptyAndStarved : starved;
    waiting.add(wake);
    // Freed between the two lines above: nobody else would wake it.
    return used.get() >= bound || !waiting.remove(wake);
  }

  /** Whether only the reserve is left. */
  boolean onReserve() {
    return used.get() >= limit;
  }

  /** Counts what a fetch is expected to bring; it is no body yet, and shows in no metric. */
  void reserve(long bytes) {
    used.addAndGet(bytes);
  }

  /** Ends a reservation; returns as {@link #release}. */
  boolean unreserve(long bytes) {
    return isFreeAt(used.addAndGet(-bytes));
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
    return isFreeAt(used.addAndGet(-bytes));
  }

  private boolean isFreeAt(long now) {
    return (now < limitWithReserve && !emptyAndStarved.isEmpty())
        || (now < limit && !starved.isEmpty());
  }

  void wakeStarved() {
    wake(emptyAndStarved, limitWithReserve);
    wake(starved, limit);
  }

  /**
   * Each that waits now at most once: one that takes what has become free may leave the others, and
   * itself, starved again, and they wait for the next release.
   */
  private void wake(Set<Runnable> waiting, long bound) {
    for (Runnable wake : waiting.toArray(Runnable[]::new)) {
      if (used.get() >= bound) {
        return;
      }
      if (waiting.remove(wake)) {
        wake.run();
      }
    }
  }

  long used() {
    return used.get();
  }
}
