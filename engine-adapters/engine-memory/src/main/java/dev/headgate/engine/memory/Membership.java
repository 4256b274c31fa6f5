package dev.headgate.engine.memory;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which partition: the group protocol of the memory engine. Each partition has one owner
 * at most. When members come or go, each partition that is to move is first revoked from its owner,
 * and given to the next one when that owner has let go or has run out of time. Guarded by the
 * group.
 */
final class Membership {
  private static final class Slot {
    @Nullable MemoryPartition owner;
    boolean revoking;
  }

  private final MemoryGroup group;
  private final List<MemoryReader> members = new ArrayList<>();
  private final List<MemoryReader> leaving = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  Membership(MemoryGroup group) {
    this.group = group;
  }

  boolean hasMembers() {
    synchronized (group) {
      return !members.isEmpty() || !leaving.isEmpty();
    }
  }

  void join(MemoryReader reader) {
    synchronized (group) {
      members.add(reader);
      rebalance();
    }
  }

  /**
   * Has the reader's partitions revoked; {@link MemoryReader#hasLeft} follows when all are free.
   */
  void leave(MemoryReader reader) {
    synchronized (group) {
      members.remove(reader);
      leaving.remove(reader);
      leaving.add(reader);
      rebalance();
    }
  }

  /** Takes the reader's partitions at once, as a broker does that no longer hears of a member. */
  void expel(MemoryReader reader) {
    synchronized (group) {
      members.remove(reader);
      leaving.remove(reader);
      for (Slot slot : slots) {
        MemoryPartition owner = slot.owner;
        if (owner != null && owner.reader() == reader) {
          boolean told = slot.revoking;
          free(slot);
          reader.lose(owner, !told);
        }
      }
      rebalance();
    }
  }

  /** As {@link #expel}, and lets the reader join again at once, behind the others. */
  void expire(MemoryReader reader) {
    synchronized (group) {
      if (members.contains(reader)) {
        expel(reader);
        join(reader);
      }
    }
  }

  void dissolve() {
    synchronized (group) {
      List.copyOf(members).forEach(this::expel);
      List.copyOf(leaving).forEach(this::expel);
    }
  }

  /** The owner lets go of a partition that was revoked; harmless when it has lost it already. */
  void release(MemoryPartition partition) {
    synchronized (group) {
      Slot slot = slots.get(partition.index());
      if (slot.owner == partition) {
        free(slot);
        rebalance();
      }
    }
  }

  /** Moves the position forwards, for the owner alone. */
  void commit(MemoryPartition partition, long nextOffset) {
    synchronized (group) {
      int index = partition.index();
      if (slots.get(index).owner != partition) {
        throw partition.fenced();
      }
      if (nextOffset > partition.log().end()) {
        throw new EngineException(
            Kind.INVALID_ARGUMENT,
            "commit of %d in %s, which ends at %d"
                .formatted(nextOffset, partition.partition(), partition.log().end()));
      }
      if (nextOffset > group.position(index)) {
        group.move(index, nextOffset);
      }
    }
  }

  void rebalance() {
    synchronized (group) {
      while (slots.size() < group.topic().partitions().size()) {
        slots.add(new Slot());
      }
      for (int i = 0; i < slots.size(); i++) {
        Slot slot = slots.get(i);
        MemoryReader target = members.isEmpty() ? null : members.get(i % members.size());
        MemoryPartition owner = slot.owner;
        if (owner == null && target != null) {
          MemoryPartition assigned =
              new MemoryPartition(this, target, i, group.nextEpoch(i), group.startOf(i));
          slot.owner = assigned;
          target.assign(assigned);
        } else if (owner != null && owner.reader() != target && !slot.revoking) {
          slot.revoking = true;
          owner.reader().revoke(owner);
        }
      }
      List<MemoryReader> left = leaving.stream().filter(reader -> !owns(reader)).toList();
      leaving.removeAll(left);
      left.forEach(MemoryReader::hasLeft);
    }
  }

  PartitionLog log(int index) {
    return group.topic().partitions().get(index);
  }

  private boolean owns(MemoryReader reader) {
    return slots.stream().anyMatch(slot -> slot.owner != null && slot.owner.reader() == reader);
  }

  private static void free(Slot slot) {
    slot.owner = null;
    slot.revoking = false;
  }
}
