package dev.headgate.client;

import org.jspecify.annotations.Nullable;

/**
 * A topic and where it lives.
 *
 * @param topic its name
 * @param cluster the cluster or pair that its route names
 * @param engine the engine's name, such as {@code rocketmq}
 * @param partitions how many
 * @param ordered consumed one message of a key at a time
 * @param maxMessageBytes body limit
 * @param messages how many the engine still holds; null where it cannot tell
 */
public record TopicInfo(
    String topic,
    String cluster,
    String engine,
    int partitions,
    boolean ordered,
    long maxMessageBytes,
    @Nullable Long messages) {}
