package dev.headgate.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a topic is to be.
 *
 * @param topic its name: 1 to 127 bytes of letters, digits, {@code -}, {@code _} and {@code %}
 * @param partitions 1 to 1,024; null: the engine's default
 * @param ordered consumed one message of a key at a time; null: as routed
 * @param attributes the engine's own
 */
public record TopicSpec(
    String topic,
    @Nullable Integer partitions,
    @Nullable Boolean ordered,
    Map<String, String> attributes) {
  public TopicSpec {
    attributes = Map.copyOf(attributes);
  }

  /** A topic as engine and route have it. */
  public static TopicSpec of(String topic) {
    return new TopicSpec(topic, null, null, Map.of());
  }

  /** With so many partitions. */
  public TopicSpec withPartitions(int count) {
    return new TopicSpec(topic, count, ordered, attributes);
  }

  /** Ordered or not. */
  public TopicSpec withOrdered(boolean byKey) {
    return new TopicSpec(topic, partitions, byKey, attributes);
  }
}
