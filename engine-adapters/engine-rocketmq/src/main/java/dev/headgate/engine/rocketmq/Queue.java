package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.Partition;
import dev.headgate.engine.TopicName;
import java.util.Comparator;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A queue of a topic: what the SPI calls a partition, {@code broker-a:3}.
 *
 * @param broker the name of the broker, shared by a master and its slaves
 * @param id from 0
 */
record Queue(String broker, int id) implements Comparable<Queue> {
  private static final Comparator<Queue> ORDER =
      Comparator.comparing(Queue::broker).thenComparingInt(Queue::id);

  Partition of(TopicName topic) {
    return new Partition(topic, broker + ":" + id);
  }

  MessageQueue toMessageQueue(TopicName topic) {
    return new MessageQueue(topic.value(), broker, id);
  }

  static Queue of(Partition partition) {
    int colon = partition.id().lastIndexOf(':');
    try {
      if (colon > 0) {
        return new Queue(
            partition.id().substring(0, colon),
            Integer.parseInt(partition.id().substring(colon + 1)));
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new EngineException(
        EngineException.Kind.INVALID_ARGUMENT,
        "partition '%s' of topic '%s' (expected: broker:queue)"
            .formatted(partition.id(), partition.topic()));
  }

  @Override
  public int compareTo(Queue other) {
    return ORDER.compare(this, other);
  }
}
