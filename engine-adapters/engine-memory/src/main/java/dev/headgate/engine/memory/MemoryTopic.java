package dev.headgate.engine.memory;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A topic: its partitions and the groups that read it. Thread-safe. */
final class MemoryTopic {
  private final TopicName name;
  private final Map<String, String> attributes;
  private final InstantSource clock;
  private final List<PartitionLog> partitions = new CopyOnWriteArrayList<>();
  private final Map<GroupName, MemoryGroup> groups = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  MemoryTopic(TopicName name, int partitions, Map<String, String> attributes, InstantSource clock) {
    this.name = name;
    this.attributes = attributes;
    this.clock = clock;
    grow(partitions);
  }

  TopicName name() {
    return name;
  }

  Map<String, String> attributes() {
    return attributes;
  }

  List<PartitionLog> partitions() {
    return partitions;
  }

  /** Refuses a partition that the topic does not have. */
  PartitionLog partition(Partition partition) {
    return partitions.get(index(partition));
  }

  int index(Partition partition) {
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).partition().equals(partition)) {
        return i;
      }
    }
    throw new EngineException(Kind.INVALID_ARGUMENT, "there is no partition " + partition);
  }

  Map<GroupName, MemoryGroup> groups() {
    return groups;
  }

  MemoryGroup group(GroupName group) {
    return groups.computeIfAbsent(group, g -> new MemoryGroup(this));
  }

  /** Messages of one key share a partition for as long as the topic does not grow. */
  PartitionLog partitionFor(Message message) {
    Bytes key = message.key();
    int number = key == null ? turn.getAndIncrement() : key.hashCode();
    return partitions.get(Math.floorMod(number, partitions.size()));
  }

  /** Adds partitions up to the number; the groups share them out. */
  synchronized void grow(int count) {
    while (partitions.size() < count) {
      Partition partition = new Partition(name, Integer.toString(partitions.size()));
      partitions.add(new PartitionLog(partition, clock));
    }
    groups.values().forEach(MemoryGroup::rebalance);
  }

  /** Drops older messages that every group has settled; returns the budget that this sets free. */
  long dropSettled() {
    long freed = 0;
    for (int i = 0; i < partitions.size(); i++) {
      int index = i;
      // With no group at all nobody has settled anything.
      long settled =
          groups.values().stream().mapToLong(group -> group.position(index)).min().orElse(0);
      freed += partitions.get(i).dropOlderHalfBefore(settled);
    }
    return freed;
  }
}
