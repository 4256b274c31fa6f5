package dev.headgate.engine;

/**
 * A part of a topic with positions of its own: a RocketMQ queue, a Kafka partition.
 *
 * @param topic the topic
 * @param id the engine's name for it, unique in the topic and stable: {@code broker-a:3}, {@code 3}
 */
public record Partition(TopicName topic, String id) {
  @Override
  public String toString() {
    return topic + "/" + id;
  }
}
