package dev.headgate.server.deadletter;

import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has been removed of one partition of a dead-letter topic: everything before the front, and
 * some letters behind it. Covers what was there when it was made. For one step at a time.
 */
final class LetterPartition {
  private final Partition partition;
  private final long base;
  private final long end;
  private final BitSet removed = new BitSet();
  private final Map<Long, Long> gaps = new TreeMap<>();
  private long front;

  /** From the position of the group that stands for what has been removed. */
  LetterPartition(PartitionLag lag) {
    this.partition = lag.partition();
    this.base = Math.max(0, Math.max(lag.committed(), lag.start()));
    this.end = Math.max(base, lag.end());
    this.front = base;
  }

  Partition partition() {
    return partition;
  }

  long front() {
    return front;
  }

  long end() {
    return end;
  }

  /** Whether a letter may lie there that has not been removed. */
  boolean mayHold(long offset) {
    return offset >= front && offset < end && !removed.get(index(offset));
  }

  void remove(long offset) {
    if (offset >= front && offset < end) {
      removed.set(index(offset));
    }
  }

  /** There is nothing from the one offset up to the other. */
  void gap(long from, long to) {
    if (to > from && to > front) {
      gaps.merge(from, to, Math::max);
    }
  }

  /** Moves the front past what has been removed; whether it moved. */
  boolean advance() {
    long before = front;
    while (front < end) {
      Long past = gaps.remove(front);
      if (past != null) {
        front = Math.min(end, past);
      } else if (removed.get(index(front))) {
        front = base + removed.nextClearBit(index(front));
      } else {
        break;
      }
    }
    return front > before;
  }

  /** Whether letters behind the front have been removed. */
  boolean removedAhead() {
    return front < end && removed.nextSetBit(index(front)) >= 0;
  }

  /** Letters that are left. */
  long left() {
    return end - front - removed.stream().filter(index -> base + index >= front).count();
  }

  /** Removes everything. */
  void clear() {
    front = end;
  }

  private int index(long offset) {
    return Math.toIntExact(offset - base);
  }
}
