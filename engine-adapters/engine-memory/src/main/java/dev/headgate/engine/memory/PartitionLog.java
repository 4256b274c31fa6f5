package dev.headgate.engine.memory;

import dev.headgate.engine.Batch;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.Filter;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.StoredMessage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of one partition, with offsets that rise by one. Thread-safe. Readers with nothing
 * to read leave a wake-up here, which the next append runs.
 */
final class PartitionLog {
  private final Partition partition;
  private final InstantSource clock;

  // All guarded by this.
  private final List<StoredMessage> messages = new ArrayList<>();
  private final List<Runnable> wakeUps = new ArrayList<>();
  private long start;
  private Instant lastStoredAt = Instant.MIN;

  PartitionLog(Partition partition, InstantSource clock) {
    this.partition = partition;
    this.clock = clock;
  }

  Partition partition() {
    return partition;
  }

  /** The oldest offset that is still there. */
  synchronized long start() {
    return start;
  }

  /** One past the newest offset. */
  synchronized long end() {
    return start + messages.size();
  }

  /** Returns the message's offset. */
  long append(Message message) {
    long offset;
    List<Runnable> woken;
    synchronized (this) {
      Instant now = clock.instant();
      // Times that never fall let offsets be found by time even when the clock was set back.
      lastStoredAt = now.isAfter(lastStoredAt) ? now : lastStoredAt;
      offset = end();
      messages.add(new StoredMessage(offset, message, lastStoredAt));
      woken = List.copyOf(wakeUps);
      wakeUps.clear();
    }
    woken.forEach(Runnable::run);
    return offset;
  }

  /**
   * What lies from the offset on and passes the filter: at most so many messages and bytes, at
   * least one where there is one.
   */
  synchronized Batch read(long fromOffset, int maxMessages, int maxBytes, Filter filter) {
    if (fromOffset < start || fromOffset > end()) {
      throw EngineException.offsetOutOfRange(
          "partition %s has offsets %d to %d, not %d"
              .formatted(partition, start, end(), fromOffset),
          fromOffset < start ? start : end());
    }
    List<StoredMessage> found = new ArrayList<>();
    long bytes = 0;
    long next = fromOffset;
    for (; next < end() && found.size() < maxMessages; next++) {
      StoredMessage stored = at(next);
      if (!passes(stored.message(), filter)) {
        continue;
      }
      bytes += stored.message().size();
      if (bytes > maxBytes && !found.isEmpty()) {
        break;
      }
      found.add(stored);
    }
    return new Batch(List.copyOf(found), next, end());
  }

  /**
   * Runs the wake-up once, at the next append. Returns false, and forgets it, when there is
   * something at the offset already: look again. This is what makes the race of a fetch that parks
   * and an append that arrives harmless.
   */
  synchronized boolean wakeAt(long offset, Runnable wakeUp) {
    if (offset < end()) {
      return false;
    }
    wakeUps.add(wakeUp);
    return true;
  }

  synchronized void forget(Runnable wakeUp) {
    wakeUps.remove(wakeUp);
  }

  /** The first offset stored at or after the time; the end where there is none. */
  synchronized long offsetAt(Instant time) {
    int low = 0;
    int high = messages.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (messages.get(middle).storedAt().isBefore(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return start + low;
  }

  /**
   * Drops the older half of what lies before the offset; returns the budget that this sets free.
   */
  synchronized long dropOlderHalfBefore(long offset) {
    int settled = (int) (Math.min(offset, end()) - start);
    return settled <= 0 ? 0 : drop((settled + 1) / 2);
  }

  /** Drops everything; returns the budget that this sets free. */
  synchronized long clear() {
    return drop(messages.size());
  }

  private long drop(int count) {
    List<StoredMessage> dropped = messages.subList(0, count);
    long freed = dropped.stream().mapToLong(stored -> ByteBudget.cost(stored.message())).sum();
    dropped.clear();
    start += count;
    return freed;
  }

  private StoredMessage at(long offset) {
    return messages.get((int) (offset - start));
  }

  private static boolean passes(Message message, Filter filter) {
    if (filter instanceof Filter.Tags tags) {
      String tag = message.tag();
      return tag != null && tags.tags().contains(tag);
    }
    return true;
  }
}
