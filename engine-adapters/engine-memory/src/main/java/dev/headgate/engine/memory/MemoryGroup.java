package dev.headgate.engine.memory;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Partition;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A group on a topic: its positions and its members. Thread-safe; it is also the lock of its {@link
 * Membership}s, so that "does he still own it" and "move the position" are one step (D20).
 */
final class MemoryGroup {
  /** Of a partition in which the group has no position. */
  static final long NONE = -1;

  private final MemoryTopic topic;

  // All guarded by this. The lists are indexed by partition.
  private final List<Long> positions = new ArrayList<>();
  private final List<Long> epochs = new ArrayList<>();
  private final Membership shared = new Membership(this);
  private final List<Membership> broadcasts = new ArrayList<>();
  private boolean joined;

  MemoryGroup(MemoryTopic topic) {
    this.topic = topic;
  }

  MemoryTopic topic() {
    return topic;
  }

  /**
   * Where the reader belongs: among the members who share the partitions, or alone when it wants
   * them all. The first member fixes where the group begins.
   */
  synchronized Membership membership(ReaderSpec spec) {
    if (!joined) {
      joined = true;
      List<PartitionLog> logs = topic.partitions();
      for (int i = 0; i < logs.size(); i++) {
        PartitionLog log = logs.get(i);
        if (position(i) == NONE) {
          move(i, spec.initial() == InitialPosition.LATEST ? log.end() : log.start());
        }
      }
    }
    if (!spec.broadcast()) {
      return shared;
    }
    Membership alone = new Membership(this);
    broadcasts.add(alone);
    return alone;
  }

  synchronized boolean hasPositions() {
    return positions.stream().anyMatch(position -> position != NONE);
  }

  /** Everything before it is settled; {@link #NONE} when there is no position. */
  synchronized long position(int partition) {
    return partition < positions.size() ? positions.get(partition) : NONE;
  }

  /** Forwards or back. */
  synchronized void move(int partition, long offset) {
    while (positions.size() <= partition) {
      positions.add(NONE);
    }
    positions.set(partition, offset);
  }

  /** Moves the positions of a group that nobody reads with. */
  synchronized void seek(Map<Partition, Long> offsets) {
    if (shared.hasMembers() || broadcasts.stream().anyMatch(Membership::hasMembers)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "a group with open readers cannot be moved on " + topic.name());
    }
    offsets.forEach((partition, offset) -> move(topic.index(partition), offset));
  }

  /** Where to begin in a partition; one that came with growth is read from its start. */
  synchronized long startOf(int partition) {
    long start = topic.partitions().get(partition).start();
    if (position(partition) == NONE) {
      move(partition, start);
    }
    return Math.max(position(partition), start);
  }

  synchronized long nextEpoch(int partition) {
    while (epochs.size() <= partition) {
      epochs.add(0L);
    }
    long epoch = epochs.get(partition) + 1;
    epochs.set(partition, epoch);
    return epoch;
  }

  synchronized void rebalance() {
    broadcasts.removeIf(alone -> !alone.hasMembers());
    broadcasts.forEach(Membership::rebalance);
    shared.rebalance();
  }

  /** Takes all partitions from all members, as when the topic is gone. */
  synchronized void dissolve() {
    broadcasts.forEach(Membership::dissolve);
    shared.dissolve();
  }
}
