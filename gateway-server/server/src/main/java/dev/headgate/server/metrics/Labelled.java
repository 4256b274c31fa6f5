package dev.headgate.server.metrics;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Metrics by key: so many keys at most have their own, all others share one; what rests for long is
 * forgotten, and its place is free. Looking up what is there takes no lock. Thread-safe.
 */
final class Labelled<K, M extends Labelled.Entry> {
  /** The metrics of one key. */
  interface Entry {
    /** Changes whenever anything is counted. */
    long activity();

    /** Whether somebody holds it and will count. */
    boolean inUse();
  }

  private record Seen(long activity, long atMillis) {}

  private final int max;
  private final Function<K, M> make;
  private final M other;
  private final Map<K, M> own = new ConcurrentHashMap<>();
  private final Map<K, Seen> seen = new HashMap<>();

  /**
   * Empty.
   *
   * @param other for the keys that find no place
   * @param make registers the metrics of a key
   */
  Labelled(int max, M other, Function<K, M> make) {
    this.max = max;
    this.other = other;
    this.make = make;
  }

  /** The key's own if there is a place for it, else those of all others. */
  M get(K key) {
    M found = own.get(key);
    return found != null ? found : own.size() >= max ? other : add(key);
  }

  /** The key's own if it has them, else those of all others. */
  M known(K key) {
    M found = own.get(key);
    return found != null ? found : other;
  }

  private synchronized M add(K key) {
    M found = own.get(key);
    if (found != null) {
      return found;
    }
    if (own.size() >= max) {
      return other;
    }
    M made = make.apply(key);
    own.put(key, made);
    return made;
  }

  /** Those of the keys that find no place. */
  M other() {
    return other;
  }

  /**
   * Forgets what nobody uses and where nothing was counted for so long; {@code drop} takes the
   * metrics of all of them away.
   */
  synchronized void forgetIdle(long nowMillis, Duration after, Consumer<Set<K>> drop) {
    Set<K> idle = new HashSet<>();
    own.forEach(
        (key, metrics) -> {
          Seen before = seen.get(key);
          long activity = metrics.activity();
          if (before == null || before.activity() != activity || metrics.inUse()) {
            seen.put(key, new Seen(activity, nowMillis));
          } else if (nowMillis - before.atMillis() >= after.toMillis()) {
            idle.add(key);
          }
        });
    if (!idle.isEmpty()) {
      own.keySet().removeAll(idle);
      seen.keySet().removeAll(idle);
      drop.accept(idle);
    }
  }
}
